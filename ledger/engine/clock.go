package engine

import (
	"fmt"
	"sync"
	"time"

	"moralbank.example/bank/ledger"
)

// Clock is where the engine takes time from. It is the only place in the program that stamps the books.
type Clock struct {
	Wall func() time.Time     // what people call the time
	Mono func() time.Duration // since any fixed moment: never set, never back, and going on while the machine sleeps
}

// SystemClock is the machine's.
func SystemClock() Clock {
	return Clock{Wall: time.Now, Mono: sinceBoot} //nolint:forbidigo // this is the one clock
}

// How far the clock is believed.
const (
	driftMax    = 5 * time.Minute // wall against monotonic
	absenceMax  = 72 * time.Hour  // at start, past the last record
	catchUpStep = 24 * time.Hour  // of timers, for each confirmation
)

// watch compares the wall clock with the monotonic one, and with the last record at start.
type watch struct {
	clock Clock

	mu    sync.Mutex
	wall  time.Time     // when they were last taken to agree
	mono  time.Duration // at the same moment
	since time.Time     // of the last record, while a long absence is not confirmed; else zero
	lag   time.Duration // how far timers are behind the wall
}

func newWatch(clock Clock, last ledger.Time, behind time.Duration) *watch {
	w := &watch{clock: clock, wall: clock.Wall(), mono: clock.Mono(), lag: behind}
	at := time.UnixMilli(int64(last))
	if away := w.wall.Sub(at); last > 0 && (away > absenceMax || away < -driftMax) {
		w.since = at
	}
	return w
}

// now is the time to stamp, and the time up to which timers may run; ErrClock while the clock is not believed. A clock
// that comes back by itself is believed again: no record was stamped meanwhile.
func (w *watch) now() (now, timers ledger.Time, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	wall := w.clock.Wall()
	if jump := w.jump(wall); jump != 0 {
		return 0, 0, fmt.Errorf("%w: it is %v off, and says %s", ErrClock, jump.Round(time.Second), wall.UTC().Format(time.RFC3339))
	}
	return ledger.Time(wall.UnixMilli()), ledger.Time(wall.Add(-w.lag).UnixMilli()), nil
}

// believed is nil, or ErrClock with what is wrong.
func (w *watch) believed() error {
	_, _, err := w.now()
	return err
}

// jump is how far the wall is from where it should be, if that is too far; else 0.
func (w *watch) jump(wall time.Time) time.Duration {
	if !w.since.IsZero() {
		return wall.Sub(w.since)
	}
	jump := wall.Sub(w.wall) - (w.clock.Mono() - w.mono)
	if jump.Abs() > driftMax {
		return jump
	}
	return 0
}

// confirm takes the wall as right from now on.
func (w *watch) confirm() (behind time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	wall := w.clock.Wall()
	w.lag = max(0, w.lag+w.jump(wall)-catchUpStep)
	w.wall, w.mono, w.since = wall, w.clock.Mono(), time.Time{}
	return w.lag
}
