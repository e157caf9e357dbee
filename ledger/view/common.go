package view

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"

	"moralbank.example/bank/ledger"
)

// The history of the accounts that are nobody's: canteens, issuers, pools. Every meal and every award moves one, so its
// records lie together: under "common/<account>\x00<part>" those whose seqs share all but their last ten bits, each with what the account
// held after it. A history of members has a key for each record instead: theirs lie apart.

// partBits is how many of a seq's last bits a part tells.
const partBits = 10

// holdings is what an account held after each record of one part of its history, by seq less the common start.
type holdings []holding

type holding struct {
	n uint16
	Balance
}

func (h *holdings) bytes() []byte {
	p := make([]byte, 0, 4*len(*h))
	var last holding
	for _, one := range *h {
		p = binary.AppendUvarint(p, uint64(one.n-last.n))
		p = binary.AppendVarint(p, int64(one.Points-last.Points))
		p = binary.AppendVarint(p, int64(one.Minutes-last.Minutes))
		last = one
	}
	return p
}

func (h *holdings) parse(p []byte) error {
	*h = make(holdings, 0, len(p)/3)
	var last holding
	at := uint64(0)
	for len(p) > 0 {
		d, a := binary.Uvarint(p)
		points, b := binary.Varint(p[max(a, 0):])
		minutes, c := binary.Varint(p[max(a, 0)+max(b, 0):])
		if at += d; a <= 0 || b <= 0 || c <= 0 || at >= 1<<partBits {
			return errCell
		}
		last.n, last.Points, last.Minutes = uint16(at), last.Points+ledger.Points(points), last.Minutes+ledger.Minutes(minutes)
		*h, p = append(*h, last), p[a+b+c:]
	}
	return nil
}

func commonKey(t *table, id ledger.AccountID, seq ledger.Seq) []byte {
	return binary.BigEndian.AppendUint64(t.key([]byte(id), []byte{0}), uint64(seq)>>partBits) //nolint:gosec // seqs are positive
}

// foldCommon adds a record to the histories of the common accounts that it moves.
func foldCommon(ctx context.Context, s *sheet, t *turn) error {
	for _, id := range subjects(t.record) {
		if ledger.ClassOf(id) == ledger.ClassMember {
			continue
		}
		h, err := change[holdings](ctx, s, commonKey(s.table, id, t.record.Seq))
		if err != nil {
			return err
		}
		one := holding{n: uint16(t.record.Seq & (1<<partBits - 1))}
		one.Points, one.Minutes = t.book.Holding(id)
		*h = append(*h, one)
		s.size += 3
	}
	return nil
}

// heldCommon is held for an account that is nobody's.
func (v *View) heldCommon(ctx context.Context, id ledger.AccountID, before ledger.Seq, limit int) ([]Balance, ledger.Seq, error) {
	s := v.sheet("common")
	first := commonKey(s.table, id, 0)
	prefix := first[:len(first)-8]
	var from []byte
	if before > 0 {
		from = commonKey(s.table, id, before-1)
	}
	look := v.look(s, prefix, from, true)
	held := make([]Balance, 0, limit)
	for kv, err := range look.scan(ctx, 0) {
		var part holdings
		if err == nil {
			err = part.parse(kv.Value)
		}
		if err != nil {
			return nil, look.at, fmt.Errorf("history of %s: %w", id, err)
		}
		start := ledger.Seq(binary.BigEndian.Uint64(kv.Key[len(prefix):]) << partBits) //nolint:gosec // seqs are below 2^53
		for _, one := range slices.Backward(part) {
			b := one.Balance
			if b.Seq = start + ledger.Seq(one.n); b.Seq > look.at || before > 0 && b.Seq >= before {
				continue
			}
			if held = append(held, b); len(held) == limit {
				return held, look.at, nil
			}
		}
	}
	return held, look.at, nil
}
