package ledger

// Redeemed says that a member took a meal for points (兑换).
type Redeemed struct {
	Canteen CanteenID
	Account AccountID
	Meal    string
	Small   bool
	Side    bool // not a main meal
	Points  Points
	Lots    []LotShare
	Day     Day
	Period  string
	Handle  Handle // of the pay code, and its step
	Step    int64
	Phone   DeviceID // that showed the code, where it is known
	Card    CardID
	PIN     bool // the PIN was given
}

func (*Redeemed) kind() Kind { return KindRedeemed }

func (x *Redeemed) about() AccountID { return x.Account }

func (x *Redeemed) fields(c *codec) {
	text(c, "canteen", &x.Canteen)
	text(c, "account", &x.Account)
	text(c, "meal", &x.Meal)
	flag(c, "small", &x.Small)
	flag(c, "side", &x.Side)
	integer(c, "points", &x.Points)
	list(c, "lots", &x.Lots, func(c *codec, s *LotShare) { s.fields(c) })
	integer(c, "day", &x.Day)
	text(c, "period", &x.Period)
	text(c, "handle", &x.Handle)
	integer(c, "step", &x.Step)
	text(c, "phone", &x.Phone)
	text(c, "card", &x.Card)
	flag(c, "pin", &x.PIN)
}

func (x *Redeemed) fold(b *Book, r *Record) error {
	b.useHandle(x.Handle, x.Step, r)
	p, _ := r.plate()
	return b.serve(r, &p)
}

// Redeem takes a meal for points, at a till of the canteen, by one of its cashiers. The code that the member
// showed was read and checked outside: it is either a pay code's handle and step, or a card.
type Redeem struct {
	noTarget
	Canteen CanteenID
	Account AccountID
	Meal    string
	Small   bool
	Points  Points // what this member pays: the list price or one of the rulebook's reductions of it
	Handle  Handle
	Step    int64
	Phone   DeviceID // that showed the code, where it is known
	Card    CardID
	PIN     bool // the member's PIN was given and is right
	Care    bool // says the roster: she is 60 or more or in hardship, so that she eats first (先用餐) when her points do not reach
}

func (x *Redeem) decide(d *draft) *Refusal {
	b := d.book
	if !b.has(d.cmd.Actor, RoleCashier, Scope(x.Canteen)) {
		return refuse(CodeNotEntitled)
	}
	if r := d.till(x.Canteen); r != nil {
		return r
	}
	if r := b.shown(x.Account, x.Handle, x.Step, x.Card); r != nil {
		return r
	}
	m, r := b.openMember(x.Account)
	if r != nil {
		return r
	}
	dish := Dish{x.Canteen, x.Account, x.Meal, x.Small, false, x.Points, dayOf(d.at(), b.offset()), b.rules.PeriodAt(d.at()).ID}
	if r := b.onMenu(&dish); r != nil {
		return r
	}
	if r := b.mayEat(&dish, x.PIN); r != nil {
		return r
	}
	if hold, booked := b.Booked(x.Account, dish.Day, dish.Period); booked && !dish.Side && !x.PIN {
		return &Refusal{Code: CodeMealBooked, Seq: hold.Seq, At: hold.At, Subject: x.Account}
	}
	now := monthOf(d.now, b.offset())
	lots, enough := spend(m.lots, now, x.Points)
	if !enough && x.Care && !dish.Side {
		return x.dineFirst(d, &dish)
	}
	if !enough {
		return &Refusal{Code: CodeBalanceShort, Need: int64(x.Points), Available: int64(free(m.lots, now)), Subject: x.Account}
	}
	if r := b.maySpend(&dish, x.PIN); r != nil {
		return r
	}
	if r := b.mayPhone(&dish, x.Phone, d.at()); r != nil {
		return r
	}
	d.add(&Redeemed{
		Canteen: x.Canteen, Account: x.Account, Meal: x.Meal, Small: x.Small, Side: dish.Side, Points: x.Points, Lots: lots,
		Day: dish.Day, Period: dish.Period, Handle: x.Handle, Step: x.Step, Phone: x.Phone, Card: x.Card, PIN: x.PIN,
	}, move{x.Account, UnitPoints, -int64(x.Points)}, move{CanteenAccount(x.Canteen), UnitPoints, int64(x.Points)})
	return nil
}

func (x *Redeem) differs(first *Record) string {
	p, ok := first.plate()
	var handle Handle
	switch o := first.Body.(type) {
	case *Redeemed:
		handle = o.Handle
	case *MealServed:
		handle, ok = o.Handle, o.Why == ServedFirst
	default:
		ok = false
	}
	return firstDifference(ok, field("canteen", p.Canteen == x.Canteen), field("handle", handle == x.Handle),
		field("card", first.card() == x.Card), field("meal", p.Meal == x.Meal), field("small", p.Small == x.Small))
}
