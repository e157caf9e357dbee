package view

import (
	"context"
	"slices"

	"moralbank.example/bank/ledger"
)

// foldSums adds a record to the sums of every scope that it touches.
func foldSums(ctx context.Context, s *sheet, t *turn) error {
	r := t.record
	of := r.Scopes()
	if r.Activity() != "" {
		more, err := home(ctx, s, r)
		if err != nil {
			return err
		}
		of = append(of, more...)
	}
	slices.Sort(of)
	of = slices.Compact(of)
	by := map[ledger.Scope]*Sum{ScopeAll: whole(t)}
	at := func(x ledger.Scope) *Sum {
		if by[x] == nil {
			by[x] = new(Sum)
		}
		return by[x]
	}
	minted := mintedBy(r)
	for _, x := range of {
		sum := at(x)
		sum.Records++
		sum.Issued, sum.Minutes, sum.Awards = minted.Earned, minted.Minutes, minted.Awards
	}
	for _, p := range r.Postings {
		if ledger.ClassOf(p.Account) == ledger.ClassCanteen && p.Unit == ledger.UnitPoints {
			canteen(at(ledger.Scope(p.Account[2:])), by[ScopeAll], r, ledger.Points(p.Amount))
		}
	}
	moved, mine := membersPart(t)
	for _, g := range t.groups {
		sum := at(ledger.Scope(g))
		sum.Add(&moved)
	}
	joined(t, at)
	pools := poolsPart(r)
	moved.Issued = minted.Earned - pools.Issued // to members, whoever has to pay it back when it is reversed
	moved.Minutes, moved.Awards, moved.Meals = mine.Minutes, mine.Awards, mine.Meals
	pools.Meals = by[ScopeAll].Meals - mine.Meals // of those whom the books do not know
	by[ScopeMembers], by[ScopePools] = &moved, &pools
	for x, sum := range by {
		if err := addSum(ctx, s, t, x, sum); err != nil {
			return err
		}
	}
	if err := addParts(ctx, s, t, of, mine, minted); err != nil {
		return err
	}
	return addServed(ctx, s, r, by[ScopeAll].Meals)
}

// whole is what a record moves in the community: into and out of all that is outstanding.
func whole(t *turn) *Sum {
	s := &Sum{Records: 1}
	for _, p := range t.record.Postings {
		class := ledger.ClassOf(p.Account)
		if p.Unit == ledger.UnitMinutes {
			if class == ledger.ClassMember {
				s.Minutes += ledger.Minutes(p.Amount)
			}
			continue
		}
		n := ledger.Points(p.Amount)
		switch class {
		case ledger.ClassIssuer:
			s.Issued, s.Earned = s.Issued-n, s.Earned-n
		case ledger.ClassCanteen, ledger.ClassSettled:
			s.Redeemed += n
		case ledger.ClassExpired:
			s.Expired += n
		case ledger.ClassMember, ledger.ClassTransit, ledger.ClassPool, ledger.ClassShortfall, ledger.ClassUnknown:
		}
	}
	switch b := t.record.Body.(type) {
	case *ledger.Awarded:
		s.Awards = 1
	case *ledger.Reversed:
		s.Reversed = b.Points + b.Pool + b.Shortfall
	}
	s.Meals = meals(t.record)
	return s
}

// meals is how many meals a record served; below zero when it says that one was not eaten.
func meals(r *ledger.Record) int64 {
	if _, ok := r.Served(); ok {
		return 1
	}
	if v, ok := r.Body.(*ledger.Reversed); ok && v.Meal != "" && v.Whole {
		return -1
	}
	return 0
}

// mintedBy is what the issuer of a record gave, as the part of whom it gave it to.
func mintedBy(r *ledger.Record) Part {
	var m Part
	for _, p := range r.Postings {
		if ledger.ClassOf(p.Account) != ledger.ClassIssuer {
			continue
		}
		switch p.Unit {
		case ledger.UnitPoints:
			m.Earned -= ledger.Points(p.Amount)
		case ledger.UnitMinutes:
			m.Minutes -= ledger.Minutes(p.Amount)
		case ledger.UnitUnknown:
		}
	}
	if _, ok := r.Body.(*ledger.Awarded); ok {
		m.Awards = 1
	}
	return m
}

// canteen adds what a canteen took in, or what left it by settlement.
func canteen(of, all *Sum, r *ledger.Record, n ledger.Points) {
	if _, ok := r.Body.(*ledger.CanteenSettled); ok {
		of.Settled, all.Settled = of.Settled-n, all.Settled-n
		return
	}
	of.Redeemed, of.Meals = of.Redeemed+n, of.Meals+meals(r)
	for _, p := range r.Postings {
		paid := -ledger.Points(p.Amount)
		switch p.Account {
		case ledger.PoolDonation:
			of.Pool, all.Pool = of.Pool+paid, all.Pool+paid
		case ledger.PoolSubsidy:
			of.Subsidy, all.Subsidy = of.Subsidy+paid, all.Subsidy+paid
		case ledger.Shortfall:
			of.Short, all.Short = of.Short+paid, all.Short+paid
		}
	}
	if v, ok := r.Body.(*ledger.Reversed); ok {
		of.Reversed += v.Points + v.Pool + v.Shortfall
	}
}

// membersPart is what a record moves of its member's points, as her groups and as she herself count it.
func membersPart(t *turn) (Sum, Part) {
	sum := movedOf(t.record, func(c ledger.Class) bool { return c == ledger.ClassMember })
	mine := Part{Earned: sum.Earned, Redeemed: sum.Redeemed, Expired: sum.Expired}
	for _, p := range t.record.Postings {
		if p.Unit == ledger.UnitMinutes && ledger.ClassOf(p.Account) == ledger.ClassMember {
			mine.Minutes += ledger.Minutes(p.Amount)
		}
	}
	if _, ok := t.record.Body.(*ledger.Awarded); ok {
		mine.Awards = 1
	}
	if v, ok := t.record.Body.(*ledger.Reversed); ok {
		sum.Reversed = v.Points
	}
	if t.member != "" {
		mine.Meals = meals(t.record)
	}
	return sum, mine
}

// movedOf is what a record moves of the points that accounts of some classes hold, told by what stands against them.
func movedOf(r *ledger.Record, holds func(ledger.Class) bool) (sum Sum) {
	var n ledger.Points
	counter := ledger.ClassUnknown // of what stands against it
	for _, p := range r.Postings {
		if p.Unit != ledger.UnitPoints {
			continue
		}
		switch class := ledger.ClassOf(p.Account); {
		case holds(class):
			n += ledger.Points(p.Amount)
		case class == ledger.ClassIssuer || class == ledger.ClassCanteen || class == ledger.ClassExpired:
			counter = class
		}
	}
	switch counter {
	case ledger.ClassIssuer:
		sum.Earned = n
	case ledger.ClassCanteen:
		sum.Redeemed = -n
	case ledger.ClassExpired:
		sum.Expired = -n
	case ledger.ClassUnknown, ledger.ClassMember, ledger.ClassTransit, ledger.ClassPool, ledger.ClassShortfall, ledger.ClassSettled:
		sum.Other = n
	}
	return sum
}

// poolsPart is what a record moves of what pools, transit and shortfall hold together.
func poolsPart(r *ledger.Record) Sum {
	sum := movedOf(r, func(c ledger.Class) bool {
		return c == ledger.ClassPool || c == ledger.ClassTransit || c == ledger.ClassShortfall
	})
	if b, ok := r.Body.(*ledger.PoolFunded); ok {
		sum.Issued = b.Points
	}
	return sum
}

// joined adds what a member brings into a group, or takes along.
func joined(t *turn, at func(ledger.Scope) *Sum) {
	switch b := t.record.Body.(type) {
	case *ledger.Joined:
		at(ledger.Scope(b.Group)).Joined += t.held
	case *ledger.Left:
		at(ledger.Scope(b.Group)).Left += t.held
	case *ledger.AccountClosed:
		held, _ := t.book.Holding(t.member)
		for _, g := range t.groups {
			at(ledger.Scope(g)).Left += held
		}
	}
}

func addSum(ctx context.Context, s *sheet, t *turn, x ledger.Scope, sum *Sum) error {
	if *sum == (Sum{}) {
		return nil
	}
	for _, key := range [][]byte{dayKey(s.table, x, t.day), monthKey(s.table, x, t.month)} {
		c, err := change[Sum](ctx, s, key)
		if err != nil {
			return err
		}
		c.Add(sum)
	}
	return nil
}

// warmSums reads ahead what changes with every record that is somebody's: her own month.
func warmSums(ctx context.Context, s *sheet, b *ledger.Book, r *ledger.Record) error {
	member := memberOf(r)
	if member == "" {
		return nil
	}
	return warm[Part](ctx, s, partKey(s.table, ScopeAll, b.MonthOf(r.Time), member))
}

func addParts(ctx context.Context, s *sheet, t *turn, of []ledger.Scope, mine, minted Part) error {
	if t.member == "" {
		return nil
	}
	add := func(x ledger.Scope, part *Part) error {
		if *part == (Part{}) {
			return nil
		}
		c, err := change[Part](ctx, s, partKey(s.table, x, t.month, t.member))
		if err == nil {
			c.Add(part)
		}
		return err
	}
	if err := add(ScopeAll, &mine); err != nil || minted == (Part{}) {
		return err
	}
	for _, x := range of {
		if err := add(x, &minted); err != nil {
			return err
		}
	}
	return nil
}

func addServed(ctx context.Context, s *sheet, r *ledger.Record, n int64) error {
	var key []byte
	var got ledger.Points
	if x, ok := r.Served(); ok {
		key, got = servedKey(s.table, x.Canteen, x.Day, x.Period, x.Meal), x.Charged+x.Pool+x.Short
	} else if v, ok := r.Body.(*ledger.Reversed); ok && v.Meal != "" {
		key, got = servedKey(s.table, v.Canteen, v.Day, v.Period, v.Meal), -(v.Points + v.Pool + v.Shortfall)
	} else {
		return nil
	}
	c, err := change[Served](ctx, s, key)
	if err == nil {
		c.Count, c.Points = c.Count+n, c.Points+got
	}
	return err
}
