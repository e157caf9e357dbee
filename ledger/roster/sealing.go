package roster

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
)

// sealVersion is the first byte of a sealed value; the random nonce and the AES-256-GCM ciphertext follow.
const sealVersion = 1

// ErrSeal says that a sealed value does not open: damaged, or moved here from another person, field or version.
var ErrSeal = errors.New("roster: sealed value does not open")

// seal closes plain under the key of id. id, kind and version are authenticated with it (additional data), so that
// a sealed value cannot be moved to another person or field unnoticed. 2^32 seals under one key are safe with random nonces
// (NIST SP 800-38D section 8.3); a person sees a few thousand.
func (k *Keyring) seal(id, kind string, plain []byte) ([]byte, error) {
	aead, err := k.aead(id)
	if err != nil {
		return nil, err
	}
	return aead.Seal([]byte{sealVersion}, nil, plain, additional(id, kind, sealVersion)), nil //nolint:gosec // the nonce is random: NewGCMWithRandomNonce takes none
}

// unseal opens what seal closed. ErrNoKey when id has no key, ErrSeal when the value is not its own.
func (k *Keyring) unseal(id, kind string, sealed []byte) ([]byte, error) {
	aead, err := k.aead(id)
	if err != nil {
		return nil, err
	}
	if len(sealed) == 0 || sealed[0] != sealVersion {
		return nil, ErrSeal
	}
	plain, err := aead.Open(nil, nil, sealed[1:], additional(id, kind, sealed[0]))
	if err != nil {
		return nil, ErrSeal
	}
	return plain, nil
}

func (k *Keyring) aead(id string) (cipher.AEAD, error) {
	key, ok := k.key(id)
	if !ok {
		return nil, ErrNoKey
	}
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return aead, nil
}

// additional is unambiguous: ids and kinds hold no zero byte.
func additional(id, kind string, version byte) []byte {
	return fmt.Appendf(nil, "moralbank roster\x00%s\x00%s\x00%d", id, kind, version)
}
