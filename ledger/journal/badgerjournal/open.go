package badgerjournal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"moralbank.example/bank/ledger/journal"
)

// newestLines is how far back Open reads the blocks themselves, in lines; a scrub reads all of them.
const newestLines = 4096

// Open takes the directory, brings Badger and the tail to the same end, and proves that no seq up to it is missing.
// See the package comment for what it mends and what it refuses: ErrLocked, ErrCorrupt (a Damage), ErrDiverged,
// ErrBehind, ErrNoSpace. What it mends is logged. The caller closes the journal.
func Open(ctx context.Context, o Options) (*Journal, error) {
	o = o.withDefaults()
	f, err := openFiles(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("open journal %s: %w", o.Dir, err)
	}
	head, err := f.reconcile(ctx)
	if err == nil {
		err = checkMinHead(f.store, head, o.MinHead)
	}
	if err == nil {
		err = dropOrphans(o, head)
	}
	if err == nil {
		err = f.rewriteTail(ctx, head)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open journal %s: %w", o.Dir, err), f.close())
	}
	f.store.db.SetDiscardTs(uint64(head.Height)) //nolint:gosec // never negative
	return &Journal{opt: o, lock: f.lock, store: f.store, tail: f.tail, tip: journal.NewTip(head)}, nil
}

// files are the two copies, before they agree.
type files struct {
	opt   Options
	lock  *os.File
	store store
	keys  tableKeys // of the tables, as they were before Badger opened them
	found tailState
	tail  *tail // nil until rewriteTail
}

func openFiles(ctx context.Context, o Options) (*files, error) {
	lock, err := lockDir(o.Dir)
	if err != nil {
		return nil, err
	}
	f := &files{opt: o, lock: lock, store: store{dir: o.badgerDir()}}
	for _, step := range []func() error{
		func() error { return checkSpace(o, o.Dir, o.Reserve/openShare) },
		func() error { o.taken(); return nil },
		func() error { return finishSwap(o) },
		func() error { return makeDir(o.badgerDir()) },
		func() error { return makeDir(o.tailDir()) },
		func() error { return keepOrphans(ctx, o) },
		func() (err error) {
			f.keys, err = readKeys(o.badgerDir())
			return err
		},
		func() (err error) {
			f.store.db, err = openBadger(journalOptions(o.badgerDir(), o.Log))
			return err
		},
		func() (err error) {
			f.found, err = readTail(o.tailDir())
			return err
		},
	} {
		if err := step(); err != nil {
			return nil, errors.Join(err, f.close())
		}
	}
	return f, nil
}

func (f *files) close() error {
	var err error
	if f.tail != nil {
		err = f.tail.close()
	}
	if f.store.db != nil {
		err = errors.Join(err, f.store.db.Close())
	}
	return errors.Join(err, f.lock.Close())
}

// reconcile puts back into Badger what only the tail holds, and gives the head that both have then.
func (f *files) reconcile(ctx context.Context) (journal.Head, error) {
	if f.found.damage != nil {
		return journal.Head{}, f.found.damage
	}
	v, err := f.store.glance(ctx, f.keys, f.found.head.Seq)
	f.keys = nil
	if err != nil {
		return journal.Head{}, err
	}
	f.doubt(&v)
	if len(v.gaps) > 0 && len(v.strays) == 0 && v.noHead == nil {
		if err := f.fill(ctx, v); err != nil {
			return journal.Head{}, err
		}
		if v, err = f.store.survey(ctx, f.found.head.Seq); err != nil {
			return journal.Head{}, err
		}
	}
	if err := v.damage(f.store); err != nil {
		return journal.Head{}, err
	}
	if err := f.sameChain(v.head); err != nil {
		return journal.Head{}, err
	}
	return v.head, f.store.checkNewest(v.head, newestLines)
}

// fill restores the holes that the tail covers. It refuses before it writes if there is one that it does not.
func (f *files) fill(ctx context.Context, v survey) error {
	var all []spot
	for _, g := range v.gaps {
		found, ok := f.found.find(g)
		switch {
		case ok:
			all = append(all, found...)
		case len(f.found.spots) > 0 && g.to == f.found.head.Seq && g.from == v.last+1:
			return fmt.Errorf("%w: badger ends at seq %d, the tail holds seq %d to %d: restore a backup",
				journal.ErrBehind, v.last, f.found.spots[0].first, f.found.head.Seq)
		default:
			return v.damage(f.store)
		}
	}
	f.opt.Log.LogAttrs(ctx, slog.LevelWarn, "badger had lost blocks that the tail holds; they are put back",
		slog.Int("blocks", len(all)), slog.Int64("from_seq", int64(all[0].first)), slog.Int64("to_seq", int64(all[len(all)-1].last)))
	return f.putBack(all, v.head)
}

// putBack writes blocks of the tail into Badger. Their neighbours must chain with them.
func (f *files) putBack(spots []spot, head journal.Head) error {
	for _, at := range spots {
		b, p, err := readSpot(f.opt.tailDir(), at)
		if err != nil {
			return err
		}
		if err := f.checkBefore(b); err != nil {
			return err
		}
		if h := journal.HeadOf(b, p); h.Height > head.Height {
			head = h
		}
		if err := f.store.append(head, []journal.Block{b}, [][]byte{p}); err != nil {
			return fmt.Errorf("put back: %w", err)
		}
	}
	return nil
}

// checkBefore answers ErrDiverged unless Badger holds the block right before b and it is the one that b follows.
func (f *files) checkBefore(b journal.Block) error {
	if b.FirstSeq == 1 {
		return nil
	}
	before, err := f.store.read(newest, b.FirstSeq-1, 1)
	if err != nil {
		return err
	}
	if got := before[0].hash; got != b.Prev {
		return fmt.Errorf("%w: block %d in the tail follows %x, badger holds %x before seq %d",
			journal.ErrDiverged, b.Height, b.Prev[:4], got[:4], b.FirstSeq)
	}
	return nil
}

// sameChain answers ErrDiverged unless Badger holds the very block with which the tail ends.
func (f *files) sameChain(head journal.Head) error {
	end := f.found.head
	if end.Height == 0 || end == head {
		return nil
	}
	p, err := f.store.read(newest, end.Seq, 1)
	if err != nil {
		return err
	}
	if got := p[0].hash; got != end.Hash {
		return fmt.Errorf("%w: the tail ends at %v, badger holds block %x there", journal.ErrDiverged, end, got[:4])
	}
	return nil
}

// checkMinHead compares what is there with what is known to have been there.
func checkMinHead(s store, head, known journal.Head) error {
	if known.Seq == 0 {
		return nil
	}
	if head.Seq < known.Seq {
		return fmt.Errorf("%w: the journal and its tail end at %v, the signed head is at seq %d: restore a newer backup or start a new origin",
			journal.ErrBehind, head, known.Seq)
	}
	p, err := s.read(newest, known.Seq, 1)
	if err != nil {
		return err
	}
	got := p[0].head()
	if got.Seq != known.Seq || known.Root != (journal.Hash{}) && got.Root != known.Root || known.Hash != (journal.Hash{}) && got.Hash != known.Hash {
		return fmt.Errorf("%w: the block at the signed head is %v with root %x, known is seq %d with root %x",
			journal.ErrDiverged, got, got.Root[:4], known.Seq, known.Root[:4])
	}
	return nil
}
