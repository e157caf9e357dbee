package ledger

import "errors"

// PoolFunded says that the community set points aside for a purpose, out of its own budget.
type PoolFunded struct {
	Pool   AccountID
	Points Points
	By     AccountID // who proposed it, when another person approved
}

func (*PoolFunded) kind() Kind { return KindPoolFunded }

func (f *PoolFunded) fields(c *codec) {
	text(c, "pool", &f.Pool)
	integer(c, "points", &f.Points)
	text(c, "by", &f.By)
}

func (*PoolFunded) fold(*Book, *Record) error { return nil } // the postings say it all

// FundPool puts points of the community into a pool: by an organizer, alone up to the rulebook's bound, beyond it as a
// proposal that another person approves.
type FundPool struct {
	noTarget
	Pool   AccountID
	Points Points
}

func (f *FundPool) decide(d *draft) *Refusal {
	if !d.may(RoleOrganizer) && d.cmd.Actor != ActorRoot {
		return refuse(CodeNotEntitled)
	}
	if r := f.sound(d); r != nil {
		return r
	}
	if f.Points > d.book.rules.FundAlonePoints {
		return &Refusal{Code: CodeSecondPerson, Need: int64(f.Points), Limit: int64(d.book.rules.FundAlonePoints)}
	}
	return f.carryOut(d, "")
}

func (f *FundPool) sound(d *draft) *Refusal {
	switch {
	case f.Pool != PoolDonation && f.Pool != PoolSubsidy:
		return badField("pool")
	case f.Points < 1 || f.Points > intMax:
		return badField("points")
	}
	if left := d.book.BudgetLeft(IssuerCommunity, d.now); f.Points > left {
		return &Refusal{Code: CodeBudgetShort, Need: int64(f.Points), Available: int64(left), Subject: IssuerCommunity}
	}
	return nil
}

func (f *FundPool) propose(d *draft) (Proposed, *Refusal) {
	return Proposed{What: ProposeFund, Account: f.Pool, Points: f.Points}, f.sound(d)
}

func (f *FundPool) carryOut(d *draft, by AccountID) *Refusal {
	d.add(&PoolFunded{Pool: f.Pool, Points: f.Points, By: by},
		move{IssuerCommunity, UnitPoints, -int64(f.Points)}, move{f.Pool, UnitPoints, int64(f.Points)})
	return nil
}

func (f *FundPool) differs(first *Record) string {
	o, ok := first.Body.(*PoolFunded)
	return firstDifference(ok, field("pool", ok && o.Pool == f.Pool), field("points", ok && o.Points == f.Points))
}

func (f *PoolFunded) judge(b *Book, r *Record) error {
	switch {
	case f.By == r.Actor || f.By == "" && f.Points > b.rulebooks[r.Rulebook].FundAlonePoints:
		return errors.New("one person alone set it aside")
	case r.Actor != ActorRoot && !b.has(r.Actor, RoleOrganizer, ScopeCommunity):
		return errors.New("she may not set points aside")
	}
	return b.judgeMoves(r, move{IssuerCommunity, UnitPoints, -int64(f.Points)}, move{f.Pool, UnitPoints, int64(f.Points)})
}

// Donated says that a member gave points of hers to the donation pool (爱心池).
type Donated struct {
	Account AccountID
	Points  Points
	Lots    []LotShare
}

func (*Donated) kind() Kind { return KindDonated }

func (x *Donated) about() AccountID { return x.Account }

func (x *Donated) fields(c *codec) {
	text(c, "account", &x.Account)
	integer(c, "points", &x.Points)
	list(c, "lots", &x.Lots, func(c *codec, s *LotShare) { s.fields(c) })
}

func (x *Donated) fold(b *Book, _ *Record) error { return b.takeLots(x.Account, x.Lots) }

// Donate is a donation of the actor's points. What was given to her cannot be given on, not even so.
type Donate struct {
	noTarget
	Points Points
}

func (x *Donate) decide(d *draft) *Refusal {
	from := d.cmd.Actor
	a, r := d.book.openMember(from)
	if r != nil {
		return r
	}
	if x.Points < 1 || x.Points > intMax {
		return badField("points")
	}
	if r := d.mayGiveHere(); r != nil {
		return r
	}
	lots, r := a.toGive(x.Points, monthOf(d.now, d.book.offset()))
	if r != nil {
		r.Subject = from
		return r
	}
	d.add(&Donated{Account: from, Points: x.Points, Lots: lots},
		move{from, UnitPoints, -int64(x.Points)}, move{PoolDonation, UnitPoints, int64(x.Points)})
	return nil
}

func (x *Donate) differs(first *Record) string {
	o, ok := first.Body.(*Donated)
	return firstDifference(ok, field("points", ok && o.Points == x.Points))
}

func (x *Donated) judge(b *Book, r *Record) error {
	if r.Actor != x.Account || sumOf(x.Lots) != x.Points || giftedOf(x.Lots) != 0 {
		return errors.New("somebody else donated it, or it is not of her own points")
	}
	return b.judgeMoves(r, move{x.Account, UnitPoints, -int64(x.Points)}, move{PoolDonation, UnitPoints, int64(x.Points)})
}
