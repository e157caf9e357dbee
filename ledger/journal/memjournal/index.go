package memjournal

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"

	"moralbank.example/bank/ledger/journal"
)

// Index is journal.Index on a Disk; it survives Close and a second OpenIndex.
type Index struct {
	disk   *Disk
	mu     sync.Mutex
	closed bool
}

var _ journal.Index = (*Index)(nil)

// The disk's map holds pairs and cursors under these first letters.
const (
	pairPrefix   = "k"
	cursorPrefix = "c"
)

// OpenIndex is the index on this disk.
func OpenIndex(d *Disk) *Index { return &Index{disk: d} }

// enter locks the disk for one call; leave it with i.disk.mu.Unlock.
func (i *Index) enter(ctx context.Context) error {
	i.mu.Lock()
	closed := i.closed
	i.mu.Unlock()
	if closed {
		return journal.ErrClosed
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	i.disk.mu.Lock()
	return nil
}

// Cursor implements journal.Index.
func (i *Index) Cursor(ctx context.Context, name string) (journal.Seq, error) {
	if err := i.enter(ctx); err != nil {
		return 0, err
	}
	defer i.disk.mu.Unlock()
	return i.cursor(name), nil
}

func (i *Index) cursor(name string) journal.Seq {
	p, ok := i.disk.index[cursorPrefix+name]
	if !ok {
		return 0
	}
	return journal.Seq(binary.BigEndian.Uint64(p)) //nolint:gosec // Write stored it, never negative
}

// Write implements journal.Index.
func (i *Index) Write(ctx context.Context, name string, puts []journal.KV, cursor journal.Seq) error {
	if err := i.enter(ctx); err != nil {
		return err
	}
	defer i.disk.mu.Unlock()
	if err := journal.CheckWrite(name, puts, cursor, i.cursor(name)); err != nil {
		return fmt.Errorf("write index: %w", err)
	}
	for _, kv := range puts {
		i.disk.index[pairPrefix+string(kv.Key)] = bytes.Clone(kv.Value)
	}
	i.disk.index[cursorPrefix+name] = binary.BigEndian.AppendUint64(nil, uint64(cursor)) //nolint:gosec // never negative
	return nil
}

// Get implements journal.Index.
func (i *Index) Get(ctx context.Context, key []byte) (value []byte, ok bool, err error) {
	if err := i.enter(ctx); err != nil {
		return nil, false, err
	}
	defer i.disk.mu.Unlock()
	value, ok = i.disk.index[pairPrefix+string(key)]
	return bytes.Clone(value), ok, nil
}

// Scan implements journal.Index.
func (i *Index) Scan(ctx context.Context, prefix, from []byte, reverse bool, limit int) iter.Seq2[journal.KV, error] {
	pairs, err := i.matches(ctx, string(prefix), string(from), reverse)
	if limit > 0 && limit < len(pairs) {
		pairs = pairs[:limit]
	}
	return func(yield func(journal.KV, error) bool) {
		if err != nil {
			yield(journal.KV{}, err)
			return
		}
		for _, kv := range pairs {
			if ctx.Err() != nil {
				yield(journal.KV{}, context.Cause(ctx))
				return
			}
			if !yield(kv, nil) {
				return
			}
		}
	}
}

func (i *Index) matches(ctx context.Context, prefix, from string, reverse bool) ([]journal.KV, error) {
	if err := i.enter(ctx); err != nil {
		return nil, err
	}
	defer i.disk.mu.Unlock()
	var pairs []journal.KV
	for k, v := range i.disk.index {
		key, isPair := strings.CutPrefix(k, pairPrefix)
		if !isPair || !strings.HasPrefix(key, prefix) {
			continue
		}
		if from != "" && (!reverse && key < from || reverse && key > from) {
			continue
		}
		pairs = append(pairs, journal.KV{Key: []byte(key), Value: bytes.Clone(v)})
	}
	slices.SortFunc(pairs, func(a, b journal.KV) int { return bytes.Compare(a.Key, b.Key) })
	if reverse {
		slices.Reverse(pairs)
	}
	return pairs, nil
}

// Forget implements journal.Index.
func (i *Index) Forget(ctx context.Context, name string, prefix []byte) error {
	if err := i.enter(ctx); err != nil {
		return err
	}
	defer i.disk.mu.Unlock()
	delete(i.disk.index, cursorPrefix+name)
	for k := range i.disk.index {
		if strings.HasPrefix(k, pairPrefix+string(prefix)) {
			delete(i.disk.index, k)
		}
	}
	return nil
}

// Drop implements journal.Index.
func (i *Index) Drop(ctx context.Context) error {
	if err := i.enter(ctx); err != nil {
		return err
	}
	defer i.disk.mu.Unlock()
	clear(i.disk.index)
	return nil
}

// Close implements journal.Index.
func (i *Index) Close() error {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.closed = true
	return nil
}
