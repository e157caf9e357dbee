package roster

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	badger "github.com/dgraph-io/badger/v4"
)

// Fits reports with an error what keeps a keyring file from being that of a data directory's store: those of OpenKeyring,
// ErrKeyringForeign, and ErrStoreDamaged where there is no store with rows. Nothing is counted or changed. No server may run.
func Fits(dir, keyring string, log *slog.Logger) error {
	ring, err := OpenKeyring(keyring)
	if err != nil {
		return err
	}
	db, err := openUsed(filepath.Join(dir, storeDir), log)
	if err != nil {
		return err
	}
	id, err := ringOf(db)
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	if !ring.belongsTo(id) {
		return ErrKeyringForeign
	}
	return nil
}

// used is ErrStoreDamaged where no store has been made: opening would make an empty one, and its count.
func used(dir string) error {
	if _, err := os.Lstat(filepath.Join(dir, badger.ManifestFilename)); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %s holds no store, its MANIFEST is missing", ErrStoreDamaged, dir)
	} else if err != nil {
		return fmt.Errorf("open roster store: %w", err)
	}
	return nil
}

// openUsed opens the database of a store that was made before.
func openUsed(dir string, log *slog.Logger) (*badger.DB, error) {
	if err := used(dir); err != nil {
		return nil, err
	}
	return openDB(dir, log)
}

// ringOf gives the id of the keyring that a store is tied to. ErrStoreDamaged for a store without: each is tied when it is made.
func ringOf(db *badger.DB) (id []byte, err error) {
	err = db.View(func(txn *badger.Txn) error {
		item, err := txn.Get([]byte(metaKey))
		if err != nil {
			return err
		}
		id, err = item.ValueCopy(nil)
		return err
	})
	if errors.Is(err, badger.ErrKeyNotFound) {
		return nil, fmt.Errorf("%w: the roster is empty", ErrStoreDamaged)
	}
	if err != nil {
		return nil, fmt.Errorf("read tie to keyring: %w", err)
	}
	return id, nil
}
