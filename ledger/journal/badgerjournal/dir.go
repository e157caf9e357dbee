package badgerjournal

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"moralbank.example/bank/ledger/badgerfiles"
	"moralbank.example/bank/ledger/journal"
)

// lockDir makes the data directory if need be and takes it for this process. Closing the file gives it back.
func lockDir(dir string) (*os.File, error) {
	if err := makeDir(dir); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(dir, "LOCK"), os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the data directory is the operator's choice
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	if err := badgerfiles.Lock(f); err != nil {
		return nil, errors.Join(locked(err), f.Close())
	}
	return f, nil
}

// locked makes a Held one of the journal's own answers; any other error stays what it is.
func locked(err error) error {
	if h, ok := errors.AsType[*badgerfiles.Held](err); ok {
		return &journal.Locked{Dir: h.File, PID: h.PID}
	}
	return err
}

// makeDir makes a directory and makes its entry durable.
func makeDir(dir string) error {
	if _, err := os.Stat(dir); err == nil { //nolint:gosec // the data directory is the operator's choice
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil { //nolint:gosec // the data directory is the operator's choice
		return fmt.Errorf("make directory: %w", err)
	}
	return syncDir(filepath.Dir(dir))
}

// syncDir makes the names in a directory durable.
func syncDir(dir string) error {
	f, err := os.Open(dir) //nolint:gosec // a directory of ours
	if err != nil {
		return fmt.Errorf("sync directory: %w", err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("sync directory %s: %w", dir, err)
	}
	return nil
}

// checkSpace answers ErrNoSpace while less than so many bytes are free. It is asked before anything is written: a full
// disk reaches Badger's mapped files as a signal that kills the process, not as an error.
func checkSpace(o Options, dir string, reserve int64) error {
	free, err := o.Free(dir)
	if err != nil {
		return fmt.Errorf("%w: %w", journal.ErrNoSpace, err)
	}
	if free < reserve {
		return fmt.Errorf("%w: %d MiB free, %d MiB reserved", journal.ErrNoSpace, free>>20, reserve>>20)
	}
	return nil
}
