package auth

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// keysMax bounds how many keys are kept: one that signs and those whose last tokens have not ended.
const keysMax = 16

// ErrTooManyKeys refuses another rotation until the tokens of older keys have ended.
var ErrTooManyKeys = errors.New("auth: too many signing keys still in use, wait 15 minutes or replace them all")

// key is one Ed25519 key. A retired one has lost its private half.
type key struct {
	id      string
	public  ed25519.PublicKey
	private ed25519.PrivateKey // nil when retired
	created time.Time
	until   time.Time // no token of this key is good from here on; zero for the one that signs
}

// keySet is one immutable state of the keys: published whole, read without a lock.
type keySet struct {
	signing key
	retired []key // newest first
	byID    map[string]ed25519.PublicKey
}

// Keys are the signing keys of one data directory, at most one of which signs. Safe for concurrent use by one process.
type Keys struct {
	path string
	now  func() time.Time
	set  atomic.Pointer[keySet]
	mu   sync.Mutex // serialises changes: one write of the file at a time
}

// CreateKeys makes a first signing key and writes it to path, which must not exist yet.
// The file is durable when it returns.
func CreateKeys(path string, now func() time.Time) (*Keys, error) {
	k := &Keys{path: path, now: now}
	fresh := newKey(now())
	if err := createFile(path, encodeKeys([]key{fresh})); err != nil {
		return nil, fmt.Errorf("create signing keys: %w", err)
	}
	k.set.Store(newKeySet(fresh, nil))
	return k, nil
}

// OpenKeys reads the signing keys at path. A file that others than its owner may read is refused, and so is one
// that is damaged: sign-in stops with a clear message rather than going on with keys of unknown origin.
func OpenKeys(path string, now func() time.Time) (*Keys, error) {
	raw, err := readPrivate(path)
	if err != nil {
		return nil, fmt.Errorf("open signing keys: %w", err)
	}
	all, err := decodeKeys(raw)
	if err != nil {
		return nil, fmt.Errorf("open signing keys %s: %w", path, err)
	}
	k := &Keys{path: path, now: now}
	k.set.Store(newKeySet(all[0], unended(all[1:], now())))
	return k, nil
}

// Rotate makes a new key sign from now on. The old one loses its private half and verifies until its last token ends.
// Its error leaves the old key signing.
func (k *Keys) Rotate() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	at, old := k.now(), k.set.Load()
	last := old.signing
	last.private = nil
	last.until = at.Add(tokenLife + leeway)
	retired := append([]key{last}, unended(old.retired, at)...)
	if len(retired) >= keysMax {
		return ErrTooManyKeys
	}
	return k.publish(newKey(at), retired)
}

// Replace makes a new key sign and forgets all others: every access token in the world ends now. It is the answer to a
// stolen key file. Sessions go on, by their refresh tokens.
func (k *Keys) Replace() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.publish(newKey(k.now()), nil)
}

// SigningID returns the id (kid) of the key that signs, and since when it does.
func (k *Keys) SigningID() (string, time.Time) {
	s := k.set.Load().signing
	return s.id, s.created
}

// publish writes the file first: a key never signs a token that a restart could not verify. The caller holds mu.
func (k *Keys) publish(signing key, retired []key) error {
	if err := replaceFile(k.path, encodeKeys(append([]key{signing}, retired...))); err != nil {
		return fmt.Errorf("write signing keys: %w", err)
	}
	k.set.Store(newKeySet(signing, retired))
	return nil
}

// public returns the verifying half of the key named id.
func (k *Keys) public(id string) (ed25519.PublicKey, bool) {
	p, ok := k.set.Load().byID[id]
	return p, ok
}

func newKeySet(signing key, retired []key) *keySet {
	s := &keySet{signing: signing, retired: retired, byID: map[string]ed25519.PublicKey{signing.id: signing.public}}
	for _, r := range retired {
		s.byID[r.id] = r.public
	}
	return s
}

func newKey(at time.Time) key {
	seed := make([]byte, ed25519.SeedSize)
	_, _ = rand.Read(seed) // never fails; crypto/rand ends the program instead
	return keyFromSeed(seed, at)
}

func keyFromSeed(seed []byte, created time.Time) key {
	private := ed25519.NewKeyFromSeed(seed)
	public, _ := private.Public().(ed25519.PublicKey)
	return key{id: thumbprint(public), public: public, private: private, created: created}
}

// unended drops the keys whose last token has ended.
func unended(keys []key, at time.Time) []key {
	var live []key
	for _, k := range keys {
		if at.Before(k.until) {
			live = append(live, k)
		}
	}
	return live
}

// thumbprint names a public key by its content, so that no two keys share an id (RFC 7638, RFC 8037 appendix A.3).
func thumbprint(public ed25519.PublicKey) string {
	sum := sha256.Sum256([]byte(`{"crv":"Ed25519","kty":"OKP","x":"` + base64.RawURLEncoding.EncodeToString(public) + `"}`))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
