package ledger

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// swept is one expiry of the last sweepKeepDays.
type swept struct {
	seq     Seq
	day     Day // on which the sweep ran
	account AccountID
	points  Points
	gifted  Points
}

// sweepKeepDays is how long a sweep can be taken back.
const sweepKeepDays = 62

// SweepReversed says that the sweep of a month was wrong, because a clock ran ahead: what it took is given back, one
// record a member.
type SweepReversed struct {
	Month  Month
	Count  int
	Points Points
	Reason ReasonCode
	By     AccountID
}

func (*SweepReversed) kind() Kind { return KindSweepReversed }

func (s *SweepReversed) fields(c *codec) {
	integer(c, "month", &s.Month)
	integer(c, "count", &s.Count)
	integer(c, "points", &s.Points)
	text(c, "reason", &s.Reason)
	text(c, "by", &s.By)
}

func (s *SweepReversed) fold(b *Book, _ *Record) error {
	b.restoring = append(b.restoring, b.sweeps[s.Month]...)
	delete(b.sweeps, s.Month)
	return nil
}

// ReverseSweep takes back all that the sweep of a month took, in one word of two people.
type ReverseSweep struct {
	noTarget
	Month  Month
	Reason ReasonCode
}

func (s *ReverseSweep) decide(d *draft) *Refusal {
	if !d.may(RoleOrganizer, RoleOperator) {
		return refuse(CodeNotEntitled)
	}
	if r := s.sound(d); r != nil {
		return r
	}
	return refuse(CodeSecondPerson)
}

func (s *ReverseSweep) sound(d *draft) *Refusal {
	switch {
	case !s.Reason.valid():
		return badField("reason")
	case len(d.book.sweepOf(s.Month, d.now)) == 0:
		return refuse(CodeNothingToRestore)
	}
	return nil
}

func (s *ReverseSweep) propose(d *draft) (Proposed, *Refusal) {
	return Proposed{What: ProposeSweep, Month: s.Month, Reason: s.Reason}, s.sound(d)
}

func (s *ReverseSweep) carryOut(d *draft, by AccountID) *Refusal {
	body := &SweepReversed{Month: s.Month, Reason: s.Reason, By: by}
	for _, w := range d.book.sweepOf(s.Month, d.now) {
		body.Count++
		body.Points += w.points
	}
	d.add(body)
	return nil
}

func (s *ReverseSweep) differs(*Record) string { return "kind" } // it never makes a record by itself

func (s *SweepReversed) judge(b *Book, r *Record) error {
	if s.By == "" || b.same(s.By, r.Actor) || !b.has(r.Actor, RoleOrganizer, ScopeCommunity) {
		return errors.New("it was not approved by a second person")
	}
	if n := len(b.sweepOf(s.Month, r.Time)); n == 0 || n != s.Count {
		return fmt.Errorf("the sweep of %d took from %d members, it says %d", s.Month, n, s.Count)
	}
	return b.judgeMoves(r)
}

// RestoreExpired gives back what one expiry of a reversed sweep took. The engine's timer asks for it. Points whose month has
// ended all the same stay valid for restoreDays.
type RestoreExpired struct{ Seq Seq }

func (x *RestoreExpired) target(*Book) Seq { return x.Seq }

func (x *RestoreExpired) decide(d *draft) *Refusal {
	b := d.book
	i := slices.IndexFunc(b.restoring, func(w swept) bool { return w.seq == x.Seq })
	switch {
	case d.cmd.Actor != ActorTimer:
		return refuse(CodeNotEntitled)
	case i < 0 || d.cmd.Target == nil || d.cmd.Target.Seq != x.Seq:
		return refuse(CodeNothingToRestore)
	}
	o, ok := d.cmd.Target.Body.(*PointsExpired)
	if !ok {
		return refuse(CodeRecordUnknown)
	}
	m := o.Month
	if m < monthOf(d.now, b.offset()) {
		m = monthOf(d.now+restoreDays*dayMillis, b.offset())
	}
	home := b.home(o.Account)
	d.add(&Reversed{
		Target: x.Seq, Of: kinds[KindExpired].name, Account: home, Points: o.Points, Reason: ReasonWrongTime,
		Lots: []LotShare{{m, o.Points, o.Gifted}},
	}, move{Expired, UnitPoints, -int64(o.Points)}, move{home, UnitPoints, int64(o.Points)})
	return nil
}

func (x *RestoreExpired) differs(first *Record) string {
	o, ok := first.Body.(*Reversed)
	return firstDifference(ok, field("target", ok && o.Target == x.Seq))
}

// unexpire gives an expiry's points back.
func (v *Reversed) unexpire(b *Book, a *account) {
	for _, s := range v.Lots {
		b.addLot(a, s)
	}
	b.restoring = slices.DeleteFunc(b.restoring, func(w swept) bool { return w.seq == v.Target })
	if len(b.restoring) == 0 {
		b.restoring = nil
	}
}

// swept remembers an expiry for a while.
func (b *Book) swept(r *Record, e *PointsExpired) {
	b.sweeps[e.Month] = append(b.sweeps[e.Month], swept{r.Seq, b.DayOf(r.Time), e.Account, e.Points, e.Gifted})
}

// sweepOf is what can be taken back of the sweep of a month at a moment, also when the book has not yet forgotten the rest:
// it does so once a day, between the approval of a reversal and the reversal if need be.
func (b *Book) sweepOf(m Month, now Time) []swept {
	today := b.DayOf(now)
	return slices.DeleteFunc(slices.Clone(b.sweeps[m]), func(w swept) bool { return w.day < today-sweepKeepDays })
}

// forgetSweeps drops what can no longer be taken back.
func (b *Book) forgetSweeps(today Day) {
	for m, all := range b.sweeps {
		kept := slices.DeleteFunc(slices.Clone(all), func(w swept) bool { return w.day < today-sweepKeepDays })
		if len(kept) == 0 {
			delete(b.sweeps, m)
		} else if len(kept) < len(all) {
			b.sweeps[m] = kept
		}
	}
}

// dueRestores lists the expiries of reversed sweeps that are still to be given back.
func (b *Book) dueRestores(_ Time, due *dueList) {
	for _, w := range slices.SortedFunc(slices.Values(b.restoring), func(x, y swept) int { return cmp.Compare(x.seq, y.seq) }) {
		if due.full() {
			return
		}
		due.add(DerivedKey("restore", itoa(int64(w.seq))), &RestoreExpired{Seq: w.seq})
	}
}
