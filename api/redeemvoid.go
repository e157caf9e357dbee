package api

import (
	"context"
	"errors"
	"fmt"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/engine"
	"moralbank.example/bank/ledger/view"
)

// voidsMax is how many meals a cashier takes back alone on one day at one till.
const voidsMax = 3

type seqInput struct {
	Keyed

	Seq ledger.Seq `path:"seq" minimum:"1" maximum:"9007199254740991"`
}

type voided struct {
	Seq     ledger.Seq    `json:"seq" doc:"Of the reversal"`
	Points  ledger.Points `json:"points" doc:"Given back"`
	Balance ledger.Points `json:"balance_after"`
}

// void takes a redemption back within the first minute. Nothing is deleted: it is a reversal.
func (s *Server) void(ctx context.Context, c *call, in *seqInput) (voided, error) {
	at, err := s.counter(c)
	if err != nil {
		return voided{}, err
	}
	do := &ledger.Reverse{Seq: in.Seq, Reason: ledger.ReasonVoid}
	records, err := s.first(ctx, c)
	if err != nil {
		return voided{}, err
	}
	if records != nil {
		if err := s.again(c, records, do); err != nil {
			return voided{}, err
		}
		return voidedOut(&records[0]), nil
	}
	s.voiding.Lock() // two at once must not both be the last that is allowed
	defer s.voiding.Unlock()
	if err := s.mayVoid(ctx, c, &at, in.Seq); err != nil {
		return voided{}, err
	}
	records, err = s.submit(ctx, c, do)
	if err != nil {
		return voided{}, err
	}
	return voidedOut(&records[0]), nil
}

// mayVoid refuses another canteen's redemptions, and more voids of one cashier than a day takes.
func (s *Server) mayVoid(ctx context.Context, c *call, at *counter, seq ledger.Seq) error {
	target, err := s.engine.Record(ctx, seq)
	if errors.Is(err, engine.ErrNotFound) {
		return fail(string(ledger.CodeRecordUnknown))
	}
	if err != nil {
		return fmt.Errorf("read redemption: %w", err)
	}
	if x, _, ok := mealIn(&target.Record); !ok || x.Canteen != at.canteen {
		return fail(string(ledger.CodeRecordUnknown))
	}
	if err := s.catchUp(ctx); err != nil {
		return err
	}
	var from ledger.Time
	s.view.Read(func(b *ledger.Book) { from = b.DayStarts(b.DayOf(s.time())) })
	f := view.Filter{Account: ledger.CanteenAccount(at.canteen), Kind: ledger.KindReversed, From: from}
	page, err := s.view.Records(ctx, f, 0, view.PageMax)
	if err != nil {
		return fmt.Errorf("read voids: %w", err)
	}
	n := 0
	for i := range page.Entries {
		r := &page.Entries[i].Record
		if v, ok := r.Body.(*ledger.Reversed); ok && v.Reason == ledger.ReasonVoid && r.Actor == c.account && r.Via == c.device {
			n++
		}
	}
	if n >= voidsMax {
		return fail(codeVoidLimit, "used", n, "limit", voidsMax)
	}
	return nil
}

func voidedOut(r *ledger.Record) voided {
	out := voided{Seq: r.Seq}
	v, ok := r.Body.(*ledger.Reversed)
	if !ok {
		return out
	}
	out.Points = v.Points
	for i := range r.Postings {
		if r.Postings[i].Account == v.Account {
			out.Balance = ledger.Points(r.Postings[i].Balance)
		}
	}
	return out
}
