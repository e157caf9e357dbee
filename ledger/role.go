package ledger

import (
	"cmp"
	"fmt"
	"slices"
)

// Role is what someone may do. Being a member is not a role: every open account is one.
type Role string

// The roles.
const (
	RoleLeader    Role = "leader"    // of a team
	RoleOrgAdmin  Role = "org-admin" // of an organization
	RoleCashier   Role = "cashier"   // of a canteen
	RoleCommittee Role = "committee"
	RoleAuditor   Role = "auditor" // reads everything, writes nothing
	RoleOrganizer Role = "organizer"
	RoleOperator  Role = "operator"
)

// Scope is where a role holds: ScopeCommunity, or the id of a team, an organization or a canteen.
type Scope string

// ScopeCommunity is the whole community.
const ScopeCommunity Scope = "community"

// foundersMax: until this many people are organizers the community is being founded, and one person may grant
// roles alone. From then on granting takes two (docs/rules.zh.md 二).
const foundersMax = 2

// grant is a role that someone holds.
type grant struct {
	role  Role
	scope Scope
	by    AccountID
	at    Time
}

// Grant is a role that someone holds, for readers.
type Grant struct {
	Role  Role
	Scope Scope
	At    Time
}

// Grants lists what an account may do.
func (b *Book) Grants(id AccountID) []Grant {
	gs := make([]Grant, 0, len(b.roles[id]))
	for _, g := range b.roles[id] {
		gs = append(gs, Grant{g.role, g.scope, g.at})
	}
	return gs
}

// Holders counts the people who hold a role in any scope.
func (b *Book) Holders(role Role) int {
	n := 0
	for _, gs := range b.roles {
		if slices.ContainsFunc(gs, func(g grant) bool { return g.role == role }) {
			n++
		}
	}
	return n
}

// Holder is somebody who holds a role, and who gave it.
type Holder struct {
	Account AccountID
	By      AccountID
	At      Time
}

// HoldersOf lists the people who hold a role in any scope, whoever was named first coming first.
func (b *Book) HoldersOf(role Role) []Holder {
	var all []Holder
	for id, gs := range b.roles {
		for _, g := range gs {
			if g.role == role {
				all = append(all, Holder{id, g.by, g.at})
			}
		}
	}
	slices.SortFunc(all, func(x, y Holder) int {
		return cmp.Or(cmp.Compare(x.At, y.At), cmp.Compare(x.Account, y.Account))
	})
	return all
}

// Founding reports whether the community is still being founded: it has never had two organizers. It ends once and for
// all, or else the last organizer but one could make it begin again by revoking the other.
func (b *Book) Founding() bool { return !b.grown }

// has reports whether an account that takes part holds a role in a scope.
func (b *Book) has(id AccountID, role Role, scope Scope) bool {
	a := b.member(id)
	return a != nil && a.state == StateOpen &&
		slices.ContainsFunc(b.roles[id], func(g grant) bool { return g.role == role && g.scope == scope })
}

// may reports whether the actor holds one of these roles, in any scope.
func (d *draft) may(roles ...Role) bool {
	a := d.book.member(d.cmd.Actor)
	return a != nil && a.state == StateOpen &&
		slices.ContainsFunc(d.book.roles[d.cmd.Actor], func(g grant) bool { return slices.Contains(roles, g.role) })
}

// mayIn reports whether the actor holds the role in the scope, or is organizer of the whole community.
func (d *draft) mayIn(role Role, scope Scope) bool {
	return d.book.has(d.cmd.Actor, role, scope) || d.book.has(d.cmd.Actor, RoleOrganizer, ScopeCommunity)
}

// fits reports whether a role can be held in a scope.
func (r Role) fits(s Scope) bool {
	switch r {
	case RoleLeader, RoleOrgAdmin, RoleCashier:
		return validID(string(s)) && s != ScopeCommunity
	case RoleCommittee, RoleAuditor, RoleOrganizer, RoleOperator:
		return s == ScopeCommunity
	}
	return false
}

// RoleGranted says that someone may act in a role from now on.
type RoleGranted struct {
	Account AccountID
	Role    Role
	Scope   Scope
	By      AccountID // who proposed it, when another person approved
}

func (*RoleGranted) kind() Kind { return KindRoleGranted }

func (g *RoleGranted) about() AccountID { return g.Account }

func (g *RoleGranted) fields(c *codec) {
	text(c, "account", &g.Account)
	text(c, "role", &g.Role)
	text(c, "scope", &g.Scope)
	text(c, "by", &g.By)
}

func (g *RoleGranted) fold(b *Book, r *Record) error {
	by := g.By
	if by == "" {
		by = r.Actor
	}
	b.roles[g.Account] = append(b.roles[g.Account], grant{g.Role, g.Scope, by, r.Time})
	if g.Role == RoleOrganizer {
		b.organizers++
		b.grown = b.grown || b.organizers >= foundersMax
	}
	return nil
}

// RoleRevoked says that someone may no longer act in a role.
type RoleRevoked struct {
	Account AccountID
	Role    Role
	Scope   Scope
	By      AccountID // who proposed it, when another person approved
}

func (*RoleRevoked) kind() Kind { return KindRoleRevoked }

func (g *RoleRevoked) about() AccountID { return g.Account }

func (g *RoleRevoked) fields(c *codec) {
	text(c, "account", &g.Account)
	text(c, "role", &g.Role)
	text(c, "scope", &g.Scope)
	text(c, "by", &g.By)
}

func (g *RoleRevoked) fold(b *Book, _ *Record) error {
	gs := b.roles[g.Account]
	i := slices.IndexFunc(gs, func(h grant) bool { return h.role == g.Role && h.scope == g.Scope })
	if i < 0 {
		return fmt.Errorf("%s does not hold %s in %s", g.Account, g.Role, g.Scope)
	}
	b.roles[g.Account] = slices.Delete(gs, i, i+1)
	if g.Role == RoleOrganizer {
		b.organizers--
	}
	return nil
}

// GrantRole gives someone a role: alone while the community is being founded, later only as a proposal that
// another person approves. When fewer than two organizers are left, so that nobody could approve, the machine's own
// console may.
type GrantRole struct {
	noTarget
	Account AccountID
	Role    Role
	Scope   Scope
}

func (g *GrantRole) decide(d *draft) *Refusal {
	if r := g.sound(d); r != nil {
		return r
	}
	switch {
	case d.cmd.Actor != ActorRoot && !d.may(RoleOrganizer, RoleOperator):
		return refuse(CodeNotEntitled)
	case !d.book.Founding() && (d.cmd.Actor != ActorRoot || d.book.organizers >= foundersMax):
		return refuse(CodeSecondPerson)
	}
	d.add(&RoleGranted{Account: g.Account, Role: g.Role, Scope: g.Scope})
	return nil
}

func (g *GrantRole) sound(d *draft) *Refusal {
	if !g.Role.fits(g.Scope) {
		return badField("scope")
	}
	if _, r := d.book.openMember(g.Account); r != nil {
		return r
	}
	if slices.ContainsFunc(d.book.roles[g.Account], func(h grant) bool { return h.role == g.Role && h.scope == g.Scope }) {
		return &Refusal{Code: CodeRoleExists, Subject: g.Account}
	}
	return nil
}

func (g *GrantRole) differs(first *Record) string {
	o, ok := first.Body.(*RoleGranted)
	return firstDifference(ok, field("account", ok && o.Account == g.Account),
		field("role", ok && o.Role == g.Role), field("scope", ok && o.Scope == g.Scope))
}

// RevokeRole takes a role away, by an organizer or operator alone: taking power away must never wait. Only an auditor is not
// sent away by one of those whom she audits: that takes two people, and stands on the public page (docs/rules.zh.md 二).
type RevokeRole struct {
	noTarget
	Account AccountID
	Role    Role
	Scope   Scope
}

func (g *RevokeRole) decide(d *draft) *Refusal {
	if d.cmd.Actor != ActorRoot && !d.may(RoleOrganizer, RoleOperator) {
		return refuse(CodeNotEntitled)
	}
	if r := g.sound(d); r != nil {
		return r
	}
	if g.Role == RoleAuditor && d.cmd.Actor != ActorRoot && d.cmd.Actor != g.Account && !d.book.Founding() {
		return refuse(CodeSecondPerson)
	}
	return g.carryOut(d, "")
}

func (g *RevokeRole) sound(d *draft) *Refusal {
	if !slices.ContainsFunc(d.book.roles[g.Account], func(h grant) bool { return h.role == g.Role && h.scope == g.Scope }) {
		return &Refusal{Code: CodeRoleUnknown, Subject: g.Account}
	}
	if g.Role == RoleOperator && d.book.Holders(RoleOperator) == 1 {
		return refuse(CodeLastOperator)
	}
	return nil
}

func (g *RevokeRole) propose(d *draft) (Proposed, *Refusal) {
	return Proposed{What: ProposeUnrole, Account: g.Account, Role: g.Role, Scope: g.Scope}, g.sound(d)
}

func (g *RevokeRole) carryOut(d *draft, by AccountID) *Refusal {
	d.add(&RoleRevoked{Account: g.Account, Role: g.Role, Scope: g.Scope, By: by})
	return nil
}

func (g *RevokeRole) differs(first *Record) string {
	o, ok := first.Body.(*RoleRevoked)
	return firstDifference(ok, field("account", ok && o.Account == g.Account),
		field("role", ok && o.Role == g.Role), field("scope", ok && o.Scope == g.Scope))
}
