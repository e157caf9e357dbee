package roster

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// made is the directory of a closed roster with people in it.
func made(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	r, err := Create(t.Context(), dir, nil)
	must(t, err)
	must(t, errors.Join(r.AddPeople(t.Context(), desk, people()...), r.Close()))
	return dir
}

// A keyring fits the store that it was made with, and no other; a store that is gone fits none.
func TestFits(t *testing.T) {
	dir, other := made(t), made(t)
	ring := filepath.Join(dir, keyringFile)
	must(t, Fits(dir, ring, nil))
	must(t, os.Remove(countPath(filepath.Join(dir, storeDir)))) // of no matter here
	must(t, Fits(dir, ring, nil))
	if err := Fits(dir, filepath.Join(other, keyringFile), nil); !errors.Is(err, ErrKeyringForeign) {
		t.Fatalf("another roster's: %v", err)
	}
	must(t, os.RemoveAll(filepath.Join(dir, storeDir)))
	if err := Fits(dir, ring, nil); !errors.Is(err, ErrStoreDamaged) {
		t.Fatalf("no store: %v", err)
	}
}

// Opening or counting where the store is gone left an empty store and a count of 0 behind, which then were "made sure of".
func TestGoneStore(t *testing.T) {
	for what, harm := range map[string]func(store string) error{
		"gone":    os.RemoveAll,
		"emptied": func(store string) error { return errors.Join(os.RemoveAll(store), os.Mkdir(store, 0o700)) },
	} {
		dir := made(t)
		store := filepath.Join(dir, storeDir)
		must(t, errors.Join(harm(store), os.Remove(countPath(store))))
		if _, err := Open(t.Context(), dir, nil); !errors.Is(err, ErrStoreDamaged) {
			t.Fatalf("%s: opened: %v", what, err)
		}
		if n, err := Recount(dir, [32]byte{}, nil, nil); !errors.Is(err, ErrStoreDamaged) {
			t.Fatalf("%s: recounted: %d, %v", what, n, err)
		}
		if _, err := os.Lstat(countPath(store)); !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("%s: a count was made: %v", what, err)
		}
		// What an older program has left of it is refused as well.
		b, err := OpenBadger(store, nil)
		must(t, errors.Join(err, b.Close()))
		if n, err := Recount(dir, [32]byte{}, nil, nil); !errors.Is(err, ErrStoreDamaged) {
			t.Fatalf("%s: empty, and recounted: %d, %v", what, n, err)
		}
	}
}
