package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"

	"golang.org/x/text/unicode/norm"
)

const (
	// waitMax bounds how many sign-ins wait for their turn; more are told to come back.
	waitMax = 64
	// secretMax bounds a password in bytes: beyond it lies no honest one, only work for us.
	secretMax = 256
)

// ErrBusy says that too many passwords are being checked at once: answer 503 with Retry-After.
var ErrBusy = errors.New("auth: too many sign-ins at once")

// Passwords hashes and checks passwords and PINs with argon2id. Each check takes 19 MiB for a moment, so a fixed
// number run at once and a fixed number wait: a storm of sign-ins costs patience, never the till's memory.
// It is safe for concurrent use. Tills should have one of their own for PINs, so that the storm is not theirs.
type Passwords struct {
	turns   chan struct{} // one entry for each check that runs
	waiting chan struct{} // one entry for each check that runs or waits
	nobody  phc           // what an unknown account is checked against
}

// NewPasswords returns a Passwords that runs up to atOnce checks at a time, one at least; the number of cores is a good choice.
func NewPasswords(atOnce int) *Passwords {
	atOnce = max(atOnce, 1)
	return &Passwords{
		turns:   make(chan struct{}, atOnce),
		waiting: make(chan struct{}, atOnce+waitMax),
		nobody:  phc{cost: current, salt: randomBytes(saltLen), sum: randomBytes(sumLen)},
	}
}

// Hash returns the form of secret to store (PHC string, 97 characters). It does not judge the secret: CheckPassword and CheckPIN do.
// Errors: ErrBusy, the context's end, or a secret beyond 256 bytes.
func (p *Passwords) Hash(ctx context.Context, secret string) (string, error) {
	if len(secret) > secretMax {
		return "", WeakLong
	}
	h := phc{cost: current, salt: randomBytes(saltLen)}
	err := p.run(ctx, func() { h.sum = derive(norm.NFC.String(secret), h.salt, h.cost, sumLen) })
	if err != nil {
		return "", err
	}
	return h.String(), nil
}

// Match is the result of Verify.
type Match struct {
	OK     bool
	Rehash bool // the secret is right, and its hash was made with older parameters: store Hash(secret)
}

// Verify checks secret against a stored hash. Pass "" as stored for an account that does not exist or has no password: the
// same work is done and the answer is no, so that time tells nobody who has an account.
// Errors: ErrBusy, the context's end, or a stored hash that is damaged.
func (p *Passwords) Verify(ctx context.Context, stored, secret string) (Match, error) {
	h := p.nobody
	if stored != "" {
		var err error
		if h, err = parsePHC(stored); err != nil {
			return Match{}, err
		}
	}
	if len(secret) > secretMax {
		secret, h = "", p.nobody // no, after the same time
	}
	var same int
	err := p.run(ctx, func() {
		same = subtle.ConstantTimeCompare(derive(norm.NFC.String(secret), h.salt, h.cost, len(h.sum)), h.sum)
	})
	if err != nil || same == 0 {
		return Match{}, err
	}
	return Match{OK: true, Rehash: h.cost != current || len(h.salt) != saltLen || len(h.sum) != sumLen}, nil
}

// run waits for a turn, then works.
func (p *Passwords) run(ctx context.Context, work func()) error {
	select {
	case p.waiting <- struct{}{}:
		defer func() { <-p.waiting }()
	default:
		return ErrBusy
	}
	select {
	case p.turns <- struct{}{}:
		defer func() { <-p.turns }()
	case <-ctx.Done():
		return fmt.Errorf("wait to check a password: %w", ctx.Err())
	}
	work()
	return nil
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails; crypto/rand ends the program instead
	return b
}
