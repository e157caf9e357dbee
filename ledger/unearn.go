package ledger

import "slices"

// earning is what an award of any kind brought a member.
type earning struct {
	account  AccountID
	points   Points
	minutes  Minutes
	scanned  Minutes // of the minutes: by her own scans
	month    Month
	day      Day // under which its limit counts it
	activity ActivityID
	deed     Seq
}

// earning is what the record brought, when it is an award.
func (r *Record) earning() (earning, bool) {
	switch w := r.Body.(type) {
	case *Awarded:
		e := earning{account: w.Account, points: w.Points, minutes: w.Minutes, month: w.Month, day: w.Day, activity: w.Activity}
		if w.Grade == GradeA {
			e.scanned = w.Minutes
		}
		return e, true
	case *DeedAwarded:
		return earning{account: w.Account, points: w.Points, month: w.Month, day: w.Day, deed: w.Deed}, true
	case *WaitingPaid:
		return earning{account: w.Account, points: w.Points, month: w.Month, activity: w.Activity}, true
	}
	return earning{}, false
}

// unearn remembers that an award was taken back.
func (v *Reversed) unearn(b *Book, a *account) error {
	switch v.Of {
	case kinds[KindAwarded].name:
		b.count(counterKey{limitService, v.Account, v.Day}, -v.Points-v.Waiting)
	case kinds[KindDeedAwarded].name:
		b.unmarkDeed(v.Deed)
		if v.Day != 0 {
			b.count(counterKey{limitDeeds, v.Account, v.Day}, -v.Points-v.Waiting)
		}
	}
	if v.Waiting > 0 {
		b.endWait(v.Target)
	}
	b.undone(v.Target)
	a.scanned -= v.Scanned
	return v.takeBack(b, a)
}

// takeBack takes the lots of a line that no longer counts. What its activity or its dispute kept out of reach comes back into
// reach first, and what is left of that goes out of reach again.
func (v *Reversed) takeBack(b *Book, a *account) error {
	unconfirmed, err := v.unconfirm(b, a)
	if err != nil {
		return err
	}
	p := b.disputeOf(v.Target)
	var disputed []LotShare
	if p != nil {
		if disputed, err = p.unpin(b, a); err != nil {
			return err
		}
	}
	left := slices.Clone(v.Lots)
	for _, s := range v.Lots {
		if err := b.takeLot(v.Account, a, s); err != nil {
			return err
		}
	}
	if n := unconfirmed.points - takeShare(left, unconfirmed.month, unconfirmed.points); n > 0 {
		unconfirmed.points = n
		act := b.activities[v.Activity]
		act.awarded = append(act.awarded, unconfirmed)
		if err := b.pin(a, unconfirmed.month, n); err != nil {
			return err
		}
	}
	for _, s := range disputed {
		if n := s.Points - takeShare(left, s.Month, s.Points); n > 0 {
			if err := p.pin(b, a, s.Month, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// takeShare takes up to n points of a month from shares, and says how many those were.
func takeShare(shares []LotShare, m Month, n Points) Points {
	for i := range shares {
		if shares[i].Month == m {
			n = min(n, shares[i].Points)
			shares[i].Points -= n
			return n
		}
	}
	return 0
}

// unconfirm brings what the award's activity still pins into reach.
func (v *Reversed) unconfirm(b *Book, a *account) (pinnedAward, error) {
	act := b.activities[v.Activity]
	if act == nil {
		return pinnedAward{}, nil
	}
	i := slices.IndexFunc(act.awarded, func(w pinnedAward) bool { return w.seq == v.Target })
	if i < 0 {
		return pinnedAward{}, nil
	}
	w := act.awarded[i]
	act.awarded = slices.Delete(act.awarded, i, i+1)
	return w, b.pin(a, w.month, -w.points)
}

// unaward takes an award back: what is left of its own lot, then other lots, and the rest from shortfall, so
// that no member falls below zero. Points past their month are gone, swept or not; what the award itself has out of reach
// is not, because it expires only when it is confirmed, and when its dispute is decided.
func (v *Reverse) unaward(d *draft, o *earning, body *Reversed) {
	if body.Points == 0 && body.Minutes == 0 {
		body.Points, body.Minutes = o.points, o.minutes
	}
	if w := d.book.waiting[v.Seq]; w != nil && body.Points == o.points && body.Minutes == o.minutes {
		body.Waiting = w.points
	}
	o.account = d.book.home(o.account)
	body.Account, body.Day, body.Activity, body.Deed, body.Scanned = o.account, o.day, o.activity, o.deed, min(o.scanned, body.Minutes)
	if act := d.book.activities[o.activity]; act != nil && slices.Contains(act.judged, v.Seq) {
		body.Scanned = body.Minutes
	}
	a := d.book.accounts[o.account]
	left := body.Points
	take := func(l Lot, reachable Points) {
		if n := min(left, reachable); n > 0 {
			body.Lots = append(body.Lots, l.takeLast(n))
			left -= n
		}
	}
	now := monthOf(d.now, d.book.offset())
	valid := func(l Lot) Points {
		if l.Month < now {
			return 0
		}
		return l.Points - l.Pinned
	}
	for _, l := range a.lots {
		if l.Month == o.month {
			take(l, valid(l)+d.book.pinnedBy(o.activity, v.Seq)+d.book.disputedIn(v.Seq, l.Month))
		}
	}
	for _, l := range a.lots {
		if l.Month != o.month {
			take(l, valid(l))
		}
	}
	body.Shortfall = left
	issuer := d.cmd.Target.Issuer()
	d.add(body, move{o.account, UnitPoints, -int64(body.Points - left)}, move{o.account, UnitMinutes, -int64(body.Minutes)},
		move{Shortfall, UnitPoints, -int64(left)}, move{issuer, UnitPoints, int64(body.Points)}, move{issuer, UnitMinutes, int64(body.Minutes)})
}

// pinnedBy is what an award that is not confirmed yet pins.
func (b *Book) pinnedBy(id ActivityID, award Seq) Points {
	if a := b.activities[id]; a != nil {
		for _, w := range a.awarded {
			if w.seq == award {
				return w.points
			}
		}
	}
	return 0
}

// disputedIn is what the open dispute about a record pins in the lot of a month.
func (b *Book) disputedIn(target Seq, m Month) (sum Points) {
	if p := b.disputeOf(target); p != nil {
		for _, s := range p.pins {
			if s.Month == m {
				sum += s.Points
			}
		}
	}
	return sum
}

// Issuer is the issuer that a record posts to; "" when none.
func (r *Record) Issuer() AccountID {
	for i := range r.Postings {
		if ClassOf(r.Postings[i].Account) == ClassIssuer {
			return r.Postings[i].Account
		}
	}
	return ""
}
