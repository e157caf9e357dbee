package qr

import (
	"testing"
	"time"
)

var rfcSecret = Secret("12345678901234567890123456789012")

// RFC 6238 appendix B, the rows for SHA-256.
func TestRFC6238AppendixB(t *testing.T) {
	for seconds, want := range map[int64]OTP{
		59: "46119246", 1111111109: "68084774", 1111111111: "67062674",
		1234567890: "91819424", 2000000000: "90698825", 20000000000: "77737706",
	} {
		if got := rfcSecret.At(StepAt(time.Unix(seconds, 0))); got != want {
			t.Errorf("at %d s: %s, want %s", seconds, got, want)
		}
	}
}

func TestStepAt(t *testing.T) {
	for ms, want := range map[int64]Step{0: 0, 29_999: 0, 30_000: 1, 59_000: 1, -1: -1, -30_000: -1, -30_001: -2} {
		if got := StepAt(time.UnixMilli(ms)); got != want {
			t.Errorf("StepAt(%d ms) = %d, want %d", ms, got, want)
		}
	}
	if s := StepAt(time.UnixMilli(1_700_000_012_345)); s.Start().After(time.UnixMilli(1_700_000_012_345)) || StepAt(s.Start()) != s {
		t.Errorf("Start of %d is %v", s, s.Start())
	}
}

// The diner holds up a code; the cashier scans it a little later, or the phone's clock is a little off.
func TestVerifySteps(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	for name, c := range map[string]struct {
		shown Step
		ok    bool
	}{
		"this step": {0, true}, "the step before": {-1, true}, "a phone half a minute ahead": {1, true},
		"two steps old": {-2, false}, "a minute ahead": {2, false}, "last year": {-1_051_200, false},
	} {
		step, ok := rfcSecret.Verify(rfcSecret.At(StepAt(now)+c.shown), now)
		if ok != c.ok || ok && step != StepAt(now)+c.shown {
			t.Errorf("%s: step %d, %v", name, step-StepAt(now), ok)
		}
	}
}

func TestVerifyRefuses(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	good := rfcSecret.At(StepAt(now))
	for name, otp := range map[string]OTP{
		"nothing": "", "cut": good[:7], "longer": good + "0", "another's": NewSecret().At(StepAt(now)),
	} {
		if _, ok := rfcSecret.Verify(otp, now); ok {
			t.Errorf("%s was accepted", name)
		}
	}
	// A member without a phone has no secret; the password of the empty key is known to everybody.
	for _, s := range []Secret{nil, {}, Secret("short")} {
		if _, ok := s.Verify(s.At(StepAt(now)), now); ok {
			t.Errorf("a secret of %d bytes verifies", len(s))
		}
	}
}

func TestPhoneCodes(t *testing.T) {
	now := time.Unix(59, 0)
	pay, err := ParseTill(PayCode("123456789", rfcSecret, now).Digits())
	if err != nil || pay.Handle != "123456789" || pay.OTP != "46119246" {
		t.Errorf("pay code: %#v %v", pay, err)
	}
	in, err := ParseDoor(CheckInCode("123456789", rfcSecret, now).Digits())
	if err != nil || in.Kind != KindCheckIn || in.OTP != "46119246" {
		t.Errorf("check-in code: %#v %v", in, err)
	}
}
