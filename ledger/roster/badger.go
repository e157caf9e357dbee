package roster

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	badger "github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"

	"moralbank.example/bank/ledger/badgerfiles"
)

// Badger is the Store of one machine: a directory of its own, synced at every commit, without a value log.
type Badger struct {
	db *badger.DB

	write   sync.Mutex // one commit at a time, so that the count is dense; guards commits and stopped
	commits uint64
	count   *countFile
	stopped error         // why nothing more is written: the disk may hold other than what was answered; set before dead is closed
	dead    chan struct{} // closed when nothing more is written

	dir  string
	free func(dir string) (int64, error)
}

const (
	memTableBytes = 8 << 20
	valueLogBytes = 1 << 20 // never written: every row is under the threshold

	// reserveBytes is the free disk under which nothing is written: a disk without room reaches Badger's mapped files as a
	// signal that ends the process. It is far below what the books keep free, so that people can still sign in and read.
	reserveBytes = 64 << 20
)

// OpenBadger opens or makes the store in dir. It is locked against a second process.
// Tables are verified while opening, and the commits counted: rot is an error here and never a scan that ends early,
// ErrStoreDamaged. ErrNoSpace when too little of the disk is free.
func OpenBadger(dir string, log *slog.Logger) (*Badger, error) {
	db, err := openDB(dir, log)
	if err != nil {
		return nil, err
	}
	b := &Badger{db: db, dead: make(chan struct{}), dir: dir, free: badgerfiles.Free}
	if b.commits, err = countOf(db); err == nil {
		b.count, err = openCount(dir, b.commits)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open roster store: %w", err), db.Close())
	}
	if err := os.RemoveAll(keptDir(dir)); err != nil { // nothing is missing without them
		return nil, errors.Join(fmt.Errorf("open roster store: %w", err), b.Close())
	}
	return b, nil
}

// openDB looks at the files and opens the database in them; nothing is counted.
func openDB(dir string, log *slog.Logger) (*badger.DB, error) {
	if err := room(filepath.Dir(dir), badgerfiles.Free); err != nil { // opening writes
		return nil, fmt.Errorf("open roster store: %w", err)
	}
	if err := checkFiles(dir); err != nil {
		return nil, fmt.Errorf("open roster store: %w", err)
	}
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
		WithDetectConflicts(false). // one writer
		WithChecksumVerificationMode(options.OnTableRead).
		WithLogger(badgerLog{log})
	db, err := badger.Open(opts)
	if err != nil { // it is not locked, see checkFiles
		return nil, fmt.Errorf("open roster store: %w: %s: %w", ErrStoreDamaged, dir, err)
	}
	return db, nil
}

// keptDir is where tables wait that the manifest does not name, until the count has shown that nothing is missing.
func keptDir(dir string) string { return filepath.Clean(dir) + ".orphans" }

// checkFiles looks at the files before Badger does.
func checkFiles(dir string) error {
	err := badgerfiles.DropEmpty(dir)
	if err == nil {
		_, err = badgerfiles.Keep(dir, keptDir(dir))
	}
	if err == nil {
		err = badgerfiles.Check(dir)
	}
	if _, ok := errors.AsType[*badgerfiles.Flaw](err); ok {
		return fmt.Errorf("%w: %w", ErrStoreDamaged, err)
	}
	return err
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

// Commit implements Store. Commits go one after the other; each carries the count of them all, which is then written
// beside the store. After a commit or a count that failed nothing more is written, see Dead: a start tells what is there.
func (b *Badger) Commit(ctx context.Context, changes ...Change) error {
	if err := CheckChanges(changes); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	b.write.Lock()
	defer b.write.Unlock()
	if b.stopped != nil {
		return fmt.Errorf("commit roster rows: stopped: %w", b.stopped)
	}
	if err := room(b.dir, b.free); err != nil {
		return fmt.Errorf("commit roster rows: %w", err)
	}
	next := b.commits + 1
	err := b.db.Update(func(txn *badger.Txn) error {
		if err := apply(txn, changes); err != nil {
			return err
		}
		return txn.Set([]byte(countKey), binary.BigEndian.AppendUint64(nil, next))
	})
	if errors.Is(err, ErrChanged) {
		return err
	}
	if err == nil {
		err = b.count.store(next)
	}
	if err != nil {
		b.stopped = err
		close(b.dead)
		return fmt.Errorf("commit roster rows: %w", err)
	}
	b.commits = next
	return nil
}

// room is ErrNoSpace while too little of the disk is free to write.
func room(dir string, freeOf func(dir string) (int64, error)) error {
	free, err := freeOf(dir)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoSpace, err)
	}
	if free < reserveBytes {
		return fmt.Errorf("%w: %d MiB free, %d MiB reserved", ErrNoSpace, free>>20, reserveBytes>>20)
	}
	return nil
}

// Dead implements Store.
func (b *Badger) Dead() <-chan struct{} { return b.dead }

// Cause implements Store.
func (b *Badger) Cause() error {
	select {
	case <-b.dead:
		return b.stopped
	default:
		return nil
	}
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
			if string(item.Key()) == countKey {
				continue
			}
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
	count := b.count.f.Close()
	if errors.Is(count, os.ErrClosed) {
		count = nil // closing twice is safe
	}
	if err := errors.Join(badgerfiles.Close(b.db, b.stopped != nil), count); err != nil {
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
