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

// When a snapshot is made. A start after a crash folds at most what came since: see docs/decisions/0066.
const (
	snapshotLate = 6   // times Limits.Snapshot: then it is made under load too
	restMax      = 200 // records in a second; with no more the writer is at rest
)

// snapped is what is known of the snapshots. start and copying write it.
type snapped struct {
	seq    atomic.Int64    // of the newest that can be used; 0 if none
	tried  atomic.Int64    // the record at which one was last made, or not made
	errors atomic.Int64    // since the start
	ask    chan chan error // SnapshotNow to copying
}

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

// copying makes snapshots behind the writer: it reads the newest one, folds what came since from the journal as any start
// does, writes it down and forgets it. Nobody waits for it, and between two snapshots it holds no memory. A failure is
// an alarm: the next start takes longer. It ends when the engine closes, leaving an unfinished one.
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
			if rest := now-before <= restMax; rest && fresh >= e.limits.Snapshot || fresh >= snapshotLate*e.limits.Snapshot {
				_ = e.snapshot(ctx) // said in the log
			}
			before = now
		}
	}
}

// snapshot makes one of what is durable now.
func (e *Engine) snapshot(ctx context.Context) error {
	began := e.watch.clock.Mono()
	s, err := e.base(ctx)
	if err == nil {
		err = replay(ctx, e.journal, s, s.book.Seq()+1, nil)
	}
	if ctx.Err() != nil {
		return fmt.Errorf("snapshot: %w", ErrStopped)
	}
	if err != nil {
		e.snapped.failed(e.Seq())
		e.log.ErrorContext(ctx, "snapshot", slog.Any("error", err))
		return fmt.Errorf("snapshot: %w", err)
	}
	err = e.keepSnapshot(ctx, s)
	s = nil
	debug.FreeOSMemory() // a second book was in memory: let the machine have it back
	if err == nil {
		e.log.InfoContext(ctx, "snapshot", slog.Int64("seq", e.snapped.seq.Load()), slog.Duration("took", e.watch.clock.Mono()-began))
	}
	return err
}

// keepSnapshot writes the state down.
func (e *Engine) keepSnapshot(ctx context.Context, s *state) error {
	if e.snapshots == nil || s.head.Seq == 0 {
		return nil
	}
	if err := e.snapshots.Write(&snapshot.State{Head: s.head, Edge: s.tree, Book: s.book}); err != nil {
		e.snapped.failed(ledger.Seq(s.head.Seq))
		e.log.ErrorContext(ctx, "snapshot", slog.Any("error", err))
		return err
	}
	e.snapped.made(ledger.Seq(s.head.Seq))
	return nil
}
