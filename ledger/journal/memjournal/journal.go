package memjournal

import (
	"context"
	"fmt"
	"iter"
	"sync"

	"moralbank.example/bank/ledger/journal"
)

// Journal is journal.Journal on a Disk.
type Journal struct {
	disk *Disk
	tip  *journal.Tip

	mu      sync.Mutex
	stopped error // why nothing more is written
	closed  bool
}

var _ journal.Journal = (*Journal)(nil)

// New is an empty journal on a disk of its own.
func New() *Journal {
	j, err := Open(NewDisk())
	if err != nil {
		panic(err) // an empty disk has nothing to be damaged
	}
	return j
}

// Open reads the disk as a restart does. ErrLocked while another journal has it open and has not crashed; ErrCorrupt
// when a frame in the middle is damaged. A torn last frame was never answered and is cut off.
func Open(d *Disk) (*Journal, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.opened != nil {
		return nil, journal.ErrLocked
	}
	head, err := d.replay()
	if err != nil {
		return nil, err
	}
	d.opened = &Journal{disk: d, tip: journal.NewTip(head)}
	return d.opened, nil
}

// Head implements journal.Journal.
func (j *Journal) Head() journal.Head { return j.tip.Head() }

// Append implements journal.Journal.
func (j *Journal) Append(ctx context.Context, prev journal.Head, blocks []journal.Block) (journal.Head, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case j.closed:
		return journal.Head{}, journal.ErrClosed
	case j.stopped != nil:
		return journal.Head{}, fmt.Errorf("%w: %w", journal.ErrStopped, j.stopped)
	case ctx.Err() != nil:
		return journal.Head{}, context.Cause(ctx)
	case prev != j.Head():
		return journal.Head{}, fmt.Errorf("%w: to %v, not %v", journal.ErrFenced, j.Head(), prev)
	}
	encoded, head, err := journal.Chain(prev, blocks)
	if err != nil {
		return journal.Head{}, err
	}
	fault := j.write(prev, head, encoded)
	switch fault {
	case None:
		j.tip.Publish(head)
		return head, nil
	case DiskFull:
		return journal.Head{}, journal.ErrNoSpace
	case CrashBeforeWrite, CrashBeforeSync, CrashTorn, SyncFailsLost, SyncFailsKept, CrashAfterSync: // the machine is gone
	}
	j.stopped = fmt.Errorf("%w: %v", errCrashed, fault)
	return journal.Head{}, fmt.Errorf("append height %d: %w: %w: %w", head.Height, journal.ErrUnavailable, journal.ErrStopped, j.stopped)
}

// Room implements journal.Journal: memory has room. That an Append is to find none is known at that Append only, see Faults.
func (*Journal) Room() error { return nil }

// write puts one frame on the disk as far as the fault lets it, and says which fault it was.
func (j *Journal) write(prev, head journal.Head, encoded [][]byte) Fault {
	d := j.disk
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.opened != j {
		return CrashBeforeWrite // see Disk.Crash
	}
	fault := None
	if d.attempts++; d.Faults != nil {
		fault = d.Faults(d.attempts)
	}
	frame := journal.AppendFrame(nil, generation, head, encoded)
	off := len(d.log)
	kept, dead := fault.outcome(off, frame, d.Left)
	d.log = append(d.log, kept...)
	if dead {
		d.opened = nil // the machine is gone, and its lock with it
		return fault
	}
	if fault == None {
		f, err := journal.DecodeFrame(d.log[off:])
		if err == nil {
			_, err = d.addSpots(prev, f, off)
		}
		if err != nil {
			panic(err) // we wrote this frame just now
		}
	}
	return fault
}

// Line implements journal.Journal.
func (j *Journal) Line(ctx context.Context, seq journal.Seq) ([]byte, error) {
	p, err := j.read(ctx, seq)
	if err != nil {
		return nil, err
	}
	return journal.LineBytes(p, seq)
}

// Block implements journal.Journal.
func (j *Journal) Block(ctx context.Context, seq journal.Seq) (journal.Block, error) {
	p, err := j.read(ctx, seq)
	if err != nil {
		return journal.Block{}, err
	}
	return journal.DecodeBlock(p)
}

// read gives the bytes of the block that holds seq, in memory of the caller's own.
func (j *Journal) read(ctx context.Context, seq journal.Seq) ([]byte, error) {
	j.mu.Lock()
	closed := j.closed
	j.mu.Unlock()
	if closed {
		return nil, journal.ErrClosed
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if head := j.Head(); seq < 1 || seq > head.Seq {
		return nil, fmt.Errorf("%w: seq %d in a journal of %d", journal.ErrNotFound, seq, head.Seq)
	}
	return j.disk.read(seq)
}

// Blocks implements journal.Journal.
func (j *Journal) Blocks(ctx context.Context, from journal.Seq) iter.Seq2[journal.Block, error] {
	end := j.Head().Seq
	return func(yield func(journal.Block, error) bool) {
		if from == end+1 && from > 0 {
			return
		}
		for seq := from; seq <= end || seq == from; {
			b, err := j.Block(ctx, seq)
			if !yield(b, err) || err != nil {
				return
			}
			seq = b.LastSeq() + 1
		}
	}
}

// Follow implements journal.Journal.
func (j *Journal) Follow(ctx context.Context, from journal.Height) iter.Seq2[journal.Block, error] {
	return j.tip.Follow(ctx, j, from)
}

// Close implements journal.Journal.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return nil
	}
	j.closed = true
	j.tip.Close()
	j.disk.mu.Lock()
	defer j.disk.mu.Unlock()
	if j.disk.opened == j {
		j.disk.opened = nil
	}
	return nil
}
