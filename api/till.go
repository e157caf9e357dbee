package api

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
	"moralbank.example/bank/ledger/view"
)

// tillPage is what a till offers now.
type tillPage struct {
	Canteen    tillCanteen `json:"canteen"`
	Period     string      `json:"period" enum:"breakfast,lunch,dinner"`
	Default    tillMeal    `json:"default_meal" doc:"What a scan redeems without a choice"`
	Meals      []tillMeal  `json:"meals"`
	VoidSecs   int         `json:"void_seconds"`
	ServerTime Time        `json:"server_time"`
	Cashier    string      `json:"cashier_name"`
}

type tillCanteen struct {
	ID   ledger.CanteenID `json:"id"`
	Name string           `json:"name"`
}

type tillMeal struct {
	ID      string        `json:"id"`
	Zh      string        `json:"name_zh"`
	En      string        `json:"name_en"`
	Points  ledger.Points `json:"points" doc:"The list price; what a diner pays may be less"`
	Small   ledger.Points `json:"small_points,omitempty"`
	Periods []string      `json:"periods"`
	Side    bool          `json:"side,omitempty" doc:"Beside a main meal: one period's limit of one main meal does not count it"`
}

// counter is where a cashier stands: her till, its canteen, and the rules in force.
type counter struct {
	canteen ledger.CanteenID
	rules   *ledger.Rulebook
}

// counter is the till of the call; only a cashier of its canteen, signed in at an enrolled till, has one.
func (s *Server) counter(c *call) (counter, error) {
	if c.device.Kind() != ledger.DeviceTill {
		return counter{}, fail(string(ledger.CodeDeviceUnknown))
	}
	at := counter{}
	s.view.Read(func(b *ledger.Book) { // the guard has just waited for it to be up to date
		d, _ := b.Device(c.device)
		at.canteen, at.rules = d.Canteen, b.Rules()
	})
	if at.canteen == "" || at.rules == nil {
		return at, fail(string(ledger.CodeDeviceUnknown))
	}
	if !c.holdsIn(cashier, ledger.Scope(at.canteen)) {
		return at, fail(string(ledger.CodeNotEntitled))
	}
	return at, nil
}

// getTill is the menu with list prices, and the meal that a scan redeems now.
func (s *Server) getTill(ctx context.Context, c *call, _ *none) (tillPage, error) {
	at, err := s.counter(c)
	if err != nil {
		return tillPage{}, err
	}
	names, err := s.words(ctx)
	if err != nil {
		return tillPage{}, err
	}
	meals, err := s.texts(ctx, roster.MealKind)
	if err != nil {
		return tillPage{}, err
	}
	now := s.time()
	period := at.rules.PeriodAt(now)
	out := tillPage{
		Canteen: tillCanteen{at.canteen, names.scope(ledger.Scope(at.canteen))}, Period: periodName(period.ID),
		Meals: []tillMeal{}, VoidSecs: at.rules.VoidSeconds, ServerTime: Time(now), Cashier: s.roster.Name(c.account),
	}
	for i := range at.rules.Meals {
		m := &at.rules.Meals[i]
		meal := tillMeal{ID: m.ID, Zh: meals.zh(m.ID), En: meals.en(m.ID), Points: m.Points, Small: m.Small, Periods: []string{}, Side: m.Side}
		for letter := range strings.SplitSeq(m.Periods, "") {
			meal.Periods = append(meal.Periods, periodName(letter))
		}
		out.Meals = append(out.Meals, meal)
		if m.ID == period.Main {
			out.Default = meal
		}
	}
	return out, nil
}

// periodName is a meal period as pages know it. The rulebook names periods by a letter.
func periodName(id string) string {
	switch id {
	case "b":
		return "breakfast"
	case "l":
		return "lunch"
	case "d":
		return "dinner"
	}
	return id
}

// Redeemed is a meal that was redeemed.
type Redeemed struct {
	Seq       ledger.Seq    `json:"seq"`
	Member    diner         `json:"member"`
	Meal      redeemedMeal  `json:"meal"`
	Points    ledger.Points `json:"points"`
	Balance   ledger.Points `json:"balance_after" doc:"As of Ledger-Seq, which the meal is at or before"`
	Available ledger.Points `json:"available_after" doc:"What can be spent of it: of the same moment"`
	Time      Time          `json:"time"`
	VoidUntil Time          `json:"void_until"`
	Zh        string        `json:"zh"`
	En        string        `json:"en"`
}

type diner struct {
	Masked  string `json:"masked_name"`
	Surname string `json:"surname"`
	Speak   bool   `json:"speak_balance" doc:"The member chose that the till says the balance aloud"`
}

type redeemedMeal struct {
	ID    string `json:"id"`
	Zh    string `json:"name_zh"`
	En    string `json:"name_en"`
	Small bool   `json:"small"`
}

// redeemedOut describes a redemption by its record, and what the member has: balance and what can be spent of it are one reading
// of her account, of Ledger-Seq. No price class appears in it: what was charged is all there is.
func (s *Server) redeemedOut(ctx context.Context, c *call, at *counter, r *ledger.Record, p *roster.Person) (Redeemed, error) {
	x, charged, ok := mealIn(r)
	if !ok {
		return Redeemed{}, fail(string(ledger.CodeRecordUnknown))
	}
	meal, err := s.mealText(ctx, x.Meal)
	if err != nil {
		return Redeemed{}, err
	}
	out := Redeemed{
		Seq: r.Seq, Member: diner{roster.Mask(p.Name), roster.Surname(p.Name), p.Speak},
		Meal: redeemedMeal{x.Meal, meal.Zh, meal.En, x.Small}, Points: charged,
		Time: Time(r.Time), VoidUntil: Time(r.Time + ledger.Time(at.rules.VoidSeconds)*1000),
		Zh: fmt.Sprintf("%s，%d 积分，请取餐。", meal.Zh, charged), En: fmt.Sprintf("%s, %d points. Enjoy your meal.", meal.En, charged),
	}
	if v, seq, ok := s.engine.Balance(x.Account); ok {
		out.Balance, out.Available = v.Points, v.Available(s.time(), at.rules.OffsetMinutes)
		c.seq = max(c.seq, seq)
	}
	return out, nil
}

// mealText is what a meal is called.
func (s *Server) mealText(ctx context.Context, id string) (roster.Text, error) {
	text, err := s.roster.Text(ctx, roster.MealKind, id)
	if errors.Is(err, roster.ErrNotFound) {
		text.Zh, text.En = id, id
	} else if err != nil {
		return text, fmt.Errorf("read meal: %w", err)
	}
	if text.En == "" {
		text.En = text.Zh
	}
	return text, nil
}

type recentItem struct {
	Redeemed

	Voided bool `json:"voided"`
}

// recent lists the newest redemptions of this till.
func (s *Server) recent(ctx context.Context, c *call, in *Paged) (list[recentItem], error) {
	at, err := s.counter(c)
	if err != nil {
		return list[recentItem]{}, err
	}
	before, err := cursorSeq(in.Cursor)
	if err != nil {
		return list[recentItem]{}, err
	}
	var items []recentItem
	f := view.Filter{Account: ledger.CanteenAccount(at.canteen)}
	page, err := s.view.Records(ctx, f, before, in.Limit)
	if err != nil {
		return list[recentItem]{}, fmt.Errorf("read redemptions: %w", err)
	}
	c.seq = max(c.seq, page.Seq)
	for i := range page.Entries {
		r := &page.Entries[i].Record
		if _, _, served := mealIn(r); !served || r.Via != c.device {
			continue // a reversal, or the other till's
		}
		p := roster.Person{Name: s.roster.Name(r.Subject())}
		one, err := s.redeemedOut(ctx, c, &at, r, &p)
		if err != nil {
			return list[recentItem]{}, err
		}
		item := recentItem{Redeemed: one}
		s.view.Read(func(b *ledger.Book) { item.Voided = b.ReversedBy(r.Seq) != 0 })
		items = append(items, item)
	}
	next := ""
	if page.Next > 0 {
		next = decimal(page.Next)
	}
	return listOf(c, items, next), nil
}
