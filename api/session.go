package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"moralbank.example/bank/api/auth"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// How long a session lives without a new sign-in.
const (
	phoneLife   = 90 * 24 * time.Hour      // a known phone: members sign in once
	tillLife    = 14 * time.Hour           // a shift at a till
	browserLife = 12 * time.Hour           // staff on some other browser
	deviceLife  = 2 * 365 * 24 * time.Hour // the device's own cookie
)

// knownDevice is the enrolled device whose credential the request's cookie holds; false when it holds none that is good.
func (s *Server) knownDevice(ctx context.Context, c *call) (roster.Device, bool, error) {
	value, ok := auth.CookieDevice.Read(c.r)
	if !ok {
		return roster.Device{}, false, nil
	}
	id, secret, ok := strings.Cut(value, ".")
	if !ok {
		return roster.Device{}, false, nil
	}
	d, err := s.roster.CheckDevice(ctx, ledger.DeviceID(id), secret)
	switch {
	case errors.Is(err, roster.ErrNotFound), errors.Is(err, roster.ErrRevoked):
		return roster.Device{}, false, nil
	case err != nil:
		return roster.Device{}, false, fmt.Errorf("check device: %w", err)
	}
	return d, true, nil
}

// signsFor is the device that a session of this account on this browser carries: a till or kiosk whoever signs in,
// a phone only for the people who enrolled it.
func signsFor(d roster.Device, a ledger.AccountID) (ledger.DeviceID, time.Duration) {
	switch d.Kind {
	case roster.Till, roster.Kiosk:
		return d.ID, tillLife
	case roster.Phone, roster.Leader:
		if slices.Contains(d.Members, a) {
			return d.ID, phoneLife
		}
	}
	return "", browserLife
}

// begin signs an account in on a device and sets the cookies.
func (s *Server) begin(ctx context.Context, c *call, a ledger.AccountID, device ledger.DeviceID, life time.Duration) error {
	now := s.time()
	session, refresh, err := s.roster.NewSession(ctx, a, device, now, now+ledger.Time(life.Milliseconds()))
	if err != nil {
		return fmt.Errorf("begin session: %w", err)
	}
	return s.carry(c, session, refresh)
}

// carry puts a session's tokens into the cookies, and makes the call one of that session.
func (s *Server) carry(c *call, session roster.Session, refresh string) error {
	token, ends, err := s.signer.Sign(string(session.Account), string(session.Device), string(session.ID))
	if err != nil {
		return fmt.Errorf("sign token: %w", err)
	}
	auth.CookieSession.Set(c.w, token, ends.Sub(s.now()))
	auth.CookieRefresh.Set(c.w, refresh, time.Duration(session.Expires-s.time())*time.Millisecond)
	if known, ok := auth.CookieDevice.Read(c.r); ok && session.Device != "" {
		auth.CookieDevice.Set(c.w, known, deviceLife) // browsers forget a cookie after some 400 days
	}
	c.account, c.device, c.session = session.Account, session.Device, session.ID
	return nil
}

// refresh gives new tokens for the refresh cookie. An old one that comes back ends the session for everybody who has it.
func (s *Server) refresh(ctx context.Context, c *call, _ *none) (me, error) {
	token, ok := auth.CookieRefresh.Read(c.r)
	if !ok {
		return me{}, fail(codeSignedOut)
	}
	session, next, err := s.roster.Rotate(ctx, token, s.time())
	switch {
	case errors.Is(err, roster.ErrReused):
		s.signer.End(string(session.ID))
		s.security(c, "refresh_reused", session.Account)
		s.forget(c)
		return me{}, fail(codeSessionReused)
	case errors.Is(err, roster.ErrNotFound), errors.Is(err, roster.ErrRevoked), errors.Is(err, roster.ErrExpired):
		s.forget(c)
		return me{}, fail(codeSignedOut)
	case err != nil:
		return me{}, fmt.Errorf("refresh: %w", err)
	}
	if session.Device != "" {
		d, known, err := s.knownDevice(ctx, c)
		if err != nil {
			return me{}, err
		}
		if !known || d.ID != session.Device { // a copied refresh token does not work on another machine
			s.security(c, "refresh_elsewhere", session.Account)
			s.forget(c)
			return me{}, fail(codeSignedOut)
		}
	}
	if err := s.carry(c, session, next); err != nil {
		return me{}, err
	}
	return s.whoAmI(ctx, c)
}

// signOut ends the session at once, wherever its tokens are. It succeeds also when there is none.
func (s *Server) signOut(ctx context.Context, c *call, _ *none) error {
	if c.session == "" { // the access token has run out: the refresh token says which session it was
		if token, ok := auth.CookieRefresh.Read(c.r); ok {
			session, _, err := s.roster.Rotate(ctx, token, s.time())
			if err == nil || errors.Is(err, roster.ErrReused) {
				c.session = session.ID
			}
		}
	}
	if c.session != "" {
		if err := s.end(ctx, c.session); err != nil {
			return err
		}
	}
	s.forget(c)
	return nil
}

// end ends one session.
func (s *Server) end(ctx context.Context, id roster.SessionID) error {
	if err := s.roster.RevokeSession(ctx, id, s.time()); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	s.signer.End(string(id))
	return nil
}

// endAll ends the sessions that match says.
func (s *Server) endAll(ctx context.Context, match func(roster.Session) bool) error {
	ended, err := s.roster.RevokeSessions(ctx, s.time(), match)
	for _, id := range ended {
		s.signer.End(string(id))
	}
	if err != nil {
		return fmt.Errorf("end sessions: %w", err)
	}
	return nil
}

func (s *Server) forget(c *call) {
	auth.CookieSession.Clear(c.w)
	auth.CookieRefresh.Clear(c.w)
}

// security writes a line of the security log: what, whose opaque account, and the request.
func (s *Server) security(c *call, what string, account ledger.AccountID) {
	s.log.LogAttrs(c.r.Context(), slog.LevelWarn, "security", slog.String("what", what),
		slog.String("account", string(account)), slog.String("request", c.id))
}
