package ledger

import (
	"cmp"
	"errors"
	"slices"
)

// servedDay is one day of one canteen.
type servedDay struct {
	canteen CanteenID
	day     Day
}

// owed is what a canteen gets of the subsidy pool for a day: list prices less what members were asked for.
type owed struct{ points, meals int64 }

// SubsidyPosted says what a canteen got of the subsidy pool for a day, as one total: no record tells who ate at which
// price. What comes in or is reversed afterwards is posted as a difference, which may be negative.
type SubsidyPosted struct {
	Canteen CanteenID
	Day     Day
	Points  Points
	Meals   int // how many meals were subsidized, less those given back
}

func (*SubsidyPosted) kind() Kind { return KindSubsidyPosted }

func (s *SubsidyPosted) fields(c *codec) {
	text(c, "canteen", &s.Canteen)
	integer(c, "day", &s.Day)
	integer(c, "points", &s.Points)
	integer(c, "meals", &s.Meals)
}

func (s *SubsidyPosted) fold(b *Book, _ *Record) error {
	b.owe(servedDay{s.Canteen, s.Day}, -int64(s.Points), -int64(s.Meals))
	b.sold(saleKey{s.Canteen, s.Day, mealSubsidy}, int64(s.Meals), int64(s.Points))
	return nil
}

func (b *Book) owe(k servedDay, points, meals int64) {
	o := b.subsidies[k]
	o.points, o.meals = o.points+points, o.meals+meals
	if o == (owed{}) {
		delete(b.subsidies, k)
		return
	}
	b.subsidies[k] = o
}

// cut is what a meal was cheaper than its list price.
func (b *Book) cut(p *plate) Points {
	if k := b.rulebooks[p.edition]; k != nil {
		return max(0, k.Meal(p.Meal).Price(p.Small)-p.Points)
	}
	return 0
}

// PostSubsidy moves a day's subsidy, once the day is over, as far as the pool reaches. The engine's timer asks for it.
type PostSubsidy struct {
	noTarget
	Canteen CanteenID
	Day     Day
}

func (s *PostSubsidy) decide(d *draft) *Refusal {
	b := d.book
	o := b.subsidies[servedDay{s.Canteen, s.Day}]
	switch {
	case d.cmd.Actor != ActorTimer:
		return refuse(CodeNotEntitled)
	case o.points == 0 || s.Day >= b.DayOf(d.now):
		return refuse(CodeNothingToSettle)
	}
	held := b.holding(PoolSubsidy, UnitPoints).balance
	n, meals := min(o.points, max(held, 0)), o.meals
	if n == 0 {
		return &Refusal{Code: CodePoolShort, Need: o.points, Available: held, Subject: PoolSubsidy}
	}
	if n < o.points {
		meals = 0 // they are counted when the rest is posted
	}
	d.add(&SubsidyPosted{Canteen: s.Canteen, Day: s.Day, Points: Points(n), Meals: int(meals)},
		move{PoolSubsidy, UnitPoints, -n}, move{CanteenAccount(s.Canteen), UnitPoints, n})
	return nil
}

func (s *PostSubsidy) differs(first *Record) string {
	o, ok := first.Body.(*SubsidyPosted)
	return firstDifference(ok, field("canteen", ok && o.Canteen == s.Canteen), field("day", ok && o.Day == s.Day))
}

// dueSubsidies lists the days that are over and still to be posted, the oldest first, as far as the pool reaches.
func (b *Book) dueSubsidies(now Time, due *dueList) {
	today, held := b.DayOf(now), b.holding(PoolSubsidy, UnitPoints).balance
	var days []servedDay
	for k, o := range b.subsidies {
		if k.day < today && o.points != 0 {
			days = append(days, k)
		}
	}
	slices.SortFunc(days, func(x, y servedDay) int {
		return cmp.Or(cmp.Compare(x.day, y.day), cmp.Compare(x.canteen, y.canteen))
	})
	for _, k := range days {
		n := min(b.subsidies[k].points, held)
		if n == 0 {
			continue
		}
		if due.full() {
			return
		}
		held -= n
		due.add(DerivedKey("subsidy", string(k.canteen), itoa(int64(k.day)), itoa(b.holding(CanteenAccount(k.canteen), UnitPoints).n)),
			&PostSubsidy{Canteen: k.canteen, Day: k.day})
	}
}

func (s *SubsidyPosted) judge(b *Book, r *Record) error {
	o := b.subsidies[servedDay{s.Canteen, s.Day}]
	if n := int64(s.Points); n == 0 || n > max(o.points, 0) || n < min(o.points, 0) {
		return errors.New("it is not what the meals of that day leave to be posted")
	}
	return b.judgeMoves(r, move{PoolSubsidy, UnitPoints, -int64(s.Points)}, move{CanteenAccount(s.Canteen), UnitPoints, int64(s.Points)})
}

// Subsidies is what a canteen is still to get of the subsidy pool for a day.
func (b *Book) Subsidies(c CanteenID, day Day) Points {
	return Points(b.subsidies[servedDay{c, day}].points)
}
