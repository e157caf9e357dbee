package badgerjournal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"

	"github.com/dgraph-io/badger/v4"

	"moralbank.example/bank/ledger/journal"
)

// Repaired says what Repair did.
type Repaired struct {
	Head   journal.Head
	Blocks int  // put back from the tail
	Tail   bool // the tail was damaged and has been written again from Badger
}

// Repair is the one operation after Open, a read or a scrub has named a damage, on a directory that no server uses. It
// reads every block, puts back from the tail each one that is missing or damaged, and writes a damaged tail again.
// It writes nothing unless all can be made whole: what the tail does not hold is named, with the word backup, as are
// ErrDiverged and ErrBehind. A nil error means that every hash, the chain and the head were then read and found right.
func Repair(ctx context.Context, o Options) (Repaired, error) {
	o = o.withDefaults()
	f, err := openFiles(ctx, o)
	if d, ok := errors.AsType[*journal.Damage](err); ok && d.Kind == "table" {
		f, err = openAnew(ctx, o, d)
	}
	if err != nil {
		return Repaired{}, fmt.Errorf("repair %s: %w", o.Dir, err)
	}
	done, err := f.repair(ctx)
	if err := errors.Join(err, f.close()); err != nil {
		return Repaired{}, fmt.Errorf("repair %s: %w", o.Dir, err)
	}
	return done, nil
}

// openAnew puts a Badger that does not open aside and begins an empty one, provided that the tail holds the journal from
// its first block on, which is so until about 100 MB have been written. Otherwise it answers the damage.
func openAnew(ctx context.Context, o Options, d *journal.Damage) (*files, error) {
	found, err := readTail(o.tailDir())
	aside := o.badgerDir() + ".damaged"
	if _, statErr := os.Stat(aside); err != nil || found.damage != nil || len(found.spots) == 0 || found.spots[0].height != 1 || statErr == nil {
		return nil, d
	}
	lock, err := lockDir(o.Dir)
	if err != nil {
		return nil, err
	}
	o.Log.LogAttrs(ctx, slog.LevelWarn, "badger does not open and is put aside; the tail holds the whole journal",
		slog.String("aside", aside), slog.String("damage", d.Error()))
	if err := errors.Join(os.Rename(o.badgerDir(), aside), syncDir(o.Dir), lock.Close()); err != nil {
		return nil, fmt.Errorf("put badger aside: %w", err)
	}
	return openFiles(ctx, o)
}

func (f *files) repair(ctx context.Context) (done Repaired, err error) {
	if err := checkSpace(f.opt, f.opt.Dir); err != nil {
		return done, err
	}
	w, err := f.store.walk(ctx)
	if err != nil {
		return done, err
	}
	if f.found.head.Seq > w.last {
		w.gaps = append(w.gaps, gap{w.last + 1, f.found.head.Seq})
	}
	var back []spot
	for _, g := range w.gaps {
		found, ok := f.found.find(g)
		if !ok {
			return done, f.store.damage(0, g.from, fmt.Sprintf("seq %d to %d cannot be read and the tail does not hold them: restore a backup", g.from, g.to))
		}
		back = append(back, found...)
	}
	if err := f.putBack(back, w.head); err != nil {
		return done, err
	}
	if done.Head, err = f.settle(ctx, w, back); err != nil {
		return done, err
	}
	done.Blocks = len(back)
	if f.found.damage != nil {
		done.Tail = true
		f.opt.Log.LogAttrs(ctx, slog.LevelWarn, "the damaged tail is written again", slog.String("damage", f.found.damage.Error()))
		if err := removeTail(f.opt.tailDir(), f.found); err != nil {
			return done, err
		}
		f.found = tailState{}
	}
	return done, f.rewriteTail(ctx, done.Head)
}

// settle takes away the keys that stood for nothing, sets the head to the last block, and reads everything once more.
func (f *files) settle(ctx context.Context, w walk, back []spot) (journal.Head, error) {
	head := w.head
	if len(back) > 0 && back[len(back)-1].last > head.Seq {
		head = f.found.head
	}
	if head.Height == 0 {
		return head, nil
	}
	for _, s := range back { // their keys are good now
		w.bad = slices.DeleteFunc(w.bad, func(key []byte) bool { return slices.Equal(key, blockKey(s.last)) })
	}
	txn := f.store.db.NewTransactionAt(uint64(head.Height), true) //nolint:gosec // never negative
	defer txn.Discard()
	for _, key := range w.bad {
		if err := txn.Delete(key); err != nil {
			return head, fmt.Errorf("remove a key: %w", err)
		}
	}
	if err := txn.Set(headKey, head.Encode()); err != nil {
		return head, fmt.Errorf("set head: %w", err)
	}
	if err := txn.CommitAt(uint64(head.Height), nil); err != nil { //nolint:gosec // never negative
		return head, fmt.Errorf("set head: %w", err)
	}
	again, err := f.store.walk(ctx)
	switch {
	case err != nil:
		return head, err
	case len(again.gaps) > 0 || len(again.bad) > 0 || again.head != head:
		return head, f.store.damage(0, 0, fmt.Sprintf("after the repair %d holes and %d bad keys are left, ending at %v: restore a backup", len(again.gaps), len(again.bad), again.head))
	}
	if err := f.sameChain(head); err != nil {
		return head, err
	}
	return head, checkMinHead(f.store, head, f.opt.MinHead)
}

// walk is what a reading of all blocks found.
type walk struct {
	head journal.Head // of the last good block
	last journal.Seq  // its seq
	gaps []gap        // no good block holds these
	bad  [][]byte     // keys whose value is not what was written there
}

// walk reads every block with its hash. A good block that does not follow the good one before it is ErrDiverged.
func (s store) walk(ctx context.Context) (w walk, err error) {
	err = s.view(newest, func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{Prefix: blockPrefix})
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			p, err := s.value(it.Item())
			if err != nil {
				if w.bad = append(w.bad, it.Item().KeyCopy(nil)); len(w.bad) > gapsMax {
					return err
				}
				continue
			}
			if err := w.note(p); err != nil {
				return err
			}
		}
		return nil
	})
	return w, err
}

func (w *walk) note(p []byte) error {
	b, err := journal.DecodeBlock(p)
	if err != nil {
		return err
	}
	switch {
	case b.FirstSeq > w.last+1:
		w.gaps = append(w.gaps, gap{w.last + 1, b.FirstSeq - 1})
	case !w.head.Precedes(b):
		return fmt.Errorf("%w: block %d from seq %d does not follow %v", journal.ErrDiverged, b.Height, b.FirstSeq, w.head)
	}
	w.head = journal.HeadOf(b, p)
	w.last = w.head.Seq
	return nil
}
