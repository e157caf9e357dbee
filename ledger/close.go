package ledger

import (
	"errors"
	"fmt"
	"slices"
)

// AccountClosed says that an account takes no part any more. What it still had expired with it; its minutes stay.
type AccountClosed struct {
	Account AccountID
	Reason  ReasonCode
	Points  Points
	Lots    []LotShare
	By      AccountID // who proposed it, when another person approved
}

func (*AccountClosed) kind() Kind { return KindAccountClosed }

func (x *AccountClosed) about() AccountID { return x.Account }

func (x *AccountClosed) fields(c *codec) {
	text(c, "account", &x.Account)
	text(c, "reason", &x.Reason)
	integer(c, "points", &x.Points)
	list(c, "lots", &x.Lots, func(c *codec, s *LotShare) { s.fields(c) })
	text(c, "by", &x.By)
}

func (x *AccountClosed) fold(b *Book, _ *Record) error {
	if err := b.takeLots(x.Account, x.Lots); err != nil {
		return err
	}
	a := b.account(x.Account)
	if a.family != "" {
		b.families[a.family] = slices.DeleteFunc(b.families[a.family], func(id AccountID) bool { return id == x.Account })
	}
	for _, s := range sortedKeys(b.waiting) {
		if b.waiting[s].account == x.Account {
			b.endWait(s) // renounced with the rest
		}
	}
	a.state, a.family, a.linked, a.groups = StateClosed, "", 0, nil
	b.touch(x.Account)
	return nil
}

// CloseAccount ends an account: bookings are released, cards and phones revoked,
// undecided deeds taken back, what waits for a budget is renounced, and what is left of the points expires.
// The member herself may; an organizer may close an empty account alone, and one with points only with a second person.
type CloseAccount struct {
	noTarget
	Account AccountID
	Reason  ReasonCode
}

func (x *CloseAccount) decide(d *draft) *Refusal {
	if d.cmd.Actor != x.Account && !d.may(RoleOrganizer) {
		return refuse(CodeNotEntitled)
	}
	if r := x.sound(d); r != nil {
		return r
	}
	if d.cmd.Actor != x.Account && d.book.holding(x.Account, UnitPoints).balance > 0 {
		return refuse(CodeSecondPerson)
	}
	return x.carryOut(d, "")
}

func (x *CloseAccount) sound(d *draft) *Refusal {
	b := d.book
	a := b.member(x.Account)
	switch {
	case a == nil || a.state == StateClosed:
		return &Refusal{Code: CodeAccountUnknown, Subject: x.Account}
	case !x.Reason.valid():
		return badField("reason")
	case len(b.roles[x.Account]) > 0:
		return &Refusal{Code: CodeRoleExists, Subject: x.Account}
	case b.expectsAward(x.Account) || b.pinnedElsewhere(x.Account, a):
		return &Refusal{Code: CodeAwardsPending, Subject: x.Account}
	}
	return nil
}

// expectsAward reports whether an activity that is not confirmed yet may still bring somebody points.
func (b *Book) expectsAward(id AccountID) bool {
	for _, a := range b.activities {
		if a.state != StageConfirmed && a.attendance(id) != nil {
			return true
		}
	}
	return false
}

// pinnedElsewhere reports whether more is pinned than the bookings of a member pin: an award or a dispute waits.
func (b *Book) pinnedElsewhere(id AccountID, a *account) bool {
	var pinned Points
	for _, l := range a.lots {
		pinned += l.Pinned
	}
	for _, h := range b.holds {
		if h.Account == id {
			pinned -= h.Points
		}
	}
	return pinned > 0
}

func (x *CloseAccount) propose(d *draft) (Proposed, *Refusal) {
	return Proposed{What: ProposeClose, Account: x.Account, Reason: x.Reason}, x.sound(d)
}

func (x *CloseAccount) carryOut(d *draft, by AccountID) *Refusal {
	b := d.book
	for _, seq := range sortedKeys(b.holds) {
		if h := b.holds[seq]; h.Account == x.Account {
			d.add(&Released{Hold: seq, Account: x.Account, Lapsed: d.now >= h.Lapses})
		}
	}
	d.revokeMeans(x.Account, x.Reason)
	for _, e := range b.deeds {
		if e.Account == x.Account {
			d.add(&DeedRefused{Deed: e.seq, Account: x.Account, Reason: ReasonWithdrawn})
		}
	}
	body := &AccountClosed{Account: x.Account, Reason: x.Reason, By: by}
	for i := range b.accounts[x.Account].lots {
		l := &b.accounts[x.Account].lots[i]
		body.Points += l.Points
		body.Lots = append(body.Lots, l.takeFirst(l.Points))
	}
	d.add(body, move{x.Account, UnitPoints, -int64(body.Points)}, move{Expired, UnitPoints, int64(body.Points)})
	return nil
}

// revokeMeans appends that a member's cards, and phones that are nobody else's too, are good for nothing any more.
func (d *draft) revokeMeans(id AccountID, reason ReasonCode) {
	b := d.book
	for _, card := range sortedKeys(b.cards) {
		if c := b.cards[card]; c.account == id && !c.revoked {
			d.add(&CardRevoked{Card: card, Reason: reason})
		}
	}
	for _, device := range sortedKeys(b.devices) {
		if v := b.devices[device]; v.owner == id && len(v.others) == 0 && !v.revoked {
			d.add(&DeviceRevoked{Device: device})
		}
	}
}

func (x *CloseAccount) differs(first *Record) string {
	if o, ok := first.Body.(*AccountClosed); ok { // with nothing to release or revoke
		return firstDifference(ok, field("account", o.Account == x.Account), field("reason", o.Reason == x.Reason))
	}
	switch o := first.Body.(type) {
	case *Released:
		return firstDifference(true, field("account", o.Account == x.Account))
	case *CardRevoked:
		return firstDifference(true, field("reason", o.Reason == x.Reason))
	case *DeedRefused:
		return firstDifference(true, field("account", o.Account == x.Account))
	case *DeviceRevoked:
		return ""
	}
	return "kind"
}

func (x *AccountClosed) judge(b *Book, r *Record) error {
	a := b.member(x.Account)
	switch {
	case a == nil || a.state == StateClosed:
		return fmt.Errorf("%s had no open account", x.Account)
	case r.Actor != x.Account && !b.has(r.Actor, RoleOrganizer, ScopeCommunity):
		return fmt.Errorf("%s may not close accounts", r.Actor)
	case x.By != "" && b.same(x.By, r.Actor), x.By == "" && r.Actor != x.Account && x.Points > 0:
		return errors.New("one person alone closed an account with points")
	case sumOf(x.Lots) != x.Points || int64(x.Points) != a.points.balance:
		return fmt.Errorf("it lets %d points expire, there were %d", x.Points, a.points.balance)
	}
	return b.judgeMoves(r, move{x.Account, UnitPoints, -int64(x.Points)}, move{Expired, UnitPoints, int64(x.Points)})
}
