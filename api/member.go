package api

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// memberDetail is one member, as far as the caller may see her.
type memberDetail struct {
	Account  ledger.AccountID `json:"account"`
	Name     string           `json:"name,omitempty" doc:"Absent where the caller may see the masked name only"`
	Masked   string           `json:"masked_name"`
	Groups   []ledger.Group   `json:"teams" doc:"Ids of her teams and organizations"`
	State    string           `json:"state" enum:"open,frozen,closed"`
	HasPhone bool             `json:"has_phone" doc:"A phone of hers is enrolled"`
	HasCard  bool             `json:"has_card" doc:"A card of hers is in use"`
	Minutes  ledger.Minutes   `json:"minutes"`
	Balance  *balance         `json:"balance,omitempty" doc:"For those who may see everything of her"`
	Roles    []heldRole       `json:"roles"`
	Cards    []cardItem       `json:"cards"`
	Devices  []deviceItem     `json:"devices"`
	Person   *personDetail    `json:"person,omitempty" doc:"For herself, organizers, operators and auditors"`
	Seq      ledger.Seq       `json:"seq"`
}

type personDetail struct {
	Phone        string           `json:"phone,omitempty" doc:"The middle digits are masked"`
	Birth        string           `json:"birth_date,omitempty" example:"1952-03-04"`
	Building     string           `json:"building,omitempty"`
	LargeName    string           `json:"large_name,omitempty"`
	Guardian     ledger.AccountID `json:"guardian,omitempty"`
	GuardianName string           `json:"guardian_name,omitempty"`
	Hardship     bool             `json:"hardship"`
}

type memberPath struct {
	ID pathID `path:"id"`
}

func (s *Server) getMember(ctx context.Context, c *call, in *memberPath) (memberDetail, error) {
	id, seen, err := s.subject(ctx, c, in.ID)
	if err != nil {
		return memberDetail{}, err
	}
	if err := s.saw(ctx, c, "person", id); err != nil {
		return memberDetail{}, err
	}
	return s.describeMember(ctx, c, id, seen)
}

func (s *Server) describeMember(ctx context.Context, c *call, id ledger.AccountID, seen sight) (memberDetail, error) {
	var m memberBrief
	var grants []ledger.Grant
	var today roster.Date
	out := memberDetail{Cards: []cardItem{}, Devices: []deviceItem{}}
	err := s.read(ctx, c, func(b *ledger.Book) {
		m, grants, today = briefIn(b, id, b.Groups(id)), b.Grants(id), s.today(b)
		out.Balance, out.Seq = balanceIn(b, id, c.now), b.Seq()
	})
	if err != nil {
		return out, err
	}
	if err := s.personal(ctx, &m, seen, today); err != nil {
		return out, err
	}
	out.Account, out.Name, out.Masked, out.Groups, out.State = m.Account, m.Name, m.Masked, m.Groups, m.State
	out.HasPhone, out.HasCard, out.Minutes = m.HasPhone, m.HasCard, m.Minutes
	names, err := s.words(ctx)
	if err != nil {
		return out, err
	}
	out.Roles = heldRoles(grants, &names)
	if seen < whole {
		out.Balance = nil
		return out, nil
	}
	return out, s.addWhole(ctx, &out, &names)
}

// addWhole adds what only those see who may see everything.
func (s *Server) addWhole(ctx context.Context, out *memberDetail, names *words) error {
	cards, err := s.roster.CardsOf(ctx, out.Account)
	if err != nil {
		return fmt.Errorf("read cards: %w", err)
	}
	for i := range cards {
		out.Cards = append(out.Cards, cardOut(&cards[i]))
	}
	devices, err := s.roster.DevicesOf(ctx, out.Account)
	if err != nil {
		return fmt.Errorf("read devices: %w", err)
	}
	for i := range devices {
		out.Devices = append(out.Devices, s.deviceOut(&devices[i], names))
	}
	p, err := s.roster.Person(ctx, out.Account)
	if errors.Is(err, roster.ErrNotFound) || errors.Is(err, roster.ErrNoKey) {
		return nil // erased
	}
	if err != nil {
		return fmt.Errorf("read person: %w", err)
	}
	out.Person = &personDetail{
		Phone: maskPhone(p.Phone), Birth: string(p.Birth), Building: p.Building, LargeName: p.LargeName,
		Guardian: p.Guardian, Hardship: p.Hardship,
	}
	if p.Guardian != "" {
		out.Person.GuardianName = s.roster.Name(p.Guardian)
	}
	return nil
}

type createMemberInput struct {
	Keyed

	Body struct {
		Name         string           `json:"name" minLength:"1" maxLength:"40"`
		Phone        string           `json:"phone,omitempty" maxLength:"20"`
		Birth        string           `json:"birth_date,omitempty" maxLength:"10" example:"1952-03-04"`
		Building     string           `json:"building,omitempty" maxLength:"40"`
		LargeName    string           `json:"large_name,omitempty" maxLength:"12"`
		Team         ledger.TeamID    `json:"team,omitempty" maxLength:"48"`
		Organization ledger.OrgID     `json:"organization,omitempty" maxLength:"48"`
		Guardian     ledger.AccountID `json:"guardian,omitempty" maxLength:"48" doc:"The account that acts for a child under 14"`
	}
}

// createMember opens an account: the record in the books, the person in the roster, the team. A retry goes on where the
// first try was cut off.
func (s *Server) createMember(ctx context.Context, c *call, in *createMemberInput) (memberDetail, error) {
	b := &in.Body
	p := roster.Person{
		Account: ledger.MemberAccount(derivedID("member", c.scope(), string(c.key))), Name: b.Name, Phone: b.Phone,
		Birth: roster.Date(b.Birth), Building: b.Building, LargeName: b.LargeName, Guardian: b.Guardian,
	}
	open := &ledger.OpenAccount{Account: p.Account, Guardian: p.Guardian}
	records, err := s.first(ctx, c)
	if err != nil {
		return memberDetail{}, err
	}
	seen := whole
	if records != nil {
		seen = named // the account may have grown since
		if err := s.again(c, records, open); err != nil {
			return memberDetail{}, err
		}
	} else if err := s.mayCreate(ctx, c, &p, groupsOf(b.Team, b.Organization)); err != nil {
		return memberDetail{}, err
	} else if _, err := s.submit(ctx, c, open); err != nil {
		return memberDetail{}, err
	}
	if err := s.enter(ctx, c, &p); err != nil {
		return memberDetail{}, err
	}
	for _, g := range groupsOf(b.Team, b.Organization) {
		if err := s.joinAfter(ctx, c, p.Account, g); err != nil {
			return memberDetail{}, err
		}
	}
	return s.describeMember(ctx, c, p.Account, seen)
}

// groupsOf are the groups that a request names.
func groupsOf(team ledger.TeamID, org ledger.OrgID) []ledger.Group {
	var gs []ledger.Group
	if team != "" {
		gs = append(gs, ledger.Group(team))
	}
	if org != "" {
		gs = append(gs, ledger.Group(org))
	}
	return gs
}

// mayCreate finds what would stop a member half way, before anything is written.
func (s *Server) mayCreate(ctx context.Context, c *call, p *roster.Person, groups []ledger.Group) error {
	if err := p.Check(); err != nil {
		return err
	}
	var today roster.Date
	if err := s.read(ctx, c, func(b *ledger.Book) { today = s.today(b) }); err != nil {
		return err
	}
	if p.Birth.NeedsGuardian(today) && p.Guardian == "" {
		return fail(codeGuardianNeeded, "field", "guardian")
	}
	for _, a := range s.roster.ByPhone(p.Phone) {
		if s.roster.Name(a) == p.Name {
			return fail(codePersonExists, "account", a)
		}
	}
	names, err := s.words(ctx)
	if err != nil {
		return err
	}
	for _, g := range groups {
		if !names.group(g) {
			return fail(codeTeamUnknown, "field", string(g))
		}
		if !c.mayGroup(g) {
			return fail(string(ledger.CodeNotEntitled), "field", string(g))
		}
	}
	return nil
}

// mayGroup reports whether the rules will let the caller put people into a group.
func (c *call) mayGroup(g ledger.Group) bool {
	return c.holds(organizer, operator) || c.holdsIn(leader, ledger.Scope(g)) || c.holdsIn(orgAdmin, ledger.Scope(g))
}

// group reports whether there is such a team or organization.
func (w *words) group(g ledger.Group) bool {
	return slices.ContainsFunc(w.teams, func(t roster.Team) bool { return string(t.ID) == string(g) }) ||
		slices.ContainsFunc(w.orgs, func(o roster.Org) bool { return string(o.ID) == string(g) })
}

// enter puts a person into the roster, once. The same key with another name is another request, not a retry.
func (s *Server) enter(ctx context.Context, c *call, p *roster.Person) error {
	if !s.roster.Has(p.Account) {
		err := s.roster.AddPeople(ctx, c.by(), *p)
		if err == nil || !errors.Is(err, roster.ErrExists) {
			return err
		}
	}
	if s.roster.Name(p.Account) != p.Name {
		return fail(string(ledger.CodeKeyReused), "field", "name")
	}
	return nil
}

// joinAfter puts a new member into a group, under a key that follows from the call's.
func (s *Server) joinAfter(ctx context.Context, c *call, a ledger.AccountID, g ledger.Group) error {
	cmd := s.command(c, &ledger.Join{Account: a, Group: g})
	cmd.Key = ledger.DerivedKey("join", c.scope(), string(c.key), string(g))
	_, err := s.submitAs(ctx, c, &cmd)
	if r, ok := errors.AsType[*ledger.Refusal](err); ok && r.Code == ledger.CodeMembershipExists {
		return nil
	}
	return err
}
