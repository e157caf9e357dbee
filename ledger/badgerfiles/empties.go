package badgerfiles

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// DropEmpty removes the write-ahead and value-log files without a byte that a kill leaves behind between making a file
// and giving it its size: Badger does not open with one. Nothing was ever in them; if one had been emptied otherwise,
// its commits are missing, which the store finds by its count. Badger's own lock is held, so that no running one loses a
// file: a *Held. A *Flaw if one cannot be removed.
func DropEmpty(dir string) error {
	lock, err := os.Open(dir) //nolint:gosec // a directory of ours
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("drop empty files: %w", err)
	}
	if err := Lock(lock); err != nil {
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
		return &Flaw{dir, "an empty file cannot be removed: " + err.Error()}
	}
	return nil
}
