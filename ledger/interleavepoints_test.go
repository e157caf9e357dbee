package ledger_test

import (
	"fmt"
	"slices"
	"testing"

	"moralbank.example/bank/ledger"
)

const pointsRun = 4 // steps

// pointSteps are what can happen to points that are given, held, eaten without network, swept too early or closed.
var pointSteps = []step{
	{"hold", func(w *tiny) (*ledger.Command, bool) {
		return w.command(diner, &ledger.Hold{Canteen: "c1", Account: diner, Meal: "breakfast", Points: 7, Day: w.book.DayOf(w.now) + 1, Period: "b"}), true
	}},
	{"capture", func(w *tiny) (*ledger.Command, bool) {
		for _, h := range w.book.Holds("") {
			w.now = max(w.now, w.book.DayStarts(h.Day)+7*hour)
			return w.atTill(&ledger.Capture{Hold: h.Seq, Handle: "1", Step: w.n + 1}), true
		}
		return nil, false
	}},
	{"first", func(w *tiny) (*ledger.Command, bool) { // 先用餐 where her points do not reach
		return w.atTill(&ledger.Redeem{Canteen: "c1", Account: diner, Meal: "breakfast", Points: 7, Handle: "1", Step: w.n + 1, Care: true}), true
	}},
	{"again", func(w *tiny) (*ledger.Command, bool) {
		for i := len(w.records) - 1; i >= 0; i-- {
			if e, ok := eatenOf(&w.records[i]); ok && e.account == diner {
				return w.atTill(&ledger.ServeAgain{Seq: ledger.Seq(i + 1), Meal: "breakfast", Points: 7, Handle: "1", Step: w.n + 1}), true
			}
		}
		return nil, false
	}},
	{"replay", func(w *tiny) (*ledger.Command, bool) {
		l, _ := w.book.Lease("till/1")
		cmd := w.atTill(&ledger.ReplayMeal{Canteen: "c1", Account: diner, Meal: "breakfast", Points: 7, Period: "b", Lease: 1, Scan: l.Scan + 1, Handle: "1", Step: w.n + 1})
		cmd.Effective = max(l.At, w.now-hour)
		return cmd, true
	}},
	{"void", func(w *tiny) (*ledger.Command, bool) {
		for i := len(w.records) - 1; i >= 0; i-- {
			if _, ok := eatenOf(&w.records[i]); ok {
				return w.atTill(&ledger.Reverse{Seq: ledger.Seq(i + 1), Reason: ledger.ReasonVoid}), true
			}
		}
		return nil, false
	}},
	{"given", func(w *tiny) (*ledger.Command, bool) {
		return w.command("m/li", &ledger.Give{To: diner, Points: 3, Elder: true}), true
	}},
	{"give", func(w *tiny) (*ledger.Command, bool) {
		return w.command(diner, &ledger.Give{To: "m/li", Points: 12, Elder: true}), true
	}},
	{"donate", func(w *tiny) (*ledger.Command, bool) { return w.command(diner, &ledger.Donate{Points: 4}), true }},
	{"unsweep", func(w *tiny) (*ledger.Command, bool) {
		for _, r := range slices.Backward(w.records) {
			e, ok := r.Body.(*ledger.PointsExpired)
			if !ok || e.Account != diner {
				continue
			}
			got, err := w.submit(w.command("m/hu", &ledger.Propose{Do: &ledger.ReverseSweep{Month: e.Month, Reason: ledger.ReasonWrongTime}}), w.now)
			if err != nil || got.refusal != nil {
				return nil, false
			}
			return w.command("m/sun", &ledger.Approve{Proposal: got.first}), true
		}
		return nil, false
	}},
	{"due", func(w *tiny) (*ledger.Command, bool) {
		for _, cmd := range w.book.Due(w.now) {
			return &cmd, true
		}
		return nil, false
	}},
	{"month", func(w *tiny) (*ledger.Command, bool) {
		w.now += 31 * day
		return nil, true
	}},
	{"close", func(w *tiny) (*ledger.Command, bool) {
		return w.command(diner, &ledger.CloseAccount{Account: diner, Reason: ledger.ReasonRequest}), true
	}},
}

func (w *tiny) atTill(do ledger.Verb) *ledger.Command {
	cmd := w.command("m/chen", do)
	cmd.Via = "till/1"
	return cmd
}

// TestPointInterleavings plays every order of up to pointsRun of these steps, from a day on which both awards are
// confirmed, the till has an allowance, and a family of two has points to give.
func TestPointInterleavings(t *testing.T) {
	w := newTiny(t)
	for range 2 {
		for _, name := range []string{"award", "confirm"} {
			for _, s := range steps {
				if s.name == name {
					if _, err := w.step(s); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
	for _, id := range []ledger.AccountID{diner, "m/li"} {
		w.must(t, "m/hu", &ledger.LinkFamily{Account: id, Family: "f/1"})
	}
	w.must(t, "m/hu", &ledger.FundPool{Pool: ledger.PoolDonation, Points: 100})
	w.must(t, "m/hu", &ledger.FundPool{Pool: ledger.PoolSubsidy, Points: 40})
	w.must(t, "m/hu", &ledger.GrantLease{Till: "till/1", Cap: 100})
	w.now += 31 * day
	w.must(t, "m/hu", &ledger.GrantPoints{Account: "m/li"})
	interleave(t, w, pointSteps, pointsRun, (*tiny).endPoints)
}

// endPoints lets four months pass with all that is due being done: no points are left with anybody, and none were lost.
func (w *tiny) endPoints() error {
	w.quiet = true
	for range 4 {
		for due := w.book.Due(w.now); len(due) > 0; due = w.book.Due(w.now) {
			for i := range due {
				got, err := w.submit(&due[i], w.now)
				if err != nil {
					return err
				}
				if got.refusal != nil {
					return fmt.Errorf("%T is due and refused: %w", due[i].Do, got.refusal)
				}
			}
		}
		w.now += 31 * day
	}
	if err := w.loud(); err != nil {
		return err
	}
	for _, id := range w.members {
		if v, _ := w.book.View(id); v.Points != 0 || len(v.Lots) != 0 {
			return fmt.Errorf("%d points of %s in %+v are left for ever", v.Points, id, v.Lots)
		}
	}
	return nil
}
