package badgerjournal

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/dgraph-io/badger/v4"
)

// surveyed opens the database of a directory, and gives what its tables' keys tell, and what the walk over all of it finds.
func surveyed(t *testing.T, o Options, spoil func(tableKeys) tableKeys) (keys tableKeys, glanced, walked survey) {
	t.Helper()
	keys, err := readKeys(o.badgerDir())
	if err != nil {
		t.Fatal(err)
	}
	if spoil != nil {
		keys = spoil(keys)
	}
	db, err := openBadger(journalOptions(o.badgerDir(), o.withDefaults().Log))
	if err != nil {
		t.Fatal(err)
	}
	defer closeIt(t, db)
	s := store{db: db, dir: o.badgerDir()}
	glanced, err = s.glance(t.Context(), keys, 0)
	if err == nil {
		walked, err = s.survey(t.Context(), 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	return keys, glanced, walked
}

func alike(a, b survey) bool {
	return a.blocks == b.blocks && a.last == b.last && a.head == b.head && (a.noHead == nil) == (b.noHead == nil) &&
		slices.Equal(a.gaps, b.gaps) && slices.EqualFunc(a.strays, b.strays, bytes.Equal)
}

// The keys of the tables, and the walk over what is not in tables yet, find what the walk over everything finds.
func TestGlance(t *testing.T) {
	o, _ := aged(t)
	j := open(t, o)
	head := grow(t, j, 20, 4) // in memory only, and in the write-ahead file
	left := o
	left.Dir = killed(t, o.Dir)
	closeIt(t, j)
	for name, spoil := range map[string]func(tableKeys) tableKeys{
		"as they are":  nil,
		"in disorder":  func(k tableKeys) tableKeys { k[0], k[len(k)-1] = k[len(k)-1], k[0]; return k },
		"one twice":    func(k tableKeys) tableKeys { return append(k, k[3]) },
		"one missing":  func(k tableKeys) tableKeys { return append(k[:7:7], k[8:]...) },
		"one deleted":  func(k tableKeys) tableKeys { return append(k, tableKey{k[5].last, k[5].at + 1, 0, true}) },
		"one too many": func(k tableKeys) tableKeys { return append(k, tableKey{k[5].last + 1, 1, 4, false}) },
		"none":         func(tableKeys) tableKeys { return nil },
	} {
		again := left
		again.Dir = killed(t, left.Dir)
		keys, glanced, walked := surveyed(t, again, spoil)
		if !alike(glanced, walked) || !walked.whole() || walked.head != head {
			t.Errorf("%s (%d keys): %+v, the walk finds %+v", name, len(keys), glanced, walked)
		}
	}
}

// A block that is gone is missed by both, and a key that does not belong is seen.
func TestGlanceSeesDamage(t *testing.T) {
	o, _ := aged(t)
	meddle(t, o, func(txn *badger.Txn) error {
		return errors.Join(txn.Delete(blockKey(8)), txn.SetEntry(badger.NewEntry(blockKey(13), []byte("x")).WithMeta(1)))
	})
	_, glanced, walked := surveyed(t, o, nil)
	if !alike(glanced, walked) || walked.whole() || len(walked.gaps) == 0 || len(walked.strays) == 0 {
		t.Errorf("%+v, the walk finds %+v", glanced, walked)
	}
}

// meddle writes behind the journal's back.
func meddle(t *testing.T, o Options, f func(*badger.Txn) error) {
	t.Helper()
	db, err := openBadger(journalOptions(o.badgerDir(), o.withDefaults().Log))
	if err != nil {
		t.Fatal(err)
	}
	defer closeIt(t, db)
	at := db.MaxVersion() + 1
	txn := db.NewTransactionAt(at, true)
	defer txn.Discard()
	if err := errors.Join(f(txn), txn.CommitAt(at, nil)); err != nil {
		t.Fatal(err)
	}
}
