package qr

import "fmt"

// Kind is what a 20-digit code is for. Its numbers are in memory only; on paper and on screens the prefix stands.
type Kind uint8

// The kinds of code.
const (
	KindNone    Kind = iota // no code; the zero Code has it
	KindPay                 // 91: a member's phone, at a till
	KindCard                // 92: an elder's printed card, at a till or at a door
	KindCheckIn             // 93: a member's phone, at a door; never payable
)

// The parts of a code, in digits. 20 digits at level H are a version 2 symbol (25 modules), the easiest to
// scan that we measured; a longer code would not be (web facts, 2.2).
const (
	codeLen   = 20
	handleLen = 9
	otpLen    = 8
	cardLen   = 17

	prefixPay     = "91"
	prefixCard    = "92"
	prefixCheckIn = "93"
)

// Handle is the revocable 9-digit name under which a phone shows codes. It says nothing about the member, rotates
// monthly, and a pay handle and a check-in handle are different ones.
type Handle string

// Card is the 17-digit random number of a printed card, without prefix and check digit.
type Card string

// OTP is an 8-digit one-time password (see Secret).
type OTP string

// Code is a parsed 20-digit code. Handle and OTP are set for KindPay and KindCheckIn, Card for KindCard.
// Its digits are a credential for a minute (phone) or for years (card): String does not show them.
type Code struct {
	Kind   Kind
	Handle Handle
	OTP    OTP
	Card   Card
}

// Prefix returns the two digits that say the kind, "" for KindNone. They keep clear of WeChat's (10 to 15) and
// Alipay's (25 to 30), so that a till can tell a person which app was opened.
func (k Kind) Prefix() string {
	switch k {
	case KindPay:
		return prefixPay
	case KindCard:
		return prefixCard
	case KindCheckIn:
		return prefixCheckIn
	case KindNone:
	}
	return ""
}

// String names the kind for logs and tests.
func (k Kind) String() string {
	switch k {
	case KindPay:
		return "pay"
	case KindCard:
		return "card"
	case KindCheckIn:
		return "check-in"
	case KindNone:
	}
	return "none"
}

// Payable says whether a till may take a code of this kind.
func (k Kind) Payable() bool { return k == KindPay || k == KindCard }

// ChecksIn says whether a leader may take a code of this kind at a door.
func (k Kind) ChecksIn() bool { return k == KindCheckIn || k == KindCard }

// Digits returns the 20 digits of the code, check digit included, "" for the zero Code.
// The parts must have their full lengths, as those made by this package have.
func (c Code) Digits() string {
	if c.Kind == KindNone {
		return ""
	}
	body := c.Kind.Prefix() + string(c.Handle) + string(c.OTP) + string(c.Card)
	return body + string(LuhnDigit(body))
}

// Spaced returns the digits in five groups of four, as they stand under a printed code; Parse reads them back.
func (c Code) Spaced() string {
	d := c.Digits()
	if len(d) != codeLen {
		return d
	}
	return d[0:4] + " " + d[4:8] + " " + d[8:12] + " " + d[12:16] + " " + d[16:20]
}

// String names the kind only, so that a code put into a log line by mistake cannot be used from there.
func (c Code) String() string { return fmt.Sprintf("%s code", c.Kind) }

// GoString hides the digits from %#v as String hides them from %v.
func (c Code) GoString() string { return fmt.Sprintf("qr.Code{%s}", c.Kind) }
