package engine

import (
	"context"

	"moralbank.example/bank/ledger"
)

// How timers are kept from looping when the rules refuse what the rules have listed.
const (
	timerRetry   = ledger.Time(60_000) // ms until the same command is tried again
	timerHeldMax = 100_000             // keys remembered: more than are ever due of a community at once
)

// timers is what run knows of the commands that come due by themselves. Owned by run.
type timers struct {
	ask  bool                       // something may have come due: a tick, or a change of the book
	now  ledger.Time                // when they were last looked at
	held map[ledger.Key]ledger.Time // keys that came to nothing, and when
}

// holds reports whether a command came to nothing so lately that it is not tried again yet.
func (t *timers) holds(k ledger.Key, now ledger.Time) bool {
	at, held := t.held[k]
	return held && now-at < timerRetry
}

// Timers is the time up to which what time does by itself may be done: behind the clock while a confirmed jump is caught up with,
// see ConfirmClock. ErrClock while the clock is not believed: then nothing is done.
func (e *Engine) Timers() (ledger.Time, error) {
	_, timers, err := e.watch.now()
	return timers, err
}

// appendDue adds the commands that have come due: awards of a closed activity, expiry. They are decided with the others,
// and their derived keys let a batch that was cut short go on after a crash.
func (e *Engine) appendDue(ctx context.Context, reqs []*request) []*request {
	if !e.timers.ask {
		return reqs
	}
	e.timers.ask = false
	_, now, err := e.watch.now()
	if err != nil || e.parked != nil || e.closed() {
		return reqs
	}
	e.timers.now = now
	for _, cmd := range e.book.DueBut(now, func(k ledger.Key) bool { return e.timers.holds(k, now) }) {
		r := newRequest(ctx, &cmd)
		r.timer = true
		reqs = append(reqs, r)
	}
	return reqs
}

// noteTimer remembers a timer's command that made no records, so that it is not tried again at once.
func (e *Engine) noteTimer(r *request, made bool) {
	if !r.timer {
		return
	}
	if made {
		delete(e.timers.held, r.cmd.Key)
		return
	}
	if e.timers.held == nil || len(e.timers.held) >= timerHeldMax {
		e.timers.held = map[ledger.Key]ledger.Time{}
	} else {
		e.timers.ask = true // for what is behind it
	}
	e.timers.held[r.cmd.Key] = e.timers.now
}

func (e *Engine) closed() bool {
	select {
	case <-e.closing:
		return true
	default:
		return false
	}
}
