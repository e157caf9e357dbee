package roster

import (
	"context"
	"testing"
)

// watched is a store that counts what is read; meanwhile, if set, happens between the reading of a row and its answer.
type watched struct {
	Store

	gets      int
	meanwhile func()
}

func (w *watched) Get(ctx context.Context, key string) (Row, error) {
	w.gets++
	row, err := w.Store.Get(ctx, key)
	if f := w.meanwhile; f != nil {
		w.meanwhile = nil
		f()
	}
	return row, err
}

// A row is read once until it is changed; one that changes while it is read is not kept.
func TestRecentReadsOnce(t *testing.T) {
	under := &watched{Store: NewMemory()}
	s := Remember(under)
	set := func(value string, was Version) {
		t.Helper()
		if err := s.Commit(t.Context(), Change{Key: "card", Value: []byte(value), Was: was}); err != nil {
			t.Fatal(err)
		}
	}
	get := func(want string, reads int) Version {
		t.Helper()
		before := under.gets
		row, err := s.Get(t.Context(), "card")
		if err != nil || string(row.Value) != want || under.gets-before != reads {
			t.Fatalf("%q, %v, read %d times; want %q, %d times", row.Value, err, under.gets-before, want, reads)
		}
		return row.Version
	}
	set("one", 0)
	get("one", 1)
	was := get("one", 0)
	set("two", was)
	was = get("two", 1)
	if err := s.Commit(t.Context(), Change{Key: "card", Value: []byte("lost"), Was: was + 7}); err == nil {
		t.Fatal("a commit on another version went through")
	}
	get("two", 1)

	set("three", was)
	under.meanwhile = func() { row, _ := under.Store.Get(t.Context(), "card"); set("four", row.Version) }
	get("three", 1) // as it was when the reading began
	get("four", 1)

	large := make([]byte, recentRow+1)
	if err := s.Commit(t.Context(), Change{Key: "picture", Value: large}); err != nil {
		t.Fatal(err)
	}
	before := under.gets
	for range 2 {
		if row, err := s.Get(t.Context(), "picture"); err != nil || len(row.Value) != len(large) {
			t.Fatal(len(row.Value), err)
		}
	}
	if under.gets-before != 2 {
		t.Error("a large row is kept in memory")
	}
}
