package api

import (
	"context"
	"fmt"
	"slices"

	"moralbank.example/bank/api/auth"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

type profile struct {
	Account   ledger.AccountID `json:"account"`
	LargeName string           `json:"large_name"`
	HasPIN    bool             `json:"has_pin"`
}

// profiles are the people known on this device, for a shared phone. It names them by what they chose to be called.
func (s *Server) profiles(ctx context.Context, c *call, _ *none) (list[profile], error) {
	d, known, err := s.knownDevice(ctx, c)
	if err != nil {
		return list[profile]{}, err
	}
	if !known || d.Kind != roster.Phone && d.Kind != roster.Leader {
		return list[profile]{}, fail(codeDeviceNeeded)
	}
	var items []profile
	for _, a := range d.Members {
		p, err := s.roster.Person(ctx, a)
		if err != nil {
			continue // erased since
		}
		stored, err := s.secret(ctx, a, roster.PIN)
		if err != nil {
			return list[profile]{}, err
		}
		name := p.LargeName
		if name == "" {
			name = p.Name
		}
		items = append(items, profile{a, name, stored != ""})
	}
	return listOf(c, items, ""), nil
}

type pinSignInInput struct {
	Body struct {
		Account ledger.AccountID `json:"account,omitempty" maxLength:"48"`
		PIN     string           `json:"pin" minLength:"1" maxLength:"12"`
	}
}

// pinSignIn signs a member in again on a phone that knows her. On any other device a PIN is not asked for.
func (s *Server) pinSignIn(ctx context.Context, c *call, in *pinSignInInput) (me, error) {
	d, known, err := s.knownDevice(ctx, c)
	if err != nil {
		return me{}, err
	}
	if !known || d.Kind != roster.Phone && d.Kind != roster.Leader {
		return me{}, fail(codeDeviceNeeded)
	}
	account := in.Body.Account
	if account == "" && len(d.Members) == 1 {
		account = d.Members[0]
	}
	switch {
	case account == "":
		return me{}, fail(codeAccountNeeded)
	case !slices.Contains(d.Members, account):
		return me{}, fail(codeDeviceNeeded)
	}
	stored, err := s.secret(ctx, account, roster.PIN)
	if err != nil {
		return me{}, err
	}
	if stored == "" {
		return me{}, fail(codePINNotSet)
	}
	attempt := auth.Attempt{Account: string(account), Device: string(d.ID), Address: c.address}
	if v := s.limiter.SignIn(attempt); !v.OK {
		return me{}, s.slowDown(v)
	}
	strike := string(account) + " " + string(d.ID) // guesses on this phone count here only: nobody is blocked elsewhere
	state, ok := s.strikes.Try(strike)
	if !ok {
		return me{}, fail(codePINFallen, "reset", stamp(ledger.Time(state.ResetAt.UnixMilli())))
	}
	match, err := s.passwords.Verify(ctx, stored, in.Body.PIN)
	if err != nil {
		return me{}, fmt.Errorf("check PIN: %w", err)
	}
	if !match.OK || !s.isOpen(ctx, c, account) {
		s.security(c, "pin_wrong", account)
		return me{}, fail(codePINWrong, "left", state.Left)
	}
	s.strikes.Reset(strike)
	s.limiter.SignedIn(attempt)
	on, life := signsFor(d, account)
	if err := s.begin(ctx, c, account, on, life); err != nil {
		return me{}, err
	}
	return s.whoAmI(ctx, c)
}

type setPINInput struct {
	Body struct {
		PIN    string `json:"pin" minLength:"1" maxLength:"12"`
		OldPIN string `json:"old_pin,omitempty" maxLength:"12"`
	}
}

// setPIN gives the caller a PIN, or another one for the old one.
func (s *Server) setPIN(ctx context.Context, c *call, in *setPINInput) error {
	p, err := s.roster.Person(ctx, c.account)
	if err != nil {
		return fmt.Errorf("read person: %w", err)
	}
	if err := auth.CheckPIN(in.Body.PIN, p.Phone); err != nil {
		return err
	}
	stored, err := s.secret(ctx, c.account, roster.PIN)
	if err != nil {
		return err
	}
	if stored != "" {
		if err := s.mayChangePIN(ctx, c, stored, in.Body.OldPIN); err != nil {
			return err
		}
	}
	hash, err := s.passwords.Hash(ctx, in.Body.PIN)
	if err != nil {
		return fmt.Errorf("hash PIN: %w", err)
	}
	if err := s.roster.SetSecret(ctx, c.by(), c.account, roster.PIN, hash); err != nil {
		return fmt.Errorf("store PIN: %w", err)
	}
	s.strikes.Reset(string(c.account))
	s.strikes.Reset(string(c.account) + " " + string(c.device))
	return nil
}

// A phone that was enrolled anew because the PIN is forgotten may replace it between these two ages: not at once, so that
// whoever enrolled a phone in another's name gains nothing before she sees it in her history; and not for ever, so that a phone
// that is left lying about is no way around the PIN. Both in milliseconds.
const (
	forgottenFrom  = ledger.Time(7 * 24 * 3600_000)
	forgottenUntil = ledger.Time(37 * 24 * 3600_000)
)

// mayChangePIN asks for the old PIN, with the same tries as signing in on this phone, or for a new phone that has rested.
func (s *Server) mayChangePIN(ctx context.Context, c *call, stored, old string) error {
	if old != "" {
		strike := string(c.account) + " " + string(c.device)
		state, ok := s.strikes.Try(strike)
		if !ok {
			return fail(codePINFallen, "reset", stamp(ledger.Time(state.ResetAt.UnixMilli())))
		}
		return s.proveOld(ctx, c, stored, old)
	}
	d, err := s.roster.Device(ctx, c.device)
	if err != nil || d.Kind != roster.Phone || c.now >= d.Added+forgottenUntil {
		return fail(codeOldNeeded)
	}
	if c.now < d.Added+forgottenFrom {
		return fail(codePINRests, "from", stamp(d.Added+forgottenFrom))
	}
	return nil
}
