package api

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"moralbank.example/bank/api/auth"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

type signInInput struct {
	Body struct {
		Phone    string `json:"phone" minLength:"1" maxLength:"20"`
		Password string `json:"password" minLength:"1" maxLength:"256"`
	}
}

// signIn is how staff sign in: phone number and password. Whoever has no account costs the same time as who has.
func (s *Server) signIn(ctx context.Context, c *call, in *signInInput) (me, error) {
	account, stored, err := s.passwordOf(ctx, in.Body.Phone)
	if err != nil {
		return me{}, err
	}
	device, _, err := s.knownDevice(ctx, c)
	if err != nil {
		return me{}, err
	}
	attempt := auth.Attempt{Account: string(account), Address: c.address}
	if account == "" {
		attempt.Account = s.nobody(in.Body.Phone)
	} else if slices.Contains(device.Members, account) {
		attempt.Device = string(device.ID)
	}
	if v := s.limiter.SignIn(attempt); !v.OK {
		return me{}, s.slowDown(v)
	}
	match, err := s.passwords.Verify(ctx, stored, in.Body.Password)
	if err != nil {
		return me{}, fmt.Errorf("check password: %w", err)
	}
	if !match.OK || !s.isOpen(ctx, c, account) {
		s.security(c, "sign_in_wrong", account)
		return me{}, fail(codeSignInWrong)
	}
	s.limiter.SignedIn(attempt)
	if match.Rehash {
		if hash, err := s.passwords.Hash(ctx, in.Body.Password); err == nil {
			_ = s.roster.SetSecret(ctx, c.by(), account, roster.Password, hash) // the old hash still works: next time
		}
	}
	on, life := signsFor(device, account)
	if err := s.begin(ctx, c, account, on, life); err != nil {
		return me{}, err
	}
	return s.whoAmI(ctx, c)
}

// passwordOf is the account that signs in with a phone number, and its stored hash; both "" when there is none. At most one
// account of a shared phone has a password (setPassword sees to it), so one hash is checked in every case.
func (s *Server) passwordOf(ctx context.Context, phone string) (ledger.AccountID, string, error) {
	if !roster.ValidPhone(phone) {
		return "", "", nil
	}
	for _, a := range s.roster.ByPhone(phone) {
		stored, err := s.secret(ctx, a, roster.Password)
		if err != nil || stored != "" {
			return a, stored, err
		}
	}
	return "", "", nil
}

// secret is a stored secret, "" when there is none.
func (s *Server) secret(ctx context.Context, a ledger.AccountID, kind roster.Secret) (string, error) {
	stored, err := s.roster.Secret(ctx, a, kind)
	switch {
	case errors.Is(err, roster.ErrNotFound), errors.Is(err, roster.ErrNoKey):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("read secret: %w", err)
	}
	return stored, nil
}

// isOpen reports whether the books know the account and it is not closed. A frozen one may look, and can do nothing.
func (s *Server) isOpen(ctx context.Context, c *call, a ledger.AccountID) bool {
	open := false
	err := s.read(ctx, c, func(b *ledger.Book) {
		v, ok := b.View(a)
		open = ok && a != "" && v.State != ledger.StateClosed
	})
	return err == nil && open
}

// nobody stands in a limit for a phone number that nobody has, so that it looks like one that somebody has.
func (s *Server) nobody(phone string) string {
	mac := hmac.New(sha256.New, s.nameless[:])
	_, _ = mac.Write([]byte(phone)) // a hash never fails
	return "m/" + hex.EncodeToString(mac.Sum(nil))[:10]
}

// slowDown says when the next try is free.
func (s *Server) slowDown(v auth.Verdict) error {
	wait := max(v.ResetAt.Sub(s.now()), time.Second)
	return fail(codeRateLimited, "reset", stamp(ledger.Time(v.ResetAt.UnixMilli())), "by", v.By).retry(wait)
}

type setPasswordInput struct {
	Body struct {
		Password string `json:"password" minLength:"1" maxLength:"256"`
		Old      string `json:"old,omitempty" maxLength:"256"`
	}
}

// setPassword gives the caller a password, or another one. All other sessions end.
func (s *Server) setPassword(ctx context.Context, c *call, in *setPasswordInput) error {
	p, err := s.roster.Person(ctx, c.account)
	if err != nil {
		return fmt.Errorf("read person: %w", err)
	}
	if p.Phone == "" {
		return fail(codePhoneNeeded)
	}
	if err := s.othersPassword(ctx, c.account, p.Phone); err != nil {
		return err
	}
	if err := auth.CheckPassword(in.Body.Password, p.Phone); err != nil {
		return err
	}
	stored, err := s.secret(ctx, c.account, roster.Password)
	if err != nil {
		return err
	}
	if stored != "" {
		if err := s.proveOld(ctx, c, stored, in.Body.Old); err != nil {
			return err
		}
	}
	hash, err := s.passwords.Hash(ctx, in.Body.Password)
	if err != nil {
		return fmt.Errorf("hash password: %w", err)
	}
	if err := s.roster.SetSecret(ctx, c.by(), c.account, roster.Password, hash); err != nil {
		return fmt.Errorf("store password: %w", err)
	}
	return s.endAll(ctx, func(x roster.Session) bool { return x.Account == c.account && x.ID != c.session })
}

// proveOld checks the secret that is to be replaced, as slowly as a sign-in.
func (s *Server) proveOld(ctx context.Context, c *call, stored, old string) error {
	if old == "" {
		return fail(codeOldNeeded)
	}
	attempt := auth.Attempt{Account: string(c.account), Device: string(c.device), Address: c.address}
	if v := s.limiter.SignIn(attempt); !v.OK {
		return s.slowDown(v)
	}
	match, err := s.passwords.Verify(ctx, stored, old)
	if err != nil {
		return fmt.Errorf("check old secret: %w", err)
	}
	if !match.OK {
		s.security(c, "old_secret_wrong", c.account)
		return fail(codeOldWrong)
	}
	s.limiter.SignedIn(attempt)
	return nil
}
