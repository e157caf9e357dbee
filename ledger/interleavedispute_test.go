package ledger_test

import (
	"slices"
	"testing"

	"moralbank.example/bank/ledger"
)

const disputeRun = 5 // steps

// disputeSteps are what can happen to points that somebody disputes: beside the steps of any award, disputes, their
// decision, and booked meals.
var disputeSteps = append([]step{
	{"dispute", func(w *tiny) (*ledger.Command, bool) {
		for i := range w.records {
			if _, ok := w.records[i].Body.(*ledger.Awarded); ok && w.book.DisputeOf(ledger.Seq(i+1)) == 0 {
				return w.command(diner, &ledger.Dispute{Seq: ledger.Seq(i + 1), Account: diner, Reason: ledger.ReasonOther}), true
			}
		}
		return nil, false
	}},
	{"uphold", func(w *tiny) (*ledger.Command, bool) { return w.resolve("m/hu", ledger.OutcomeUpheld) }},
	{"withdraw", func(w *tiny) (*ledger.Command, bool) { return w.resolve(diner, ledger.OutcomeWithdrawn) }},
	{"clock", func(w *tiny) (*ledger.Command, bool) {
		for _, cmd := range w.book.Due(w.now) {
			switch cmd.Do.(type) {
			case *ledger.EscalateDispute, *ledger.ResolveDispute:
				return &cmd, true
			}
		}
		return nil, false
	}},
	{"hold", func(w *tiny) (*ledger.Command, bool) {
		return w.command(diner, &ledger.Hold{
			Canteen: "c1", Account: diner, Meal: "breakfast", Points: 7, Day: w.book.DayOf(w.now) + 1, Period: "b",
		}), true
	}},
	{"capture", func(w *tiny) (*ledger.Command, bool) {
		for _, h := range w.book.Holds("") {
			w.now = max(w.now, w.book.DayStarts(h.Day)+7*hour)
			cmd := w.command("m/chen", &ledger.Capture{Hold: h.Seq, Handle: "1", Step: w.n + 1})
			cmd.Via = "till/1"
			return cmd, true
		}
		return nil, false
	}},
	{"release", func(w *tiny) (*ledger.Command, bool) {
		for _, h := range w.book.Holds("") {
			return w.command(diner, &ledger.Release{Hold: h.Seq}), true
		}
		return nil, false
	}},
}, slices.DeleteFunc(slices.Clone(steps), func(s step) bool { return s.name == "award" })...) // both are there already

func (w *tiny) resolve(actor ledger.AccountID, how ledger.Outcome) (*ledger.Command, bool) {
	for _, v := range w.book.Disputes() {
		return w.command(actor, &ledger.ResolveDispute{Dispute: v.Seq, Outcome: how}), true
	}
	return nil, false
}

// TestDisputeInterleavings plays every order of up to disputeRun of these steps, from a day on which one award is
// confirmed and the other is not.
func TestDisputeInterleavings(t *testing.T) {
	start := newTiny(t)
	for _, name := range []string{"award", "award", "confirm"} {
		for _, s := range steps {
			if s.name == name {
				if _, err := start.step(s); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	interleave(t, start, disputeSteps, disputeRun, (*tiny).endDisputes)
}

// endDisputes lets half a year pass with everybody doing what is due, and nobody deciding anything.
func (w *tiny) endDisputes() error {
	w.quiet = true
	for range 6 {
		for _, s := range steps {
			if s.name == "confirm" {
				if _, err := w.step(s); err != nil {
					return err
				}
			}
		}
		for due := w.book.Due(w.now); len(due) > 0; due = w.book.Due(w.now) {
			for i := range due {
				if _, err := w.submit(&due[i], w.now); err != nil {
					return err
				}
			}
		}
		w.now += 31 * day
	}
	if err := w.loud(); err != nil {
		return err
	}
	return w.nothingLeft()
}
