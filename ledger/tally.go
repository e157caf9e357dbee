package ledger

import (
	"errors"
	"fmt"
)

// ErrTally : a book does not hold what the postings of its records add up to.
var ErrTally = errors.New("the balances are not the sum of the postings")

// Tally adds up the postings of records and knows nothing else of them: a second way to every balance, as an auditor with a
// pocket calculator would go it. It needs some 100 bytes an account. The zero value is of no records; one goroutine may use it.
type Tally struct {
	all  map[AccountID]*[UnitMinutes + 1]holding
	last Seq
	lost bool // some records could not be read
}

// Add counts the next record. ErrTally when it is not the next.
func (t *Tally) Add(r *Record) error {
	if r.Seq != t.last+1 {
		return fmt.Errorf("%w: record %d follows %d", ErrTally, r.Seq, t.last)
	}
	t.last = r.Seq
	if t.all == nil {
		t.all = map[AccountID]*[UnitMinutes + 1]holding{}
	}
	for i := range r.Postings {
		p := &r.Postings[i]
		if p.Unit > UnitMinutes {
			return fmt.Errorf("%w: record %d posts unit %d", ErrTally, r.Seq, p.Unit)
		}
		sums := t.all[p.Account]
		if sums == nil {
			sums = new([UnitMinutes + 1]holding)
			t.all[p.Account] = sums
		}
		h := &sums[p.Unit]
		if t.lost && p.N != h.n+1 {
			*h = holding{p.Balance, p.N} // one of its postings cannot be read: this one says what they came to
			continue
		}
		h.balance += p.Amount
		h.n++
	}
	return nil
}

// Lose counts the next record as one that cannot be read. From then on an account whose numbers skip goes on from the balance
// that its next posting states; one that has none is not compared.
func (t *Tally) Lose() {
	t.last++
	t.lost = true
}

// Seq is the last record that was counted.
func (t *Tally) Seq() Seq { return t.last }

// Compare holds the sums against a book of the same records: balances and numbers of postings of every account, in both
// units. ErrTally names the first account that differs, in the order of their ids, and both sides.
func (t *Tally) Compare(b *Book) error {
	if t.last != b.last {
		return fmt.Errorf("%w: counted up to record %d, the book is at %d", ErrTally, t.last, b.last)
	}
	var first AccountID
	var sums, holds [UnitMinutes + 1]holding
	differs := false
	see := func(id AccountID, counted, held [UnitMinutes + 1]holding) {
		for unit := range counted {
			if t.lost && counted[unit].n < held[unit].n {
				counted[unit] = held[unit]
			}
		}
		if counted != held && (!differs || id < first) {
			differs, first, sums, holds = true, id, counted, held
		}
	}
	for id, a := range b.accounts {
		held := [UnitMinutes + 1]holding{UnitPoints: a.points, UnitMinutes: a.minutes}
		if counted := t.all[id]; counted != nil {
			see(id, *counted, held)
		} else {
			see(id, [UnitMinutes + 1]holding{}, held)
		}
	}
	for id, counted := range t.all {
		if b.accounts[id] == nil {
			see(id, *counted, [UnitMinutes + 1]holding{})
		}
	}
	if !differs {
		return nil
	}
	return fmt.Errorf("%w: %s has %d points and %d minutes by %d and %d postings up to record %d, the book holds %d and %d by %d and %d",
		ErrTally, first, sums[UnitPoints].balance, sums[UnitMinutes].balance, sums[UnitPoints].n, sums[UnitMinutes].n, t.last,
		holds[UnitPoints].balance, holds[UnitMinutes].balance, holds[UnitPoints].n, holds[UnitMinutes].n)
}
