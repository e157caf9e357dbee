package ledger_test

import (
	"cmp"
	"slices"

	"moralbank.example/bank/ledger"
)

// changedLots are what adjustments and payments of waiting points do to a member's lots.
func (m model) changedLots(id ledger.AccountID, move func([]ledger.LotShare, ledger.Points)) {
	each(m, func(_ *ledger.Record, w *ledger.WaitingPaid) {
		if w.Account == id {
			move([]ledger.LotShare{{Month: w.Month, Points: w.Points}}, 1)
		}
	})
	each(m, func(_ *ledger.Record, x *ledger.Adjusted) {
		if x.Account != id {
			return
		}
		if move(x.Lots, -1); x.Points > 0 {
			move([]ledger.LotShare{{Month: x.Month, Points: x.Points}}, 1)
		}
	})
}

// owed are the points that wait for a budget: of each award what was not posted, less what was paid since, unless the whole
// award was reversed.
func (m model) owed() []ledger.WaitingView {
	all := []ledger.WaitingView{}
	add := func(r *ledger.Record, id, issuer ledger.AccountID, activity ledger.ActivityID, points ledger.Points) {
		each(m, func(_ *ledger.Record, p *ledger.WaitingPaid) {
			if p.Award == r.Seq {
				points -= p.Points
			}
		})
		joined, home := ledger.Seq(0), m.home(id)
		each(m, func(c *ledger.Record, p *ledger.PersonsMerged) {
			if p.Other == id {
				joined = c.Seq
			}
		})
		each(m, func(c *ledger.Record, x *ledger.AccountClosed) {
			left := x.Account == id && (joined == 0 || c.Seq < joined) || x.Account == home && home != id
			if left && c.Seq > r.Seq {
				points = 0 // renounced
			}
		})
		if v := m.reversal(r.Seq); points > 0 && (v == nil || v.Waiting == 0) {
			all = append(all, ledger.WaitingView{Award: r.Seq, Account: home, Issuer: issuer, Activity: activity, Points: points, Since: r.Time})
		}
	}
	each(m, func(r *ledger.Record, w *ledger.Awarded) {
		add(r, w.Account, m.mint(w.Activity), w.Activity, w.Waiting)
	})
	each(m, func(r *ledger.Record, w *ledger.DeedAwarded) {
		add(r, w.Account, ledger.IssuerCommunity, "", w.Waiting)
	})
	slices.SortFunc(all, func(x, y ledger.WaitingView) int { return cmp.Compare(x.Award, y.Award) })
	return all
}

// mint is the issuer of an activity.
func (m model) mint(id ledger.ActivityID) (issuer ledger.AccountID) {
	each(m, func(_ *ledger.Record, o *ledger.ActivityOpened) {
		if o.Activity == id {
			issuer = ledger.TeamIssuer(o.Team)
			if o.Org != "" {
				issuer = ledger.OrgIssuer(o.Org)
			}
		}
	})
	return issuer
}

// cancelled is what a reversal must end of the points that wait: all, when it takes the whole award.
func (m model) cancelled(v *ledger.Reversed) ledger.Points {
	whole := false
	switch w := m.records[v.Target-1].Body.(type) {
	case *ledger.Awarded:
		whole = v.Points == w.Points && v.Minutes == w.Minutes
	case *ledger.DeedAwarded:
		whole = v.Points == w.Points
	}
	for _, o := range m.owed() {
		if o.Award == v.Target && whole {
			return o.Points
		}
	}
	return 0
}

// changesDue counts the waiting points that a budget reaches, and the reversals still to come of whole activities.
func (m model) changesDue(now ledger.Time) (due int) {
	left := map[ledger.AccountID]ledger.Points{}
	for _, o := range m.owed() {
		if m.awardsDue(o.Issuer, now) > 0 {
			continue // they come first
		}
		if _, known := left[o.Issuer]; !known {
			left[o.Issuer] = m.budgetLeft(o.Issuer, now)
		}
		if left[o.Issuer] > 0 && (o.Activity == "" || m.confirmed(o.Activity)) {
			left[o.Issuer] -= o.Points
			due++
		}
	}
	each(m, func(_ *ledger.Record, u *ledger.ActivityUndone) {
		for _, a := range u.Awards {
			if m.reversal(a.Award) == nil {
				due++
			}
		}
	})
	return due
}

// awardsDue counts the awards of an issuer's activities and deeds that are still to be posted.
func (m model) awardsDue(issuer ledger.AccountID, now ledger.Time) (due int) {
	if issuer == ledger.IssuerCommunity {
		due = m.deedsDue(now)
	}
	minted := map[ledger.ActivityID]ledger.AccountID{}
	each(m, func(_ *ledger.Record, o *ledger.ActivityOpened) {
		minted[o.Activity] = ledger.TeamIssuer(o.Team)
		if o.Org != "" {
			minted[o.Activity] = ledger.OrgIssuer(o.Org)
		}
	})
	each(m, func(_ *ledger.Record, c *ledger.ActivityClosed) {
		if minted[c.Activity] == issuer {
			due += len(c.Due)
		}
	})
	each(m, func(_ *ledger.Record, w *ledger.Awarded) {
		if minted[w.Activity] == issuer {
			due--
		}
	})
	return due
}

// change is something that takes two people and is no reversal of one record.
func (w *world) change() ledger.Verb {
	switch w.number(0, 3) {
	case 0:
		return &ledger.UndoActivity{Activity: w.activity(), Reason: w.reason()}
	case 1:
		if all := w.book.Waiting(); len(all) > 0 {
			return &ledger.PayWaiting{Award: all[w.number(0, len(all)-1)].Award}
		}
		return &ledger.PayWaiting{Award: w.target()}
	default:
		x := &ledger.Adjust{Account: w.person(), Issuer: pick[ledger.AccountID](w, "i/o8", "i/t1", "c/c1"), Reason: w.reason()}
		x.Points, x.Minutes = ledger.Points(w.number(-60, 60)), ledger.Minutes(w.number(-60, 60))
		return x
	}
}

// drawChange judges a presence, or is about a consent, or is a change by one person alone.
func (w *world) drawChange() *ledger.Command {
	switch w.number(0, 3) {
	case 0:
		return w.command(w.organizer(), ledger.ViaWeb, w.change())
	case 1:
		id := w.person()
		return w.command(pick(w, id, id, w.person()), ledger.ViaWeb, &ledger.GiveConsent{
			Account: id, What: pick(w, ledger.ConsentName, ledger.ConsentPhoto, "all"), Text: "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f",
		})
	case 2:
		id := w.person()
		return w.command(id, ledger.ViaWeb, &ledger.WithdrawConsent{Account: id, What: pick(w, ledger.ConsentName, ledger.ConsentPhoto)})
	default:
		x := &ledger.JudgePresence{Activity: w.activity(), Account: w.person(), Present: w.rarely(2)}
		for _, closed := range w.book.Activities(func(v *ledger.ActivityView) bool { return v.Stage == ledger.StageClosed }) {
			if v, _ := w.book.Activity(closed.Activity); len(v.Extra) > 0 && !w.rarely(5) {
				x.Activity, x.Account = v.Activity, v.Extra[0]
			}
		}
		return w.command(w.organizer(), ledger.ViaWeb, x)
	}
}
