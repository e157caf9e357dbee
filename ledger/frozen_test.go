package ledger_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"moralbank.example/bank/ledger"
)

// frozenList has the hash of every golden line that binds, as `sha256sum -c` reads it in testdata.
const frozenList = "testdata/golden.sum"

// frozen are the golden files that bind, with their hashes.
func frozen(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(frozenList)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for line := range strings.Lines(string(text)) {
		sum, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if !ok {
			t.Fatalf("%s: %q", frozenList, line)
		}
		all[filepath.Join("testdata", name)] = sum
	}
	return all
}

// TestFormatIsFrozen: a line that a ledger may hold today is read for ever, as the same record, from the same bytes. It asks nothing of
// the golden records in the code: who changes those with the files still fails here. -update adds new files, and changes none.
func TestFormatIsFrozen(t *testing.T) {
	bound := frozen(t)
	for name, sum := range bound {
		line, err := os.ReadFile(name)
		if err != nil {
			t.Errorf("%v: ledgers that hold such a line must still be read", err)
			continue
		}
		if got := sha256.Sum256(line); hex.EncodeToString(got[:]) != sum {
			t.Errorf("%s is frozen and was changed; a new form of a body gets the next version and a file of its own", name)
		}
		r, err := ledger.ParseLine(line)
		if err != nil {
			t.Errorf("%s is not read any more: %v", name, err)
			continue
		}
		if again, err := r.AppendLine(nil); err != nil || !bytes.Equal(again, line) {
			t.Errorf("%s is\n%s\nand would be written as\n%s (%v)", name, line, again, err)
		}
	}
	var fresh []string
	for _, name := range goldenFiles(t) {
		if bound[name] == "" {
			fresh = append(fresh, name)
		}
	}
	if len(fresh) > 0 && !*update {
		t.Errorf("not frozen yet, run go test ./ledger -run Format -update: %v", fresh)
	}
	if *update {
		addFrozen(t, fresh)
	}
}

// addFrozen binds new files, behind those that are bound.
func addFrozen(t *testing.T, names []string) {
	t.Helper()
	text, err := os.ReadFile(frozenList)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	for _, name := range names {
		line, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(line)
		text = append(text, hex.EncodeToString(sum[:])+"  "+strings.TrimPrefix(filepath.ToSlash(name), "testdata/")+"\n"...)
	}
	if err := os.WriteFile(frozenList, text, 0o644); err != nil {
		t.Fatal(err)
	}
}
