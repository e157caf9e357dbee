package roster

import (
	"context"
	"errors"
	"fmt"
	"iter"
)

// Store is the narrow port to the rows: get, put-if-unchanged, delete-if-unchanged, scan by prefix.
// Badger, memory and (past one machine) etcd can carry it; rostertest.Conformance is what each must pass.
// All methods may be called from many goroutines.
type Store interface {
	// Get reads one row. ErrNotFound if there is none. The value is the caller's own copy.
	Get(ctx context.Context, key string) (Row, error)
	// Commit makes all changes or none of them, durable when it returns nil. ErrChanged if any row is no longer at the
	// version that its change names, ErrNoSpace if the disk is too full; then nothing was written, and another may go well.
	// At most changesMax changes of changesBytesMax together. After any other failure to write, the store is dead.
	Commit(ctx context.Context, changes ...Change) error
	// Scan yields the rows whose key starts with prefix, ascending by key, as they all stood at one moment.
	// A non-nil error is the last pair yielded. Rows may be committed while a scan is open.
	Scan(ctx context.Context, prefix string) iter.Seq2[Row, error]
	// Dead is closed when a write has failed and nothing more is written: only a new start can tell what the disk holds.
	// Cause then says why; it is nil before.
	Dead() <-chan struct{}
	Cause() error
	// Close gives the store back. Nothing may be called after it.
	Close() error
}

// Version tells apart the states of one row: it differs after every change, and also after delete and create anew.
// Zero means that the row does not exist.
type Version uint64

// Row is one stored value.
type Row struct {
	Key     string
	Value   []byte
	Version Version
}

// Change puts or deletes one row, provided that it is still at version Was (zero: that it does not exist).
type Change struct {
	Key    string
	Value  []byte
	Was    Version
	Delete bool
}

// Bounds of one commit: Badger takes 15% of an 8 MiB memtable, etcd takes 128 operations and 1.5 MiB.
const (
	changesMax      = 100
	changesBytesMax = 1 << 20
	keyBytesMax     = 240
	// RowBytesMax bounds one value.
	RowBytesMax = 96 << 10
)

// What a store answers when it is not broken.
var (
	// ErrNotFound says that there is no such row.
	ErrNotFound = errors.New("roster: not found")
	// ErrChanged says that a row is not at the version named: read again, decide again.
	ErrChanged = errors.New("roster: row changed meanwhile")
	// ErrNoSpace says that too little of the disk is free; nothing was written.
	ErrNoSpace = errors.New("roster: not enough free disk")
	// ErrTooLarge says that a row or a commit is above its bound; nothing was written.
	ErrTooLarge = errors.New("roster: too large")
)

// CheckChanges reports whether changes are within the bounds that every store keeps, and name each row once.
func CheckChanges(changes []Change) error {
	if len(changes) > changesMax {
		return fmt.Errorf("%w: %d changes of at most %d", ErrTooLarge, len(changes), changesMax)
	}
	total := 0
	seen := make(map[string]bool, len(changes))
	for _, c := range changes {
		if c.Key == "" || len(c.Key) > keyBytesMax || len(c.Value) > RowBytesMax {
			return fmt.Errorf("%w: key of %d bytes, value of %d", ErrTooLarge, len(c.Key), len(c.Value))
		}
		if seen[c.Key] {
			return fmt.Errorf("roster: one commit changes %s twice", c.Key)
		}
		seen[c.Key] = true
		total += len(c.Key) + len(c.Value)
	}
	if total > changesBytesMax {
		return fmt.Errorf("%w: %d bytes of at most %d", ErrTooLarge, total, changesBytesMax)
	}
	return nil
}
