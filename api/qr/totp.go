package qr

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"time"
)

// secretLen is the length of a Secret in bytes: that of the hash (RFC 4226 section 4, R6 asks for 16 at least).
const secretLen = 32

// stepLife is how long one step of a rotating code lasts, for phones and stations alike.
const stepLife = 30 * time.Second

// Secret is the HMAC key that a phone and the server share, one for pay codes and another for check-in codes.
// The phone keeps it as a non-extractable key.
type Secret []byte

// Step counts 30-second spans since 1970 (RFC 6238 section 4.2, T0 = 0). A code is used once per handle and step.
type Step int64

// NewSecret returns 32 random bytes.
func NewSecret() Secret {
	s := make(Secret, secretLen)
	_, _ = rand.Read(s) // never fails; crypto/rand ends the program instead
	return s
}

// StepAt returns the step that holds t.
func StepAt(t time.Time) Step {
	ms, life := t.UnixMilli(), stepLife.Milliseconds()
	step := ms / life
	if ms < 0 && ms%life != 0 {
		step-- // before 1970 a quotient rounds up; the span still starts below
	}
	return Step(step)
}

// Start returns the first moment of the step; it ends 30 s later.
func (s Step) Start() time.Time { return time.UnixMilli(int64(s) * stepLife.Milliseconds()).UTC() }

// append writes the step as the 8 bytes of RFC 4226 section 5.1.
func (s Step) append(b []byte) []byte {
	return binary.BigEndian.AppendUint64(b, uint64(s)) //nolint:gosec // two's complement; steps before 1970 are negative
}

// At returns the 8-digit password of a step: RFC 6238 with HMAC-SHA-256.
func (s Secret) At(step Step) OTP {
	mac := hmac.New(sha256.New, s)
	_, _ = mac.Write(step.append(nil)) // a hash never fails
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf // RFC 4226 section 5.3, dynamic truncation
	n := binary.BigEndian.Uint32(sum[at:]) & 0x7fffffff
	return OTP(fmt.Sprintf("%08d", n%100_000_000))
}

// Verify looks for the step whose password otp is, among the one that holds t and its neighbours: the one before, for
// the time between showing and scanning, and the one after, for a phone whose clock runs ahead. It reports the step, so that
// the caller can refuse a second use. All three are computed and compared in constant time.
// A secret of the wrong length verifies nothing. At a replay, t is the time of the scan.
func (s Secret) Verify(otp OTP, t time.Time) (Step, bool) {
	now, found, ok := StepAt(t), Step(0), 0
	for _, step := range [...]Step{now + 1, now - 1, now} {
		same := subtle.ConstantTimeCompare([]byte(s.At(step)), []byte(otp))
		found = Step(subtle.ConstantTimeSelect(same, int(step), int(found)))
		ok |= same
	}
	if len(s) != secretLen || ok == 0 {
		return 0, false
	}
	return found, true
}

// PayCode returns the code that a phone with this handle and secret shows at t. Phones make it themselves; it is here for
// tests, for the demo, and as the definition that the page's own code is checked against.
func PayCode(h Handle, s Secret, t time.Time) Code {
	return Code{Kind: KindPay, Handle: h, OTP: s.At(StepAt(t))}
}

// CheckInCode returns the check-in code that a phone with this handle and secret shows at t, see PayCode.
func CheckInCode(h Handle, s Secret, t time.Time) Code {
	return Code{Kind: KindCheckIn, Handle: h, OTP: s.At(StepAt(t))}
}
