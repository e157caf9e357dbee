package ledger

// AccountFrozen says that an account rests: it keeps what it has, scans and spends nothing and acts in no role. What it
// has earned before still arrives, and expires like anybody's.
type AccountFrozen struct {
	Account AccountID
	Reason  ReasonCode
}

func (*AccountFrozen) kind() Kind { return KindAccountFrozen }

func (f *AccountFrozen) about() AccountID { return f.Account }

func (f *AccountFrozen) fields(c *codec) {
	text(c, "account", &f.Account)
	text(c, "reason", &f.Reason)
}

func (f *AccountFrozen) fold(b *Book, _ *Record) error {
	return b.setState(f.Account, StateOpen, StateFrozen)
}

// AccountThawed says that a frozen account takes part again.
type AccountThawed struct{ Account AccountID }

func (*AccountThawed) kind() Kind { return KindAccountThawed }

func (t *AccountThawed) about() AccountID { return t.Account }

func (t *AccountThawed) fields(c *codec) { text(c, "account", &t.Account) }

func (t *AccountThawed) fold(b *Book, _ *Record) error {
	return b.setState(t.Account, StateFrozen, StateOpen)
}

// Freeze rests an account, by an organizer.
type Freeze struct {
	noTarget
	Account AccountID
	Reason  ReasonCode
}

func (f *Freeze) decide(d *draft) *Refusal {
	if !d.may(RoleOrganizer) {
		return refuse(CodeNotEntitled)
	}
	if !f.Reason.valid() {
		return badField("reason")
	}
	if _, r := d.book.openMember(f.Account); r != nil {
		return r
	}
	d.add(&AccountFrozen{Account: f.Account, Reason: f.Reason})
	return nil
}

func (f *Freeze) differs(first *Record) string {
	o, ok := first.Body.(*AccountFrozen)
	return firstDifference(ok, field("account", ok && o.Account == f.Account), field("reason", ok && o.Reason == f.Reason))
}

// Thaw lets a frozen account take part again, by an organizer.
type Thaw struct {
	noTarget
	Account AccountID
}

func (t *Thaw) decide(d *draft) *Refusal {
	if !d.may(RoleOrganizer) {
		return refuse(CodeNotEntitled)
	}
	a := d.book.member(t.Account)
	if a == nil {
		return &Refusal{Code: CodeAccountUnknown, Subject: t.Account}
	}
	if a.state != StateFrozen {
		return &Refusal{Code: CodeNotFrozen, Subject: t.Account}
	}
	d.add(&AccountThawed{Account: t.Account})
	return nil
}

func (t *Thaw) differs(first *Record) string {
	o, ok := first.Body.(*AccountThawed)
	return firstDifference(ok, field("account", ok && o.Account == t.Account))
}
