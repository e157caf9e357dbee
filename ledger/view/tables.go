package view

import (
	"context"
	"fmt"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
)

// tables are the views that are kept in the index: the one place that says which exist. A view that comes out otherwise
// than before, for whatever reason, gets the next version here, and is then built anew from the first record by itself.
var tables = []table{
	{name: "history", version: 1, fold: foldHistory, once: true},
	{name: "activities", version: 1, fold: foldActivity},
	{name: "lists", version: 1, fold: foldLists},
	{name: "sums", version: 1, fold: foldSums},
}

// table is one view: the keys that it makes of records. What it makes of a record depends on that record, on the book
// before and after it, and on what the table made of the records before: on nothing else.
type table struct {
	name    string
	version byte
	fold    func(context.Context, *sheet, *turn) error
	once    bool // a key is written once and never read by fold
}

// prefix is before each of the table's keys.
func (t *table) prefix() []byte { return append([]byte(t.name), '/') }

// key is a key of the table's own.
func (t *table) key(parts ...[]byte) []byte {
	k := t.prefix()
	for _, p := range parts {
		k = append(k, p...)
	}
	return k
}

// cursor is the name of the table's cursor in the index.
func (t *table) cursor() string { return "view/" + t.name }

// versionKey is where the index says by which version of the table its keys were made.
func (t *table) versionKey() []byte { return []byte("view-version/" + t.name) }

// turn is one record as the tables see it.
type turn struct {
	record *ledger.Record
	book   *ledger.Book // after the record
	day    ledger.Day   // of the record's time
	month  ledger.Month
	member ledger.AccountID // whose points or minutes it moves, or whom it is about; "" when nobody's
	held   ledger.Points    // by that member, before
	groups []ledger.Group   // of that member, before
}

// turnOf is what the tables need to know of the book before the record is folded into it.
func turnOf(b *ledger.Book, r *ledger.Record) turn {
	t := turn{record: r, book: b, day: b.DayOf(r.Time), month: b.MonthOf(r.Time), member: r.Subject()}
	for i := range r.Postings {
		if id := r.Postings[i].Account; ledger.ClassOf(id) == ledger.ClassMember {
			t.member = id
		}
	}
	if t.member != "" {
		t.held, _ = b.Holding(t.member)
		t.groups = b.Groups(t.member)
	}
	return t
}

// store is where a table's keys lie: the index, or what stands for it while views are compared.
type store interface {
	Get(ctx context.Context, key []byte) (value []byte, ok bool, err error)
	Write(ctx context.Context, name string, puts []journal.KV, cursor journal.Seq) error
}

// cell is a value of a table while records change it.
type cell interface {
	// bytes are the value as the index keeps it.
	bytes() []byte
	// parse reads what bytes made.
	parse(p []byte) error
}

// sheet is a table with what is not in its store yet. The goroutine that follows the journal owns it; readers look at dirty and
// cursor under the view's lock.
type sheet struct {
	*table

	store  store
	cursor ledger.Seq      // of the store
	dirty  map[string]cell // above the cursor
	size   int             // bytes of their keys, and about as many of their values
}

// The bounds of what gathers in a sheet: what one transaction of the index takes whole, so that a crash leaves a table as
// it was at its cursor, and how far a cursor may lag behind.
const (
	dirtyMax     = journal.IndexTxnKeysMax - 100 // a record makes fewer than 100 keys
	dirtyBytes   = journal.IndexTxnBytes / 2
	cursorLagMax = 2000
)

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
	return &sheet{table: t, store: x, cursor: ledger.Seq(cursor), dirty: map[string]cell{}}, nil
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
		puts = append(puts, journal.KV{Key: []byte(k), Value: c.bytes()})
	}
	return puts
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
	c := P(new(C))
	p, ok, err := s.store.Get(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("view %s: %w", s.name, err)
	}
	if ok {
		if err := c.parse(p); err != nil {
			return nil, fmt.Errorf("view %s, key %q: %w", s.name, key, err)
		}
	}
	s.set(key, c)
	s.size += len(p)
	return c, nil
}

// text is a cell of bytes as they are.
type text []byte

func (t *text) bytes() []byte { return *t }

func (t *text) parse(p []byte) error { *t = p; return nil }
