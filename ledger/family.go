package ledger

import (
	"fmt"
	"slices"
)

// FamilyLinked says that a member belongs to a family. A member has at most one.
type FamilyLinked struct {
	Account AccountID
	Family  string
}

func (*FamilyLinked) kind() Kind { return KindFamilyLinked }

func (l *FamilyLinked) about() AccountID { return l.Account }

func (l *FamilyLinked) fields(c *codec) {
	text(c, "account", &l.Account)
	text(c, "family", &l.Family)
}

func (l *FamilyLinked) fold(b *Book, r *Record) error {
	a := b.account(l.Account)
	a.family, a.linked = l.Family, r.Time
	b.families[l.Family] = append(b.families[l.Family], l.Account)
	return nil
}

// FamilyUnlinked says that a member left the family.
type FamilyUnlinked struct{ Account AccountID }

func (*FamilyUnlinked) kind() Kind { return KindFamilyUnlinked }

func (l *FamilyUnlinked) about() AccountID { return l.Account }

func (l *FamilyUnlinked) fields(c *codec) { text(c, "account", &l.Account) }

func (l *FamilyUnlinked) fold(b *Book, r *Record) error {
	a := b.account(l.Account)
	i := slices.Index(b.families[a.family], l.Account)
	if i < 0 {
		return fmt.Errorf("%s has no family", l.Account)
	}
	b.families[a.family] = slices.Delete(b.families[a.family], i, i+1)
	a.former, a.parted = a.family, r.Time
	a.family, a.linked = "", 0
	return nil
}

// LinkFamily puts a member into a family, at the desk, by an organizer.
type LinkFamily struct {
	noTarget
	Account AccountID
	Family  string
}

func (l *LinkFamily) decide(d *draft) *Refusal {
	if !d.may(RoleOrganizer) && d.cmd.Actor != ActorRoot {
		return refuse(CodeNotEntitled)
	}
	if !validID(l.Family) {
		return badField("family")
	}
	a, r := d.book.openMember(l.Account)
	if r != nil {
		return r
	}
	if a.family != "" {
		return &Refusal{Code: CodeMembershipExists, Subject: l.Account}
	}
	if n := len(d.book.families[l.Family]); n >= d.book.rules.FamilyMax {
		return &Refusal{Code: CodeFamilyFull, Used: int64(n), Limit: int64(d.book.rules.FamilyMax)}
	}
	d.add(&FamilyLinked{Account: l.Account, Family: l.Family})
	return nil
}

func (l *LinkFamily) differs(first *Record) string {
	o, ok := first.Body.(*FamilyLinked)
	return firstDifference(ok, field("account", ok && o.Account == l.Account), field("family", ok && o.Family == l.Family))
}

// UnlinkFamily takes a member out of the family, by an organizer or herself.
type UnlinkFamily struct {
	noTarget
	Account AccountID
}

func (l *UnlinkFamily) decide(d *draft) *Refusal {
	if !d.may(RoleOrganizer) && d.cmd.Actor != l.Account {
		return refuse(CodeNotEntitled)
	}
	a := d.book.member(l.Account)
	if a == nil || a.family == "" {
		return &Refusal{Code: CodeMembershipUnknown, Subject: l.Account}
	}
	d.add(&FamilyUnlinked{Account: l.Account})
	return nil
}

func (l *UnlinkFamily) differs(first *Record) string {
	o, ok := first.Body.(*FamilyUnlinked)
	return firstDifference(ok, field("account", ok && o.Account == l.Account))
}

// related reports whether two people are of one family, were until lately, or one is the other's guardian. Leaving a family
// takes effect for this as late as joining one does for gifts: nobody leaves hers for an afternoon to approve its papers.
func (b *Book) related(x, y AccountID) bool {
	p, q := b.member(x), b.member(y)
	if p == nil || q == nil {
		return false
	}
	return b.same(x, y) || b.in(p, q.family) || b.in(q, p.family) || b.in(p, q.lately(b)) || p.guardian == y || q.guardian == x
}

// in reports whether somebody is of a family, or was until lately.
func (b *Book) in(a *account, family string) bool {
	return family != "" && (a.family == family || a.lately(b) == family)
}

// lately is the family that somebody left within the rest of a family link; "" when there is none.
func (a *account) lately(b *Book) string {
	if a.former == "" || b.time >= a.parted+Time(b.rules.FamilyRestDays)*dayMillis {
		return ""
	}
	return a.former
}

// Related reports whether two people are of one family, or one is the other's guardian: for readers who look for oddities.
func (b *Book) Related(x, y AccountID) bool { return b.related(x, y) }
