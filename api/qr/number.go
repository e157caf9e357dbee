package qr

import "crypto/rand"

// shortLen is the length of a Short in digits.
const shortLen = 10

// Short is a 10-digit number typed at a desk where a camera fails: one use, 10 minutes, only where staff are signed in.
// It has no check digit: it is looked up, and a wrong one finds nothing.
type Short string

// NewShort returns 10 random digits.
func NewShort() Short { return Short(randomDigits(shortLen)) }

// NewHandle returns 9 random digits. The caller makes sure that no other live handle is the same.
func NewHandle() Handle { return Handle(randomDigits(handleLen)) }

// NewCard returns 17 random digits; Code gives the 20 that are printed. The caller makes sure that the number is new.
func NewCard() Card { return Card(randomDigits(cardLen)) }

// Code returns the 20-digit code of a card.
func (c Card) Code() Code { return Code{Kind: KindCard, Card: c} }

// ParseShort reads a typed short code; spaces, hyphens and full-width digits are tolerated as in Parse.
// The error is always a Refusal.
func ParseShort(s string) (Short, error) {
	d, err := normalise(s)
	if err != nil {
		return "", err
	}
	if len(d) != shortLen {
		return "", RefusedLength
	}
	return Short(d), nil
}

// randomDigits returns n digits, each as likely as another: bytes from 250 on are thrown away, since
// a plain remainder would favour 0 to 5.
func randomDigits(n int) string {
	out, buf := make([]byte, 0, n), make([]byte, 2*n)
	for {
		_, _ = rand.Read(buf) // never fails; crypto/rand ends the program instead
		for _, b := range buf {
			if b >= 250 {
				continue
			}
			if out = append(out, '0'+b%10); len(out) == n {
				return string(out)
			}
		}
	}
}
