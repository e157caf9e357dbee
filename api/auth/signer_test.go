package auth

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const (
	testIssuer   = "https://bank.example"
	testAudience = "https://bank.example/v1"
)

func signerAt(tb testing.TB, c *clock) *Signer {
	tb.Helper()
	return NewSigner(keysAt(tb, c), testIssuer, testAudience, c.now)
}

func mustSign(tb testing.TB, s *Signer, account, device, session string) string {
	tb.Helper()
	token, _, err := s.Sign(account, device, session)
	if err != nil {
		tb.Fatal(err)
	}
	return token
}

func TestSignAndVerify(t *testing.T) {
	c := newClock()
	c.move(123 * time.Millisecond)
	s := signerAt(t, c)
	token, end, err := s.Sign("m/abc", "till-1", "s-1")
	if err != nil || !end.Equal(c.now().Truncate(time.Second).Add(tokenLife)) {
		t.Fatalf("%v %v", end, err)
	}
	if len(token) > 600 {
		t.Errorf("%d bytes", len(token))
	}
	for _, how := range []string{"in full", "remembered"} {
		got, err := s.Verify(token)
		if err != nil || got.Account != "m/abc" || got.Device != "till-1" || got.Session != "s-1" || !got.Expires.Equal(end) {
			t.Errorf("%s: %+v %v", how, got, err)
		}
	}
}

func TestTokenHasNoRolesAndNoPerson(t *testing.T) {
	s := signerAt(t, newClock())
	body, err := base64.RawURLEncoding.DecodeString(strings.Split(mustSign(t, s, "m/abc", "d1", "s1"), ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{`"iss"`, `"aud"`, `"sub"`, `"exp"`, `"nbf"`, `"iat"`, `"jti"`, `"client_id"`, `"sid"`, `"dev"`} {
		if !strings.Contains(string(body), name) {
			t.Errorf("no %s in %s", name, body)
		}
	}
	if n := strings.Count(string(body), `":`); n != 10 {
		t.Errorf("%d claims: %s", n, body)
	}
}

func TestTokenTimes(t *testing.T) {
	for name, c := range map[string]struct {
		later time.Duration
		ok    bool
	}{
		"at once": {0, true}, "in its last second": {tokenLife, true}, "on a slow clock": {tokenLife + leeway - time.Second, true},
		"ended": {tokenLife + leeway, false}, "next day": {24 * time.Hour, false},
		"a clock that is behind": {-leeway, true}, "a clock that is far behind": {-leeway - time.Second, false},
	} {
		for _, remembered := range []bool{false, true} {
			clk := newClock()
			s := signerAt(t, clk)
			token := mustSign(t, s, "m/1", "", "s1")
			if remembered {
				if _, err := s.Verify(token); err != nil {
					t.Fatal(err)
				}
			}
			clk.move(c.later)
			if _, err := s.Verify(token); (err == nil) != c.ok || err != nil && !errors.Is(err, ErrToken) {
				t.Errorf("%s, remembered %v: %v", name, remembered, err)
			}
		}
	}
}

// forge makes a token with the real key, and lets change spoil it: what a bug or a stolen test key could produce.
func forge(tb testing.TB, s *Signer, change func(*jwt.Token, *payload)) string {
	tb.Helper()
	at := s.now()
	p := &payload{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: testIssuer, Subject: "m/1", Audience: jwt.ClaimStrings{testAudience}, ID: "j",
			IssuedAt: jwt.NewNumericDate(at), NotBefore: jwt.NewNumericDate(at), ExpiresAt: jwt.NewNumericDate(at.Add(tokenLife)),
		},
		ClientID: testAudience, Session: "s1", Device: "d1",
	}
	tok := jwt.NewWithClaims(jwt.SigningMethodEdDSA, p)
	key := s.keys.set.Load().signing
	tok.Header["typ"], tok.Header["kid"] = tokenType, key.id
	change(tok, p)
	text, err := tok.SignedString(key.private)
	if err != nil {
		tb.Fatal(err)
	}
	return text
}

func TestVerifyRefusesSignedNonsense(t *testing.T) {
	s := signerAt(t, newClock())
	if _, err := s.Verify(forge(t, s, func(*jwt.Token, *payload) {})); err != nil {
		t.Fatalf("the unspoilt token: %v", err)
	}
	day := jwt.NewNumericDate(s.now().Add(24 * time.Hour))
	for name, change := range map[string]func(*jwt.Token, *payload){
		"another issuer":      func(_ *jwt.Token, p *payload) { p.Issuer = "https://evil.example" },
		"no issuer":           func(_ *jwt.Token, p *payload) { p.Issuer = "" },
		"another audience":    func(_ *jwt.Token, p *payload) { p.Audience = jwt.ClaimStrings{"else"} },
		"no audience":         func(_ *jwt.Token, p *payload) { p.Audience = nil },
		"two audiences":       func(_ *jwt.Token, p *payload) { p.Audience = append(p.Audience, "else") },
		"no end":              func(_ *jwt.Token, p *payload) { p.ExpiresAt = nil },
		"lives for a day":     func(_ *jwt.Token, p *payload) { p.ExpiresAt = day },
		"no begin":            func(_ *jwt.Token, p *payload) { p.NotBefore = nil },
		"begins tomorrow":     func(_ *jwt.Token, p *payload) { p.NotBefore = day },
		"no time of issue":    func(_ *jwt.Token, p *payload) { p.IssuedAt = nil },
		"issued tomorrow":     func(_ *jwt.Token, p *payload) { p.IssuedAt, p.ExpiresAt = day, day },
		"nobody":              func(_ *jwt.Token, p *payload) { p.Subject = "" },
		"an id with a space":  func(_ *jwt.Token, p *payload) { p.Subject = "m/1 " },
		"an endless id":       func(_ *jwt.Token, p *payload) { p.Subject = strings.Repeat("a", idMax+1) },
		"no session":          func(_ *jwt.Token, p *payload) { p.Session = "" },
		"a device in capital": func(_ *jwt.Token, p *payload) { p.Device = "D1" },
		"no typ":              func(k *jwt.Token, _ *payload) { delete(k.Header, "typ") },
		"an id token":         func(k *jwt.Token, _ *payload) { k.Header["typ"] = "JWT" },
		"typ that is no text": func(k *jwt.Token, _ *payload) { k.Header["typ"] = 7 },
		"no kid":              func(k *jwt.Token, _ *payload) { delete(k.Header, "kid") },
		"unknown kid":         func(k *jwt.Token, _ *payload) { k.Header["kid"] = "x" },
		"kid that is no text": func(k *jwt.Token, _ *payload) { k.Header["kid"] = []int{1} },
		"crit":                func(k *jwt.Token, _ *payload) { k.Header["crit"] = []string{"exp"} },
		"brings its own key":  func(k *jwt.Token, _ *payload) { k.Header["jwk"] = map[string]string{"kty": "OKP"} },
		"key by address":      func(k *jwt.Token, _ *payload) { k.Header["jku"] = "https://evil.example/" },
		"too long":            func(_ *jwt.Token, p *payload) { p.ID = strings.Repeat("j", tokenMax) },
	} {
		if got, err := s.Verify(forge(t, s, change)); !errors.Is(err, ErrToken) || got != (Claims{}) {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
}

func TestVerifyRefusesForgeries(t *testing.T) {
	c := newClock()
	s, stranger := signerAt(t, c), signerAt(t, c)
	good := mustSign(t, s, "m/1", "", "s1")
	parts := strings.Split(good, ".")
	public, _ := s.keys.public(s.keys.set.Load().signing.id)
	withKid := func(method jwt.SigningMethod, key any) string {
		tok := jwt.NewWithClaims(method, jwt.MapClaims{
			"iss": testIssuer, "aud": testAudience, "sub": "m/1", "sid": "s1",
			"iat": c.now().Unix(), "nbf": c.now().Unix(), "exp": c.now().Add(time.Minute).Unix(),
		})
		tok.Header["typ"], tok.Header["kid"] = tokenType, s.keys.set.Load().signing.id
		text, err := tok.SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	_, other, _ := ed25519.GenerateKey(nil)
	for name, token := range map[string]string{
		"nothing":                       "",
		"dots":                          "..",
		"another server's":              mustSign(t, stranger, "m/1", "", "s1"),
		"our kid, another key":          withKid(jwt.SigningMethodEdDSA, other),
		"alg none":                      withKid(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType),
		"HMAC with the public key":      withKid(jwt.SigningMethodHS256, []byte(public)),
		"no signature":                  parts[0] + "." + parts[1] + ".",
		"another body":                  parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"m/2"}`)) + "." + parts[2],
		"a fourth part":                 good + ".x",
		"padding":                       good + "==",
		"a line end":                    good + "\n",
		"Bearer and all":                "Bearer " + good,
		"the same bits, another letter": good[:len(good)-1] + string(rune(good[len(good)-1]+1)),
		"long":                          good + strings.Repeat("A", tokenMax),
		"very long":                     strings.Repeat("A", 1<<20),
	} {
		if got, err := s.Verify(token); !errors.Is(err, ErrToken) || got != (Claims{}) {
			t.Errorf("%s: %+v %v", name, got, err)
		} else if len(token) > 20 && strings.Contains(err.Error(), token) {
			t.Errorf("%s: the error shows the token", name)
		}
	}
}

func TestSignRefusesBadIDs(t *testing.T) {
	s := signerAt(t, newClock())
	for _, ids := range [][3]string{
		{"", "d", "s"}, {"m/1", "d", ""}, {"M/1", "", "s"}, {"m/1", "张三", "s"}, {"m/1", "", strings.Repeat("s", idMax+1)},
	} {
		if token, _, err := s.Sign(ids[0], ids[1], ids[2]); err == nil || token != "" {
			t.Errorf("%v: signed", ids)
		}
	}
}

// The key and the token are the same in every process of the fuzzer, so that it can work outward from a good token.
func FuzzVerify(f *testing.F) {
	c := newClock()
	k := &Keys{now: c.now}
	k.set.Store(newKeySet(keyFromSeed(make([]byte, ed25519.SeedSize), c.now()), nil))
	s := NewSigner(k, testIssuer, testAudience, c.now)
	good := forge(f, s, func(*jwt.Token, *payload) {})
	f.Add(good)
	f.Add("a.b.c")
	f.Add(strings.ToUpper(good))
	f.Fuzz(func(t *testing.T, token string) {
		got, err := s.Verify(token)
		if token == good && (err != nil || got.Account != "m/1") || token != good && !errors.Is(err, ErrToken) {
			t.Fatalf("%q: %+v %v", token, got, err)
		}
	})
}
