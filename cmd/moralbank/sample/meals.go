package sample

import (
	"context"
	"fmt"
	"time"

	"moralbank.example/bank/api/qr"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

func newCardNumber() string { return qr.NewCard().Code().Digits() }

// lunch plans a day's meals: from 11:30 to 12:30 those who can afford it come by, and a few more in the evening.
// Today's meal of the people whom the demo introduces is left to whoever tries it.
func (l *life) lunch(d ledger.Time) {
	for _, c := range l.town.people {
		if !c.diner || l.rng.IntN(10) >= 4 || d == dayStart(l.now) && l.town.introduced(c.Account) {
			continue
		}
		at := d + 11*hour + 30*minute + ledger.Time(l.rng.IntN(3600))*1000
		if l.chance(6) {
			at += 6 * hour
		}
		l.at(at, func(ctx context.Context) error { return l.eat(ctx, c) })
	}
}

// keptForTheVisitor is what the introduced people never spend themselves, so that whoever tries the demo can.
const keptForTheVisitor ledger.Points = 120

// eat redeems one meal, if the member can pay for one.
func (l *life) eat(ctx context.Context, c *citizen) error {
	v, _, ok := l.Engine.Balance(c.Account)
	now := ledger.Time(l.Clock.ms.Load())
	rules := ledger.DefaultRulebook()
	if !ok {
		return nil
	}
	purse := v.Available(now, rules.OffsetMinutes)
	if l.town.introduced(c.Account) {
		purse -= keptForTheVisitor
	}
	meal, small, price := l.order(c, rules, now, purse)
	if meal == "" {
		return nil
	}
	x := &ledger.Redeem{Canteen: canteen, Account: c.Account, Meal: meal, Small: small, Points: price}
	if x.Card = c.card; x.Card == "" {
		x.Handle, x.Step = l.code(c)
	}
	cashier := pick(l, l.town.cast.Cashiers).Account
	a, err := l.submit(ctx, cashier, tillOne, x)
	if err != nil || a.Refusal != nil || l.voided == 2 || !l.chance(400) {
		return err
	}
	l.voided++
	_, err = l.must(ctx, cashier, tillOne, &ledger.Reverse{Seq: a.Records[0].Seq, Reason: ledger.ReasonVoid})
	return err
}

// code is what the member's phone shows now.
func (l *life) code(c *citizen) (ledger.Handle, int64) {
	if l.handles[c.Account] == "" {
		l.handles[c.Account] = ledger.Handle(fmt.Sprintf("%09d", 100_000_000+len(l.handles)*7919))
	}
	return l.handles[c.Account], l.Clock.ms.Load() / 30_000
}

// order chooses a meal within the member's means, at her price.
func (l *life) order(c *citizen, k *ledger.Rulebook, now ledger.Time, has ledger.Points) (id string, small bool, price ledger.Points) {
	cut := 0
	switch roster.TierOf(c.Person, roster.Date(time.UnixMilli(int64(now+offset)).UTC().Format(time.DateOnly))) {
	case roster.Tier60:
		cut = 10
	case roster.Tier80, roster.TierHardship:
		cut = 50
	case roster.TierNone:
	}
	menu := []string{"lunch", "beef-noodles", "dumplings", "vegetarian", "soft-meal"}
	if k.PeriodAt(now).ID == "d" {
		menu = []string{"dinner", "beef-noodles", "vegetarian"}
	}
	for _, i := range l.rng.Perm(len(menu)) {
		m := k.Meal(menu[i])
		if p := ledger.Price(m.Points, cut); p <= has {
			return m.ID, false, p
		}
		if p := ledger.Price(m.Small, cut); m.Small > 0 && p <= has {
			return m.ID, true, p
		}
	}
	return "", false, 0
}
