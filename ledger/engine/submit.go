package engine

import (
	"context"
	"fmt"
	"sync/atomic"

	"moralbank.example/bank/ledger"
)

// Answer is what became of a command, once everything that it rests on is durable.
type Answer struct {
	Records  []ledger.Record // as appended, salt included; none after a refusal. The caller's own
	Seq      ledger.Seq      // up to which the books were read for this answer
	Replayed bool            // the key was used before: Records are those of the first time
	Refusal  *ledger.Refusal // the rules say no; nil otherwise
}

// request is a command on its way through run.
type request struct {
	ctx      context.Context
	cmd      ledger.Command // a copy: run sets its target
	id       string         // of the key, see keyID; empty if the key is malformed
	timer    bool           // made by run itself
	state    atomic.Int32   // waiting, then taken or given up
	answered bool           // owned by run
	done     chan reply     // room for one, so that run never waits
}

// The states of a request.
const (
	waiting int32 = iota
	taken
	givenUp
)

type reply struct {
	answer Answer
	err    error
}

func newRequest(ctx context.Context, cmd *ledger.Command) *request {
	r := &request{ctx: ctx, cmd: *cmd, done: make(chan reply, 1)}
	if ledger.ValidKey(cmd.Key) {
		r.id = keyID(cmd.Scope(), cmd.Key)
	}
	return r
}

// take claims the request for carrying out; false when its caller has given up or its deadline has passed.
func (r *request) take() bool {
	return r.state.Load() == taken || r.ctx.Err() == nil && r.state.CompareAndSwap(waiting, taken)
}

// giveUp claims the request for its caller; false when it may already be carried out.
func (r *request) giveUp() bool { return r.state.CompareAndSwap(waiting, givenUp) }

// answer tells the caller, once.
func (r *request) answer(a Answer, err error) {
	if !r.answered {
		r.answered = true
		r.done <- reply{a, err}
	}
}

// Submit hands a command to the writer and waits until its answer is durable. The command is not changed, and not to be
// changed by the caller before Submit returns. A deadline that passes before the command is begun gives ctx's error, and
// nothing happened; after that, ErrUnknownOutcome. The other faults are ErrBusy, ErrClock, ErrNoSpace, ErrStopped and
// ErrQuarantined.
func (e *Engine) Submit(ctx context.Context, cmd *ledger.Command) (Answer, error) {
	r, err := e.enter(ctx, cmd)
	if err != nil {
		return Answer{}, err
	}
	return r.wait(e.gone)
}

// enter puts a command into the queue, or refuses it.
func (e *Engine) enter(ctx context.Context, cmd *ledger.Command) (*request, error) {
	select {
	case <-e.closing:
		return nil, ErrStopped
	case <-e.gone:
		return nil, ErrStopped
	default:
	}
	r := newRequest(ctx, cmd)
	if r.id != "" && len(e.queue) < cap(e.queue) {
		_, _, _ = e.keys.find(ctx, r.id) // read here, side by side, and not by the writer, who alone decides
	}
	select {
	case e.queue <- r:
		return r, nil
	default:
		e.counts.busy.Add(1)
		return nil, fmt.Errorf("%w: %d commands wait", ErrBusy, e.limits.Queue)
	}
}

// wait is for the answer, the caller's own deadline, or the end of run, whichever comes first.
func (r *request) wait(gone <-chan struct{}) (Answer, error) {
	select {
	case p := <-r.done:
		return p.answer, p.err
	case <-r.ctx.Done():
		if r.giveUp() {
			return Answer{}, fmt.Errorf("submit: not begun: %w", context.Cause(r.ctx))
		}
		select {
		case p := <-r.done:
			return p.answer, p.err
		default:
			return Answer{}, fmt.Errorf("%w: %w", ErrUnknownOutcome, context.Cause(r.ctx))
		}
	case <-gone:
		if r.giveUp() {
			return Answer{}, ErrStopped
		}
		p := <-r.done // run answers all that it has taken before it goes
		return p.answer, p.err
	}
}
