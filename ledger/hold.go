package ledger

// Held says that points are set aside for a booked meal (预留). It moves nothing: the lots that it names are pinned
// until the meal is captured or the hold released.
type Held struct {
	Dish
	Lots   []LotShare
	Lapses Time // when the meal period is over
}

func (*Held) kind() Kind { return KindHeld }

func (h *Held) about() AccountID { return h.Account }

func (h *Held) fields(c *codec) {
	h.Dish.fields(c)
	list(c, "lots", &h.Lots, func(c *codec, s *LotShare) { s.fields(c) })
	integer(c, "lapses", &h.Lapses)
}

// hold is an open one.
type hold struct {
	Held
	edition int // of the rulebook that priced it
	at      Time
}

func (h *Held) fold(b *Book, r *Record) error {
	a := b.account(h.Account)
	for _, s := range h.Lots {
		if err := b.pin(a, s.Month, s.Points); err != nil {
			return err
		}
	}
	b.holds[r.Seq] = &hold{*h, r.Rulebook, r.Time}
	b.booked[b.table(h.Account, h.Day, h.Period)] = r.Seq
	b.touch(h.Account)
	return nil
}

// Hold books a main meal of a day and period: by the member herself, her guardian, a cashier of the canteen or an organizer.
type Hold struct {
	noTarget
	Canteen CanteenID
	Account AccountID
	Meal    string
	Small   bool
	Points  Points // what this member pays
	Day     Day
	Period  string
}

func (h *Hold) decide(d *draft) *Refusal {
	b := d.book
	if !d.mayBook(h.Account, h.Canteen) {
		return refuse(CodeNotEntitled)
	}
	if !validID(string(h.Canteen)) {
		return badField("canteen")
	}
	m, r := b.openMember(h.Account)
	if r != nil {
		return r
	}
	x := Dish{h.Canteen, h.Account, h.Meal, h.Small, false, h.Points, h.Day, h.Period}
	if r := b.mainMeal(&x); r != nil {
		return r
	}
	ends, can := b.BookUntil(h.Day, h.Period, d.now)
	switch {
	case ends == 0:
		return badField("period")
	case !can:
		return &Refusal{Code: CodeBookingClosed, Field: "day", Limit: int64(b.rules.BookDays), At: d.now}
	case b.booked[b.table(h.Account, h.Day, h.Period)] != 0:
		seq := b.booked[b.table(h.Account, h.Day, h.Period)]
		return &Refusal{Code: CodeMealBooked, Seq: seq, At: b.holds[seq].at, Subject: h.Account}
	}
	if r := b.mayEat(&x, false); r != nil {
		return r
	}
	now := monthOf(d.now, b.offset())
	lots, enough := spend(m.lots, now, h.Points)
	if !enough {
		return &Refusal{Code: CodeBalanceShort, Need: int64(h.Points), Available: int64(free(m.lots, now)), Subject: h.Account}
	}
	for i := range lots {
		lots[i].Gifted = 0 // which points of a lot were gifts is settled when the meal is taken
	}
	d.add(&Held{Dish: x, Lots: lots, Lapses: ends})
	return nil
}

// BookUntil is when a meal period of a day is over: until then its meals can be booked. False when the rules have no such
// period, or the day is too far ahead at the moment now.
func (b *Book) BookUntil(day Day, period string, now Time) (Time, bool) {
	_, ends, known := b.periodSpan(day, period)
	return ends, known && now < ends && day <= dayOf(now, b.offset())+Day(b.rules.BookDays) //nolint:gosec // at most a month
}

// mayBook reports whether the actor may book, and take back, a meal of a member.
func (d *draft) mayBook(id AccountID, c CanteenID) bool {
	m, actor := d.book.member(id), d.book.member(d.cmd.Actor)
	if m == nil || actor == nil || actor.state != StateOpen {
		return false
	}
	return d.cmd.Actor == id || d.cmd.Actor == m.guardian || d.book.has(d.cmd.Actor, RoleCashier, Scope(c)) || d.may(RoleOrganizer)
}

func (h *Hold) differs(first *Record) string {
	o, ok := first.Body.(*Held)
	return firstDifference(ok, field("canteen", ok && o.Canteen == h.Canteen), field("account", ok && o.Account == h.Account),
		field("meal", ok && o.Meal == h.Meal), field("small", ok && o.Small == h.Small), field("day", ok && o.Day == h.Day),
		field("period", ok && o.Period == h.Period))
}

// HoldView is an open hold, for the canteen's list and the member's page.
type HoldView struct {
	Held
	Seq Seq
	At  Time
}

// Booked is the open hold of a person for a meal period; false when there is none.
func (b *Book) Booked(id AccountID, day Day, period string) (HoldView, bool) {
	seq := b.booked[b.table(id, day, period)]
	h := b.holds[seq]
	if h == nil {
		return HoldView{}, false
	}
	return HoldView{h.Held, seq, h.at}, true
}

// Holds lists the open holds of a canteen, oldest first; of all canteens when c is empty.
func (b *Book) Holds(c CanteenID) []HoldView {
	var all []HoldView
	for _, seq := range sortedKeys(b.holds) {
		if h := b.holds[seq]; c == "" || h.Canteen == c {
			all = append(all, HoldView{h.Held, seq, h.at})
		}
	}
	return all
}
