package roster

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
)

// crockford is Crockford's base32 in lower case: no i, l, o, u, so that a spoken or copied id survives.
const crockford = "0123456789abcdefghjkmnpqrstvwxyz"

const (
	idChars    = 10 // 50 bits: unique among millions, checked against the store where it must be
	tokenBytes = 16 // 128 bits: cannot be guessed
)

// NewID is ten random characters of lower-case Crockford base32 from crypto/rand: the opaque part of an id. Not a secret.
func NewID() string {
	var raw [idChars]byte
	_, _ = rand.Read(raw[:]) // never fails: crypto/rand ends the process instead
	for i, b := range raw {
		raw[i] = crockford[b&31]
	}
	return string(raw[:])
}

// NewToken is 128 random bits in 22 characters of URL-safe base64: a secret that its bearer shows once.
func NewToken() string { return base64.RawURLEncoding.EncodeToString(newSeed()) }

func newSeed() []byte {
	raw := make([]byte, tokenBytes)
	_, _ = rand.Read(raw)
	return raw
}

// validToken reports whether s has the shape of NewToken, before it is hashed and looked up.
func validToken(s string) bool {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return err == nil && len(raw) == tokenBytes
}

// newDigits is n random decimal digits, each equally likely.
func newDigits(n int) string {
	digits := make([]byte, 0, n)
	var one [1]byte
	for len(digits) < n {
		_, _ = rand.Read(one[:])
		if one[0] < 250 { // 250 values are 25 of each digit; the last six would favour 0 to 5
			digits = append(digits, '0'+one[0]%10)
		}
	}
	return string(digits)
}

// allDigits reports whether s is n ASCII digits.
func allDigits(s string, n int) bool {
	if len(s) != n {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// tokenHash is what is stored of a 128-bit token: its SHA-256 in hex. A token that long needs no salt.
func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
