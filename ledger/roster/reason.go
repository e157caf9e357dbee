package roster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"moralbank.example/bank/ledger"
)

// ReasonID names a free text; it is the code that the ledger's record holds.
type ReasonID string

// Reason is a free text that somebody typed: why an entry was reversed, what a dispute says.
type Reason struct {
	ID    ReasonID         `json:"id"`
	About ledger.AccountID `json:"about,omitempty"`
	Text  string           `json:"text"`
	By    ledger.AccountID `json:"by,omitempty"`
	At    ledger.Time      `json:"at"`
}

// reasonStored is the row: the text is sealed under the key of the person it is about.
type reasonStored struct {
	About  ledger.AccountID `json:"about,omitempty"`
	By     ledger.AccountID `json:"by,omitempty"`
	At     ledger.Time      `json:"at"`
	Sealed []byte           `json:"sealed"`
}

const reasonMax = 1000 // characters

// reasonsKey is the keyring id that seals texts about nobody in particular (an activity, a settlement): free text may name
// people all the same, so it is never stored in the clear.
const reasonsKey = "reasons"

func reasonRow(id ReasonID) string { return "reason:" + string(id) }

// PutReason stores a free text about a member (empty: about none) and returns its id. It goes when the member is erased.
func (r *Roster) PutReason(ctx context.Context, by By, about ledger.AccountID, text string) (ReasonID, error) {
	if text == "" || !utf8.ValidString(text) || utf8.RuneCountInString(text) > reasonMax {
		return "", invalid("reason", "理由应为 1 至 1000 个字", "a reason has 1 to 1000 characters")
	}
	id := ReasonID("r/" + NewID())
	key := string(about)
	changes := []Change{{Key: owned(about, "reason", string(id))}}
	if about == "" {
		key, changes = reasonsKey, nil
		if err := r.ring.Add(reasonsKey); err != nil {
			return "", err
		}
	}
	sealed, err := r.ring.seal(key, "reason/"+string(id), []byte(text))
	if err != nil {
		return "", fmt.Errorf("store reason: %w", err)
	}
	row, err := put(reasonRow(id), reasonStored{About: about, By: by.Actor, At: by.At, Sealed: sealed}, 0)
	if err != nil {
		return "", err
	}
	if err := r.store.Commit(ctx, append(changes, row)...); err != nil {
		return "", fmt.Errorf("store reason: %w", err)
	}
	return id, nil
}

// Reason reads a free text. ErrNotFound once the member it was about is erased.
func (r *Roster) Reason(ctx context.Context, id ReasonID) (Reason, error) {
	row, err := r.store.Get(ctx, reasonRow(id))
	if err != nil {
		return Reason{}, err
	}
	var s reasonStored
	if err := json.Unmarshal(row.Value, &s); err != nil {
		return Reason{}, fmt.Errorf("decode reason: %w", err)
	}
	key := string(s.About)
	if s.About == "" {
		key = reasonsKey
	}
	text, err := r.ring.unseal(key, "reason/"+string(id), s.Sealed)
	if err != nil {
		return Reason{}, fmt.Errorf("reason %s: %w", id, err)
	}
	return Reason{ID: id, About: s.About, Text: string(text), By: s.By, At: s.At}, nil
}

// DropReason deletes a free text that belongs to nothing, because what it was written for was refused. Dropping an unknown one
// changes nothing.
func (r *Roster) DropReason(ctx context.Context, id ReasonID) error {
	row, err := r.store.Get(ctx, reasonRow(id))
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	var s reasonStored
	if err := json.Unmarshal(row.Value, &s); err != nil {
		return fmt.Errorf("decode reason: %w", err)
	}
	if s.About != "" {
		if err := r.remove(ctx, owned(s.About, "reason", string(id))); err != nil {
			return err
		}
	}
	return r.remove(ctx, reasonRow(id))
}
