package qr

import (
	"testing"
	"time"
)

var gateKey = StationKey("a key of thirty-two bytes, exact")

// stationVector was computed apart from this code, with the HMAC and base32 of another language.
const stationVector = "utsdc2teguwl"

// Written down, so that a change of the derivation is noticed: a station and a server of two versions must agree.
func TestStationOTPVector(t *testing.T) {
	if got := gateKey.OTP("gate", "s1", 56_666_666); got != stationVector {
		t.Errorf("got %s, want %s", got, stationVector)
	}
}

func TestStationVerifySteps(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	for name, c := range map[string]struct {
		shown Step
		ok    bool
	}{
		"on the screen now": {0, true}, "scanned as it changed": {-1, true},
		"a photo of a minute ago": {-2, false}, "not shown yet": {1, false},
	} {
		step, ok := gateKey.Verify("gate", "s1", gateKey.OTP("gate", "s1", StepAt(now)+c.shown), now)
		if ok != c.ok || ok && step != StepAt(now)+c.shown {
			t.Errorf("%s: step %d, %v", name, step-StepAt(now), ok)
		}
	}
}

// A link opens its own station in its own session only.
func TestStationOTPIsBound(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	otp := gateKey.OTP("gate", "s1", StepAt(now))
	for name, ok := range map[string]bool{
		"another station": second(gateKey.Verify("hall", "s1", otp, now)),
		"another session": second(gateKey.Verify("gate", "s2", otp, now)),
		"moved letters":   second(gateKey.Verify("gates", "1", otp, now)),
		"another key":     second(NewStationKey().Verify("gate", "s1", otp, now)),
		"cut":             second(gateKey.Verify("gate", "s1", otp[:11], now)),
		"upper case":      second(gateKey.Verify("gate", "s1", "A"+otp[1:], now)),
		"nothing":         second(gateKey.Verify("gate", "s1", "", now)),
		"a closed session, whose key is gone": second(StationKey(nil).Verify("gate", "s1",
			StationKey(nil).OTP("gate", "s1", StepAt(now)), now)),
	} {
		if ok {
			t.Errorf("%s was accepted", name)
		}
	}
}

func second(_ Step, ok bool) bool { return ok }
