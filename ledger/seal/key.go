package seal

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
)

// Key signs checkpoints: an Ed25519 key of the C2SP signed-note format whose name is the origin. After a rotation the key
// of before signs along, so that those who know only it can still verify, until the next rotation drops it.
type Key struct {
	origin  string
	secrets []string // as golang.org/x/mod/sumdb/note spells them, the newest first
	signers []note.Signer
	vkeys   []string
}

// keysMax is how many keys sign: the newest and the one before it.
const keysMax = 2

// keyFileMax bounds the key file, in bytes.
const keyFileMax = 4 << 10

// The faults of a key file.
var (
	// ErrKeyExists : there is a key file already. It is never overwritten: without the old key nothing can be signed
	// under the old origin.
	ErrKeyExists = errors.New("seal: there is a key already")
	// ErrKey : the key file is not what CreateKey wrote, or is of another origin.
	ErrKey = errors.New("seal: the key file cannot be used")
	// ErrKeyOpenToOthers : others than the owner may read or write the key file.
	ErrKeyOpenToOthers = errors.New("seal: others can read the key file; make its mode 600")
)

// ValidOrigin refuses a name that no note can carry: it is a host and a path, without scheme, spaces or plus signs.
func ValidOrigin(origin string) error {
	if origin == "" || len(origin) > 200 || strings.ContainsAny(origin, "+ \t\r\n") || strings.Contains(origin, "://") {
		return fmt.Errorf("origin %q: want a host and a path without scheme, such as bank.example/rainbow", origin)
	}
	for _, r := range origin {
		if r <= ' ' || r > '~' {
			return fmt.Errorf("origin %q: want plain ASCII", origin)
		}
	}
	return nil
}

// CreateKey makes the key of an origin and writes it to a new file that only its owner can read. ErrKeyExists.
func CreateKey(path, origin string, random io.Reader) (*Key, error) {
	if err := ValidOrigin(origin); err != nil {
		return nil, err
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s", ErrKeyExists, path)
	}
	secret, _, err := note.GenerateKey(random, origin)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	return storeKey(path, origin, []string{secret})
}

// RotateKey makes a new key beside the one in the file, which signs along until the next rotation.
func RotateKey(path, origin string, random io.Reader) (*Key, error) {
	k, err := NextKey(path, origin, random)
	if err != nil {
		return nil, err
	}
	return k, TakeKey(path)
}

// nextKey is where a rotation is prepared, so that the books can say so before anything is signed with the new key.
const nextKey = ".next-key"

// NextKey prepares a rotation: the key file that is to take the place of the one at path lies beside it. What an earlier try
// left there is given again, so that a rotation that was cut short goes on with the same key.
func NextKey(path, origin string, random io.Reader) (*Key, error) {
	k, err := OpenKey(path, origin)
	if err != nil {
		return nil, err
	}
	if next, err := OpenKey(path+nextKey, origin); err == nil && len(next.secrets) > 1 && next.secrets[1] == k.secrets[0] {
		return next, nil
	}
	secret, _, err := note.GenerateKey(random, origin)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	secrets := append([]string{secret}, k.secrets...)
	return storeKey(path+nextKey, origin, secrets[:min(len(secrets), keysMax)])
}

// PreparedKey is the key that NextKey left, if there is one.
func PreparedKey(path, origin string) (*Key, bool) {
	k, err := OpenKey(path+nextKey, origin)
	return k, err == nil
}

// TakeKey puts the prepared key file in its place.
func TakeKey(path string) error {
	if err := moveFile(path+nextKey, path); err != nil {
		return fmt.Errorf("take key: %w", err)
	}
	return nil
}

func storeKey(path, origin string, secrets []string) (*Key, error) {
	k, err := newKey(origin, secrets)
	if err != nil {
		return nil, err
	}
	if err := replaceFile(path, []byte(strings.Join(secrets, "\n")+"\n")); err != nil {
		return nil, fmt.Errorf("store key: %w", err)
	}
	return k, nil
}

// OpenKey reads the key file of an origin. ErrKey when it is damaged or of another origin, ErrKeyOpenToOthers.
func OpenKey(path, origin string) (*Key, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("open key: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("%w: %s has mode %o", ErrKeyOpenToOthers, path, mode)
	}
	if info.Size() > keyFileMax {
		return nil, fmt.Errorf("%w: %s has %d bytes", ErrKey, path, info.Size())
	}
	p, err := os.ReadFile(path) //nolint:gosec // the operator's own path
	if err != nil {
		return nil, fmt.Errorf("open key: %w", err)
	}
	k, err := newKey(origin, strings.Split(strings.TrimSuffix(string(p), "\n"), "\n"))
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrKey, path, err)
	}
	return k, nil
}

// OriginIn is the origin that a key file names, whatever it is opened for; empty when it cannot be read.
func OriginIn(path string) string {
	p, err := os.ReadFile(path) //nolint:gosec // the operator's own path
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(string(p), "\n")
	signer, err := note.NewSigner(first)
	if err != nil {
		return ""
	}
	return signer.Name()
}

func newKey(origin string, secrets []string) (*Key, error) {
	if len(secrets) < 1 || len(secrets) > keysMax {
		return nil, fmt.Errorf("%d keys, 1 to %d allowed", len(secrets), keysMax)
	}
	k := &Key{origin: origin, secrets: secrets}
	for _, secret := range secrets {
		signer, err := note.NewSigner(secret)
		if err != nil {
			return nil, fmt.Errorf("signer: %w", err) // never the secret itself
		}
		if signer.Name() != origin {
			return nil, fmt.Errorf("the key is of origin %q, not %q", signer.Name(), origin)
		}
		seed, err := seedOf(secret)
		if err != nil {
			return nil, err
		}
		vkey, err := note.NewEd25519VerifierKey(origin, ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)) //nolint:forcetypeassert // Ed25519 has no other
		if err != nil {
			return nil, fmt.Errorf("verifier key: %w", err)
		}
		k.signers, k.vkeys = append(k.signers, signer), append(k.vkeys, vkey)
	}
	return k, nil
}

// seedOf is the Ed25519 seed in a note secret, PRIVATE+KEY+name+hash+base64(0x01 || seed). It is found from the end:
// base64 may hold a plus sign itself.
func seedOf(secret string) ([]byte, error) {
	n := base64.StdEncoding.EncodedLen(1 + ed25519.SeedSize)
	if len(secret) < n {
		return nil, errors.New("the secret is cut short")
	}
	p, err := base64.StdEncoding.DecodeString(secret[len(secret)-n:])
	if err != nil {
		return nil, errors.New("the secret is not base64")
	}
	return p[1:], nil
}

// Origin is the name of the log.
func (k *Key) Origin() string { return k.origin }

// VerifierKeys are the public keys that verify what is signed, the newest first: C2SP signed-note vkeys.
func (k *Key) VerifierKeys() []string { return k.vkeys }

// Public is the newest public key, as the books name it: 64 hex digits.
func (k *Key) Public() string {
	seed, err := seedOf(k.secrets[0])
	if err != nil {
		return "" // not reached: newKey has read it
	}
	return hex.EncodeToString(ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)) //nolint:forcetypeassert // Ed25519 has no other
}

// VerifierKeyOf is the verifier key of a public key that the books name.
func VerifierKeyOf(origin, public string) (string, error) {
	p, err := hex.DecodeString(public)
	if err != nil || len(p) != ed25519.PublicKeySize {
		return "", fmt.Errorf("%w: %q is no public key", ErrKey, public)
	}
	vkey, err := note.NewEd25519VerifierKey(origin, p)
	if err != nil {
		return "", fmt.Errorf("verifier key: %w", err)
	}
	return vkey, nil
}

// Signed opens a checkpoint that this key signed, or the one that it took the place of. ErrForeign when neither did.
func (k *Key) Signed(note []byte) (Checkpoint, error) {
	policy, err := LogPolicy(k.vkeys...)
	if err != nil {
		return Checkpoint{}, err
	}
	c, err := OpenCheckpoint(note, policy)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("%w: %w", ErrForeign, err)
	}
	return c, nil
}

// Sign gives the checkpoint of a tree as a signed note.
func (k *Key) Sign(size int64, root Hash) ([]byte, error) {
	c := torchwood.Checkpoint{Origin: k.origin}
	c.N, c.Hash = size, root
	signed, err := note.Sign(&note.Note{Text: c.String()}, k.signers...)
	if err != nil {
		return nil, fmt.Errorf("sign checkpoint of %d: %w", size, err)
	}
	return signed, nil
}
