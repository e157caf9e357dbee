package ledger_test

import (
	"fmt"
	"slices"
	"strings"

	"moralbank.example/bank/ledger"
)

// pointRules are limits that a game of a few weeks can meet.
func pointRules(k *ledger.Rulebook) { k.FamilyRestDays, k.GiftYearPoints = 2, 90 }

// home is the account that a member's points are in: what was merged into another is there.
func (m model) home(id ledger.AccountID) ledger.AccountID {
	for _, p := range m.merged {
		if p.Other == id {
			id = p.Account
		}
	}
	return id
}

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
func (m model) unspent(seq ledger.Seq, o *ledger.Imported, now ledger.Time) []ledger.LotShare {
	points, pinned, gifted := m.lots(m.home(o.Account))
	for opened, x := range m.openDisputes() {
		if x.Target == seq { // what its own dispute freezes is taken all the same
			for _, s := range m.frozen(opened, x) {
				pinned[s.Month] -= s.Points
			}
		}
	}
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
