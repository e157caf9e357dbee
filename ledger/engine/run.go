package engine

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"time"

	"moralbank.example/bank/ledger"
)

// tickEvery is how often run looks for what has come due, and keep writes what lags, when nothing else wakes them.
const tickEvery = time.Second

// run is the writer: it owns the book. It ends when the engine is closed and nothing waits, or when a write failed.
func (e *Engine) run(ctx context.Context) {
	defer close(e.gone)
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	for {
		reqs, open := e.gather(ctx, tick.C)
		if !open {
			return // whoever still waits sees that run is gone
		}
		if !e.turn(ctx, reqs) {
			return
		}
	}
}

// turn carries out what was gathered; false when the engine is dead.
func (e *Engine) turn(ctx context.Context, reqs []*request) bool {
	if err := e.commit(ctx, reqs); err != nil {
		e.die(ctx, err, reqs)
		return false
	}
	return true
}

// gather takes what already waits, and what has come due; it waits only when there is neither. It gives nothing after a
// tick with nothing to do, and false when the engine is closing and nothing waits.
func (e *Engine) gather(ctx context.Context, tick <-chan time.Time) (reqs []*request, open bool) {
	e.yield()
	reqs = e.drain(nil)
	select {
	case <-tick:
		e.timers.ask = true
	default:
	}
	if reqs = e.appendDue(ctx, reqs); len(reqs) > 0 {
		return reqs, !e.hurry.Load()
	}
	select {
	case r := <-e.queue:
		return e.drain([]*request{r}), !e.hurry.Load()
	case <-tick:
		e.timers.ask = true
		return nil, true
	case <-e.closing:
		reqs = e.drain(nil)
		return reqs, len(reqs) > 0 && !e.hurry.Load()
	}
}

// yield lets those whom the last commit answered ask again, rather than sync for the first of them alone: as long as more come
// at each turn, until as many have come as were answered.
func (e *Engine) yield() {
	all := len(e.queue) + e.answered
	e.answered = 0
	for before := -1; before < len(e.queue) && len(e.queue) < all; {
		before = len(e.queue)
		runtime.Gosched()
	}
}

// drain takes what waits, up to the bound of a batch.
func (e *Engine) drain(reqs []*request) []*request {
	for len(reqs) < e.limits.Batch {
		select {
		case r := <-e.queue:
			reqs = append(reqs, r)
		default:
			return reqs
		}
	}
	return reqs
}

// commit carries out the commands in order, in one Append or, when they make more than it can hold, several. Each is
// answered when it returns nil. An error is a write that failed: the engine is dead.
func (e *Engine) commit(ctx context.Context, reqs []*request) error {
	if err := e.unpark(ctx); err != nil {
		return err
	}
	now, _, err := e.watch.now()
	if err != nil {
		answerAll(reqs, err)
		return nil
	}
	for len(reqs) > 0 {
		if e.parked != nil {
			e.waitForSpace(reqs)
			return nil
		}
		b := e.newBatch(now)
		n, breach := e.fill(ctx, b, reqs)
		if breach != nil {
			err = e.isolate(ctx, reqs[:n], now, breach)
		} else {
			err = e.append(ctx, b)
		}
		if err != nil {
			return err
		}
		reqs = reqs[n:]
	}
	return nil
}

// fill decides commands into the batch until it is full, and says how many were dealt with. An error is a breach of a
// law by the last of them: the book is spoiled.
func (e *Engine) fill(ctx context.Context, b *batch, reqs []*request) (n int, breach error) {
	for i, r := range reqs {
		if !r.take() {
			r.answered = true // by itself: it gave up, or is about to
			continue
		}
		answer, full, err := e.decide(ctx, b, r)
		if full {
			return i, nil
		}
		if isBreach(err) {
			return i + 1, err
		}
		b.replies = append(b.replies, outcome{r, reply{answer, err}})
	}
	return len(reqs), nil
}

// isolate carries out one by one the commands of a batch in which a law was broken, on a book replayed anew, and puts
// the culprit into jail.
func (e *Engine) isolate(ctx context.Context, reqs []*request, now ledger.Time, breach error) error {
	e.log.ErrorContext(ctx, "a batch would break a law: replay, then one by one", slog.Any("error", breach), slog.Int("commands", len(reqs)))
	if err := e.reload(ctx); err != nil {
		return err
	}
	for _, r := range reqs {
		if e.parked != nil {
			e.waitForSpace([]*request{r})
			continue
		}
		b := e.newBatch(now)
		if _, breach := e.fill(ctx, b, []*request{r}); breach != nil {
			e.counts.breaches.Add(1)
			e.log.ErrorContext(ctx, "a command would break a law: quarantined", slog.Any("error", breach))
			e.jail.put(r.id)
			r.answer(Answer{}, fmt.Errorf("%w: %w", ErrQuarantined, breach))
			e.noteTimer(r, false)
			if err := e.reload(ctx); err != nil {
				return err
			}
			continue
		}
		if err := e.append(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

// reload brings back the book of what is durable.
func (e *Engine) reload(ctx context.Context) error {
	s, err := e.base(ctx)
	if err == nil {
		err = replay(ctx, e.journal, s, s.book.Seq()+1, nil)
	}
	if err == nil && s.head != e.head {
		err = fmt.Errorf("%w: the journal is at %v, the writer at %v", ErrBreach, s.head, e.head)
	}
	if err != nil {
		return fmt.Errorf("reload: %w", err)
	}
	e.book, e.tree = s.book, s.tree
	return nil
}

// die stops the writer for good. Who waits in the queue sees that run is gone.
func (e *Engine) die(ctx context.Context, cause error, reqs []*request) {
	e.log.ErrorContext(ctx, "the ledger has stopped: end the process, a new start replays", slog.Any("error", cause))
	e.cause = cause
	close(e.dead)
	answerAll(reqs, fmt.Errorf("%w: %w", ErrStopped, cause))
}

// waitForSpace turns away those who come while a batch is parked. A key that stands in that batch is no plain no: it is carried
// out when there is space.
func (e *Engine) waitForSpace(reqs []*request) {
	for _, r := range reqs {
		err := ErrNoSpace
		if _, parked := e.parked.keys[r.id]; parked {
			err = fmt.Errorf("%w: %w", ErrNoSpace, ErrUnknownOutcome)
		}
		answerAll([]*request{r}, err)
	}
}

// answerAll gives the same fault to all that have no answer yet.
func answerAll(reqs []*request, err error) {
	for _, r := range reqs {
		if r.take() {
			r.answer(Answer{}, err)
		}
	}
}
