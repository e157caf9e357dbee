package ledger

import (
	"errors"
	"fmt"
	"slices"
)

// Why a meal that was served without network is not charged to the member, or not whole.
const (
	ShortUnknown = "unknown" // whose card or code it is
	ShortLost    = "lost"    // the card's loss had been reported
	ShortCode    = "code"    // the code was not right at that time, or used before
	ShortAccount = "account" // the account rests or is closed
	ShortSecond  = "second"  // a second main meal in the period
	ShortLease   = "lease"   // over what one card is good for in one lease
	ShortBalance = "balance" // the points did not reach
)

// MealReplayed says that a meal was served without network, and came in later. It is never refused: what cannot be
// charged to the member is shortfall.
type MealReplayed struct {
	Dish
	Lease   int
	Scan    int // its number in the till's outbox, rising within the lease
	Short   Points
	Why     string // Short is not zero
	Lots    []LotShare
	Hold    Seq  // the booking that it settles
	Picked  bool // the cashier picked the meal period, after the till was restarted
	Edition int  // of the rulebook that priced it
	Handle  Handle
	Step    int64
	Card    CardID
}

func (*MealReplayed) kind() Kind { return KindMealReplayed }

func (x *MealReplayed) about() AccountID { return x.Account }

func (x *MealReplayed) fields(c *codec) {
	x.Dish.fields(c)
	integer(c, "lease", &x.Lease)
	integer(c, "scan", &x.Scan)
	integer(c, "short", &x.Short)
	text(c, "why", &x.Why)
	list(c, "lots", &x.Lots, func(c *codec, s *LotShare) { s.fields(c) })
	integer(c, "hold", &x.Hold)
	flag(c, "picked", &x.Picked)
	integer(c, "edition", &x.Edition)
	text(c, "handle", &x.Handle)
	integer(c, "step", &x.Step)
	text(c, "card", &x.Card)
}

func (x *MealReplayed) fold(b *Book, r *Record) error {
	l := b.leases[leaseKey{r.Via, x.Lease}]
	if l == nil {
		return fmt.Errorf("no lease %d of %s", x.Lease, r.Via)
	}
	l.scan = x.Scan
	l.used += x.Points
	if charged := x.Points - x.Short; charged > 0 {
		l.charged[x.Account] += charged
	}
	if x.Hold != 0 {
		if err := b.letGo(x.Hold); err != nil {
			return err
		}
	}
	if x.Why != ShortCode { // a code that is not right must not use up those that are
		b.useHandle(x.Handle, x.Step, r)
	}
	p, _ := r.plate()
	return b.serve(r, &p)
}

// ReplayMeal brings in a meal that a till served without network, in the order of its outbox, at the time of the scan.
type ReplayMeal struct {
	noTarget
	Canteen CanteenID
	Account AccountID // "" when nobody knows the card
	Meal    string
	Small   bool
	Points  Points
	Period  string // picked by the cashier after a restart; else ""
	Lease   int
	Scan    int
	Handle  Handle
	Step    int64
	Wrong   bool // the code was not right at the time of the scan
	Card    CardID
}

func (x *ReplayMeal) decide(d *draft) *Refusal {
	b := d.book
	if !b.has(d.cmd.Actor, RoleCashier, Scope(x.Canteen)) {
		return refuse(CodeNotEntitled)
	}
	if r := d.till(x.Canteen); r != nil {
		return r
	}
	l := b.leases[leaseKey{d.cmd.Via, x.Lease}]
	switch {
	case l == nil || !l.open && l.written == 0:
		return refuse(CodeLeaseUnknown)
	case d.cmd.Effective < l.at:
		return &Refusal{Code: CodeTimeOutOfRange, Field: "effective", At: l.at}
	case x.Scan <= l.scan || x.Scan > intMax:
		return &Refusal{Code: CodeScanReplayed, Used: int64(l.scan)}
	}
	body := &MealReplayed{
		Dish:  Dish{x.Canteen, x.Account, x.Meal, x.Small, false, x.Points, dayOf(d.at(), b.offset()), b.rules.PeriodAt(d.at()).ID},
		Lease: x.Lease, Scan: x.Scan, Handle: x.Handle, Step: x.Step, Card: x.Card,
	}
	if r := x.sound(b, l, body); r != nil {
		return r
	}
	x.charge(d, l, body)
	d.add(body, move{x.Account, UnitPoints, -int64(x.Points - body.Short)}, move{Shortfall, UnitPoints, -int64(body.Short)},
		move{CanteenAccount(x.Canteen), UnitPoints, int64(x.Points)})
	return nil
}

// sound checks what no meal can be without: a price of the lease's rulebook or today's, a code or card, a period.
func (x *ReplayMeal) sound(b *Book, l *lease, body *MealReplayed) *Refusal {
	if (x.Handle == "") == (x.Card == "") {
		return badField("code")
	}
	if flaw := codeFlaw(x.Handle, x.Step); flaw != "" {
		return badField(flaw)
	}
	if x.Card != "" && !validID(string(x.Card)) {
		return badField("card")
	}
	if c := b.cards[x.Card]; c != nil && c.account != x.Account || x.Account != "" && b.member(x.Account) == nil {
		return badField("account")
	}
	if x.Period != "" {
		if _, _, known := b.periodSpan(body.Day, x.Period); !known {
			return badField("period")
		}
		body.Period, body.Picked = x.Period, true
	}
	for _, k := range []*Rulebook{b.rulebooks[l.edition], b.rules} {
		if m := k.Meal(x.Meal); m != nil && k.allows(m, x.Small, x.Points) {
			body.Side, body.Edition = m.Side, k.Edition
			return nil
		}
	}
	return refuse(CodePriceWrong)
}

// charge decides what the member pays, and what is shortfall.
func (x *ReplayMeal) charge(d *draft, l *lease, body *MealReplayed) {
	b := d.book
	if body.Why = x.spared(d, l, body); body.Why != "" {
		body.Short = x.Points
		return
	}
	lots := slices.Clone(b.accounts[x.Account].lots)
	if seq := b.booked[b.table(x.Account, body.Day, body.Period)]; seq != 0 && !body.Side {
		h := b.holds[seq]
		body.Hold = seq
		if h.Account == x.Account {
			for _, s := range h.Lots { // the booking is settled with this meal: what it pins is within reach
				i := slices.IndexFunc(lots, func(l Lot) bool { return l.Month == s.Month })
				lots[i].Pinned -= s.Points
			}
		}
	}
	now := monthOf(d.now, b.offset())
	pays := min(x.Points, free(lots, now))
	body.Lots, _ = spend(lots, now, pays)
	if body.Short = x.Points - pays; body.Short > 0 {
		body.Why = ShortBalance
	}
}

// spared says why the member pays nothing; "" when she pays.
func (x *ReplayMeal) spared(d *draft, l *lease, body *MealReplayed) string {
	b := d.book
	c := b.cards[x.Card]
	switch {
	case x.Account == "" || x.Card != "" && c == nil:
		return ShortUnknown
	case c != nil && c.revoked && c.lostAt <= d.at():
		return ShortLost
	case x.Wrong || x.Handle != "" && b.handles[x.Handle].step == x.Step:
		return ShortCode
	case b.accounts[x.Account].state != StateOpen:
		return ShortAccount
	case !body.Side && len(b.meals[b.table(x.Account, body.Day, body.Period)]) > 0:
		return ShortSecond
	case l.charged[x.Account]+x.Points > b.rules.LeaseCardPoints:
		return ShortLease
	}
	return ""
}

func (x *ReplayMeal) differs(first *Record) string {
	o, ok := first.Body.(*MealReplayed)
	return firstDifference(ok, field("lease", ok && o.Lease == x.Lease), field("scan", ok && o.Scan == x.Scan),
		field("account", ok && o.Account == x.Account), field("meal", ok && o.Meal == x.Meal), field("small", ok && o.Small == x.Small),
		field("card", ok && o.Card == x.Card), field("handle", ok && o.Handle == x.Handle))
}

func (x *MealReplayed) judge(b *Book, r *Record) error {
	if err := b.judgeDish(&x.Dish, x.Edition); err != nil {
		return err
	}
	l := b.leases[leaseKey{r.Via, x.Lease}]
	charged := x.Points - x.Short
	switch {
	case l == nil || r.Effective == 0 && r.Time < l.at || r.At() < l.at:
		return fmt.Errorf("%s had no allowance %d at that time", r.Via, x.Lease)
	case !b.has(r.Actor, RoleCashier, Scope(x.Canteen)):
		return fmt.Errorf("%s is not a cashier of canteen %s", r.Actor, x.Canteen)
	case x.Scan <= l.scan:
		return fmt.Errorf("scan %d of allowance %d came in before", x.Scan, x.Lease)
	case charged < 0 || sumOf(x.Lots) != charged || (x.Short > 0) != (x.Why != ""):
		return errors.New("it does not say who pays how much, and why")
	case charged > 0 && l.charged[x.Account]+charged > b.rulebooks[r.Rulebook].LeaseCardPoints:
		return errors.New("it charges a card more than it is good for in one allowance")
	}
	return b.judgeMoves(r, move{x.Account, UnitPoints, -int64(charged)}, move{Shortfall, UnitPoints, -int64(x.Short)},
		move{CanteenAccount(x.Canteen), UnitPoints, int64(x.Points)})
}
