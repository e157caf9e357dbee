package badgerjournal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"

	"moralbank.example/bank/ledger/badgerfiles"
	"moralbank.example/bank/ledger/journal"
)

// Journal is journal.Journal in a directory.
type Journal struct {
	opt   Options
	lock  *os.File
	store store
	tip   *journal.Tip
	near  recent

	write   sync.Mutex // held by Append and Close; guards tail and stopped
	tail    *tail
	stopped error // why nothing more is written

	life   sync.RWMutex // held for reading by each read, for writing by Close; guards closed
	closed bool
}

var _ journal.Journal = (*Journal)(nil)

// Head implements journal.Journal.
func (j *Journal) Head() journal.Head { return j.tip.Head() }

// Room implements journal.Journal.
func (j *Journal) Room() error { return checkSpace(j.opt, j.opt.Dir, j.opt.Reserve) }

// Append implements journal.Journal: Badger's synced transaction and the tail's frame at the same time, then publish.
func (j *Journal) Append(ctx context.Context, prev journal.Head, blocks []journal.Block) (journal.Head, error) {
	j.write.Lock()
	defer j.write.Unlock()
	if err := j.mayWrite(ctx, prev); err != nil {
		return journal.Head{}, err
	}
	encoded, head, err := journal.Chain(prev, blocks)
	if err != nil {
		return journal.Head{}, err
	}
	if err := j.Room(); err != nil {
		return journal.Head{}, err
	}
	tailDone := make(chan error, 1)
	go func() { tailDone <- j.tail.append(head, encoded) }()
	err = j.commit(head, blocks, encoded)
	if err = errors.Join(err, <-tailDone); err != nil {
		j.stopped = err
		return journal.Head{}, fmt.Errorf("append height %d: %w: %w: %w", head.Height, journal.ErrUnavailable, journal.ErrStopped, err)
	}
	j.near.add(head, blocks, encoded)
	j.tip.Publish(head)
	return head, nil
}

// mayWrite is the ladder of refusals that touch nothing.
func (j *Journal) mayWrite(ctx context.Context, prev journal.Head) error {
	switch {
	case j.isClosed():
		return journal.ErrClosed
	case j.stopped != nil:
		return fmt.Errorf("%w: %w", journal.ErrStopped, j.stopped)
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case prev != j.Head():
		return fmt.Errorf("%w: to %v, not %v", journal.ErrFenced, j.Head(), prev)
	}
	return nil
}

// commit keeps a panic of Badger's from ending the process before the tail has been waited for.
func (j *Journal) commit(head journal.Head, blocks []journal.Block, encoded [][]byte) (err error) {
	defer damageOnPanic(j.store.dir, &err)
	return j.store.append(head, blocks, encoded)
}

func (j *Journal) isClosed() bool {
	j.life.RLock()
	defer j.life.RUnlock()
	return j.closed
}

// Close implements journal.Journal.
func (j *Journal) Close() error {
	j.write.Lock()
	defer j.write.Unlock()
	j.life.Lock()
	defer j.life.Unlock()
	if j.closed {
		return nil
	}
	j.closed = true
	j.tip.Close()
	if err := errors.Join(j.tail.close(), badgerfiles.Close(j.store.db, j.stopped != nil), j.lock.Close()); err != nil {
		return fmt.Errorf("close journal: %w", err)
	}
	return nil
}
