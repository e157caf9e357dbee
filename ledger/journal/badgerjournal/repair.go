package badgerjournal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/dgraph-io/badger/v4"

	"moralbank.example/bank/ledger/journal"
)

// Repaired says what Repair did.
type Repaired struct {
	Head   journal.Head
	Blocks int    // taken from the tail because Badger had lost or damaged them
	Aside  string // where the damaged Badger is kept; empty if it was not damaged. A person may delete it
	Tail   bool   // the tail was damaged and has been written again from Badger
}

// Repair is the one operation after Open, a read or a scrub has named a damage, on a directory that no server uses. It
// reads every block; if one is missing or damaged it writes all of them into a new Badger, each from the old one where
// its hash and its place in the chain are right, else from the tail, and puts the old one aside. It writes a damaged
// tail again. It needs free disk for one more copy of the blocks, and changes nothing unless all can be made whole: the
// first block that neither copy holds is named, with the word backup. ErrDiverged and ErrBehind as in Open.
func Repair(ctx context.Context, o Options) (Repaired, error) {
	o = o.withDefaults()
	done, err := repair(ctx, o)
	if err != nil {
		return Repaired{}, fmt.Errorf("repair %s: %w", o.Dir, err)
	}
	return done, nil
}

func repair(ctx context.Context, o Options) (done Repaired, err error) {
	f, err := openFiles(ctx, o)
	if d, ok := errors.AsType[*journal.Damage](err); ok && d.Kind == "table" {
		f, err = openTailOnly(o) // Badger does not open: all must come from the tail
	}
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, f.close()) }()
	if err := checkSpace(o, o.Dir, o.Reserve); err != nil {
		return done, err
	}
	head, err := f.whole(ctx)
	if err != nil {
		o.Log.LogAttrs(ctx, slog.LevelWarn, "badger is built anew", slog.String("damage", err.Error()))
		if head, err = f.rebuild(ctx, &done); err != nil {
			return done, err
		}
	}
	if err := errors.Join(f.sameChain(head), checkMinHead(f.store, head, o.MinHead)); err != nil {
		return done, err
	}
	if f.found.damage != nil {
		o.Log.LogAttrs(ctx, slog.LevelWarn, "the tail is written anew", slog.String("damage", f.found.damage.Error()))
		if err := removeTail(o.tailDir(), f.found); err != nil {
			return done, err
		}
		f.found, done.Tail = tailState{}, true
	}
	done.Head = head
	return done, f.rewriteTail(ctx, head)
}

// whole reads everything in Badger and gives its head, or the first damage. The end of the tail must be there too.
func (f *files) whole(ctx context.Context) (journal.Head, error) {
	if f.store.db == nil {
		return journal.Head{}, &journal.Damage{Kind: "table", File: f.store.dir, What: "badger does not open"}
	}
	v, err := f.store.survey(ctx, f.found.head.Seq)
	f.doubt(&v)
	if err == nil {
		err = v.damage(f.store)
	}
	if err == nil {
		err = f.store.checkNewest(v.head, v.head.Seq)
	}
	if err == nil {
		err = f.store.checkSeeks(ctx, v.head)
	}
	return v.head, err
}

// rebuild writes all blocks into a new Badger and puts it in the place of the old one.
func (f *files) rebuild(ctx context.Context, done *Repaired) (journal.Head, error) {
	fresh, err := newStore(f.opt)
	if err != nil {
		return journal.Head{}, err
	}
	head, err := f.copyAll(ctx, fresh, done)
	if err = errors.Join(err, fresh.db.Close()); err != nil { // Close syncs all tables
		return head, err
	}
	if f.store.db != nil {
		if err := f.store.db.Close(); err != nil {
			f.opt.Log.LogAttrs(ctx, slog.LevelWarn, "the damaged badger does not close", slog.String("error", err.Error()))
		}
		f.store.db = nil
	}
	if done.Aside, err = swapStores(f.opt); err != nil {
		return head, err
	}
	if f.store.db, err = openBadger(journalOptions(f.opt.badgerDir(), f.opt.Log)); err != nil {
		return head, err
	}
	got, err := f.whole(ctx)
	if err == nil && got != head {
		err = &journal.Damage{Kind: "head", File: f.store.dir, What: fmt.Sprintf("%v was written, %v is there", head, got)}
	}
	return head, err
}

// copyAll goes from seq to seq: the old Badger's block if it is right, else the tail's, else it names the seq.
func (f *files) copyAll(ctx context.Context, to store, done *Repaired) (head journal.Head, err error) {
	end, err := f.knownEnd(ctx)
	if err != nil {
		return head, err
	}
	for {
		if ctx.Err() != nil {
			return head, context.Cause(ctx)
		}
		run := f.oldRun(head)
		if len(run) == 0 {
			b, ok, err := f.fromTail(head)
			if err != nil {
				return head, err
			}
			if !ok && head.Seq >= end {
				return head, nil
			}
			if !ok {
				return head, f.store.damage(head.Height+1, head.Seq+1, "neither badger nor the tail holds this block: restore a backup")
			}
			run = []journal.Block{b}
			done.Blocks++
		}
		for len(run) > 0 {
			n := min(len(run), journal.AppendBlocksMax)
			encoded, next, err := journal.Chain(head, run[:n])
			if err != nil {
				return head, err
			}
			if err := to.append(next, run[:n], encoded); err != nil {
				return head, fmt.Errorf("build anew: %w", err)
			}
			head, run = next, run[n:]
		}
	}
}

// knownEnd is the last seq of which either copy or the signed head knows.
func (f *files) knownEnd(ctx context.Context) (journal.Seq, error) {
	end := max(f.found.head.Seq, f.opt.MinHead.Seq)
	if f.store.db == nil {
		return end, nil
	}
	v, err := f.store.survey(ctx, 0)
	if err != nil && !errors.Is(err, journal.ErrCorrupt) {
		return 0, err
	}
	f.doubt(&v)
	return max(end, v.head.Seq, v.last), nil // as far as the keys can be walked; the tail knows the end
}

// oldRun gives the blocks that follow head in the old Badger, as far as they are right and fit a chunk.
func (f *files) oldRun(head journal.Head) (run []journal.Block) {
	if f.store.db == nil {
		return nil
	}
	err := f.store.view(newest, func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{Prefix: blockPrefix})
		defer it.Close()
		size := 0
		for it.Seek(blockKey(head.Seq + 1)); it.Valid() && len(run) < chunkBlocks && size < chunkBytes; it.Next() {
			b, err := f.store.value(it.Item())
			if err != nil || !head.Precedes(b.block) {
				return err
			}
			run = append(run, b.block)
			head = b.head()
			size += len(b.encoded)
		}
		return nil
	})
	if err != nil {
		return run // what came before the damage is right; the damage itself is met again, alone, at the next call
	}
	return run
}

// fromTail gives the block that follows head in the tail.
func (f *files) fromTail(head journal.Head) (b journal.Block, ok bool, err error) {
	at, ok := f.found.startingAt(head.Seq + 1)
	if !ok {
		return b, false, nil
	}
	b, _, err = readSpot(f.opt.tailDir(), at)
	if err == nil && !head.Precedes(b) {
		err = fmt.Errorf("%w: block %d of the tail does not follow %v", journal.ErrDiverged, b.Height, head)
	}
	return b, true, err
}
