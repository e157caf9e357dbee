package ledger

import "errors"

// Why a meal was served that the member did not pay for.
const (
	ServedFirst = "first" // 先用餐: her points did not reach, and nobody of 60 or more or in hardship is turned away
	ServedAgain = "again" // 本人没吃到: somebody else had used her card
)

// MealServed says that a meal was served and not charged to the member: to the donation pool, and what that does not
// hold, to shortfall (差额). She owes nothing and is not marked.
type MealServed struct {
	Dish
	Why     string
	Pool    Points
	Short   Points
	Earlier Seq // the meal that she says she did not have
	Handle  Handle
	Step    int64
	Card    CardID
}

func (*MealServed) kind() Kind { return KindMealServed }

func (x *MealServed) about() AccountID { return x.Account }

func (x *MealServed) fields(c *codec) {
	x.Dish.fields(c)
	text(c, "why", &x.Why)
	integer(c, "pool", &x.Pool)
	integer(c, "short", &x.Short)
	integer(c, "earlier", &x.Earlier)
	text(c, "handle", &x.Handle)
	integer(c, "step", &x.Step)
	text(c, "card", &x.Card)
}

func (x *MealServed) fold(b *Book, r *Record) error {
	b.useHandle(x.Handle, x.Step, r)
	if x.Why == ServedFirst {
		b.count(counterKey{limitCare, IssuerCommunity, weekStarts(x.Day)}, x.Points)
	}
	p, _ := r.plate()
	return b.serve(r, &p)
}

// weekStarts is the Monday of a day's week; 1970-01-01 was a Thursday.
func weekStarts(d Day) Day { return d - (d+3)%7 }

// dineFirst serves a main meal that the member's points do not reach for, within what the community gives a week.
func (x *Redeem) dineFirst(d *draft, dish *Dish) *Refusal {
	b := d.book
	week := weekStarts(dish.Day)
	if used := b.counted(limitCare, IssuerCommunity, week); used+dish.Points > b.rules.CareWeekPoints {
		return &Refusal{
			Code: CodeCareLimit, Used: int64(used), Limit: int64(b.rules.CareWeekPoints), Reset: b.DayStarts(week + 7), Subject: x.Account,
		}
	}
	pool := min(dish.Points, Points(max(0, b.holding(PoolDonation, UnitPoints).balance)))
	body := &MealServed{
		Dish: *dish, Why: ServedFirst, Pool: pool, Short: dish.Points - pool, Handle: x.Handle, Step: x.Step, Card: x.Card,
	}
	d.add(body, body.moves()...)
	return nil
}

// moves are the postings of a meal that others pay for.
func (x *MealServed) moves() []move {
	return []move{
		{PoolDonation, UnitPoints, -int64(x.Pool)},
		{Shortfall, UnitPoints, -int64(x.Short)},
		{CanteenAccount(x.Canteen), UnitPoints, int64(x.Points)},
	}
}

// ServeAgain serves a member who says that she did not have the meal that stands in the books for this period: at the
// till, at once, once a period, on shortfall. The card that was used goes onto the replacement list.
type ServeAgain struct {
	Seq    Seq // the earlier meal
	Meal   string
	Small  bool
	Points Points // what this member would pay
	Handle Handle
	Step   int64
	Card   CardID
}

func (x *ServeAgain) target(*Book) Seq { return x.Seq }

func (x *ServeAgain) decide(d *draft) *Refusal {
	b := d.book
	t := d.cmd.Target
	if t == nil || t.Seq != x.Seq {
		return refuse(CodeRecordUnknown)
	}
	old, ok := t.plate()
	if !ok || old.Side {
		return refuse(CodeRecordUnknown)
	}
	if !b.has(d.cmd.Actor, RoleCashier, Scope(old.Canteen)) {
		return refuse(CodeNotEntitled)
	}
	if r := d.till(old.Canteen); r != nil {
		return r
	}
	if r := b.shown(old.Account, x.Handle, x.Step, x.Card); r != nil {
		return r
	}
	if _, r := b.openMember(old.Account); r != nil {
		return r
	}
	dish := Dish{old.Canteen, old.Account, x.Meal, x.Small, false, x.Points, dayOf(d.at(), b.offset()), b.rules.PeriodAt(d.at()).ID}
	if r := b.mainMeal(&dish); r != nil {
		return r
	}
	if r := b.stands(&dish, x.Seq); r != nil {
		return r
	}
	body := &MealServed{
		Dish: dish, Why: ServedAgain, Short: x.Points, Earlier: x.Seq, Handle: x.Handle, Step: x.Step, Card: x.Card,
	}
	d.add(body, body.moves()...)
	if card := t.card(); card != "" && !b.cards[card].revoked && b.cards[card].doubt == 0 {
		d.add(&CardDoubted{Card: card, Account: old.Account, Meal: x.Seq})
	}
	if b.disputed[x.Seq] == 0 {
		d.dispute(t, &Dispute{Seq: x.Seq, Account: old.Account, Card: x.Card, Reason: ReasonWrongPerson})
	}
	return nil
}

// stands checks that the earlier meal is one of this period and still stands, and that nobody was served again for it.
func (b *Book) stands(x *Dish, seq Seq) *Refusal {
	found := false
	for _, m := range b.meals[b.table(x.Account, x.Day, x.Period)] {
		if m.again {
			return &Refusal{Code: CodeMealTaken, Seq: m.seq, At: m.at, Subject: x.Account}
		}
		found = found || m.seq == seq
	}
	if !found {
		return refuse(CodeRecordUnknown)
	}
	return nil
}

// card is the card with which a meal was paid; "" when it was none.
func (r *Record) card() CardID {
	switch x := r.Body.(type) {
	case *Redeemed:
		return x.Card
	case *Captured:
		return x.Card
	case *MealServed:
		return x.Card
	case *MealReplayed:
		return x.Card
	}
	return ""
}

func (x *ServeAgain) differs(first *Record) string {
	o, ok := first.Body.(*MealServed)
	return firstDifference(ok, field("earlier", ok && o.Earlier == x.Seq), field("meal", ok && o.Meal == x.Meal),
		field("small", ok && o.Small == x.Small), field("handle", ok && o.Handle == x.Handle), field("card", ok && o.Card == x.Card))
}

func (x *MealServed) judge(b *Book, r *Record) error {
	if err := b.judgeMenu(&x.Dish, r.Rulebook); err != nil {
		return err
	}
	k := b.rulebooks[r.Rulebook]
	switch {
	case !b.has(r.Actor, RoleCashier, Scope(x.Canteen)):
		return errors.New("she is not a cashier of that canteen")
	case x.Pool+x.Short != x.Points || x.Pool < 0 || x.Short < 0:
		return errors.New("pool and shortfall do not make up its price")
	case x.Why != ServedFirst && x.Why != ServedAgain || (x.Why == ServedAgain) != (x.Earlier != 0):
		return errors.New("it does not say why nobody was charged")
	case x.Why == ServedFirst && b.counted(limitCare, IssuerCommunity, weekStarts(x.Day))+x.Points > k.CareWeekPoints:
		return errors.New("it is beyond what the community gives a week")
	case x.Why == ServedAgain && b.stands(&x.Dish, x.Earlier) != nil:
		return errors.New("no such meal stood in that period, or she was served again before")
	}
	return b.judgeMoves(r, x.moves()...)
}
