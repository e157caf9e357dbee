package badgerjournal

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/dgraph-io/badger/v4"

	"moralbank.example/bank/ledger/badgerfiles"
	"moralbank.example/bank/ledger/journal"
)

// Index is journal.Index in a Badger of its own. It is derived: after any damage, Drop it and build it again.
// Each transaction has the next version, and readers read at the last finished one, so they never wait for a sync.
type Index struct {
	opt     Options
	db      *badger.DB
	version atomic.Uint64 // of the last finished transaction

	write   sync.Mutex // one writer at a time; guards stopped
	stopped error

	life   sync.RWMutex // held for reading by each call, for writing by Drop and Close; guards closed
	closed bool
}

var _ journal.Index = (*Index)(nil)

// The index holds pairs and cursors under these first letters.
var (
	pairPrefix   = []byte("k")
	cursorPrefix = []byte("c")
)

// How many pairs a scan takes at a time, so that no iterator lives while the caller thinks: few first, since most want few, then
// more each time, since to begin again costs a search in every table.
const (
	scanChunk    = 256
	scanChunkMax = 32 * scanChunk

	scanChunkBytes = 1 << 20                     // of values, about, in a chunk
	forgetChunk    = journal.IndexTxnKeysMax / 2 // of pairs that go, in one transaction
)

// OpenIndex opens or makes the index in the data directory; it uses Dir, Reserve, Log and Free. One that is damaged is
// dropped, with a word in the log: its users build it again. ErrLocked if another process has it.
func OpenIndex(ctx context.Context, o Options) (*Index, error) {
	o = o.withDefaults()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err := makeDir(o.indexDir()); err != nil {
		return nil, fmt.Errorf("open index: %w", err)
	}
	db, err := openIndexFiles(o)
	if _, damaged := errors.AsType[*journal.Damage](err); damaged {
		o.Log.LogAttrs(ctx, slog.LevelWarn, "the index is damaged; it is dropped, and built anew from the journal", slog.Any("error", err))
		if err = errors.Join(RemoveIndex(o.Dir), makeDir(o.indexDir())); err == nil {
			db, err = openIndexFiles(o)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("open index: %w", err)
	}
	x := &Index{opt: o, db: db}
	x.version.Store(db.MaxVersion())
	db.SetDiscardTs(db.MaxVersion())
	return x, nil
}

// verifyAtOpen is up to how many bytes of tables OpenIndex reads all of them; a larger index is Verify's, in the background.
const verifyAtOpen = 64 << 20

// openIndexFiles opens Badger, after a look at what would make it end the process. A bit flipped in a table may hide a
// key, and a hidden key would let its command be carried out a second time: so the tables are read, unless they are large.
func openIndexFiles(o Options) (db *badger.DB, err error) {
	if why, err := os.ReadFile(filepath.Join(o.indexDir(), condemned)); err == nil {
		return nil, &journal.Damage{Kind: "index", File: o.indexDir(), What: "was found damaged while it was in use: " + strings.TrimSpace(string(why))}
	}
	if err := checkTables(o.indexDir()); err != nil {
		return nil, err
	}
	if db, err = openBadger(indexOptions(o.indexDir(), o.Log)); err != nil {
		return nil, err
	}
	if err := verifySmall(db, o.indexDir()); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func verifySmall(db *badger.DB, dir string) (err error) {
	defer damageOnPanic(dir, &err)
	size := int64(0)
	for _, t := range db.Tables() {
		size += int64(t.OnDiskSize)
	}
	if size > verifyAtOpen {
		return nil
	}
	if err := db.VerifyChecksum(); err != nil {
		return &journal.Damage{Kind: "index", File: dir, What: oneLine(err)}
	}
	return nil
}

// enter begins a call; leave it with x.life.RUnlock.
func (x *Index) enter(ctx context.Context) error {
	x.life.RLock()
	switch {
	case x.closed:
		x.life.RUnlock()
		return journal.ErrClosed
	case ctx.Err() != nil:
		x.life.RUnlock()
		return context.Cause(ctx)
	}
	return nil
}

// get reads one stored value; nil and false if there is none.
func (x *Index) get(key []byte) (value []byte, ok bool, err error) {
	defer damageOnPanic(x.opt.indexDir(), &err)
	txn := x.db.NewTransactionAt(x.version.Load(), false)
	defer txn.Discard()
	item, err := txn.Get(key)
	if errors.Is(err, badger.ErrKeyNotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("index: %w", err)
	}
	if value, err = item.ValueCopy(nil); err != nil {
		return nil, false, fmt.Errorf("index: %w", err)
	}
	return value, true, nil
}

// Cursor implements journal.Index.
func (x *Index) Cursor(ctx context.Context, name string) (journal.Seq, error) {
	if err := x.enter(ctx); err != nil {
		return 0, err
	}
	defer x.life.RUnlock()
	return x.cursor(name)
}

func (x *Index) cursor(name string) (journal.Seq, error) {
	p, ok, err := x.get(append(cursorPrefix[:1:1], name...))
	if err != nil || !ok {
		return 0, err
	}
	if len(p) != 8 {
		return 0, &journal.Damage{Kind: "index", File: x.opt.indexDir(), What: "the cursor of " + name + " has a wrong length: drop the index"}
	}
	return journal.Seq(binary.BigEndian.Uint64(p)), nil //nolint:gosec // Write stored it, never negative
}

// Get implements journal.Index.
func (x *Index) Get(ctx context.Context, key []byte) (value []byte, ok bool, err error) {
	if err := x.enter(ctx); err != nil {
		return nil, false, err
	}
	defer x.life.RUnlock()
	return x.get(append(pairPrefix[:1:1], key...))
}

// Write implements journal.Index.
func (x *Index) Write(ctx context.Context, name string, puts []journal.KV, cursor journal.Seq) error {
	if err := x.enter(ctx); err != nil {
		return err
	}
	defer x.life.RUnlock()
	x.write.Lock()
	defer x.write.Unlock()
	if x.stopped != nil {
		return fmt.Errorf("%w: %w", journal.ErrStopped, x.stopped)
	}
	now, err := x.cursor(name)
	if err != nil {
		return err
	}
	if err := journal.CheckWrite(name, puts, cursor, now); err != nil {
		return fmt.Errorf("write index: %w", err)
	}
	if err := checkSpace(x.opt, x.opt.indexDir(), x.opt.Reserve/indexShare); err != nil {
		return err
	}
	last := journal.KV{Key: append(cursorPrefix[:1:1], name...), Value: binary.BigEndian.AppendUint64(nil, uint64(cursor))} //nolint:gosec // never negative
	for len(puts) >= journal.IndexTxnKeysMax {
		if err := x.commit(sets(puts[:journal.IndexTxnKeysMax])); err != nil {
			return err
		}
		puts = puts[journal.IndexTxnKeysMax:]
	}
	return x.commit(append(sets(puts), change{last, false}))
}

// change is one stored key, with its first letter, that is set or deleted.
type change struct {
	journal.KV

	gone bool
}

// sets are the changes that store pairs.
func sets(puts []journal.KV) []change {
	all := make([]change, 0, len(puts)+1)
	for _, kv := range puts {
		all = append(all, change{journal.KV{Key: append(pairPrefix[:1:1], kv.Key...), Value: kv.Value}, false})
	}
	return all
}

// Forget implements journal.Index. It walks over the pairs once: to begin again after each transaction would be to search, every
// time, behind all that was deleted before.
func (x *Index) Forget(ctx context.Context, name string, prefix []byte) error {
	if err := x.enter(ctx); err != nil {
		return err
	}
	defer x.life.RUnlock()
	x.write.Lock()
	defer x.write.Unlock()
	if x.stopped != nil {
		return fmt.Errorf("%w: %w", journal.ErrStopped, x.stopped)
	}
	gone := []change{{journal.KV{Key: append(cursorPrefix[:1:1], name...)}, true}}
	walk := scan{x: x, prefix: append(pairPrefix[:1:1], prefix...), most: forgetChunk}
	walk.start(nil)
	for {
		if err := x.commit(gone); err != nil || walk.done {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		pairs, err := walk.pairs()
		if err != nil {
			return err
		}
		gone = sets(pairs)
		for i := range gone {
			gone[i].gone = true
		}
	}
}

// commit carries changes out in one transaction. Any error stops the index.
func (x *Index) commit(changes []change) error {
	version := x.version.Load() + 1
	if err := x.try(version, changes); err != nil {
		x.stopped = err
		return fmt.Errorf("write index: %w: %w", journal.ErrStopped, err)
	}
	x.version.Store(version)
	x.db.SetDiscardTs(version)
	return nil
}

func (x *Index) try(version uint64, changes []change) (err error) {
	defer damageOnPanic(x.opt.indexDir(), &err)
	txn := x.db.NewTransactionAt(version, true)
	defer func() { txn.Discard() }()
	size := 0
	for _, c := range changes {
		if size += len(c.Key) + len(c.Value); size > journal.IndexTxnBytes { // large values: go on in another transaction
			if err := txn.CommitAt(version, nil); err != nil {
				return err
			}
			txn, size = x.db.NewTransactionAt(version, true), len(c.Key)+len(c.Value)
		}
		if c.gone {
			err = txn.Delete(c.Key)
		} else {
			err = txn.Set(c.Key, c.Value)
		}
		if err != nil {
			return err
		}
	}
	return txn.CommitAt(version, nil)
}

// Scan implements journal.Index.
func (x *Index) Scan(ctx context.Context, prefix, from []byte, reverse bool, limit int) iter.Seq2[journal.KV, error] {
	s := scan{
		x: x, reverse: reverse, prefix: append(pairPrefix[:1:1], prefix...), left: limit,
	}
	s.start(from)
	return func(yield func(journal.KV, error) bool) {
		for walk := s; ; {
			pairs, err := walk.chunk(ctx)
			for _, kv := range pairs {
				if !yield(kv, nil) {
					return
				}
			}
			if err != nil {
				yield(journal.KV{}, err)
			}
			if err != nil || walk.done {
				return
			}
		}
	}
}

// Drop implements journal.Index. A crash half way leaves an index that Drop or RemoveIndex finishes.
func (x *Index) Drop(ctx context.Context) error {
	x.life.Lock()
	defer x.life.Unlock()
	if x.closed {
		return journal.ErrClosed
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := x.db.Close(); err != nil {
		return fmt.Errorf("drop index: %w", err)
	}
	x.closed = true // until it is open again
	if err := RemoveIndex(x.opt.Dir); err != nil {
		return err
	}
	fresh, err := OpenIndex(ctx, x.opt)
	if err != nil {
		return fmt.Errorf("drop index: %w", err)
	}
	x.db, x.closed, x.stopped = fresh.db, false, nil
	x.version.Store(fresh.version.Load())
	return nil
}

// Close implements journal.Index.
func (x *Index) Close() error {
	x.life.Lock()
	defer x.life.Unlock()
	if x.closed {
		return nil
	}
	x.closed = true
	if err := badgerfiles.Close(x.db, x.stopped != nil); err != nil {
		return fmt.Errorf("close index: %w", err)
	}
	return nil
}
