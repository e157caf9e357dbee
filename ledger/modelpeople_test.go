package ledger_test

import (
	"fmt"
	"reflect"
	"slices"
	"time"

	"moralbank.example/bank/ledger"
)

// takesBack reports whether the reversal of such a record takes points from its member; else it gives them back.
func takesBack(of string) bool { return of == "awarded" || of == "deed-awarded" }

// brought is what an award of any kind posted, and to which lot.
func brought(r *ledger.Record) (id ledger.AccountID, s ledger.LotShare, ok bool) {
	switch w := r.Body.(type) {
	case *ledger.Awarded:
		return w.Account, ledger.LotShare{Month: w.Month, Points: w.Points}, true
	case *ledger.DeedAwarded:
		return w.Account, ledger.LotShare{Month: w.Month, Points: w.Points}, true
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
	each(m, func(r *ledger.Record, w *ledger.Awarded) {
		if w.Account != id || w.Grade != ledger.GradeA {
			return
		}
		sum += w.Minutes
		if v := m.reversal(r.Seq); v != nil {
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

// peopleDue counts the deeds and disputes whose time has come.
func (m model) peopleDue(now ledger.Time) (due int) {
	for seq, f := range m.filed() {
		served := f.Newcomer == 0 || m.scanned(f.Beneficiary) >= f.Newcomer
		if !m.disputed(seq) && (m.noticeOver(seq, now) && served || f.Lapses <= now) {
			due++
		}
	}
	escalated := map[ledger.Seq]bool{}
	each(m, func(_ *ledger.Record, x *ledger.DisputeEscalated) { escalated[x.Dispute] = true })
	for seq, o := range m.openDisputes() {
		if o.Ends <= now || o.Escalates <= now && !escalated[seq] {
			due++
		}
	}
	return due
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
		if w.Account != id || w.Day == 0 || m.month(r.Time) != month {
			return
		}
		sum += w.Points + w.Waiting
		if v := m.reversal(r.Seq); v != nil {
			sum -= v.Points
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
	id, s, ok := brought(&m.records[o.Target-1])
	if !ok || id != o.Account {
		return nil
	}
	if w, is := m.records[o.Target-1].Body.(*ledger.Awarded); is && !m.confirmed(w.Activity) {
		return nil
	}
	left := s.Points
	if v := m.reversal(o.Target); v != nil {
		left -= v.Points
	}
	have, _ := m.spendable(id, now)
	for _, l := range have {
		if n := min(left, l.Points); l.Month == s.Month && n > 0 {
			return []ledger.LotShare{{Month: l.Month, Points: n}}
		}
	}
	return nil
}

func (w *world) voter() ledger.AccountID { return pick[ledger.AccountID](w, "m/qi", "m/qu", "m/qa") }

// deedSeq is one of the last deeds, or any record.
func (w *world) deedSeq() ledger.Seq {
	var all []ledger.Seq
	for _, stage := range []ledger.DeedStage{ledger.DeedAsked, ledger.DeedVoting, ledger.DeedPassed, ledger.DeedNotice} {
		for _, v := range w.book.Deeds(stage) {
			all = append(all, v.Seq)
		}
	}
	if len(all) == 0 || w.rarely(20) {
		return ledger.Seq(w.number(0, len(w.records)+1))
	}
	return pick(w, all...)
}

// drawPeople is about good deeds and disputes.
func (w *world) drawPeople() *ledger.Command {
	switch w.number(0, 8) {
	case 0, 1:
		return w.drawDeed()
	case 2:
		v := &ledger.VoteDeed{Deed: w.deedSeq(), Yes: !w.rarely(3), Lift: w.rarely(6)}
		if d, ok := w.book.Deed(v.Deed); ok && d.Type == "bravery" && v.Yes {
			v.Points = ledger.Points(w.number(45, 205))
		}
		return w.command(w.voter(), ledger.ViaWeb, v)
	case 3:
		seq := w.deedSeq()
		d, _ := w.book.Deed(seq)
		return w.command(pick(w, d.Beneficiary, d.Account, "m/hu"), ledger.ViaWeb, pick[ledger.Verb](w,
			&ledger.ConfirmDeed{Deed: seq}, &ledger.ConfirmDeed{Deed: seq}, &ledger.RefuseDeed{Deed: seq}))
	case 4:
		return w.command(w.organizer(), ledger.ViaWeb, &ledger.NoticeDeed{Deed: w.deedSeq()})
	case 5, 6:
		return w.drawDispute()
	default:
		return w.drawDecision()
	}
}

func (w *world) drawDeed() *ledger.Command {
	f := &ledger.FileDeed{
		Type: pick(w, "lost-found", "neighbour-help", "bravery", "stairs", "skill-lesson", "referral", "blood", "dancing"),
		Day:  w.book.DayOf(max(w.now, w.book.Time())) - ledger.Day(w.number(-1, 32)/3), Account: w.person(),
	}
	if f.Type == "neighbour-help" || f.Type == "referral" || w.rarely(10) {
		f.Beneficiary = w.person()
	}
	if f.Type == "skill-lesson" {
		f.Hours = w.number(1, 9)
	}
	return w.command(pick(w, f.Account, f.Account, w.person()), ledger.ViaWeb, f)
}

func (w *world) drawDispute() *ledger.Command {
	seq := w.target()
	if w.rarely(4) {
		seq = w.deedSeq()
	}
	o := &ledger.Dispute{Seq: seq, Reason: w.reason(), Account: w.person()}
	if seq > 0 && int(seq) <= len(w.records) && !w.rarely(10) {
		o.Account = w.records[seq-1].Subject()
	}
	return w.command(pick(w, o.Account, o.Account, w.person()), ledger.ViaWeb, o)
}

func (w *world) drawDecision() *ledger.Command {
	open := w.book.Disputes()
	if len(open) == 0 || w.rarely(20) {
		return w.command(ledger.ActorTimer, ledger.ViaTimer, &ledger.EscalateDispute{Dispute: w.target()})
	}
	v := open[w.number(0, len(open)-1)]
	return w.command(pick(w, w.organizer(), w.voter(), v.Opener), ledger.ViaWeb, &ledger.ResolveDispute{
		Dispute: v.Seq, Outcome: pick(w, ledger.OutcomeUpheld, ledger.OutcomeRejected, ledger.OutcomeWithdrawn, ledger.OutcomeLapsed),
	})
}

// council is an evening of the committee that goes as it should, for the most part.
func (w *world) council() {
	w.t.Helper()
	file := w.drawDeed()
	w.try(file)
	open := w.book.Deeds(ledger.DeedAsked)
	for _, d := range open {
		w.try(w.command(d.Beneficiary, ledger.ViaWeb, &ledger.ConfirmDeed{Deed: d.Seq}))
	}
	for _, d := range w.book.Deeds(ledger.DeedVoting) {
		for _, id := range []ledger.AccountID{"m/qi", "m/qu", "m/qa"} {
			v := &ledger.VoteDeed{Deed: d.Seq, Yes: !w.rarely(6)}
			if d.Type == "bravery" && v.Yes {
				v.Points = ledger.Points(w.number(50, 200))
			}
			w.try(w.command(id, ledger.ViaWeb, v))
		}
	}
	for _, d := range w.book.Deeds(ledger.DeedPassed) {
		w.try(w.command(w.organizer(), ledger.ViaWeb, &ledger.NoticeDeed{Deed: d.Seq}))
	}
	w.now = max(w.now, w.book.Time()) + ledger.Time(w.number(6, 9))*day
	w.due()
}
