package seal

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func markAt(n int64) Mark {
	f := FrontierOf([]Hash{entryAt(n)})
	return Mark{Height: n, Seq: 3 * n, Block: entryAt(-n), Size: 3 * n, Root: f.Root()}
}

func TestGuardRemembers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mark")
	g, err := OpenGuard(path)
	if err != nil {
		t.Fatal(err)
	}
	if m, ok := g.Mark(); ok || m.Height != 0 {
		t.Fatalf("a guard without a file has mark %+v", m)
	}
	first := markAt(4)
	first.Checkpoint = []byte("community.example/log\n12\nroot\n\n\u2014 signature\n")
	for _, m := range []Mark{{}, first, markAt(9)} {
		if err := g.Store(m); err != nil {
			t.Fatal(err)
		}
		again, err := OpenGuard(path)
		if err != nil {
			t.Fatal(err)
		}
		if m.Height == 9 {
			m.Checkpoint = first.Checkpoint // a mark without one keeps the last
		}
		if got, ok := again.Mark(); !ok || !reflect.DeepEqual(got, m) {
			t.Fatalf("read back %+v, want %+v", got, m)
		}
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Fatalf("left behind: %v %v", left, err)
	}
}

func TestGuardNeverGoesBack(t *testing.T) {
	g, err := OpenGuard(filepath.Join(t.TempDir(), "mark"))
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Store(markAt(5)); err != nil {
		t.Fatal(err)
	}
	fork := markAt(5)
	fork.Block[3] ^= 1
	otherRoot := markAt(5)
	otherRoot.Root[0] ^= 1
	for name, m := range map[string]Mark{"lower": markAt(4), "empty": {}, "fork": fork, "other root": otherRoot} {
		if err := g.Store(m); !errors.Is(err, ErrBack) {
			t.Errorf("%s: %v, want ErrBack", name, err)
		}
	}
	if err := g.Store(markAt(5)); err != nil {
		t.Errorf("the same mark again: %v", err)
	}
}

// Every single changed, missing or added byte of a mark file is seen.
func TestGuardSeesDamage(t *testing.T) {
	m := markAt(12)
	m.Checkpoint = []byte("origin\n36\nroot\n")
	whole := m.Encode()
	path := filepath.Join(t.TempDir(), "mark")
	refused := func(p []byte) {
		t.Helper()
		if err := os.WriteFile(path, p, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenGuard(path); err == nil {
			t.Fatalf("a damaged mark is accepted:\n%s", p)
		}
	}
	for i := range whole {
		for bit := range 8 {
			p := bytes.Clone(whole)
			p[i] ^= 1 << bit
			refused(p)
		}
		refused(whole[:i])
	}
	refused(append(bytes.Clone(whole), '\n'))
	refused(make([]byte, markFileMax+1))
}

func TestGuardStoreFailureKeepsTheOldMark(t *testing.T) {
	dir := t.TempDir()
	g, err := OpenGuard(filepath.Join(dir, "mark"))
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Store(markAt(1)); err != nil {
		t.Fatal(err)
	}
	// A directory where the new file would go makes the write fail before the old one is touched.
	if err := os.Mkdir(filepath.Join(dir, "mark.next"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := g.Store(markAt(2)); err == nil {
		t.Fatal("stored through a directory")
	}
	again, err := OpenGuard(filepath.Join(dir, "mark"))
	if err != nil {
		t.Fatal(err)
	}
	if m, _ := again.Mark(); m.Height != 1 {
		t.Fatalf("the file has height %d, want 1", m.Height)
	}
}

func FuzzDecodeMark(f *testing.F) {
	m := markAt(3)
	f.Add(m.Encode())
	m.Checkpoint = []byte("note\n")
	f.Add(m.Encode())
	f.Fuzz(func(t *testing.T, p []byte) {
		if m, err := DecodeMark(p); err == nil && !bytes.Equal(m.Encode(), p) {
			t.Fatalf("accepted another spelling of %+v", m)
		}
	})
}
