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

// checkTables opens every table as Badger does, but where a panic can be caught: Badger opens them in goroutines of its
// own, where a table cut short ends the process without a name.
func checkTables(dir string) error {
	paths, err := filepath.Glob(filepath.Join(dir, "*.sst"))
	if err != nil {
		return fmt.Errorf("check tables: %w", err)
	}
	for _, path := range paths {
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
