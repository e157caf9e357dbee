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
func (m model) listPrice(edition int, x eaten) (price ledger.Points) {
	each(m, func(_ *ledger.Record, k *ledger.Rulebook) {
		if k.Edition != edition {
			return
		}
		if price = k.Meal(x.meal).Points; x.small {
			price = k.Meal(x.meal).Small
		}
	})
	return price
}

// subsidies are what the subsidy pool still owes for each day.
func (m model) subsidies() map[ledger.Day]ledger.Points {
	owed := map[ledger.Day]ledger.Points{}
	m.eachMeal(func(r *ledger.Record, x eaten) {
		edition := r.Rulebook
		if c, ok := r.Body.(*ledger.Captured); ok {
			edition = m.records[c.Hold-1].Rulebook
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
	each(m, func(_ *ledger.Record, v *ledger.Reversed) {
		if v.Of == "expired" {
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
	default:
		return nil
	}
	switch code {
	case "", ledger.CodeNotFamily, ledger.CodeGiftLimit, ledger.CodeBalanceShort, ledger.CodeMealBooked, ledger.CodeMealTaken:
	default:
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

// drawPoints is about points that are neither earned nor spent at the till.
func (w *world) drawPoints() *ledger.Command {
	someone := pick(w, "m/wang", "m/mei", "m/chen", w.person())
	switch w.number(0, 12) {
	case 10, 11:
		return w.command(w.organizer(), ledger.ViaWeb, &ledger.Propose{Do: w.drawTogether()})
	case 12:
		if w.rarely(2) {
			return w.command(pick(w, w.organizer(), ledger.ActorRoot), ledger.ViaWeb, &ledger.Erase{Account: pick[ledger.AccountID](w, "m/new", "m/mei", "m/wang")})
		}
		return w.command(pick(w, w.organizer(), "m/new", "m/mei"), ledger.ViaWeb, &ledger.CloseAccount{Account: pick[ledger.AccountID](w, "m/new", "m/new", "m/new", "m/mei"), Reason: w.reason()})
	case 0, 1:
		return w.drawHold()
	case 2, 3, 4:
		return w.drawBooked()
	case 5:
		return w.command(someone, pick[ledger.DeviceID](w, "web", "web", "phone/x"), &ledger.Give{
			To: pick(w, "m/wang", "m/mei", w.person()), Points: ledger.Points(w.number(0, 60)), Elder: !w.rarely(5),
		})
	case 6:
		f := &ledger.FundPool{Pool: pick(w, ledger.PoolDonation, ledger.PoolSubsidy, ledger.Transit), Points: ledger.Points(w.number(0, 150))}
		if w.rarely(6) {
			f.Points = 5500
		}
		if w.rarely(4) {
			return w.command(w.organizer(), ledger.ViaWeb, &ledger.Propose{Do: f})
		}
		return w.command(w.organizer(), ledger.ViaWeb, f)
	case 7:
		return w.command(someone, ledger.ViaWeb, &ledger.Donate{Points: ledger.Points(w.number(0, 30))})
	case 8:
		return w.command(w.organizer(), ledger.ViaWeb, &ledger.GrantPoints{Account: w.person()})
	default:
		return w.drawAgain()
	}
}

// drawAgain is 本人没吃到, mostly about one of the last meals.
func (w *world) drawAgain() *ledger.Command {
	x := &ledger.ServeAgain{Seq: w.target(), Meal: pick(w, "lunch", "dinner", "soy-milk"), Points: pick[ledger.Points](w, 40, 30, 15, 20)}
	for i := len(w.records) - 1; i >= 0 && !w.rarely(3); i-- {
		if e, ok := eatenOf(&w.records[i]); ok && !e.side {
			x.Seq = w.records[i].Seq
			break
		}
	}
	if x.Seq >= 1 && int(x.Seq) <= len(w.records) {
		if e, ok := eatenOf(&w.records[x.Seq-1]); ok && e.account != "" {
			if x.Handle, x.Step = w.code(e.account); e.account == "m/wang" && !w.rarely(5) {
				x.Handle, x.Step, x.Card = "", 0, "k/wang"
			}
		}
	}
	return w.command("m/chen", "till/1", x)
}

func (w *world) drawHold() *ledger.Command {
	k := w.book.Rules()
	meal := k.Meals[w.number(0, len(k.Meals)-1)]
	h := &ledger.Hold{
		Canteen: "c1", Account: pick[ledger.AccountID](w, "m/wang", "m/mei", w.person()), Meal: meal.ID, Points: pick(w, meal.Points, meal.Points/2),
		Day: w.book.DayOf(w.now) + ledger.Day(w.number(-1, 9)), Period: pick(w, "b", "l", "d", "l", meal.Periods[:1]),
	}
	if h.Small = meal.Small > 0 && w.rarely(3); h.Small {
		h.Points = meal.Small
	}
	return w.command(pick(w, h.Account, h.Account, w.organizer()), ledger.ViaWeb, h)
}

// drawBooked takes a booked meal, at its time or not, or cancels it.
func (w *world) drawBooked() *ledger.Command {
	open := w.book.Holds("")
	if len(open) == 0 || w.rarely(20) {
		return w.command(ledger.ActorTimer, ledger.ViaTimer, &ledger.Release{Hold: w.target()})
	}
	h := open[w.number(0, len(open)-1)]
	if w.rarely(3) {
		return w.command(pick(w, h.Account, "m/chen", ledger.ActorTimer), ledger.ViaWeb, &ledger.Release{Hold: h.Seq})
	}
	if !w.rarely(4) { // at its time
		hours := map[string]ledger.Time{"b": 7, "l": 12, "d": 18}
		w.now = max(w.now, w.book.DayStarts(h.Day)+hours[h.Period]*hour)
	}
	x := &ledger.Capture{Hold: h.Seq, PIN: w.rarely(3)}
	if x.Handle, x.Step = w.code(h.Account); h.Account == "m/wang" && !w.rarely(5) {
		x.Handle, x.Step, x.Card = "", 0, "k/wang"
	}
	return w.command("m/chen", "till/1", x)
}

// pointRules are limits that a game of a few weeks can meet.
func pointRules(k *ledger.Rulebook) { k.FamilyRestDays, k.GiftYearPoints = 2, 90 }

// samePerson reports whether two accounts are one person's, by what was merged.
func (m model) samePerson(x, y ledger.AccountID) bool {
	met := map[ledger.AccountID]bool{x: true}
	for range m.records { // as long as there is something new; far more often than needed
		n := len(met)
		each(m, func(_ *ledger.Record, p *ledger.PersonsMerged) {
			if met[p.Account] || met[p.Other] {
				met[p.Account], met[p.Other] = true, true
			}
		})
		if len(met) == n {
			break
		}
	}
	return met[y]
}

// drawTogether is about settling, closing and merging, which takes two.
func (w *world) drawTogether() ledger.Verb {
	switch w.number(0, 6) {
	case 0, 1, 2:
		to := w.book.DayOf(max(w.now, w.book.Time())) - ledger.Day(w.number(0, 3))
		s := w.book.Unsettled("c1", to)
		if w.rarely(10) {
			s.Count++
		}
		return &ledger.Settle{Canteen: "c1", To: to, Points: s.Points, Count: s.Count}
	case 3, 4:
		month := ledger.Month(202603)
		if last := w.book.Sealed(); last != 0 {
			month = w.book.MonthOf(w.book.DayStarts(w.book.DayOf(clock(int(last)/100, 1, 1, 12, 0)) + ledger.Day(31*(last%100)+5)))
		}
		return &ledger.SealPeriod{Month: month}
	case 5:
		return &ledger.ReverseSweep{Month: w.book.MonthOf(w.now - ledger.Time(w.number(0, 60))*day), Reason: w.reason()}
	default:
		return &ledger.MergePersons{Account: pick[ledger.AccountID](w, "m/bo", "m/wang", "m/chen"), Other: "m/new"}
	}
}

// judgeBooks compares settlements and sealed months with sums over all records.
func (w *world) judgeBooks(r *ledger.Record, before model) error {
	switch s := r.Body.(type) {
	case *ledger.CanteenSettled:
		if points, count := before.servedTo(s.To); points != s.Points || count != s.Count {
			return fmt.Errorf("settled %d points of %d meals, the records say %d of %d", s.Points, s.Count, points, count)
		}
	case *ledger.PeriodSealed:
		want := before.monthSums(s.Month)
		if want.By = s.By; *s != want {
			return fmt.Errorf("sealed %+v, the records say %+v", *s, want)
		}
	}
	return nil
}

// servedTo is what was served up to a day and is not settled, in points and meals.
func (m model) servedTo(to ledger.Day) (points ledger.Points, count int) {
	m.eachMeal(func(r *ledger.Record, x eaten) {
		if x.day > to {
			return
		}
		points += x.charged + x.others
		count++
		if v := m.reversal(r.Seq); v != nil {
			points -= v.Points
			if v.Points == x.charged { // whole
				points -= x.others
				count--
			}
		}
	})
	each(m, func(_ *ledger.Record, s *ledger.SubsidyPosted) {
		if s.Day <= to {
			points += s.Points
		}
	})
	each(m, func(_ *ledger.Record, s *ledger.CanteenSettled) {
		for _, l := range s.Lines {
			if l.Day > to {
				continue
			}
			points -= l.Points
			if l.Meal != "subsidy" {
				count -= l.Count
			}
		}
	})
	return points, count
}

// monthSums are the totals of a month, and what was outstanding at its end.
func (m model) monthSums(month ledger.Month) ledger.PeriodSealed {
	s := ledger.PeriodSealed{Month: month}
	for i := range m.records {
		r := &m.records[i]
		if m.month(r.Time) > month {
			break
		}
		own := m.month(r.Time) == month
		if own && r.Kind != ledger.KindFounded && r.Seq > 2 {
			s.Records++
		}
		for _, p := range r.Postings {
			class := ledger.ClassOf(p.Account)
			n := ledger.Points(p.Amount)
			switch {
			case p.Unit == ledger.UnitMinutes:
				if own && class == ledger.ClassMember {
					s.Minutes += ledger.Minutes(p.Amount)
				}
				continue
			case class == ledger.ClassIssuer && own:
				s.Issued -= n
			case (class == ledger.ClassCanteen || class == ledger.ClassSettled) && own:
				s.Redeemed += n
			case class == ledger.ClassExpired && own:
				s.Expired += n
			}
			switch class {
			case ledger.ClassMember, ledger.ClassPool, ledger.ClassTransit, ledger.ClassShortfall:
				s.Outstanding += n
			case ledger.ClassIssuer, ledger.ClassCanteen, ledger.ClassSettled, ledger.ClassExpired, ledger.ClassUnknown:
			}
		}
	}
	return s
}
