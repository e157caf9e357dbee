package badgerjournal

import (
	"bytes"
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
	if near, err := j.recently(ctx, seq, 1); err != nil || len(near) > 0 {
		if err != nil {
			return nil, err
		}
		line, err := journal.LineBytes(near[0].encoded, seq)
		return bytes.Clone(line), err
	}
	b, err := j.Block(ctx, seq)
	line, _ := b.Line(seq)
	return line, err
}

// Block implements journal.Journal.
func (j *Journal) Block(ctx context.Context, seq journal.Seq) (journal.Block, error) {
	blocks, err := j.chunk(ctx, seq, 1)
	if err != nil {
		return journal.Block{}, err
	}
	return blocks[0].block, j.holds(&blocks[0].block, seq)
}

// recently gives blocks out of memory, from the one that holds seq on; none when they are older, or there is no such seq.
func (j *Journal) recently(ctx context.Context, seq journal.Seq, most int) ([]recentBlock, error) {
	j.life.RLock()
	defer j.life.RUnlock()
	switch {
	case j.closed:
		return nil, journal.ErrClosed
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case seq < 1 || seq > j.Head().Seq:
		return nil, nil
	}
	return j.near.from(seq, most), nil
}

// chunk reads from the block that holds seq on. Close waits for it, since Badger panics when it is closed under a reader.
func (j *Journal) chunk(ctx context.Context, seq journal.Seq, most int) ([]stored, error) {
	near, err := j.recently(ctx, seq, most)
	if err != nil {
		return nil, err
	}
	blocks := make([]stored, len(near))
	for i := range near {
		if blocks[i], err = near[i].stored(); err != nil {
			return nil, err
		}
	}
	if len(blocks) > 0 {
		return blocks, nil
	}
	j.life.RLock()
	defer j.life.RUnlock()
	if j.closed {
		return nil, journal.ErrClosed
	}
	head := j.Head()
	if seq < 1 || seq > head.Seq {
		return nil, fmt.Errorf("%w: seq %d in a journal of %d", journal.ErrNotFound, seq, head.Seq)
	}
	return j.store.read(head.Height, seq, most)
}

// holds checks that a block which was read for seq holds it: it may be the one after a hole.
func (j *Journal) holds(b *journal.Block, seq journal.Seq) error {
	if seq < b.FirstSeq || seq > b.LastSeq() {
		return j.store.damage(b.Height-1, seq, fmt.Sprintf("no block holds it; the next one begins at %d", b.FirstSeq))
	}
	return nil
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
			for i := range chunk {
				b := chunk[i].block
				err := j.holds(&b, seq)
				if err == nil && prev.Height > 0 && !prev.Precedes(b) {
					err = j.store.damage(b.Height, b.FirstSeq, fmt.Sprintf("does not follow %v", prev))
				}
				if !yield(b, err) || err != nil || b.LastSeq() >= end {
					return
				}
				prev = chunk[i].head()
				seq = prev.Seq + 1
			}
		}
	}
}

// Follow implements journal.Journal.
func (j *Journal) Follow(ctx context.Context, from journal.Height) iter.Seq2[journal.Block, error] {
	return j.tip.Follow(ctx, j, from)
}
