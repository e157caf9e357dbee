package qr

import (
	"errors"
	"testing"
)

func TestNewNumbers(t *testing.T) {
	for range 200 {
		card, handle, short := NewCard(), NewHandle(), NewShort()
		if len(card) != 17 || len(handle) != 9 || len(short) != 10 || !allDigits(string(card)+string(handle)+string(short)) {
			t.Fatalf("card of %d, handle of %d, short of %d", len(card), len(handle), len(short))
		}
		if c, err := Parse(card.Code().Digits()); err != nil || c.Card != card {
			t.Fatalf("a new card does not parse: %v", err)
		}
		if s, err := ParseShort(string(short)); err != nil || s != short {
			t.Fatalf("a new short code does not parse: %v", err)
		}
		if NewCard() == card {
			t.Fatal("two cards alike")
		}
	}
}

// Each digit is as likely as another; the remainder of a byte would give 6 to 9 two percent too seldom. Of two million fair digits
// one strays beyond 1.2 percent (5.6 standard deviations) less than once in a million runs.
func TestRandomDigitsAreFair(t *testing.T) {
	const n = 2_000_000
	var seen [10]int
	for _, d := range []byte(randomDigits(n)) {
		seen[d-'0']++
	}
	for d, count := range seen {
		if count < n/10*988/1000 || count > n/10*1012/1000 {
			t.Errorf("digit %d came %d times of %d", d, count, n)
		}
	}
}

func TestParseShort(t *testing.T) {
	for in, want := range map[string]error{
		"0123456789": nil, "012 345 6789": nil, "０１２３４５６７８９": nil,
		"": RefusedEmpty, "012345678": RefusedLength, "01234567890": RefusedLength, "01234S6789": RefusedNotDigits,
	} {
		s, err := ParseShort(in)
		if !errors.Is(err, want) || err == nil && s != "0123456789" {
			t.Errorf("ParseShort(%q) = %q, %v", in, s, err)
		}
	}
}
