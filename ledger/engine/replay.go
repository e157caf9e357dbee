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
	book *ledger.Book
	tree seal.Frontier
	head journal.Head
}

// visitor sees each block of a replay after it was folded. An error ends the replay.
type visitor func(d *decoded) error

// decoded is a block with its lines read: the work that one core does while another folds.
type decoded struct {
	block   journal.Block
	records []ledger.Record
	leaves  []seal.Hash
	err     error
}

// decodeAhead is how many blocks are decoded before they are folded.
const decodeAhead = 16

// base is the state from which a replay starts: the newest snapshot of this journal, or nothing.
func (e *Engine) base(ctx context.Context) (*state, error) {
	if e.snapshots != nil {
		found, err := e.snapshots.Newest(ctx, e.journal, ledger.Seq(e.journal.Head().Seq))
		if err != nil {
			return nil, fmt.Errorf("snapshot: %w", err)
		}
		if found != nil {
			return &state{book: found.Book, tree: found.Edge, head: found.Head}, nil
		}
	}
	return &state{book: ledger.NewBook()}, nil
}

// replay folds what follows s into it, up to the head that the journal has now: it checks every law, every root, every
// link. It is what every start runs, and what a breach of a law falls back on. visit, if not nil, also sees the blocks
// from the one that holds first on, if that is before s.
func replay(ctx context.Context, j journal.Journal, s *state, first ledger.Seq, visit visitor) error {
	end := j.Head()
	if first = min(first, s.book.Seq()+1); first > ledger.Seq(end.Seq) {
		return s.ended(end)
	}
	ctx, cancel := context.WithCancel(ctx)
	blocks := decode(ctx, j, first, end)
	defer func() {
		cancel()
		for range blocks { // until nobody reads the journal any more
		}
	}()
	for d := range blocks {
		if err := s.advance(&d); err != nil {
			return err
		}
		if visit != nil {
			if err := visit(&d); err != nil {
				return err
			}
		}
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("replay: %w", context.Cause(ctx))
	}
	return s.ended(end)
}

// ended checks that the records came to the head.
func (s *state) ended(end journal.Head) error {
	if int64(s.book.Seq()) != int64(end.Seq) || s.tree.Size() != end.TreeSize || end.Seq > 0 && journal.Hash(s.tree.Root()) != end.Root {
		return fmt.Errorf("%w: the records end at %d, the head is %v", ErrBreach, s.book.Seq(), end)
	}
	s.head = end
	return nil
}

// grow takes the tree and the head on to the block that ends at a record, without the book: whoever has that has folded the
// records already.
func (s *state) grow(ctx context.Context, j journal.Journal, to ledger.Seq) error {
	if ledger.Seq(s.head.Seq) == to {
		return nil
	}
	for b, err := range j.Blocks(ctx, s.head.Seq+1) {
		if err != nil {
			return fmt.Errorf("grow the tree: %w", err)
		}
		if !s.head.Precedes(b) || ledger.Seq(b.LastSeq()) > to {
			return fmt.Errorf("%w: block %d does not follow %v up to record %d", ErrBreach, b.Height, s.head, to)
		}
		for _, line := range b.Lines {
			s.tree.Append(seal.EntryOf(line))
		}
		hash, err := b.Hash()
		if err != nil {
			return fmt.Errorf("grow the tree: %w", err)
		}
		s.head = journal.Head{Height: b.Height, Seq: b.LastSeq(), Hash: hash, TreeSize: s.tree.Size(), Root: journal.Hash(s.tree.Root())}
		if s.head.TreeSize != b.TreeSize || s.head.Root != b.Root {
			return fmt.Errorf("%w: block %d: the tree's root is not the one in its header", ErrBreach, b.Height)
		}
		if ledger.Seq(b.LastSeq()) == to {
			return nil
		}
	}
	return fmt.Errorf("%w: no block after %v ends at record %d", ErrBreach, s.head, to)
}

// decode reads blocks and their lines in a goroutine of its own, up to the one that ends the journal; it stops at an
// error, or with ctx.
func decode(ctx context.Context, j journal.Journal, first ledger.Seq, end journal.Head) <-chan decoded {
	out := make(chan decoded, decodeAhead)
	go func() {
		defer close(out)
		for block, err := range j.Blocks(ctx, journal.Seq(first)) {
			d := decoded{block: block, err: err}
			if err == nil {
				d.read()
			}
			select {
			case out <- d:
			case <-ctx.Done():
				return
			}
			if d.err != nil || block.LastSeq() >= end.Seq {
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

// advance checks and folds one block; one that the snapshot was made of is passed.
func (s *state) advance(d *decoded) error {
	if d.err != nil {
		return fmt.Errorf("replay after record %d: %w", s.book.Seq(), d.err)
	}
	at := journal.Seq(s.book.Seq())
	if d.block.LastSeq() <= at {
		return nil
	}
	if at == s.head.Seq && !s.head.Precedes(d.block) {
		return fmt.Errorf("%w: block %d does not follow %v", ErrBreach, d.block.Height, s.head)
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
	s.book.Touched() // all accounts are published after a replay
	if s.tree.Size() != d.block.TreeSize || journal.Hash(s.tree.Root()) != d.block.Root {
		return fmt.Errorf("%w: block %d, records %d to %d: the tree's root is not the one in its header",
			ErrBreach, d.block.Height, d.block.FirstSeq, d.block.LastSeq())
	}
	return nil
}
