package engine

import (
	"context"
	"time"

	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/seal"
)

// keep writes behind the writer what may lag: the key index in chunks, and each second the rest of it and the mark. A
// failure is an alarm, not a death: the books do not need either, until the gap is full. It ends after run, with both
// up to date.
func (e *Engine) keep(ctx context.Context) {
	defer close(e.kept)
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	for {
		select {
		case <-e.full:
			e.flush(ctx, journal.IndexTxnKeysMax)
		case <-tick.C:
			e.flush(ctx, 1)
			e.mark(ctx)
		case <-e.gone:
			e.flush(ctx, 1)
			e.mark(ctx)
			return
		}
	}
}

// flush writes waiting keys as long as there are at least atLeast.
func (e *Engine) flush(ctx context.Context, atLeast int) {
	for e.keys.waiting() >= atLeast {
		err := e.keys.flush(ctx, journal.IndexTxnKeysMax)
		if e.indexAlarm.note(ctx, e.log, err); err != nil {
			return
		}
	}
}

// mark stores how far the books have come outside of the database.
func (e *Engine) mark(ctx context.Context) {
	if e.guard == nil {
		return
	}
	head := e.tip.Head()
	if last, ok := e.guard.Mark(); ok && last.Height == int64(head.Height) {
		return
	}
	e.guardAlarm.note(ctx, e.log, e.guard.Store(markOf(head)))
}

func markOf(h journal.Head) seal.Mark {
	return seal.Mark{Height: int64(h.Height), Seq: int64(h.Seq), Block: seal.Hash(h.Hash), Size: h.TreeSize, Root: seal.Hash(h.Root)}
}
