package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync/atomic"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/snapshot"
)

// When a snapshot is made. A start after a crash folds at most what came since: see docs/decisions/0084.
const (
	snapshotLate = 3   // times Limits.Snapshot: then it is made under load too
	restMax      = 200 // records in a second; with no more the writer is at rest
)

// snapped is what is known of the snapshots. start and copying write it.
type snapped struct {
	seq    atomic.Int64    // of the newest that can be used; 0 if none
	tried  atomic.Int64    // the record at which one was last made, or not made
	errors atomic.Int64    // since the start
	ask    chan chan error // SnapshotNow to copying

	twin atomic.Pointer[Still]
	last state // head and tree of what was replayed or copied last; set by start, owned by copying
}

// Still holds a durable twin of the book: once it has come to a record, or beyond, it calls f with the twin as it is at the end of a
// block, and until f returns the twin does not change.
type Still func(ctx context.Context, seq ledger.Seq, f func(*ledger.Book) error) error

// CopyFrom lets snapshots be made of a twin of the book that somebody keeps anyway; without one, a snapshot folds a book of its
// own.
func (e *Engine) CopyFrom(still Still) { e.snapped.twin.Store(&still) }

func (s *snapped) made(at ledger.Seq) {
	s.seq.Store(int64(at))
	s.tried.Store(int64(at))
}

// failed counts, and lets the next try wait until there are as many records again.
func (s *snapped) failed(at ledger.Seq) {
	s.errors.Add(1)
	s.tried.Store(int64(at))
}

// ErrNoSnapshots : this engine keeps none.
var ErrNoSnapshots = errors.New("engine: no snapshots are kept")

// SnapshotNow makes a snapshot of what is durable at the call or later, and says at which record. The writer and readers
// do not wait for it.
func (e *Engine) SnapshotNow(ctx context.Context) (ledger.Seq, error) {
	if e.snapshots == nil {
		return 0, ErrNoSnapshots
	}
	done := make(chan error, 1)
	select {
	case e.snapped.ask <- done:
	case <-e.closing:
		return 0, ErrStopped
	case <-e.dead:
		return 0, ErrStopped
	case <-ctx.Done():
		return 0, fmt.Errorf("snapshot: %w", context.Cause(ctx))
	}
	select {
	case err := <-done:
		return ledger.Seq(e.snapped.seq.Load()), err
	case <-ctx.Done():
		return 0, fmt.Errorf("snapshot: %w", context.Cause(ctx))
	}
}

// copying makes snapshots behind the writer, who never waits for it. On a disk that is nearly full it waits: the room that is left is
// the books'. A failure is an alarm: the next start takes longer. It ends when the engine closes, leaving an unfinished one.
func (e *Engine) copying(ctx context.Context) {
	if e.snapshots == nil {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		defer cancel()
		select {
		case <-e.closing:
		case <-e.dead:
		case <-ctx.Done():
		}
	}()
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	before := e.Seq()
	for {
		select {
		case <-ctx.Done():
			return
		case done := <-e.snapped.ask:
			done <- e.snapshot(ctx)
		case <-tick.C:
			now := e.Seq()
			fresh := int(now) - int(e.snapped.tried.Load())
			rest := now-before <= restMax
			if late := rest && fresh >= e.limits.Snapshot || fresh >= snapshotLate*e.limits.Snapshot; late && e.journal.Room() == nil {
				_ = e.snapshot(ctx) // said in the log
			}
			before = now
		}
	}
}

// snapshot makes one of what is durable now.
func (e *Engine) snapshot(ctx context.Context) error {
	began := e.watch.clock.Mono()
	copying := e.copyAnew
	if still := e.snapped.twin.Load(); still != nil {
		copying = func(ctx context.Context) error { return e.copyTwin(ctx, *still) }
	}
	err := copying(ctx)
	if ctx.Err() != nil {
		return fmt.Errorf("snapshot: %w", ErrStopped)
	}
	if err != nil {
		e.snapped.failed(e.Seq())
		e.log.ErrorContext(ctx, "snapshot", slog.Any("error", err))
		return fmt.Errorf("snapshot: %w", err)
	}
	e.log.InfoContext(ctx, "snapshot", slog.Int64("seq", e.snapped.seq.Load()), slog.Duration("took", e.watch.clock.Mono()-began))
	return nil
}

// copyTwin writes the twin down. Of the records since the last snapshot only the tree is grown here.
func (e *Engine) copyTwin(ctx context.Context, still Still) error {
	s := e.snapped.last
	if err := s.grow(ctx, e.journal, e.Seq()); err != nil { // most of it before anybody is held
		return err
	}
	if err := e.snapshots.WriteHeld(func(put func(*snapshot.State) error) error {
		return still(ctx, e.Seq(), func(b *ledger.Book) error {
			if err := s.grow(ctx, e.journal, b.Seq()); err != nil {
				return err
			}
			return put(&snapshot.State{Head: s.head, Edge: s.tree, Book: b})
		})
	}); err != nil {
		return err
	}
	e.snapped.last = s
	e.snapped.made(ledger.Seq(s.head.Seq))
	return nil
}

// copyAnew reads the newest snapshot, folds what came since from the journal as any start does, writes it down and forgets it.
func (e *Engine) copyAnew(ctx context.Context) error {
	s, err := e.base(ctx)
	if err == nil {
		err = replay(ctx, e.journal, s, s.book.Seq()+1, nil)
	}
	if err == nil {
		err = e.keepSnapshot(s)
	}
	s = nil
	debug.FreeOSMemory() // a second book was in memory: let the machine have it back
	return err
}

// keepSnapshot writes the state down.
func (e *Engine) keepSnapshot(s *state) error {
	if e.snapshots == nil || s.head.Seq == 0 {
		return nil
	}
	if err := e.snapshots.Write(&snapshot.State{Head: s.head, Edge: s.tree, Book: s.book}); err != nil {
		return err
	}
	e.snapped.made(ledger.Seq(s.head.Seq))
	return nil
}
