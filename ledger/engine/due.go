package engine

import (
	"context"

	"moralbank.example/bank/ledger"
)

// How timers are kept from looping when the rules refuse what the rules have listed.
const (
	timerRetry   = ledger.Time(60_000) // ms until the same command is tried again
	timerHeldMax = 1024                // keys remembered
)

// timers is what run knows of the commands that come due by themselves. Owned by run.
type timers struct {
	ask  bool                   // something may have come due: a tick, or a change of the book
	now  ledger.Time            // when they were last looked at
	held map[string]ledger.Time // keys that came to nothing, and when
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
	for _, cmd := range e.book.Due(now) {
		r := newRequest(ctx, &cmd)
		r.timer = true
		if at, held := e.timers.held[r.id]; !held || now-at >= timerRetry {
			reqs = append(reqs, r)
		}
	}
	return reqs
}

// noteTimer remembers a timer's command that made no records, so that it is not tried again at once.
func (e *Engine) noteTimer(r *request, made bool) {
	if !r.timer {
		return
	}
	if made {
		delete(e.timers.held, r.id)
		return
	}
	if e.timers.held == nil || len(e.timers.held) >= timerHeldMax {
		e.timers.held = map[string]ledger.Time{}
	}
	e.timers.held[r.id] = e.timers.now
}

func (e *Engine) closed() bool {
	select {
	case <-e.closing:
		return true
	default:
		return false
	}
}
