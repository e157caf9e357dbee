package badgerjournal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
	"syscall"

	"github.com/dgraph-io/badger/v4"

	"moralbank.example/bank/ledger/badgerfiles"
	"moralbank.example/bank/ledger/journal"
)

// store is the books in Badger. Transactions carry the height as their version, so that a reader at the published
// height never waits for a commit and never sees a block before both copies are durable.
type store struct {
	db  *badger.DB
	dir string
}

var (
	blockPrefix = []byte("b")
	headKey     = []byte("h")
)

const hashBytes = len(journal.Hash{})

// newest reads whatever is there, published or not; only Open and Repair do.
const newest = journal.Height(math.MaxInt64)

func blockKey(last journal.Seq) []byte {
	return binary.BigEndian.AppendUint64([]byte{blockPrefix[0]}, uint64(last)) //nolint:gosec // never negative
}

// keySeq is the last seq of the block under this key; 0 if the key is none of ours.
func keySeq(key []byte) journal.Seq {
	if len(key) != 1+8 {
		return 0
	}
	return journal.Seq(binary.BigEndian.Uint64(key[1:])) //nolint:gosec // the callers refuse negative ones
}

// openBadger opens a database. A Locked: another process has it; a Damage says what Badger found wrong.
func openBadger(o badger.Options) (db *badger.DB, err error) {
	defer damageOnPanic(o.Dir, &err)
	switch err := badgerfiles.DropEmpty(o.Dir); {
	case errors.Is(err, badgerfiles.ErrLocked):
		return nil, locked(err)
	case err != nil:
		return nil, flawed(err)
	}
	db, err = badger.OpenManaged(o)
	switch {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return nil, &journal.Locked{Dir: o.Dir}
	case err != nil:
		return nil, &journal.Damage{Kind: "table", File: o.Dir, What: "badger does not open: " + oneLine(err)}
	}
	return db, nil
}

// damageOnPanic turns a panic of Badger's decoders, which trust their bytes, into a Damage.
func damageOnPanic(dir string, err *error) {
	if r := recover(); r != nil {
		*err = &journal.Damage{Kind: "table", File: dir, What: "badger cannot read it: " + oneLine(r)}
	}
}

// oneLine makes a message of Badger's, which may have many lines, fit for a log.
func oneLine(v any) string { return strings.Join(strings.Fields(fmt.Sprint(v)), " ") }

// append commits blocks and head in one synced transaction. The caller bounds the blocks far below Badger's limit.
func (s store) append(head journal.Head, blocks []journal.Block, encoded [][]byte) error {
	txn := s.db.NewTransactionAt(uint64(head.Height), true) //nolint:gosec // never negative
	defer txn.Discard()
	for i, b := range blocks {
		if err := txn.SetEntry(entry(b, encoded[i], hashOf(i, head, blocks, encoded))); err != nil {
			return fmt.Errorf("set block %d: %w", b.Height, err)
		}
	}
	if err := txn.Set(headKey, head.Encode()); err != nil {
		return fmt.Errorf("set head: %w", err)
	}
	if err := txn.CommitAt(uint64(head.Height), nil); err != nil { //nolint:gosec // never negative
		return fmt.Errorf("commit height %d: %w", head.Height, err)
	}
	s.db.SetDiscardTs(uint64(head.Height)) //nolint:gosec // never negative; older heads may go
	return nil
}

// hashOf is the hash of block i, which whoever chained the blocks has computed before: the next block or the head has it.
func hashOf(i int, head journal.Head, blocks []journal.Block, encoded [][]byte) journal.Hash {
	switch {
	case i+1 < len(blocks):
		return blocks[i+1].Prev
	case head.Height == blocks[i].Height:
		return head.Hash
	default: // put back in the middle
		return journal.HashBytes(encoded[i])
	}
}

func entry(b journal.Block, encoded []byte, hash journal.Hash) *badger.Entry {
	value := make([]byte, 0, hashBytes+len(encoded))
	value = append(append(value, hash[:]...), encoded...)
	return badger.NewEntry(blockKey(b.LastSeq()), value).WithMeta(byte(len(b.Lines))) //nolint:gosec // at most 200
}

// view runs f in a reading transaction as of a height, and turns a panic in Badger into a Damage.
func (s store) view(at journal.Height, f func(*badger.Txn) error) (err error) {
	defer damageOnPanic(s.dir, &err)
	txn := s.db.NewTransactionAt(uint64(at), false) //nolint:gosec // never negative
	defer txn.Discard()
	return f(txn)
}

// stored is a block as it was read: its hash was checked, its lines share the memory of its bytes.
type stored struct {
	block   journal.Block
	hash    journal.Hash
	encoded []byte
}

// head is that of a journal which ends with the block.
func (s *stored) head() journal.Head {
	b := &s.block
	return journal.Head{Height: b.Height, Seq: b.LastSeq(), Hash: s.hash, TreeSize: b.TreeSize, Root: b.Root}
}

// read gives up to max blocks, and about bytesMax bytes, from the one that holds seq on, hashes checked, in memory of
// the caller's own. It gives at least one: that no block holds seq is damage, since the caller knows that seq exists.
func (s store) read(at journal.Height, seq journal.Seq, most int) (blocks []stored, err error) {
	err = s.view(at, func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{Prefix: blockPrefix})
		defer it.Close()
		size := 0
		for it.Seek(blockKey(seq)); it.Valid() && len(blocks) < most && size < chunkBytes; it.Next() {
			b, err := s.value(it.Item())
			if err != nil {
				return err
			}
			blocks = append(blocks, b)
			size += len(b.encoded)
		}
		return nil
	})
	if err == nil && len(blocks) == 0 {
		err = s.damage(0, seq, "no block holds it")
	}
	return blocks, err
}

// value gives the bytes of a block after its hash was checked, and that it stands under the key of its last seq.
func (s store) value(item *badger.Item) (stored, error) {
	last := keySeq(item.Key())
	p, err := item.ValueCopy(nil)
	if err != nil {
		return stored{}, s.damage(0, last, "badger cannot read the value: "+err.Error())
	}
	return s.check(last, item.UserMeta(), p)
}

// check decodes what stands under the key of a last seq, and takes it only if the hash before it is its own.
func (s store) check(last journal.Seq, lines byte, p []byte) (stored, error) {
	if len(p) < hashBytes || journal.HashBytes(p[hashBytes:]) != journal.Hash(p[:hashBytes]) {
		return stored{}, s.damage(0, last, "the hash does not match")
	}
	b, err := journal.DecodeBlock(p[hashBytes:])
	if err != nil {
		return stored{}, s.damage(0, last, err.Error())
	}
	if b.LastSeq() != last || len(b.Lines) != int(lines) {
		return stored{}, s.damage(b.Height, last, fmt.Sprintf("holds %d lines from seq %d", len(b.Lines), b.FirstSeq))
	}
	return stored{b, journal.Hash(p[:hashBytes]), p[hashBytes:]}, nil
}

func (s store) damage(h journal.Height, seq journal.Seq, what string) *journal.Damage {
	return &journal.Damage{Kind: "block", File: s.dir, Height: h, Seq: seq, What: what}
}

// readHead gives the stored head; the zero Head if there is none. ErrCorrupt if it cannot be read.
func (s store) readHead() (head journal.Head, err error) {
	err = s.view(newest, func(txn *badger.Txn) error {
		item, err := txn.Get(headKey)
		if errors.Is(err, badger.ErrKeyNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read head: %w", err)
		}
		return item.Value(func(p []byte) error {
			head, err = journal.DecodeHead(p)
			return err
		})
	})
	return head, err
}
