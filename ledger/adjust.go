package ledger

import (
	"errors"
	"fmt"
)

// Adjusted says that two people changed what a member has, where no single record is wrong (调整).
type Adjusted struct {
	Account AccountID
	Issuer  AccountID // out of whose budget, or back into which
	Points  Points    // may be negative
	Minutes Minutes   // may be negative
	Month   Month     // the lot that points went to
	Lots    []LotShare
	Reason  ReasonCode
	Note    string
	By      AccountID // who proposed it
	Dispute Seq       // which it follows from
}

func (*Adjusted) kind() Kind { return KindAdjusted }

func (x *Adjusted) about() AccountID { return x.Account }

func (x *Adjusted) fields(c *codec) {
	text(c, "account", &x.Account)
	text(c, "issuer", &x.Issuer)
	integer(c, "points", &x.Points)
	integer(c, "minutes", &x.Minutes)
	integer(c, "month", &x.Month)
	list(c, "lots", &x.Lots, func(c *codec, s *LotShare) { s.fields(c) })
	text(c, "reason", &x.Reason)
	text(c, "note", &x.Note)
	text(c, "by", &x.By)
	integer(c, "dispute", &x.Dispute)
}

func (x *Adjusted) gains() []LotShare { return gained(x.Month, max(0, x.Points)) }

func (x *Adjusted) fold(b *Book, _ *Record) error {
	a := b.account(x.Account)
	if x.Points > 0 {
		b.addLot(a, LotShare{Month: x.Month, Points: x.Points})
	}
	for _, s := range x.Lots {
		if err := b.takeLot(x.Account, a, s); err != nil {
			return err
		}
	}
	return nil
}

// The most that one adjustment changes.
const (
	adjustPointsMax  Points  = 10_000
	adjustMinutesMax Minutes = 60_000
)

// Adjust changes what a member has: only ever as a proposal that another person approves. Points come out of an issuer's
// budget with a new lot's validity; points taken must be there and in reach.
type Adjust struct {
	noTarget
	Account AccountID
	Issuer  AccountID
	Points  Points
	Minutes Minutes
	Reason  ReasonCode
	Note    string
	Dispute Seq
}

func (x *Adjust) decide(d *draft) *Refusal {
	if !d.may(RoleOrganizer, RoleOperator) {
		return refuse(CodeNotEntitled)
	}
	return refuse(CodeSecondPerson)
}

func (x *Adjust) propose(d *draft) (Proposed, *Refusal) {
	return Proposed{
		What: ProposeAdjust, Account: x.Account, Issuer: x.Issuer, Points: x.Points, Minutes: x.Minutes, Reason: x.Reason, Note: x.Note, Dispute: x.Dispute,
	}, x.sound(d)
}

func (x *Adjust) sound(d *draft) *Refusal {
	b := d.book
	switch {
	case ClassOf(x.Issuer) != ClassIssuer:
		return badField("issuer")
	case x.Points == 0 && x.Minutes == 0:
		return badField("points")
	case max(x.Points, -x.Points) > adjustPointsMax:
		return &Refusal{Code: CodeAmountTooLarge, Field: "points", Need: int64(x.Points), Available: int64(adjustPointsMax)}
	case max(x.Minutes, -x.Minutes) > adjustMinutesMax:
		return &Refusal{Code: CodeAmountTooLarge, Field: "minutes", Need: int64(x.Minutes), Available: int64(adjustMinutesMax)}
	case !x.Reason.valid():
		return badField("reason")
	case x.Note != "" && !validID(x.Note):
		return badField("note")
	case x.Dispute < 0 || x.Dispute > b.last:
		return badField("dispute")
	}
	a := b.member(x.Account)
	if a == nil || a.state == StateClosed {
		return &Refusal{Code: CodeAccountUnknown, Subject: x.Account}
	}
	now := monthOf(d.now, b.offset())
	switch {
	case x.Points > 0 && x.Points > b.BudgetLeft(x.Issuer, d.now):
		return &Refusal{Code: CodeBudgetShort, Need: int64(x.Points), Available: int64(b.BudgetLeft(x.Issuer, d.now)), Subject: x.Issuer}
	case x.Points < 0 && -x.Points > free(a.lots, now):
		return &Refusal{Code: CodeBalanceShort, Need: int64(-x.Points), Available: int64(free(a.lots, now)), Subject: x.Account}
	case x.Minutes < 0 && int64(-x.Minutes) > a.minutes.balance:
		return &Refusal{Code: CodeBalanceShort, Field: "minutes", Need: int64(-x.Minutes), Available: a.minutes.balance, Subject: x.Account}
	}
	return nil
}

func (x *Adjust) carryOut(d *draft, by AccountID) *Refusal {
	b := d.book
	body := &Adjusted{
		Account: x.Account, Issuer: x.Issuer, Points: x.Points, Minutes: x.Minutes, Reason: x.Reason, Note: x.Note, By: by, Dispute: x.Dispute,
	}
	now := monthOf(d.now, b.offset())
	switch {
	case x.Points > 0:
		body.Month = now.add(b.rules.ValidMonths)
	case x.Points < 0:
		body.Lots, _ = spend(b.accounts[x.Account].lots, now, -x.Points)
	}
	d.add(body, move{x.Issuer, UnitMinutes, -int64(x.Minutes)}, move{x.Issuer, UnitPoints, -int64(x.Points)},
		move{x.Account, UnitMinutes, int64(x.Minutes)}, move{x.Account, UnitPoints, int64(x.Points)})
	return nil
}

func (x *Adjust) differs(first *Record) string {
	o, ok := first.Body.(*Adjusted)
	return firstDifference(ok, field("account", ok && o.Account == x.Account), field("points", ok && o.Points == x.Points),
		field("minutes", ok && o.Minutes == x.Minutes))
}

func (x *Adjusted) judge(b *Book, r *Record) error {
	var lots Points
	for _, s := range x.Lots {
		if lots += s.Points; s.Month < monthOf(r.Time, b.offset()) {
			return fmt.Errorf("it takes points of %d, which had expired", s.Month)
		}
	}
	switch {
	case x.By == "" || x.By == r.Actor:
		return errors.New("one person alone adjusted it")
	case !b.has(r.Actor, RoleOrganizer, ScopeCommunity):
		return fmt.Errorf("%s may not approve adjustments", r.Actor)
	case lots != max(0, -x.Points):
		return fmt.Errorf("its lots sum to %d, it takes %d", lots, -x.Points)
	case x.Points > 0 && x.Month != monthOf(r.Time, b.offset()).add(b.rulebooks[r.Rulebook].ValidMonths):
		return fmt.Errorf("points of this day are valid to another month than %d", x.Month)
	}
	return b.judgeMoves(r, move{x.Issuer, UnitMinutes, -int64(x.Minutes)}, move{x.Issuer, UnitPoints, -int64(x.Points)},
		move{x.Account, UnitMinutes, int64(x.Minutes)}, move{x.Account, UnitPoints, int64(x.Points)})
}
