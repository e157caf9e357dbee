package ledger_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"moralbank.example/bank/ledger"
)

// eaten is a meal that was served, whichever way it was paid.
type eaten struct {
	account ledger.AccountID
	day     ledger.Day
	period  string
	side    bool
	charged ledger.Points
	lots    []ledger.LotShare
	handle  ledger.Handle
	step    int64
	others  ledger.Points // paid by the donation pool or by shortfall
	short   ledger.Points
	price   ledger.Points
	meal    string
	small   bool
}

func eatenOf(r *ledger.Record) (eaten, bool) {
	switch x := r.Body.(type) {
	case *ledger.Redeemed:
		return eaten{x.Account, x.Day, x.Period, x.Side, x.Points, x.Lots, x.Handle, x.Step, 0, 0, x.Points, x.Meal, x.Small}, true
	case *ledger.Captured:
		return eaten{x.Account, x.Day, x.Period, x.Side, x.Points, x.Lots, x.Handle, x.Step, 0, 0, x.Points, x.Meal, x.Small}, true
	case *ledger.MealServed:
		return eaten{x.Account, x.Day, x.Period, x.Side, 0, nil, x.Handle, x.Step, x.Pool + x.Short, x.Short, x.Points, x.Meal, x.Small}, true
	case *ledger.MealReplayed:
		handle, step := x.Handle, x.Step
		if x.Why == "code" {
			handle, step = "", 0
		}
		return eaten{x.Account, x.Day, x.Period, x.Side, x.Points - x.Short, x.Lots, handle, step, x.Short, x.Short, x.Points, x.Meal, x.Small}, true
	}
	return eaten{}, false
}

func (m model) eachMeal(f func(*ledger.Record, eaten)) {
	for i := range m.records {
		if x, ok := eatenOf(&m.records[i]); ok {
			f(&m.records[i], x)
		}
	}
}

// openHolds are the bookings that were neither taken nor released, by their seq.
func (m model) openHolds() map[ledger.Seq]*ledger.Held {
	open := map[ledger.Seq]*ledger.Held{}
	each(m, func(r *ledger.Record, h *ledger.Held) { open[r.Seq] = h })
	each(m, func(_ *ledger.Record, c *ledger.Captured) { delete(open, c.Hold) })
	each(m, func(_ *ledger.Record, x *ledger.Released) { delete(open, x.Hold) })
	each(m, func(_ *ledger.Record, x *ledger.MealReplayed) { delete(open, x.Hold) })
	return open
}

func (m model) booked(id ledger.AccountID, day ledger.Day, period string) bool {
	for _, h := range m.openHolds() {
		if m.samePerson(h.Account, id) && h.Day == day && h.Period == period {
			return true
		}
	}
	return false
}

// otherLots are what moves or pins a member's lots beside awards, meals, reversals and expiry.
func (m model) otherLots(id ledger.AccountID, move func([]ledger.LotShare, ledger.Points), pinned map[ledger.Month]ledger.Points) {
	for _, h := range m.openHolds() {
		for _, s := range h.Lots {
			if h.Account == id {
				pinned[s.Month] += s.Points
			}
		}
	}
	each(m, func(_ *ledger.Record, g *ledger.GivenOut) {
		if g.Account == id {
			move(g.Lots, -1)
		}
	})
	each(m, func(_ *ledger.Record, g *ledger.GivenIn) {
		if g.Account == id {
			move(g.Lots, 1)
		}
	})
	each(m, func(_ *ledger.Record, x *ledger.MovedOut) {
		if x.Account == id {
			move(x.Lots, -1)
		}
	})
	each(m, func(_ *ledger.Record, x *ledger.MovedIn) {
		if x.Account == id {
			move(x.Lots, 1)
		}
	})
	each(m, func(_ *ledger.Record, o *ledger.Imported) {
		if o.Account == id && o.Points > 0 {
			move([]ledger.LotShare{{Month: o.Month, Points: o.Points}}, 1)
		}
	})
	each(m, func(_ *ledger.Record, x *ledger.AccountClosed) {
		if x.Account == id {
			move(x.Lots, -1)
		}
	})
	each(m, func(_ *ledger.Record, x *ledger.Donated) {
		if x.Account == id {
			move(x.Lots, -1)
		}
	})
	each(m, func(_ *ledger.Record, g *ledger.PointsGranted) {
		if g.Account == id {
			move([]ledger.LotShare{{Month: g.Month, Points: g.Points}}, 1)
		}
	})
}

// listPrice is what a meal costs those who pay it whole, by the rulebook in force at a record.
func (m model) listPrice(edition int, x eaten) ledger.Points {
	if meal := m.editions[edition].Meal(x.meal); x.small {
		return meal.Small
	} else {
		return meal.Points
	}
}

// subsidies are what the subsidy pool still owes for each day.
func (m model) subsidies() map[ledger.Day]ledger.Points {
	owed := map[ledger.Day]ledger.Points{}
	m.eachMeal(func(r *ledger.Record, x eaten) {
		edition := r.Rulebook
		if c, ok := r.Body.(*ledger.Captured); ok {
			edition = m.records[c.Hold-1].Rulebook
		}
		if x, ok := r.Body.(*ledger.MealReplayed); ok {
			edition = x.Edition
		}
		v := m.reversal(r.Seq)
		if v == nil || v.Points < x.charged { // not given back, or only charged too much
			owed[x.day] += m.listPrice(edition, x) - x.price
		}
	})
	each(m, func(_ *ledger.Record, s *ledger.SubsidyPosted) { owed[s.Day] -= s.Points })
	return owed
}

// otherDue counts what is due beside awards and expiry.
func (m model) otherDue(now ledger.Time) (due int) {
	for _, h := range m.openHolds() {
		if h.Lapses <= now {
			due++
		}
	}
	each(m, func(_ *ledger.Record, s *ledger.SweepReversed) { due += s.Count })
	each(m, func(_ *ledger.Record, u *ledger.ImportUndone) {
		each(m, func(_ *ledger.Record, o *ledger.Imported) {
			if o.Import == u.Import {
				due++
			}
		})
	})
	each(m, func(_ *ledger.Record, v *ledger.Reversed) {
		if v.Of == "expired" || v.Of == "imported" {
			due--
		}
	})
	owed, pool := m.subsidies(), m.balance(ledger.PoolSubsidy, ledger.UnitPoints, now+1)
	for _, d := range slices.Sorted(maps.Keys(owed)) {
		if n := min(int64(owed[d]), pool); d < m.day(now) && n != 0 {
			due++
			pool -= n
		}
	}
	return due
}

// givenIn is what somebody gave in the year of a moment.
func (m model) givenIn(id ledger.AccountID, now ledger.Time) (sum ledger.Points) {
	each(m, func(r *ledger.Record, g *ledger.GivenOut) {
		if m.samePerson(g.Account, id) && m.date(r.Time).Year() == m.date(now).Year() {
			sum += g.Points
			if v := m.reversal(r.Seq); v != nil {
				sum -= v.Points
			}
		}
	})
	return sum
}

// linkedSince is since when somebody belongs to her family, and which it is.
func (m model) linkedSince(id ledger.AccountID) (family string, since ledger.Time) {
	for i := range m.records {
		switch l := m.records[i].Body.(type) {
		case *ledger.AccountClosed:
			if l.Account == id {
				family = ""
			}
		case *ledger.FamilyLinked:
			if l.Account == id {
				family, since = l.Family, m.records[i].Time
			}
		case *ledger.FamilyUnlinked:
			if l.Account == id {
				family = ""
			}
		}
	}
	return family, since
}

// gift says what must come of a gift or a donation (to nobody): the lots, or the code.
func (m model) gift(from, to ledger.AccountID, points ledger.Points, now ledger.Time) (lots []ledger.LotShare, code ledger.Code) {
	if to != "" {
		mine, since := m.linkedSince(from)
		hers, too := m.linkedSince(to)
		if m.samePerson(from, to) || mine == "" || mine != hers || now < max(since, too)+2*day {
			return nil, ledger.CodeNotFamily
		}
		if m.givenIn(from, now)+points > m.rules.GiftYearPoints {
			return nil, ledger.CodeGiftLimit
		}
	}
	all, pinned, gifted := m.lots(from)
	for _, month := range slices.Sorted(maps.Keys(all)) {
		n := min(points, all[month]-pinned[month], all[month]-gifted[month])
		if n > 0 && month >= m.month(now) {
			lots = append(lots, ledger.LotShare{Month: month, Points: n})
			points -= n
		}
	}
	if points > 0 {
		return nil, ledger.CodeBalanceShort
	}
	return lots, ""
}

// judgePoints compares decisions about gifts and booked meals with what the model says.
func (w *world) judgePoints(cmd *ledger.Command, code ledger.Code, before model, at ledger.Time) error {
	var lots, got []ledger.LotShare
	var want ledger.Code
	made := func() *ledger.Record { return &w.records[len(before.records)] }
	switch do := cmd.Do.(type) {
	case *ledger.Give:
		if lots, want = before.gift(cmd.Actor, do.To, do.Points, at); code == "" {
			got = made().Body.(*ledger.GivenOut).Lots
		}
	case *ledger.Donate:
		if lots, want = before.gift(cmd.Actor, "", do.Points, at); code == "" {
			got = made().Body.(*ledger.Donated).Lots
		}
	case *ledger.Hold:
		if lots, want = before.booking(do, at); code == "" {
			got = made().Body.(*ledger.Held).Lots
		}
	case *ledger.ReplayMeal:
		if code != "" {
			return nil // what is malformed: shown by the scripts
		}
		x := made().Body.(*ledger.MealReplayed)
		pays, why := before.replayed(do, x, cmd.Effective, at)
		if x.Points-x.Short != pays || x.Why != why {
			return fmt.Errorf("replayed %+v, must charge %d: %q", x, pays, why)
		}
		return nil
	default:
		return nil
	}
	judged := []ledger.Code{"", ledger.CodeNotFamily, ledger.CodeGiftLimit, ledger.CodeBalanceShort, ledger.CodeMealBooked, ledger.CodeMealTaken}
	if !slices.Contains(judged, code) {
		return nil // who may: shown by the scripts
	}
	if code != want || code == "" && !reflect.DeepEqual(got, lots) {
		return fmt.Errorf("decided %q with lots %+v, must be %q with %+v", code, got, want, lots)
	}
	return nil
}

// booking says what must come of a well-formed booking: the lots, or the code.
func (m model) booking(h *ledger.Hold, now ledger.Time) (lots []ledger.LotShare, code ledger.Code) {
	have, sum := m.spendable(h.Account, now)
	_, meals := m.spent(h.Account, h.Day, h.Period)
	switch {
	case m.booked(h.Account, h.Day, h.Period):
		return nil, ledger.CodeMealBooked
	case meals > 0:
		return nil, ledger.CodeMealTaken
	case sum < h.Points:
		return nil, ledger.CodeBalanceShort
	}
	left := h.Points
	for _, l := range have {
		if n := min(l.Points, left); n > 0 {
			lots = append(lots, ledger.LotShare{Month: l.Month, Points: n})
			left -= n
		}
	}
	return lots, ""
}

// reclaimed says which lots a gift or grant is taken back from: those that it came into, the latest expiry first, then the
// others, the oldest first.
func (m model) reclaimed(line *ledger.Record, points ledger.Points, now ledger.Time) (lots []ledger.LotShare, short ledger.Points) {
	id, got, _ := arrived(line)
	id = m.home(id)
	reach, took := map[ledger.Month]ledger.Points{}, map[ledger.Month]ledger.Points{}
	have, _ := m.spendable(id, now)
	for _, l := range have {
		reach[l.Month] = l.Points
	}
	for opened, o := range m.openDisputes() {
		if o.Target == line.Seq {
			for _, s := range m.frozen(opened, o) {
				reach[s.Month] += s.Points
			}
		}
	}
	take := func(month ledger.Month, most ledger.Points) {
		n := min(points, most, reach[month]-took[month])
		took[month] += n
		points -= n
	}
	for _, s := range slices.Backward(got) {
		take(s.Month, s.Points)
	}
	for _, month := range slices.Sorted(maps.Keys(reach)) {
		take(month, points)
	}
	_, _, gifted := m.lots(id)
	for _, month := range slices.Sorted(maps.Keys(took)) {
		if n := took[month]; n > 0 {
			lots = append(lots, ledger.LotShare{Month: month, Points: n, Gifted: min(n, gifted[month])})
		}
	}
	return lots, points
}
