package api

import (
	"context"
	"fmt"
	"slices"

	"moralbank.example/bank/api/qr"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

type makeEnrolmentInput struct {
	ID   pathID `path:"id"`
	Body struct {
		Printed bool   `json:"printed,omitempty" doc:"On paper it lives 7 days, on a screen 24 hours"`
		Card    string `json:"card,omitempty" maxLength:"64" doc:"Her card as scanned, where she has one"`
		PIN     string `json:"pin,omitempty" maxLength:"12" doc:"Or her PIN"`
	}
}

// makeEnrolment makes the code by which a member's phone becomes hers. A leader makes one only for a member of the team who has
// nothing to lose yet; staff for whoever shows card or PIN, where she has one (docs/rules.zh.md 二).
func (s *Server) makeEnrolment(ctx context.Context, c *call, in *makeEnrolmentInput) (enrolmentCode, error) {
	id, _, err := s.subject(ctx, c, in.ID)
	if err != nil {
		return enrolmentCode{}, err
	}
	code := roster.Enrolment{Kind: roster.EnrolMember}
	if c.holds(organizer, operator) {
		if code.Proof, code.Card, err = s.prove(ctx, id, in.Body.Card, in.Body.PIN); err == nil {
			err = s.notForStaff(ctx, c, id, code.Proof == ledger.ProofPIN)
		}
	} else {
		err = s.nothingToLose(ctx, c, id)
	}
	if err == nil {
		err = s.enough(ctx, c, id, &code)
	}
	if err != nil {
		return enrolmentCode{}, err
	}
	life := shownLife
	if in.Body.Printed {
		life = printedLife
	}
	token, e, err := s.roster.NewEnrolment(ctx, c.by(), id, code, c.now+life)
	if err != nil {
		return enrolmentCode{}, fmt.Errorf("make enrolment: %w", err)
	}
	return s.draw(token, &e, "登记码 Enrolment code")
}

// enough checks what was shown, unless a password will be asked for when the code is used.
func (s *Server) enough(ctx context.Context, c *call, id ledger.AccountID, e *roster.Enrolment) error {
	staff := false
	if err := s.read(ctx, c, func(b *ledger.Book) { staff = len(b.Grants(id)) > 0 }); err != nil {
		return err
	}
	stored, err := s.secret(ctx, id, roster.Password)
	if err != nil || staff && stored != "" {
		return err
	}
	return s.proves(ctx, c, id, c.account, e)
}

// proves asks the rules whether what was shown is enough for a phone that maker enrols.
func (s *Server) proves(ctx context.Context, c *call, id, maker ledger.AccountID, e *roster.Enrolment) error {
	var no *ledger.Refusal
	if err := s.read(ctx, c, func(b *ledger.Book) { no = b.Proves(id, maker, e.Proof, e.Card, s.time()) }); err != nil {
		return err
	}
	if no != nil {
		return no
	}
	return nil
}

// prove checks that the person at the desk is the member, by what she has to show, and says what that was.
func (s *Server) prove(ctx context.Context, id ledger.AccountID, card, pin string) (ledger.Proof, ledger.CardID, error) {
	cards, err := s.roster.CardsOf(ctx, id)
	if err != nil {
		return "", "", fmt.Errorf("read cards: %w", err)
	}
	stored, err := s.secret(ctx, id, roster.PIN)
	if err != nil {
		return "", "", err
	}
	hasCard := slices.ContainsFunc(cards, func(x roster.Card) bool { return x.State == roster.CardActive })
	switch {
	case !hasCard && stored == "":
		return ledger.ProofNone, "", nil
	case card != "":
		code, err := qr.Parse(card)
		if err != nil {
			return "", "", err
		}
		found, err := s.roster.CardByNumber(ctx, code.Digits())
		if err != nil || found.Account != id || found.State != roster.CardActive {
			return "", "", fail(codeProofWrong)
		}
		return ledger.ProofCard, found.ID, nil
	case pin != "" && stored != "":
		if state, ok := s.strikes.Try(string(id)); !ok {
			return "", "", fail(codePINFallen, "reset", stamp(ledger.Time(state.ResetAt.UnixMilli())))
		}
		match, err := s.pins.Verify(ctx, stored, pin)
		if err != nil {
			return "", "", fmt.Errorf("check PIN: %w", err)
		}
		if !match.OK {
			return "", "", fail(codeProofWrong)
		}
		s.strikes.Reset(string(id))
		return ledger.ProofPIN, "", nil
	}
	return "", "", fail(codeProofNeeded, "card", hasCard, "pin", stored != "")
}

// notForStaff refuses a code for the holder of a role who has had a phone and has no password: whoever used it would be her, and
// with her the second of the two people that many things take. Her PIN is proof; a card, which any organizer hands out, is none.
func (s *Server) notForStaff(ctx context.Context, c *call, id ledger.AccountID, byPIN bool) error {
	staff := false
	if err := s.read(ctx, c, func(b *ledger.Book) { staff = len(b.Grants(id)) > 0 }); err != nil {
		return err
	}
	stored, err := s.secret(ctx, id, roster.Password)
	if err != nil || !staff || stored != "" {
		return err // with a password the code alone opens nothing
	}
	if pin, err := s.secret(ctx, id, roster.PIN); err != nil || byPIN && pin != "" {
		return err
	}
	devices, err := s.roster.DevicesOf(ctx, id)
	if err != nil {
		return fmt.Errorf("read devices: %w", err)
	}
	if len(devices) > 0 && id != c.account {
		return fail(codeStaffPassword)
	}
	return nil
}

// nothingToLose holds a leader to members of her own team without device, card or balance.
func (s *Server) nothingToLose(ctx context.Context, c *call, id ledger.AccountID) error {
	mine := false
	err := s.read(ctx, c, func(b *ledger.Book) {
		mine = id != c.account &&
			slices.ContainsFunc(b.Groups(id), func(g ledger.Group) bool { return c.holdsIn(leader, ledger.Scope(g)) })
	})
	if err != nil {
		return err
	}
	bare, err := s.bare(ctx, c, id)
	if err == nil && (!mine || !bare) {
		err = fail(codeLeaderEnrols)
	}
	return err
}

// bare reports whether a member has nothing that another could take over: no balance, role, phone or card.
func (s *Server) bare(ctx context.Context, c *call, id ledger.AccountID) (bool, error) {
	bare := false
	err := s.read(ctx, c, func(b *ledger.Book) {
		v, _ := b.View(id)
		bare = v.Points == 0 && v.Minutes == 0 && len(b.Grants(id)) == 0
	})
	if err != nil {
		return false, err
	}
	devices, err := s.roster.DevicesOf(ctx, id)
	if err != nil {
		return false, fmt.Errorf("read devices: %w", err)
	}
	cards, err := s.roster.CardsOf(ctx, id)
	if err != nil {
		return false, fmt.Errorf("read cards: %w", err)
	}
	return bare && len(devices) == 0 && len(cards) == 0, nil
}
