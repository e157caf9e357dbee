package api

import (
	"context"
	"errors"

	"moralbank.example/bank/ledger"
)

// mealIn is the meal that a record says was served, and what of it the member paid; false when it says none.
func mealIn(r *ledger.Record) (dish ledger.Dish, charged ledger.Points, ok bool) {
	switch x := r.Body.(type) {
	case *ledger.Redeemed:
		return ledger.Dish{
			Canteen: x.Canteen, Account: x.Account, Meal: x.Meal, Small: x.Small, Side: x.Side, Points: x.Points, Day: x.Day, Period: x.Period,
		}, x.Points, true
	case *ledger.Captured:
		return x.Dish, x.Points, true
	case *ledger.MealServed:
		return x.Dish, 0, true
	}
	return ledger.Dish{}, 0, false
}

// capture hands over a meal that the member had booked, when the cashier chose no other one. Its price was settled when it was
// booked.
func (s *Server) capture(ctx context.Context, c *call, in *redeemInput, x *ledger.Redeem, booked *ledger.Refusal) ([]ledger.Record, error) {
	if in.Body.Meal != "" || in.Body.Small {
		return nil, booked
	}
	return s.submit(ctx, c, &ledger.Capture{Hold: booked.Seq, Handle: x.Handle, Step: x.Step, Phone: x.Phone, Card: x.Card, PIN: x.PIN})
}

type servedAgainInput struct {
	Keyed

	Seq  ledger.Seq `path:"seq" minimum:"1" maximum:"9007199254740991" doc:"The meal that she says she did not have: meal_taken names it"`
	Body struct {
		Code  string `json:"code" minLength:"1" maxLength:"512"`
		Meal  string `json:"meal,omitempty" maxLength:"48" doc:"The period's main meal when absent"`
		Small bool   `json:"small,omitempty"`
	}
}

// serveAgain is 本人没吃到: the member says that she did not have the meal that stands in the books. She is served at once, and
// pays nothing; the card that was used goes onto the replacement list; and the earlier line is disputed for her, where her card
// speaks for her.
func (s *Server) serveAgain(ctx context.Context, c *call, in *servedAgainInput) (Redeemed, error) {
	at, err := s.counter(c)
	if err != nil {
		return Redeemed{}, err
	}
	asked := redeemInput{}
	asked.Body.Code, asked.Body.Meal, asked.Body.Small = in.Body.Code, in.Body.Meal, in.Body.Small
	records, err := s.first(ctx, c)
	if err != nil {
		return Redeemed{}, err
	}
	if records != nil {
		return s.redeemedBefore(ctx, c, &at, &asked, records)
	}
	if v := s.limiter.Till(string(c.device)); !v.OK {
		return Redeemed{}, s.slowDown(v)
	}
	order, err := s.order(&asked, &at)
	if err != nil {
		return Redeemed{}, err
	}
	shown, err := s.atTill(ctx, in.Body.Code)
	if err != nil {
		s.guessed(c, string(c.device), err)
		return Redeemed{}, err
	}
	p, err := s.diner(ctx, shown.account)
	if err != nil {
		return Redeemed{}, err
	}
	price, _ := s.price(&at, order.Meal, order.Small, &p)
	records, err = s.submit(ctx, c, &ledger.ServeAgain{
		Seq: in.Seq, Meal: order.Meal, Small: order.Small, Points: price, Handle: shown.handle, Step: shown.step, Card: shown.card,
	})
	if err != nil {
		return Redeemed{}, err
	}
	if err := s.disputeMeal(ctx, c, in.Seq, &shown); err != nil {
		return Redeemed{}, err
	}
	return s.redeemedOut(ctx, c, &at, &records[0], &p)
}

// disputeMeal files the dispute of a meal for the member whose card is here. One that stands already is enough.
func (s *Server) disputeMeal(ctx context.Context, c *call, seq ledger.Seq, shown *shownCode) error {
	if shown.card == "" {
		return nil
	}
	cmd := s.command(c, &ledger.Dispute{Seq: seq, Account: shown.account, Card: shown.card, Reason: ledger.ReasonNotServed})
	cmd.Key = ledger.DerivedKey("dispute", string(c.key))
	_, err := s.submitAs(ctx, c, &cmd)
	if _, refused := errors.AsType[*ledger.Refusal](err); refused {
		return nil
	}
	return err
}
