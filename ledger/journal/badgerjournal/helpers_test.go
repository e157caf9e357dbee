package badgerjournal

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"moralbank.example/bank/ledger/badgerfiles"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/journaltest"
)

func open(t *testing.T, o Options) *Journal {
	t.Helper()
	j, err := Open(t.Context(), o)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { closeIt(t, j) })
	return j
}

func closeIt(t *testing.T, c io.Closer) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

// grow appends n blocks of so many lines, each in an append of its own.
func grow(t *testing.T, j journal.Journal, n, lines int) journal.Head {
	t.Helper()
	for range n {
		if _, err := j.Append(t.Context(), j.Head(), journaltest.Next(j.Head(), 1, lines, "")); err != nil {
			t.Fatalf("append: %v", err)
		}
	}
	return j.Head()
}

// killed copies the directory of an open journal: what is there after kill -9, when no file was closed.
func killed(t *testing.T, dir string) string {
	t.Helper()
	to := quickDir(t)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		target := filepath.Join(to, strings.TrimPrefix(path, dir))
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return os.MkdirAll(target, 0o700)
		}
		return copyFile(path, target)
	})
	if err != nil {
		t.Fatal(err)
	}
	return to
}

// quickDir is a directory in memory, where there is one: what a copy holds, not how fast it is synced, is what counts.
func quickDir(t *testing.T) string {
	t.Helper()
	const memory, enough = "/dev/shm", 2 << 30
	if free, err := badgerfiles.Free(memory); err != nil || free < enough {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp(memory, "journal") //nolint:usetesting // in memory, see above
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// copyFile leaves pages of zeros out, as most of a preallocated file is.
func copyFile(from, to string) error {
	p, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	f, err := os.Create(to)
	if err != nil {
		return err
	}
	zeros := make([]byte, 4096)
	for at := 0; at < len(p) && err == nil; at += len(zeros) {
		if page := p[at:min(at+len(zeros), len(p))]; !bytes.Equal(page, zeros[:len(page)]) {
			_, err = f.WriteAt(page, int64(at))
		}
	}
	return errors.Join(err, f.Truncate(int64(len(p))), f.Close())
}

// flip turns one bit of a file.
func flip(t *testing.T, path string, offset int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer closeIt(t, f)
	var b [1]byte
	if _, err := f.ReadAt(b[:], offset); err != nil {
		t.Fatal(err)
	}
	b[0] ^= 0x04
	if _, err := f.WriteAt(b[:], offset); err != nil {
		t.Fatal(err)
	}
}

// one gives the only file that matches.
func one(t *testing.T, dir, pattern string) string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(all) != 1 {
		t.Fatalf("%s: %v, %v", pattern, all, err)
	}
	return all[0]
}

// whole opens the directory and fails t unless it holds everything up to head, and nothing else.
func whole(t *testing.T, o Options, head journal.Head) {
	t.Helper()
	j := open(t, o)
	if j.Head() != head {
		t.Fatalf("head %v, want %v", j.Head(), head)
	}
	journaltest.Check(t, j, "")
	if err := j.Scrub(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	grow(t, j, 3, 2)
	closeIt(t, j)
}

// named fails t unless err is a Damage of this kind.
func named(t *testing.T, err error, kind string) *journal.Damage {
	t.Helper()
	d, ok := errors.AsType[*journal.Damage](err)
	if !ok || d.Kind != kind || !errors.Is(err, journal.ErrCorrupt) {
		t.Fatalf("got %v, want a damage of kind %s", err, kind)
	}
	return d
}
