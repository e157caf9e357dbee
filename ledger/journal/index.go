package journal

import (
	"context"
	"fmt"
	"iter"
)

// The limits of an index.
const (
	IndexTxnKeysMax = 2000     // keys in one transaction
	IndexTxnBytes   = 1 << 20  // bytes of keys and values in one transaction
	IndexKeyMax     = 1 << 10  // bytes of a key
	IndexValueMax   = 64 << 10 // bytes of a value
	IndexNameMax    = 64       // bytes of a cursor's name
)

// KV is one pair of an index.
type KV struct {
	Key, Value []byte
}

// Index is a derived, disposable key-value store that lags behind the journal. Each of its users has a name and a
// cursor: the seq up to which its keys are in. It may be dropped at any time; its users then start again from 0.
// One goroutine writes under a name; any number read.
type Index interface {
	// Cursor is the seq up to which name has written; 0 if never.
	Cursor(ctx context.Context, name string) (Seq, error)

	// Write stores the pairs and then moves name's cursor, durable when it returns. Fewer than IndexTxnKeysMax pairs of
	// at most IndexTxnBytes are one transaction with the cursor: all of it or nothing. More are split over several
	// transactions with the cursor in the last: after a crash part of the pairs may be there under the old cursor, and
	// doing the same again gives the same. Pairs may overwrite. The cursor never goes back
	// (ErrInvalid). After any other error the index is dead (ErrStopped), as a journal is.
	Write(ctx context.Context, name string, puts []KV, cursor Seq) error

	// Get gives the value of key in memory of the caller's own; ok is false if there is none.
	Get(ctx context.Context, key []byte) (value []byte, ok bool, err error)

	// Scan gives the pairs whose key starts with prefix in the order of the keys, or backwards, from the key from on
	// (itself included; empty: from the first, or backwards from the last), at most limit of them (0: all). The pairs
	// are the caller's. What is written meanwhile may or may not be given. A fault is the last pair given.
	Scan(ctx context.Context, prefix, from []byte, reverse bool, limit int) iter.Seq2[KV, error]

	// Forget deletes name's cursor, and then every pair whose key starts with prefix. After a crash half way, or an
	// error that is not ErrStopped, do it again.
	Forget(ctx context.Context, name string, prefix []byte) error

	// Drop forgets every key and every cursor.
	Drop(ctx context.Context) error

	// Close lets the files go; later calls answer ErrClosed. Closing twice is safe.
	Close() error
}

// CheckWrite refuses with ErrInvalid what an index cannot hold. Every Write starts with it.
func CheckWrite(name string, puts []KV, cursor, now Seq) error {
	if len(name) < 1 || len(name) > IndexNameMax {
		return fmt.Errorf("%w: index name of %d bytes", ErrInvalid, len(name))
	}
	if cursor < now {
		return fmt.Errorf("%w: cursor of %s back from %d to %d", ErrInvalid, name, now, cursor)
	}
	for _, kv := range puts {
		if len(kv.Key) < 1 || len(kv.Key) > IndexKeyMax || len(kv.Value) > IndexValueMax {
			return fmt.Errorf("%w: index pair of %d and %d bytes", ErrInvalid, len(kv.Key), len(kv.Value))
		}
	}
	return nil
}
