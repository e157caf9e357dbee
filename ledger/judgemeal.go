package ledger

import (
	"errors"
	"fmt"
)

// judgeMenu asks whether a meal is on the rulebook's menu of its period, at this price.
func (b *Book) judgeMenu(x *Dish, edition int) error {
	if err := b.judgeDish(x, edition); err != nil {
		return err
	}
	if !b.rulebooks[edition].Meal(x.Meal).servedIn(x.Period) {
		return fmt.Errorf("%q is not on the menu of period %q under rulebook %d", x.Meal, x.Period, edition)
	}
	return nil
}

// judgeDish asks whether a meal is on the rulebook's menu at this price.
func (b *Book) judgeDish(x *Dish, edition int) error {
	k := b.rulebooks[edition]
	if k == nil {
		return fmt.Errorf("it is priced by rulebook %d, which is not in the books", edition)
	}
	if meal := k.Meal(x.Meal); meal == nil || !k.allows(meal, x.Small, x.Points) || x.Side != meal.Side {
		return fmt.Errorf("%d points is no price of %q under rulebook %d", x.Points, x.Meal, edition)
	}
	return nil
}

func sumOf(shares []LotShare) (sum Points) {
	for _, s := range shares {
		sum += s.Points
	}
	return sum
}

func (h *Held) judge(b *Book, r *Record) error {
	if err := b.judgeMenu(&h.Dish, r.Rulebook); err != nil {
		return err
	}
	if _, booked := b.Booked(h.Account, h.Day, h.Period); booked {
		return fmt.Errorf("%s had booked that meal already", h.Account)
	}
	for _, s := range h.Lots {
		if s.Month < monthOf(r.Time, b.offset()) {
			return fmt.Errorf("it pins points of %d, which had expired", s.Month)
		}
	}
	if sum := sumOf(h.Lots); sum != h.Points {
		return fmt.Errorf("its lots sum to %d, it costs %d", sum, h.Points)
	}
	return b.judgeMoves(r)
}

func (x *Captured) judge(b *Book, r *Record) error {
	h := b.holds[x.Hold]
	switch {
	case h == nil:
		return fmt.Errorf("there was no open hold %d", x.Hold)
	case h.Dish != x.Dish || h.edition != x.Edition || sumOf(x.Lots) != x.Points:
		return fmt.Errorf("it takes another meal than hold %d booked", x.Hold)
	case !b.has(r.Actor, RoleCashier, Scope(x.Canteen)):
		return fmt.Errorf("%s is not a cashier of canteen %s", r.Actor, x.Canteen)
	case x.Card != "" && (b.cards[x.Card] == nil || b.cards[x.Card].account != x.Account):
		return fmt.Errorf("card %s is not a card of %s", x.Card, x.Account)
	}
	for i, s := range x.Lots {
		if i >= len(h.Lots) || s.Month != h.Lots[i].Month || s.Points != h.Lots[i].Points {
			return fmt.Errorf("it takes other lots than hold %d pinned", x.Hold)
		}
	}
	return b.judgeMoves(r, move{x.Account, UnitPoints, -int64(x.Points)}, move{CanteenAccount(x.Canteen), UnitPoints, int64(x.Points)})
}

func (x *Released) judge(b *Book, r *Record) error {
	h := b.holds[x.Hold]
	switch {
	case h == nil || h.Account != x.Account:
		return fmt.Errorf("there was no open hold %d of %s", x.Hold, x.Account)
	case x.Lapsed != (r.Time >= h.Lapses):
		return errors.New("it says the wrong thing about whether the meal period was over")
	}
	return b.judgeMoves(r)
}
