package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The books of before are put back, and what was made of the later ones stays: index and snapshots. Whoever asks is told, nobody is
// told to delete the evidence, repair does not bless such books, and the last resort works: they go on under another name.
func TestEvidenceOfARollback(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	l := demoLunch(t, dir)
	older := filepath.Join(t.TempDir(), "older")
	if err := copyDir(older, dir); err != nil {
		t.Fatal(err)
	}
	s := startServer(t, dir)
	l.signIn(t, s.url)
	for range 3 {
		key := string(newKey())
		if r := l.meal(t.Context(), t, s.url, key, l.bodyOf(key)); r == nil || r.status != 200 {
			t.Fatalf("%+v", r)
		}
	}
	if code, said := verb(t, "admin", "snapshot", "--data", dir); code != 0 {
		t.Fatal(said)
	}
	s.stop(t)
	for what, gone := range map[string][]string{"the index": {"snapshots"}, "a snapshot": {"index"}} {
		t.Run(what, func(t *testing.T) {
			here := filepath.Join(t.TempDir(), "rolled-back")
			if err := copyDir(here, dir); err != nil {
				t.Fatal(err)
			}
			for _, name := range append(gone, "badger", "tail", "mark") {
				if err := os.RemoveAll(filepath.Join(here, name)); err != nil {
					t.Fatal(err)
				}
			}
			for _, name := range []string{"badger", "tail"} {
				if err := copyDir(filepath.Join(here, name), filepath.Join(older, name)); err != nil {
					t.Fatal(err)
				}
			}
			p, err := os.ReadFile(filepath.Join(older, "mark"))
			if err == nil {
				err = os.WriteFile(filepath.Join(here, "mark"), p, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := tryServer(t, here); err == nil || !strings.Contains(err.Error(), "可能被回退") {
				t.Errorf("a start: %v", err)
			}
			for _, args := range [][]string{{"verify", "-q", "--data", here}, {"repair", "--data", here}} {
				if code, said := verb(t, args...); code == 0 || !strings.Contains(said, "可能被回退") || strings.Contains(said, "删除 index") {
					t.Errorf("%s: exit %d, %s", args[0], code, said)
				}
			}
			if code, said := verb(t, "key", "new-origin", "bank.example/after", "--data", here); code != 0 || strings.Contains(said, "snapshots-lost") != (what == "a snapshot") {
				t.Fatalf("new-origin: exit %d, %s", code, said)
			}
			s := startServer(t, here)
			s.stop(t)
			if code := run([]string{"verify", "-q", "--data", here}, io.Discard, t.Output()); code != 0 {
				t.Errorf("verify afterwards: exit %d", code)
			}
		})
	}
}
