package roster

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	badger "github.com/dgraph-io/badger/v4"

	"moralbank.example/bank/ledger"
)

// A store counts its commits twice: in a row of its own, in the same transaction, and then in a small file beside the
// directory. Badger ends its replay at the first bad checksum of its write-ahead file and drops every commit behind it
// without a word; the file still knows how many there were.
const (
	countKey   = "!commits" // before every key of ours; never seen by Get, Commit and Scan
	countMagic = "MBRC0001"
	countBytes = len(countMagic) + 8 + 4 // one sector: whole or not at all
)

// ErrStoreDamaged says that the store does not hold what it had answered; the message names the file, or the commits that
// are missing. A backup is the remedy.
var ErrStoreDamaged = errors.New("roster: the store is damaged")

// countFile is the file beside the store's directory.
type countFile struct{ f *os.File }

func countPath(dir string) string { return filepath.Clean(dir) + ".count" }

// ErrCountLost says that the count beside the store is missing or is not one, so that nothing shows whether the store holds all
// that was answered; Recount is for whoever knows. It comes with ErrStoreDamaged.
var ErrCountLost = errors.New("roster: nothing tells how many changes there were")

// openCount compares what the store holds with the file, and makes the file of a store that has not counted yet: the file is on the
// disk before the first commit is.
func openCount(dir string, stored uint64) (*countFile, error) {
	path := countPath(dir)
	if stored == 0 {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return newCount(path, 0)
		}
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0o600) //nolint:gosec // beside the operator's own directory
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %w: %s is missing, and the store holds %d commits", ErrStoreDamaged, ErrCountLost, path, stored)
	}
	if err != nil {
		return nil, fmt.Errorf("open count of commits: %w", err)
	}
	c := &countFile{f}
	known, err := c.read()
	if err == nil && stored < known {
		err = fmt.Errorf("%w: %s holds %d commits of %d", ErrStoreDamaged, dir, stored, known)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return c, nil
}

// newCount writes the file, durable when it returns; what stood there is gone.
func newCount(path string, n uint64) (*countFile, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600) //nolint:gosec // beside the operator's own directory
	if err != nil {
		return nil, fmt.Errorf("open count of commits: %w", err)
	}
	c := &countFile{f}
	if err := errors.Join(c.store(n), syncDir(filepath.Dir(path))); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return c, nil
}

// Recount writes the count of a data directory's store anew from what the store holds, and gives it: for a person who knows that no
// change of people is missing. A count that is whole is left as it is, and says ErrStoreDamaged where commits are missing. So does a store
// that is missing or empty, or lacks any of the people whom the books know: there nobody can know that. ErrLedgerForeign as Tie has it;
// first is the hash of the books' first block. No server may run.
func Recount(dir string, first [32]byte, people []ledger.AccountID, log *slog.Logger) (uint64, error) {
	return recount(filepath.Join(dir, storeDir), first, people, log)
}

func recount(dir string, first [32]byte, people []ledger.AccountID, log *slog.Logger) (n uint64, err error) {
	db, err := openUsed(dir, log)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := ringOf(db); err != nil {
		return 0, err
	}
	if err := holds(db, first, people); err != nil {
		return 0, err
	}
	if n, err = countOf(db); err != nil {
		return 0, err
	}
	c, err := openCount(dir, n)
	if errors.Is(err, ErrCountLost) {
		c, err = newCount(countPath(dir), n)
	}
	if err != nil {
		return 0, fmt.Errorf("count commits: %w", err)
	}
	return n, c.f.Close()
}

// holds is ErrLedgerForeign when a store is tied to another ledger, ErrStoreDamaged when it lacks the rows of any of these people.
func holds(db *badger.DB, first [32]byte, people []ledger.AccountID) error {
	missing := 0
	err := db.View(func(txn *badger.Txn) error {
		tie, err := txn.Get([]byte(ledgerKey))
		if err == nil {
			err = tie.Value(func(row []byte) error { return sameLedger(row, first) })
		}
		if err != nil && !errors.Is(err, badger.ErrKeyNotFound) {
			return err
		}
		for _, a := range people {
			switch _, err := txn.Get([]byte(personRow(a))); {
			case errors.Is(err, badger.ErrKeyNotFound):
				missing++
			case err != nil:
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("look for people: %w", err)
	}
	if missing > 0 {
		return fmt.Errorf("%w: it lacks %d of the %d people whom the books know", ErrStoreDamaged, missing, len(people))
	}
	return nil
}

// read gives the count in the file. A file that is not whole is rot: it is written in one sector.
func (c *countFile) read() (uint64, error) {
	p := make([]byte, countBytes+1)
	n, _ := c.f.ReadAt(p, 0)
	body := len(countMagic) + 8
	if n != countBytes || string(p[:len(countMagic)]) != countMagic || crc32.ChecksumIEEE(p[:body]) != binary.BigEndian.Uint32(p[body:]) {
		return 0, fmt.Errorf("%w: %w: %s is not a count", ErrStoreDamaged, ErrCountLost, c.f.Name())
	}
	return binary.BigEndian.Uint64(p[len(countMagic):]), nil
}

// store makes a count durable.
func (c *countFile) store(n uint64) error {
	p := binary.BigEndian.AppendUint64([]byte(countMagic), n)
	p = binary.BigEndian.AppendUint32(p, crc32.ChecksumIEEE(p))
	if _, err := c.f.WriteAt(p, 0); err != nil {
		return fmt.Errorf("count of commits: %w", err)
	}
	if err := c.f.Sync(); err != nil {
		return fmt.Errorf("count of commits: %w", err)
	}
	return nil
}

// countOf is how many commits a store says that it has had; 0 for one that never counted.
func countOf(db *badger.DB) (n uint64, err error) {
	err = db.View(func(txn *badger.Txn) error {
		item, err := txn.Get([]byte(countKey))
		if errors.Is(err, badger.ErrKeyNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return item.Value(func(p []byte) error {
			if len(p) != 8 {
				return fmt.Errorf("a count of %d bytes", len(p))
			}
			n = binary.BigEndian.Uint64(p)
			return nil
		})
	})
	if err != nil {
		return 0, fmt.Errorf("read count of commits: %w", err)
	}
	return n, nil
}
