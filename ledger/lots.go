package ledger

import (
	"errors"
	"fmt"
	"slices"
)

// Lot is a member's points that expire together, at the end of a month.
type Lot struct {
	Month  Month
	Points Points
	Pinned Points // of them: in no one's reach until an activity is confirmed, or a hold or dispute ends
	Gifted Points // of them: came as a gift, and cannot be given on; spent before the others
}

// LotShare is a part of a lot, as records name it.
type LotShare struct {
	Month  Month
	Points Points
	Gifted Points // of them
}

func (s *LotShare) fields(c *codec) {
	integer(c, "month", &s.Month)
	integer(c, "points", &s.Points)
	integer(c, "gifted", &s.Gifted)
}

// lotsMax bounds the lots of one member: 24 months of validity and the month under way.
const lotsMax = 40

// restoreDays is how long restored points stay valid when their own month has ended meanwhile.
const restoreDays = 30

var errLots = errors.New("lots do not hold")

// checkLots asserts that the lots equal the balance and pin no more than they hold.
func (a *account) checkLots() error {
	var sum Points
	for i, l := range a.lots {
		if l.Points <= 0 || l.Pinned < 0 || l.Pinned > l.Points || l.Gifted < 0 || l.Gifted > l.Points || i > 0 && a.lots[i-1].Month >= l.Month {
			return fmt.Errorf("%w: lot %d holds %d, pins %d, %d gifted", errLots, l.Month, l.Points, l.Pinned, l.Gifted)
		}
		sum += l.Points
	}
	if int64(sum) != a.points.balance {
		return fmt.Errorf("%w: they sum to %d, the balance is %d", errLots, sum, a.points.balance)
	}
	if len(a.lots) > lotsMax {
		return fmt.Errorf("%w: %d lots, over %d", errLots, len(a.lots), lotsMax)
	}
	return nil
}

// free is what can be spent in the month now: neither pinned nor past its month.
func free(lots []Lot, now Month) Points {
	var sum Points
	for _, l := range lots {
		if l.Month >= now {
			sum += l.Points - l.Pinned
		}
	}
	return sum
}

// spend names the lots that an amount is taken from: the earliest expiry first. It reports false when there is not enough.
func spend(lots []Lot, now Month, amount Points) ([]LotShare, bool) {
	shares := make([]LotShare, 0, 2)
	for _, l := range lots {
		if amount == 0 {
			break
		}
		if n := min(amount, l.Points-l.Pinned); n > 0 && l.Month >= now {
			shares = append(shares, LotShare{l.Month, n, min(l.Gifted, n)})
			amount -= n
		}
	}
	return shares, amount == 0
}

// give names the lots that a gift or donation is taken from: as spend does, but of what was not itself a gift.
func give(lots []Lot, now Month, amount Points) ([]LotShare, bool) {
	shares := make([]LotShare, 0, 2)
	for _, l := range lots {
		if n := min(amount, l.givable()); n > 0 && l.Month >= now {
			shares = append(shares, LotShare{Month: l.Month, Points: n})
			amount -= n
		}
	}
	return shares, amount == 0
}

// givable is what of a lot can be given away. Points of one lot are alike, so that what is pinned may be what was gifted.
func (l *Lot) givable() Points { return l.Points - max(l.Pinned, l.Gifted) }

// takeFirst is a share of a lot that takes what was gifted first, as spending does; it never asks for more than the lot has.
func (l *Lot) takeFirst(n Points) LotShare { return LotShare{l.Month, n, min(l.Gifted, n)} }

// takeLast is a share of a lot that takes what was gifted last: of an award that is taken back.
func (l *Lot) takeLast(n Points) LotShare { return LotShare{l.Month, n, max(0, n-(l.Points-l.Gifted))} }

// backTo is part of a share, given back to the lot of a month: what was not gifted first.
func (s *LotShare) backTo(m Month, n Points) LotShare {
	return LotShare{m, n, max(0, n-(s.Points-s.Gifted))}
}

// lot is where the lot of a month stands, or would stand.
func (a *account) lot(m Month) (i int, found bool) {
	return slices.BinarySearchFunc(a.lots, m, func(l Lot, m Month) int { return int(l.Month) - int(m) })
}

// addLot adds points to the lot of a month.
func (b *Book) addLot(a *account, s LotShare) {
	m := s.Month
	i, found := a.lot(m)
	if !found {
		a.lots = slices.Insert(a.lots, i, Lot{Month: m})
	}
	l := &a.lots[i]
	was := l.loose()
	l.Points += s.Points
	l.Gifted += s.Gifted
	b.loosened(m, was, l.loose())
}

// takeLot takes points from the lot of a month; the lot goes when it is empty.
func (b *Book) takeLot(id AccountID, a *account, s LotShare) error {
	m := s.Month
	i, found := a.lot(m)
	if !found || a.lots[i].Points < s.Points || a.lots[i].Gifted < s.Gifted {
		return fmt.Errorf("%w: %s has no %d points, %d gifted, in lot %d", errLots, id, s.Points, s.Gifted, m)
	}
	l := &a.lots[i]
	was := l.loose()
	l.Gifted -= s.Gifted
	l.Points -= s.Points
	b.loosened(m, was, l.loose())
	if l.Points == 0 {
		a.lots = slices.Delete(a.lots, i, i+1)
	}
	return nil
}

// pin puts points of a lot out of reach, or with a negative amount back within reach.
func (b *Book) pin(a *account, m Month, n Points) error {
	i, found := a.lot(m)
	if !found {
		return fmt.Errorf("%w: no lot %d to pin", errLots, m)
	}
	l := &a.lots[i]
	was := l.loose()
	l.Pinned += n
	b.loosened(m, was, l.loose())
	return nil
}

// loose reports whether a lot has points that are not pinned.
func (l *Lot) loose() bool { return l.Points > l.Pinned }

// loosened counts a lot that has loose points now, or has none any more.
func (b *Book) loosened(m Month, was, is bool) {
	switch {
	case is && !was:
		b.loose[m]++
	case was && !is:
		if b.loose[m]--; b.loose[m] == 0 {
			delete(b.loose, m)
		}
	}
}

// countLoose counts all lots anew: it follows from them, and stands in no snapshot.
func (b *Book) countLoose() {
	b.loose = map[Month]int{}
	for _, a := range b.accounts {
		for i := range a.lots {
			b.loosened(a.lots[i].Month, false, a.lots[i].loose())
		}
	}
}
