package ledger

import "errors"

// GivenOut says that a member gave points to somebody of her family (转赠). They are in transit until the next record.
type GivenOut struct {
	Account AccountID
	To      AccountID
	Points  Points
	Lots    []LotShare
}

func (*GivenOut) kind() Kind { return KindGivenOut }

func (g *GivenOut) about() AccountID { return g.Account }

func (g *GivenOut) fields(c *codec) {
	text(c, "account", &g.Account)
	text(c, "to", &g.To)
	integer(c, "points", &g.Points)
	list(c, "lots", &g.Lots, func(c *codec, s *LotShare) { s.fields(c) })
}

func (g *GivenOut) fold(b *Book, r *Record) error {
	b.count(counterKey{limitGift, g.Account, b.yearStarts(r.Time)}, g.Points)
	return b.takeLots(g.Account, g.Lots)
}

// GivenIn says that the points of the record before arrived. They keep their expiry, and cannot be given on.
type GivenIn struct {
	Account AccountID
	From    AccountID
	Points  Points
	Lots    []LotShare
}

func (*GivenIn) kind() Kind { return KindGivenIn }

func (g *GivenIn) about() AccountID { return g.Account }

func (g *GivenIn) fields(c *codec) {
	text(c, "account", &g.Account)
	text(c, "from", &g.From)
	integer(c, "points", &g.Points)
	list(c, "lots", &g.Lots, func(c *codec, s *LotShare) { s.fields(c) })
}

func (g *GivenIn) fold(b *Book, _ *Record) error {
	a := b.account(g.Account)
	for _, s := range g.Lots {
		b.addLot(a, s)
	}
	return nil
}

// takeLots takes shares from a member's lots.
func (b *Book) takeLots(id AccountID, shares []LotShare) error {
	a := b.account(id)
	for _, s := range shares {
		if err := b.takeLot(id, a, s); err != nil {
			return err
		}
	}
	return nil
}

// yearStarts is the first day of the local year of a moment.
func (b *Book) yearStarts(t Time) Day {
	return b.DayOf(b.monthStarts(monthOf(t, b.offset())/100*100 + 1))
}

// Give is a gift of the actor's points within her family, to somebody of 60 or more.
type Give struct {
	noTarget
	To     AccountID
	Points Points
	Elder  bool // says the roster, which the caller has asked: she is 60 or more
}

func (g *Give) decide(d *draft) *Refusal {
	b, from := d.book, d.cmd.Actor
	giver, r := b.openMember(from)
	if r != nil {
		return r
	}
	if _, r := b.openMember(g.To); r != nil {
		r.Field = "to"
		return r
	}
	if g.Points < 1 || g.Points > intMax {
		return badField("points")
	}
	if r := b.kin(from, g.To, d.now); r != nil {
		return r
	}
	if !g.Elder {
		return &Refusal{Code: CodeNotEligible, Subject: g.To}
	}
	if r := d.mayGiveHere(); r != nil {
		return r
	}
	year := b.yearStarts(d.now)
	if used := b.counted(limitGift, from, year); used+g.Points > b.rules.GiftYearPoints {
		next := b.monthStarts(monthOf(d.now, b.offset())/100*100 + 101)
		return &Refusal{Code: CodeGiftLimit, Used: int64(used), Limit: int64(b.rules.GiftYearPoints), Reset: next, Subject: from}
	}
	lots, short := giver.toGive(g.Points, monthOf(d.now, b.offset()))
	if short != nil {
		short.Subject = from
		return short
	}
	d.add(&GivenOut{Account: from, To: g.To, Points: g.Points, Lots: lots},
		move{from, UnitPoints, -int64(g.Points)}, move{Transit, UnitPoints, int64(g.Points)})
	in := make([]LotShare, len(lots))
	for i, s := range lots {
		in[i] = LotShare{s.Month, s.Points, s.Points}
	}
	d.add(&GivenIn{Account: g.To, From: from, Points: g.Points, Lots: in},
		move{Transit, UnitPoints, -int64(g.Points)}, move{g.To, UnitPoints, int64(g.Points)})
	return nil
}

// mayGiveHere refuses what somebody gives away, to family or to the pool, on a device that is new or revoked.
func (d *draft) mayGiveHere() *Refusal {
	v := d.book.devices[d.cmd.Via]
	switch {
	case v == nil:
		return nil
	case v.revoked:
		return refuse(CodeDeviceRevoked)
	}
	since, hers := v.since(d.book, d.cmd.Actor)
	if !hers {
		since = v.at
	}
	if rested := since + Time(d.book.rules.DeviceRestDays)*dayMillis; d.now < rested {
		return &Refusal{Code: CodeDeviceNew, Reset: rested}
	}
	return nil
}

// toGive names the lots of a gift or donation, or says by how much they fall short.
func (a *account) toGive(points Points, now Month) ([]LotShare, *Refusal) {
	lots, enough := give(a.lots, now, points)
	if enough {
		return lots, nil
	}
	var can Points
	for i := range a.lots {
		if a.lots[i].Month >= now {
			can += a.lots[i].givable()
		}
	}
	return nil, &Refusal{Code: CodeBalanceShort, Need: int64(points), Available: int64(can)}
}

// kin refuses two people who are not of one family, or not for long enough.
func (b *Book) kin(x, y AccountID, now Time) *Refusal {
	p, q := b.accounts[x], b.accounts[y]
	if p.family == "" || p.family != q.family || b.same(x, y) {
		return &Refusal{Code: CodeNotFamily, Subject: y}
	}
	if usable := max(p.linked, q.linked) + Time(b.rules.FamilyRestDays)*dayMillis; now < usable {
		return &Refusal{Code: CodeNotFamily, Subject: y, Reset: usable}
	}
	return nil
}

func (g *Give) differs(first *Record) string {
	o, ok := first.Body.(*GivenOut)
	return firstDifference(ok, field("to", ok && o.To == g.To), field("points", ok && o.Points == g.Points))
}

// judge asks whether a gift was one: within a family of long enough, within the year's limit, of points that were not gifts.
func (g *GivenOut) judge(b *Book, r *Record) error {
	year, k := b.yearStarts(r.Time), b.rulebooks[r.Rulebook]
	switch {
	case r.Actor != g.Account:
		return errors.New("somebody else gave them")
	case b.member(g.Account) == nil || b.member(g.To) == nil || b.kin(g.Account, g.To, r.Time) != nil:
		return errors.New("they are not of one family, or not for long enough")
	case b.counted(limitGift, g.Account, year)+g.Points > k.GiftYearPoints:
		return errors.New("it is beyond the year's limit")
	case sumOf(g.Lots) != g.Points || giftedOf(g.Lots) != 0:
		return errors.New("its lots are not what it gives, or were gifts themselves")
	}
	return b.judgeMoves(r, move{g.Account, UnitPoints, -int64(g.Points)}, move{Transit, UnitPoints, int64(g.Points)})
}

// judge asks whether what was in transit arrived whole, as gifts.
func (g *GivenIn) judge(b *Book, r *Record) error {
	if b.holding(Transit, UnitPoints).balance != int64(g.Points) || sumOf(g.Lots) != g.Points || giftedOf(g.Lots) != g.Points {
		return errors.New("it is not what was given")
	}
	return b.judgeMoves(r, move{Transit, UnitPoints, -int64(g.Points)}, move{g.Account, UnitPoints, int64(g.Points)})
}

func giftedOf(shares []LotShare) (sum Points) {
	for _, s := range shares {
		sum += s.Gifted
	}
	return sum
}
