package ledger_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"moralbank.example/bank/ledger"
)

const (
	minute = ledger.Time(60_000)
	hour   = 60 * minute
	day    = 24 * hour
)

// world is a town in which anybody may try anything at any time.
type world struct {
	*stage
	t          *rapid.T
	now        ledger.Time
	n          int64
	activities []ledger.ActivityID
	asked      []*ledger.Command // all that were answered with records
}

// TestModel plays random commands, sensible and senseless, by people with and without a role, over hours and years,
// on the book and on the model. -rapid.checks=5000 plays for longer, -rapid.seed=N plays one game again.
func TestModel(t *testing.T) {
	kinds, codes := map[ledger.Kind]int{}, map[ledger.Code]int{}
	rapid.Check(t, func(t *rapid.T) {
		w := &world{stage: newStage(), t: t, now: clock(2026, 3, 2, 7, 0)}
		w.town()
		for range w.number(100, 500) {
			w.turn()
		}
		for i := range w.records {
			kinds[w.records[i].Kind]++
		}
		for code, n := range w.refusals {
			codes[code] += n
		}
	})
	// A model test that never gets anywhere proves nothing. A hundred games may miss a rare kind or two by chance; each kind
	// is in the scripts for certain.
	var missing []ledger.Kind
	for _, kind := range ledger.Kinds() {
		if kinds[kind] == 0 {
			missing = append(missing, kind)
		}
	}
	if len(missing) > len(ledger.Kinds())/8 && !t.Failed() {
		t.Errorf("no game made a record of kinds %v", missing)
	}
	t.Logf("records %v", kinds)
	t.Logf("refusals %v", codes)
}

// number is drawn evenly. (rapid's own ranges prefer their lower end, and a game of mostly first choices gets nowhere.)
func (w *world) number(from, to int) int { return from + even.Draw(w.t, "n")%(to-from+1) }

var even = rapid.Custom(func(t *rapid.T) int {
	n := 0
	for range 12 {
		n *= 2
		if coin.Draw(t, "") {
			n++
		}
	}
	return n
})

var coin = rapid.Bool()

func pick[T any](w *world, from ...T) T { return from[w.number(0, len(from)-1)] }

// rarely is true once in n times.
func (w *world) rarely(n int) bool { return w.number(1, n) == n }

func (w *world) town() {
	k := ledger.DefaultRulebook()
	k.ValidMonths, k.DefaultBudget, k.LapseDays = 2, 2000, 30
	k.PointsPerHour, k.DayPointsMax, k.NoPINPoints = 60, 120, 40 // rich people with low limits meet more of the rules
	k.Disputes.Holidays = nil
	pointRules(k)
	w.must(&ledger.Found{Origin: "bank.example/model", Rulebook: k})
	for _, id := range []ledger.AccountID{"m/wang", "m/mei", "m/li", "m/chen", "m/hu", "m/sun", "m/bo", "m/qi", "m/qu", "m/qa"} {
		w.must(&ledger.OpenAccount{Account: id})
	}
	w.pointTown()
	for _, g := range []ledger.GrantRole{
		{Account: "m/bo", Role: ledger.RoleOperator, Scope: ledger.ScopeCommunity},
		{Account: "m/li", Role: ledger.RoleLeader, Scope: "t1"},
		{Account: "m/chen", Role: ledger.RoleCashier, Scope: "c1"},
		{Account: "m/qi", Role: ledger.RoleCommittee, Scope: ledger.ScopeCommunity},
		{Account: "m/qu", Role: ledger.RoleCommittee, Scope: ledger.ScopeCommunity},
		{Account: "m/qa", Role: ledger.RoleCommittee, Scope: ledger.ScopeCommunity},
		{Account: "m/hu", Role: ledger.RoleOrganizer, Scope: ledger.ScopeCommunity},
		{Account: "m/sun", Role: ledger.RoleOrganizer, Scope: ledger.ScopeCommunity},
	} {
		w.must(&g)
	}
	w.must(&ledger.LinkFamily{Account: "m/wang", Family: "f/1"})
	w.must(&ledger.LinkFamily{Account: "m/mei", Family: "f/1"})
	w.must(&ledger.EnrolDevice{Device: "till/1", Canteen: "c1"})
	w.must(&ledger.IssueCard{Card: "k/wang", Account: "m/wang"})
	w.must(&ledger.IssueCard{Card: "k/mei", Account: "m/mei"})
}

func (w *world) must(do ledger.Verb) {
	w.t.Helper()
	got, err := w.submit(w.command(ledger.ActorRoot, ledger.ViaCLI, do), w.now)
	if err != nil || got.refusal != nil {
		w.t.Fatalf("%T: %v %v", do, got.refusal, err)
	}
}

func (w *world) command(actor ledger.AccountID, via ledger.DeviceID, do ledger.Verb) *ledger.Command {
	w.n++
	return &ledger.Command{Key: ledger.DerivedKey("model", itoa(w.n)), Actor: actor, Via: via, Do: do}
}

// turn lets some time pass and somebody try something.
func (w *world) turn() {
	w.t.Helper()
	switch w.number(0, 39) {
	case 0:
		w.now += day * ledger.Time(w.number(1, 40))
	case 1:
		w.now -= hour * ledger.Time(w.number(0, 30)) // clocks do
	case 2, 3:
		w.now += hour * ledger.Time(w.number(1, 20))
	default:
		w.now += ledger.Time(w.number(0, 15)) * minute / 4
	}
	switch {
	case w.rarely(6):
		w.due()
		return
	case w.rarely(10):
		w.shift()
		return
	case w.rarely(20):
		w.council()
		return
	}
	cmd := w.draw()
	if w.rarely(20) { // by anybody, from anywhere
		cmd.Actor = pick(w, w.person(), ledger.ActorRoot, ledger.ActorTimer, "m/nobody", "Nobody")
		cmd.Via = pick[ledger.DeviceID](w, "till/1", "till/2", "web", "web", "")
	}
	if w.rarely(8) {
		cmd.Effective = w.now - ledger.Time(w.number(-1, 20))*hour/4
	} else if w.rarely(30) {
		cmd.Effective = w.now - 7*day + ledger.Time(w.number(-1, 1))
	}
	if len(w.asked) > 0 && w.rarely(15) { // a retry, as it was or with other content
		old := *w.asked[w.number(0, len(w.asked)-1)]
		if w.rarely(3) {
			old.Do = cmd.Do
		}
		cmd = &old
	}
	w.try(cmd)
}

// shift is an afternoon that goes as it should, for the most part.
func (w *world) shift() {
	w.t.Helper()
	w.now = max(w.now, w.book.Time())
	open := w.drawActivity()
	w.try(open)
	o, ok := open.Do.(*ledger.OpenActivity)
	if !ok {
		return
	}
	people := []ledger.AccountID{"m/wang", "m/mei", "m/chen"}[:w.number(1, 3)]
	for range 2 {
		w.now = max(w.now, o.Start+ledger.Time(w.number(-10, 40))*minute)
		for _, id := range people {
			w.try(w.command(id, ledger.ViaWeb, &ledger.Scan{Activity: o.Activity, Account: id, Path: ledger.PathStation, Live: true}))
		}
		w.now += ledger.Time(w.number(1, 300)) * minute
	}
	w.try(w.command("m/li", ledger.ViaWeb, &ledger.CloseActivity{Activity: o.Activity, Headcount: w.number(0, 3)}))
	w.due()
	w.try(w.command(w.organizer(), ledger.ViaWeb, &ledger.ConfirmActivity{Activity: o.Activity}))
}

// due does what is due, or some of it, as a timer that is cut short.
func (w *world) due() {
	w.t.Helper()
	for _, cmd := range w.book.Due(w.now) {
		if w.rarely(8) {
			return
		}
		before := w.book.Seq()
		if w.try(&cmd); w.book.Seq() == before {
			w.t.Fatalf("%T %+v is due and changes nothing", cmd.Do, cmd.Do)
		}
	}
}

// try submits a command and holds what comes of it against the model.
func (w *world) try(cmd *ledger.Command) {
	w.t.Helper()
	before, at, seq := newModel(w.records), max(w.now, w.book.Time()), w.book.Seq()
	got, err := w.submit(cmd, w.now)
	if err != nil {
		w.t.Fatalf("%+v: %v", cmd.Do, err)
	}
	if made := int(w.book.Seq() - seq); made != got.made || (got.refusal != nil || got.replay) && made > 0 {
		w.t.Fatalf("%+v: %+v, and %d records", cmd.Do, got, made)
	}
	if got.refusal == nil && !got.replay {
		w.asked = append(w.asked, cmd)
	}
	if err := errors.Join(w.judge(cmd, got, before, at), newModel(w.records).compare(w.stage, max(w.now, w.book.Time()))); err != nil {
		w.t.Fatalf("%T %+v at %d: %v", cmd.Do, cmd.Do, at, err)
	}
}

// judge compares single decisions with what the model says must be decided.
func (w *world) judge(cmd *ledger.Command, got answer, before model, at ledger.Time) error {
	code := ledger.Code("")
	if got.refusal != nil {
		code = got.refusal.Code
	}
	if !got.replay {
		if err := w.judgePoints(cmd, code, before, at); err != nil {
			return err
		}
	}
	switch do := cmd.Do.(type) {
	case *ledger.Redeem:
		if !got.replay {
			return w.judgeMeal(do, cmd.Effective, got, code, before, at)
		}
	case *ledger.Expire:
		points, pinned, _ := before.lots(do.Account)
		if want := do.Month < before.month(at) && points[do.Month] > pinned[do.Month]; want != (code == "") && cmd.Actor == ledger.ActorTimer && !got.replay {
			return fmt.Errorf("expiry answered with %q, must happen: %v", code, want)
		}
	}
	if code != "" || got.replay {
		return nil
	}
	for i := range w.records[got.first-1:] {
		r := &w.records[int(got.first)-1+i]
		if err := w.judgeBooks(r, before); err != nil {
			return err
		}
		switch made := r.Body.(type) {
		case *ledger.Awarded:
			want := before.award(made, at)
			want.Activity, want.Account, want.In, want.Out = made.Activity, made.Account, made.In, made.Out
			want.Grade, want.Forgot, want.Percent = made.Grade, made.Forgot, made.Percent // shown by the scripts
			if *made != want {
				return fmt.Errorf("awarded %+v, must be %+v", *made, want)
			}
		case *ledger.Reversed:
			if err := w.judgeReversal(made, r, before, at); err != nil {
				return err
			}
		default:
			if err := w.judgePeople(r, before, at); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *world) judgeMeal(x *ledger.Redeem, effective ledger.Time, got answer, code ledger.Code, before model, at ledger.Time) error {
	judged := []ledger.Code{"", ledger.CodeBalanceShort, ledger.CodeMealTaken, ledger.CodePINRequired, ledger.CodeCodeUsed, ledger.CodeMealUnknown}
	if !slices.Contains(judged, code) {
		return nil // who, where and with what: shown by the scripts
	}
	lots, want := before.redemption(x, effective, at)
	if made, ok := w.records[max(got.first, 1)-1].Body.(*ledger.MealServed); ok && code == "" { // 先用餐
		if want != ledger.CodeBalanceShort || !x.Care || made.Pool != min(x.Points, ledger.Points(before.balance(ledger.PoolDonation, ledger.UnitPoints, at+1))) {
			return fmt.Errorf("served %+v, must be %q", made, want)
		}
		return nil
	}
	if code != want {
		return fmt.Errorf("decided %q, must be %q", code, want)
	}
	if code == "" && !reflect.DeepEqual(w.records[got.first-1].Body.(*ledger.Redeemed).Lots, lots) {
		return fmt.Errorf("took %+v, must take %+v", w.records[got.first-1].Body, lots)
	}
	return nil
}

func (w *world) judgeReversal(v *ledger.Reversed, r *ledger.Record, before model, at ledger.Time) error {
	var lots []ledger.LotShare
	var short ledger.Points
	target := &before.records[v.Target-1]
	switch o := target.Body.(type) {
	case *ledger.Imported:
		if lots = before.unspent(target.Seq, o, at); v.Points+v.Left != o.Points {
			return fmt.Errorf("undone %+v of %+v", v, o)
		}
	case *ledger.PointsExpired:
		lots = before.restored([]ledger.LotShare{{Month: o.Month, Points: o.Points, Gifted: o.Gifted}}, o.Points, at)
	case *ledger.Redeemed, *ledger.Captured, *ledger.MealServed, *ledger.MealReplayed:
		x, _ := eatenOf(target)
		lots = before.restored(x.lots, v.Points, at)
		if v.Points == x.charged {
			short = x.short
		}
		if r.Actor == "m/chen" && at-target.Time > minute && !before.organizer(r.Actor) {
			return fmt.Errorf("a cashier's void after %d ms", at-target.Time)
		}
	case *ledger.Awarded, *ledger.DeedAwarded, *ledger.WaitingPaid:
		lots, short = before.takenBack(target.Seq, v.Points, at)
	case *ledger.GivenIn, *ledger.PointsGranted:
		lots, short = before.reclaimed(target, v.Points, at)
	case *ledger.GivenOut:
		lots = before.restored(o.Lots, v.Points, at)
	case *ledger.Donated:
		lots = before.restored(o.Lots, v.Points, at)
		short = max(0, v.Points-ledger.Points(before.balance(ledger.PoolDonation, ledger.UnitPoints, at+1)))
	}
	if got, want := v.Waiting, before.cancelled(v); got != want {
		return fmt.Errorf("a reversal cancels %d waiting points, must cancel %d", got, want)
	}
	if !reflect.DeepEqual(v.Lots, lots) || v.Shortfall != short {
		return fmt.Errorf("reversed %+v, must be %+v and %d short", v, lots, short)
	}
	return nil
}
