package ledger

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// saleKey is what one canteen served of one meal on one day.
type saleKey struct {
	canteen CanteenID
	day     Day
	meal    string
}

// sale is how often, and for how many points the canteen got; what was reversed is taken off.
type sale struct{ count, points int64 }

// mealSubsidy stands for the day's subsidy in the sums of a canteen, beside the meals of the menu.
const mealSubsidy = "subsidy"

func (b *Book) sold(k saleKey, count, points int64) {
	t := b.sales[k]
	t.count, t.points = t.count+count, t.points+points
	if t == (sale{}) {
		delete(b.sales, k)
		return
	}
	b.sales[k] = t
}

// SettledLine is the sum of one meal on one day. It is negative where more was reversed than served since the last settlement.
type SettledLine struct {
	Day    Day
	Meal   string
	Count  int
	Points Points
}

// CanteenSettled says that a canteen's sums up to a day are settled (结算): the points leave the canteen's account.
type CanteenSettled struct {
	Canteen CanteenID
	From    Day // of the first line
	To      Day
	Points  Points
	Count   int // of meals
	Lines   []SettledLine
	By      AccountID // who proposed it; the actor approved
}

func (*CanteenSettled) kind() Kind { return KindCanteenSettled }

func (s *CanteenSettled) fields(c *codec) {
	text(c, "canteen", &s.Canteen)
	integer(c, "from", &s.From)
	integer(c, "to", &s.To)
	integer(c, "points", &s.Points)
	integer(c, "count", &s.Count)
	list(c, "lines", &s.Lines, func(c *codec, l *SettledLine) {
		integer(c, "day", &l.Day)
		text(c, "meal", &l.Meal)
		integer(c, "count", &l.Count)
		integer(c, "points", &l.Points)
	})
	text(c, "by", &s.By)
}

func (s *CanteenSettled) fold(b *Book, _ *Record) error {
	for _, l := range s.Lines {
		b.sold(saleKey{s.Canteen, l.Day, l.Meal}, -int64(l.Count), -int64(l.Points))
	}
	return nil
}

// settleLinesMax bounds the lines of one settlement: a month of ten meals fits, and so does its record.
const settleLinesMax = 360

// Unsettled sums what a canteen served up to a day and has not settled: by day and meal, with late entries and
// reversals of days settled before.
func (b *Book) Unsettled(c CanteenID, to Day) CanteenSettled {
	s := CanteenSettled{Canteen: c, To: to}
	for k, t := range b.sales {
		if k.canteen == c && k.day <= to {
			s.Lines = append(s.Lines, SettledLine{k.day, k.meal, int(t.count), Points(t.points)})
			s.Points += Points(t.points)
			if k.meal != mealSubsidy {
				s.Count += int(t.count)
			}
		}
	}
	slices.SortFunc(s.Lines, func(x, y SettledLine) int { return cmp.Or(cmp.Compare(x.Day, y.Day), cmp.Compare(x.Meal, y.Meal)) })
	if len(s.Lines) > 0 {
		s.From = s.Lines[0].Day
	}
	return s
}

// Settle settles a canteen up to a day that is over. It takes two people; what the second approves is what the first saw:
// the sums are asked for, and must still be true.
type Settle struct {
	noTarget
	Canteen CanteenID
	To      Day
	Points  Points
	Count   int
}

func (s *Settle) decide(d *draft) *Refusal {
	if !d.may(RoleOrganizer) {
		return refuse(CodeNotEntitled)
	}
	if r := s.sound(d); r != nil {
		return r
	}
	return refuse(CodeSecondPerson)
}

func (s *Settle) sound(d *draft) *Refusal {
	b := d.book
	if !validID(string(s.Canteen)) {
		return badField("canteen")
	}
	if today := b.DayOf(d.now); s.To >= today {
		return &Refusal{Code: CodePeriodOpen, Field: "to", Reset: b.DayStarts(s.To + 1)}
	}
	sums := b.Unsettled(s.Canteen, s.To)
	switch {
	case len(sums.Lines) == 0:
		return refuse(CodeNothingToSettle)
	case len(sums.Lines) > settleLinesMax:
		return &Refusal{Code: CodeBadCommand, Field: "to", Used: int64(len(sums.Lines)), Limit: settleLinesMax}
	case sums.Points != s.Points || sums.Count != s.Count:
		return &Refusal{Code: CodeSumsChanged, Need: int64(sums.Points), Available: int64(s.Points), Used: int64(sums.Count)}
	}
	return nil
}

func (s *Settle) propose(d *draft) (Proposed, *Refusal) {
	return Proposed{What: ProposeSettle, Account: CanteenAccount(s.Canteen), Points: s.Points, Day: s.To, Count: s.Count}, s.sound(d)
}

func (s *Settle) carryOut(d *draft, by AccountID) *Refusal {
	body := d.book.Unsettled(s.Canteen, s.To)
	body.By = by
	d.add(&body, move{CanteenAccount(s.Canteen), UnitPoints, -int64(body.Points)}, move{Settled, UnitPoints, int64(body.Points)})
	return nil
}

func (s *Settle) differs(*Record) string { return "kind" } // it never makes a record by itself

func (s *CanteenSettled) judge(b *Book, r *Record) error {
	if s.By == "" || b.same(s.By, r.Actor) || !b.has(r.Actor, RoleOrganizer, ScopeCommunity) {
		return errors.New("it was not approved by a second person")
	}
	want := b.Unsettled(s.Canteen, s.To)
	if want.Points != s.Points || want.Count != s.Count || !slices.Equal(want.Lines, s.Lines) || want.From != s.From {
		return fmt.Errorf("the meals sum to %d points of %d, it says %d of %d", want.Points, want.Count, s.Points, s.Count)
	}
	return b.judgeMoves(r, move{CanteenAccount(s.Canteen), UnitPoints, -int64(s.Points)}, move{Settled, UnitPoints, int64(s.Points)})
}
