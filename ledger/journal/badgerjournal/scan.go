package badgerjournal

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/dgraph-io/badger/v4"
	badgeroptions "github.com/dgraph-io/badger/v4/options"
	"github.com/dgraph-io/badger/v4/table"

	"moralbank.example/bank/ledger/journal"
)

// scan is a walk over the index. Each chunk reads at the newest version: compaction may drop older ones of a pair.
type scan struct {
	x       *Index
	prefix  []byte // with the letter of pairs
	seek    []byte // the next key to look at, or the first one below it when reverse; nil: nothing
	reverse bool
	left    int // pairs still wanted, 0: all
	room    int // pairs in a chunk
	most    int // pairs in any chunk, 0: scanChunkMax
	done    bool
}

// start sets where the walk begins: at from, kept inside of the prefix.
func (s *scan) start(from []byte) {
	first, last := s.prefix, append(bytes.Clone(s.prefix), bytes.Repeat([]byte{0xff}, journal.IndexKeyMax)...)
	s.seek = first
	if s.reverse {
		s.seek = last
	}
	if len(from) == 0 {
		return
	}
	key := append(pairPrefix[:1:1], from...)
	if !s.reverse && bytes.Compare(key, first) > 0 || s.reverse && bytes.Compare(key, last) < 0 {
		s.seek = key
	}
}

// chunk gives the next pairs and moves on.
func (s *scan) chunk(ctx context.Context) (pairs []journal.KV, err error) {
	if err := s.x.enter(ctx); err != nil {
		return nil, err
	}
	defer s.x.life.RUnlock()
	return s.pairs()
}

// pairs is chunk for a caller who has entered.
func (s *scan) pairs() (pairs []journal.KV, err error) {
	defer damageOnPanic(s.x.opt.indexDir(), &err)
	txn := s.x.db.NewTransactionAt(s.x.version.Load(), false)
	defer txn.Discard()
	it := txn.NewIterator(badger.IteratorOptions{Prefix: s.prefix, Reverse: s.reverse})
	defer it.Close()
	s.room = min(max(2*s.room, scanChunk), cmp.Or(s.most, scanChunkMax))
	size := 0
	for it.Seek(s.seek); it.ValidForPrefix(s.prefix); it.Next() {
		if len(pairs) == s.room || size > scanChunkBytes {
			s.seek = it.Item().KeyCopy(nil)
			return pairs, nil
		}
		value, err := it.Item().ValueCopy(nil)
		if err != nil {
			return pairs, fmt.Errorf("scan index: %w", err)
		}
		pairs = append(pairs, journal.KV{Key: it.Item().KeyCopy(nil)[1:], Value: value})
		size += len(value)
		if s.left--; s.left == 0 {
			break
		}
	}
	s.done = true
	return pairs, nil
}

// Verify reads all tables of the index and checks Badger's checksums. A flipped bit can hide a key from Get, so run it in the
// background after a start and once a day. After a Damage the next OpenIndex drops the index and builds it again.
func (x *Index) Verify(ctx context.Context) (err error) {
	if err := x.enter(ctx); err != nil {
		return err
	}
	defer x.life.RUnlock()
	defer damageOnPanic(x.opt.indexDir(), &err)
	for _, info := range x.db.Tables() {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := verifyTable(filepath.Join(x.opt.indexDir(), table.IDToFilename(info.ID)), info.ID); err != nil {
			return x.condemn(oneLine(err))
		}
	}
	return nil
}

// condemned is a file in the directory of an index that must not be opened again.
const condemned = "CONDEMNED"

// condemn keeps an index that was found damaged from being used by the next start, which looks into all tables of a small index
// only.
func (x *Index) condemn(why string) error {
	dir := x.opt.indexDir()
	return errors.Join(
		&journal.Damage{Kind: "index", File: dir, What: why + ": the next start drops the index and builds it anew"},
		os.WriteFile(filepath.Join(dir, condemned), []byte(why+"\n"), 0o600), syncDir(dir),
	)
}

// verifyTable reads a table file anew: Badger's own VerifyChecksum believes the blocks that its cache holds.
func verifyTable(path string, id uint64) error {
	data, err := os.ReadFile(path) //nolint:gosec // a file of ours
	if errors.Is(err, fs.ErrNotExist) {
		return nil // compacted away meanwhile
	}
	if err != nil {
		return err
	}
	t, err := table.OpenInMemoryTable(data, id, &table.Options{Compression: badgeroptions.Snappy, ReadOnly: true, ChkMode: badgeroptions.NoVerification})
	if err != nil {
		return err
	}
	return t.VerifyChecksum()
}

// RemoveIndex deletes the index of a data directory, open or not at all; only an index that nobody uses may be removed.
func RemoveIndex(dir string) error {
	if err := os.RemoveAll(filepath.Join(dir, "index")); err != nil {
		return fmt.Errorf("remove index: %w", err)
	}
	return syncDir(dir)
}
