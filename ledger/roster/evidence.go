package roster

import (
	"context"
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"moralbank.example/bank/ledger"
)

// Evidence is what was told of a good deed: the words, and a photo where there is one. It is a sealed file with a key of its
// own, so that all of it can end some weeks after the decision while the records stay.
type Evidence struct {
	Words string `json:"words"`
	Photo []byte `json:"photo,omitempty"` // JPEG without metadata
}

// evidenceBlob is the kind of its files.
const evidenceBlob = "deed"

const (
	// EvidenceWordsMax bounds the words, in characters.
	EvidenceWordsMax = 1000
	// EvidenceKept is how long evidence stays after the decision (decision 0077): 30 days.
	EvidenceKept = ledger.Time(30 * 24 * 3600_000)
	// evidenceRest is how old evidence must be before it can be found to belong to nothing: its deed may be on its way.
	evidenceRest = ledger.Time(3600_000)
)

// PutEvidence stores what was told of a member's deed, at most until expires, and returns the id that the record carries.
func (r *Roster) PutEvidence(ctx context.Context, by By, about ledger.AccountID, e Evidence, expires ledger.Time) (BlobID, error) {
	if n := utf8.RuneCountInString(e.Words); n == 0 || n > EvidenceWordsMax || !utf8.ValidString(e.Words) {
		return "", invalid("words", "请写 1 至 1000 个字", "the words have 1 to 1000 characters")
	}
	content, err := json.Marshal(e)
	if err != nil {
		return "", fmt.Errorf("store evidence: %w", err)
	}
	b, err := r.PutBlob(ctx, by, evidenceBlob, about, content, expires)
	return b.ID, err
}

// Evidence reads what was told of a deed. ErrExpired or ErrNotFound once its time is over, ErrNoKey once its key is gone.
func (r *Roster) Evidence(ctx context.Context, id BlobID, now ledger.Time) (Evidence, error) {
	var e Evidence
	_, content, err := r.Blob(ctx, id, now)
	if err != nil {
		return e, err
	}
	if err := json.Unmarshal(content, &e); err != nil {
		return e, fmt.Errorf("decode evidence %s: %w", id, err)
	}
	return e, nil
}

// DecideEvidence gives the evidence of deeds that are decided, or were never filed, EvidenceKept from now, and tells how many
// that were. open are the ids of those that are still needed. It may run any number of times: what ends earlier stays so.
func (r *Roster) DecideEvidence(ctx context.Context, by By, open map[BlobID]bool) (int, error) {
	all, err := list[Blob](ctx, r.store, "blob:")
	if err != nil {
		return 0, err
	}
	n := 0
	for _, b := range all {
		ends := by.At + EvidenceKept
		if b.Kind != evidenceBlob || open[b.ID] || b.Expires <= ends || by.At < b.At+evidenceRest {
			continue
		}
		_, err := update(ctx, r, blobRow(b.ID), func(b *Blob) ([]Change, error) { b.Expires = min(b.Expires, ends); return nil, nil })
		if err != nil {
			return n, fmt.Errorf("end evidence %s: %w", b.ID, err)
		}
		n++
	}
	return n, nil
}
