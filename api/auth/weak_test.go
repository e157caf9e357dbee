package auth

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestCheckPassword(t *testing.T) {
	const phone = "13900000001"
	for password, want := range map[string]error{
		"rainbow-noodles-40":       nil,
		"彩虹城的牛肉面真的很香":              nil,
		"aB3$xyzqwm":               nil,
		"my 1390 is not a phone":   nil,
		"":                         WeakShort,
		"nine-chrs":                WeakShort,
		"牛肉面":                      WeakShort, // nine bytes, three characters
		strings.Repeat("aB3$", 64): nil,
		strings.Repeat("aB3$", 65): WeakLong,
		"13900000001":              WeakPhone,
		"139-0000-0001":            WeakPhone,
		"+86 13900000001":          WeakPhone,
		"wang13900000001!":         WeakPhone,
		"1234567890":               WeakCommon,
		"4567890123":               WeakCommon,
		"9876543210":               WeakCommon,
		"abcdefghijkl":             WeakCommon,
		"aaaaaaaaaaaa":             WeakCommon,
		"ababababcabc":             WeakCommon,
		"Woaini1314":               WeakCommon,
		"QWERTYUIOP":               WeakCommon,
		"daodeyinhang":             WeakCommon,
	} {
		if err := CheckPassword(password, phone); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", password, err, want)
		}
	}
	if err := CheckPassword("rainbow-noodles-40", ""); err != nil {
		t.Errorf("a person without a phone: %v", err)
	}
	if err := CheckPassword("13900000001abc", "+86 139 0000 0001"); !errors.Is(err, WeakPhone) {
		t.Errorf("the phone with its country: %v", err)
	}
}

// Every line of the list does something: it is long enough to be allowed else, in lower case, and there once.
func TestCommonList(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(commonText), "\n")
	if len(lines) != len(common) || len(lines) < 100 {
		t.Errorf("%d lines, %d passwords", len(lines), len(common))
	}
	for _, l := range lines {
		if len(l) < passwordMin || strings.ToLower(l) != l || strings.TrimSpace(l) != l {
			t.Errorf("%q has no use", l)
		}
	}
}

func TestCheckPIN(t *testing.T) {
	const phone = "13975310862"
	for pin, want := range map[string]error{
		"829617": nil, "407358": nil, "930466": nil, "194713": nil,
		"": WeakPINForm, "12345": WeakPINForm, "1234567": WeakPINForm, "12345a": WeakPINForm, "８２９６１７": WeakPINForm, "-82961": WeakPINForm,
		"000000": WeakPINPlain, "999999": WeakPINPlain, "123456": WeakPINPlain, "654321": WeakPINPlain, "567890": WeakPINPlain, "098765": WeakPINPlain,
		"121212": WeakPINPlain, "747474": WeakPINPlain, "123123": WeakPINPlain, "829829": WeakPINPlain, "778899": WeakPINPlain, "800008": WeakPINPlain,
		"520520": WeakPINPlain, "525257": nil,
		"480317": WeakPINDate, "170348": WeakPINDate, "031748": WeakPINDate, "194803": WeakPINDate, "200012": WeakPINDate, "990231": WeakPINDate,
		"975310": WeakPINPhone, "753108": WeakPINPhone,
	} {
		if err := CheckPIN(pin, phone); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", pin, err, want)
		}
	}
	if err := CheckPIN("829617", ""); err != nil {
		t.Errorf("a person without a phone: %v", err)
	}
}

// The comment of CheckPIN says how many PINs are left; people must find one easily and a guesser must not.
func TestHowManyPINsAreLeft(t *testing.T) {
	refused := 0
	for n := range 1_000_000 {
		if CheckPIN(fmt.Sprintf("%06d", n), "") != nil {
			refused++
		}
	}
	if refused < 90_000 || refused > 93_000 {
		t.Errorf("%d of a million are refused", refused)
	}
}
