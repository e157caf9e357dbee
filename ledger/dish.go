package ledger

import "time"

// Dish is what was served or booked: what all records of a meal say alike.
type Dish struct {
	Canteen CanteenID
	Account AccountID
	Meal    string
	Small   bool
	Side    bool   // not a main meal
	Points  Points // its price for this member, whoever pays
	Day     Day
	Period  string
}

func (x *Dish) fields(c *codec) {
	text(c, "canteen", &x.Canteen)
	text(c, "account", &x.Account)
	text(c, "meal", &x.Meal)
	flag(c, "small", &x.Small)
	flag(c, "side", &x.Side)
	integer(c, "points", &x.Points)
	integer(c, "day", &x.Day)
	text(c, "period", &x.Period)
}

// plate is a served meal and who paid for it, whatever kind of record says so.
type plate struct {
	Dish
	charged Points // to the member, out of lots
	pool    Points // to the donation pool
	short   Points // to shortfall
	lots    []LotShare
	why     string // of a meal that was not charged
	edition int    // of the rulebook that priced it
}

// plate is the meal that a record says was served; false when it says none.
func (r *Record) plate() (plate, bool) {
	switch x := r.Body.(type) {
	case *Redeemed:
		return plate{
			Dish:    Dish{x.Canteen, x.Account, x.Meal, x.Small, x.Side, x.Points, x.Day, x.Period},
			charged: x.Points, lots: x.Lots, edition: r.Rulebook,
		}, true
	case *Captured:
		return plate{Dish: x.Dish, charged: x.Points, lots: x.Lots, edition: x.Edition}, true
	case *MealReplayed:
		return plate{Dish: x.Dish, charged: x.Points - x.Short, short: x.Short, lots: x.Lots, edition: x.Edition}, true
	case *MealServed:
		return plate{Dish: x.Dish, pool: x.Pool, short: x.Short, why: x.Why, edition: r.Rulebook}, true
	}
	return plate{}, false
}

// table is the counter of main meals of a person in one meal period.
func (b *Book) table(id AccountID, day Day, period string) mealKey {
	return mealKey{b.person(id), day, period}
}

// serve remembers what every served meal changes: the day's spending, the main meal of the period, the canteen's sums.
func (b *Book) serve(r *Record, p *plate) error {
	if len(p.lots) > 0 {
		if err := b.takeLots(p.Account, p.lots); err != nil {
			return err
		}
	}
	b.count(counterKey{limitSpend, p.Account, p.Day}, p.charged)
	if !p.Side && p.Account != "" {
		k := b.table(p.Account, p.Day, p.Period)
		b.meals[k] = append(b.meals[k], taken{r.Seq, r.At(), p.Points, p.why == ServedAgain})
	}
	b.sold(saleKey{p.Canteen, p.Day, p.Meal}, 1, int64(p.charged+p.pool+p.short))
	if cut := b.cut(p); cut > 0 {
		b.owe(servedDay{p.Canteen, p.Day}, int64(cut), 1)
	}
	return nil
}

// onMenu checks that a meal is served in its period (decision 0022), at this price, and notes whether it is a main meal.
func (b *Book) onMenu(x *Dish) *Refusal {
	meal := b.rules.Meal(x.Meal)
	if meal == nil || !meal.servedIn(x.Period) {
		return refuse(CodeMealUnknown)
	}
	if !b.rules.allows(meal, x.Small, x.Points) {
		return &Refusal{Code: CodePriceWrong, Need: int64(meal.Points)}
	}
	x.Side = meal.Side
	return nil
}

// mainMeal is onMenu for what can only be a main meal.
func (b *Book) mainMeal(x *Dish) *Refusal {
	r := b.onMenu(x)
	if r == nil && x.Side {
		return refuse(CodeMealUnknown)
	}
	return r
}

// mayEat refuses a second main meal in one period, which takes the PIN.
func (b *Book) mayEat(x *Dish, pin bool) *Refusal {
	if had := b.meals[b.table(x.Account, x.Day, x.Period)]; len(had) > 0 && !x.Side && !pin {
		return &Refusal{Code: CodeMealTaken, Seq: had[0].seq, At: had[0].at, Subject: x.Account}
	}
	return nil
}

// maySpend refuses to go over what can be spent a day without PIN.
func (b *Book) maySpend(x *Dish, pin bool) *Refusal {
	if used := b.counted(limitSpend, x.Account, x.Day); used+x.Points > b.rules.NoPINPoints && !pin {
		return &Refusal{
			Code: CodePINRequired, Used: int64(used), Limit: int64(b.rules.NoPINPoints),
			Reset: b.DayStarts(x.Day + 1), Subject: x.Account,
		}
	}
	return nil
}

// shown checks what a member showed at the till: one use of a code, or a card that is hers and in use.
func (b *Book) shown(id AccountID, h Handle, step int64, card CardID) *Refusal {
	if (h == "") == (card == "") {
		return badField("code")
	}
	if flaw := codeFlaw(h, step); flaw != "" {
		return badField(flaw)
	}
	if card == "" {
		return b.freshStep(h, step)
	}
	holder, r := b.CardHolder(card)
	if r != nil {
		return r
	}
	if holder != id {
		return badField("account")
	}
	return nil
}

// periodSpan is when a meal period of a day begins and ends; false when the rulebook has no such period.
func (b *Book) periodSpan(day Day, id string) (from, to Time, ok bool) {
	ps := b.rules.Periods
	for i, p := range ps {
		if p.ID != id {
			continue
		}
		to = b.DayStarts(day + 1)
		if i+1 < len(ps) {
			to = b.DayStarts(day) + Time(ps[i+1].From)*minuteMillis
		}
		return b.DayStarts(day) + Time(p.From)*minuteMillis, to, true
	}
	return 0, 0, false
}

// monthStarts is the first moment of a local month.
func (b *Book) monthStarts(m Month) Time {
	return Time(time.Date(int(m)/100, time.Month(int(m)%100), 1, 0, 0, 0, 0, time.UTC).UnixMilli()) - b.offset()
}
