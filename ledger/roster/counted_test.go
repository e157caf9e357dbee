package roster

import (
	"encoding/binary"
	"errors"
	"os"
	"testing"
)

// filled is a closed store that has counted some commits.
func filled(t *testing.T) (dir string, commits uint64) {
	t.Helper()
	dir = t.TempDir() + "/roster"
	b, err := OpenBadger(dir, nil)
	must(t, err)
	for _, key := range []string{metaKey, "two", "three"} {
		must(t, b.Commit(t.Context(), Change{Key: key, Value: []byte("value")}))
	}
	must(t, b.Close())
	return dir, 3
}

// A store that has counted was opened without a word when its count was gone, and a new one was made from whatever it held: a
// store that had lost its newest commits was then as good as whole. Only a person can say that nothing is missing.
func TestCountLost(t *testing.T) {
	for what, harm := range map[string]func(path string) error{
		"gone":    os.Remove,
		"emptied": func(path string) error { return os.Truncate(path, 0) },
		"flipped": func(path string) error {
			return os.WriteFile(path, []byte("MBRC0001\x00\x00\x00\x00\x00\x00\x00\x02abcd"), 0o600)
		},
	} {
		dir, commits := filled(t)
		must(t, harm(countPath(dir)))
		for range 2 { // a refusal changes nothing
			if _, err := OpenBadger(dir, nil); !errors.Is(err, ErrStoreDamaged) || !errors.Is(err, ErrCountLost) {
				t.Fatalf("%s: %v", what, err)
			}
		}
		if n, err := recount(dir, [32]byte{}, nil, nil); err != nil || n != commits {
			t.Fatalf("%s: recount: %d commits, %v", what, n, err)
		}
		b, err := OpenBadger(dir, nil)
		must(t, err)
		row, err := b.Get(t.Context(), "three")
		if err != nil || string(row.Value) != "value" || b.commits != commits {
			t.Fatalf("%s: %q of %d commits, %v", what, row.Value, b.commits, err)
		}
		must(t, b.Close())
	}
}

// Commits that are known to be missing cannot be wished away by counting again.
func TestRecountRefusesWhatIsBehind(t *testing.T) {
	dir, commits := filled(t)
	f, err := os.OpenFile(countPath(dir), os.O_RDWR, 0)
	must(t, err)
	must(t, (&countFile{f}).store(commits+1))
	must(t, f.Close())
	if n, err := recount(dir, [32]byte{}, nil, nil); !errors.Is(err, ErrStoreDamaged) || errors.Is(err, ErrCountLost) {
		t.Fatalf("recount: %d, %v", n, err)
	}
	if p, err := os.ReadFile(countPath(dir)); err != nil || binary.BigEndian.Uint64(p[len(countMagic):]) != commits+1 {
		t.Fatalf("the count was changed: %q, %v", p, err)
	}
}

// A store without a row beside a keyring that has keys was people once: it was tied to the ring anew, and the list began empty.
func TestEmptyStoreBesideAUsedKeyring(t *testing.T) {
	dir := t.TempDir()
	r, err := Create(t.Context(), dir, nil)
	must(t, err)
	must(t, r.AddPeople(t.Context(), desk, people()...))
	must(t, r.Close())
	must(t, errors.Join(os.RemoveAll(dir+"/"+storeDir), os.Remove(countPath(dir+"/"+storeDir))))
	if _, err := Open(t.Context(), dir, nil); !errors.Is(err, ErrStoreDamaged) {
		t.Fatalf("opened: %v", err)
	}
}
