package engine

import (
	"math/bits"
	"sync/atomic"
	"time"

	"moralbank.example/bank/ledger"
)

// Stats is how the engine is doing, for metrics and for the operator's page. Counts are since the start.
type Stats struct {
	Seq      ledger.Seq
	Queued   int // commands that wait now
	QueueMax int

	Commits  int64 // appends
	Blocks   int64
	Records  int64
	Refusals int64
	Replays  int64
	Busy     int64 // commands turned away by ErrBusy

	LastCommit time.Duration       // of the last Append: write and sync
	Batches    [batchBuckets]int64 // appends by records: Batches[i] of up to 2^i, the last of any more
	IndexLag   int                 // keys that the index lags behind
	IndexMax   int                 // where that turns into ErrBusy
	Snapshot   ledger.Seq          // of the newest snapshot; 0 if there is none

	// What needs a person today.
	ClockNotBelieved bool
	NoSpace          bool
	Breaches         int64 // commands in quarantine: a fault of ours
	IndexErrors      int64
	GuardErrors      int64
	SnapshotErrors   int64 // the next start takes longer
	Dead             bool
}

const batchBuckets = 13

// counts are written by run, busy also by whoever submits.
type counts struct {
	commits, blocks, records, refusals, replays, busy atomic.Int64
	breaches, lastCommit                              atomic.Int64
	noSpace                                           atomic.Bool // a batch is parked
	batches                                           [batchBuckets]atomic.Int64
}

func (c *counts) committed(records, blocks int, took time.Duration) {
	c.commits.Add(1)
	c.blocks.Add(int64(blocks))
	c.records.Add(int64(records))
	c.lastCommit.Store(int64(took))
	c.batches[min(bits.Len(uint(records-1)), batchBuckets-1)].Add(1)
}

// Stats reads the counters; each is right, though not all of one moment.
func (e *Engine) Stats() Stats {
	c := &e.counts
	s := Stats{
		Seq: e.Seq(), Queued: len(e.queue), QueueMax: e.limits.Queue,
		Commits: c.commits.Load(), Blocks: c.blocks.Load(), Records: c.records.Load(),
		Refusals: c.refusals.Load(), Replays: c.replays.Load(), Busy: c.busy.Load(),
		LastCommit: time.Duration(c.lastCommit.Load()), IndexLag: e.keys.waiting(), IndexMax: e.limits.Gap,
		ClockNotBelieved: e.watch.believed() != nil, NoSpace: c.noSpace.Load() || e.journal.Room() != nil,
		Breaches: c.breaches.Load(), IndexErrors: e.indexAlarm.errors.Load(), GuardErrors: e.guardAlarm.errors.Load(),
		Snapshot: ledger.Seq(e.snapped.seq.Load()), SnapshotErrors: e.snapped.errors.Load(), Dead: e.Cause() != nil,
	}
	for i := range s.Batches {
		s.Batches[i] = c.batches[i].Load()
	}
	return s
}
