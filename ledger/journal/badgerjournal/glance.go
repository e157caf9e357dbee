package badgerjournal

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"github.com/dgraph-io/badger/v4/table"
	"github.com/dgraph-io/badger/v4/y"

	"moralbank.example/bank/ledger/badgerfiles"
	"moralbank.example/bank/ledger/journal"
)

// tableKey is a block as its key in a table tells of it.
type tableKey struct {
	last  journal.Seq
	at    uint64 // the version of the entry: of two under one key, the higher counts
	lines byte
	gone  bool // it says that the key was deleted
}

type tableKeys []tableKey

// badgerDeleted is Badger's mark of an entry that deletes its key (bitDelete in its value.go).
const badgerDeleted = 1 << 0

// readKeys checks the tables of a directory before Badger opens them, and reads the keys of the blocks in them: of each block a page
// or two, where a walk with Badger's iterator reads every byte.
func readKeys(dir string) (keys tableKeys, err error) {
	err = badgerfiles.Each(dir, func(t *table.Table) {
		defer func() { _ = recover() }() // keys that are missing make glance look with its own eyes, and that names the damage
		it := t.NewIterator(table.NOCACHE)
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			key, value := y.ParseKey(it.Key()), it.Value()
			if bytes.HasPrefix(key, blockPrefix) {
				keys = append(keys, tableKey{keySeq(key), y.ParseTs(it.Key()), value.UserMeta, value.Meta&badgerDeleted != 0})
			}
		}
	})
	return keys, flawed(err)
}

// newest are the keys that stand, in order.
func (k tableKeys) newest() tableKeys {
	slices.SortFunc(k, func(a, b tableKey) int { return cmp.Or(cmp.Compare(a.last, b.last), cmp.Compare(b.at, a.at)) })
	k = slices.CompactFunc(k, func(a, b tableKey) bool { return a.last == b.last })
	return slices.DeleteFunc(k, func(a tableKey) bool { return a.gone })
}

// glance is survey of a database whose tables were read before it was opened: their keys stand for the walk over them, and only what
// follows, in its memory, is walked over. Unless everything is whole that way, survey looks at all of it.
func (s store) glance(ctx context.Context, keys tableKeys, end journal.Seq) (survey, error) {
	if v, err := s.surveyFrom(ctx, keys.newest(), end); err == nil && v.whole() {
		return v, nil
	}
	return s.survey(ctx, end)
}
