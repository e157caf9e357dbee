package engine

import (
	"context"
	"fmt"
	"log/slog"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/seal"
	"moralbank.example/bank/ledger/snapshot"
)

// start replays what follows the newest snapshot, compares the journal with the mark, publishes the accounts and brings
// the key index on.
func (e *Engine) start(ctx context.Context, acceptMissingMark bool) error {
	if err := e.compare(ctx, acceptMissingMark); err != nil {
		return err
	}
	if !acceptMissingMark {
		if err := Remembered(ctx, ledger.Seq(e.journal.Head().Seq), e.index, e.snapshots); err != nil {
			return err
		}
	}
	cursor, err := e.cursor(ctx)
	if err != nil {
		return err
	}
	s, err := e.base(ctx)
	if err != nil {
		return err
	}
	from := s.head.Seq
	if err := e.replayFrom(ctx, s, cursor); err != nil {
		return err
	}
	e.book, e.tree, e.head = s.book, s.tree, s.head
	e.accounts.fill(s.book)
	e.tip = journal.NewTip(s.head)
	e.snapped.made(ledger.Seq(from))
	e.snapped.last = state{tree: s.tree, head: s.head}
	if int(s.head.Seq-from) >= snapshotLate*e.limits.Snapshot { // now, while nobody waits: a process that dies again soon must not pay again
		if err := e.keepSnapshot(s); err != nil {
			e.snapped.failed(ledger.Seq(s.head.Seq))
			e.log.ErrorContext(ctx, "snapshot", slog.Any("error", err))
		}
	}
	if e.guard == nil {
		return nil
	}
	if err := e.guard.Store(markOf(s.head)); err != nil {
		return fmt.Errorf("guard: %w", err)
	}
	return nil
}

// compare holds the journal against the mark, before anything is folded: it must have come as far, and its block there
// must be the one that the mark names.
func (e *Engine) compare(ctx context.Context, acceptMissing bool) error {
	mark, err := e.expected(acceptMissing)
	if err != nil || mark.Seq == 0 {
		return err
	}
	b, err := e.journal.Block(ctx, journal.Seq(mark.Seq))
	if err != nil {
		return fmt.Errorf("the block of the mark: %w", err)
	}
	encoded, err := b.Encode()
	if err != nil {
		return fmt.Errorf("the block of the mark: %w", err)
	}
	if got := markOf(journal.HeadOf(b, encoded)); got.Height != mark.Height || got.Seq != mark.Seq || got.Block != mark.Block || got.Size != mark.Size || got.Root != mark.Root {
		return fmt.Errorf("%w: block %d is not the one that was there before", ErrRolledBack, mark.Height)
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

// Remembered holds a journal that ends at a record against what was made of it once: index and snapshots are written after the
// records that they are of were durable. ErrRolledBack when one is ahead: it tells of records that were acknowledged and are gone.
// Either may be nil.
func Remembered(ctx context.Context, end ledger.Seq, index journal.Index, snapshots *snapshot.Store) error {
	if index != nil {
		at, err := index.Cursor(ctx, keysName)
		if err != nil {
			return fmt.Errorf("key index: %w", err)
		}
		if ledger.Seq(at) > end {
			return fmt.Errorf("%w: it ends at record %d, the key index knows record %d", ErrRolledBack, end, at)
		}
	}
	if snapshots == nil {
		return nil
	}
	if file, ok := snapshots.Beyond(end); ok {
		return fmt.Errorf("%w: it ends at record %d, %s is whole and of record %d", ErrRolledBack, end, file.Path, file.Seq)
	}
	return nil
}

// cursor is up to where the key index is. One that is ahead of the journal, or does not know the record at its own
// cursor, belongs to another ledger: it is dropped.
func (e *Engine) cursor(ctx context.Context) (ledger.Seq, error) {
	at, err := e.index.Cursor(ctx, keysName)
	if err != nil {
		return 0, fmt.Errorf("key index: %w", err)
	}
	cursor := ledger.Seq(at)
	known := at <= e.journal.Head().Seq
	if known && at > 0 {
		if known, err = e.knows(ctx, cursor); err != nil {
			return 0, err
		}
	}
	if known {
		return cursor, nil
	}
	e.log.WarnContext(ctx, "the key index is of another ledger: it is built anew", slog.Int64("cursor", int64(at)))
	if err := e.index.Drop(ctx); err != nil {
		return 0, fmt.Errorf("drop key index: %w", err)
	}
	return 0, nil
}

// knows reports whether the index has the key of a record, and that it ends there.
func (e *Engine) knows(ctx context.Context, seq ledger.Seq) (bool, error) {
	records, err := readSpan(ctx, e.journal, span{seq, 1})
	if err != nil {
		return false, fmt.Errorf("key index: %w", err)
	}
	s, ok, err := e.keys.find(ctx, keyID(records[0].Scope(), records[0].Key))
	if err != nil {
		return false, fmt.Errorf("key index: %w", err)
	}
	return ok && s.last() == seq, nil
}

// rebuildChunk is how many keys a start gathers before it writes them.
const rebuildChunk = 16 * journal.IndexTxnKeysMax

// replayFrom brings s up to the journal's head, and hands the keys above the cursor to the index.
func (e *Engine) replayFrom(ctx context.Context, s *state, cursor ledger.Seq) error {
	var c collector
	if err := replay(ctx, e.journal, s, cursor+1, func(d *decoded) error { return e.indexBlock(ctx, &c, d, cursor) }); err != nil {
		return err
	}
	if c.open.n > 0 {
		e.keys.add([]entry{c.open})
	}
	return nil
}

// indexBlock collects the keys of records above the cursor.
func (e *Engine) indexBlock(ctx context.Context, c *collector, d *decoded, cursor ledger.Seq) error {
	for i := range d.records {
		r := &d.records[i]
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
