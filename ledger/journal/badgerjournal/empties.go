package badgerjournal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"moralbank.example/bank/ledger/journal"
)

// dropEmptyFiles removes the write-ahead and value-log files without a byte that a kill leaves behind between making a
// file and giving it its size: Badger v4.9.6 does not open with one. Nothing was ever in them; if one had been emptied
// otherwise, its blocks are missing, which Open proves. Badger's own lock is held, so that no running one loses a file.
func dropEmptyFiles(dir string) error {
	lock, err := os.Open(dir) //nolint:gosec // a directory of ours
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("drop empty files: %w", err)
	}
	if err := lockFile(lock); err != nil {
		return errors.Join(err, lock.Close())
	}
	for _, pattern := range []string{"*.mem", "*.vlog"} {
		var paths []string
		if paths, err = filepath.Glob(filepath.Join(dir, pattern)); err != nil {
			break
		}
		for _, path := range paths {
			if st, failed := os.Stat(path); failed == nil && st.Size() == 0 {
				err = errors.Join(err, os.Remove(path))
			}
		}
	}
	if err = errors.Join(err, lock.Close()); err != nil {
		return &journal.Damage{Kind: "table", File: dir, What: "an empty file cannot be removed: " + err.Error()}
	}
	return nil
}
