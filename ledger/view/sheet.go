package view

import (
	"context"
	"fmt"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/lately"
)

// sheet is a table with what is not in its store yet. The goroutine that follows the journal owns it; readers look at dirty and
// cursor under the view's lock.
type sheet struct {
	*table

	store  store
	cursor ledger.Seq           // of the store
	dirty  map[string]cell      // above the cursor
	size   int                  // bytes of their keys, and about as many of their values
	kept   *lately.Memory[cell] // as the store has them, so that what changes every day is not read every time; follow's alone
}

// The bounds of what gathers in a sheet: what one transaction of the index takes whole, so that a crash leaves a table as
// it was at its cursor, and how far a cursor may lag behind.
const (
	dirtyMax     = journal.IndexTxnKeysMax - 100 // a record makes fewer than 100 keys
	dirtyBytes   = journal.IndexTxnBytes / 2
	cursorLagMax = 2000
)

// keptBytes bounds each half of what a sheet keeps of its store.
const keptBytes = 5 << 20

func newSheet(t *table, s store, cursor ledger.Seq) *sheet {
	return &sheet{table: t, store: s, cursor: cursor, dirty: map[string]cell{}, kept: lately.New[cell](keptBytes)}
}

// openSheet gives a table as the index has it, emptied when it was made by another version or is ahead of the journal.
func openSheet(ctx context.Context, t *table, x journal.Index, end ledger.Seq) (*sheet, error) {
	cursor, err := x.Cursor(ctx, t.cursor())
	if err != nil {
		return nil, fmt.Errorf("cursor of view %s: %w", t.name, err)
	}
	version, _, err := x.Get(ctx, t.versionKey())
	if err != nil {
		return nil, fmt.Errorf("version of view %s: %w", t.name, err)
	}
	if len(version) != 1 || version[0] != t.version || ledger.Seq(cursor) > end {
		if err := t.reset(ctx, x, cursor); err != nil {
			return nil, fmt.Errorf("empty view %s: %w", t.name, err)
		}
		cursor = 0
	}
	return newSheet(t, x, ledger.Seq(cursor)), nil
}

// reset forgets the table's keys. While they go the index says that no version made them, so that a crash half way is seen.
func (t *table) reset(ctx context.Context, x journal.Index, cursor journal.Seq) error {
	if err := x.Write(ctx, t.cursor(), []journal.KV{{Key: t.versionKey()}}, cursor); err != nil {
		return err
	}
	if err := x.Forget(ctx, t.cursor(), t.prefix()); err != nil {
		return err
	}
	return x.Write(ctx, t.cursor(), []journal.KV{{Key: t.versionKey(), Value: []byte{t.version}}}, 0)
}

// full reports whether it is time to flush, at this seq.
func (s *sheet) full(at ledger.Seq) bool {
	return len(s.dirty) >= dirtyMax || s.size >= dirtyBytes || at-s.cursor >= cursorLagMax
}

// puts are the pairs that a flush writes.
func (s *sheet) puts() []journal.KV {
	puts := make([]journal.KV, 0, len(s.dirty))
	for k, c := range s.dirty {
		kv := journal.KV{Key: []byte(k), Value: c.bytes()}
		if !s.once {
			s.kept.Add(k, c, len(kv.Value))
		}
		puts = append(puts, kv)
	}
	return puts
}

// flushed says that the store has the sheet up to a seq.
func (s *sheet) flushed(to ledger.Seq) {
	s.cursor, s.dirty, s.size = to, make(map[string]cell, len(s.dirty)), 0
}

// set keeps a new value.
func (s *sheet) set(key []byte, c cell) {
	s.dirty[string(key)] = c
	s.size += 2 * len(key)
}

// change gives the value under a key to be changed; its zero when there is none.
func change[C any, P interface {
	*C
	cell
}](ctx context.Context, s *sheet, key []byte) (P, error) {
	if c, ok := s.dirty[string(key)].(P); ok {
		return c, nil
	}
	c, size, err := stored[C, P](ctx, s, key)
	if err != nil {
		return nil, err
	}
	s.set(key, c)
	s.size += size
	return c, nil
}

// stored gives the value that the store has under a key, its zero when it has none, and about how many bytes it takes there. The key is
// not dirty.
func stored[C any, P interface {
	*C
	cell
}](ctx context.Context, s *sheet, key []byte) (P, int, error) {
	if kept, ok := s.kept.Find(key); ok {
		if c, ok := kept.(P); ok {
			return c, 0, nil
		}
	}
	c := P(new(C))
	p, ok, err := s.store.Get(ctx, key)
	if err != nil {
		return nil, 0, fmt.Errorf("view %s: %w", s.name, err)
	}
	if ok {
		if err := c.parse(p); err != nil {
			return nil, 0, fmt.Errorf("view %s, key %q: %w", s.name, key, err)
		}
	}
	return c, len(p), nil
}

// warm reads the value under a key ahead of change.
func warm[C any, P interface {
	*C
	cell
}](ctx context.Context, s *sheet, key []byte) error {
	if s.dirty[string(key)] != nil {
		return nil
	}
	c, size, err := stored[C, P](ctx, s, key)
	if err == nil {
		s.kept.Add(string(key), c, size)
	}
	return err
}

// text is a cell of bytes as they are.
type text []byte

func (t *text) bytes() []byte { return *t }

func (t *text) parse(p []byte) error { *t = p; return nil }
