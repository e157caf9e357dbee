package ledger

import (
	"errors"
	"fmt"
	"slices"
)

// PersonsMerged says that two accounts are one person's: limits count them together, and one does not approve for the
// other. What is open at the duplicate is the person's from now on: undecided deeds, points that wait for a budget, children
// whose guardian she is. Points, minutes and bookings follow as records of their own, and the duplicate is closed.
type PersonsMerged struct {
	Account AccountID // stands for the person from now on
	Other   AccountID
	By      AccountID // who proposed it; the actor approved
}

func (*PersonsMerged) kind() Kind { return KindPersonsMerged }

func (x *PersonsMerged) about() AccountID { return x.Account }

func (x *PersonsMerged) fields(c *codec) {
	text(c, "account", &x.Account)
	text(c, "other", &x.Other)
	text(c, "by", &x.By)
}

func (x *PersonsMerged) fold(b *Book, _ *Record) error {
	into, from := b.person(x.Account), b.person(x.Other)
	for id, p := range b.persons {
		if p == from {
			b.persons[id] = into
		}
	}
	b.persons[from] = into
	for k, n := range b.counters {
		if k.subject == from {
			delete(b.counters, k)
			k.subject = into
			b.counters[k] += n
		}
	}
	for k, had := range b.meals {
		if k.account == from {
			delete(b.meals, k)
			k.account = into
			b.meals[k] = append(b.meals[k], had...)
			slices.SortFunc(b.meals[k], func(x, y taken) int { return int(x.seq - y.seq) })
		}
	}
	for k, seq := range b.booked {
		if k.account == from {
			delete(b.booked, k)
			k.account = into
			b.booked[k] = max(seq, b.booked[k])
		}
	}
	x.takeOver(b)
	return nil
}

// takeOver puts the person in the duplicate's place where something is still to come.
func (x *PersonsMerged) takeOver(b *Book) {
	instead := func(id *AccountID) {
		if *id == x.Other {
			*id = x.Account
		}
	}
	for _, e := range b.deeds {
		instead(&e.Account)
		instead(&e.Beneficiary)
	}
	for _, w := range b.waiting {
		instead(&w.account)
	}
	for _, a := range b.accounts {
		instead(&a.guardian)
	}
	into, from := b.account(x.Account), b.account(x.Other)
	into.referral = max(into.referral, from.referral)
	from.referral = 0
	b.touch(x.Account)
	b.touch(x.Other)
}

// MergePersons joins two accounts of one person, in the word of two other people. The duplicate must have come to rest: it
// holds no role, and nobody has still to confirm or decide anything of it.
type MergePersons struct {
	noTarget
	Account AccountID
	Other   AccountID
}

func (x *MergePersons) decide(d *draft) *Refusal {
	if !d.may(RoleOrganizer) {
		return refuse(CodeNotEntitled)
	}
	if r := x.sound(d); r != nil {
		return r
	}
	return refuse(CodeSecondPerson)
}

func (x *MergePersons) sound(d *draft) *Refusal {
	b := d.book
	for _, id := range []AccountID{x.Account, x.Other} {
		if b.member(id) == nil {
			return &Refusal{Code: CodeAccountUnknown, Subject: id}
		}
	}
	if b.same(x.Account, x.Other) || b.person(x.Account) != x.Account || b.person(x.Other) != x.Other {
		return &Refusal{Code: CodeAlreadyMerged, Subject: x.Other}
	}
	if _, r := b.openMember(x.Account); r != nil {
		return r
	}
	switch i := slices.IndexFunc(b.disputes, func(p *dispute) bool { return p.Account == x.Other }); {
	case len(b.roles[x.Other]) > 0:
		return &Refusal{Code: CodeRoleExists, Subject: x.Other}
	case i >= 0:
		return &Refusal{Code: CodeAlreadyDisputed, Seq: b.disputes[i].seq, Subject: x.Other}
	case b.expectsAward(x.Other) || b.pinnedElsewhere(x.Other, b.accounts[x.Other]):
		return &Refusal{Code: CodeAwardsPending, Subject: x.Other}
	}
	return nil
}

func (x *MergePersons) propose(d *draft) (Proposed, *Refusal) {
	return Proposed{What: ProposeMerge, Account: x.Account, Other: x.Other}, x.sound(d)
}

func (x *MergePersons) carryOut(d *draft, by AccountID) *Refusal {
	b := d.book
	var booked []*hold
	for _, seq := range sortedKeys(b.holds) {
		if h := b.holds[seq]; h.Account == x.Other {
			d.add(&Released{Hold: seq, Account: x.Other, Lapsed: d.now >= h.Lapses})
			booked = append(booked, h)
		}
	}
	for _, e := range b.deeds { // one does not help oneself
		if e.Account == x.Other && e.Beneficiary == x.Account || e.Account == x.Account && e.Beneficiary == x.Other {
			d.add(&DeedRefused{Deed: e.seq, Account: e.Account, Reason: ReasonWithdrawn})
		}
	}
	d.add(&PersonsMerged{Account: x.Account, Other: x.Other, By: by})
	x.moveAll(d)
	for _, h := range booked {
		x.rebook(d, h)
	}
	if b.accounts[x.Other].state != StateClosed {
		d.revokeMeans(x.Other, ReasonReplaced)
		d.add(&AccountClosed{Account: x.Other, Reason: ReasonReplaced, By: by})
	}
	return nil
}

// rebook books a meal of the duplicate for the person, unless she has one for that period or it is not on the menu any more.
func (x *MergePersons) rebook(d *draft, h *hold) {
	dish := h.Dish
	dish.Account = x.Account
	if _, has := d.book.Booked(x.Account, h.Day, h.Period); !has && h.Lapses > d.now && d.book.mainMeal(&dish) == nil {
		d.add(&Held{Dish: dish, Lots: h.Lots, Lapses: h.Lapses})
	}
}

func (x *MergePersons) differs(*Record) string { return "kind" } // it never makes a record by itself

func (x *PersonsMerged) judge(b *Book, r *Record) error {
	if x.By == "" || b.same(x.By, r.Actor) || !b.has(r.Actor, RoleOrganizer, ScopeCommunity) {
		return errors.New("it was not approved by a second person")
	}
	if b.member(x.Account) == nil || b.member(x.Other) == nil || b.same(x.Account, x.Other) {
		return fmt.Errorf("%s and %s are not two people", x.Account, x.Other)
	}
	return nil
}
