package qr

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"time"
)

const (
	stationOTPLen = 12 // base32 characters: 60 bits
	stationMax    = 32 // characters of a station's id in a link
)

// stationDomain keeps this use of HMAC apart from every other; a key shared by mistake then gives nothing away.
const stationDomain = "moralbank station otp v1"

// lower32 is the alphabet of RFC 4648 section 6 in lower case, unpadded.
var lower32 = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// StationKey makes a station's rotating passwords. There is one per session (an activity's opening of a station); the
// caller forgets it when the activity closes, and every link of it is dead.
type StationKey []byte

// NewStationKey returns 32 random bytes.
func NewStationKey() StationKey {
	k := make(StationKey, secretLen)
	_, _ = rand.Read(k) // never fails; crypto/rand ends the program instead
	return k
}

// OTP returns the password that the station shows during a step: the first 60 bits of an HMAC-SHA-256 over the
// station, the session and the step, as 12 lower-case base32 characters.
func (k StationKey) OTP(station, session string, step Step) string {
	mac := hmac.New(sha256.New, k)
	msg := append([]byte(stationDomain), 0)
	for _, part := range [...]string{station, session} { // the length first, so that ("ab","c") is not ("a","bc")
		msg = binary.BigEndian.AppendUint32(msg, uint32(len(part))) //nolint:gosec // ids are short
		msg = append(msg, part...)
	}
	_, _ = mac.Write(step.append(msg)) // a hash never fails
	return lower32.EncodeToString(mac.Sum(nil))[:stationOTPLen]
}

// Verify looks for the step whose password otp is: the one that holds t, or the one before it, for the
// seconds between showing, scanning and opening. Both ends are the server's clock, so none lies ahead.
// Both are computed and compared in constant time.
func (k StationKey) Verify(station, session, otp string, t time.Time) (Step, bool) {
	now := StepAt(t)
	current := subtle.ConstantTimeCompare([]byte(k.OTP(station, session, now)), []byte(otp))
	previous := subtle.ConstantTimeCompare([]byte(k.OTP(station, session, now-1)), []byte(otp))
	if len(k) != secretLen || current|previous == 0 {
		return 0, false
	}
	return Step(subtle.ConstantTimeSelect(current, int(now), int(now-1))), true
}
