package ledger

import (
	"fmt"
	"slices"
)

// Awarded says what a member earned at an activity: minutes always whole, points within the day's limit and the
// issuer's budget. The points stay pinned until the activity is confirmed.
type Awarded struct {
	Activity ActivityID
	Account  AccountID
	In, Out  Time
	Minutes  Minutes
	Grade    Grade
	Forgot   bool
	Percent  int
	Earned   Points // before the limits
	Points   Points // posted
	Waiting  Points // earned, but beyond the issuer's budget
	Month    Month  // the lot that the points went to
	Day      Day    // the local day whose limit they count against
}

func (*Awarded) kind() Kind { return KindAwarded }

func (w *Awarded) about() AccountID { return w.Account }

func (w *Awarded) fields(c *codec) {
	text(c, "activity", &w.Activity)
	text(c, "account", &w.Account)
	integer(c, "in", &w.In)
	integer(c, "out", &w.Out)
	integer(c, "minutes", &w.Minutes)
	text(c, "grade", &w.Grade)
	flag(c, "forgot", &w.Forgot)
	integer(c, "percent", &w.Percent)
	integer(c, "earned", &w.Earned)
	integer(c, "points", &w.Points)
	integer(c, "waiting", &w.Waiting)
	integer(c, "month", &w.Month)
	integer(c, "day", &w.Day)
}

func (w *Awarded) fold(b *Book, r *Record) error {
	a := b.activities[w.Activity]
	if a == nil {
		return fmt.Errorf("no activity %s", w.Activity)
	}
	i := slices.IndexFunc(a.due, func(x DueAward) bool { return x.Account == w.Account })
	if i < 0 {
		return fmt.Errorf("no award due to %s", w.Account)
	}
	if i == 0 { // as a rule: they come in order; what others hold of the list stays as it is
		a.due = a.due[1:]
	} else {
		a.due = slices.Concat(a.due[:i], a.due[i+1:])
	}
	if len(a.due) == 0 {
		b.awarding = slices.DeleteFunc(b.awarding, func(id ActivityID) bool { return id == w.Activity })
	}
	a.awards = append(a.awards, r.Seq)
	if t := a.attendance(w.Account); t != nil {
		t.award = r.Seq
	}
	b.count(counterKey{limitService, w.Account, w.Day}, w.Points+w.Waiting)
	b.await(waiting{r.Seq, w.Account, a.issuer(), w.Activity, w.Waiting, r.Time})
	m := b.account(w.Account)
	if w.Grade == GradeA {
		m.scanned += w.Minutes
	}
	if w.Points == 0 {
		return nil
	}
	b.addLot(m, LotShare{Month: w.Month, Points: w.Points})
	a.awarded = append(a.awarded, pinnedAward{w.Account, r.Seq, w.Month, w.Points})
	return b.pin(m, w.Month, w.Points)
}

// Earn is the points for so many minutes of an activity with this multiplier, rounded in the member's favour.
func (k *Rulebook) Earn(m Minutes, percent int) Points {
	n := int64(m) * int64(k.PointsPerHour) * int64(percent)
	return Points((n + 60*100 - 1) / (60 * 100))
}

// AwardService posts one award that an activity's closing left due. The engine's timer asks for it.
type AwardService struct {
	noTarget
	Activity ActivityID
	Account  AccountID
}

func (w *AwardService) decide(d *draft) *Refusal {
	b := d.book
	a := b.activities[w.Activity]
	switch {
	case d.cmd.Actor != ActorTimer:
		return refuse(CodeNotEntitled)
	case a == nil:
		return refuse(CodeActivityUnknown)
	case a.state == StageOpen:
		return refuse(CodeActivityOpen)
	}
	i := slices.IndexFunc(a.due, func(x DueAward) bool { return x.Account == w.Account })
	if i < 0 {
		return refuse(CodeAlreadyAwarded)
	}
	due, t := a.due[i], a.attendance(w.Account)
	day := b.serviceDay(a, t)
	earned := b.rules.Earn(due.Minutes, a.Percent)
	capped := max(0, min(earned, b.rules.DayPointsMax-b.counted(limitService, w.Account, day)))
	issuer := a.issuer()
	posted := max(0, min(capped, b.BudgetLeft(issuer, d.now)))
	body := &Awarded{
		Activity: w.Activity, Account: w.Account, In: t.in, Out: t.out, Minutes: due.Minutes, Grade: due.Grade,
		Forgot: due.Forgot, Percent: a.Percent, Earned: earned, Points: posted, Waiting: capped - posted, Day: day,
	}
	if posted > 0 {
		body.Month = monthOf(d.now, b.offset()).add(b.rules.ValidMonths)
	}
	d.add(body, move{issuer, UnitMinutes, -int64(due.Minutes)}, move{issuer, UnitPoints, -int64(posted)},
		move{w.Account, UnitMinutes, int64(due.Minutes)}, move{w.Account, UnitPoints, int64(posted)})
	return nil
}

// serviceDay is the local day against whose limit a presence counts: that of its first minute inside the scheduled time.
func (b *Book) serviceDay(a *activity, t *attendance) Day {
	return dayOf(max(t.in, a.Start), b.offset())
}

func (w *AwardService) differs(first *Record) string {
	o, ok := first.Body.(*Awarded)
	return firstDifference(ok, field("activity", ok && o.Activity == w.Activity), field("account", ok && o.Account == w.Account))
}
