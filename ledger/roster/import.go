package roster

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"moralbank.example/bank/ledger"
)

// ImportID names an import.
type ImportID string

// ImportState is where an import stands.
type ImportState string

// The states of an import.
const (
	ImportOpen    ImportState = "open"    // waits for its second approver
	ImportDone    ImportState = "done"    // approved; carried out by now, or being so
	ImportRefused ImportState = "refused" // or run out
	ImportUndone  ImportState = "undone"  // taken back
)

// Import is a spreadsheet on its way into the roster: opened, decided by a second person, carried out by the caller, finished. The
// file waits sealed under a key of its own, which is destroyed at the end; its hash stays.
type Import struct {
	ID       ImportID           `json:"id"`
	Hash     [sha256.Size]byte  `json:"hash"` // of the file, as the ledger records it
	State    ImportState        `json:"state"`
	File     BlobID             `json:"file"`
	Kind     FileKind           `json:"kind"`
	Rows     int                `json:"rows"`
	Maker    ledger.AccountID   `json:"maker"`
	At       ledger.Time        `json:"at"`
	Decider  ledger.AccountID   `json:"decider,omitempty"`
	Decided  ledger.Time        `json:"decided,omitempty"`
	Accounts []ledger.AccountID `json:"accounts,omitempty"` // the people it added: what undoing takes back
}

// ImportLife is how long a file waits for its approver, in milliseconds: 7 days.
const ImportLife ledger.Time = 7 * 24 * 3600 * 1000

func importRow(id ImportID) string { return "import:" + string(id) }

// OpenImport parses a file and keeps it for a decision. Nothing is added yet. Errors as of Parse.
func (r *Roster) OpenImport(ctx context.Context, by By, file []byte, kind FileKind) (Import, Sheet, error) {
	sheet, err := Parse(bytes.NewReader(file), kind)
	if err != nil {
		return Import{}, Sheet{}, err
	}
	blob, err := r.PutBlob(ctx, by, "import", "", file, by.At+ImportLife)
	if err != nil {
		return Import{}, Sheet{}, err
	}
	i := Import{
		ID: ImportID(NewID()), Hash: sheet.Hash, State: ImportOpen, File: blob.ID, Kind: sheet.Kind, Rows: len(sheet.Rows), Maker: by.Actor, At: by.At,
	}
	row, err := put(importRow(i.ID), i, 0)
	if err != nil {
		return Import{}, Sheet{}, err
	}
	note, err := r.audit(by, "import/"+string(i.ID), "import_opened")
	if err != nil {
		return Import{}, Sheet{}, err
	}
	if err := r.store.Commit(ctx, row, note); err != nil {
		return Import{}, Sheet{}, fmt.Errorf("open import: %w", err)
	}
	return i, sheet, nil
}

// Imports lists all imports, newest first.
func (r *Roster) Imports(ctx context.Context) ([]Import, error) {
	all, err := list[Import](ctx, r.store, "import:")
	slices.SortStableFunc(all, func(a, b Import) int { return int(min(max(b.At-a.At, -1), 1)) })
	return all, err
}

// ImportOf reads an import and, while its file is kept, its sheet. ErrExpired beside an open import whose file is gone.
func (r *Roster) ImportOf(ctx context.Context, id ImportID, now ledger.Time) (Import, Sheet, error) {
	i, err := readOne[Import](ctx, r, importRow(id))
	if err != nil {
		return i, Sheet{}, err
	}
	_, file, err := r.Blob(ctx, i.File, now)
	switch {
	case (errors.Is(err, ErrNotFound) || errors.Is(err, ErrExpired)) && i.State == ImportOpen:
		return i, Sheet{}, ErrExpired
	case errors.Is(err, ErrNotFound) || errors.Is(err, ErrExpired):
		return i, Sheet{}, nil
	case err != nil:
		return i, Sheet{}, err
	}
	sheet, err := Parse(bytes.NewReader(file), i.Kind)
	if err == nil && sheet.Hash != i.Hash {
		err = ErrSeal
	}
	return i, sheet, err
}

// DecideImport decides an open import: done with the accounts about to be added, or refused with none. Of all who try, one
// succeeds; the others get ErrUsed. The caller has checked who may decide: never the maker. It adds those accounts that Has does
// not know yet, which may be repeated after a crash since the file is still there, and then calls FinishImport.
func (r *Roster) DecideImport(ctx context.Context, by By, id ImportID, state ImportState, accounts []ledger.AccountID) (Import, error) {
	switch {
	case state != ImportDone && state != ImportRefused, state == ImportRefused && len(accounts) > 0:
		return Import{}, invalid("state", "导入只能通过或退回", "an import is carried out or refused")
	case len(accounts) > SheetRowsMax:
		return Import{}, ErrTooLarge
	}
	i, err := r.endImport(ctx, by, id, ImportOpen, state, func(i *Import) { i.Accounts = accounts })
	if err != nil || state == ImportDone {
		return i, err
	}
	return i, r.DropBlob(ctx, by, i.File)
}

// FinishImport destroys the file of a decided import. It may be called again.
func (r *Roster) FinishImport(ctx context.Context, by By, id ImportID) error {
	i, err := readOne[Import](ctx, r, importRow(id))
	if err != nil {
		return err
	}
	if i.State == ImportOpen {
		return invalid("state", "导入还没有决定", "the import is not decided yet")
	}
	return r.DropBlob(ctx, by, i.File)
}

// UndoImport marks a carried-out import as taken back, once, and returns the accounts that it had added: the caller closes
// them in the ledger and erases them here.
func (r *Roster) UndoImport(ctx context.Context, by By, id ImportID) (Import, error) {
	return r.endImport(ctx, by, id, ImportDone, ImportUndone, func(*Import) {})
}

func (r *Roster) endImport(ctx context.Context, by By, id ImportID, from, to ImportState, edit func(*Import)) (Import, error) {
	return update(ctx, r, importRow(id), func(i *Import) ([]Change, error) {
		if i.State != from {
			return nil, ErrUsed
		}
		i.State, i.Decider, i.Decided = to, by.Actor, by.At
		edit(i)
		note, err := r.audit(by, "import/"+string(id), "import_"+string(to))
		return []Change{note}, err
	})
}
