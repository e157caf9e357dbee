package ledger

import (
	"errors"
	"fmt"
	"slices"
)

// PersonsMerged says that two accounts are one person's: limits count them together, and one does not approve for the
// other. Both keep their points.
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
	return nil
}

// MergePersons says that two accounts are one person's, in the word of two other people.
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
	if b.same(x.Account, x.Other) {
		return &Refusal{Code: CodeAlreadyMerged, Subject: x.Other}
	}
	return nil
}

func (x *MergePersons) propose(d *draft) (Proposed, *Refusal) {
	return Proposed{What: ProposeMerge, Account: x.Account, Other: x.Other}, x.sound(d)
}

func (x *MergePersons) carryOut(d *draft, by AccountID) *Refusal {
	d.add(&PersonsMerged{Account: x.Account, Other: x.Other, By: by})
	return nil
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
