package view

import (
	"context"
	"errors"
	"fmt"
	"sort"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
)

// scanMax bounds how many records one page of a filtered list looks at. A page may then be short or empty and
// still name where to go on.
const scanMax = 5000

// Page is a page of records, the newest first.
type Page struct {
	Entries []Entry
	Next    ledger.Seq // ask again with before = Next; 0 at the end
	Seq     ledger.Seq // what it was computed at
}

// Records lists the records that pass a filter, the newest first, below the seq `before` (0: from the newest).
func (v *View) Records(ctx context.Context, f Filter, before ledger.Seq, limit int) (Page, error) {
	limit = min(max(limit, 1), PageMax)
	if f.To > 0 {
		end, err := v.SeqAt(ctx, f.To-1)
		if err != nil || end == 0 {
			return Page{Seq: v.Seq()}, err
		}
		if before == 0 || end < before {
			before = end + 1
		}
	}
	if f.Account != "" {
		return v.walk(ctx, &f, before, limit, func(before ledger.Seq, n int) ([]ledger.Seq, ledger.Seq, error) {
			held, at, err := v.held(ctx, f.Account, before, n)
			seqs := make([]ledger.Seq, len(held))
			for i := range held {
				seqs[i] = held[i].Seq
			}
			return seqs, at, err
		})
	}
	if l := f.list(); l != "" {
		return v.walk(ctx, &f, before, limit, func(before ledger.Seq, n int) ([]ledger.Seq, ledger.Seq, error) {
			return v.seqs(ctx, l, before, n)
		})
	}
	return v.walk(ctx, &f, before, limit, v.newest)
}

// newest is a page of all seqs.
func (v *View) newest(before ledger.Seq, n int) (seqs []ledger.Seq, at ledger.Seq, _ error) {
	at = v.Seq()
	next := at
	if before > 0 {
		next = min(next, before-1)
	}
	for ; next >= 1 && len(seqs) < n; next-- {
		seqs = append(seqs, next)
	}
	return seqs, at, nil
}

// walk reads the records of a list of seqs, page by page, until limit of them pass the filter.
func (v *View) walk(
	ctx context.Context, f *Filter, before ledger.Seq, limit int, list func(ledger.Seq, int) ([]ledger.Seq, ledger.Seq, error),
) (p Page, err error) {
	var blocks lastBlock
	for looked := 0; looked < scanMax; {
		var seqs []ledger.Seq
		if seqs, p.Seq, err = list(before, limit); err != nil {
			return p, err
		}
		for _, seq := range seqs {
			e, err := v.entry(ctx, &blocks, seq)
			if err != nil {
				return p, fmt.Errorf("list records: %w", err)
			}
			before, looked = seq, looked+1
			if e.Record.Time < f.From {
				return p, nil
			}
			if f.Kind != 0 && e.Record.Kind != f.Kind {
				continue
			}
			if p.Entries = append(p.Entries, e); len(p.Entries) == limit {
				p.Next = more(seq)
				return p, nil
			}
		}
		if len(seqs) < limit {
			return p, nil
		}
	}
	p.Next = more(before)
	return p, nil
}

// lastBlock is the block that was read last: neighbours are often asked for together.
type lastBlock struct{ journal.Block }

// entry reads one record.
func (v *View) entry(ctx context.Context, last *lastBlock, seq ledger.Seq) (Entry, error) {
	line, ok := last.Line(journal.Seq(seq))
	if !ok {
		b, err := v.journal.Block(ctx, journal.Seq(seq))
		if err != nil {
			return Entry{}, err
		}
		last.Block = b
		if line, ok = b.Line(journal.Seq(seq)); !ok {
			return Entry{}, journal.ErrNotFound
		}
	}
	r, err := ledger.ParseLine(line)
	return Entry{r, line}, err
}

// Record reads one durable record. It fails with journal.ErrNotFound when there is none.
func (v *View) Record(ctx context.Context, seq ledger.Seq) (Entry, error) {
	line, err := v.journal.Line(ctx, journal.Seq(seq))
	if err != nil {
		return Entry{}, fmt.Errorf("read record %d: %w", seq, err)
	}
	r, err := ledger.ParseLine(line)
	if err != nil {
		return Entry{}, fmt.Errorf("read record %d: %w", seq, err)
	}
	return Entry{r, line}, nil
}

// more is where a list goes on below a record: nowhere below the first.
func more(s ledger.Seq) ledger.Seq {
	if s <= 1 {
		return 0
	}
	return s
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
		first, err := timeOf(&b, 0)
		if err != nil {
			return 0, err
		}
		last, err := timeOf(&b, len(b.Lines)-1)
		if err != nil {
			return 0, err
		}
		switch {
		case first > t:
			high = ledger.Seq(b.FirstSeq) - 1
		case last <= t:
			low = ledger.Seq(b.LastSeq())
		default:
			return within(&b, t)
		}
	}
	return low, nil
}

// within is the last record of a block at or before a moment that lies in it.
func within(b *journal.Block, t ledger.Time) (ledger.Seq, error) {
	var failed error
	n := sort.Search(len(b.Lines), func(i int) bool {
		at, err := timeOf(b, i)
		failed = errors.Join(failed, err)
		return at > t
	})
	return ledger.Seq(b.FirstSeq) + ledger.Seq(n) - 1, failed
}

func timeOf(b *journal.Block, i int) (ledger.Time, error) {
	r, err := ledger.ParseLine(b.Lines[i])
	if err != nil {
		return 0, fmt.Errorf("find the record at a time: %w", err)
	}
	return r.Time, nil
}
