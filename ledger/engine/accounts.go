package engine

import (
	"hash/maphash"
	"maps"
	"sync/atomic"

	"moralbank.example/bank/ledger"
)

// accounts publishes what readers may know of each account: one atomic cell an account. A read takes no lock and
// allocates nothing. run alone writes.
//
// The cells are found through a fixed number of small maps that are never changed: a new account copies its own map, so
// that opening one costs about a hundred entries at 100,000 accounts, and reading none.
type accounts struct {
	seed   maphash.Seed
	shards [shardCount]atomic.Pointer[map[ledger.AccountID]*cell]
}

const shardCount = 1024

type cell struct{ now atomic.Pointer[published] }

// published is an account as it was at a seq. It is never changed.
type published struct {
	view ledger.AccountView
	at   ledger.Seq // the end of the batch that last changed it
}

func newAccounts() *accounts { return &accounts{seed: maphash.MakeSeed()} }

func (a *accounts) shard(id ledger.AccountID) *atomic.Pointer[map[ledger.AccountID]*cell] {
	return &a.shards[maphash.String(a.seed, string(id))%shardCount]
}

func (a *accounts) load(id ledger.AccountID) *published {
	shard := a.shard(id).Load()
	if shard == nil {
		return nil
	}
	c := (*shard)[id]
	if c == nil {
		return nil
	}
	return c.now.Load()
}

func (a *accounts) store(id ledger.AccountID, p *published) {
	at := a.shard(id)
	old := at.Load()
	if old != nil {
		if c := (*old)[id]; c != nil {
			c.now.Store(p)
			return
		}
	}
	next := map[ledger.AccountID]*cell{}
	if old != nil {
		next = maps.Clone(*old)
	}
	c := new(cell)
	c.now.Store(p)
	next[id] = c
	at.Store(&next)
}

// fill makes all accounts of a book visible, before anybody reads: one map after the other, without copying any.
func (a *accounts) fill(book *ledger.Book) {
	all := make([]map[ledger.AccountID]*cell, shardCount)
	for id := range book.All() {
		n := maphash.String(a.seed, string(id)) % shardCount
		if all[n] == nil {
			all[n] = map[ledger.AccountID]*cell{}
		}
		c := new(cell)
		if view, ok := book.View(id); ok {
			c.now.Store(&published{view, book.Seq()})
		}
		all[n][id] = c
	}
	for n := range all {
		if all[n] != nil {
			a.shards[n].Store(&all[n])
		}
	}
}

// publish makes the accounts visible as the book has them.
func (a *accounts) publish(book *ledger.Book, ids []ledger.AccountID) {
	for _, id := range ids {
		if view, ok := book.View(id); ok {
			a.store(id, &published{view, book.Seq()})
		}
	}
}

// Balance is what readers may know of an account, and the seq at which it was so; ok is false when there is no such
// account at that seq. The view's lots are shared: not to be changed. No lock is taken and nothing allocated.
func (e *Engine) Balance(id ledger.AccountID) (view ledger.AccountView, seq ledger.Seq, ok bool) {
	// The seq first: all cells of a batch are stored before its seq is published. So the cell is as of this seq, or it
	// belongs to the next batch, which is durable and about to be published, and then its own seq is the right one.
	seq = e.Seq()
	p := e.accounts.load(id)
	if p == nil {
		return ledger.AccountView{}, seq, false
	}
	return p.view, max(seq, p.at), true
}

// Seq is the last record that is durable and published.
func (e *Engine) Seq() ledger.Seq { return ledger.Seq(e.tip.Head().Seq) }
