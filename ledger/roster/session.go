package roster

import (
	"context"
	"crypto/hmac"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"moralbank.example/bank/ledger"
)

// SessionID names a session: one family of refresh tokens. Access tokens carry it, so that revoking it ends them at once.
type SessionID string

// Session is one sign-in on one device. Its refresh token changes with every use; only hashes are stored.
type Session struct {
	once

	ID       SessionID       `json:"id"`
	Device   ledger.DeviceID `json:"device"`
	Created  ledger.Time     `json:"created"`
	Rotated  ledger.Time     `json:"rotated"` // when the current token was given
	Current  string          `json:"current"` // hash of the token that is valid
	Previous string          `json:"previous,omitempty"`
	Salt     []byte          `json:"salt"` // of the current token's derivation, see Rotate
}

// ErrReused says that an old refresh token came back: somebody copied it, and the whole session is revoked.
var ErrReused = errors.New("roster: refresh token reused; session revoked")

// RotateGrace is how long the previous token still brings the same successor, in milliseconds: 10 seconds, so that a reply
// lost on a bad line, or two tabs, do not sign a member out.
const RotateGrace ledger.Time = 10_000

func sessionRow(id SessionID) string { return "session:" + string(id) }

// NewSession signs an account in on a device until expires, and returns its first refresh token.
func (r *Roster) NewSession(ctx context.Context, a ledger.AccountID, device ledger.DeviceID, now, expires ledger.Time) (Session, string, error) {
	id := SessionID(NewID())
	secret := r.tagged(id, newSeed())
	s := Session{
		once: once{Account: a, Expires: expires}, ID: id, Device: device,
		Created: now, Rotated: now, Current: tokenHash(secret),
	}
	row, err := put(sessionRow(id), s, 0)
	if err != nil {
		return Session{}, "", err
	}
	if err := r.store.Commit(ctx, row, Change{Key: owned(a, "session", string(id))}); err != nil {
		return Session{}, "", fmt.Errorf("new session: %w", err)
	}
	return s, string(id) + "." + secret, nil
}

// Rotate takes a refresh token and gives its successor. The token that was current just before, within RotateGrace,
// brings the same successor again; any older one revokes the session, durably, and answers ErrReused. ErrNotFound for a
// token that this roster never gave out, ErrRevoked and ErrExpired for a session that ended.
//
// The successor is an HMAC of the presented token under the keyring's server key and a salt in the row, so a repeated
// answer needs no stored token.
func (r *Roster) Rotate(ctx context.Context, token string, now ledger.Time) (Session, string, error) {
	id, secret, ok := strings.Cut(token, ".")
	if !ok || len(id) != idChars || !r.ourOwn(SessionID(id), secret) {
		return Session{}, "", ErrNotFound
	}
	var next string
	reused := false
	s, err := update(ctx, r, sessionRow(SessionID(id)), func(s *Session) ([]Change, error) {
		reused = false
		if err := s.usable(now); err != nil {
			return nil, err
		}
		shown := tokenHash(secret)
		switch {
		case sameHash(shown, s.Current):
			s.Salt = newSeed()
			next = r.successor(s, secret)
			s.Previous, s.Current, s.Rotated = s.Current, tokenHash(next), now
		case sameHash(shown, s.Previous) && now < s.Rotated+RotateGrace:
			next = r.successor(s, secret)
		default:
			reused = true
			s.Revoked = now
		}
		return nil, nil
	})
	if err == nil && reused {
		err = ErrReused
	}
	if err != nil {
		return s, "", err
	}
	return s, id + "." + next, nil
}

func (r *Roster) successor(s *Session, secret string) string {
	return r.tagged(s.ID, r.ring.mac("refresh "+string(s.Salt), secret))
}

// tagged is a refresh secret: 128 bits of seed and a 128-bit tag that only this roster can make. The tag tells an old token
// of the session, which revokes it, from an invented one, which must not: session ids are no secret.
func (r *Roster) tagged(id SessionID, seed []byte) string {
	seed = seed[:tokenBytes:tokenBytes]
	return base64.RawURLEncoding.EncodeToString(append(seed, r.tag(id, seed)...))
}

func (r *Roster) tag(id SessionID, seed []byte) []byte {
	return r.ring.mac("refresh tag "+string(id), string(seed))[:tokenBytes]
}

func (r *Roster) ourOwn(id SessionID, secret string) bool {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(secret)
	return err == nil && len(raw) == 2*tokenBytes && hmac.Equal(raw[tokenBytes:], r.tag(id, raw[:tokenBytes]))
}

// Session reads a session, with ErrRevoked or ErrExpired beside it if it has ended at now.
func (r *Roster) Session(ctx context.Context, id SessionID, now ledger.Time) (Session, error) {
	var s Session
	if _, err := r.read(ctx, sessionRow(id), &s); err != nil {
		return Session{}, err
	}
	return s, s.usable(now)
}

// SessionsOf lists an account's sessions, ended ones too until they are swept.
func (r *Roster) SessionsOf(ctx context.Context, a ledger.AccountID) ([]Session, error) {
	return ownedBy(ctx, r, a, "session", func(id string) string { return sessionRow(SessionID(id)) }, func(s Session) bool { return s.Account == a })
}

// RevokeSession ends a session at once: sign-out. Revoking again, or an unknown one, changes nothing.
func (r *Roster) RevokeSession(ctx context.Context, id SessionID, now ledger.Time) error {
	_, err := update(ctx, r, sessionRow(id), func(s *Session) ([]Change, error) {
		if s.Revoked == 0 {
			s.Revoked = now
		}
		return nil, nil
	})
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// RevokeSessions ends the live sessions that match says and returns their ids: of an account, of a device, or all of them
// after a restore.
func (r *Roster) RevokeSessions(ctx context.Context, now ledger.Time, match func(Session) bool) ([]SessionID, error) {
	all, err := list[Session](ctx, r.store, "session:")
	if err != nil {
		return nil, err
	}
	var ended []SessionID
	for _, s := range all {
		if s.Revoked != 0 || !match(s) {
			continue
		}
		if err := r.RevokeSession(ctx, s.ID, now); err != nil {
			return ended, err
		}
		ended = append(ended, s.ID)
	}
	return ended, nil
}

// sameHash compares two hashes without telling by time where they differ.
func sameHash(a, b string) bool {
	x, errA := hex.DecodeString(a)
	y, errB := hex.DecodeString(b)
	return errA == nil && errB == nil && len(x) > 0 && subtle.ConstantTimeCompare(x, y) == 1
}
