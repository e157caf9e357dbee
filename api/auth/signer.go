package auth

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const (
	// tokenLife is how long an access token is good.
	tokenLife = 15 * time.Minute
	// leeway is how far another machine's clock may be off; within one process it costs nothing.
	leeway = 30 * time.Second
	// tokenMax bounds an access token in bytes; ours have about 500.
	tokenMax = 1024
	// idMax bounds an account, device or session id in bytes, as the ledger does.
	idMax = 48
	// tokenType is the typ of RFC 9068: a token of another kind made with the same key is not an access token.
	tokenType = "at+jwt"
)

// ErrToken says that an access token is not good: forged, damaged, ended, for somebody else, or of an ended session. The
// answer to the client is the same for all (401); the wrapped reason is for the security log and never holds the token.
var ErrToken = errors.New("auth: access token refused")

// Claims are what an access token says. There are no roles in it, see the package comment.
type Claims struct {
	Account string    // sub: the account id
	Device  string    // dev: the enrolled device, "" for a browser that is not enrolled
	Session string    // sid: the session, which can be ended at once
	Issued  time.Time // iat, whole seconds
	Expires time.Time // exp, whole seconds
}

// Signer makes and verifies access tokens. It is safe for concurrent use.
type Signer struct {
	keys     *Keys
	issuer   string
	audience string
	now      func() time.Time
	parser   *jwt.Parser
	verified *verified
}

// payload is the token's body (RFC 9068 section 2.2).
type payload struct {
	jwt.RegisteredClaims

	ClientID string `json:"client_id"`
	Session  string `json:"sid"`
	Device   string `json:"dev,omitempty"`
}

// NewSigner returns a Signer whose tokens name issuer (the public address, "https://HOST") and audience (our API).
// Sessions ended before a restart are not in its memory: the caller calls EndAllBefore at start, and everybody refreshes.
func NewSigner(keys *Keys, issuer, audience string, now func() time.Time) *Signer {
	return &Signer{
		keys: keys, issuer: issuer, audience: audience, now: now, verified: newVerified(),
		parser: jwt.NewParser(
			jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}),
			jwt.WithIssuer(issuer), jwt.WithAudience(audience), jwt.WithExpirationRequired(), jwt.WithNotBeforeRequired(),
			jwt.WithIssuedAt(), jwt.WithLeeway(leeway), jwt.WithStrictDecoding(), jwt.WithTimeFunc(now),
		),
	}
}

// Sign returns an access token for a session and when it ends, 15 minutes from now. device may be "".
func (s *Signer) Sign(account, device, session string) (string, time.Time, error) {
	if !validID(account) || !validID(session) || device != "" && !validID(device) {
		return "", time.Time{}, errors.New("sign access token: an id is empty, too long, or has characters that ids do not have")
	}
	at := s.verified.issueAt(s.now())
	end := at.Add(tokenLife)
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, payload{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: s.issuer, Subject: account, Audience: jwt.ClaimStrings{s.audience}, ID: NewID(),
			IssuedAt: jwt.NewNumericDate(at), NotBefore: jwt.NewNumericDate(at), ExpiresAt: jwt.NewNumericDate(end),
		},
		ClientID: s.audience, Session: session, Device: device,
	})
	signing := s.keys.set.Load().signing
	t.Header["typ"], t.Header["kid"] = tokenType, signing.id
	token, err := t.SignedString(signing.private)
	if err != nil {
		return "", time.Time{}, fmt.Errorf("sign access token: %w", err)
	}
	return token, end, nil
}

// Verify returns what a token says if it is good now. A token is checked in full once (100 us) and remembered
// until it ends; its end, its session's end and its key's end are checked every time. The error wraps ErrToken.
func (s *Signer) Verify(token string) (Claims, error) {
	at := s.now()
	v, ok := s.verified.recall(token)
	if !ok {
		if len(token) > tokenMax || !compact(token) {
			return Claims{}, fmt.Errorf("%w: not the form of a token", ErrToken)
		}
		fresh, err := s.parse(token)
		if err != nil {
			return Claims{}, err
		}
		v = fresh
		s.verified.keep(strings.Clone(token), v, at)
	}
	if _, known := s.keys.public(v.kid); !known {
		return Claims{}, fmt.Errorf("%w: signing key withdrawn", ErrToken)
	}
	if !at.Before(v.claims.Expires.Add(leeway)) || at.Before(v.claims.Issued.Add(-leeway)) {
		return Claims{}, fmt.Errorf("%w: not its time", ErrToken)
	}
	if s.verified.ended(v.claims) {
		return Claims{}, fmt.Errorf("%w: session ended", ErrToken)
	}
	return v.claims, nil
}

// End ends a session: its access tokens are refused from the next Verify on.
func (s *Signer) End(session string) { s.verified.end(session, s.now()) }

// EndAllBefore refuses every access token issued in or before the second that holds t. Sessions go on by their refresh tokens.
func (s *Signer) EndAllBefore(t time.Time) { s.verified.endAllBefore(t) }

// parse checks a token in full.
func (s *Signer) parse(token string) (remembered, error) {
	var p payload
	t, err := s.parser.ParseWithClaims(token, &p, s.keyOf)
	if err != nil {
		return remembered{}, fmt.Errorf("%w: %w", ErrToken, err)
	}
	kid, _ := t.Header["kid"].(string)
	return remembered{kid: kid, claims: Claims{
		Account: p.Subject, Device: p.Device, Session: p.Session, Issued: p.IssuedAt.Time, Expires: p.ExpiresAt.Time,
	}}, nil
}

// Validate completes what the JWT library checks: presence and shape of our own claims. The library calls it.
func (p *payload) Validate() error {
	switch {
	case !validID(p.Subject), !validID(p.Session), p.Device != "" && !validID(p.Device):
		return errors.New("an id is missing or malformed")
	case len(p.Audience) != 1:
		return errors.New("more than one audience")
	case p.IssuedAt == nil || p.ExpiresAt == nil || p.ExpiresAt.Sub(p.IssuedAt.Time) > tokenLife:
		return errors.New("lives too long")
	}
	return nil
}

// keyOf finds the key of a token. Its header must be exactly the one Sign writes: another member ("jwk", "jku", "crit")
// would be a wish of the sender's about how to be verified.
func (s *Signer) keyOf(t *jwt.Token) (any, error) {
	if typ, _ := t.Header["typ"].(string); typ != tokenType || len(t.Header) != 3 {
		return nil, errors.New("header is not that of an access token")
	}
	kid, _ := t.Header["kid"].(string)
	public, ok := s.keys.public(kid)
	if !ok {
		return nil, errors.New("unknown kid")
	}
	return public, nil
}

// compact says whether s has the characters of a compact JWT only. The base64 decoder would skip line ends, and one token would have many forms.
func compact(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return true
}

// validID says whether s has the form of an id: the ledger's characters, 1 to idMax of them.
func validID(s string) bool {
	if s == "" || len(s) > idMax {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '/' && c != '-' {
			return false
		}
	}
	return true
}
