package seal

import (
	"bytes"
	"crypto/ed25519"
	"fmt"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
)

// Auditor signs what was replayed and found right, with a key of its own: a cosignature (C2SP tlog-cosignature) beside those
// of the witnesses. The name of the key says who it was; it states the time of signing.
type Auditor struct{ signer *torchwood.CosignatureSigner }

// OpenAuditor reads the key file of an auditor, made by CreateKey under the auditor's name.
func OpenAuditor(path, name string) (*Auditor, error) {
	k, err := OpenKey(path, name)
	if err != nil {
		return nil, err
	}
	seed, err := seedOf(k.secrets[0])
	if err != nil {
		return nil, err
	}
	signer, err := torchwood.NewCosignatureSigner(k.origin, ed25519.NewKeyFromSeed(seed))
	if err != nil {
		return nil, fmt.Errorf("auditor: %w", err)
	}
	return &Auditor{signer}, nil
}

// VerifierKey is what others verify the auditor's cosignatures with.
func (a *Auditor) VerifierKey() string { return a.signer.Verifier().String() }

// Name is the name of the key.
func (a *Auditor) Name() string { return a.signer.Name() }

// Cosign adds the auditor's signature to a checkpoint, which the caller has verified; one that the same key gave before is
// replaced.
func (a *Auditor) Cosign(signed []byte) ([]byte, error) {
	text, signatures, ok := bytes.Cut(signed, []byte("\n\n"))
	if !ok {
		return nil, fmt.Errorf("%w: it has no signatures", ErrCheckpoint)
	}
	text = append(bytes.Clone(text), '\n')
	own, err := note.Sign(&note.Note{Text: string(text)}, a.signer)
	if err != nil {
		return nil, fmt.Errorf("cosign: %w", err)
	}
	line := own[len(text)+1:]
	out := append(bytes.Clone(text), '\n')
	for old := range bytes.Lines(signatures) {
		if n := len("\u2014 ") + len(a.Name()) + len(" AAAAA"); len(old) < n || len(line) < n || !bytes.Equal(old[:n], line[:n]) {
			out = append(out, old...)
		}
	}
	return append(out, line...), nil
}
