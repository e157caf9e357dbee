// Package view is what readers see of a ledger: a twin of the book that holds only what is durable, and tables in an index:
// the history of each account, activities that the book has let go, lists by kind, activity and group, and sums.
//
// It follows the journal on its own goroutine, so that readers never wait for the writer and never see a record that
// could vanish. Every answer says the seq that it was computed at.
//
// It is derived: each table lags behind with a cursor of its own, goes to the index in one transaction with it, and can be
// thrown away; its loss costs a replay. tables.go says which there are. Compare recomputes them from the journal. It
// never decides, never writes a record, and holds no personal data.
package view

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/snapshot"
)

// View follows one journal. Its methods are safe for use by many goroutines.
type View struct {
	journal journal.Journal
	index   journal.Index
	log     *slog.Logger

	mu     sync.RWMutex
	book   *ledger.Book                       // the durable twin; written by follow under mu
	sheets []*sheet                           // in the order of tables; written by follow under mu
	grown  chan struct{}                      // closed and replaced when the seq moves; under mu
	failed error                              // why follow ended; under mu
	seen   atomic.Int64                       // the book's seq; written under mu
	full   bool                               // follow waits for free disk; under mu
	torn   bool                               // a record is folded in part; written by follow under still
	people atomic.Pointer[[]ledger.AccountID] // see Members
	still  chan struct{}                      // full while a block is folded, and while Still holds the twin; taken before mu

	stop context.CancelFunc
	done chan struct{}
}

// ErrNoSpace : what the view has seen cannot be written for want of free disk, and it sees no more until there is room. It goes on
// by itself.
var ErrNoSpace = errors.New("view: not enough free disk")

// Open starts following a journal, from the newest snapshot that no table is behind or else from the first block, and
// returns once it has caught up with what is there; ErrNoSpace when that takes more disk than there is. Journal and index stay
// the caller's: close the view before them. snapshots may be nil.
func Open(ctx context.Context, j journal.Journal, x journal.Index, snapshots *snapshot.Store, log *slog.Logger) (*View, error) {
	own, stop := context.WithCancel(context.WithoutCancel(ctx))
	v := &View{
		journal: j, index: x, log: log, book: ledger.NewBook(), grown: make(chan struct{}), stop: stop, done: make(chan struct{}), still: make(chan struct{}, 1),
	}
	for i := range tables {
		s, err := openSheet(ctx, &tables[i], x, ledger.Seq(j.Head().Seq))
		if err != nil {
			stop()
			return nil, err
		}
		if s.cursor == 0 && j.Head().Seq > 0 {
			log.InfoContext(ctx, "view is built from the first record", slog.String("view", s.name))
		}
		v.sheets = append(v.sheets, s)
	}
	from, err := v.load(ctx, snapshots)
	if err != nil {
		stop()
		return nil, err
	}
	go v.follow(own, from)
	if err := v.CatchUp(ctx, ledger.Seq(j.Head().Seq)); err != nil {
		return nil, errors.Join(err, v.Close())
	}
	return v, nil
}

// load takes the book of a snapshot as the twin, and gives the height of the block that follows. What a table makes of a
// record depends on the book at that record, so the snapshot must not be ahead of any of them.
func (v *View) load(ctx context.Context, snapshots *snapshot.Store) (journal.Height, error) {
	if snapshots == nil {
		return 1, nil
	}
	behind := ledger.Seq(v.journal.Head().Seq)
	for _, s := range v.sheets {
		behind = min(behind, s.cursor)
	}
	state, err := snapshots.Newest(ctx, v.journal, behind)
	if err != nil {
		return 0, fmt.Errorf("snapshot for the view: %w", err)
	}
	if state == nil {
		return 1, nil
	}
	v.book = state.Book
	v.seen.Store(int64(v.book.Seq()))
	return state.Head.Height + 1, nil
}

// sheet is a table by its name; one that does not exist is a fault of this package.
func (v *View) sheet(name string) *sheet {
	for _, s := range v.sheets {
		if s.name == name {
			return s
		}
	}
	panic("view: no table " + name)
}

// Close stops following and waits until it has.
func (v *View) Close() error {
	v.stop()
	<-v.done
	return nil
}

// Seq is the last record that the view has seen.
func (v *View) Seq() ledger.Seq { return ledger.Seq(v.seen.Load()) }

// CatchUp waits until the view has seen the record with this seq: a reader who knows of a write sees it. It does not wait for
// free disk: ErrNoSpace.
func (v *View) CatchUp(ctx context.Context, seq ledger.Seq) error {
	for v.Seq() < seq {
		v.mu.RLock()
		at, grown, failed, full := v.book.Seq(), v.grown, v.failed, v.full
		v.mu.RUnlock()
		switch {
		case at >= seq:
			return nil
		case failed != nil:
			return failed
		case full:
			return fmt.Errorf("view at %d: %w", at, ErrNoSpace)
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return fmt.Errorf("view at %d waits for %d: %w", at, seq, context.Cause(ctx))
		}
	}
	return nil
}

// Changed returns the seq and a channel that is closed when it moves on.
func (v *View) Changed() (ledger.Seq, <-chan struct{}) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.book.Seq(), v.grown
}

// Read calls f with the durable twin of the book. f must not keep it, nor call Fold; what the book's methods return
// is the caller's own. The writer of the ledger never waits for f, but the view does: keep f short.
func (v *View) Read(f func(*ledger.Book)) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	f(v.book)
}

// Members lists the accounts of all members by id, for whoever is within Read with this book. The list is shared: it must not be
// changed. It is made anew only when somebody has joined; nobody ever leaves it.
func (v *View) Members(b *ledger.Book) []ledger.AccountID {
	if kept := v.people.Load(); kept != nil && len(*kept) == b.Members() {
		return *kept
	}
	all := b.Accounts(ledger.ClassMember)
	v.people.Store(&all)
	return all
}

// Still waits until the view has seen the record with this seq, and calls f with the twin as it is at the end of a block. Until f
// returns the view folds nothing: who reads goes on, who waits for a newer record waits. f must not change the book.
func (v *View) Still(ctx context.Context, seq ledger.Seq, f func(*ledger.Book) error) error {
	if err := v.CatchUp(ctx, seq); err != nil {
		return err
	}
	select {
	case v.still <- struct{}{}:
		defer func() { <-v.still }()
	case <-ctx.Done(): // it may be waiting for free disk
		return fmt.Errorf("hold the view: %w", context.Cause(ctx))
	}
	if v.torn {
		return errTorn
	}
	return f(v.book)
}

// errTorn : the view stopped within a record.
var errTorn = errors.New("view stopped within a record")

// follow owns the twin: it folds each block as the journal makes it durable.
func (v *View) follow(ctx context.Context, from journal.Height) {
	defer close(v.done)
	for b, err := range v.journal.Follow(ctx, from) {
		if err == nil {
			err = v.take(ctx, &b)
		}
		if err != nil {
			v.end(ctx, err)
			return
		}
	}
}

// end keeps what gathered, when the view was told to stop, and lets those who wait know that no more comes.
func (v *View) end(ctx context.Context, err error) {
	stopped := ctx.Err() != nil
	if stopped {
		if ferr := v.flush(context.WithoutCancel(ctx), func(*sheet) bool { return true }); ferr != nil {
			v.log.WarnContext(ctx, "view index not brought up to date", slog.Any("error", ferr))
		}
	}
	if !stopped && !errors.Is(err, journal.ErrClosed) {
		v.log.ErrorContext(ctx, "view stopped", slog.Any("error", err))
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.failed = fmt.Errorf("view stopped: %w", err)
	v.wake()
}

// wake lets those who wait look again. The caller holds mu.
func (v *View) wake() {
	close(v.grown)
	v.grown = make(chan struct{})
}

// take folds one block, wakes those who wait, and flushes what is full on the way: a table goes to the index between two
// records.
func (v *View) take(ctx context.Context, b *journal.Block) error {
	v.still <- struct{}{}
	defer func() { <-v.still }()
	records := make([]ledger.Record, len(b.Lines))
	for i, line := range b.Lines {
		r, err := ledger.ParseLine(line)
		if err != nil {
			return fmt.Errorf("record %d: %w", b.FirstSeq+journal.Seq(i), err)
		}
		records[i] = r
	}
	for len(records) > 0 {
		if err := v.warm(context.WithoutCancel(ctx), records); err != nil {
			return err
		}
		n, err := v.fold(context.WithoutCancel(ctx), records) // a record is folded into all tables or into none
		if err != nil {
			return err
		}
		records = records[n:]
		if err := v.flushFull(ctx); err != nil {
			return err
		}
	}
	return nil
}

// warm reads from the index what these records will change most likely, so that nobody waits for it while fold has the lock.
func (v *View) warm(ctx context.Context, records []ledger.Record) error {
	for _, s := range v.sheets {
		if s.warm == nil {
			continue
		}
		for i := range records {
			if records[i].Seq <= s.cursor {
				continue
			}
			if err := s.warm(ctx, s, v.book, &records[i]); err != nil { // follow alone writes the book
				return fmt.Errorf("record %d: %w", records[i].Seq, err)
			}
		}
	}
	return nil
}

// roomEvery is how often a view that waits for free disk looks whether there is some.
const roomEvery = time.Second

// flushFull writes what is full. While there is no room for it the view waits, since more than a transaction takes whole must not
// gather: what it has seen can be read, and CatchUp does not wait with it.
func (v *View) flushFull(ctx context.Context) error {
	write := func() error {
		return v.flush(context.WithoutCancel(ctx), func(s *sheet) bool { return s.full(v.book.Seq()) })
	}
	err := write()
	if !errors.Is(err, journal.ErrNoSpace) {
		return err
	}
	v.log.WarnContext(ctx, "the views wait for free disk", slog.Any("error", err))
	v.setFull(true)
	defer v.setFull(false)
	tick := time.NewTicker(roomEvery)
	defer tick.Stop()
	for errors.Is(err, journal.ErrNoSpace) {
		select {
		case <-tick.C:
			err = write()
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return err
}

func (v *View) setFull(full bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.full = full
	v.wake()
}

// fold folds records until a sheet is full, and says how many.
func (v *View) fold(ctx context.Context, records []ledger.Record) (int, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	n := 0
	for full := false; n < len(records) && !full; n++ {
		v.torn = true
		if err := foldInto(ctx, v.book, v.sheets, &records[n]); err != nil {
			return n, err
		}
		v.torn = false
		for _, s := range v.sheets {
			full = full || s.full(v.book.Seq())
		}
	}
	v.seen.Store(int64(v.book.Seq()))
	v.book.Touched() // nobody asks the twin; let it forget
	v.wake()
	return n, nil
}

// foldInto folds a record into the book and into the tables that have not seen it.
func foldInto(ctx context.Context, b *ledger.Book, sheets []*sheet, r *ledger.Record) error {
	t := turnOf(b, r)
	if err := b.Fold(r); err != nil {
		return fmt.Errorf("fold into the view: %w", err)
	}
	for _, s := range sheets {
		if r.Seq <= s.cursor {
			continue
		}
		if err := s.fold(ctx, s, &t); err != nil {
			return fmt.Errorf("record %d: %w", r.Seq, err)
		}
	}
	return nil
}

// flush writes what gathered in these sheets to the index, and forgets what is there now.
func (v *View) flush(ctx context.Context, which func(*sheet) bool) error {
	if v.torn {
		return nil // the record is folded again after the next start
	}
	to := v.book.Seq() // follow alone writes it
	for _, s := range v.sheets {
		if s.cursor >= to || !which(s) {
			continue
		}
		if err := s.store.Write(ctx, s.table.cursor(), s.puts(), journal.Seq(to)); err != nil {
			return fmt.Errorf("write view %s: %w", s.name, err)
		}
		v.mu.Lock()
		s.flushed(to)
		v.mu.Unlock()
	}
	return nil
}
