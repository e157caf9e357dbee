package ledger

import (
	"errors"
	"fmt"
	"slices"
)

// DeedAwarded says what a good deed brought: points only, never minutes.
type DeedAwarded struct {
	Deed    Seq
	Type    string
	Account AccountID
	Earned  Points // what the committee gave, before the limits
	Points  Points // posted
	Waiting Points // beyond the community's budget
	Month   Month  // the lot that the points went to
	Day     Day    // the first day of the month whose limit they count against; none where that was lifted
}

func (*DeedAwarded) kind() Kind { return KindDeedAwarded }

func (w *DeedAwarded) about() AccountID { return w.Account }

func (w *DeedAwarded) fields(c *codec) {
	integer(c, "deed", &w.Deed)
	text(c, "type", &w.Type)
	text(c, "account", &w.Account)
	integer(c, "earned", &w.Earned)
	integer(c, "points", &w.Points)
	integer(c, "waiting", &w.Waiting)
	integer(c, "month", &w.Month)
	integer(c, "day", &w.Day)
}

func (w *DeedAwarded) fold(b *Book, r *Record) error {
	b.await(waiting{r.Seq, w.Account, IssuerCommunity, "", w.Waiting, r.Time})
	if err := b.closeDeed(w.Deed, false); err != nil {
		return err
	}
	if w.Day != 0 {
		b.count(counterKey{limitDeeds, w.Account, w.Day}, w.Points+w.Waiting)
	}
	if w.Points > 0 {
		b.addLot(b.account(w.Account), LotShare{Month: w.Month, Points: w.Points})
	}
	b.touch(w.Account)
	return nil
}

// AwardDeed awards a deed whose public notice is over. The engine's timer asks for it.
type AwardDeed struct {
	noTarget
	Deed Seq
}

func (w *AwardDeed) decide(d *draft) *Refusal {
	b := d.book
	if d.cmd.Actor != ActorTimer {
		return refuse(CodeNotEntitled)
	}
	e, r := d.openDeed(w.Deed, DeedNotice)
	if r != nil {
		return r
	}
	if !b.deedDue(e, d.now) {
		return &Refusal{Code: CodeNothingToAward, Reset: e.ends}
	}
	body := &DeedAwarded{Deed: w.Deed, Type: e.Type, Account: e.Account, Earned: e.worth}
	room := e.worth
	if b.monthLimited(e) {
		body.Day = b.monthDay(d.now)
		room = max(0, b.rules.Deeds.MonthMax-b.counted(limitDeeds, e.Account, body.Day))
	}
	due := min(e.worth, room)
	body.Points = max(0, min(due, b.BudgetLeft(IssuerCommunity, d.now)))
	body.Waiting = due - body.Points
	if body.Points > 0 {
		body.Month = monthOf(d.now, b.offset()).add(b.rules.ValidMonths)
	}
	d.add(body, move{IssuerCommunity, UnitPoints, -int64(body.Points)}, move{e.Account, UnitPoints, int64(body.Points)})
	return nil
}

// deedDue reports whether a deed can be awarded: its notice is over, nobody's objection is open, and whom it brought has served.
func (b *Book) deedDue(e *deed, now Time) bool {
	return e.stage == DeedNotice && e.ends <= now && b.disputeOf(e.seq) == nil &&
		(e.Newcomer == 0 || b.account(e.Beneficiary).scanned >= e.Newcomer)
}

// monthLimited reports whether the month's limit of deed points holds for a deed.
func (b *Book) monthLimited(e *deed) bool {
	return !e.lifted && !b.rulebooks[e.edition].DeedKind(e.Type).Community
}

func (w *AwardDeed) differs(first *Record) string {
	o, ok := first.Body.(*DeedAwarded)
	return firstDifference(ok, field("deed", ok && o.Deed == w.Deed))
}

// DeedRefused says that a deed is not awarded. There is no black list: nobody is told but who did it and who filed it.
type DeedRefused struct {
	Deed    Seq
	Account AccountID
	Reason  ReasonCode
}

func (*DeedRefused) kind() Kind { return KindDeedRefused }

func (x *DeedRefused) about() AccountID { return x.Account }

func (x *DeedRefused) fields(c *codec) {
	integer(c, "deed", &x.Deed)
	text(c, "account", &x.Account)
	text(c, "reason", &x.Reason)
}

func (x *DeedRefused) fold(b *Book, _ *Record) error { return b.closeDeed(x.Deed, true) }

// RefuseDeed ends a deed without an award: the one for whom it was done says that it was not, who did it or filed it takes
// it back, or its time has lapsed.
type RefuseDeed struct {
	noTarget
	Deed Seq
	Card CardID // of the beneficiary, where staff say it for her
}

func (x *RefuseDeed) decide(d *draft) *Refusal {
	e, r := d.openDeed(x.Deed, DeedAsked, DeedVoting, DeedPassed, DeedNotice)
	if r != nil {
		return r
	}
	body := &DeedRefused{Deed: x.Deed, Account: e.Account}
	switch {
	case d.cmd.Actor == ActorTimer && e.Lapses <= d.now && d.book.disputeOf(e.seq) == nil:
		body.Reason = ReasonLapsed
	case d.cmd.Actor == e.Account || d.cmd.Actor == e.filer:
		body.Reason = ReasonWithdrawn
	case e.stage == DeedAsked && d.speaksFor(e.Beneficiary, x.Card) == nil:
		body.Reason = ReasonDenied
	default:
		return refuse(CodeNotEntitled)
	}
	d.add(body)
	return nil
}

func (x *RefuseDeed) differs(first *Record) string {
	o, ok := first.Body.(*DeedRefused)
	return firstDifference(ok, field("deed", ok && o.Deed == x.Deed))
}

// dueDeeds adds the deeds whose time has come, oldest first.
func (b *Book) dueDeeds(now Time, due *dueList) {
	for _, e := range b.deeds {
		if due.full() {
			return
		}
		var do Verb
		switch {
		case b.deedDue(e, now):
			do = &AwardDeed{Deed: e.seq}
		case e.Lapses <= now && b.disputeOf(e.seq) == nil:
			do = &RefuseDeed{Deed: e.seq}
		default:
			continue
		}
		due.add(DerivedKey("deed", itoa(int64(e.seq))), do)
	}
}

func (v *DeedVoted) judge(b *Book, r *Record) error {
	e := b.deed(v.Deed)
	switch {
	case e == nil || e.stage != DeedVoting:
		return fmt.Errorf("deed %d was not open to votes", v.Deed)
	case !b.has(r.Actor, RoleCommittee, ScopeCommunity):
		return fmt.Errorf("%s is not of the committee", r.Actor)
	case b.interested(r.Actor, e):
		return fmt.Errorf("%s has an interest in the deed", r.Actor)
	case slices.ContainsFunc(e.votes, func(x vote) bool { return x.by == r.Actor }):
		return fmt.Errorf("%s voted twice", r.Actor)
	}
	want := b.tally(e, append(slices.Clone(e.votes), vote{by: r.Actor, yes: v.Yes, points: v.Points, lift: v.Lift}))
	if v.Passed != want.passed || v.Worth != want.worth || v.Lifted != want.lifted {
		return errors.New("the votes do not come to what it says")
	}
	return nil
}

func (n *DeedNoticed) judge(b *Book, r *Record) error {
	e := b.deed(n.Deed)
	switch {
	case e == nil || e.stage != DeedPassed:
		return fmt.Errorf("deed %d was not passed", n.Deed)
	case n.Points != e.worth || n.Ends != b.noticeEnds(r.Time):
		return errors.New("it announces other points or days than the committee and the rulebook")
	case b.needsConsent(e, e.worth) && (!b.has(r.Actor, RoleOrganizer, ScopeCommunity) || b.interested(r.Actor, e)):
		return fmt.Errorf("%s may not consent to it", r.Actor)
	}
	return nil
}

func (w *DeedAwarded) judge(b *Book, r *Record) error {
	e := b.deed(w.Deed)
	if e == nil || !b.deedDue(e, r.Time) {
		return fmt.Errorf("deed %d was not due", w.Deed)
	}
	room, day := e.worth, Day(0)
	if b.monthLimited(e) {
		day = b.monthDay(r.Time)
		room = max(0, b.rulebooks[r.Rulebook].Deeds.MonthMax-b.counted(limitDeeds, e.Account, day))
	}
	switch {
	case w.Account != e.Account || w.Type != e.Type || w.Earned != e.worth || w.Day != day:
		return errors.New("it awards something else than was voted")
	case w.Points < 0 || w.Waiting < 0 || w.Points+w.Waiting != min(e.worth, room):
		return fmt.Errorf("of %d points %d were left of the month's limit, it posts %d and lets %d wait", w.Earned, room, w.Points, w.Waiting)
	case w.Points > 0 && w.Month != monthOf(r.Time, b.offset()).add(b.rulebooks[r.Rulebook].ValidMonths):
		return fmt.Errorf("points of this day are valid to another month than %d", w.Month)
	}
	return b.judgeMoves(r, move{IssuerCommunity, UnitPoints, -int64(w.Points)}, move{w.Account, UnitPoints, int64(w.Points)})
}
