package seal

import (
	"bytes"
	"errors"
	"fmt"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
)

// Checkpoint is what a signed note says of a tree.
type Checkpoint struct {
	Origin string
	Size   int64
	Root   Hash
}

// ErrCheckpoint : a text is not a checkpoint, or is not signed as it must be.
var ErrCheckpoint = errors.New("seal: not a checkpoint of this log")

// bodyOf reads a checkpoint without looking at its signatures: for notes that were verified when they were stored.
func bodyOf(signed []byte) (torchwood.Checkpoint, error) {
	text, _, ok := bytes.Cut(signed, []byte("\n\n"))
	if !ok {
		return torchwood.Checkpoint{}, fmt.Errorf("%w: it has no signatures", ErrCheckpoint)
	}
	c, err := torchwood.ParseCheckpoint(string(text) + "\n")
	if err != nil {
		return torchwood.Checkpoint{}, fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	return c, nil
}

// ReadCheckpoint reads what a signed note says, whoever signed it.
func ReadCheckpoint(signed []byte) (Checkpoint, error) {
	c, err := bodyOf(signed)
	return Checkpoint{c.Origin, c.N, c.Hash}, err
}

// OpenCheckpoint verifies a signed note against a policy and gives what it says. ErrCheckpoint otherwise.
func OpenCheckpoint(signed []byte, p torchwood.Policy) (Checkpoint, error) {
	if len(signed) > checkpointMax {
		return Checkpoint{}, fmt.Errorf("%w: %d bytes", ErrCheckpoint, len(signed))
	}
	c, _, err := torchwood.VerifyCheckpoint(signed, p)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	if c.Extension != "" {
		return Checkpoint{}, fmt.Errorf("%w: it has extension lines, ours have none", ErrCheckpoint)
	}
	return Checkpoint{c.Origin, c.N, c.Hash}, nil
}

// LogPolicy asks for the signature of one of these keys of a log, and for its name as the origin.
func LogPolicy(vkeys ...string) (torchwood.Policy, error) {
	if len(vkeys) == 0 {
		return nil, fmt.Errorf("%w: no key to verify it with", ErrCheckpoint)
	}
	one := make([]torchwood.Policy, len(vkeys))
	origin := ""
	for i, vkey := range vkeys {
		v, err := note.NewVerifier(vkey)
		if err != nil {
			return nil, fmt.Errorf("verifier key %q: %w", vkey, err)
		}
		if origin != "" && v.Name() != origin {
			return nil, fmt.Errorf("verifier keys of two logs, %s and %s", origin, v.Name())
		}
		origin, one[i] = v.Name(), torchwood.SingleVerifierPolicy(v)
	}
	return torchwood.ThresholdPolicy(2, torchwood.OriginPolicy(origin), torchwood.ThresholdPolicy(1, one...)), nil
}
