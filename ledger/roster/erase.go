package roster

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"moralbank.example/bank/ledger"
)

// Erase destroys the person's key and everything sealed under it, deletes the rows and forgets the names in memory.
// The ledger's `erased` record comes first; Erase may be called again at any time, and DestroyErased does so at every start.
// What stays: audit and access lines, which hold ids only, and cards as revoked entries without an account.
func (r *Roster) Erase(ctx context.Context, by By, a ledger.AccountID) error {
	return r.DestroyErased(ctx, by, a)
}

// DestroyErased makes sure that nothing of the erased accounts is left, with one rewrite of the keyring at most: the caller
// names every account that the ledger knows as erased, at every start and after every restore.
func (r *Roster) DestroyErased(ctx context.Context, by By, erased ...ledger.AccountID) error {
	r.people.Lock()
	defer r.people.Unlock()
	var keys []string
	for _, a := range erased {
		more, err := r.keysOf(ctx, a)
		if err != nil {
			return fmt.Errorf("erase %s: %w", a, err)
		}
		keys = append(keys, more...)
	}
	for _, a := range erased {
		r.index.drop(a)
	}
	if err := r.ring.Destroy(keys...); err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	for _, a := range erased {
		if err := r.eraseRows(ctx, by, a); err != nil {
			return fmt.Errorf("erase %s: %w", a, err)
		}
	}
	return nil
}

// keysOf lists the keyring ids that hold something of the account: its own, and those of the files it owns.
func (r *Roster) keysOf(ctx context.Context, a ledger.AccountID) ([]string, error) {
	keys := []string{string(a)}
	prefix := owned(a, "blob", "")
	for row, err := range r.store.Scan(ctx, prefix) {
		if err != nil {
			return nil, err
		}
		keys = append(keys, blobKey(BlobID(strings.TrimPrefix(row.Key, prefix))))
	}
	return keys, nil
}

// eraseRows deletes what the account owns, then its own rows. Each step may be repeated.
func (r *Roster) eraseRows(ctx context.Context, by By, a ledger.AccountID) error {
	prefix := "own:" + string(a) + ":"
	found := false
	for row, err := range r.store.Scan(ctx, prefix) {
		if err != nil {
			return err
		}
		found = true
		kind, id, ok := strings.Cut(strings.TrimPrefix(row.Key, prefix), ":")
		if !ok {
			return fmt.Errorf("row %s: %w", row.Key, ErrSeal)
		}
		if err := r.disown(ctx, a, kind, id); err != nil {
			return err
		}
		if err := r.remove(ctx, row.Key); err != nil {
			return err
		}
	}
	_, err := r.store.Get(ctx, personRow(a))
	if errors.Is(err, ErrNotFound) && !found {
		return nil
	}
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	if err := r.remove(ctx, personRow(a)); err != nil {
		return err
	}
	note, err := r.audit(by, string(a), "person_erased")
	if err != nil {
		return err
	}
	return r.store.Commit(ctx, note)
}

// disown takes one owned thing from an erased account.
func (r *Roster) disown(ctx context.Context, a ledger.AccountID, kind, id string) error {
	switch kind {
	case "secret":
		return r.remove(ctx, secretRow(a, Secret(id)))
	case "handle":
		return r.remove(ctx, "handle:"+id)
	case "session":
		return r.remove(ctx, sessionRow(SessionID(id)))
	case "reason":
		return r.remove(ctx, reasonRow(ReasonID(id)))
	case "enrolment":
		return r.remove(ctx, "once:enrolment:"+id)
	case "code":
		return r.remove(ctx, "once:code:"+id)
	case receiptKind:
		return r.dropReceiptLink(ctx, id)
	case "blob":
		return r.dropBlobRows(ctx, BlobID(id))
	case "card":
		return r.orphanCard(ctx, ledger.CardID(id))
	case "device":
		return r.leaveDevice(ctx, ledger.DeviceID(id), a)
	}
	return fmt.Errorf("erase: unknown kind of row %q", kind)
}

// remove deletes a row, if it is there, whatever its version.
func (r *Roster) remove(ctx context.Context, key string) error {
	return retry(func() error {
		row, err := r.store.Get(ctx, key)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return r.store.Commit(ctx, Change{Key: key, Was: row.Version, Delete: true})
	})
}
