package ledger

import (
	"fmt"
	"slices"
)

// Group is a team or an organization that people belong to: the text of a TeamID or OrgID.
type Group string

// Joined says that a member belongs to a team or organization.
type Joined struct {
	Account AccountID
	Group   Group
}

func (*Joined) kind() Kind { return KindJoined }

func (j *Joined) about() AccountID { return j.Account }

func (j *Joined) fields(c *codec) {
	text(c, "account", &j.Account)
	text(c, "group", &j.Group)
}

func (j *Joined) fold(b *Book, _ *Record) error {
	a := b.account(j.Account)
	a.groups = append(a.groups, j.Group)
	return nil
}

// Left says that a member no longer belongs to a team or organization.
type Left struct {
	Account AccountID
	Group   Group
}

func (*Left) kind() Kind { return KindLeft }

func (l *Left) about() AccountID { return l.Account }

func (l *Left) fields(c *codec) {
	text(c, "account", &l.Account)
	text(c, "group", &l.Group)
}

func (l *Left) fold(b *Book, _ *Record) error {
	a := b.account(l.Account)
	i := slices.Index(a.groups, l.Group)
	if i < 0 {
		return fmt.Errorf("%s is not in %s", l.Account, l.Group)
	}
	a.groups = slices.Delete(a.groups, i, i+1)
	return nil
}

// groupsMax bounds the teams and organizations of one member.
const groupsMax = 20

// Join puts a member into a team or organization: by its leader or admin, an organizer, or the machine's own console.
type Join struct {
	noTarget
	Account AccountID
	Group   Group
}

func (j *Join) decide(d *draft) *Refusal {
	if !d.mayGroup(j.Group) {
		return refuse(CodeNotEntitled)
	}
	if !validID(string(j.Group)) {
		return badField("group")
	}
	a, r := d.book.openMember(j.Account)
	if r != nil {
		return r
	}
	if slices.Contains(a.groups, j.Group) || len(a.groups) >= groupsMax {
		return &Refusal{Code: CodeMembershipExists, Subject: j.Account, Limit: groupsMax}
	}
	d.add(&Joined{Account: j.Account, Group: j.Group})
	return nil
}

func (d *draft) mayGroup(g Group) bool {
	return d.cmd.Actor == ActorRoot || d.mayIn(RoleLeader, Scope(g)) || d.mayIn(RoleOrgAdmin, Scope(g)) || d.may(RoleOperator)
}

func (j *Join) differs(first *Record) string {
	o, ok := first.Body.(*Joined)
	return firstDifference(ok, field("account", ok && o.Account == j.Account), field("group", ok && o.Group == j.Group))
}

// Leave takes a member out of a team or organization: by those who may put one in, or herself.
type Leave struct {
	noTarget
	Account AccountID
	Group   Group
}

func (l *Leave) decide(d *draft) *Refusal {
	if !d.mayGroup(l.Group) && d.cmd.Actor != l.Account {
		return refuse(CodeNotEntitled)
	}
	a := d.book.member(l.Account)
	if a == nil || !slices.Contains(a.groups, l.Group) {
		return &Refusal{Code: CodeMembershipUnknown, Subject: l.Account}
	}
	d.add(&Left{Account: l.Account, Group: l.Group})
	return nil
}

func (l *Leave) differs(first *Record) string {
	o, ok := first.Body.(*Left)
	return firstDifference(ok, field("account", ok && o.Account == l.Account), field("group", ok && o.Group == l.Group))
}

// Groups lists the teams and organizations of a member.
func (b *Book) Groups(id AccountID) []Group {
	if a := b.member(id); a != nil {
		return slices.Clone(a.groups)
	}
	return nil
}
