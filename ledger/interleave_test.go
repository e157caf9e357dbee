package ledger_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"moralbank.example/bank/ledger"
)

// step is something that can happen to one member's points. It may be refused; it may not break a law.
type step struct {
	name string
	do   func(w *tiny) (*ledger.Command, bool)
}

// tiny is a town of one diner, whose two awards come from two activities that end on the same day, and are valid for
// that month and the next.
type tiny struct {
	*stage
	now ledger.Time
	n   int64
}

const (
	diner   = ledger.AccountID("m/w")
	tinyRun = 7 // steps
)

// steps are all that can happen to an award of a few points; each can happen at any place and any number of times.
var steps = []step{
	{"award", func(w *tiny) (*ledger.Command, bool) {
		for _, cmd := range w.book.Due(w.now) {
			if _, ok := cmd.Do.(*ledger.AwardService); ok {
				return &cmd, true
			}
		}
		return nil, false
	}},
	{"confirm", func(w *tiny) (*ledger.Command, bool) {
		for _, id := range []ledger.ActivityID{"a/1", "a/2"} {
			if v, _ := w.book.Activity(id); v.Stage == ledger.StageClosed {
				return w.command("m/hu", &ledger.ConfirmActivity{Activity: id}), true
			}
		}
		return nil, false
	}},
	{"redeem", func(w *tiny) (*ledger.Command, bool) {
		cmd := w.command("m/chen", &ledger.Redeem{Canteen: "c1", Account: diner, Meal: "soy-milk", Points: 5, Handle: "1", Step: w.n + 1})
		cmd.Via = "till/1"
		return cmd, true
	}},
	{"void", func(w *tiny) (*ledger.Command, bool) { return w.void(0) }},
	{"void-2", func(w *tiny) (*ledger.Command, bool) { return w.void(2) }},
	{"reverse", func(w *tiny) (*ledger.Command, bool) { return w.reverse(0) }},
	{"reverse-3", func(w *tiny) (*ledger.Command, bool) { return w.reverse(3) }},
	{"expire", func(w *tiny) (*ledger.Command, bool) {
		for _, cmd := range w.book.Due(w.now) {
			if _, ok := cmd.Do.(*ledger.Expire); ok {
				return &cmd, true
			}
		}
		return nil, false
	}},
	{"month", func(w *tiny) (*ledger.Command, bool) {
		w.now += 31 * day
		return nil, true
	}},
}

func (w *tiny) command(actor ledger.AccountID, do ledger.Verb) *ledger.Command {
	w.n++
	return &ledger.Command{Key: ledger.DerivedKey("tiny", itoa(w.n)), Actor: actor, Via: ledger.ViaWeb, Do: do}
}

// void takes the last meal back, in part or whole.
func (w *tiny) void(part ledger.Points) (*ledger.Command, bool) {
	for i, r := range slices.Backward(w.records) {
		if _, ok := r.Body.(*ledger.Redeemed); ok {
			cmd := w.command("m/chen", &ledger.Reverse{Seq: ledger.Seq(i + 1), Reason: ledger.ReasonVoid, Points: part})
			cmd.Via = "till/1"
			return cmd, true
		}
	}
	return nil, false
}

// reverse proposes to take the oldest award that stands back, in part or whole, and approves it.
func (w *tiny) reverse(part ledger.Points) (*ledger.Command, bool) {
	for i := range w.records {
		if _, ok := w.records[i].Body.(*ledger.Awarded); ok && w.book.ReversedBy(ledger.Seq(i+1)) == 0 {
			ask := w.command("m/hu", &ledger.Propose{Do: &ledger.Reverse{Seq: ledger.Seq(i + 1), Reason: ledger.ReasonOther, Points: part}})
			got, err := w.submit(ask, w.now)
			if err != nil || got.refusal != nil {
				return nil, false // the approval below could only be refused too
			}
			return w.command("m/sun", &ledger.Approve{Proposal: got.first}), true
		}
	}
	return nil, false
}

// newTiny is the town with both activities closed and no award yet: w earns 10 and 5 points.
func newTiny(t *testing.T) *tiny {
	t.Helper()
	w := &tiny{stage: newStage(), now: clock(2026, 3, 2, 7, 0)}
	k := ledger.DefaultRulebook()
	k.ValidMonths, k.VoidSeconds, k.LapseDays = 1, 3600, 366
	w.quiet = true
	for _, do := range []ledger.Verb{
		&ledger.Found{Origin: "bank.example/tiny", Rulebook: k},
		&ledger.OpenAccount{Account: diner},
		&ledger.OpenAccount{Account: "m/li"},
		&ledger.OpenAccount{Account: "m/chen"},
		&ledger.OpenAccount{Account: "m/hu"},
		&ledger.OpenAccount{Account: "m/sun"},
		&ledger.GrantRole{Account: "m/li", Role: ledger.RoleLeader, Scope: "t1"},
		&ledger.GrantRole{Account: "m/chen", Role: ledger.RoleCashier, Scope: "c1"},
		&ledger.GrantRole{Account: "m/hu", Role: ledger.RoleOrganizer, Scope: ledger.ScopeCommunity},
		&ledger.GrantRole{Account: "m/sun", Role: ledger.RoleOrganizer, Scope: ledger.ScopeCommunity},
		&ledger.EnrolDevice{Device: "till/1", Canteen: "c1"},
	} {
		w.must(t, ledger.ActorRoot, do)
	}
	for _, a := range []struct {
		id      ledger.ActivityID
		minutes ledger.Time
	}{{"a/1", 60}, {"a/2", 30}} {
		w.must(t, "m/li", &ledger.OpenActivity{
			Activity: a.id, Type: "clean-up", Team: "t1", Start: w.now, End: w.now + a.minutes*minute, Charge: "m/li", Text: strings.Repeat("0f", 32),
		})
		w.must(t, diner, &ledger.Scan{Activity: a.id, Account: diner, Path: ledger.PathStation, Live: true})
		w.now += a.minutes * minute
		w.must(t, "m/li", &ledger.CloseActivity{Activity: a.id, Headcount: 1})
	}
	if err := w.loud(); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *tiny) must(t *testing.T, actor ledger.AccountID, do ledger.Verb) {
	t.Helper()
	if got, err := w.submit(w.command(actor, do), w.now); err != nil || got.refusal != nil {
		t.Fatalf("%T: %v %v", do, got.refusal, err)
	}
}

// rewind makes a town anew from the lines of another, as a start does.
func (w *tiny) rewind(lines [][]byte) (*tiny, error) {
	c := &tiny{stage: newStage(), now: w.now, n: w.n}
	for _, line := range lines {
		r, err := ledger.ParseLine(line)
		if err != nil {
			return nil, err
		}
		c.records = append(c.records, r)
		c.lines = append(c.lines, line)
		if err := errors.Join(c.book.Fold(&r), c.twin.Fold(&r)); err != nil {
			return nil, err
		}
		for _, p := range r.Postings {
			if c.held[p.Account] == nil {
				c.held[p.Account] = new([3]int64)
			}
			c.held[p.Account][p.Unit] += p.Amount
		}
	}
	c.members = w.members
	c.book.Touched()
	c.twin.Touched()
	return c, nil
}

// TestInterleavings plays every order of up to tinyRun of these steps, each as often as it likes. After each: the laws, lots equal to the balance, the truth line, and the live book equal to its replay. At the end
// everything still due is done, and what was issued must be somewhere.
func TestInterleavings(t *testing.T) { interleave(t, newTiny(t), steps, tinyRun, (*tiny).end) }

// interleave plays every order of up to so many steps, and what comes at the end of each.
func interleave(t *testing.T, start *tiny, steps []step, run int, end func(*tiny) error) {
	t.Helper()
	played, ended, moved := 0, 0, map[string]int{}
	var play func(w *tiny, path []string)
	play = func(w *tiny, path []string) {
		for _, s := range steps {
			next, err := w.rewind(w.lines)
			if err != nil {
				t.Fatalf("%v: %v", path, err)
			}
			here := append(slices.Clip(path), s.name)
			played++
			if happened, err := next.step(s); err != nil {
				t.Fatalf("%s: %v", strings.Join(here, ", "), err)
			} else if happened {
				moved[s.name]++
			}
			if len(here) == run {
				ended++
				if err := end(next); err != nil {
					t.Fatalf("%s, and the end: %v", strings.Join(here, ", "), err)
				}
			} else if next.book.Seq() > w.book.Seq() || next.now > w.now {
				play(next, here) // else nothing has changed, and what follows is played elsewhere
			}
		}
	}
	play(start, nil)
	for _, s := range steps {
		if moved[s.name] == 0 {
			t.Errorf("%s never happened", s.name)
		}
	}
	t.Logf("%d steps played, %d ends; they did something: %v", played, ended, moved)
}

// step does one step. A step that has nothing to act on does nothing.
func (w *tiny) step(s step) (happened bool, err error) {
	cmd, ok := s.do(w)
	if !ok || cmd == nil {
		return ok, nil
	}
	got, err := w.submit(cmd, w.now)
	return got.made > 0, err
}

// end awards, confirms and waits three months: nothing may be left, and nothing may have been lost.
func (w *tiny) end() error {
	for range 3 {
		for _, name := range []string{"award", "award", "confirm", "confirm", "month", "expire", "expire"} {
			for _, s := range steps {
				if s.name == name {
					if _, err := w.step(s); err != nil {
						return err
					}
				}
			}
		}
	}
	return w.nothingLeft()
}

// nothingLeft reports what is still there when all has expired.
func (w *tiny) nothingLeft() error {
	t, err := w.truth()
	if err != nil {
		return err
	}
	v, _ := w.book.View(diner)
	if v.Points != 0 || len(v.Lots) != 0 {
		return fmt.Errorf("%d points in %+v are left for ever", v.Points, v.Lots)
	}
	if short, _ := w.book.View(ledger.Shortfall); t.outstanding != int64(short.Points) || short.Points > 0 {
		return fmt.Errorf("outstanding is %d, the shortfall %d", t.outstanding, short.Points)
	}
	return nil
}
