package badgerfiles_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/dgraph-io/badger/v4"

	"moralbank.example/bank/ledger/badgerfiles"
)

// store is a directory with one table, closed.
func store(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	db, err := badger.Open(badger.DefaultOptions(dir).WithLogger(nil))
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Update(func(txn *badger.Txn) error { return txn.Set([]byte("key"), []byte("value")) }); err != nil {
		t.Fatal(err)
	}
	if err := badgerfiles.Close(db, false); err != nil {
		t.Fatal(err)
	}
	return dir
}

func table(t *testing.T, dir string) string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.sst"))
	if err != nil || len(paths) != 1 {
		t.Fatalf("tables: %v, %v", paths, err)
	}
	return paths[0]
}

// What Badger would end the process over, or delete without a word, is named.
func TestCheck(t *testing.T) {
	for name, harm := range map[string]func(dir, table string) error{
		"":               func(string, string) error { return nil },
		"000001.sst":     func(_, table string) error { return os.Truncate(table, 40) },
		"MANIFEST":       func(dir, _ string) error { return os.Remove(filepath.Join(dir, "MANIFEST")) },
		"MANIFEST again": func(dir, _ string) error { return os.Truncate(filepath.Join(dir, "MANIFEST"), 3) },
	} {
		dir := store(t)
		if err := harm(dir, table(t, dir)); err != nil {
			t.Fatal(err)
		}
		err := badgerfiles.Check(dir)
		flaw, ok := errors.AsType[*badgerfiles.Flaw](err)
		if ok != (name != "") || ok && !filepath.IsAbs(flaw.File) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// Tables that the manifest does not name are kept; files without a byte go, but not those of a running Badger.
func TestKeepAndDrop(t *testing.T) {
	dir := store(t)
	orphan := filepath.Join(dir, "000998.sst")
	if err := errors.Join(os.WriteFile(orphan, []byte("half a table"), 0o600), os.WriteFile(filepath.Join(dir, "00998.mem"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(t.TempDir(), "kept")
	for range 2 { // also when it is tried again
		names, err := badgerfiles.Keep(dir, kept)
		if err != nil || len(names) != 1 || names[0] != "000998.sst" {
			t.Fatalf("kept %v, %v", names, err)
		}
	}
	if p, err := os.ReadFile(filepath.Join(kept, "000998.sst")); err != nil || string(p) != "half a table" {
		t.Fatalf("%q %v", p, err)
	}
	if err := badgerfiles.DropEmpty(dir); err != nil {
		t.Fatal(err)
	}
	db, err := badger.Open(badger.DefaultOptions(dir).WithLogger(nil))
	if err != nil {
		t.Fatal(err)
	}
	if err := badgerfiles.DropEmpty(dir); !errors.Is(err, badgerfiles.ErrLocked) {
		t.Errorf("a running Badger's files: %v, want ErrLocked", err)
	}
	if err := badgerfiles.Close(db, true); err != nil {
		t.Fatal(err)
	}
}
