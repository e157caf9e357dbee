package badgerfiles

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Keep links every table of dir that its manifest does not name into another directory, made if there is any, before
// Badger deletes it, and gives their names. Most are left over from a crash and hold nothing of their own; but a
// manifest that has been cut short looks the same, and then they are the data. The store removes them once it has proved
// that nothing is missing. A *Flaw if the manifest is wrong.
func Keep(dir, into string) (names []string, err error) {
	paths, err := unnamed(dir)
	if err != nil || len(paths) == 0 {
		return nil, err
	}
	if err := os.MkdirAll(into, 0o700); err != nil {
		return nil, fmt.Errorf("keep tables: %w", err)
	}
	for _, path := range paths {
		name := filepath.Base(path)
		if err := os.Link(path, filepath.Join(into, name)); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, fmt.Errorf("keep tables: %w", err)
		}
		names = append(names, name)
	}
	for _, d := range []string{into, filepath.Dir(into)} {
		if err := syncDir(d); err != nil {
			return nil, err
		}
	}
	return names, nil
}

func syncDir(dir string) error {
	f, err := os.Open(dir) //nolint:gosec // a directory of ours
	if err != nil {
		return fmt.Errorf("sync directory: %w", err)
	}
	return errors.Join(f.Sync(), f.Close())
}
