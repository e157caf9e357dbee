package api

import (
	"context"
	"fmt"

	"moralbank.example/bank/api/auth"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

type firstOperatorInput struct {
	Body struct {
		Token    string `json:"token" minLength:"1" maxLength:"64"`
		Name     string `json:"name" minLength:"1" maxLength:"40"`
		Phone    string `json:"phone" minLength:"1" maxLength:"20"`
		Password string `json:"password" minLength:"1" maxLength:"256"`
	}
}

// firstOperator names the person who sets the community up: an account, a password, and the roles operator and organizer.
// It works on this machine only, with the link that serve printed, while there is no operator.
func (s *Server) firstOperator(ctx context.Context, c *call, in *firstOperatorInput) (me, error) {
	if !s.local(c) {
		return me{}, fail(codeLocalOnly)
	}
	if s.operators() > 0 {
		return me{}, fail(codeOperatorPresent)
	}
	e, err := s.roster.EnrolmentOf(ctx, in.Body.Token, s.time())
	if err := s.enrolmentError(err); err != nil {
		return me{}, err
	}
	if e.Kind != roster.EnrolOperator {
		return me{}, fail(codeEnrolmentBad)
	}
	p := roster.Person{Account: ledger.MemberAccount(derivedID("operator", e.ID)), Name: in.Body.Name, Phone: in.Body.Phone}
	if err := p.Check(); err != nil {
		return me{}, err
	}
	if err := auth.CheckPassword(in.Body.Password, p.Phone); err != nil {
		return me{}, err
	}
	hash, err := s.passwords.Hash(ctx, in.Body.Password)
	if err != nil {
		return me{}, fmt.Errorf("hash password: %w", err)
	}
	by := roster.By{Actor: ledger.ActorRoot, Device: ledger.ViaCLI, At: s.time()}
	if _, err := s.roster.UseEnrolment(ctx, by, in.Body.Token); err != nil {
		return me{}, s.enrolmentError(err)
	}
	if err := s.appoint(ctx, c, by, &p, hash, e.ID); err != nil {
		return me{}, err
	}
	if err := s.begin(ctx, c, p.Account, "", browserLife); err != nil {
		return me{}, err
	}
	return s.whoAmI(ctx, c)
}

// appoint opens the account and gives it its roles, in the name of the machine's console.
func (s *Server) appoint(ctx context.Context, c *call, by roster.By, p *roster.Person, hash, id string) error {
	root := func(step string, do ledger.Verb) error {
		cmd := ledger.Command{Key: ledger.DerivedKey("operator", id, step), Actor: ledger.ActorRoot, Via: ledger.ViaCLI, Do: do}
		_, err := s.submitAs(ctx, c, &cmd)
		return err
	}
	if err := root("open", &ledger.OpenAccount{Account: p.Account}); err != nil {
		return err
	}
	if err := s.roster.AddPeople(ctx, by, *p); err != nil {
		return fmt.Errorf("add operator: %w", err)
	}
	if err := s.roster.SetSecret(ctx, by, p.Account, roster.Password, hash); err != nil {
		return fmt.Errorf("store password: %w", err)
	}
	for _, role := range [...]ledger.Role{ledger.RoleOperator, ledger.RoleOrganizer} {
		if err := root(string(role), &ledger.GrantRole{Account: p.Account, Role: role, Scope: ledger.ScopeCommunity}); err != nil {
			return err
		}
	}
	return nil
}
