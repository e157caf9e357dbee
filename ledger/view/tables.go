package view

import (
	"context"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
)

// tables are the views that are kept in the index: the one place that says which exist. A view that comes out otherwise
// than before, for whatever reason, gets the next version here, and is then built anew from the first record by itself.
var tables = []table{
	{name: "history", version: 2, fold: foldHistory, once: true},
	{name: "common", version: 1, fold: foldCommon},
	{name: "activities", version: 1, fold: foldActivity},
	{name: "lists", version: 1, fold: foldLists},
	{name: "sums", version: 2, fold: foldSums, warm: warmSums},
}

// table is one view: the keys that it makes of records. What it makes of a record depends on that record, on the book
// before and after it, and on what the table made of the records before: on nothing else.
type table struct {
	name    string
	version byte
	fold    func(context.Context, *sheet, *turn) error
	once    bool // a key is written once and never read by fold

	// warm reads ahead what fold will change most likely, while readers may still read; nil when there is nothing.
	warm func(context.Context, *sheet, *ledger.Book, *ledger.Record) error
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
	t := turn{record: r, book: b, day: b.DayOf(r.Time), month: b.MonthOf(r.Time), member: memberOf(r)}
	if t.member != "" {
		t.held, _ = b.Holding(t.member)
		t.groups = b.Groups(t.member)
	}
	return t
}

// memberOf is whose points or minutes a record moves, or whom it is about; "" when nobody's.
func memberOf(r *ledger.Record) ledger.AccountID {
	for i := range r.Postings {
		if id := r.Postings[len(r.Postings)-1-i].Account; ledger.ClassOf(id) == ledger.ClassMember {
			return id
		}
	}
	return r.Subject()
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
