package view

import (
	"context"
	"fmt"
	"slices"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
)

// scanMax bounds how many records one page of a filtered list looks at. A page may then be short or empty and
// still name where to go on.
const scanMax = 5000

// Filter says which records a list shows. Zero fields do not filter.
type Filter struct {
	Account  ledger.AccountID
	Kind     ledger.Kind
	From, To ledger.Time // From included, To not
}

// Page is a page of records, the newest first.
type Page struct {
	Entries []Entry
	Next    ledger.Seq // ask again with before = Next; 0 at the end
	Seq     ledger.Seq // what it was computed at
}

// Records lists the records that pass a filter, the newest first, below the seq `before` (0: from the newest).
func (v *View) Records(ctx context.Context, f Filter, before ledger.Seq, limit int) (Page, error) {
	limit = min(max(limit, 1), PageMax)
	if f.Account != "" {
		return v.accountRecords(ctx, f, before, limit)
	}
	p := Page{Seq: v.Seq()}
	next := p.Seq
	if before > 0 {
		next = min(next, before-1)
	}
	if f.To > 0 {
		end, err := v.SeqAt(ctx, f.To-1)
		if err != nil {
			return p, err
		}
		next = min(next, end)
	}
	for looked := 0; next >= 1 && looked < scanMax; {
		b, err := v.journal.Block(ctx, journal.Seq(next))
		if err != nil {
			return p, fmt.Errorf("list records: %w", err)
		}
		for i := int(next - ledger.Seq(b.FirstSeq)); i >= 0; i-- {
			r, err := ledger.ParseLine(b.Lines[i])
			if err != nil {
				return p, fmt.Errorf("list records: %w", err)
			}
			looked++
			if r.Time < f.From {
				return p, nil
			}
			if f.Kind != 0 && r.Kind != f.Kind {
				continue
			}
			if p.Entries = append(p.Entries, Entry{r, b.Lines[i]}); len(p.Entries) == limit {
				p.Next = more(r.Seq)
				return p, nil
			}
		}
		next = ledger.Seq(b.FirstSeq) - 1
	}
	p.Next = more(next + 1)
	return p, nil
}

// more is where a list goes on below a record: nowhere below the first.
func more(s ledger.Seq) ledger.Seq {
	if s <= 1 {
		return 0
	}
	return s
}

func (v *View) accountRecords(ctx context.Context, f Filter, before ledger.Seq, limit int) (Page, error) {
	var p Page
	for looked := 0; looked < scanMax; {
		page, at, err := v.History(ctx, f.Account, before, PageMax)
		if err != nil {
			return p, err
		}
		p.Seq = at
		for _, e := range page {
			looked++
			before = e.Record.Seq
			if e.Record.Time < f.From {
				return p, nil
			}
			if f.Kind != 0 && e.Record.Kind != f.Kind || f.To > 0 && e.Record.Time >= f.To {
				continue
			}
			if p.Entries = append(p.Entries, e); len(p.Entries) == limit {
				p.Next = before
				return p, nil
			}
		}
		if len(page) < PageMax {
			return p, nil
		}
	}
	p.Next = before
	return p, nil
}

// SeqAt is the last record at or before a moment; 0 when there is none. Times never go back, so it bisects.
func (v *View) SeqAt(ctx context.Context, t ledger.Time) (ledger.Seq, error) {
	low, high := ledger.Seq(0), v.Seq() // record low is at or before t, or low is 0
	for low < high {
		mid := low + (high-low+1)/2
		b, err := v.journal.Block(ctx, journal.Seq(mid))
		if err != nil {
			return 0, fmt.Errorf("find the record at a time: %w", err)
		}
		first, last, n, err := timesOf(&b, t)
		if err != nil {
			return 0, err
		}
		switch {
		case first > t:
			high = ledger.Seq(b.FirstSeq) - 1
		case last <= t:
			low = ledger.Seq(b.LastSeq())
		default:
			return ledger.Seq(b.FirstSeq) + ledger.Seq(n) - 1, nil
		}
	}
	return low, nil
}

// timesOf is the time of a block's first and last records, and how many of them are at or before t.
func timesOf(b *journal.Block, t ledger.Time) (first, last ledger.Time, n int, err error) {
	times := make([]ledger.Time, len(b.Lines))
	for i, line := range b.Lines {
		r, err := ledger.ParseLine(line)
		if err != nil {
			return 0, 0, 0, fmt.Errorf("find the record at a time: %w", err)
		}
		times[i] = r.Time
	}
	n, _ = slices.BinarySearch(times, t+1)
	return times[0], times[len(times)-1], n, nil
}

// Balance is what an account held in one unit.
type Balance struct {
	Amount int64
	Seq    ledger.Seq // of the record that proves it; 0 when there is none
}

// BalanceAt is what an account held when the record with this seq had been made.
func (v *View) BalanceAt(ctx context.Context, id ledger.AccountID, unit ledger.Unit, seq ledger.Seq) (Balance, error) {
	before := seq + 1
	for {
		page, _, err := v.History(ctx, id, before, PageMax)
		if err != nil {
			return Balance{}, err
		}
		for _, e := range page {
			for _, p := range e.Record.Postings {
				if p.Account == id && p.Unit == unit {
					return Balance{p.Balance, e.Record.Seq}, nil
				}
			}
			before = e.Record.Seq
		}
		if len(page) < PageMax {
			return Balance{}, nil
		}
	}
}
