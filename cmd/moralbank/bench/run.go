package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Options say how long and how large. The zero value is the standard setting.
type Options struct {
	Dir     string        // where to work, made if missing; "" is a temporary directory
	Fixture string        // books with a long past, see Fill; "" leaves out what needs them
	Rounds  int           // of each comparison; 0 means 5
	Window  time.Duration // of one side in one round; 0 means one second
	Members int           // of the town with the lunch rush; 0 means 30,000
	Only    []string      // parts to measure: engine, served, past; empty means all
}

func (o Options) withDefaults() Options {
	if o.Rounds == 0 {
		o.Rounds = 5
	}
	if o.Window == 0 {
		o.Window = time.Second
	}
	if o.Members == 0 {
		o.Members = 30_000
	}
	return o
}

// bench is one run of all scenarios.
type bench struct {
	*World
	Options
	board

	facts map[string][]float64 // figures that are no run: bytes, records, by name and round
}

// The two sizes of a rush that docs/performance.md names, and the two for orientation.
const (
	alone = 1
	few   = 8
	many  = 64
	storm = 10 * many // more than there is room for
	crush = 512
)

// Run measures everything, and gives the report. Before it ends it recomputes the books that it wrote: figures of books
// that do not verify are worth nothing.
func (w *World) Run(ctx context.Context, o Options) (report *Report, err error) {
	b := &bench{World: w, Options: o.withDefaults(), facts: map[string][]float64{}}
	if b.Dir == "" {
		if b.Dir, err = os.MkdirTemp("", "moralbank-bench-"); err != nil {
			return nil, fmt.Errorf("bench: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(b.Dir)) }()
	} else if err := os.MkdirAll(b.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	began := w.Clock.Mono()
	for _, part := range []struct {
		name string
		do   func(context.Context) error
	}{{"engine", b.engine}, {"served", b.served}, {"past", b.past}} {
		if len(b.Only) > 0 && !slices.Contains(b.Only, part.name) {
			continue
		}
		fmt.Fprintf(w.Progress, "%s …\n", part.name)
		if err := part.do(ctx); err != nil {
			return nil, fmt.Errorf("bench %s: %w", part.name, err)
		}
	}
	return b.report(w.Clock.Mono() - began), nil
}

// note adds a side's round, or gives the error.
func (b *bench) note(side string, r run, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", side, err)
	}
	b.add(side, r)
	return nil
}

// engine is the lunch rush and the rest of a day in process, beside the limits of the disk.
func (b *bench) engine(ctx context.Context) (err error) {
	dir := filepath.Join(b.Dir, "town")
	t, err := b.found(ctx, dir, b.Members)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, t.end(ctx)) }()
	if _, err := t.rush(ctx, many, b.Window/2); err != nil { // warm, and lines to measure
		return err
	}
	line, err := meanLine(ctx, t.House, 500)
	if err != nil {
		return err
	}
	bare, err := openBareLog(b.Dir, int(line))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bare.close()) }()
	base, err := openNaive(b.Dir, int(line))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, base.close()) }()
	for round := range b.Rounds {
		if err := errors.Join(b.limits(ctx, t, bare, base, round), b.day(ctx, t)); err != nil {
			return err
		}
	}
	for range b.Rounds {
		r, err := b.verified(ctx, t.Journal)
		if err := b.note("verify", r, err); err != nil {
			return err
		}
	}
	return nil
}
