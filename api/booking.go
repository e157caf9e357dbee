package api

import (
	"context"
	"fmt"
	"strings"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

type bookingPage struct {
	Days     []roster.Date  `json:"days" doc:"Local days that can be booked, today first"`
	Today    []string       `json:"today" doc:"Meal periods of today that are not over and can still be booked"`
	Meals    []bookableMeal `json:"meals"`
	Canteens []placeBrief   `json:"canteens"`
	Booked   []booking      `json:"booked"`
}

type bookableMeal struct {
	ID      string        `json:"id"`
	Zh      string        `json:"name_zh"`
	En      string        `json:"name_en"`
	Points  ledger.Points `json:"points" doc:"What this member pays"`
	Small   ledger.Points `json:"small_points,omitempty"`
	Periods []string      `json:"periods"`
}

// booking is a meal for which points are set aside.
type booking struct {
	Hold    ledger.Seq       `json:"hold"`
	Account ledger.AccountID `json:"account"`
	Name    string           `json:"name" doc:"Masked, but for herself and her guardian"`
	Canteen ledger.CanteenID `json:"canteen"`
	Place   string           `json:"canteen_name"`
	Day     roster.Date      `json:"day"`
	Period  string           `json:"period" enum:"breakfast,lunch,dinner"`
	MealZh  string           `json:"meal_zh"`
	MealEn  string           `json:"meal_en"`
	Small   bool             `json:"small"`
	Points  ledger.Points    `json:"points"`
	Until   Time             `json:"until" doc:"The end of its meal period: not collected, it is released by itself"`
}

type bookingsInput struct {
	Account ledger.AccountID `query:"account" maxLength:"48" pattern:"^[a-z0-9/-]*$" doc:"A ward's; the caller's own when absent"`
}

// listBookings is what a member can book, at her own price, and what she has booked.
func (s *Server) listBookings(ctx context.Context, c *call, in *bookingsInput) (bookingPage, error) {
	out := bookingPage{Days: []roster.Date{}, Today: []string{}, Meals: []bookableMeal{}, Canteens: []placeBrief{}, Booked: []booking{}}
	id, at, err := s.eater(ctx, c, in.Account)
	if err != nil {
		return out, err
	}
	p, err := s.diner(ctx, id)
	if err != nil {
		return out, err
	}
	names, err := s.words(ctx)
	if err != nil {
		return out, err
	}
	meals, err := s.texts(ctx, roster.MealKind)
	if err != nil {
		return out, err
	}
	for _, x := range names.canteens {
		out.Canteens = append(out.Canteens, placeBrief{string(x.ID), x.Zh, x.En, x.Place})
	}
	for i := range at.rules.Meals {
		m := &at.rules.Meals[i]
		if m.Side {
			continue
		}
		one := bookableMeal{ID: m.ID, Zh: meals.zh(m.ID), En: meals.en(m.ID), Periods: []string{}}
		one.Points, _ = s.price(&at, m.ID, false, &p)
		if m.Small > 0 {
			one.Small, _ = s.price(&at, m.ID, true, &p)
		}
		for letter := range strings.SplitSeq(m.Periods, "") {
			one.Periods = append(one.Periods, periodName(letter))
		}
		out.Meals = append(out.Meals, one)
	}
	today := s.day()
	for d := today; d <= today+ledger.Day(at.rules.BookDays); d++ { //nolint:gosec // at most a month
		out.Days = append(out.Days, roster.DateOf(d))
	}
	s.view.Read(func(b *ledger.Book) {
		for _, p := range at.rules.Periods {
			if _, can := b.BookUntil(today, p.ID, c.now); can {
				out.Today = append(out.Today, periodName(p.ID))
			}
		}
		for _, h := range b.Holds("") {
			if h.Account == id {
				out.Booked = append(out.Booked, s.bookingOut(c, &h, &names, meals))
			}
		}
	})
	return out, nil
}

// eater is who is to eat: the caller, or a ward of hers.
func (s *Server) eater(ctx context.Context, c *call, id ledger.AccountID) (ledger.AccountID, counter, error) {
	if id == "" {
		id = c.account
	}
	at, mine := counter{}, false
	err := s.read(ctx, c, func(b *ledger.Book) { at.rules, mine = b.Rules(), c.speaksFor(b, id) })
	if err == nil && (!mine || at.rules == nil) {
		err = fail(string(ledger.CodeAccountUnknown))
	}
	return id, at, err
}

func (s *Server) bookingOut(c *call, h *ledger.HoldView, names *words, meals wording) booking {
	out := booking{
		Hold: h.Seq, Account: h.Account, Name: roster.Mask(s.roster.Name(h.Account)), Canteen: h.Canteen, Place: names.scope(ledger.Scope(h.Canteen)),
		Day: roster.DateOf(h.Day), Period: periodName(h.Period), MealZh: meals.zh(h.Meal), MealEn: meals.en(h.Meal),
		Small: h.Small, Points: h.Points, Until: Time(h.Lapses),
	}
	if h.Account == c.account {
		out.Name = s.roster.Name(h.Account)
	}
	return out
}

type bookInput struct {
	Keyed

	Body struct {
		Account ledger.AccountID `json:"account,omitempty" maxLength:"48" doc:"A ward; the caller when absent"`
		Canteen ledger.CanteenID `json:"canteen" minLength:"1" maxLength:"48"`
		Day     string           `json:"day" minLength:"10" maxLength:"10"`
		Period  string           `json:"period" enum:"breakfast,lunch,dinner"`
		Meal    string           `json:"meal" minLength:"1" maxLength:"48"`
		Small   bool             `json:"small,omitempty"`
	}
}

type booked struct {
	Hold   ledger.Seq    `json:"hold"`
	Points ledger.Points `json:"points"`
	Until  Time          `json:"until"`
	Zh     string        `json:"zh"`
	En     string        `json:"en"`
}

// book sets points aside for a meal. The canteen's own till hands it over by the same card or code as any meal.
func (s *Server) book(ctx context.Context, c *call, in *bookInput) (booked, error) {
	id, at, err := s.eater(ctx, c, in.Body.Account)
	if err != nil {
		return booked{}, err
	}
	names, err := s.words(ctx)
	if err != nil {
		return booked{}, err
	}
	day, err := dayIn(in.Body.Day)
	switch {
	case err != nil:
		return booked{}, err
	case !names.canteen(in.Body.Canteen):
		return booked{}, fail(codeCanteenUnknown)
	case at.rules.Meal(in.Body.Meal) == nil:
		return booked{}, fail(string(ledger.CodeMealUnknown))
	case in.Body.Small && at.rules.Meal(in.Body.Meal).Small == 0:
		return booked{}, fail(codeFieldInvalid, "field", "small")
	}
	p, err := s.diner(ctx, id)
	if err != nil {
		return booked{}, err
	}
	points, _ := s.price(&at, in.Body.Meal, in.Body.Small, &p)
	records, err := s.submit(ctx, c, &ledger.Hold{
		Canteen: in.Body.Canteen, Account: id, Meal: in.Body.Meal, Small: in.Body.Small, Points: points,
		Day: day, Period: periodLetter(at.rules, in.Body.Period),
	})
	if err != nil {
		return booked{}, err
	}
	out := booked{Hold: records[0].Seq}
	if h, ok := records[0].Body.(*ledger.Held); ok {
		out.Points, out.Until = h.Points, Time(h.Lapses)
	}
	out.Zh = fmt.Sprintf("订好了，先留着 %d 分。到时候出示卡或积分码取餐，不取会自动退回。", out.Points)
	out.En = fmt.Sprintf("Booked; %d points are set aside. Show card or code to collect it; not collected, they come back by themselves.", out.Points)
	return out, nil
}

// periodLetter is a meal period as the rulebook names it.
func periodLetter(k *ledger.Rulebook, name string) string {
	for _, p := range k.Periods {
		if periodName(p.ID) == name {
			return p.ID
		}
	}
	return name
}

type cancelInput struct {
	Keyed
	Numbered
}

// cancelBooking takes a booking back, at any time before the meal is handed over.
func (s *Server) cancelBooking(ctx context.Context, c *call, in *cancelInput) error {
	_, err := s.submit(ctx, c, &ledger.Release{Hold: in.Seq})
	return err
}

type kitchenInput struct {
	Canteen ledger.CanteenID `query:"canteen" required:"true" maxLength:"48"`
	Day     string           `query:"day" maxLength:"10" doc:"A local day; today when absent"`
}

type kitchenPage struct {
	Day    roster.Date  `json:"day"`
	Sums   []kitchenSum `json:"sums" doc:"By period, meal and portion"`
	Booked []booking    `json:"booked"`
}

type kitchenSum struct {
	Period string `json:"period" enum:"breakfast,lunch,dinner"`
	MealZh string `json:"meal_zh"`
	MealEn string `json:"meal_en"`
	Small  bool   `json:"small"`
	Count  int    `json:"count"`
}

// getKitchen is what the kitchen cooks for a day's bookings that were not handed over yet, and for whom, masked.
func (s *Server) getKitchen(ctx context.Context, c *call, in *kitchenInput) (kitchenPage, error) {
	out := kitchenPage{Sums: []kitchenSum{}, Booked: []booking{}}
	if !c.holdsIn(cashier, ledger.Scope(in.Canteen)) && !c.seesAll() {
		return out, fail(string(ledger.CodeNotEntitled))
	}
	day, err := dayIn(in.Day)
	if err != nil {
		return out, err
	}
	if day == 0 {
		day = s.day()
	}
	names, err := s.words(ctx)
	if err != nil {
		return out, err
	}
	meals, err := s.texts(ctx, roster.MealKind)
	if err != nil {
		return out, err
	}
	out.Day = roster.DateOf(day)
	err = s.read(ctx, c, func(b *ledger.Book) {
		for _, p := range b.Rules().Periods {
			for _, h := range b.Holds(in.Canteen) {
				if h.Day == day && h.Period == p.ID {
					one := s.bookingOut(c, &h, &names, meals)
					out.Booked = append(out.Booked, one)
					out.count(&one)
				}
			}
		}
	})
	return out, err
}

func (k *kitchenPage) count(x *booking) {
	for i := range k.Sums {
		if n := &k.Sums[i]; n.Period == x.Period && n.MealZh == x.MealZh && n.Small == x.Small {
			n.Count++
			return
		}
	}
	k.Sums = append(k.Sums, kitchenSum{x.Period, x.MealZh, x.MealEn, x.Small, 1})
}
