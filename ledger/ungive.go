package ledger

import (
	"cmp"
	"errors"
	"slices"
)

// passing is points that went from one member to another, from a member to the donation pool, or from it to a member. Those
// who gave and who got them are told by a record of their own when they are taken back.
type passing struct {
	from, to AccountID // members; "" is the donation pool
	out, in  Seq       // the records that say so, of a gift two
	points   Points
	given    []LotShare // from the giver's lots
	got      []LotShare // to the receiver's
	day      Day        // under which a limit counts it
}

// passing is what a record passed on, when it is a gift (either of its two records), a donation or a grant.
func (b *Book) passing(r *Record) (passing, bool) {
	switch x := r.Body.(type) {
	case *GivenOut:
		return passing{x.Account, x.To, r.Seq, r.Seq + 1, x.Points, x.Lots, x.Lots, b.yearStarts(r.Time)}, true
	case *GivenIn:
		given := slices.Clone(x.Lots)
		for i := range given {
			given[i].Gifted = 0 // what was a gift is never given on
		}
		return passing{x.From, x.Account, r.Seq - 1, r.Seq, x.Points, given, x.Lots, b.yearStarts(r.Time)}, true
	case *Donated:
		return passing{from: x.Account, out: r.Seq, points: x.Points, given: x.Lots}, true
	case *PointsGranted:
		return passing{to: x.Account, in: r.Seq, points: x.Points, got: x.gains(), day: x.Day}, true
	}
	return passing{}, false
}

// unpass takes points back that were passed on, and gives them back: of a gift in two records through transit, since none
// carries postings of two members. What the receiver, or the pool, has spent is shortfall.
func (v *Reverse) unpass(d *draft, p *passing, body *Reversed) {
	b := d.book
	n := cmp.Or(v.Points, p.points)
	body.Points, body.Day = n, p.day
	if p.to != "" {
		take := *body
		take.Target, take.Of, take.Account = p.in, kinds[KindPointsGranted].name, b.home(p.to)
		to := PoolDonation
		if p.from != "" {
			take.Of, take.Day, to = kinds[KindGivenIn].name, 0, Transit
		}
		take.Lots, take.Shortfall = b.reclaim(p, n, monthOf(d.now, b.offset()))
		d.add(&take, take.moves(to)...)
	}
	if p.from == "" {
		return
	}
	back := *body
	back.Target, back.Of, back.Account = p.out, kinds[KindGivenOut].name, b.home(p.from)
	from := Transit
	if p.to == "" {
		back.Of, from = kinds[KindDonated].name, PoolDonation
		back.Shortfall = n - min(n, Points(max(0, b.holding(PoolDonation, UnitPoints).balance)))
	}
	back.Lots = b.restored(p.given, n, d.now)
	d.add(&back, back.moves(from)...)
}

// moves are the postings of a reversal between a member, shortfall and where the points come from or go to.
func (v *Reversed) moves(other AccountID) []move {
	switch n, s := int64(v.Points), int64(v.Shortfall); v.Of {
	case kinds[KindGivenOut].name, kinds[KindDonated].name:
		return []move{{other, UnitPoints, s - n}, {Shortfall, UnitPoints, -s}, {v.Account, UnitPoints, n}}
	default:
		return []move{{v.Account, UnitPoints, s - n}, {Shortfall, UnitPoints, -s}, {other, UnitPoints, n}}
	}
}

// reclaim names the lots that n points are taken back from: what is left where they came in, the latest expiry first, then
// other lots; and how many are spent. What their own dispute keeps out of reach is taken all the same.
func (b *Book) reclaim(p *passing, n Points, now Month) (lots []LotShare, short Points) {
	a := b.accounts[b.home(p.to)]
	taken := make([]Points, len(a.lots))
	take := func(i int, most Points) {
		l := &a.lots[i]
		reach := b.disputedIn(p.in, l.Month) - taken[i]
		if l.Month >= now {
			reach += l.Points - l.Pinned
		}
		k := min(n, most, reach)
		taken[i] += k
		n -= k
	}
	for _, s := range slices.Backward(p.got) {
		if i := slices.IndexFunc(a.lots, func(l Lot) bool { return l.Month == s.Month }); i >= 0 {
			take(i, s.Points)
		}
	}
	for i := range a.lots {
		take(i, n)
	}
	for i, k := range taken {
		if k > 0 {
			lots = append(lots, a.lots[i].takeFirst(k))
		}
	}
	return lots, n
}

// restored is n points of shares, back in their lots, the latest expiry first. A lot whose month has ended meanwhile is given
// restoreDays.
func (b *Book) restored(shares []LotShare, n Points, now Time) []LotShare {
	var lots []LotShare
	for _, s := range slices.Backward(shares) {
		k := min(n, s.Points)
		if k == 0 {
			break
		}
		n -= k
		m := s.Month
		if m < monthOf(now, b.offset()) {
			m = monthOf(now+restoreDays*dayMillis, b.offset())
		}
		lots = append(lots, s.backTo(m, k))
	}
	return lots
}

// unpassed remembers that something passed on was taken back, or given back.
func (v *Reversed) unpassed(b *Book, a *account) error {
	switch v.Of {
	case kinds[KindGivenIn].name:
		return v.takeBack(b, a)
	case kinds[KindPointsGranted].name:
		b.count(counterKey{limitGrant, v.Account, v.Day}, -v.Points)
		return v.takeBack(b, a)
	case kinds[KindGivenOut].name:
		b.count(counterKey{limitGift, v.Account, v.Day}, -v.Points)
	}
	for _, s := range v.Lots {
		b.addLot(a, s)
	}
	return nil
}

// judgePassing asks whether two people took back what was passed on, and whether it went where it came from.
func (b *Book) judgePassing(r *Record, v *Reversed) error {
	from, lots := PoolDonation, v.Points
	switch v.Of {
	case kinds[KindGivenIn].name:
		from, lots = Transit, v.Points-v.Shortfall
	case kinds[KindPointsGranted].name:
		lots = v.Points - v.Shortfall
	case kinds[KindGivenOut].name:
		if from = Transit; b.holding(Transit, UnitPoints).balance != int64(v.Points) || v.Shortfall != 0 {
			return errors.New("it gives back other than was taken back")
		}
	}
	switch {
	case v.By == "" && v.Of != kinds[KindPointsGranted].name:
		return errors.New("one person alone took it back")
	case !b.has(r.Actor, RoleOrganizer, ScopeCommunity):
		return errors.New("she may not take it back")
	case v.Points <= 0 || v.Shortfall < 0 || sumOf(v.Lots) != lots:
		return errors.New("its lots are not what it takes or gives back")
	}
	return b.judgeMoves(r, v.moves(from)...)
}

// ofPassing reports whether it reverses a gift, a grant or a donation.
func (v *Reversed) ofPassing() bool {
	switch v.Of {
	case kinds[KindGivenOut].name, kinds[KindGivenIn].name, kinds[KindDonated].name, kinds[KindPointsGranted].name:
		return true
	}
	return false
}

// returns reports whether a record brings points out of transit.
func (r *Record) returns() bool {
	switch x := r.Body.(type) {
	case *GivenIn, *MovedIn:
		return true
	case *Reversed:
		return x.Of == kinds[KindGivenOut].name
	}
	return false
}
