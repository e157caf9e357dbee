package api

import (
	"context"
	"fmt"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

type changeMemberInput struct {
	ID   pathID `path:"id"`
	Body struct {
		Name      *string `json:"name,omitempty" minLength:"1" maxLength:"40"`
		Phone     *string `json:"phone,omitempty" maxLength:"20" doc:"Empty takes it away"`
		Birth     *string `json:"birth_date,omitempty" maxLength:"10" example:"1952-03-04"`
		Building  *string `json:"building,omitempty" maxLength:"40"`
		LargeName *string `json:"large_name,omitempty" maxLength:"12"`
		Speak     *bool   `json:"speak,omitempty" doc:"The till may speak her balance"`
		Hardship  *bool   `json:"hardship,omitempty"`
	}
}

// changeMember changes what the roster says of a person: staff at the desk all of it, the member herself what she is called and
// whether the till speaks. Nothing of it is in the books; the roster notes who changed which fields.
func (s *Server) changeMember(ctx context.Context, c *call, in *changeMemberInput) (memberDetail, error) {
	id, seen, err := s.subject(ctx, c, in.ID)
	if err != nil {
		return memberDetail{}, err
	}
	b := &in.Body
	desk := b.Name != nil || b.Phone != nil || b.Birth != nil || b.Building != nil || b.Hardship != nil
	if !c.holds(organizer, operator) && (desk || id != c.account) {
		return memberDetail{}, fail(string(ledger.CodeNotEntitled))
	}
	if b.Phone != nil {
		if err := s.onePassword(ctx, id, *b.Phone); err != nil {
			return memberDetail{}, err
		}
	}
	_, err = s.roster.ChangePerson(ctx, c.by(), id, func(p *roster.Person) error {
		set(&p.Name, b.Name)
		set(&p.Phone, b.Phone)
		set(&p.Building, b.Building)
		set(&p.LargeName, b.LargeName)
		set(&p.Speak, b.Speak)
		set(&p.Hardship, b.Hardship)
		if b.Birth != nil {
			p.Birth = roster.Date(*b.Birth)
		}
		return nil
	})
	if err != nil {
		return memberDetail{}, fmt.Errorf("change member: %w", err)
	}
	return s.describeMember(ctx, c, id, seen)
}

func set[T any](field, value *T) {
	if value != nil {
		*field = *value
	}
}

// onePassword keeps it true that of the accounts with one phone number at most one has a password: it is what people sign in by.
func (s *Server) onePassword(ctx context.Context, id ledger.AccountID, phone string) error {
	own, err := s.secret(ctx, id, roster.Password)
	if err != nil || own == "" {
		return err
	}
	return s.othersPassword(ctx, id, phone)
}

// othersPassword refuses a phone number by which somebody else signs in.
func (s *Server) othersPassword(ctx context.Context, id ledger.AccountID, phone string) error {
	for _, a := range s.roster.ByPhone(phone) {
		if a == id {
			continue
		}
		other, err := s.secret(ctx, a, roster.Password)
		if err != nil {
			return err
		}
		if other != "" {
			return fail(codePhoneTaken)
		}
	}
	return nil
}
