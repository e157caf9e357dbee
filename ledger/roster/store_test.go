package roster_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"moralbank.example/bank/ledger/roster"
	"moralbank.example/bank/ledger/roster/rostertest"
)

func TestMemoryConforms(t *testing.T) {
	rostertest.Conformance(t, func(*testing.T) roster.Store { return roster.NewMemory() })
}

func TestBadgerConforms(t *testing.T) {
	rostertest.Conformance(t, func(t *testing.T) roster.Store {
		t.Helper()
		return openBadger(t, t.TempDir())
	})
}

func TestRecentConforms(t *testing.T) {
	rostertest.Conformance(t, func(*testing.T) roster.Store { return roster.Remember(roster.NewMemory()) })
}

func openBadger(t *testing.T, dir string) roster.Store {
	t.Helper()
	s, err := roster.OpenBadger(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestBadgerKeepsRowsAndVersionsOverARestart(t *testing.T) {
	dir := t.TempDir()
	s := openBadger(t, dir)
	if err := s.Commit(t.Context(), roster.Change{Key: "a", Value: []byte("爱心卡")}); err != nil {
		t.Fatal(err)
	}
	before, err := s.Get(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := roster.OpenBadger(dir, nil); err == nil {
		t.Fatal("a second process may open the directory")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openBadger(t, dir)
	defer s.Close()
	after, err := s.Get(t.Context(), "a")
	if err != nil || string(after.Value) != "爱心卡" || after.Version != before.Version {
		t.Errorf("after a restart: %q at %d, %v; before: version %d", after.Value, after.Version, err, before.Version)
	}
	if err := s.Commit(t.Context(), roster.Change{Key: "a", Value: []byte("新卡"), Was: before.Version}); err != nil {
		t.Errorf("a version read before the restart no longer fits: %v", err)
	}
}

// The plug is pulled: nothing is closed, and what was committed is there at the next start.
func TestBadgerKeepsWhatWasCommittedWithoutAClose(t *testing.T) {
	dir := t.TempDir()
	s := openBadger(t, dir)
	defer s.Close()
	for i := range 50 {
		if err := s.Commit(t.Context(), roster.Change{Key: fmt.Sprintf("k%02d", i), Value: []byte("v")}); err != nil {
			t.Fatal(err)
		}
	}
	left := filepath.Join(t.TempDir(), "left")
	count, err := os.ReadFile(dir + ".count")
	if err := errors.Join(err, os.CopyFS(left, os.DirFS(dir)), os.WriteFile(left+".count", count, 0o600)); err != nil {
		t.Fatal(err)
	}
	after := openBadger(t, left)
	defer after.Close()
	n := 0
	for row, err := range after.Scan(t.Context(), "k") {
		if err != nil || string(row.Value) != "v" {
			t.Fatalf("row %s: %q, %v", row.Key, row.Value, err)
		}
		n++
	}
	if n != 50 {
		t.Errorf("%d of 50 commits survived", n)
	}
}
