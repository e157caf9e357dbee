package journal

import (
	"context"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
)

// Tip is the published head of a journal: read without a lock, and waited for by followers. Implementations share it.
type Tip struct {
	head atomic.Pointer[Head]

	mu    sync.Mutex
	grown chan struct{} // closed and replaced at each Publish
	done  chan struct{} // closed by Close
	once  sync.Once
}

// NewTip is a tip at head.
func NewTip(head Head) *Tip {
	t := &Tip{grown: make(chan struct{}), done: make(chan struct{})}
	t.head.Store(&head)
	return t
}

// Head is what was last published.
func (t *Tip) Head() Head { return *t.head.Load() }

// Publish makes head visible and wakes the followers. Only the appending goroutine calls it, after durability.
func (t *Tip) Publish(head Head) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.head.Store(&head)
	close(t.grown)
	t.grown = make(chan struct{})
}

// Close wakes the followers for the last time.
func (t *Tip) Close() { t.once.Do(func() { close(t.done) }) }

// Wait returns once the head is above h, ErrClosed after Close, or ctx's error.
func (t *Tip) Wait(ctx context.Context, h Height) error {
	for {
		t.mu.Lock()
		grown := t.grown
		t.mu.Unlock()
		if t.Head().Height > h {
			return nil
		}
		select {
		case <-grown:
		case <-t.done:
			return ErrClosed
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Follow is Journal.Follow made of Block and Blocks: find the height, go through what is there, wait, go on.
func (t *Tip) Follow(ctx context.Context, j Journal, from Height) iter.Seq2[Block, error] {
	return func(yield func(Block, error) bool) {
		seq, err := t.locate(ctx, j, from)
		if err != nil {
			yield(Block{}, err)
			return
		}
		next := from
		for {
			for b, err := range j.Blocks(ctx, seq) {
				if err == nil && b.Height != next {
					err = &Damage{Kind: "block", Height: b.Height, Seq: b.FirstSeq, What: fmt.Sprintf("stands where height %d belongs", next)}
				}
				if !yield(b, err) || err != nil {
					return
				}
				next, seq = b.Height+1, b.LastSeq()+1
			}
			if err := t.Wait(ctx, next-1); err != nil {
				yield(Block{}, err)
				return
			}
		}
	}
}

// locate finds the first seq of the block at height h by bisection: heights and seqs both grow from block to block.
func (t *Tip) locate(ctx context.Context, j Journal, h Height) (Seq, error) {
	head := t.Head()
	if h < 1 || h > head.Height+1 {
		return 0, fmt.Errorf("%w: height %d in a journal of %d", ErrNotFound, h, head.Height)
	}
	if h == head.Height+1 {
		return head.Seq + 1, nil
	}
	lo, hi := Seq(h), head.Seq-Seq(head.Height-h) // a block holds at least one line
	for lo <= hi {
		b, err := j.Block(ctx, lo+(hi-lo)/2)
		switch {
		case err != nil:
			return 0, fmt.Errorf("find height %d: %w", h, err)
		case b.Height == h:
			return b.FirstSeq, nil
		case b.Height < h:
			lo = b.LastSeq() + 1
		default:
			hi = b.FirstSeq - 1
		}
	}
	return 0, &Damage{Kind: "block", Height: h, Seq: lo, What: "no block has this height"}
}
