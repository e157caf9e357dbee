package api

import (
	"context"
	"errors"
	"fmt"

	"moralbank.example/bank/api/qr"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

type redeemInput struct {
	Keyed

	Body struct {
		Code  string `json:"code" minLength:"1" maxLength:"512" doc:"What the scanner read: a pay code (91) or a card (92)"`
		Meal  string `json:"meal,omitempty" maxLength:"48" doc:"The period's main meal when absent"`
		Small bool   `json:"small,omitempty"`
		PIN   string `json:"pin,omitempty" maxLength:"12" doc:"The member's, where the limit asks for it"`
	}
}

// redeem takes a meal for points. A retry of a lost answer meets the first one before code, PIN or price are looked at: that
// its code was used is no refusal then. The tier decides the price here and goes no further.
func (s *Server) redeem(ctx context.Context, c *call, in *redeemInput) (Redeemed, error) {
	at, err := s.counter(c)
	if err != nil {
		return Redeemed{}, err
	}
	records, err := s.first(ctx, c)
	if err != nil {
		return Redeemed{}, err
	}
	if records != nil {
		return s.redeemedBefore(ctx, c, &at, in, records)
	}
	if v := s.limiter.Till(string(c.device)); !v.OK {
		return Redeemed{}, s.slowDown(v)
	}
	order, err := s.order(in, &at)
	if err != nil {
		return Redeemed{}, err
	}
	shown, err := s.atTill(ctx, in.Body.Code)
	if err != nil {
		s.guessed(c, string(c.device), err)
		s.meals.refused(s, oopsOf(err).code)
		return Redeemed{}, err
	}
	p, err := s.diner(ctx, shown.account)
	if err != nil {
		return Redeemed{}, err
	}
	order.Account, order.Handle, order.Step, order.Card = shown.account, shown.handle, shown.step, shown.card
	order.Phone = shown.phone
	order.Points, order.Care = s.price(&at, order.Meal, order.Small, &p)
	pin, err := s.pinShown(ctx, c, shown.account, in.Body.PIN)
	if err != nil {
		return Redeemed{}, err
	}
	order.PIN = pin.right
	records, err = s.submit(ctx, c, order)
	if r, ok := errors.AsType[*ledger.Refusal](err); ok && r.Code == ledger.CodeMealBooked {
		records, err = s.capture(ctx, c, in, order, r)
	}
	if err != nil {
		return Redeemed{}, s.mealRefused(ctx, c, &at, order, &p, pin, err)
	}
	return s.redeemedOut(ctx, c, &at, &records[0], &p)
}

// order is the meal that is asked for, at this canteen.
func (s *Server) order(in *redeemInput, at *counter) (*ledger.Redeem, error) {
	id := in.Body.Meal
	if id == "" {
		id = at.rules.PeriodAt(s.time()).Main
	}
	switch meal := at.rules.Meal(id); {
	case meal == nil:
		return nil, fail(string(ledger.CodeMealUnknown))
	case in.Body.Small && meal.Small == 0:
		return nil, fail(codeFieldInvalid, "field", "small")
	}
	return &ledger.Redeem{Canteen: at.canteen, Meal: id, Small: in.Body.Small}, nil
}

// atTill reads what the member showed.
func (s *Server) atTill(ctx context.Context, text string) (shownCode, error) {
	code, err := qr.ParseTill(text)
	if err != nil {
		return shownCode{}, err
	}
	return s.read20(ctx, code, roster.Pay)
}

// diner is the person of an account. Whoever was erased is unknown to the till.
func (s *Server) diner(ctx context.Context, id ledger.AccountID) (roster.Person, error) {
	p, err := s.roster.Person(ctx, id)
	switch {
	case errors.Is(err, roster.ErrNotFound), errors.Is(err, roster.ErrNoKey):
		return p, fail(string(ledger.CodeAccountUnknown))
	case err != nil:
		return p, fmt.Errorf("read person: %w", err)
	}
	return p, nil
}

// price is what this person pays for a meal of the rulebook, and whether she is one of those who eat first when her points do not
// reach: of 60 and over, or in hardship (先用餐).
func (s *Server) price(at *counter, meal string, small bool, p *roster.Person) (ledger.Points, bool) {
	day := roster.Date(s.now().UTC().Add(minutes(at.rules.OffsetMinutes)).Format("2006-01-02"))
	tier := roster.TierOf(*p, day)
	return ledger.Price(at.rules.Meal(meal).Price(small), cutOf(at.rules, tier)), tier != roster.TierNone
}

// cutOf is the reduction of a tier, in per cent. The rulebook lists them weakest first: that of 60 to 79, and last that
// of 80 and over and of hardship.
func cutOf(k *ledger.Rulebook, t roster.Tier) int {
	if len(k.PriceCuts) == 0 {
		return 0
	}
	switch t {
	case roster.Tier60:
		return k.PriceCuts[0].Percent
	case roster.TierHardship, roster.Tier80:
		return k.PriceCuts[len(k.PriceCuts)-1].Percent
	case roster.TierNone:
	}
	return 0
}

// redeemedBefore answers a retry with what its key did first.
func (s *Server) redeemedBefore(ctx context.Context, c *call, at *counter, in *redeemInput, records []ledger.Record) (Redeemed, error) {
	x, _, ok := mealIn(&records[0])
	if !ok {
		return Redeemed{}, fail(string(ledger.CodeKeyReused), "field", "kind")
	}
	_, booked := records[0].Body.(*ledger.Captured) // its portion was settled with the booking
	switch {
	case in.Body.Meal != "" && in.Body.Meal != x.Meal:
		return Redeemed{}, fail(string(ledger.CodeKeyReused), "field", "meal")
	case in.Body.Small != x.Small && !booked:
		return Redeemed{}, fail(string(ledger.CodeKeyReused), "field", "small")
	}
	code, err := qr.ParseTill(in.Body.Code)
	if err != nil {
		return Redeemed{}, err
	}
	shown := shownCode{handle: ledger.Handle(code.Handle)}
	if code.Kind == qr.KindCard {
		card, err := s.roster.CardByNumber(ctx, code.Digits())
		if err != nil && !errors.Is(err, roster.ErrNotFound) {
			return Redeemed{}, fmt.Errorf("read card: %w", err)
		}
		shown.card = card.ID
	}
	if err := s.again(c, records, verbOf(&records[0], &x, &shown)); err != nil {
		return Redeemed{}, err
	}
	p, err := s.diner(ctx, x.Account)
	if err != nil {
		return Redeemed{}, err
	}
	return s.redeemedOut(ctx, c, at, &records[0], &p)
}

// verbOf is the command that made a record of a meal, with the code that is shown now.
func verbOf(r *ledger.Record, x *ledger.Dish, shown *shownCode) ledger.Verb {
	switch b := r.Body.(type) {
	case *ledger.Captured:
		return &ledger.Capture{Hold: b.Hold, Handle: shown.handle, Card: shown.card}
	case *ledger.MealServed:
		if b.Why == ledger.ServedAgain {
			return &ledger.ServeAgain{Seq: b.Earlier, Meal: x.Meal, Small: x.Small, Handle: shown.handle, Card: shown.card}
		}
	}
	return &ledger.Redeem{Canteen: x.Canteen, Meal: x.Meal, Small: x.Small, Handle: shown.handle, Card: shown.card}
}
