package auth

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// keyFileMax bounds the file in bytes; sixteen keys are 4 kB.
const keyFileMax = 64 << 10

// ErrKeyFile : a file does not hold signing keys as encodeKeys writes them.
var ErrKeyFile = errors.New("not a signing key file")

// keyLine is one line of the file, a JSON object: the first is the key that signs (it has a seed),
// the others verify until their until_ms (they have the public half only).
type keyLine struct {
	ID        string `json:"kid"`
	CreatedMS int64  `json:"created_ms"`
	UntilMS   int64  `json:"until_ms,omitempty"`
	Seed      []byte `json:"seed,omitempty"`
	Public    []byte `json:"public,omitempty"`
}

// encodeKeys writes the signing key first, then the retired ones, one JSON object a line.
func encodeKeys(keys []key) []byte {
	var b bytes.Buffer
	for _, k := range keys {
		l := keyLine{ID: k.id, CreatedMS: k.created.UnixMilli()}
		if k.private != nil {
			l.Seed = k.private.Seed()
		} else {
			l.Public, l.UntilMS = k.public, k.until.UnixMilli()
		}
		line, _ := json.Marshal(l) // strings, numbers and bytes: cannot fail
		b.Write(append(line, '\n'))
	}
	return b.Bytes()
}

// decodeKeys reads what encodeKeys wrote; anything else is an error.
func decodeKeys(raw []byte) ([]key, error) {
	lines := bytes.Split(bytes.TrimSuffix(raw, []byte{'\n'}), []byte{'\n'})
	if len(lines) > keysMax {
		return nil, fmt.Errorf("%w: more than %d lines", ErrKeyFile, keysMax)
	}
	keys, seen := make([]key, 0, len(lines)), map[string]bool{}
	for i, line := range lines {
		k, err := decodeKey(line, i == 0)
		if err != nil {
			return nil, fmt.Errorf("%w: line %d: %w", ErrKeyFile, i+1, err)
		}
		if seen[k.id] {
			return nil, fmt.Errorf("%w: line %d: the key is there twice", ErrKeyFile, i+1)
		}
		seen[k.id] = true
		keys = append(keys, k)
	}
	return keys, nil
}

func decodeKey(line []byte, signing bool) (key, error) {
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	var l keyLine
	if err := dec.Decode(&l); err != nil {
		return key{}, fmt.Errorf("decode key: %w", err)
	}
	if dec.More() {
		return key{}, errors.New("more than one object")
	}
	k := key{public: l.Public, created: time.UnixMilli(l.CreatedMS).UTC(), until: time.UnixMilli(l.UntilMS).UTC()}
	switch {
	case signing && len(l.Seed) == ed25519.SeedSize && l.Public == nil && l.UntilMS == 0:
		k = keyFromSeed(l.Seed, k.created)
	case !signing && len(l.Public) == ed25519.PublicKeySize && l.Seed == nil && l.UntilMS > 0:
		k.id = thumbprint(k.public)
	default:
		return key{}, errors.New("the parts of the key do not fit")
	}
	if k.id != l.ID {
		return key{}, errors.New("the key does not have this kid")
	}
	return k, nil
}
