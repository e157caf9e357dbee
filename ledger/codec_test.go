package ledger_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"moralbank.example/bank/ledger"
)

// FuzzParseLine: whatever the bytes, ParseLine does not panic, and what it accepts has exactly one spelling: it encodes
// to the same bytes, and any JSON reader can read it.
func FuzzParseLine(f *testing.F) {
	for _, line := range goldenLines(f) {
		f.Add(line)
		f.Add(append(bytes.Clone(line), '\n'))
		f.Add(bytes.Replace(line, []byte(`,"`), []byte(`, "`), 1))
		f.Add(line[:len(line)/2])
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		r, err := ledger.ParseLine(line)
		if err != nil {
			return
		}
		again, err := r.AppendLine(nil)
		if err != nil || !bytes.Equal(again, line) {
			t.Fatalf("accepted\n%q\nand wrote\n%q (%v)", line, again, err)
		}
		if !json.Valid(line) {
			t.Fatalf("accepted what is no JSON: %q", line)
		}
	})
}

// TestBitFlips: one flipped bit anywhere in a stored line is either refused, or it is another record that says just
// that: nothing that a reader would take for the same record has a second spelling. The hash finds the second sort.
func TestBitFlips(t *testing.T) {
	accepted, all := 0, 0
	for _, line := range goldenLines(t) {
		original, err := ledger.ParseLine(line)
		if err != nil {
			t.Fatal(err)
		}
		flipped := bytes.Clone(line)
		var again []byte
		for bit := range 8 * len(line) {
			all++
			flipped[bit/8] ^= 1 << (bit % 8)
			if r, err := ledger.ParseLine(flipped); err == nil {
				accepted++
				if again, err = r.AppendLine(again[:0]); err != nil || !bytes.Equal(again, flipped) {
					t.Errorf("%s is read and written as %s (%v)", flipped, again, err)
				}
				if reflect.DeepEqual(r, original) {
					t.Errorf("%s is read as the same record as %s", flipped, line)
				}
			}
			flipped[bit/8] ^= 1 << (bit % 8)
		}
	}
	t.Logf("%d flips, %d are another record", all, accepted)
	if accepted == 0 || accepted > all/2 {
		t.Errorf("%d of %d flips are accepted; the test sees nothing", accepted, all)
	}
}

// sample is a line in which each rule of the form can be broken once.
const sample = `{"seq":7,"time":1772413200000,"kind":"activity-closed","v":1,"actor":"m/li","via":"web",` +
	`"key":"29585c1f-0084-8233-b268-4e1c638a8e5b","rulebook":1,"body":{"activity":"a/x","headcount":2,` +
	`"due":[{"account":"m/wang","minutes":120,"grade":"a"}]},"postings":[["i/t1","points",-5,-10,2],["m/wang","points",5,10,2]],` +
	`"salt":"c0e4fc2fc972cc2f33e089c53c4e2302"}`

// TestOneSpelling: every other way to write the same JSON, and everything outside the form, is refused.
func TestOneSpelling(t *testing.T) {
	if _, err := ledger.ParseLine([]byte(sample)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ why, old, new string }{
		{"white space before", `{"seq"`, ` {"seq"`},
		{"white space after", `2302"}`, `2302"} `},
		{"a line feed after", `2302"}`, "2302\"}\n"},
		{"white space inside", `"v":1`, `"v": 1`},
		{"white space after a comma", `-5,-10`, `-5, -10`},
		{"a byte order mark", `{"seq"`, "\ufeff" + `{"seq"`},
		{"a second value", `2302"}`, `2302"}{}`},
		{"fields in another order", `"actor":"m/li","via":"web"`, `"via":"web","actor":"m/li"`},
		{"a field twice", `"v":1`, `"v":1,"v":1`},
		{"an unknown field", `"v":1`, `"v":1,"w":1`},
		{"a field in other letters", `"seq"`, `"Seq"`},
		{"a zero that should be absent", `"headcount":2`, `"headcount":2,"scanned":0`},
		{"an empty text that should be absent", `"via":"web"`, `"via":""`},
		{"an empty list that should be absent", `"due":[{"account":"m/wang","minutes":120,"grade":"a"}]`, `"due":[]`},
		{"a false that should be absent", `"grade":"a"}`, `"grade":"a","forgot":false}`},
		{"null", `"headcount":2`, `"headcount":null`},
		{"a number as text", `"headcount":2`, `"headcount":"2"`},
		{"text as a number", `"actor":"m/li"`, `"actor":7`},
		{"a leading zero", `"seq":7`, `"seq":07`},
		{"a plus", `"seq":7`, `"seq":+7`},
		{"a fraction", `"seq":7`, `"seq":7.0`},
		{"an exponent", `"seq":7`, `"seq":7e0`},
		{"minus zero", `-5,-10`, `-5,-0`},
		{"minus and leading zero", `-5,-10`, `-05,-10`},
		{"only a minus", `-5,-10`, `-,-10`},
		{"2 to the 53", `"headcount":2`, `"headcount":9007199254740992`},
		{"minus 2 to the 53", `-5,-10`, `-5,-9007199254740992`},
		{"2 to the 64 and 2", `"headcount":2`, `"headcount":18446744073709551618`},
		{"an escaped letter", `m/li`, `m\/li`},
		{"a unicode escape", `m/li`, `m\u002fli`},
		{"an escaped quote", `m/li`, `m\"li`},
		{"Chinese", `m/li`, `m/李`},
		{"a control character", `m/li`, "m/\x01li"},
		{"delete", `m/li`, "m/\x7fli"},
		{"latin-1", `m/li`, "m/\xe9"},
		{"no seq", `"seq":7,`, ``},
		{"no time", `"time":1772413200000,`, ``},
		{"no actor", `"actor":"m/li",`, ``},
		{"no key", `"key":"29585c1f-0084-8233-b268-4e1c638a8e5b",`, ``},
		{"no version", `"v":1,`, ``},
		{"a negative seq", `"seq":7`, `"seq":-7`},
		{"no body", `"body":{"activity":"a/x","headcount":2,"due":[{"account":"m/wang","minutes":120,"grade":"a"}]},`, ``},
		{"no salt", `,"salt":"c0e4fc2fc972cc2f33e089c53c4e2302"`, ``},
		{"a short salt", `2302"`, `23"`},
		{"a long salt", `2302"`, `230200"`},
		{"a salt in capitals", `c0e4fc2f`, `C0E4FC2F`},
		{"a salt that is not hexadecimal", `c0e4fc2f`, `g0e4fc2f`},
		{"an unknown kind", `activity-closed`, `activity-burnt`},
		{"the kind called unknown", `activity-closed`, `unknown`},
		{"an unknown version", `"v":1`, `"v":2`},
		{"an unknown unit", `["i/t1","points"`, `["i/t1","unknown"`},
		{"a posting that is short", `-5,-10,2]`, `-5,-10]`},
		{"a posting that is long", `-5,-10,2]`, `-5,-10,2,2]`},
		{"a trailing comma in a list", `5,10,2]]`, `5,10,2],]`},
		{"a trailing comma in an object", `"grade":"a"}`, `"grade":"a",}`},
		{"nesting", `"headcount":2`, `"headcount":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000)},
		{"an object where a list is", `[{"account":"m/wang","minutes":120,"grade":"a"}]`, `{"account":"m/wang"}`},
	} {
		line := strings.Replace(sample, c.old, c.new, 1)
		if line == sample {
			t.Fatalf("%s: %q is not in the sample", c.why, c.old)
		}
		if r, err := ledger.ParseLine([]byte(line)); err == nil {
			t.Errorf("%s is accepted: %s as %+v", c.why, line, r)
		}
	}
	for i := range len(sample) {
		if _, err := ledger.ParseLine([]byte(sample[:i])); err == nil {
			t.Errorf("the first %d bytes are accepted", i)
		}
	}
}

// TestBounds: the largest integers, the longest lists and the longest line are written and read; one more is neither.
func TestBounds(t *testing.T) {
	const most = 1<<53 - 1
	line := strings.NewReplacer(`-5,-10`, `-9007199254740991,-10`, `"headcount":2`, `"headcount":9007199254740991`).Replace(sample)
	if _, err := ledger.ParseLine([]byte(line)); err != nil {
		t.Error(err)
	}
	for name, spoil := range map[string]func(*ledger.Record){
		"an integer of 2 to the 53":    func(r *ledger.Record) { r.Effective = most + 1 },
		"a posting of minus that":      func(r *ledger.Record) { r.Postings[0].Amount = -most - 1 },
		"Chinese":                      func(r *ledger.Record) { r.Via = "收银台" },
		"a quote":                      func(r *ledger.Record) { r.Via = `"` },
		"a backslash":                  func(r *ledger.Record) { r.Via = `\` },
		"a line feed":                  func(r *ledger.Record) { r.Via = "\n" },
		"no seq":                       func(r *ledger.Record) { r.Seq = 0 },
		"no body":                      func(r *ledger.Record) { r.Body = nil },
		"a body of another kind":       func(r *ledger.Record) { r.Kind = ledger.KindLeft },
		"an unknown kind":              func(r *ledger.Record) { r.Kind = ledger.KindUnknown },
		"an unknown version":           func(r *ledger.Record) { r.Version = 2 },
		"a posting of an unknown unit": func(r *ledger.Record) { r.Postings[0].Unit = ledger.UnitUnknown },
		"513 postings":                 func(r *ledger.Record) { r.Postings = make([]ledger.Posting, 513) },
		"a line of 32 KiB and more":    func(r *ledger.Record) { r.Via = ledger.DeviceID(strings.Repeat("v", ledger.LineMax)) },
	} {
		r, err := ledger.ParseLine([]byte(sample))
		if err != nil {
			t.Fatal(err)
		}
		spoil(&r)
		if line, err := r.AppendLine([]byte("before")); err == nil {
			t.Errorf("%s is written: %s", name, line)
		} else if string(line) != "before" {
			t.Errorf("%s leaves %q behind", name, line)
		}
	}
	if err := roundTrip(512, 0); err != nil {
		t.Error(err)
	}
	if roundTrip(513, 0) == nil {
		t.Error("a list of 513 is accepted")
	}
	room := ledger.LineMax - len(closed(1, 0))
	if err := roundTrip(1, room); err != nil {
		t.Errorf("a line of LineMax: %v", err)
	}
	if roundTrip(1, room+1) == nil {
		t.Error("a line of one byte more is accepted")
	}
}

// closed is a line with a list of n elements and a text of some length.
func closed(n, length int) string {
	due := strings.TrimSuffix(strings.Repeat(`{"minutes":1},`, n), ",")
	old := `{"account":"m/wang","minutes":120,"grade":"a"}`
	return strings.Replace(strings.Replace(sample, old, due, 1), `"web"`, fmt.Sprintf(`"web%s"`, strings.Repeat("v", length)), 1)
}

func roundTrip(n, length int) error {
	line := closed(n, length)
	r, err := ledger.ParseLine([]byte(line))
	if err != nil {
		return err
	}
	if again, err := r.AppendLine(nil); err != nil || string(again) != line {
		return errors.Join(err, errors.New("it comes back otherwise"))
	}
	return nil
}

// TestAppendLineAppends: it writes behind what is there, and a record that was read shares no memory with the line.
func TestAppendLineAppends(t *testing.T) {
	line := []byte(sample)
	r, err := ledger.ParseLine(line)
	if err != nil {
		t.Fatal(err)
	}
	for i := range line {
		line[i] = 'x'
	}
	if got, err := r.AppendLine([]byte("before ")); err != nil || string(got) != "before "+sample {
		t.Errorf("%s, %v", got, err)
	}
}
