package api

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"moralbank.example/bank/ledger"
)

// balance is what an account holds at a seq.
type balance struct {
	Account     ledger.AccountID `json:"account"`
	Points      ledger.Points    `json:"points"`
	Held        ledger.Points    `json:"held" doc:"Set aside for booked meals"`
	Disputed    ledger.Points    `json:"disputed" doc:"Out of reach until a dispute is decided"`
	Unconfirmed ledger.Points    `json:"unconfirmed" doc:"Earned at activities that are not confirmed yet"`
	Available   ledger.Points    `json:"available" doc:"What can be spent now"`
	Minutes     ledger.Minutes   `json:"minutes"`
	Seq         ledger.Seq       `json:"seq"`
	Past        bool             `json:"past,omitempty" doc:"As of an earlier record: only points and minutes are told"`
	Expiring    []expiring       `json:"expiring" doc:"Points by the month with whose end they expire, the next first"`
}

type expiring struct {
	Month  string        `json:"month" example:"2027-05"`
	Points ledger.Points `json:"points"`
}

// balanceIn reads a balance from the book; nil when there is no such account.
func balanceIn(b *ledger.Book, id ledger.AccountID, now ledger.Time) *balance {
	v, ok := b.View(id)
	if !ok {
		return nil
	}
	out := &balance{Account: id, Points: v.Points, Minutes: v.Minutes, Seq: b.Seq(), Expiring: []expiring{}}
	out.Held, out.Disputed = v.Held, v.Disputed
	out.Unconfirmed = v.Pinned() - v.Held - v.Disputed
	if rules := b.Rules(); rules != nil {
		out.Available = v.Available(now, rules.OffsetMinutes)
	}
	for _, l := range v.Lots {
		out.Expiring = append(out.Expiring, expiring{month(l.Month), l.Points})
	}
	return out
}

func month(m ledger.Month) string { return fmt.Sprintf("%04d-%02d", m/100, m%100) }

type accountBalanceInput struct {
	ID   pathID `path:"id"`
	AsOf string `query:"as_of" maxLength:"40" doc:"A seq, or a time in RFC 3339; now when absent"`
}

// accountBalance is what an account holds now, or held at a seq or moment.
func (s *Server) accountBalance(ctx context.Context, c *call, in *accountBalanceInput) (balance, error) {
	id := ledger.AccountID(in.ID.plain())
	var out *balance
	err := s.read(ctx, c, func(b *ledger.Book) {
		may := c.seesAll()
		if ledger.ClassOf(id) == ledger.ClassMember {
			may = c.sight(b, id) == whole
		}
		if may {
			out = balanceIn(b, id, c.now)
		}
	})
	if err != nil {
		return balance{}, err
	}
	if out == nil {
		return balance{}, fail(string(ledger.CodeAccountUnknown))
	}
	if in.AsOf == "" {
		return *out, nil
	}
	return s.balanceAt(ctx, c, id, in.AsOf)
}

// balanceAt is a past balance, proved by the postings of the last records that moved it.
func (s *Server) balanceAt(ctx context.Context, c *call, id ledger.AccountID, asOf string) (balance, error) {
	seq, err := s.seqOf(ctx, asOf)
	if err != nil {
		return balance{}, err
	}
	held, err := s.view.BalanceAt(ctx, id, seq)
	if err != nil {
		return balance{}, fmt.Errorf("read a past balance: %w", err)
	}
	c.seq = seq
	return balance{
		Account: id, Points: held.Points, Minutes: held.Minutes,
		Seq: seq, Past: true, Expiring: []expiring{},
	}, nil
}

// seqOf reads an as_of: a seq that the books have reached, or a moment.
func (s *Server) seqOf(ctx context.Context, asOf string) (ledger.Seq, error) {
	if n, err := strconv.ParseInt(asOf, 10, 53); err == nil {
		if n < 0 || ledger.Seq(n) > s.view.Seq() {
			return 0, fail(string(ledger.CodeRecordUnknown), "field", "as_of")
		}
		return ledger.Seq(n), nil
	}
	at, err := time.Parse(time.RFC3339Nano, asOf)
	if err != nil {
		return 0, fail(codeFieldInvalid, "field", "as_of")
	}
	seq, err := s.view.SeqAt(ctx, ledger.Time(at.UnixMilli()))
	if err != nil {
		return 0, fmt.Errorf("find the seq of a moment: %w", err)
	}
	return seq, nil
}
