package journal

import (
	"context"
	"iter"
)

// Journal is one community's list of blocks. One goroutine appends; any number read at the same time and never wait
// for a sync. Readers see a block only once Append could have answered it.
type Journal interface {
	// Head is the end of what is durable. It takes no lock and allocates nothing.
	Head() Head

	// Append adds one to AppendBlocksMax blocks that follow prev, in one synced transaction: all of them or none,
	// durable when it returns nil. It compares the whole head, and takes ownership of the lines until it returns.
	//
	// Refused with nothing written: ErrFenced (the head is not prev), ErrInvalid, ErrNoSpace, ErrClosed, ErrStopped
	// alone, or ctx's error if ctx had ended at the call; once begun, an Append is not cut short.
	// ErrUnavailable together with ErrStopped: a write or sync failed, the outcome is unknown, and the journal is
	// dead. A failed sync is never retried, since the kernel may have dropped the bytes and say yes the second time.
	Append(ctx context.Context, prev Head, blocks []Block) (Head, error)

	// Room is ErrNoSpace while an Append would be refused for want of space, else nil.
	Room() error

	// Line gives the line with this seq, in memory of the caller's own, after its block's hash has been checked.
	// ErrNotFound: no such seq. ErrCorrupt: a Damage names it. ErrTrimmed.
	Line(ctx context.Context, seq Seq) ([]byte, error)

	// Block gives the block that holds seq, in memory of the caller's own, checked like Line.
	Block(ctx context.Context, seq Seq) (Block, error)

	// Blocks gives the blocks from the one that holds seq up to the head at the time of the call, in order, hash and
	// chain checked. A fault is the last pair given; ErrNotFound if from is below 1 or beyond the next seq.
	// Asking for the seq after the head gives nothing, and no error.
	Blocks(ctx context.Context, from Seq) iter.Seq2[Block, error]

	// Follow gives the blocks from this height on and waits for more, until ctx ends or the journal is closed; that
	// error, like any fault, is the last pair given. ErrNotFound if from is below 1 or beyond the next height.
	Follow(ctx context.Context, from Height) iter.Seq2[Block, error]

	// Close waits for a running Append, then lets the files go. Later calls answer ErrClosed. Closing twice is safe.
	Close() error
}
