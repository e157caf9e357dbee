package ledger

import "fmt"

// Captured says that a booked meal was taken (取餐): the pinned points are redeemed.
type Captured struct {
	Hold Seq
	Dish
	Lots    []LotShare
	Edition int // of the rulebook that priced the booking
	Handle  Handle
	Step    int64
	Phone   DeviceID
	Card    CardID
	PIN     bool
}

func (*Captured) kind() Kind { return KindCaptured }

func (x *Captured) about() AccountID { return x.Account }

func (x *Captured) fields(c *codec) {
	integer(c, "hold", &x.Hold)
	x.Dish.fields(c)
	list(c, "lots", &x.Lots, func(c *codec, s *LotShare) { s.fields(c) })
	integer(c, "edition", &x.Edition)
	text(c, "handle", &x.Handle)
	integer(c, "step", &x.Step)
	text(c, "phone", &x.Phone)
	text(c, "card", &x.Card)
	flag(c, "pin", &x.PIN)
}

func (x *Captured) fold(b *Book, r *Record) error {
	if err := b.letGo(x.Hold); err != nil {
		return err
	}
	b.useHandle(x.Handle, x.Step, r)
	p, _ := r.plate()
	return b.serve(r, &p)
}

// letGo ends a hold: its lots are within reach again.
func (b *Book) letGo(seq Seq) error {
	h := b.holds[seq]
	if h == nil {
		return fmt.Errorf("no open hold %d", seq)
	}
	a := b.account(h.Account)
	for _, s := range h.Lots {
		if err := b.pin(a, s.Month, -s.Points); err != nil {
			return err
		}
	}
	delete(b.holds, seq)
	if k := b.table(h.Account, h.Day, h.Period); b.booked[k] == seq { // of a person with two accounts it may be the other booking
		delete(b.booked, k)
	}
	b.touch(h.Account)
	return nil
}

// Capture hands a booked meal over, in its period, at a till of its canteen, by one of its cashiers. The member shows her card or code
// as for any meal.
type Capture struct {
	noTarget
	Hold   Seq
	Handle Handle
	Step   int64
	Phone  DeviceID // that showed the code, where it is known
	Card   CardID
	PIN    bool
}

func (x *Capture) decide(d *draft) *Refusal {
	b := d.book
	h := b.holds[x.Hold]
	switch {
	case h == nil:
		return refuse(CodeHoldUnknown)
	case !b.has(d.cmd.Actor, RoleCashier, Scope(h.Canteen)):
		return refuse(CodeNotEntitled)
	}
	if r := d.till(h.Canteen); r != nil {
		return r
	}
	if r := b.shown(h.Account, x.Handle, x.Step, x.Card); r != nil {
		return r
	}
	if _, r := b.openMember(h.Account); r != nil {
		return r
	}
	from, to, known := b.periodSpan(h.Day, h.Period)
	if known && (d.at() < from || d.at() >= to) {
		return &Refusal{Code: CodeNotRunning, Reset: from, At: to}
	}
	if r := b.mayEat(&h.Dish, x.PIN); r != nil {
		return r
	}
	if r := b.maySpend(&h.Dish, x.PIN); r != nil {
		return r
	}
	if r := b.mayPhone(&h.Dish, x.Phone, d.at()); r != nil {
		return r
	}
	d.add(&Captured{
		Hold: x.Hold, Dish: h.Dish, Lots: b.pinnedShares(h), Edition: h.edition,
		Handle: x.Handle, Step: x.Step, Phone: x.Phone, Card: x.Card, PIN: x.PIN,
	}, move{h.Account, UnitPoints, -int64(h.Points)}, move{CanteenAccount(h.Canteen), UnitPoints, int64(h.Points)})
	return nil
}

// pinnedShares are the lots of a hold as they are spent: what of each was a gift goes first.
func (b *Book) pinnedShares(h *hold) []LotShare {
	a := b.accounts[h.Account]
	shares := make([]LotShare, 0, len(h.Lots))
	for _, s := range h.Lots {
		for i := range a.lots {
			if a.lots[i].Month == s.Month {
				shares = append(shares, a.lots[i].takeFirst(s.Points))
			}
		}
	}
	return shares
}

func (x *Capture) differs(first *Record) string {
	o, ok := first.Body.(*Captured)
	return firstDifference(ok, field("hold", ok && o.Hold == x.Hold), field("handle", ok && o.Handle == x.Handle),
		field("card", ok && o.Card == x.Card))
}
