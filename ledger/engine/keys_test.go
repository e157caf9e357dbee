package engine

import (
	"context"
	"testing"

	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/memjournal"
)

// watchedIndex counts what is looked up; meanwhile, if set, happens between the reading of a key and its answer.
type watchedIndex struct {
	journal.Index

	gets      int
	meanwhile func()
}

func (x *watchedIndex) Get(ctx context.Context, key []byte) ([]byte, bool, error) {
	x.gets++
	value, ok, err := x.Index.Get(ctx, key)
	if f := x.meanwhile; f != nil {
		x.meanwhile = nil
		f()
	}
	return value, ok, err
}

// That a key is new is read from the index once, and forgotten as soon as it may not be true any more.
func TestAbsentKeys(t *testing.T) {
	x := &watchedIndex{Index: memjournal.OpenIndex(memjournal.NewDisk())}
	k := newKeys(x)
	look := func(id string, want span, gets int, when string) {
		t.Helper()
		before := x.gets
		s, ok, err := k.find(t.Context(), id)
		if err != nil || ok != (want.n > 0) || s != want || x.gets-before != gets {
			t.Fatalf("%s: %v %v %v, read %d times", when, s, ok, err, x.gets-before)
		}
	}
	flush := func() {
		t.Helper()
		if err := k.flush(t.Context(), 10); err != nil {
			t.Fatal(err)
		}
	}
	none, made := span{}, span{1, 2}
	look("a", none, 1, "new")
	look("a", none, 0, "new again")
	k.add([]entry{{"a", made}})
	look("a", made, 0, "made")
	look("b", none, 1, "another")
	flush()
	look("a", made, 1, "in the index")
	look("b", none, 1, "another, after the index was written")

	x.meanwhile = func() { k.add([]entry{{"c", span{3, 1}}}); flush() }
	look("c", none, 1, "made while it was looked for")
	look("c", span{3, 1}, 1, "and found after")
	for i := range absentMax + 10 {
		look("d"+string(rune(i)), none, 1, "many")
	}
	if len(k.absent) > absentMax {
		t.Fatalf("%d keys are remembered to be absent", len(k.absent))
	}
}
