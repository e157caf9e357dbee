package ledger_test

import (
	"fmt"
	"reflect"
	"slices"
	"time"

	"moralbank.example/bank/ledger"
)

// takesBack reports whether the reversal of such a record takes points from its member; else it gives them back.
func takesBack(of string) bool {
	return of == "awarded" || of == "deed-awarded" || of == "waiting-paid" || of == "imported" || of == "given-in" || of == "points-granted"
}

// brought is what an award of any kind posted, and to which lot.
func brought(r *ledger.Record) (id ledger.AccountID, s ledger.LotShare, ok bool) {
	switch w := r.Body.(type) {
	case *ledger.Awarded:
		return w.Account, ledger.LotShare{Month: w.Month, Points: w.Points}, true
	case *ledger.DeedAwarded:
		return w.Account, ledger.LotShare{Month: w.Month, Points: w.Points}, true
	case *ledger.WaitingPaid:
		return w.Account, ledger.LotShare{Month: w.Month, Points: w.Points}, true
	case *ledger.Adjusted:
		return w.Account, ledger.LotShare{Month: w.Month, Points: max(0, w.Points)}, true
	}
	return "", ledger.LotShare{}, false
}

// openDisputes are those that nobody has decided, by their seq.
func (m model) openDisputes() map[ledger.Seq]*ledger.DisputeOpened {
	open := map[ledger.Seq]*ledger.DisputeOpened{}
	each(m, func(r *ledger.Record, o *ledger.DisputeOpened) { open[r.Seq] = o })
	each(m, func(_ *ledger.Record, x *ledger.DisputeResolved) { delete(open, x.Dispute) })
	return open
}

func (m model) disputed(target ledger.Seq) bool {
	for _, o := range m.openDisputes() {
		if o.Target == target {
			return true
		}
	}
	return false
}

// taken is what a reversal took of a month's lot.
func shareOf(v *ledger.Reversed, month ledger.Month) (n ledger.Points) {
	if v != nil {
		for _, s := range v.Lots {
			if s.Month == month {
				n += s.Points
			}
		}
	}
	return n
}

// confirmedAt is the record that confirmed an activity; 0 when none did.
func (m model) confirmedAt(id ledger.ActivityID) (seq ledger.Seq) {
	each(m, func(r *ledger.Record, c *ledger.ActivityConfirmed) {
		if c.Activity == id {
			seq = r.Seq
		}
	})
	return seq
}

// frozen is what an open dispute keeps out of reach: what it pinned when it was opened, or the whole award when that was
// confirmed later, less what a reversal took of it since. What is not confirmed yet is out of reach anyway.
func (m model) frozen(seq ledger.Seq, o *ledger.DisputeOpened) []ledger.LotShare {
	pins := slices.Clone(o.Lots)
	v := m.reversal(o.Target)
	if w, ok := m.records[o.Target-1].Body.(*ledger.Awarded); ok {
		switch at := m.confirmedAt(w.Activity); {
		case at == 0 || w.Points == 0:
			return nil
		case at > seq:
			return []ledger.LotShare{{Month: w.Month, Points: w.Points - shareOf(v, w.Month)}}
		}
	}
	if v != nil && m.reversedAt(o.Target) > seq {
		for i := range pins {
			pins[i].Points -= min(pins[i].Points, shareOf(v, pins[i].Month))
		}
	}
	return pins
}

func (m model) reversedAt(target ledger.Seq) (seq ledger.Seq) {
	each(m, func(r *ledger.Record, v *ledger.Reversed) {
		if v.Target == target {
			seq = r.Seq
		}
	})
	return seq
}

// peopleLots are what deeds and disputes do to a member's lots.
func (m model) peopleLots(id ledger.AccountID, move func([]ledger.LotShare, ledger.Points), pinned map[ledger.Month]ledger.Points) {
	each(m, func(_ *ledger.Record, w *ledger.DeedAwarded) {
		if w.Account == id && w.Points > 0 {
			move([]ledger.LotShare{{Month: w.Month, Points: w.Points}}, 1)
		}
	})
	m.changedLots(id, move)
	each(m, func(_ *ledger.Record, x *ledger.DisputeResolved) {
		if x.Account == id {
			move(x.Late, -1)
			for _, s := range x.Late {
				move([]ledger.LotShare{{Month: x.Grace, Points: s.Points, Gifted: s.Gifted}}, 1)
			}
		}
	})
	for seq, o := range m.openDisputes() {
		if o.Account == id {
			for _, s := range m.frozen(seq, o) {
				pinned[s.Month] += s.Points
			}
		}
	}
}

// scanned is a member's service by her own scans.
func (m model) scanned(id ledger.AccountID) (sum ledger.Minutes) {
	id = m.home(id)
	each(m, func(r *ledger.Record, w *ledger.Awarded) {
		if m.home(w.Account) != id || w.Grade != ledger.GradeA {
			return
		}
		sum += w.Minutes
		if v := m.reversal(r.Seq); v != nil {
			sum -= v.Minutes
		}
	})
	each(m, func(_ *ledger.Record, x *ledger.PresenceJudged) {
		if m.home(x.Account) != id {
			return
		}
		sum += x.Minutes
		if v := m.reversal(x.Award); v != nil && x.Present {
			sum -= v.Minutes
		}
	})
	return sum
}

// filed are the deeds that are neither awarded nor refused.
func (m model) filed() map[ledger.Seq]*ledger.DeedFiled {
	open := map[ledger.Seq]*ledger.DeedFiled{}
	each(m, func(r *ledger.Record, f *ledger.DeedFiled) { open[r.Seq] = f })
	each(m, func(_ *ledger.Record, w *ledger.DeedAwarded) { delete(open, w.Deed) })
	each(m, func(_ *ledger.Record, x *ledger.DeedRefused) { delete(open, x.Deed) })
	return open
}

// noticeOver reports whether a deed stood in the public notice to its end.
func (m model) noticeOver(deed ledger.Seq, now ledger.Time) (over bool) {
	each(m, func(_ *ledger.Record, n *ledger.DeedNoticed) { over = over || n.Deed == deed && n.Ends <= now })
	return over
}

// deedReady reports whether a deed can be awarded: its notice is over, nobody's objection is open, whom it brought has served.
func (m model) deedReady(seq ledger.Seq, f *ledger.DeedFiled, now ledger.Time) bool {
	return !m.disputed(seq) && m.noticeOver(seq, now) && (f.Newcomer == 0 || m.scanned(f.Beneficiary) >= f.Newcomer)
}

func (m model) deedsDue(now ledger.Time) (due int) {
	for seq, f := range m.filed() {
		if m.deedReady(seq, f, now) {
			due++
		}
	}
	return due
}

// peopleDue counts the deeds and disputes whose time has come.
func (m model) peopleDue(now ledger.Time) (due int) {
	for seq, f := range m.filed() {
		if !m.disputed(seq) && f.Lapses <= now && !m.deedReady(seq, f, now) {
			due++
		}
	}
	due += m.deedsDue(now)
	escalated := map[ledger.Seq]bool{}
	each(m, func(_ *ledger.Record, x *ledger.DisputeEscalated) { escalated[x.Dispute] = true })
	for seq, o := range m.openDisputes() {
		if o.Ends <= now || o.Escalates <= now && !escalated[seq] {
			due++
		}
	}
	return due + m.changesDue(now)
}

// deedAward says what the award of a deed must be: what the votes came to, within the month's limit and the budget.
func (m model) deedAward(deed ledger.Seq, now ledger.Time) (worth, posted, waiting ledger.Points) {
	var f *ledger.DeedFiled
	var lifts, yes int
	each(m, func(r *ledger.Record, x *ledger.DeedFiled) {
		if r.Seq == deed {
			f = x
		}
	})
	worth = f.Points
	var given []ledger.Points
	each(m, func(_ *ledger.Record, v *ledger.DeedVoted) {
		if v.Deed == deed && v.Yes {
			yes++
			given = append(given, v.Points)
			if v.Lift {
				lifts++
			}
		}
	})
	if f.Type == "bravery" {
		slices.Sort(given)
		worth = given[yes/2]
	}
	most := worth
	if f.Type != "bravery" && lifts <= yes-lifts {
		most = max(0, min(worth, 30-m.deedsOf(f.Account, m.month(now))))
	}
	posted = max(0, min(most, m.budgetLeft(ledger.IssuerCommunity, now)))
	return worth, posted, most - posted
}

// deedsOf is what a member's deeds brought in a month, those outside the limit aside.
func (m model) deedsOf(id ledger.AccountID, month ledger.Month) (sum ledger.Points) {
	each(m, func(r *ledger.Record, w *ledger.DeedAwarded) {
		if !m.samePerson(w.Account, id) || w.Day == 0 || m.month(r.Time) != month {
			return
		}
		sum += w.Points + w.Waiting
		if v := m.reversal(r.Seq); v != nil {
			sum -= v.Points + v.Waiting
		}
	})
	return sum
}

// judgePeople compares what was decided about deeds and disputes with what the model says.
func (w *world) judgePeople(r *ledger.Record, before model, at ledger.Time) error {
	switch made := r.Body.(type) {
	case *ledger.DeedAwarded:
		worth, posted, waiting := before.deedAward(made.Deed, at)
		if made.Earned != worth || made.Points != posted || made.Waiting != waiting {
			return fmt.Errorf("a deed was awarded %+v, must be %d, %d posted, %d waiting", *made, worth, posted, waiting)
		}
	case *ledger.DisputeOpened:
		if want := before.freezable(made, at); !reflect.DeepEqual(made.Lots, want) {
			return fmt.Errorf("a dispute froze %+v, must freeze %+v", made.Lots, want)
		}
		days, d := 0, before.date(at)
		for days < before.rules.Disputes.WorkDays {
			if d = d.AddDate(0, 0, 1); !weekend(d) {
				days++
			}
		}
		want := ledger.Time(d.Truncate(24*time.Hour).Add(24*time.Hour).UnixMilli()) - before.offset
		if made.Escalates != min(want, made.Ends) {
			return fmt.Errorf("a dispute of %d escalates at %d, must at %d", at, made.Escalates, want)
		}
	case *ledger.DisputeResolved:
		for _, s := range made.Late {
			if s.Month >= before.month(at) || made.Grace != before.month(at+30*day) {
				return fmt.Errorf("%+v of lots moved late to %d", s, made.Grace)
			}
		}
		for _, s := range made.Lots {
			if s.Month < before.month(at) {
				return fmt.Errorf("%+v was left in a month that is over", s)
			}
		}
	}
	return nil
}

// weekend: the model's rulebook has no holidays.
func weekend(d time.Time) bool { return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday }

// freezable is what a disputed line brought, and is still there and in reach.
func (m model) freezable(o *ledger.DisputeOpened, now ledger.Time) []ledger.LotShare {
	id, lots, ok := arrived(&m.records[o.Target-1])
	if !ok || id != o.Account {
		return nil
	}
	if w, is := m.records[o.Target-1].Body.(*ledger.Awarded); is && !m.confirmed(w.Activity) {
		return nil
	}
	gone := ledger.Points(0)
	if v := m.reversal(o.Target); v != nil {
		gone = v.Points
	}
	have, _ := m.spendable(id, now)
	var frozen []ledger.LotShare
	for _, s := range slices.Backward(lots) {
		left := max(0, s.Points-gone)
		gone = max(0, gone-s.Points)
		for _, l := range have {
			if n := min(left, l.Points); l.Month == s.Month && n > 0 {
				frozen = append([]ledger.LotShare{{Month: l.Month, Points: n}}, frozen...)
			}
		}
	}
	return frozen
}

// arrived is what a line of any kind brought, and to which lots.
func arrived(r *ledger.Record) (id ledger.AccountID, lots []ledger.LotShare, ok bool) {
	switch x := r.Body.(type) {
	case *ledger.GivenIn:
		return x.Account, x.Lots, true
	case *ledger.PointsGranted:
		return x.Account, []ledger.LotShare{{Month: x.Month, Points: x.Points}}, true
	case *ledger.Imported:
		return x.Account, []ledger.LotShare{{Month: x.Month, Points: x.Points}}, true
	}
	id, s, ok := brought(r)
	return id, []ledger.LotShare{s}, ok
}
