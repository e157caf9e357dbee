package view

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
)

// The keys of the index: "h/<account>\x00<seq>" for each record that an account's history shows, and
// "a/<activity>" for activities that are over, as JSON. Seqs are eight bytes, big-endian.

// PageMax bounds one page of any list.
const PageMax = 100

// Entry is a record with the bytes it is stored as.
type Entry struct {
	Record ledger.Record
	Line   []byte
}

// remember adds a record to the histories that show it.
func (v *View) remember(r *ledger.Record) {
	for _, id := range subjects(r) {
		v.recent[id] = append(v.recent[id], r.Seq)
		v.pending = append(v.pending, journal.KV{Key: historyKey(id, r.Seq)})
	}
	var over ledger.ActivityID
	switch b := r.Body.(type) {
	case *ledger.ActivityClosed:
		over = b.Activity
	case *ledger.ActivityConfirmed:
		over = b.Activity
	default:
		return
	}
	if a, ok := v.book.Activity(over); ok {
		v.latest[over] = a
		if p, err := json.Marshal(a); err == nil { // a struct of numbers and text: it cannot fail
			v.pending = append(v.pending, journal.KV{Key: activityKey(over), Value: p})
		}
	}
}

// subjects are the accounts whose history shows a record: those it posts to, and the member it is about.
func subjects(r *ledger.Record) []ledger.AccountID {
	ids := make([]ledger.AccountID, 0, 4)
	for i := range r.Postings {
		ids = append(ids, r.Postings[i].Account)
	}
	if id := r.Subject(); id != "" {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func historyKey(id ledger.AccountID, seq ledger.Seq) []byte {
	k := append([]byte("h/"), id...)
	k = append(k, 0)
	return binary.BigEndian.AppendUint64(k, uint64(seq)) //nolint:gosec // seqs are positive
}

func activityKey(id ledger.ActivityID) []byte { return append([]byte("a/"), id...) }

// History is a page of an account's records, the newest first, from below the seq `before` (0: from the newest), and
// the seq that it was computed at.
func (v *View) History(ctx context.Context, id ledger.AccountID, before ledger.Seq, limit int) ([]Entry, ledger.Seq, error) {
	seqs, at, err := v.historySeqs(ctx, id, before, limit)
	if err != nil {
		return nil, at, err
	}
	page := make([]Entry, 0, len(seqs))
	for _, s := range seqs {
		e, err := v.Record(ctx, s)
		if err != nil {
			return nil, at, err
		}
		page = append(page, e)
	}
	return page, at, nil
}

func (v *View) historySeqs(ctx context.Context, id ledger.AccountID, before ledger.Seq, limit int) ([]ledger.Seq, ledger.Seq, error) {
	limit = min(max(limit, 1), PageMax)
	v.mu.RLock()
	recent, at, cursor := slices.Clone(v.recent[id]), v.book.Seq(), v.cursor
	v.mu.RUnlock()
	var seqs []ledger.Seq
	for _, s := range slices.Backward(recent) {
		if (before == 0 || s < before) && len(seqs) < limit {
			seqs = append(seqs, s)
		}
	}
	from := cursor
	if before > 0 {
		from = min(from, before-1)
	}
	if len(seqs) == limit || from < 1 {
		return seqs, at, nil
	}
	prefix := historyKey(id, 0)
	prefix = prefix[:len(prefix)-8]
	for kv, err := range v.index.Scan(ctx, prefix, historyKey(id, from), true, limit-len(seqs)) {
		if err != nil {
			return nil, at, fmt.Errorf("history of %s: %w", id, err)
		}
		seqs = append(seqs, ledger.Seq(binary.BigEndian.Uint64(kv.Key[len(prefix):]))) //nolint:gosec // seqs are below 2^53
	}
	return seqs, at, nil
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

// Activity is an activity, from the book or, when the book has let it go, from the index.
func (v *View) Activity(ctx context.Context, id ledger.ActivityID) (ledger.ActivityView, bool, error) {
	v.mu.RLock()
	a, ok := v.book.Activity(id)
	if !ok {
		a, ok = v.latest[id]
	}
	v.mu.RUnlock()
	if ok {
		return a, true, nil
	}
	p, ok, err := v.index.Get(ctx, activityKey(id))
	if err != nil || !ok {
		return a, false, err
	}
	if err := json.Unmarshal(p, &a); err != nil {
		return a, false, fmt.Errorf("activity %s in the view index: %w", id, err)
	}
	return a, true, nil
}
