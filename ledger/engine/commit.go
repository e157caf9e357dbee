package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/seal"
)

// append makes the batch durable, publishes it and answers; the one place where the journal is written. A batch of
// refusals and replays of what is durable is answered at once. An error means that the engine is dead.
func (e *Engine) append(ctx context.Context, b *batch) error {
	if len(b.blocks) == 0 {
		e.deliver(b, nil)
		return nil
	}
	if err := e.seal(b); err != nil {
		e.deliver(b, fmt.Errorf("%w: %w", ErrStopped, err))
		return err
	}
	head, err := e.write(ctx, b)
	switch {
	case err == nil:
		e.publish(b, head)
		e.deliver(b, nil)
		return nil
	case errors.Is(err, journal.ErrNoSpace):
		// Nothing was written, but the book is ahead. It stays so: the same blocks are tried again until there is space.
		e.park(ctx, b, err)
		return nil
	case errors.Is(err, journal.ErrUnavailable):
		e.deliver(b, fmt.Errorf("%w: %w", ErrUnknownOutcome, err))
	default:
		e.deliver(b, fmt.Errorf("%w: %w", ErrStopped, err))
	}
	return fmt.Errorf("append after %v: %w", e.head, err)
}

// write appends the blocks, and counts them when they are durable.
func (e *Engine) write(ctx context.Context, b *batch) (journal.Head, error) {
	began := e.watch.clock.Mono()
	head, err := e.journal.Append(ctx, e.head, b.blocks)
	if err == nil {
		e.counts.committed(len(b.records), len(b.blocks), e.watch.clock.Mono()-began)
	}
	return head, err //nolint:wrapcheck // its callers say what it was for
}

// seal gives the blocks their headers: the chain, and the tree after each.
func (e *Engine) seal(b *batch) error {
	b.tree = e.tree
	head, records := e.head, b.records
	for i := range b.blocks {
		block := &b.blocks[i]
		for _, line := range block.Lines {
			b.tree.Append(seal.EntryOf(line))
		}
		last := &records[len(block.Lines)-1]
		records = records[len(block.Lines):]
		block.Height, block.FirstSeq, block.Prev = head.Height+1, head.Seq+1, head.Hash
		block.Time, block.TreeSize, block.Root = int64(last.Time), b.tree.Size(), journal.Hash(b.tree.Root())
		if i == len(b.blocks)-1 {
			break // its hash is the journal's to compute
		}
		encoded, err := block.Encode()
		if err != nil {
			return fmt.Errorf("seal block %d: %w", block.Height, err)
		}
		head = journal.HeadOf(*block, encoded)
	}
	return nil
}

// publish makes a durable batch visible: keys, accounts, and last the head, which readers look at first.
func (e *Engine) publish(b *batch, head journal.Head) {
	e.head, e.tree = head, b.tree
	if e.keys.add(b.entries) >= journal.IndexTxnKeysMax {
		select {
		case e.full <- struct{}{}:
		default:
		}
	}
	e.accounts.publish(e.book, e.book.Touched())
	e.tip.Publish(head)
	e.timers.ask = true
}

// deliver answers all of a batch: with their own answers, or all with err.
func (e *Engine) deliver(b *batch, err error) {
	e.answered += len(b.replies)
	for _, o := range b.replies {
		if err != nil {
			o.to.answer(Answer{}, err)
		} else {
			o.to.answer(o.answer, o.err)
		}
		e.noteTimer(o.to, err == nil && o.err == nil && o.answer.Refusal == nil && !o.answer.Replayed)
	}
	b.replies = nil
}

// park keeps a batch that found no space. Its callers cannot be told no, since it is written when there is space again.
func (e *Engine) park(ctx context.Context, b *batch, err error) {
	if e.parked == nil {
		e.log.ErrorContext(ctx, "no space: writes are refused until there is", slog.Any("error", err))
	}
	e.parked = b
	e.counts.noSpace.Store(true)
	e.deliver(b, fmt.Errorf("%w: %w: %w", ErrNoSpace, ErrUnknownOutcome, err))
}

// unpark tries a parked batch again.
func (e *Engine) unpark(ctx context.Context) error {
	b := e.parked
	if b == nil {
		return nil
	}
	head, err := e.write(ctx, b)
	switch {
	case errors.Is(err, journal.ErrNoSpace):
		return nil
	case err != nil:
		return fmt.Errorf("append after %v: %w", e.head, err)
	}
	e.parked = nil
	e.counts.noSpace.Store(false)
	e.publish(b, head)
	e.log.InfoContext(ctx, "there is space again: writes go on")
	return nil
}
