package badgerjournal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/dgraph-io/badger/v4/table"
	"github.com/dgraph-io/ristretto/v2/z"

	"moralbank.example/bank/ledger/journal"
)

// checkTables opens every table that the manifest names as Badger does, but where a panic can be caught: Badger opens them
// in goroutines of its own, where a table cut short ends the process without a name. A table that it does not name was
// being written when the process died, may be empty, and is deleted by Badger; see keepOrphans.
func checkTables(o Options) error {
	paths, err := filepath.Glob(filepath.Join(o.badgerDir(), "*.sst"))
	if err != nil || len(paths) == 0 {
		return err
	}
	named, err := manifestTables(o)
	if err != nil {
		return err
	}
	for _, path := range paths {
		if !named[filepath.Base(path)] {
			continue
		}
		if err := withTable(path, func(*table.Table) {}); err != nil {
			return &journal.Damage{Kind: "table", File: path, What: oneLine(err) + ": run repair, or restore a backup"}
		}
	}
	return nil
}

// withTable opens one table, not compressed or only its keys' index used, and turns a panic into an error.
func withTable(path string, use func(*table.Table)) (err error) {
	f, err := z.OpenMmapFile(path, os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
		err = errors.Join(err, f.Close(-1))
	}()
	t, err := table.OpenTable(f, table.Options{ReadOnly: true})
	if err == nil {
		use(t)
	}
	return err
}
