package ledger

import "fmt"

// Erased says that the key of a closed account's personal data was ordered to be destroyed (注销并删除). Every start and
// every restore destroys it again.
type Erased struct{ Account AccountID }

func (*Erased) kind() Kind { return KindErased }

func (x *Erased) about() AccountID { return x.Account }

func (x *Erased) fields(c *codec) { text(c, "account", &x.Account) }

func (x *Erased) fold(b *Book, _ *Record) error {
	b.account(x.Account).erased = true
	b.touch(x.Account)
	return nil
}

// Erase orders the personal data behind a closed account to be destroyed: by an organizer or the machine's own console.
type Erase struct {
	noTarget
	Account AccountID
}

func (x *Erase) decide(d *draft) *Refusal {
	if !d.may(RoleOrganizer) && d.cmd.Actor != ActorRoot {
		return refuse(CodeNotEntitled)
	}
	a := d.book.member(x.Account)
	switch {
	case a == nil || a.erased:
		return &Refusal{Code: CodeAccountUnknown, Subject: x.Account}
	case a.state != StateClosed:
		return &Refusal{Code: CodeNotClosed, Subject: x.Account}
	}
	d.add(&Erased{Account: x.Account})
	return nil
}

func (x *Erase) differs(first *Record) string {
	o, ok := first.Body.(*Erased)
	return firstDifference(ok, field("account", ok && o.Account == x.Account))
}

func (x *Erased) judge(b *Book, r *Record) error {
	a := b.member(x.Account)
	if a == nil || a.state != StateClosed || a.erased {
		return fmt.Errorf("%s was not closed, or erased before", x.Account)
	}
	if r.Actor != ActorRoot && !b.has(r.Actor, RoleOrganizer, ScopeCommunity) {
		return fmt.Errorf("%s may not erase", r.Actor)
	}
	return nil
}

// ErasedAccounts are all accounts whose keys must not exist any more, in order.
func (b *Book) ErasedAccounts() []AccountID {
	var ids []AccountID
	for _, id := range b.Accounts(ClassMember) {
		if b.accounts[id].erased {
			ids = append(ids, id)
		}
	}
	return ids
}
