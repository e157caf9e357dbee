package seal

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
)

// Auditors are the people whose signature says "replayed and found right", as the public page names them. Who they are stands
// in a file that a person writes, one line each; whoever is taken off keeps her line, with the word removed, because grant
// and removal are both public:
//
//	auditor zheng auditor.example/zheng+... 郑静，由兰州新区民政局于 2026-10-08 指定
//	removed chen auditor.example/chen+... 陈立，2026-10-08 任满，由民政局免去
//
// What they have signed is kept in a file beside it: trusted as far as its signatures go, since each is verified when it is
// read; lost, the auditors sign again. Safe for concurrent use.
type Auditors struct {
	path string // of what they signed

	mu    sync.Mutex
	known []auditorLine
	notes map[string]string // of each name: the checkpoint with her signature
}

type auditorLine struct {
	name, about string
	removed     bool
	verifier    *torchwood.CosignatureVerifier
}

// Audit is one auditor and the last checkpoint that she signed.
type Audit struct {
	Name    string
	About   string // who she is, who named her or removed her
	Key     string // her verifier key
	Removed bool
	Size    int64     // records that she replayed; 0 before her first signature
	At      time.Time // when she signed, as she states
	Note    []byte    // the checkpoint with her signature
}

// The bounds of the auditors' files.
const (
	auditorsMax      = 32
	auditorsBytesMax = 16 << 10
	auditsBytesMax   = auditorsMax * checkpointMax
)

// ErrAudits : the file of what the auditors signed is damaged. Without it they sign again.
var ErrAudits = errors.New("seal: the signatures of the auditors cannot be read")

// OpenAuditors reads who the auditors are from one file and what they signed from another. A missing file names nobody.
// ErrAudits.
func OpenAuditors(whoPath, signedPath string) (*Auditors, error) {
	text, err := os.ReadFile(whoPath) //nolint:gosec // the operator's own path
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read auditors: %w", err)
	}
	a := &Auditors{path: signedPath, notes: map[string]string{}}
	if len(text) > auditorsBytesMax {
		return nil, fmt.Errorf("read auditors %s: %d bytes, at most %d allowed", whoPath, len(text), auditorsBytesMax)
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) > 0 && !strings.HasPrefix(fields[0], "#") {
			one, err := parseAuditor(fields)
			if err != nil {
				return nil, fmt.Errorf("read auditors %s: %w", whoPath, err)
			}
			a.known = append(a.known, one)
		}
	}
	if len(a.known) > auditorsMax {
		return nil, fmt.Errorf("read auditors %s: %d of them, at most %d allowed", whoPath, len(a.known), auditorsMax)
	}
	stored, err := os.ReadFile(signedPath) //nolint:gosec // the operator's own path
	if errors.Is(err, fs.ErrNotExist) {
		return a, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read audits: %w", err)
	}
	if err := json.Unmarshal(stored, &a.notes); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrAudits, signedPath, err)
	}
	return a, nil
}

func parseAuditor(fields []string) (auditorLine, error) {
	if len(fields) < 4 || fields[0] != "auditor" && fields[0] != "removed" {
		return auditorLine{}, fmt.Errorf("%q: want auditor NAME VKEY WHO, or removed NAME VKEY WHO", strings.Join(fields, " "))
	}
	v, err := torchwood.NewCosignatureVerifier(fields[2])
	if err != nil {
		return auditorLine{}, fmt.Errorf("auditor %s: %w", fields[1], err)
	}
	return auditorLine{name: fields[1], about: strings.Join(fields[3:], " "), removed: fields[0] == "removed", verifier: v}, nil
}

// List names the auditors in the order of their file, with what each signed last.
func (a *Auditors) List() []Audit {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := make([]Audit, 0, len(a.known))
	for _, k := range a.known {
		one := Audit{Name: k.name, About: k.about, Key: k.verifier.String(), Removed: k.removed}
		if text := []byte(a.notes[k.name]); len(text) > 0 {
			if c, at, err := k.signed(text); err == nil {
				one.Size, one.At, one.Note = c.N, at, text
			}
		}
		all = append(all, one)
	}
	return all
}

// ErrNotAuditor : a note carries no signature of an auditor that is named here and has not been removed.
var ErrNotAuditor = errors.New("seal: no signature of an auditor of this ledger")

// Take stores a checkpoint that an auditor has signed, if it is one of p's tree. ErrNotAuditor, ErrNotFound when the tree
// does not reach so far, ErrFork when she replayed other books than these, ErrBack when she has signed a later one.
func (a *Auditors) Take(ctx context.Context, p *Published, signed []byte) (Audit, error) {
	if len(signed) > checkpointMax {
		return Audit{}, fmt.Errorf("%w: %d bytes", ErrCheckpoint, len(signed))
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, k := range a.known {
		c, at, err := k.signed(signed)
		if k.removed || err != nil {
			continue
		}
		if c.Origin != p.Origin {
			return Audit{}, fmt.Errorf("%w: it is of %q", ErrCheckpoint, c.Origin)
		}
		root, err := p.RootAt(ctx, c.N)
		if err != nil {
			return Audit{}, err
		}
		if root != c.Hash {
			return Audit{}, fmt.Errorf("%w: %s replayed %d records that hash to %v", ErrFork, k.name, c.N, c.Hash)
		}
		if old, _, err := k.signed([]byte(a.notes[k.name])); err == nil && old.N > c.N {
			return Audit{}, fmt.Errorf("%w: %s has signed %d records", ErrBack, k.name, old.N)
		}
		return Audit{Name: k.name, About: k.about, Key: k.verifier.String(), Size: c.N, At: at, Note: signed}, a.store(k.name, signed)
	}
	return Audit{}, ErrNotAuditor
}

// store writes what was signed; the caller holds mu.
func (a *Auditors) store(name string, signed []byte) error {
	old, had := a.notes[name]
	a.notes[name] = string(signed)
	text, err := json.Marshal(a.notes)
	if err == nil && len(text) > auditsBytesMax {
		err = fmt.Errorf("%d bytes, at most %d allowed", len(text), auditsBytesMax)
	}
	if err == nil {
		err = replaceFile(a.path, text)
	}
	if err != nil {
		if delete(a.notes, name); had {
			a.notes[name] = old
		}
		return fmt.Errorf("store audits: %w", err)
	}
	return nil
}

// signed is the checkpoint in a note, if this auditor signed it, and when she says she did.
func (k *auditorLine) signed(text []byte) (torchwood.Checkpoint, time.Time, error) {
	n, err := note.Open(bytes.Clone(text), note.VerifierList(k.verifier))
	if err != nil {
		return torchwood.Checkpoint{}, time.Time{}, fmt.Errorf("%w: %w", ErrNotAuditor, err)
	}
	i := slices.IndexFunc(n.Sigs, func(s note.Signature) bool { return s.Hash == k.verifier.KeyHash() })
	at, err := torchwood.CosignatureTimestamp(n.Sigs[max(i, 0)])
	if err != nil {
		return torchwood.Checkpoint{}, time.Time{}, fmt.Errorf("%w: %w", ErrNotAuditor, err)
	}
	c, err := torchwood.ParseCheckpoint(n.Text)
	if err != nil {
		return c, time.Time{}, fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	return c, time.Unix(at, 0).UTC(), nil
}
