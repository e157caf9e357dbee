package engine

import (
	"context"
	"fmt"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/seal"
)

// state is what the records up to head amount to.
type state struct {
	book    *ledger.Book
	tree    seal.Frontier
	head    journal.Head
	touched map[ledger.AccountID]struct{} // every account that a record changed
}

// visitor sees each block of a replay after it was folded into s. An error ends the replay.
type visitor func(s *state, d *decoded) error

// decoded is a block with its lines read: the work that one core does while another folds.
type decoded struct {
	block   journal.Block
	records []ledger.Record
	leaves  []seal.Hash
	err     error
}

// decodeAhead is how many blocks are decoded before they are folded.
const decodeAhead = 16

// replay reads the whole journal, checks every law, every root, every link, and gives the state at its end. It is what
// every start runs, and what a breach of a law falls back on.
func replay(ctx context.Context, j journal.Journal, visit visitor) (*state, error) {
	ctx, cancel := context.WithCancel(ctx)
	blocks := decode(ctx, j)
	defer func() {
		cancel()
		for range blocks { // until nobody reads the journal any more
		}
	}()
	s := &state{book: ledger.NewBook(), touched: map[ledger.AccountID]struct{}{}}
	for d := range blocks {
		if err := s.advance(&d); err != nil {
			return nil, err
		}
		if visit != nil {
			if err := visit(s, &d); err != nil {
				return nil, err
			}
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("replay: %w", context.Cause(ctx))
	}
	end := j.Head()
	if int64(s.book.Seq()) != int64(end.Seq) || s.tree.Size() != end.TreeSize || end.Seq > 0 && journal.Hash(s.tree.Root()) != end.Root {
		return nil, fmt.Errorf("%w: the records end at %d, the head is %v", ErrBreach, s.book.Seq(), end)
	}
	s.head = end
	return s, nil
}

// decode reads blocks and their lines in a goroutine of its own; it ends with the journal, an error, or ctx.
func decode(ctx context.Context, j journal.Journal) <-chan decoded {
	out := make(chan decoded, decodeAhead)
	go func() {
		defer close(out)
		for block, err := range j.Blocks(ctx, 1) {
			d := decoded{block: block, err: err}
			if err == nil {
				d.read()
			}
			select {
			case out <- d:
			case <-ctx.Done():
				return
			}
			if d.err != nil {
				return
			}
		}
	}()
	return out
}

// read parses the lines and hashes them.
func (d *decoded) read() {
	d.records = make([]ledger.Record, len(d.block.Lines))
	d.leaves = make([]seal.Hash, len(d.block.Lines))
	for i, line := range d.block.Lines {
		var err error
		if d.records[i], err = ledger.ParseLine(line); err != nil {
			d.err = fmt.Errorf("%w: record %d: %w", ErrBreach, int64(d.block.FirstSeq)+int64(i), err)
			return
		}
		d.leaves[i] = seal.LeafOf(seal.EntryOf(line))
	}
}

// advance checks and folds one block.
func (s *state) advance(d *decoded) error {
	if d.err != nil {
		return fmt.Errorf("replay after record %d: %w", s.book.Seq(), d.err)
	}
	for i := range d.records {
		r := &d.records[i]
		err := s.book.Check(r)
		if err == nil {
			err = s.book.Fold(r)
		}
		if err == nil {
			err = s.book.CheckAfter(r)
		}
		if err != nil {
			return fmt.Errorf("%w: record %d in block %d: %w", ErrBreach, int64(d.block.FirstSeq)+int64(i), d.block.Height, err)
		}
		s.tree.AppendLeaf(d.leaves[i])
	}
	for _, id := range s.book.Touched() {
		s.touched[id] = struct{}{}
	}
	if s.tree.Size() != d.block.TreeSize || journal.Hash(s.tree.Root()) != d.block.Root {
		return fmt.Errorf("%w: block %d, records %d to %d: the tree's root is not the one in its header",
			ErrBreach, d.block.Height, d.block.FirstSeq, d.block.LastSeq())
	}
	return nil
}
