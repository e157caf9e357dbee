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

// BlobID names a sealed file.
type BlobID string

// Blob is a file that must be able to vanish: a photo of a deed, an imported sheet that waits for its second approver. Each has
// a key of its own in the keyring, destroyed when the file ends or its owner is erased.
type Blob struct {
	ID      BlobID            `json:"id"`
	Kind    string            `json:"kind"`            // "photo", "import"
	Owner   ledger.AccountID  `json:"owner,omitempty"` // with whose erasure it goes
	Bytes   int               `json:"bytes"`
	Parts   int               `json:"parts"`
	Hash    [sha256.Size]byte `json:"hash"` // of the sealed parts' plaintext
	By      ledger.AccountID  `json:"by,omitempty"`
	At      ledger.Time       `json:"at"`
	Expires ledger.Time       `json:"expires"`
}

const (
	// BlobBytesMax bounds one file: 8 MiB.
	BlobBytesMax = 8 << 20
	blobPart     = 64 << 10
)

func blobKey(id BlobID) string { return "blob/" + string(id) }
func blobRow(id BlobID) string { return "blob:" + string(id) }
func blobPartRow(id BlobID, n int) string {
	return fmt.Sprintf("blob-part:%s:%04d", id, n)
}

// PutBlob stores a file until expires. Its description is written last, so a file is there whole or not at all.
func (r *Roster) PutBlob(ctx context.Context, by By, kind string, owner ledger.AccountID, content []byte, expires ledger.Time) (Blob, error) {
	if len(content) == 0 || len(content) > BlobBytesMax {
		return Blob{}, fmt.Errorf("store file: %w: %d bytes of at most %d", ErrTooLarge, len(content), BlobBytesMax)
	}
	if !validRowID(kind) {
		return Blob{}, invalid("kind", "文件类型不对", "not a kind of file")
	}
	b := Blob{ID: BlobID(NewID()), Kind: kind, Owner: owner, Bytes: len(content), By: by.Actor, At: by.At, Expires: expires}
	if err := r.ring.Add(blobKey(b.ID)); err != nil {
		return Blob{}, err
	}
	for part := range slices.Chunk(content, blobPart) {
		key := blobPartRow(b.ID, b.Parts)
		sealed, err := r.ring.seal(blobKey(b.ID), key, part)
		if err != nil {
			return Blob{}, fmt.Errorf("seal file: %w", err)
		}
		if err := r.store.Commit(ctx, Change{Key: key, Value: sealed}); err != nil {
			return Blob{}, fmt.Errorf("store file: %w", err)
		}
		b.Parts++
	}
	b.Hash = r.blobHash(content)
	row, err := put(blobRow(b.ID), b, 0)
	if err != nil {
		return Blob{}, err
	}
	note, err := r.audit(by, "blob/"+string(b.ID), "file_stored", kind)
	if err != nil {
		return Blob{}, err
	}
	changes := []Change{row, note}
	if owner != "" {
		changes = append(changes, Change{Key: owned(owner, "blob", string(b.ID))})
	}
	if err := r.store.Commit(ctx, changes...); err != nil {
		return Blob{}, fmt.Errorf("store file: %w", err)
	}
	return b, nil
}

// blobHash is keyed, because the hash of a small known file (a form, a photo from the web) would tell its content.
func (r *Roster) blobHash(content []byte) [sha256.Size]byte {
	return [sha256.Size]byte(r.ring.mac("blob", string(content)))
}

// Blob reads a file. ErrExpired when its time is over, ErrNotFound once it was dropped, ErrSeal when it is damaged.
func (r *Roster) Blob(ctx context.Context, id BlobID, now ledger.Time) (Blob, []byte, error) {
	var b Blob
	if _, err := r.read(ctx, blobRow(id), &b); err != nil {
		return Blob{}, nil, err
	}
	if now >= b.Expires {
		return b, nil, ErrExpired
	}
	var content bytes.Buffer
	for n := range b.Parts {
		row, err := r.store.Get(ctx, blobPartRow(id, n))
		if err != nil {
			return Blob{}, nil, fmt.Errorf("file %s part %d: %w", id, n, err)
		}
		part, err := r.ring.unseal(blobKey(id), row.Key, row.Value)
		if err != nil {
			return Blob{}, nil, fmt.Errorf("file %s part %d: %w", id, n, err)
		}
		content.Write(part)
	}
	if r.blobHash(content.Bytes()) != b.Hash {
		return Blob{}, nil, fmt.Errorf("file %s: %w", id, ErrSeal)
	}
	return b, content.Bytes(), nil
}

// DropBlob destroys a file: its key first, then its rows. Dropping an unknown one changes nothing.
func (r *Roster) DropBlob(ctx context.Context, by By, id BlobID) error {
	if err := r.ring.Destroy(blobKey(id)); err != nil {
		return err
	}
	var b Blob
	_, err := r.read(ctx, blobRow(id), &b)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if b.Owner != "" {
		if err := r.remove(ctx, owned(b.Owner, "blob", string(id))); err != nil {
			return err
		}
	}
	if err := r.dropBlobRows(ctx, id); err != nil {
		return err
	}
	note, err := r.audit(by, "blob/"+string(id), "file_dropped", b.Kind)
	if err != nil {
		return err
	}
	return r.store.Commit(ctx, note)
}

// SweepBlobs destroys the files whose time is over, with one rewrite of the keyring, and tells how many. Run it daily.
func (r *Roster) SweepBlobs(ctx context.Context, by By) (int, error) {
	all, err := list[Blob](ctx, r.store, "blob:")
	if err != nil {
		return 0, err
	}
	all = slices.DeleteFunc(all, func(b Blob) bool { return by.At < b.Expires })
	keys := make([]string, len(all))
	for i, b := range all {
		keys[i] = blobKey(b.ID)
	}
	if err := r.ring.Destroy(keys...); err != nil {
		return 0, err
	}
	for _, b := range all {
		if err := r.DropBlob(ctx, by, b.ID); err != nil {
			return 0, err
		}
	}
	return len(all), nil
}

func (r *Roster) dropBlobRows(ctx context.Context, id BlobID) error {
	if err := r.remove(ctx, blobRow(id)); err != nil {
		return err
	}
	_, err := r.sweep(ctx, "blob-part:"+string(id)+":", func(Row) (bool, error) { return true, nil })
	return err
}
