package ledger_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"moralbank.example/bank/ledger"
)

var update = flag.Bool("update", false, "write new golden lines and the vectors of docs/format.md; what is frozen is never written again")

// TestGolden: the stored form of a record never changes. Each file in testdata/golden is one line as it is stored and
// hashed. They bind for ever (decision 0072): a ledger written today must be read, and must hash, the same in ten years.
// A new form gets a new version and new files; -update writes only what is not frozen yet.
func TestGolden(t *testing.T) {
	written := map[string]bool{}
	for _, g := range goldenRecords() {
		name := filepath.Join("testdata", "golden", g.file())
		if written[name] {
			t.Errorf("%s is written twice", name)
		}
		written[name] = true
		line, err := g.AppendLine(nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if *update && frozen(t)[name] == "" {
			if err := os.WriteFile(name, line, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		stored, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(line, stored) {
			t.Errorf("%s is\n%s\nand would now be written as\n%s", name, stored, line)
		}
		read, err := ledger.ParseLine(stored)
		if err != nil {
			t.Errorf("%s is not read any more: %v", name, err)
		}
		if !reflect.DeepEqual(read, g.Record) {
			t.Errorf("%s is read as\n%+v %+v, it said\n%+v %+v", name, read, read.Body, g.Record, g.Body)
		}
	}
	for _, name := range goldenFiles(t) {
		if !written[name] {
			t.Errorf("%s: nothing writes it any more, but ledgers that hold it must still be read", name)
		}
	}
}

// TestGoldenIsComplete: every kind has a golden line with every field in it, so that none can be renamed, moved or lost.
func TestGoldenIsComplete(t *testing.T) {
	full := map[ledger.Kind]bool{}
	for _, g := range goldenRecords() {
		if g.variant == "" {
			full[g.Kind] = true
			if field := unset(reflect.ValueOf(g.Body).Elem()); field != "" {
				t.Errorf("%s does not set %s", g.file(), field)
			}
		}
	}
	for _, kind := range ledger.Kinds() {
		if !full[kind] {
			t.Errorf("no golden line of kind %v with every field", kind)
		}
	}
}

// unset names a field that is zero in v, or of a list, in all of its elements.
func unset(v reflect.Value) string {
	for i := range v.NumField() {
		name, field := v.Type().Field(i).Name, v.Field(i)
		if field.IsZero() {
			return name
		}
		if field.Kind() == reflect.Struct {
			if inner := unset(field); inner != "" {
				return name + "." + inner
			}
		}
		if field.Kind() != reflect.Slice {
			continue
		}
		for j := range field.Index(0).NumField() {
			set := false
			for k := range field.Len() {
				set = set || !field.Index(k).Field(j).IsZero()
			}
			if !set {
				return name + "." + field.Type().Elem().Field(j).Name
			}
		}
	}
	return ""
}

func goldenFiles(tb testing.TB) []string {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "golden", "*.json"))
	if err != nil || len(files) == 0 {
		tb.Fatalf("no golden files: %v", err)
	}
	return files
}

func goldenLines(tb testing.TB) [][]byte {
	tb.Helper()
	var lines [][]byte
	for _, name := range goldenFiles(tb) {
		line, err := os.ReadFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		lines = append(lines, line)
	}
	return lines
}
