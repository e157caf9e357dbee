package api

import (
	"context"
	"net/http"

	"moralbank.example/bank/ledger"
)

type grantRoleInput struct {
	Keyed

	ID   pathID `path:"id"`
	Body struct {
		Role  string       `json:"role" enum:"leader,org_admin,cashier,committee,auditor,organizer,operator"`
		Scope ledger.Scope `json:"scope" minLength:"1" maxLength:"48" doc:"community, or the id of a team, organization or canteen"`
	}
}

type roleChange struct {
	Granted  bool       `json:"granted"`
	Proposal ledger.Seq `json:"proposal,omitempty" doc:"Waits for another person's approval (status 202)"`
	Seq      ledger.Seq `json:"seq"`
}

// grantRole gives a role while the community is being founded; later it makes the proposal that another person approves.
func (s *Server) grantRole(ctx context.Context, c *call, in *grantRoleInput) (roleChange, error) {
	grant := &ledger.GrantRole{Account: ledger.AccountID(in.ID.plain()), Role: roleIn(in.Body.Role), Scope: in.Body.Scope}
	records, err := s.firstOf(ctx, c, grant)
	if err != nil {
		return roleChange{}, err
	}
	if records != nil {
		return s.roleChanged(c, records), nil
	}
	if err := s.knownScope(ctx, grant); err != nil {
		return roleChange{}, err
	}
	if records, err = s.together(ctx, c, grant); err != nil {
		return roleChange{}, err
	}
	return s.roleChanged(c, records), nil
}

func (s *Server) roleChanged(c *call, records []ledger.Record) roleChange {
	r := &records[0]
	if r.Kind == ledger.KindProposed {
		c.status = http.StatusAccepted
		return roleChange{Proposal: r.Seq, Seq: r.Seq}
	}
	return roleChange{Granted: r.Kind == ledger.KindRoleGranted, Seq: r.Seq}
}

// knownScope refuses a role at a place that the community does not have: the books would take any id.
func (s *Server) knownScope(ctx context.Context, g *ledger.GrantRole) error {
	names, err := s.words(ctx)
	if err != nil {
		return err
	}
	known := true
	switch g.Role {
	case leader, orgAdmin:
		known = names.group(ledger.Group(g.Scope))
	case cashier:
		known = names.canteen(ledger.CanteenID(g.Scope))
	case organizer, operator, ledger.RoleAuditor, ledger.RoleCommittee: // the rules ask for the community
	}
	if !known {
		return fail(string(ledger.CodeBadCommand), "field", "scope")
	}
	return nil
}

func (w *words) canteen(id ledger.CanteenID) bool {
	for _, x := range w.canteens {
		if x.ID == id {
			return true
		}
	}
	return false
}

type revokeRoleInput struct {
	Keyed

	ID    pathID `path:"id"`
	Role  string `path:"role" enum:"leader,org_admin,cashier,committee,auditor,organizer,operator"`
	Scope pathID `path:"scope"`
}

// revokeRole takes a role away, at once and alone: taking power away never waits. An auditor's is proposed to another person.
func (s *Server) revokeRole(ctx context.Context, c *call, in *revokeRoleInput) (roleChange, error) {
	revoke := &ledger.RevokeRole{Account: ledger.AccountID(in.ID.plain()), Role: roleIn(in.Role), Scope: ledger.Scope(in.Scope.plain())}
	records, err := s.firstOf(ctx, c, revoke)
	if err == nil && records == nil {
		records, err = s.together(ctx, c, revoke)
	}
	if err != nil {
		return roleChange{}, err
	}
	return s.roleChanged(c, records), nil
}
