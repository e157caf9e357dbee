package badgerfiles

import (
	"errors"
	"fmt"
	"time"

	"github.com/dgraph-io/badger/v4"
)

// ErrNotClosed : Badger did not let go in time. What it had answered is on the disk; the end of the process takes the rest.
var ErrNotClosed = errors.New("badgerfiles: badger does not close")

// How long Close waits.
const (
	closeMax  = 30 * time.Second // for a memory table to be written down as a table
	failedMax = 3 * time.Second  // after a failed write
)

// Close closes a Badger whose every commit is synced. Badger v4.9.6 tries for ever to write its memory tables down, once a
// second, on a disk that has become read-only, and a server that has to end would not: so it is waited for a while, and
// then left. failed says that a write has failed before.
func Close(db *badger.DB, failed bool) error {
	limit := closeMax
	if failed {
		limit = failedMax
	}
	done := make(chan error, 1)
	go func() { done <- db.Close() }()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		return fmt.Errorf("%w in %v", ErrNotClosed, limit)
	}
}
