package ledger

import (
	"errors"
	"fmt"
	"slices"
)

// Judge looks at a record as an auditor would, before it is folded: was its actor entitled, does an award follow from
// what was recorded and from the rulebook that it names, is a price one of that rulebook's? It goes by the facts in
// the book, not by Apply: a rule that is mended later does not make old records wrong. nil means that it found nothing.
func (b *Book) Judge(r *Record) error {
	if r.Seq > 2 && (r.Rulebook == 0 || b.rulebooks[r.Rulebook] == nil) {
		return fmt.Errorf("record %d names rulebook %d, which is not in the books", r.Seq, r.Rulebook)
	}
	if !r.returns() && (b.holding(Transit, UnitPoints).balance != 0 || b.holding(Transit, UnitMinutes).balance != 0) {
		return fmt.Errorf("record %d: points are left in transit", r.Seq)
	}
	var err error
	switch o := r.Body.(type) {
	case *Awarded:
		err = b.judgeAward(r, o)
	case *Redeemed:
		err = b.judgeMeal(r, o)
	case *ActivityConfirmed:
		err = b.judgeConfirmation(r, o)
	case *Approved:
		err = b.judgeApproval(r, o)
	case *CheckedIn:
		err = b.judgePresence(r, o.Activity, o.Account, o.Path)
	case *CheckedOut:
		err = b.judgePresence(r, o.Activity, o.Account, o.Path)
	case *Reversed:
		err = b.judgeReversal(r, o)
	case *PointsExpired:
		if o.Month >= monthOf(r.Time, b.offset()) {
			err = fmt.Errorf("points of %d expired before their month ended", o.Month)
		}
	case judged:
		err = o.judge(b, r)
	default:
		return nil
	}
	if err != nil {
		return fmt.Errorf("record %d (%v): %w", r.Seq, r.Kind, err)
	}
	return nil
}

// judged is a body that says itself how an auditor looks at it.
type judged interface {
	judge(b *Book, r *Record) error
}

func (b *Book) judgeAward(r *Record, w *Awarded) error {
	a, k := b.activities[w.Activity], b.rulebooks[r.Rulebook]
	if a == nil || a.state != StageClosed {
		return fmt.Errorf("activity %s was not closed", w.Activity)
	}
	i := slices.IndexFunc(a.due, func(x DueAward) bool { return x.Account == w.Account })
	if i < 0 || a.due[i].Minutes != w.Minutes || a.due[i].Grade != w.Grade {
		return fmt.Errorf("the closing of %s left no such award due to %s", w.Activity, w.Account)
	}
	if kind := k.ActivityKind(a.Type); kind == nil || !kind.Counts || w.Percent != a.Percent {
		return fmt.Errorf("an activity of kind %q earns nothing under this rulebook", a.Type)
	}
	if t := a.attendance(w.Account); t == nil || w.In != t.in || w.Out != t.out || w.Day != b.serviceDay(a, t) {
		return fmt.Errorf("it states other times than the scans of %s", w.Account)
	}
	if earned := k.Earn(w.Minutes, w.Percent); w.Earned != earned {
		return fmt.Errorf("%d minutes at %d%% earn %d points, it says %d", w.Minutes, w.Percent, earned, w.Earned)
	}
	room := max(0, k.DayPointsMax-b.counted(limitService, w.Account, w.Day))
	if w.Points < 0 || w.Waiting < 0 || w.Points+w.Waiting != min(w.Earned, room) {
		return fmt.Errorf("of %d points earned %d were left of the day's limit, it posts %d and lets %d wait", w.Earned, room, w.Points, w.Waiting)
	}
	if w.Points > 0 && w.Month != monthOf(r.Time, b.offset()).add(k.ValidMonths) {
		return fmt.Errorf("points of this day are valid to another month than %d", w.Month)
	}
	return b.judgeMoves(r, move{a.issuer(), UnitMinutes, -int64(w.Minutes)}, move{a.issuer(), UnitPoints, -int64(w.Points)},
		move{w.Account, UnitMinutes, int64(w.Minutes)}, move{w.Account, UnitPoints, int64(w.Points)})
}

func (b *Book) judgeMeal(r *Record, x *Redeemed) error {
	k := b.rulebooks[r.Rulebook]
	meal := k.Meal(x.Meal)
	switch {
	case !b.has(r.Actor, RoleCashier, Scope(x.Canteen)):
		return fmt.Errorf("%s is not a cashier of canteen %s", r.Actor, x.Canteen)
	case meal == nil || !k.allows(meal, x.Small, x.Points):
		return fmt.Errorf("%d points is no price of %q under rulebook %d", x.Points, x.Meal, r.Rulebook)
	case x.Day != dayOf(r.At(), b.offset()) || x.Period != k.PeriodAt(r.At()).ID || x.Side != meal.Side:
		return errors.New("it stands in another meal period than its time")
	case !meal.servedIn(x.Period):
		return fmt.Errorf("%q is not on the menu of period %q under rulebook %d", x.Meal, x.Period, r.Rulebook)
	case x.Card != "" && (b.cards[x.Card] == nil || b.cards[x.Card].account != x.Account):
		return fmt.Errorf("card %s is not a card of %s", x.Card, x.Account)
	}
	var lots Points
	for _, s := range x.Lots {
		lots += s.Points
		if s.Month < monthOf(r.Time, b.offset()) {
			return fmt.Errorf("it spends points of %d, which had expired", s.Month)
		}
	}
	if lots != x.Points {
		return fmt.Errorf("its lots sum to %d, it costs %d", lots, x.Points)
	}
	return b.judgeMoves(r, move{x.Account, UnitPoints, -int64(x.Points)}, move{CanteenAccount(x.Canteen), UnitPoints, int64(x.Points)})
}

// judgeMoves asks whether a record moves just what its body says.
func (b *Book) judgeMoves(r *Record, want ...move) error {
	n := 0
	for _, m := range want {
		if m.amount == 0 {
			continue
		}
		n++
		if !slices.ContainsFunc(r.Postings, func(p Posting) bool { return p.Account == m.account && p.Unit == m.unit && p.Amount == m.amount }) {
			return fmt.Errorf("it does not move %d %v of %s", m.amount, m.unit, m.account)
		}
	}
	if n != len(r.Postings) {
		return errors.New("it moves more than its body says")
	}
	return nil
}

func (b *Book) judgeConfirmation(r *Record, x *ActivityConfirmed) error {
	a := b.activities[x.Activity]
	switch {
	case a == nil || a.state != StageClosed || len(a.due) > 0:
		return fmt.Errorf("activity %s was not ready for it", x.Activity)
	case b.hadPart(r.Actor, a):
		return fmt.Errorf("%s confirmed her own activity", r.Actor)
	case !b.has(r.Actor, RoleOrganizer, ScopeCommunity) && (a.Org == "" || !b.has(r.Actor, RoleOrgAdmin, Scope(a.Org))):
		return fmt.Errorf("%s may not confirm activities", r.Actor)
	}
	return nil
}

func (b *Book) judgeApproval(r *Record, x *Approved) error {
	p := b.proposals[x.Proposal]
	switch {
	case p == nil:
		return fmt.Errorf("there was no open proposal %d", x.Proposal)
	case p.maker == r.Actor:
		return fmt.Errorf("%s approved her own proposal", r.Actor)
	case !b.has(r.Actor, RoleOrganizer, ScopeCommunity):
		return fmt.Errorf("%s may not approve", r.Actor)
	}
	return nil
}

func (b *Book) judgePresence(r *Record, id ActivityID, who AccountID, path Path) error {
	a := b.activities[id]
	switch {
	case a == nil || a.state != StageOpen:
		return fmt.Errorf("activity %s was not open", id)
	case path.self() && r.Actor != who:
		return fmt.Errorf("%s scanned for %s", r.Actor, who)
	case !path.self() && r.Actor == who:
		return fmt.Errorf("%s attested herself", who)
	}
	return nil
}

func (b *Book) judgeReversal(r *Record, v *Reversed) error {
	if old, ok := b.reversed[v.Target]; ok {
		return fmt.Errorf("record %d was reversed by %d already", v.Target, old.by)
	}
	if v.Target >= r.Seq {
		return errors.New("it reverses a record that is not there yet")
	}
	if v.By != "" && v.By == r.Actor {
		return fmt.Errorf("%s approved her own proposal", r.Actor)
	}
	if v.ofPassing() {
		return b.judgePassing(r, v)
	}
	return nil
}
