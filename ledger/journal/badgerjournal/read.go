package badgerjournal

import (
	"context"
	"fmt"
	"iter"

	"moralbank.example/bank/ledger/journal"
)

// A walk over many blocks takes them in chunks: no iterator lives long enough to pin tables, and memory stays small.
const (
	chunkBlocks = 256
	chunkBytes  = 1 << 20
)

// Line implements journal.Journal.
func (j *Journal) Line(ctx context.Context, seq journal.Seq) ([]byte, error) {
	blocks, err := j.chunk(ctx, seq, 1)
	if err != nil {
		return nil, err
	}
	b, err := j.holding(blocks[0], seq)
	line, _ := b.Line(seq)
	return line, err
}

// Block implements journal.Journal.
func (j *Journal) Block(ctx context.Context, seq journal.Seq) (journal.Block, error) {
	blocks, err := j.chunk(ctx, seq, 1)
	if err != nil {
		return journal.Block{}, err
	}
	return j.holding(blocks[0], seq)
}

// chunk reads from the block that holds seq on. Close waits for it, since Badger panics when it is closed under a reader.
func (j *Journal) chunk(ctx context.Context, seq journal.Seq, most int) ([][]byte, error) {
	j.life.RLock()
	defer j.life.RUnlock()
	if j.closed {
		return nil, journal.ErrClosed
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	head := j.Head()
	if seq < 1 || seq > head.Seq {
		return nil, fmt.Errorf("%w: seq %d in a journal of %d", journal.ErrNotFound, seq, head.Seq)
	}
	return j.store.read(head.Height, seq, most)
}

// holding decodes a block and checks that it holds seq: it may be the one after a hole.
func (j *Journal) holding(p []byte, seq journal.Seq) (journal.Block, error) {
	b, err := journal.DecodeBlock(p)
	if err == nil && (seq < b.FirstSeq || seq > b.LastSeq()) {
		err = j.store.damage(b.Height-1, seq, fmt.Sprintf("no block holds it; the next one begins at %d", b.FirstSeq))
	}
	return b, err
}

// Blocks implements journal.Journal.
func (j *Journal) Blocks(ctx context.Context, from journal.Seq) iter.Seq2[journal.Block, error] {
	end := j.Head().Seq
	return func(yield func(journal.Block, error) bool) {
		if from == end+1 && from > 0 {
			return
		}
		var prev journal.Head
		for seq := from; seq <= end || seq == from; {
			chunk, err := j.chunk(ctx, seq, chunkBlocks)
			if err != nil {
				yield(journal.Block{}, err)
				return
			}
			for _, p := range chunk {
				b, err := j.holding(p, seq)
				if err == nil && prev.Height > 0 && !prev.Precedes(b) {
					err = j.store.damage(b.Height, b.FirstSeq, fmt.Sprintf("does not follow %v", prev))
				}
				if !yield(b, err) || err != nil || b.LastSeq() >= end {
					return
				}
				prev = journal.HeadOf(b, p)
				seq = prev.Seq + 1
			}
		}
	}
}

// Follow implements journal.Journal.
func (j *Journal) Follow(ctx context.Context, from journal.Height) iter.Seq2[journal.Block, error] {
	return j.tip.Follow(ctx, j, from)
}
