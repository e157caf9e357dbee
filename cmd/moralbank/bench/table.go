package bench

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"
)

// Write prints the report as tables for people.
func (r *Report) Write(w io.Writer) error {
	fmt.Fprintf(w, "%s; %d rounds of %v a side; %v in all\n\n", r.Machine, r.Rounds, r.Window, r.Took.Round(time.Second))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	part := ""
	for i := range r.Figures {
		f := &r.Figures[i]
		if f.Part != part {
			part = f.Part
			fmt.Fprintf(t, "%s\tmeasured\tfloor\taim\t\n", strings.ToUpper(part[:1])+part[1:])
		}
		fmt.Fprintf(t, "  %s\t%s\t%s\t%s\t%s\n", f.Name, amount(f.Value, f.Unit), wanted(f.Floor, f), wanted(f.Aim, f), verdicts[f.Verdict])
	}
	fmt.Fprint(t, "\nSides (medians)\tper second\tp50\tp99\tp100\tCPU each\tbatch\trounds\n")
	for i := range r.Sides {
		s := &r.Sides[i]
		fmt.Fprintf(t, "  %s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\n", s.Name, amount(s.Rate, ""), span(s.P50), span(s.P99), span(s.P100), span(s.CPU), blank(s.Batch), s.Rounds)
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("print the report: %w", err)
	}
	for i := range r.Figures {
		if f := &r.Figures[i]; f.Note != "" {
			fmt.Fprintf(w, "%s: %s.\n", f.Name, f.Note)
		}
	}
	return nil
}

var verdicts = map[string]string{"aim": "met, aim too", "floor": "met", "missed": "NOT MET", "": ""}

func wanted(v float64, f *Figure) string {
	if v == 0 {
		return ""
	}
	sign := ">= "
	if f.Less {
		sign = "<= "
	}
	return sign + amount(v, f.Unit)
}

// amount writes a number with as many digits as it deserves.
func amount(v float64, unit string) string {
	if unit != "" {
		unit = " " + unit
	}
	switch {
	case v >= 1000:
		return fmt.Sprintf("%.0f%s", v, unit)
	case v >= 100:
		return fmt.Sprintf("%.1f%s", v, unit)
	default:
		return fmt.Sprintf("%.3g%s", v, unit)
	}
}

// span writes microseconds.
func span(us float64) string {
	switch {
	case us == 0:
		return ""
	case us < 10_000:
		return amount(us, "us")
	default:
		return amount(us/1000, "ms")
	}
}

func blank(v float64) string {
	if v == 0 {
		return ""
	}
	return amount(v, "")
}

// machine says where this was measured.
func machine() string {
	return fmt.Sprintf("%s/%s, %d processors, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
}
