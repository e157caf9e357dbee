package audit

import (
	"errors"
	"fmt"
	"sync/atomic"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
)

// keyCheck looks for a client key that made records twice, on a goroutine of its own: it is a search in the memory of all keys for
// each record, and needs nothing of the book.
type keyCheck struct {
	in   chan keyBatch
	done chan struct{}
	last map[keyMark]ledger.Seq // the last record under each key; owned by run

	seen  atomic.Bool
	reuse reuse // the first; set before seen
}

// keyBatch is the keys of a block's records, which stand in a row.
type keyBatch struct {
	height journal.Height
	first  ledger.Seq
	keys   []keyMark
}

// reuse is a record under a key that another record, not the one before it, has had.
type reuse struct {
	height    journal.Height
	seq, last ledger.Seq
}

// keysAhead bounds the room that is made for keys before the first is read: 400 MB.
const keysAhead = 10 << 20

func newKeyCheck(records int64) *keyCheck {
	k := &keyCheck{in: make(chan keyBatch, aheadBatches), done: make(chan struct{}), last: make(map[keyMark]ledger.Seq, min(records, keysAhead))}
	go k.run()
	return k
}

func (k *keyCheck) run() {
	defer close(k.done)
	for b := range k.in {
		for i, key := range b.keys {
			seq := b.first + ledger.Seq(i)
			// A key made its records once: all of a command's records stand in a row.
			if last := k.last[key]; last != 0 && last != seq-1 && !k.seen.Load() {
				k.reuse = reuse{b.height, seq, last}
				k.seen.Store(true)
			}
			k.last[key] = seq
		}
	}
}

// end waits for the search, and gives the first thing that is wrong: what it found, or what the verifier found, which has come to
// the record at.
func (k *keyCheck) end(err error, at ledger.Seq) error {
	close(k.in)
	<-k.done
	before := at + 1 // where the verifier stopped
	if f, ok := errors.AsType[*Finding](err); ok && f.Seq > 0 {
		before = f.Seq
	}
	if r := k.reuse; k.seen.Load() && r.seq < before {
		return &Finding{Seq: r.seq, Block: int64(r.height), Err: fmt.Errorf("its key was used by record %d", r.last)}
	}
	return err
}
