package auth

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// ErrExposed refuses a secret that other users of the machine can read.
var ErrExposed = errors.New("others can read it: chmod 600, and replace the keys if others use this machine")

// readPrivate reads a file that only its owner may read.
func readPrivate(path string) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // the operator names the data directory
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // read only: nothing to lose
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s has mode %#o: %w", path, info.Mode().Perm(), ErrExposed)
	}
	return io.ReadAll(io.LimitReader(f, keyFileMax))
}

// createFile writes a file of mode 0600 that must not exist yet, durable when it returns.
func createFile(path string, content []byte) error {
	if err := writeSynced(path, content); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// replaceFile puts content in the place of the file, whole or not at all, durable when it returns: written beside it, synced,
// renamed over it, directory synced. A rest of an earlier try is overwritten.
func replaceFile(path string, content []byte) error {
	beside := path + ".new"
	if err := os.Remove(beside); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := writeSynced(beside, content); err != nil {
		return err
	}
	if err := os.Rename(beside, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func writeSynced(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the operator names the data directory
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Sync(), f.Close())
}

func syncDir(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // the operator names the data directory
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
