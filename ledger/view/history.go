package view

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"moralbank.example/bank/ledger"
)

// The history of a member's account: under "history/<account>\x00<seq>" for each record that it shows, what the account held after
// it. Seqs are eight bytes, big-endian. Other accounts: see common.go.

// PageMax bounds one page of any list.
const PageMax = 100

// Entry is a record with the bytes it is stored as.
type Entry struct {
	Record ledger.Record
	Line   []byte
}

// Balance is what an account held, and the last record of its history by then; 0 when it had none.
type Balance struct {
	Points  ledger.Points
	Minutes ledger.Minutes
	Seq     ledger.Seq
}

var errCell = errors.New("a value that this version did not write")

func (b *Balance) bytes() []byte {
	return binary.AppendVarint(binary.AppendVarint(nil, int64(b.Points)), int64(b.Minutes))
}

func (b *Balance) parse(p []byte) error {
	points, n := binary.Varint(p)
	if n <= 0 {
		return errCell
	}
	minutes, m := binary.Varint(p[n:])
	if m <= 0 || n+m != len(p) {
		return errCell
	}
	b.Points, b.Minutes = ledger.Points(points), ledger.Minutes(minutes)
	return nil
}

// foldHistory adds a record to the histories that show it.
func foldHistory(_ context.Context, s *sheet, t *turn) error {
	for _, id := range subjects(t.record) {
		if ledger.ClassOf(id) != ledger.ClassMember {
			continue
		}
		points, minutes := t.book.Holding(id)
		s.set(historyKey(s.table, id, t.record.Seq), &Balance{Points: points, Minutes: minutes})
	}
	return nil
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

func historyKey(t *table, id ledger.AccountID, seq ledger.Seq) []byte {
	return binary.BigEndian.AppendUint64(t.key([]byte(id), []byte{0}), uint64(seq)) //nolint:gosec // seqs are positive
}

// History is a page of an account's records, the newest first, from below the seq `before` (0: from the newest), and
// the seq that it was computed at.
func (v *View) History(ctx context.Context, id ledger.AccountID, before ledger.Seq, limit int) ([]Entry, ledger.Seq, error) {
	held, at, err := v.held(ctx, id, before, min(max(limit, 1), PageMax))
	if err != nil {
		return nil, at, err
	}
	page := make([]Entry, 0, len(held))
	var blocks lastBlock
	for _, b := range held {
		e, err := v.entry(ctx, &blocks, b.Seq)
		if err != nil {
			return nil, at, fmt.Errorf("history of %s: %w", id, err)
		}
		page = append(page, e)
	}
	return page, at, nil
}

// held is what an account held after each record of a page of its history.
func (v *View) held(ctx context.Context, id ledger.AccountID, before ledger.Seq, limit int) ([]Balance, ledger.Seq, error) {
	if ledger.ClassOf(id) != ledger.ClassMember {
		return v.heldCommon(ctx, id, before, limit)
	}
	s := v.sheet("history")
	first := historyKey(s.table, id, 0)
	prefix := first[:len(first)-8]
	from := historyKey(s.table, id, max(before, 1)-1)
	if before == 0 {
		from = nil
	}
	look := v.look(s, prefix, from, true)
	held := make([]Balance, 0, limit)
	for kv, err := range look.scan(ctx, limit) {
		b := Balance{}
		if err == nil {
			err = b.parse(kv.Value)
		}
		if err != nil {
			return nil, look.at, fmt.Errorf("history of %s: %w", id, err)
		}
		b.Seq = ledger.Seq(binary.BigEndian.Uint64(kv.Key[len(prefix):])) //nolint:gosec // seqs are below 2^53
		held = append(held, b)
	}
	return held, look.at, nil
}

// BalanceAt is what an account held when the record with this seq had been made.
func (v *View) BalanceAt(ctx context.Context, id ledger.AccountID, seq ledger.Seq) (Balance, error) {
	held, _, err := v.held(ctx, id, seq+1, 1)
	if err != nil || len(held) == 0 {
		return Balance{}, err
	}
	return held[0], nil
}
