// Package view is what readers see of a ledger: a twin of the book that holds only what is durable, the history of
// each account, activities that the book has let go, and sums.
//
// It follows the journal on its own goroutine, so that readers never wait for the writer and never see a record that
// could vanish. Every answer says the seq that it was computed at.
//
// It is derived: what it keeps on disk is an Index that lags behind with a cursor and can be thrown away; its loss
// costs a replay. It never decides, never writes a record, and holds no personal data.
package view

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
)

// indexName is the view's cursor in the index.
const indexName = "view"

// flushKeys is how many keys gather before they go to the index.
const flushKeys = 2000

// View follows one journal. Its methods are safe for use by many goroutines.
type View struct {
	journal journal.Journal
	index   journal.Index
	log     *slog.Logger

	mu      sync.RWMutex
	book    *ledger.Book                              // the durable twin; written by follow under mu
	flows   Flows                                     // counted record by record, beside the balances
	recent  map[ledger.AccountID][]ledger.Seq         // history above the index's cursor, ascending; under mu
	latest  map[ledger.ActivityID]ledger.ActivityView // activities that ended above the cursor; under mu
	pending []journal.KV                              // owned by follow
	cursor  ledger.Seq                                // of the index; written by follow under mu
	grown   chan struct{}                             // closed and replaced when the seq moves; under mu
	failed  error                                     // why follow ended; under mu

	stop context.CancelFunc
	done chan struct{}
}

// Open starts following a journal from its first block and returns once it has caught up with what is there. The
// journal and index stay the caller's: close the view before them.
func Open(ctx context.Context, j journal.Journal, x journal.Index, log *slog.Logger) (*View, error) {
	cursor, err := x.Cursor(ctx, indexName)
	if err != nil {
		return nil, fmt.Errorf("view cursor: %w", err)
	}
	if end := j.Head().Seq; cursor > end {
		log.WarnContext(ctx, "view index is ahead of the journal: rebuilding it", slog.Int64("cursor", int64(cursor)))
		if err := x.Drop(ctx); err != nil {
			return nil, fmt.Errorf("drop view index: %w", err)
		}
		cursor = 0
	}
	own, stop := context.WithCancel(context.WithoutCancel(ctx))
	v := &View{
		journal: j, index: x, log: log, book: ledger.NewBook(), recent: map[ledger.AccountID][]ledger.Seq{},
		latest: map[ledger.ActivityID]ledger.ActivityView{},
		cursor: ledger.Seq(cursor), grown: make(chan struct{}), stop: stop, done: make(chan struct{}),
	}
	go v.follow(own)
	if err := v.CatchUp(ctx, ledger.Seq(j.Head().Seq)); err != nil {
		return nil, errors.Join(err, v.Close())
	}
	return v, nil
}

// Close stops following and waits until it has.
func (v *View) Close() error {
	v.stop()
	<-v.done
	return nil
}

// Seq is the last record that the view has seen.
func (v *View) Seq() ledger.Seq {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.book.Seq()
}

// CatchUp waits until the view has seen the record with this seq: a reader who knows of a write sees it.
func (v *View) CatchUp(ctx context.Context, seq ledger.Seq) error {
	for {
		v.mu.RLock()
		at, grown, failed := v.book.Seq(), v.grown, v.failed
		v.mu.RUnlock()
		if at >= seq {
			return nil
		}
		if failed != nil {
			return failed
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return fmt.Errorf("view at %d waits for %d: %w", at, seq, context.Cause(ctx))
		}
	}
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

// follow owns the twin: it folds each block as the journal makes it durable.
func (v *View) follow(ctx context.Context) {
	defer close(v.done)
	for b, err := range v.journal.Follow(ctx, 1) {
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
		if ferr := v.flush(context.WithoutCancel(ctx)); ferr != nil {
			v.log.WarnContext(ctx, "view index not brought up to date", slog.Any("error", ferr))
		}
	}
	if !stopped && !errors.Is(err, journal.ErrClosed) {
		v.log.ErrorContext(ctx, "view stopped", slog.Any("error", err))
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.failed = fmt.Errorf("view stopped: %w", err)
	close(v.grown)
	v.grown = make(chan struct{})
}

// take folds one block and wakes those who wait.
func (v *View) take(ctx context.Context, b *journal.Block) error {
	records := make([]ledger.Record, len(b.Lines))
	for i, line := range b.Lines {
		r, err := ledger.ParseLine(line)
		if err != nil {
			return fmt.Errorf("record %d: %w", b.FirstSeq+journal.Seq(i), err)
		}
		records[i] = r
	}
	if err := v.fold(records); err != nil {
		return err
	}
	if len(v.pending) >= flushKeys {
		return v.flush(ctx)
	}
	return nil
}

func (v *View) fold(records []ledger.Record) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	for i := range records {
		r := &records[i]
		if err := v.book.Fold(r); err != nil {
			return err
		}
		v.flows.count(r)
		if r.Seq > v.cursor {
			v.remember(r)
		}
	}
	v.book.Touched() // nobody asks the twin; let it forget
	close(v.grown)
	v.grown = make(chan struct{})
	return nil
}

// flush writes what gathered to the index, and forgets what is there now.
func (v *View) flush(ctx context.Context) error {
	to := v.Seq()
	if err := v.index.Write(ctx, indexName, v.pending, journal.Seq(to)); err != nil {
		return fmt.Errorf("write view index: %w", err)
	}
	v.pending = nil
	v.mu.Lock()
	defer v.mu.Unlock()
	v.cursor = to
	clear(v.recent)
	clear(v.latest)
	return nil
}
