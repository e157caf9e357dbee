package ledger_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

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

// drawPoints is about points that are neither earned nor spent at the till.
func (w *world) drawPoints() *ledger.Command {
	if w.rarely(3) {
		return w.drawApart()
	}
	someone := pick(w, "m/wang", "m/mei", "m/chen", w.person())
	switch w.number(0, 14) {
	case 13, 14:
		return w.drawAgain()
	case 10, 11:
		w.try(w.command(w.organizer(), ledger.ViaWeb, &ledger.Propose{Do: w.drawTogether()}))
		return w.command(w.organizer(), ledger.ViaWeb, &ledger.Approve{Proposal: w.proposal()})
	case 12:
		for _, id := range w.members {
			if v, _ := w.book.View(id); v.State == ledger.StateClosed && !v.Erased {
				return w.command(pick(w, w.organizer(), ledger.ActorRoot), ledger.ViaWeb, &ledger.Erase{Account: id})
			}
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
	for i := len(w.records) - 1; i >= 0 && !w.rarely(40); i-- {
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
	if w.rarely(6) {
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
	for range m.merged { // as often as it could take to get from one account to the other
		for _, p := range m.merged {
			if met[p.Account] || met[p.Other] {
				met[p.Account], met[p.Other] = true, true
			}
		}
	}
	return met[y]
}

// drawTogether is about settling, closing and merging, which takes two.
func (w *world) drawTogether() ledger.Verb {
	switch w.number(0, 7) {
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
			month = w.book.MonthOf(w.book.DayStarts(w.book.DayOf(clock(int(last)/100, 1, 1, 12, 30)) + ledger.Day(31*(last%100)+5)))
		}
		return &ledger.SealPeriod{Month: month}
	case 5:
		s := &ledger.ReverseSweep{Reason: w.reason()}
		for _, r := range slices.Backward(w.records) {
			if e, ok := r.Body.(*ledger.PointsExpired); ok {
				s.Month = e.Month
				break
			}
		}
		return s
	default:
		return &ledger.MergePersons{Account: pick[ledger.AccountID](w, "m/wang", "m/chen", "m/ao"), Other: pick[ledger.AccountID](w, "m/new", "m/bo", "m/aq")}
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

// pointTown adds the admins who vouch for opening balances.
func (w *world) pointTown() {
	w.t.Helper()
	w.must(&ledger.OpenImport{Import: "im/1", File: strings.Repeat("ab", 32), Rows: 5, Points: 400, Minutes: 5000})
	for _, id := range []ledger.AccountID{"m/ao", "m/aq"} {
		org := map[ledger.AccountID]ledger.OrgID{"m/ao": "o8", "m/aq": "o9"}[id]
		w.must(&ledger.OpenAccount{Account: id})
		w.must(&ledger.GrantRole{Account: id, Role: ledger.RoleOrgAdmin, Scope: ledger.Scope(org)})
		w.try(w.command(id, ledger.ViaWeb, &ledger.ApproveImport{Import: "im/1", Org: org}))
	}
}

// unspent is what of an opening balance is still where it was put.
func (m model) unspent(o *ledger.Imported, now ledger.Time) []ledger.LotShare {
	points, pinned, gifted := m.lots(o.Account)
	if n := min(o.Points, points[o.Month]-pinned[o.Month], points[o.Month]-gifted[o.Month]); n > 0 && o.Month >= m.month(now) {
		return []ledger.LotShare{{Month: o.Month, Points: n}}
	}
	return nil
}

// replayed says what a member pays for a meal that was served without network, and why it is not the whole price.
func (m model) replayed(do *ledger.ReplayMeal, x *ledger.MealReplayed, effective, now ledger.Time) (pays ledger.Points, why string) {
	var holder ledger.AccountID
	var lost, known, used, rests bool
	var newest int64
	each(m, func(_ *ledger.Record, c *ledger.CardIssued) {
		if c.Card == do.Card {
			holder, known = c.Account, true
		}
	})
	each(m, func(r *ledger.Record, c *ledger.CardRevoked) {
		if c.Card == do.Card && r.At() <= effective {
			lost = true
		}
	})
	for i := range m.records {
		switch o := m.records[i].Body.(type) {
		case *ledger.AccountFrozen:
			rests = rests || o.Account == do.Account
		case *ledger.AccountThawed:
			rests = rests && o.Account != do.Account
		case *ledger.AccountClosed:
			rests = rests || o.Account == do.Account
		}
	}
	mark := func(h ledger.Handle, step int64) {
		if h != "" && h == do.Handle {
			newest = max(newest, step)
		}
	}
	each(m, func(_ *ledger.Record, i *ledger.CheckedIn) { mark(i.Handle, i.Step) })
	each(m, func(_ *ledger.Record, o *ledger.CheckedOut) { mark(o.Handle, o.Step) })
	m.eachMeal(func(_ *ledger.Record, e eaten) { mark(e.handle, e.step) })
	used = do.Handle != "" && newest == do.Step
	var inLease ledger.Points
	each(m, func(r *ledger.Record, o *ledger.MealReplayed) {
		if r.Via == "till/1" && o.Lease == do.Lease && o.Account == do.Account {
			inLease += o.Points - o.Short
		}
	})
	_, meals := m.spent(do.Account, x.Day, x.Period)
	switch {
	case do.Account == "" || do.Card != "" && (!known || holder != do.Account):
		return 0, "unknown"
	case do.Card != "" && lost:
		return 0, "lost"
	case do.Wrong || used:
		return 0, "code"
	case rests:
		return 0, "account"
	case meals > 0 && !x.Side:
		return 0, "second"
	case inLease+do.Points > m.rules.LeaseCardPoints:
		return 0, "lease"
	}
	_, have := m.spendable(do.Account, now)
	for _, h := range m.openHolds() {
		if h.Account == do.Account && h.Day == x.Day && h.Period == x.Period && !x.Side {
			for _, s := range h.Lots {
				if s.Month >= m.month(now) {
					have += s.Points
				}
			}
		}
	}
	if have < do.Points {
		return have, "balance"
	}
	return do.Points, ""
}

// drawApart is about tills without network, and balances from before the ledger.
func (w *world) drawApart() *ledger.Command {
	till := ledger.DeviceID("till/1")
	open, leased := w.book.Lease(till)
	switch w.number(0, 11) {
	case 0:
		return w.command("m/chen", till, &ledger.GrantLease{Till: till, Cap: ledger.Points(w.number(0, 400))})
	case 1:
		x := &ledger.CloseLease{Till: till, Number: open.Number, WriteOff: w.rarely(2)}
		if x.WriteOff {
			return w.command(w.organizer(), ledger.ViaWeb, x)
		}
		return w.command("m/chen", till, x)
	case 2:
		return w.command(w.organizer(), ledger.ViaWeb, &ledger.OpenImport{
			Import: "im/" + itoa(int64(w.number(1, 2))), File: strings.Repeat("ab", 32), Rows: w.number(0, 4),
			Points: ledger.Points(w.number(-1, 300)), Minutes: ledger.Minutes(w.number(0, 500)),
		})
	case 3, 4:
		v := &ledger.ApproveImport{Import: "im/" + itoa(int64(w.number(1, 2))), Org: pick[ledger.OrgID](w, "o8", "o9")}
		return w.command(map[ledger.OrgID]ledger.AccountID{"o8": "m/ao", "o9": "m/aq"}[v.Org], ledger.ViaWeb, v)
	case 5, 6:
		return w.command(w.organizer(), ledger.ViaWeb, &ledger.ImportRow{
			Import: "im/" + itoa(int64(w.number(1, 2))), Account: w.person(), Points: ledger.Points(w.number(1, 60)), Minutes: ledger.Minutes(w.number(0, 100)),
			Month: w.book.MonthOf(max(w.now, w.book.Time()) + ledger.Time(w.number(0, 2))*30*day),
		})
	case 7:
		return w.command(w.organizer(), ledger.ViaWeb, &ledger.Propose{Do: &ledger.UndoImport{Import: "im/" + itoa(int64(w.number(1, 2))), Reason: w.reason()}})
	}
	if !leased && !w.rarely(5) {
		return w.command("m/chen", till, &ledger.GrantLease{Till: till, Cap: ledger.Points(w.number(1, 400))})
	}
	k := w.book.Rules()
	meal := k.Meals[w.number(0, len(k.Meals)-1)]
	x := &ledger.ReplayMeal{
		Canteen: "c1", Account: w.person(), Meal: meal.ID, Points: pick(w, meal.Points, meal.Points/2), Lease: open.Number,
		Scan: open.Scan + w.number(0, 4), Wrong: w.rarely(10),
	}
	switch {
	case w.rarely(10):
		x.Account, x.Card = "", "k/none"
	case x.Account == "m/wang":
		x.Card = "k/wang"
	default:
		x.Handle, x.Step = w.code(x.Account)
	}
	cmd := w.command("m/chen", till, x)
	cmd.Effective = max(open.At, w.now-ledger.Time(w.number(0, 300))*minute)
	return cmd
}
