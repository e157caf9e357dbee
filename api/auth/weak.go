package auth

import (
	_ "embed"
	"strings"
	"unicode/utf8"
)

const (
	passwordMin = 10 // characters
	distinctMin = 4  // different characters
)

// Weak is why a new password or PIN is refused. Its value is the stable code that the API sends; the texts stand in the API's one table.
type Weak string

// The reasons. The values are public: never changed, never reused.
const (
	WeakShort    Weak = "password_short"  // fewer than 10 characters
	WeakLong     Weak = "password_long"   // more than 256 bytes
	WeakCommon   Weak = "password_common" // among the first that a guesser tries
	WeakPhone    Weak = "password_phone"  // it holds the phone number
	WeakPINForm  Weak = "pin_form"        // not six digits
	WeakPINPlain Weak = "pin_plain"       // 000000, 123456, 121212: the first that a guesser tries
	WeakPINDate  Weak = "pin_date"        // a date such as a birthday: on her identity card, beside the purse
	WeakPINPhone Weak = "pin_phone"       // part of the phone number
)

// Error returns the code with the package's name.
func (w Weak) Error() string { return "auth: " + string(w) }

// commonText holds the commonest passwords of ten characters and more, one a line in lower case.
//
//go:embed common.txt
var commonText string

var common = commonSet(commonText)

func commonSet(text string) map[string]bool {
	set := map[string]bool{}
	for line := range strings.Lines(text) {
		set[strings.TrimSpace(line)] = true
	}
	return set
}

// CheckPassword judges a new password of the person with this phone number ("" if unknown). nil means good enough; the error is a
// Weak otherwise. There are no rules about kinds of character: length is what counts (NIST SP 800-63B section 3.1.1.2).
func CheckPassword(password, phone string) error {
	switch {
	case len(password) > secretMax:
		return WeakLong
	case utf8.RuneCountInString(password) < passwordMin:
		return WeakShort
	}
	if phone = digitsOf(phone); len(phone) >= 7 && strings.Contains(digitsOf(password), phone[max(0, len(phone)-11):]) {
		return WeakPhone
	}
	plain := strings.ToLower(password)
	if common[plain] || distinct(plain) < distinctMin || steps(plain) {
		return WeakCommon
	}
	return nil
}

// digitsOf keeps the ASCII digits of s, so that "138-0000 0000" is the phone number it is.
func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// distinct counts the different characters of s.
func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// steps says whether each character follows the one before it by the same step of one up or one down, as in
// 1234567890 (9 is followed by 0) and abcdefghij.
func steps(s string) bool {
	return walks(s, 1) || walks(s, -1)
}

func walks(s string, by int) bool {
	for i := 1; i < len(s); i++ {
		a, b := int(s[i-1]), int(s[i])
		wraps := by == 1 && a == '9' && b == '0' || by == -1 && a == '0' && b == '9'
		if b-a != by && !wraps {
			return false
		}
	}
	return true
}
