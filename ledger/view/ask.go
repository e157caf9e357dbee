package view

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"slices"

	"moralbank.example/bank/ledger"
)

// total is the sum of a scope over all time. The caller holds the lock.
func (v *View) total(ctx context.Context, x ledger.Scope) (Sum, error) {
	s := v.sheet("sums")
	first := monthKey(s.table, x, 0)
	return v.add(ctx, s, first[:len(first)-4], nil, nil)
}

// add adds the sums from one key up to before another (nil: to the end of the prefix). The caller holds the lock.
func (v *View) add(ctx context.Context, s *sheet, prefix, from, to []byte) (total Sum, _ error) {
	look := v.looking(s, prefix, from, false)
	for kv, err := range look.scan(ctx, 0) {
		var sum Sum
		if err == nil && to != nil && string(kv.Key) >= string(to) {
			break
		}
		if err == nil {
			err = sum.parse(kv.Value)
		}
		if err != nil {
			return total, fmt.Errorf("add sums: %w", err)
		}
		total.Add(&sum)
	}
	return total, nil
}

// Span is local days, from the first to the last, both included. To 0 is up to now.
type Span struct{ From, To ledger.Day }

// end is the first day after the span.
func (p Span) end() ledger.Day {
	if p.To == 0 {
		return 1 << 30
	}
	return p.To + 1
}

// Months is the whole months that a span touches.
func (p Span) Months() Span {
	if p.From > 0 {
		p.From = firstDay(monthOf(p.From))
	}
	if p.To > 0 {
		p.To = firstDay(monthAfter(p.To+1)) - 1
	}
	return p
}

// Sum is what a scope moved in a span. It adds whole months where the span has them.
func (v *View) Sum(ctx context.Context, x ledger.Scope, in Span) (Sum, ledger.Seq, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	sum, err := v.sum(ctx, x, in)
	return sum, v.book.Seq(), err
}

// Table is what scopes moved in one span, beside what belongs to none of them, so that each column adds up to the community's.
type Table struct {
	Rows    []Sum // in the order of the scopes that were asked for
	Members Sum   // all of them, in whatever scope or none
	Pools   Sum
	Rest    Sum // Total less Pools and Rows: below zero where members of several of the scopes are counted in each
	Total   Sum
}

// Table is the sums of scopes in a span, all of one moment.
func (v *View) Table(ctx context.Context, scopes []ledger.Scope, in Span) (Table, ledger.Seq, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	t := Table{Rows: make([]Sum, len(scopes))}
	into := []*Sum{&t.Total, &t.Members, &t.Pools}
	for i := range t.Rows {
		into = append(into, &t.Rows[i])
	}
	for i, x := range slices.Concat([]ledger.Scope{ScopeAll, ScopeMembers, ScopePools}, scopes) {
		var err error
		if *into[i], err = v.sum(ctx, x, in); err != nil {
			return Table{}, v.book.Seq(), err
		}
	}
	t.Rest = t.Total.Less(&t.Pools)
	for i := range t.Rows {
		t.Rest = t.Rest.Less(&t.Rows[i])
	}
	return t, v.book.Seq(), nil
}

// sum is Sum for a caller who holds the lock.
func (v *View) sum(ctx context.Context, x ledger.Scope, in Span) (Sum, error) {
	if in.From <= 0 && in.To == 0 {
		return v.total(ctx, x)
	}
	s := v.sheet("sums")
	from, to := in.From, min(in.end(), v.book.DayOf(v.book.Time())+1)
	first, last := monthAfter(from), monthOf(to) // the whole months: from first up to before last
	if first >= last {
		return v.days(ctx, s, x, from, to)
	}
	head, err := v.days(ctx, s, x, from, firstDay(first))
	if err != nil {
		return head, err
	}
	lower := monthKey(s.table, x, first)
	months, err := v.add(ctx, s, lower[:len(lower)-4], lower, monthKey(s.table, x, last))
	if err != nil {
		return head, err
	}
	tail, err := v.days(ctx, s, x, firstDay(last), to)
	head.Add(&months)
	head.Add(&tail)
	return head, err
}

func (v *View) days(ctx context.Context, s *sheet, x ledger.Scope, from, to ledger.Day) (Sum, error) {
	if from >= to {
		return Sum{}, nil
	}
	lower := dayKey(s.table, x, max(from, 0))
	return v.add(ctx, s, lower[:len(lower)-4], lower, dayKey(s.table, x, to))
}

// DaySum is the sum of one day.
type DaySum struct {
	Day ledger.Day
	Sum Sum
}

// DaysMax bounds the days of one answer.
const DaysMax = 400

// Days is what a scope moved on each day of a span on which it moved anything, the first DaysMax of them, and what it moved in
// all of the span.
func (v *View) Days(ctx context.Context, x ledger.Scope, in Span) (all []DaySum, total Sum, _ ledger.Seq, _ error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	total, err := v.sum(ctx, x, in)
	if err != nil {
		return nil, total, v.book.Seq(), err
	}
	s := v.sheet("sums")
	lower := dayKey(s.table, x, max(in.From, 0))
	look := v.looking(s, lower[:len(lower)-4], lower, false)
	for kv, err := range look.scan(ctx, DaysMax) {
		var d DaySum
		if err == nil {
			d.Day = ledger.Day(binary.BigEndian.Uint32(kv.Key[len(lower)-4:])) //nolint:gosec // days are not negative
			err = d.Sum.parse(kv.Value)
		}
		if err != nil {
			return nil, total, look.at, fmt.Errorf("sums by day: %w", err)
		}
		if d.Day >= in.end() {
			break
		}
		all = append(all, d)
	}
	return all, total, look.at, nil
}

// Meal is what a canteen served of one meal.
type Meal struct {
	Meal, Period string
	Served
}

// Meals is what a canteen served in a span, by meal and period. A meal counts to the day that it was eaten, whenever it came in.
func (v *View) Meals(ctx context.Context, c ledger.CanteenID, in Span) ([]Meal, ledger.Seq, error) {
	s := v.sheet("sums")
	lower := servedKey(s.table, c, max(in.From, 0), "", "")
	lower = lower[:len(lower)-1]
	prefix := lower[:len(lower)-4]
	look := v.look(s, prefix, lower, false)
	sums := map[[2]string]Served{}
	for kv, err := range look.scan(ctx, 0) {
		var one Served
		if err == nil {
			err = one.parse(kv.Value)
		}
		if err != nil {
			return nil, look.at, fmt.Errorf("sums by meal: %w", err)
		}
		rest := kv.Key[len(prefix):]
		if ledger.Day(binary.BigEndian.Uint32(rest)) >= in.end() { //nolint:gosec // days are not negative
			break
		}
		period, meal := split(rest[4:])
		sum := sums[[2]string{period, meal}]
		sum.Count, sum.Points = sum.Count+one.Count, sum.Points+one.Points
		sums[[2]string{period, meal}] = sum
	}
	all := make([]Meal, 0, len(sums))
	for k, sum := range sums {
		all = append(all, Meal{Period: k[0], Meal: k[1], Served: sum})
	}
	slices.SortFunc(all, func(a, b Meal) int { return cmp.Or(cmp.Compare(a.Period, b.Period), cmp.Compare(a.Meal, b.Meal)) })
	return all, look.at, nil
}

// Person is one member's part.
type Person struct {
	Account ledger.AccountID
	Part
}

// People is each member's part of a scope in the months from first to last, both included, by account: everything of ScopeAll,
// else what the scope awarded them.
func (v *View) People(ctx context.Context, x ledger.Scope, first, last ledger.Month) ([]Person, ledger.Seq, error) {
	s := v.sheet("sums")
	lower := partKey(s.table, x, first, "")
	prefix := lower[:len(lower)-4]
	look := v.look(s, prefix, lower, false)
	parts := map[ledger.AccountID]*Part{}
	for kv, err := range look.scan(ctx, 0) {
		var one Part
		if err == nil {
			err = one.parse(kv.Value)
		}
		if err != nil {
			return nil, look.at, fmt.Errorf("sums by member: %w", err)
		}
		rest := kv.Key[len(prefix):]
		if ledger.Month(binary.BigEndian.Uint32(rest)) > last { //nolint:gosec // months are not negative
			break
		}
		id := ledger.AccountID(rest[4:])
		if parts[id] == nil {
			parts[id] = new(Part)
		}
		parts[id].Add(&one)
	}
	all := make([]Person, 0, len(parts))
	for id, p := range parts {
		all = append(all, Person{id, *p})
	}
	slices.SortFunc(all, func(a, b Person) int { return cmp.Compare(a.Account, b.Account) })
	return all, look.at, nil
}
