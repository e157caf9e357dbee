package ledger_test

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"moralbank.example/bank/ledger"
)

// model is the ledger as a child would do it: it keeps every record and counts everything again from the first one
// each time it is asked. It shares no code with the book. It has no state to get wrong.
type model struct {
	records []ledger.Record
	// What is asked for so often that it is looked up once a time.
	merged    []*ledger.PersonsMerged
	reversals map[ledger.Seq]*ledger.Reversed
	editions  map[int]*ledger.Rulebook
	rules     *ledger.Rulebook // the last one
	offset    ledger.Time
}

func newModel(records []ledger.Record) model {
	m := model{records: records, reversals: map[ledger.Seq]*ledger.Reversed{}, editions: map[int]*ledger.Rulebook{}}
	for i := range records {
		switch b := records[i].Body.(type) {
		case *ledger.PersonsMerged:
			m.merged = append(m.merged, b)
		case *ledger.Reversed:
			m.reversals[b.Target] = b
		case *ledger.Rulebook:
			m.editions[b.Edition] = b
			m.rules, m.offset = b, ledger.Time(b.OffsetMinutes)*60_000
		}
	}
	return m
}

// each calls f with the records whose body is a B.
func each[B any](m model, f func(r *ledger.Record, body B)) {
	for i := range m.records {
		if body, ok := m.records[i].Body.(B); ok {
			f(&m.records[i], body)
		}
	}
}

// date is the local date of a moment.
func (m model) date(t ledger.Time) time.Time { return time.UnixMilli(int64(t + m.offset)).UTC() }

func (m model) month(t ledger.Time) ledger.Month {
	d := m.date(t)
	return ledger.Month(d.Year()*100 + int(d.Month()))
}

func (m model) day(t ledger.Time) ledger.Day {
	return ledger.Day(m.date(t).Truncate(24*time.Hour).Unix() / (24 * 60 * 60))
}

// period is the meal period of a moment, by the clock on the wall.
func (m model) period(t ledger.Time) string {
	switch hour := m.date(t).Hour(); {
	case hour < 10:
		return "b"
	case hour < 15:
		return "l"
	default:
		return "d"
	}
}

// balance sums what was posted to (account, unit) before a record time.
func (m model) balance(id ledger.AccountID, u ledger.Unit, before ledger.Time) int64 {
	var sum int64
	for i := range m.records {
		for _, p := range m.records[i].Postings {
			if p.Account == id && p.Unit == u && m.records[i].Time < before {
				sum += p.Amount
			}
		}
	}
	return sum
}

// reversal is the reversal of a record; nil when there is none.
func (m model) reversal(of ledger.Seq) *ledger.Reversed { return m.reversals[of] }

func (m model) confirmed(id ledger.ActivityID) (yes bool) {
	each(m, func(_ *ledger.Record, c *ledger.ActivityConfirmed) { yes = yes || c.Activity == id })
	return yes
}

// lots are a member's points by month, what of them is out of reach, and what was a gift.
func (m model) lots(id ledger.AccountID) (points, pinned, gifted map[ledger.Month]ledger.Points) {
	points, pinned, gifted = map[ledger.Month]ledger.Points{}, map[ledger.Month]ledger.Points{}, map[ledger.Month]ledger.Points{}
	move := func(shares []ledger.LotShare, sign ledger.Points) {
		for _, s := range shares {
			points[s.Month] += sign * s.Points
			gifted[s.Month] += sign * s.Gifted
		}
	}
	each(m, func(r *ledger.Record, w *ledger.Awarded) {
		if w.Account != id || w.Points == 0 {
			return
		}
		points[w.Month] += w.Points
		if m.confirmed(w.Activity) {
			return
		}
		pinned[w.Month] += w.Points
		if v := m.reversal(r.Seq); v != nil {
			for _, s := range v.Lots {
				if s.Month == w.Month {
					pinned[w.Month] -= s.Points
				}
			}
		}
	})
	m.eachMeal(func(_ *ledger.Record, x eaten) {
		if x.account == id {
			move(x.lots, -1)
		}
	})
	m.otherLots(id, move, pinned)
	m.peopleLots(id, move, pinned)
	each(m, func(_ *ledger.Record, v *ledger.Reversed) {
		if v.Account == id && !takesBack(v.Of) {
			move(v.Lots, 1)
		} else if v.Account == id {
			move(v.Lots, -1)
		}
	})
	each(m, func(_ *ledger.Record, e *ledger.PointsExpired) {
		if e.Account == id {
			move([]ledger.LotShare{{Month: e.Month, Points: e.Points, Gifted: e.Gifted}}, -1)
		}
	})
	return points, pinned, gifted
}

// spendable is what a member can spend, lot by lot, the oldest first.
func (m model) spendable(id ledger.AccountID, now ledger.Time) (lots []ledger.LotShare, sum ledger.Points) {
	points, pinned, gifted := m.lots(id)
	for _, month := range slices.Sorted(maps.Keys(points)) {
		if n := points[month] - pinned[month]; n > 0 && month >= m.month(now) {
			lots = append(lots, ledger.LotShare{Month: month, Points: n, Gifted: gifted[month]})
			sum += n
		}
	}
	return lots, sum
}

// spent is what a member spent on a day, and the main meals that she took in a period of it and still stand.
func (m model) spent(id ledger.AccountID, day ledger.Day, period string) (sum ledger.Points, meals int) {
	m.eachMeal(func(r *ledger.Record, x eaten) {
		if !m.samePerson(x.account, id) || x.day != day {
			return
		}
		stands := x.charged
		v := m.reversal(r.Seq)
		if v != nil {
			stands -= v.Points
		}
		sum += stands
		if x.period == period && !x.side && (v == nil || stands > 0) {
			meals++
		}
	})
	return sum, meals
}

// earned is what a member's service of a day brought.
func (m model) earned(id ledger.AccountID, day ledger.Day) (sum ledger.Points) {
	each(m, func(r *ledger.Record, w *ledger.Awarded) {
		if !m.samePerson(w.Account, id) || w.Day != day {
			return
		}
		sum += w.Points + w.Waiting
		if v := m.reversal(r.Seq); v != nil {
			sum -= v.Points + v.Waiting
		}
	})
	return sum
}

// redemption says what must come of a well-formed redemption by an entitled cashier: the lots, or the code.
func (m model) redemption(x *ledger.Redeem, effective, now ledger.Time) (lots []ledger.LotShare, code ledger.Code) {
	at := cmp.Or(effective, now)
	spent, meals := m.spent(x.Account, m.day(at), m.period(at))
	have, sum := m.spendable(x.Account, now)
	switch {
	case m.used(x.Handle, x.Step):
		return nil, ledger.CodeCodeUsed
	case m.rules.Meal(x.Meal) == nil || !strings.Contains(m.rules.Meal(x.Meal).Periods, m.period(at)):
		return nil, ledger.CodeMealUnknown
	case meals > 0 && !x.PIN && !m.rules.Meal(x.Meal).Side:
		return nil, ledger.CodeMealTaken
	case m.booked(x.Account, m.day(at), m.period(at)) && !x.PIN && !m.rules.Meal(x.Meal).Side:
		return nil, ledger.CodeMealBooked
	case sum < x.Points:
		return nil, ledger.CodeBalanceShort
	case spent+x.Points > m.rules.NoPINPoints && !x.PIN:
		return nil, ledger.CodePINRequired
	}
	left := x.Points
	for _, l := range have {
		if n := min(l.Points, left); n > 0 {
			lots = append(lots, ledger.LotShare{Month: l.Month, Points: n, Gifted: min(n, l.Gifted)})
			left -= n
		}
	}
	return lots, ""
}

// award says what an award must be, from the scans: minutes and points, against which day and in which lot.
func (m model) award(w *ledger.Awarded, now ledger.Time) (want ledger.Awarded) {
	var opened *ledger.ActivityOpened
	var in, out, end ledger.Time
	each(m, func(_ *ledger.Record, o *ledger.ActivityOpened) {
		if o.Activity == w.Activity {
			opened, end = o, o.End
		}
	})
	each(m, func(_ *ledger.Record, x *ledger.ActivityChanged) {
		if x.Activity == w.Activity {
			end = x.End
		}
	})
	each(m, func(r *ledger.Record, c *ledger.ActivityClosed) {
		if c.Activity == w.Activity {
			out = r.Time // who did not check out was there until it closed, but no longer than planned
		}
	})
	each(m, func(r *ledger.Record, i *ledger.CheckedIn) {
		if i.Activity == w.Activity && i.Account == w.Account {
			in = max(r.At(), opened.Start)
		}
	})
	each(m, func(r *ledger.Record, o *ledger.CheckedOut) {
		if o.Activity == w.Activity && o.Account == w.Account {
			out = r.At()
		}
	})
	want.Day = m.day(in)
	for in+60_000 <= min(out, end) {
		in += 60_000
		want.Minutes++
	}
	// 10 points an hour are a point for 6 minutes; a begun one is a whole one.
	cents := int64(want.Minutes) * int64(m.rules.PointsPerHour) * int64(opened.Percent)
	want.Earned = ledger.Points(cents / 6000)
	if cents%6000 > 0 {
		want.Earned++
	}
	capped := max(0, min(want.Earned, m.rules.DayPointsMax-m.earned(w.Account, want.Day)))
	issuer := ledger.TeamIssuer(opened.Team)
	if opened.Org != "" {
		issuer = ledger.OrgIssuer(opened.Org)
	}
	want.Points = max(0, min(capped, m.budgetLeft(issuer, now)))
	want.Waiting = capped - want.Points
	if want.Points > 0 {
		d := m.date(now)
		d = time.Date(d.Year(), d.Month()+time.Month(m.rules.ValidMonths), 1, 0, 0, 0, 0, time.UTC)
		want.Month = ledger.Month(d.Year()*100 + int(d.Month()))
	}
	return want
}

// restored says which lots the points of a meal go back to: the latest expiry first, and no month that is over.
func (m model) restored(from []ledger.LotShare, points ledger.Points, now ledger.Time) (lots []ledger.LotShare) {
	for i := len(from) - 1; i >= 0 && points > 0; i-- {
		l := ledger.LotShare{Month: from[i].Month, Points: min(from[i].Points, points)}
		if own := from[i].Points - from[i].Gifted; l.Points > own {
			l.Gifted = l.Points - own
		}
		points -= l.Points
		if l.Month < m.month(now) {
			l.Month = m.month(now + 30*24*60*60*1000)
		}
		lots = append(lots, l)
	}
	return lots
}

// takenBack says where the points of an award are taken from: its own lot, then the others, the oldest first.
func (m model) takenBack(seq ledger.Seq, points ledger.Points, now ledger.Time) (lots []ledger.LotShare, short ledger.Points) {
	id, award, _ := brought(&m.records[seq-1])
	id = m.home(id)
	have, _ := m.spendable(id, now)
	own := ledger.LotShare{Month: award.Month}
	if w, ok := m.records[seq-1].Body.(*ledger.Awarded); ok && !m.confirmed(w.Activity) {
		own.Points = award.Points // pinned, and so still there
	}
	for opened, o := range m.openDisputes() {
		if o.Target == seq {
			for _, s := range m.frozen(opened, o) {
				own.Points += s.Points // frozen, and so still there
			}
		}
	}
	for _, l := range have {
		if l.Month == award.Month {
			own.Points += l.Points
		}
	}
	have = append([]ledger.LotShare{own}, slices.DeleteFunc(have, func(l ledger.LotShare) bool { return l.Month == award.Month })...)
	all, _, gifted := m.lots(id)
	for _, l := range have {
		if n := min(l.Points, points); n > 0 {
			share := ledger.LotShare{Month: l.Month, Points: n}
			if own := all[l.Month] - gifted[l.Month]; n > own {
				share.Gifted = n - own
			}
			lots = append(lots, share)
			points -= n
		}
	}
	return lots, points
}

// organizer reports whether somebody is one, by what was granted and revoked.
func (m model) organizer(id ledger.AccountID) bool {
	held := 0
	each(m, func(_ *ledger.Record, g *ledger.RoleGranted) {
		if g.Account == id && g.Role == ledger.RoleOrganizer {
			held++
		}
	})
	each(m, func(_ *ledger.Record, g *ledger.RoleRevoked) {
		if g.Account == id && g.Role == ledger.RoleOrganizer {
			held--
		}
	})
	return held > 0
}

// used reports whether a handle's code of this step, or a later one, was accepted before.
func (m model) used(h ledger.Handle, step int64) (yes bool) {
	mark := func(h2 ledger.Handle, s int64) { yes = yes || h != "" && h == h2 && step <= s }
	each(m, func(_ *ledger.Record, i *ledger.CheckedIn) { mark(i.Handle, i.Step) })
	each(m, func(_ *ledger.Record, o *ledger.CheckedOut) { mark(o.Handle, o.Step) })
	m.eachMeal(func(_ *ledger.Record, x eaten) { mark(x.handle, x.step) })
	return yes
}

// compare holds the book against the model, on every account.
func (m model) compare(s *stage, now ledger.Time) error {
	due := m.otherDue(now) + m.peopleDue(now)
	for _, id := range s.members {
		v, _ := s.book.View(id)
		points, pinned, gifted := m.lots(id)
		var lots []ledger.Lot
		for _, month := range slices.Sorted(maps.Keys(points)) {
			if points[month] != 0 {
				lots = append(lots, ledger.Lot{Month: month, Points: points[month], Pinned: pinned[month], Gifted: gifted[month]})
			}
			if month < m.month(now) && points[month] > pinned[month] {
				due++
			}
		}
		if len(v.Lots)+len(lots) > 0 && !reflect.DeepEqual(v.Lots, lots) {
			return fmt.Errorf("%s has lots %+v, the records say %+v", id, v.Lots, lots)
		}
		_, spendable := m.spendable(id, now)
		got := [3]int64{int64(v.Points), int64(v.Minutes), int64(v.Available(now, m.rules.OffsetMinutes))}
		want := [3]int64{m.balance(id, ledger.UnitPoints, now+1), m.balance(id, ledger.UnitMinutes, now+1), int64(spendable)}
		if got != want {
			return fmt.Errorf("%s has points, minutes, available %v, the records say %v", id, got, want)
		}
	}
	for _, issuer := range []ledger.AccountID{"i/t1", "i/o8", ledger.IssuerCommunity} {
		if got, want := s.book.BudgetLeft(issuer, now), m.budgetLeft(issuer, now); got != want {
			return fmt.Errorf("%s has %d left to mint, the records say %d", issuer, got, want)
		}
	}
	if got, want := s.book.Waiting(), m.owed(); !reflect.DeepEqual(got, want) {
		return fmt.Errorf("%+v waits, the records say %+v", got, want)
	}
	each(m, func(_ *ledger.Record, c *ledger.ActivityClosed) { due += len(c.Due) })
	each(m, func(*ledger.Record, *ledger.Awarded) { due-- })
	if got := len(s.book.Due(now)); got != min(due, 100) {
		return fmt.Errorf("%d commands are due, the records say %d", got, due)
	}
	return nil
}
