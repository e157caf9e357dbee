package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/seal"
)

// start replays the journal into the book, compares it with the mark, publishes the accounts and brings the key index on.
func (e *Engine) start(ctx context.Context, acceptMissingMark bool) error {
	mark, err := e.expected(acceptMissingMark)
	if err != nil {
		return err
	}
	cursor, err := e.cursor(ctx)
	if err != nil {
		return err
	}
	s, err := e.startFrom(ctx, mark, cursor)
	if errors.Is(err, errForeignIndex) {
		e.log.WarnContext(ctx, "the key index is of another ledger: it is built anew")
		if err := e.index.Drop(ctx); err != nil {
			return fmt.Errorf("drop key index: %w", err)
		}
		e.keys = newKeys(e.index)
		s, err = e.startFrom(ctx, mark, 0)
	}
	if err != nil {
		return err
	}
	e.book, e.tree, e.head = s.book, s.tree, s.head
	e.accounts.publish(s.book, slices.Collect(maps.Keys(s.touched)))
	e.tip = journal.NewTip(s.head)
	if e.guard == nil {
		return nil
	}
	if err := e.guard.Store(markOf(s.head)); err != nil {
		return fmt.Errorf("guard: %w", err)
	}
	return nil
}

// expected is how far the journal must have come: the mark, before anything is read.
func (e *Engine) expected(acceptMissing bool) (seal.Mark, error) {
	if e.guard == nil {
		return seal.Mark{}, nil
	}
	mark, ok := e.guard.Mark()
	end := e.journal.Head()
	switch {
	case !ok && end.Seq > 0 && !acceptMissing:
		return mark, fmt.Errorf("%w: the journal is at %v", ErrNoMark, end)
	case int64(end.Height) < mark.Height || int64(end.Seq) < mark.Seq:
		return mark, fmt.Errorf("%w: it ends at record %d, %d was reached before", ErrRolledBack, end.Seq, mark.Seq)
	}
	return mark, nil
}

// cursor is up to where the key index is; an index ahead of the journal belongs to another one.
func (e *Engine) cursor(ctx context.Context) (ledger.Seq, error) {
	cursor, err := e.index.Cursor(ctx, keysName)
	if err != nil {
		return 0, fmt.Errorf("key index: %w", err)
	}
	if cursor <= e.journal.Head().Seq {
		return ledger.Seq(cursor), nil
	}
	e.log.WarnContext(ctx, "the key index is ahead of the journal: it is built anew", slog.Int64("cursor", int64(cursor)))
	if err := e.index.Drop(ctx); err != nil {
		return 0, fmt.Errorf("drop key index: %w", err)
	}
	return 0, nil
}

// errForeignIndex : the index does not know the record at its own cursor.
var errForeignIndex = errors.New("the key index is of another ledger")

// rebuildChunk is how many keys a start gathers before it writes them.
const rebuildChunk = 16 * journal.IndexTxnKeysMax

// startFrom replays, comparing with the mark where it stands, and hands the keys above the cursor to the index.
func (e *Engine) startFrom(ctx context.Context, mark seal.Mark, cursor ledger.Seq) (*state, error) {
	var c collector
	s, err := replay(ctx, e.journal, func(s *state, d *decoded) error {
		if err := agrees(mark, d); err != nil {
			return err
		}
		return e.indexBlock(ctx, &c, d, cursor)
	})
	if err != nil {
		return nil, err
	}
	if mark.Height > 0 && int64(s.head.Height) == mark.Height && seal.Hash(s.head.Hash) != mark.Block {
		return nil, fmt.Errorf("%w: block %d is not the one that was there before", ErrRolledBack, mark.Height)
	}
	if c.open.n > 0 {
		e.keys.add([]entry{c.open})
	}
	return s, nil
}

// agrees compares a block with the mark: at its height the tree, and one above it, the hash in the chain.
func agrees(mark seal.Mark, d *decoded) error {
	b := &d.block
	same := true
	switch int64(b.Height) {
	case mark.Height:
		same = int64(b.LastSeq()) == mark.Seq && b.TreeSize == mark.Size && b.Root == journal.Hash(mark.Root)
	case mark.Height + 1:
		same = b.Prev == journal.Hash(mark.Block)
	}
	if !same {
		return fmt.Errorf("%w: block %d is not the one that was there before", ErrRolledBack, mark.Height)
	}
	return nil
}

// indexBlock collects the keys of records above the cursor, and checks that the index knows the record at it.
func (e *Engine) indexBlock(ctx context.Context, c *collector, d *decoded, cursor ledger.Seq) error {
	if ledger.Seq(d.block.LastSeq()) < cursor {
		return nil
	}
	for i := range d.records {
		r := &d.records[i]
		if r.Seq == cursor {
			s, ok, err := e.keys.find(ctx, keyID(r.Scope(), r.Key))
			if err != nil {
				return fmt.Errorf("key index: %w", err)
			}
			if !ok || s.last() != cursor {
				return errForeignIndex
			}
		}
		if r.Seq <= cursor {
			continue
		}
		if done, ok := c.add(r); ok && e.keys.add([]entry{done}) >= rebuildChunk {
			if err := e.keys.flush(ctx, rebuildChunk); err != nil {
				return err
			}
		}
	}
	return nil
}
