package ledger

import (
	"cmp"
	"fmt"
	"slices"
)

// Grade is how good the evidence of a presence is (凭证等级).
type Grade string

// The grades. A is worded 扫码记录, never proof of presence.
const (
	GradeA Grade = "a" // scanned in and out at the running station, and the headcount agrees
	GradeB Grade = "b" // one side attested by the leader
	GradeC Grade = "c" // attested by the leader alone
	GradeD Grade = "d" // imported from paper
)

// DueAward is what an activity's closing found for one member; the award follows as a record of its own.
type DueAward struct {
	Account AccountID
	Minutes Minutes
	Grade   Grade
	Forgot  bool // did not check out: counted to the scheduled end
	Extra   bool // scanned in and out, but one more than the leader counted
}

// ActivityClosed says that an activity is over, who was there for how long, and how many the leader counted.
type ActivityClosed struct {
	Activity  ActivityID
	Headcount int
	Scanned   int // presences with both scans at the running station
	Due       []DueAward
}

func (*ActivityClosed) kind() Kind { return KindActivityClosed }

func (x *ActivityClosed) fields(c *codec) {
	text(c, "activity", &x.Activity)
	integer(c, "headcount", &x.Headcount)
	integer(c, "scanned", &x.Scanned)
	list(c, "due", &x.Due, func(c *codec, w *DueAward) { w.fields(c) })
}

func (w *DueAward) fields(c *codec) {
	text(c, "account", &w.Account)
	integer(c, "minutes", &w.Minutes)
	text(c, "grade", &w.Grade)
	flag(c, "extra", &w.Extra)
	flag(c, "forgot", &w.Forgot)
}

func (x *ActivityClosed) fold(b *Book, r *Record) error {
	a := b.activities[x.Activity]
	if a == nil {
		return fmt.Errorf("no activity %s", x.Activity)
	}
	a.state, a.closedBy, a.closedAt, a.headcount, a.due = StageClosed, r.Actor, r.Time, x.Headcount, x.Due
	for _, w := range x.Due {
		if w.Extra {
			a.extra = append(a.extra, w.Account)
		}
	}
	if len(a.due) > 0 {
		b.awarding = append(b.awarding, a.Activity)
	}
	for i := range a.people {
		b.depart(a.people[i].account, a.Activity, min(r.Time, a.End))
		b.touch(a.people[i].account)
	}
	return nil
}

// CloseActivity ends an activity with the leader's headcount. Those who did not check out are counted to its
// scheduled end, never to the wall clock.
type CloseActivity struct {
	noTarget
	Activity  ActivityID
	Headcount int
}

func (x *CloseActivity) decide(d *draft) *Refusal {
	a, r := d.running(x.Activity)
	if r != nil {
		return r
	}
	if x.Headcount < 0 || x.Headcount > 100_000 {
		return badField("headcount")
	}
	if d.now < a.Start {
		return &Refusal{Code: CodeNotRunning, Reset: a.Start}
	}
	body := &ActivityClosed{Activity: x.Activity, Headcount: x.Headcount}
	var scanned []*attendance
	for i := range a.people {
		t := &a.people[i]
		due := DueAward{Account: t.account, Minutes: served(a, t, d.now), Grade: grade(t), Forgot: t.out == 0}
		if due.Grade == GradeA {
			scanned = append(scanned, t)
		}
		if a.Counts && due.Minutes > 0 {
			body.Due = append(body.Due, due)
		}
	}
	body.Scanned = len(scanned)
	downgrade(body.Due, scanned, x.Headcount)
	d.add(body)
	return nil
}

// downgrade makes the surplus of scans over the headcount B, the latest arrivals first: more scanned than were
// there, so some of them were not.
func downgrade(due []DueAward, scanned []*attendance, headcount int) {
	surplus := len(scanned) - headcount
	if surplus <= 0 {
		return
	}
	slices.Reverse(scanned)
	slices.SortStableFunc(scanned, func(x, y *attendance) int { return cmp.Compare(y.in, x.in) })
	for _, t := range scanned[:surplus] {
		if i := slices.IndexFunc(due, func(w DueAward) bool { return w.Account == t.account }); i >= 0 {
			due[i].Grade, due[i].Extra = GradeB, true
		}
	}
}

// served is the overlap of a presence with the scheduled time, in whole minutes. Without a check-out it ends
// with the schedule, or now when the activity is closed early.
func served(a *activity, t *attendance, now Time) Minutes {
	out := t.out
	if out == 0 {
		out = now
	}
	return Minutes(max(0, min(out, a.End)-max(t.in, a.Start)) / minuteMillis)
}

// grade is the evidence of one presence.
func grade(t *attendance) Grade {
	switch {
	case t.live && t.inPath == PathStation && t.outPath == PathStation:
		return GradeA
	case t.inPath == PathList && (t.outPath == PathList || t.outPath == ""):
		return GradeC
	}
	return GradeB
}

func (x *CloseActivity) differs(first *Record) string {
	o, ok := first.Body.(*ActivityClosed)
	return firstDifference(ok, field("activity", ok && o.Activity == x.Activity), field("headcount", ok && o.Headcount == x.Headcount))
}

// ActivityConfirmed says that a second person looked at a closed activity: its points can be spent.
type ActivityConfirmed struct{ Activity ActivityID }

func (*ActivityConfirmed) kind() Kind { return KindActivityConfirmed }

func (x *ActivityConfirmed) fields(c *codec) { text(c, "activity", &x.Activity) }

func (x *ActivityConfirmed) fold(b *Book, _ *Record) error {
	a := b.activities[x.Activity]
	if a == nil {
		return fmt.Errorf("no activity %s", x.Activity)
	}
	a.state = StageConfirmed
	for _, w := range a.awarded {
		if err := b.pin(b.accounts[w.account], w.month, -w.points); err != nil {
			return err
		}
		b.touch(w.account)
		if p := b.disputeOf(w.seq); p != nil { // goes on to be out of reach, for the dispute now
			if err := p.pin(b, b.accounts[w.account], w.month, w.points); err != nil {
				return err
			}
		}
	}
	a.awarded = nil
	a.pack()
	return nil
}

// ConfirmActivity lets the points of a closed activity be spent: by the organization's admin or an organizer, who
// is another person than the one in charge and the one who closed it, and neither's family.
type ConfirmActivity struct {
	noTarget
	Activity ActivityID
}

func (x *ConfirmActivity) decide(d *draft) *Refusal {
	if _, r := d.confirmable(x.Activity); r != nil {
		return r
	}
	d.add(&ActivityConfirmed{Activity: x.Activity})
	return nil
}

func (x *ConfirmActivity) differs(first *Record) string {
	o, ok := first.Body.(*ActivityConfirmed)
	return firstDifference(ok, field("activity", ok && o.Activity == x.Activity))
}
