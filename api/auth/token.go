package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"strings"
)

const (
	idBytes         = 16 // 128 bits: 26 characters
	credentialBytes = 32 // 256 bits: 52 characters
)

// ErrMalformed says that a one-time token or credential does not have the form of one. It says nothing about whether one exists.
var ErrMalformed = errors.New("auth: malformed token")

// alphabet is RFC 4648 base32 in lower case, unpadded: it survives being typed, spoken, and a path that ignores case.
var alphabet = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Purpose is what a one-time token or credential is for. It is part of what is hashed: a receipt's token, even
// copied into another table, enrols no device. The values are on disk inside hashes: never changed.
type Purpose string

// The purposes.
const (
	ForEnrolment   Purpose = "enrolment"   // one use, 24 h shown or 7 days printed
	ForOperator    Purpose = "operator"    // the first operator's link, one use, 15 minutes
	ForClaim       Purpose = "claim"       // a scan waiting for a sign-in, 15 minutes
	ForReceipt     Purpose = "receipt"     // a receipt's public page
	ForCertificate Purpose = "certificate" // a certificate's public page
	ForRefresh     Purpose = "refresh"     // a session's refresh token, rotated at each use
	ForDevice      Purpose = "device"      // an enrolled device's credential
)

// Hash is the SHA-256 under which a token is kept and looked up. It is no secret: 128 random bits cannot be guessed from it.
type Hash [sha256.Size]byte

// Equal compares in constant time.
func (h Hash) Equal(o Hash) bool { return subtle.ConstantTimeCompare(h[:], o[:]) == 1 }

// NewID returns an opaque random id of 26 characters [a-z2-7], 128 bits: for sessions, requests, claims.
func NewID() string { return random(idBytes) }

// NewToken returns a random one-time token (26 characters [a-z2-7], 128 bits) and the hash to keep of it.
func NewToken(p Purpose) (string, Hash) {
	t := random(idBytes)
	return t, hash(p, "", t)
}

// HashToken returns the hash under which a presented one-time token was kept, or ErrMalformed.
func HashToken(p Purpose, token string) (Hash, error) {
	if !wellFormed(token, idBytes) {
		return Hash{}, ErrMalformed
	}
	return hash(p, "", token), nil
}

// NewCredential returns a long-lived secret "<id>.<secret>" (256 random bits) and the hash to keep with the id, which must be
// a valid id. It is the form of refresh tokens (id = session) and of device credentials (id = device): the id finds the
// row, the hash decides, and a refresh token that was used before shows itself by a known id with an older hash.
func NewCredential(p Purpose, id string) (string, Hash, error) {
	if !validID(id) {
		return "", Hash{}, ErrMalformed
	}
	secret := random(credentialBytes)
	return id + "." + secret, hash(p, id, secret), nil
}

// ParseCredential splits a presented credential into its id and the hash to compare with the kept one (Hash.Equal).
// The error is ErrMalformed.
func ParseCredential(p Purpose, credential string) (id string, h Hash, err error) {
	id, secret, ok := strings.Cut(credential, ".")
	if !ok || !validID(id) || !wellFormed(secret, credentialBytes) {
		return "", Hash{}, ErrMalformed
	}
	return id, hash(p, id, secret), nil
}

// hash covers purpose and id with zero bytes between, which none of the three can hold.
func hash(p Purpose, id, secret string) Hash {
	return sha256.Sum256([]byte("moralbank token v1\x00" + string(p) + "\x00" + id + "\x00" + secret))
}

func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails; crypto/rand ends the program instead
	return alphabet.EncodeToString(b)
}

// wellFormed says whether s encodes exactly n bytes in the one canonical way: unused bits are zero.
func wellFormed(s string, n int) bool {
	if len(s) != alphabet.EncodedLen(n) || strings.ContainsAny(s, "\r\n") {
		return false
	}
	b, err := alphabet.DecodeString(s)
	return err == nil && alphabet.EncodeToString(b) == s
}
