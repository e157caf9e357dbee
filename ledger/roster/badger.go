package roster

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"

	badger "github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
)

// Badger is the Store of one machine: a directory of its own, synced at every commit, without a value log.
type Badger struct {
	db *badger.DB
}

const (
	memTableBytes   = 8 << 20
	valueLogBytes   = 1 << 20 // never written: every row is under the threshold
	conflictRetries = 64
)

// OpenBadger opens or makes the store in dir. It is locked against a second process.
// Tables are verified while opening: rot is an error here and never a scan that ends early.
func OpenBadger(dir string, log *slog.Logger) (*Badger, error) {
	opts := badger.DefaultOptions(dir).
		WithSyncWrites(true).
		WithMemTableSize(memTableBytes).
		WithNumMemtables(2).
		WithValueThreshold(RowBytesMax + 1).
		WithValueLogFileSize(valueLogBytes).
		WithCompression(options.None). // sealed rows do not shrink, and no block cache is needed
		WithBlockCacheSize(0).
		WithIndexCacheSize(0).
		WithNumCompactors(2).
		WithNumVersionsToKeep(1).
		WithCompactL0OnClose(true). // deleted rows leave the disk sooner; Erase does not rely on it
		WithMetricsEnabled(false).
		WithDetectConflicts(true).
		WithChecksumVerificationMode(options.OnTableRead).
		WithLogger(badgerLog{log})
	db, err := badger.Open(opts)
	if err != nil {
		return nil, fmt.Errorf("open roster store: %w", err)
	}
	return &Badger{db: db}, nil
}

// Get implements Store.
func (b *Badger) Get(ctx context.Context, key string) (Row, error) {
	if err := ctx.Err(); err != nil {
		return Row{}, err
	}
	row := Row{Key: key}
	err := b.db.View(func(txn *badger.Txn) error {
		item, err := txn.Get([]byte(key))
		if err != nil {
			return err
		}
		row.Version = Version(item.Version())
		row.Value, err = item.ValueCopy(nil)
		return err
	})
	if errors.Is(err, badger.ErrKeyNotFound) {
		return Row{}, ErrNotFound
	}
	if err != nil {
		return Row{}, fmt.Errorf("get roster row: %w", err)
	}
	return row, nil
}

// Commit implements Store. Badger's conflict detection guards the time between our comparison and its commit; a conflict
// is compared again, so that a caller only ever hears ErrChanged when a row that it named has really changed.
func (b *Badger) Commit(ctx context.Context, changes ...Change) error {
	if err := CheckChanges(changes); err != nil {
		return err
	}
	for range conflictRetries {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := b.db.Update(func(txn *badger.Txn) error { return apply(txn, changes) })
		switch {
		case err == nil, errors.Is(err, ErrChanged):
			return err
		case !errors.Is(err, badger.ErrConflict):
			return fmt.Errorf("commit roster rows: %w", err)
		}
	}
	return ErrChanged
}

func apply(txn *badger.Txn, changes []Change) error {
	for _, c := range changes {
		var now Version
		item, err := txn.Get([]byte(c.Key))
		switch {
		case err == nil:
			now = Version(item.Version())
		case !errors.Is(err, badger.ErrKeyNotFound):
			return err
		}
		if now != c.Was {
			return ErrChanged
		}
	}
	for _, c := range changes {
		var err error
		if c.Delete {
			err = txn.Delete([]byte(c.Key))
		} else {
			err = txn.Set([]byte(c.Key), c.Value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Scan implements Store.
func (b *Badger) Scan(ctx context.Context, prefix string) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		txn := b.db.NewTransaction(false)
		defer txn.Discard()
		opts := badger.DefaultIteratorOptions
		opts.Prefix = []byte(prefix)
		it := txn.NewIterator(opts)
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			if err := ctx.Err(); err != nil {
				yield(Row{}, err)
				return
			}
			item := it.Item()
			value, err := item.ValueCopy(nil)
			if err != nil {
				yield(Row{}, fmt.Errorf("scan roster rows: %w", err))
				return
			}
			if !yield(Row{Key: string(item.KeyCopy(nil)), Value: value, Version: Version(item.Version())}, nil) {
				return
			}
		}
	}
}

// Close implements Store.
func (b *Badger) Close() error {
	if err := b.db.Close(); err != nil {
		return fmt.Errorf("close roster store: %w", err)
	}
	return nil
}

// badgerLog passes on what Badger warns about; its chatter is dropped. Row keys carry no personal data.
type badgerLog struct{ log *slog.Logger }

// Errorf implements badger.Logger.
func (l badgerLog) Errorf(format string, args ...any) { l.pass(slog.LevelError, format, args) }

// Warningf implements badger.Logger.
func (l badgerLog) Warningf(format string, args ...any) { l.pass(slog.LevelWarn, format, args) }

// Infof implements badger.Logger.
func (badgerLog) Infof(string, ...any) {}

// Debugf implements badger.Logger.
func (badgerLog) Debugf(string, ...any) {}

func (l badgerLog) pass(level slog.Level, format string, args []any) {
	if l.log == nil {
		return
	}
	l.log.LogAttrs(context.Background(), level, "roster store", slog.String("text", fmt.Sprintf(format, args...)))
}
