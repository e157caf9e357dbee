package journaltest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"moralbank.example/bank/ledger/journal"
)

func runIndex(t *testing.T, fresh func(t *testing.T) Factory) {
	t.Helper()
	parts := []struct {
		name string
		run  func(*testing.T, Factory)
	}{
		{"write and get", testIndexWrite},
		{"limits", testIndexLimits},
		{"many keys and reopen", testIndexMany},
		{"scan", testIndexScan},
		{"forget", testIndexForget},
		{"drop", testIndexDrop},
		{"closed", testIndexClosed},
	}
	for _, p := range parts {
		t.Run(p.name, func(t *testing.T) { p.run(t, fresh(t)) })
	}
}

func mustOpenIndex(t *testing.T, f Factory) journal.Index {
	t.Helper()
	x, err := f.OpenIndex()
	if err != nil {
		t.Fatalf("open index: %v", err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Errorf("close index: %v", err)
		}
	})
	return x
}

func kv(key, value string) journal.KV { return journal.KV{Key: []byte(key), Value: []byte(value)} }

func wantValue(t *testing.T, x journal.Index, key, value string, there bool) {
	t.Helper()
	got, ok, err := x.Get(t.Context(), []byte(key))
	if err != nil || ok != there || string(got) != value {
		t.Errorf("get %s: %q, %v, %v; want %q, %v", key, got, ok, err, value, there)
	}
}

func wantCursor(t *testing.T, x journal.Index, name string, cursor journal.Seq) {
	t.Helper()
	if got, err := x.Cursor(t.Context(), name); err != nil || got != cursor {
		t.Errorf("cursor %s: %d, %v; want %d", name, got, err, cursor)
	}
}

func testIndexWrite(t *testing.T, f Factory) {
	x := mustOpenIndex(t, f)
	wantCursor(t, x, "keys", 0)
	wantValue(t, x, "a", "", false)
	want(t, "write", x.Write(t.Context(), "keys", []journal.KV{kv("a", "1"), kv("b", "")}, 5), nil)
	wantValue(t, x, "a", "1", true)
	wantValue(t, x, "b", "", true)
	wantCursor(t, x, "keys", 5)
	wantCursor(t, x, "history", 0)
	want(t, "the same again", x.Write(t.Context(), "keys", []journal.KV{kv("a", "1"), kv("b", "")}, 5), nil)
	want(t, "overwrite", x.Write(t.Context(), "history", []journal.KV{kv("a", "2")}, 1), nil)
	wantValue(t, x, "a", "2", true)
	want(t, "twice in one write", x.Write(t.Context(), "keys", []journal.KV{kv("d", "old"), kv("d", "new")}, 6), nil)
	wantValue(t, x, "d", "new", true)
	want(t, "cursor alone", x.Write(t.Context(), "keys", nil, 9), nil)
	wantCursor(t, x, "keys", 9)
}

func testIndexLimits(t *testing.T, f Factory) {
	x := mustOpenIndex(t, f)
	want(t, "write", x.Write(t.Context(), "keys", []journal.KV{kv("a", "1")}, 5), nil)
	long := string(make([]byte, journal.IndexValueMax+1))
	for name, err := range map[string]error{
		"cursor back":    x.Write(t.Context(), "keys", []journal.KV{kv("a", "2")}, 4),
		"no name":        x.Write(t.Context(), "", nil, 6),
		"no key":         x.Write(t.Context(), "keys", []journal.KV{kv("", "2")}, 6),
		"too long key":   x.Write(t.Context(), "keys", []journal.KV{kv(long, "2")}, 6),
		"too long value": x.Write(t.Context(), "keys", []journal.KV{kv("a", "2"), kv("b", long)}, 6),
	} {
		want(t, name, err, journal.ErrInvalid)
	}
	wantValue(t, x, "a", "1", true)
	wantCursor(t, x, "keys", 5)
}

func testIndexMany(t *testing.T, f Factory) {
	const n = 3*journal.IndexTxnKeysMax + 7
	x := mustOpenIndex(t, f)
	puts := make([]journal.KV, n)
	for i := range puts {
		puts[i] = kv(fmt.Sprintf("k%05d", i), fmt.Sprint(i))
	}
	want(t, "write many", x.Write(t.Context(), "keys", puts, n), nil)
	want(t, "close", x.Close(), nil)
	x = mustOpenIndex(t, f)
	wantCursor(t, x, "keys", n)
	i := 0
	for pair, err := range x.Scan(t.Context(), []byte("k"), nil, false, 0) {
		if err != nil || string(pair.Key) != fmt.Sprintf("k%05d", i) || string(pair.Value) != fmt.Sprint(i) {
			t.Fatalf("pair %d: %s=%s, %v", i, pair.Key, pair.Value, err)
		}
		i++
	}
	if i != n {
		t.Fatalf("%d pairs, want %d", i, n)
	}
	want(t, "write after reopening", x.Write(t.Context(), "keys", []journal.KV{kv("k00000", "new")}, n+1), nil)
	wantValue(t, x, "k00000", "new", true)
}

func testIndexScan(t *testing.T, f Factory) {
	x := mustOpenIndex(t, f)
	want(t, "write", x.Write(t.Context(), "s", []journal.KV{
		kv("a", "."), kv("b1", "1"), kv("b2", "2"), kv("b\xff", "3"), kv("b\xff\xff", "4"), kv("c", "."),
	}, 1), nil)
	for _, c := range []struct {
		prefix, from string
		reverse      bool
		limit        int
		want         []string
	}{
		{"b", "", false, 0, []string{"1", "2", "3", "4"}},
		{"b", "", true, 0, []string{"4", "3", "2", "1"}},
		{"b", "", false, 2, []string{"1", "2"}},
		{"b", "", true, 1, []string{"4"}},
		{"b", "b2", false, 0, []string{"2", "3", "4"}},
		{"b", "b2", true, 0, []string{"2", "1"}},
		{"b", "b3", false, 0, []string{"3", "4"}},
		{"b", "b3", true, 0, []string{"2", "1"}},
		{"b", "a", false, 0, []string{"1", "2", "3", "4"}},
		{"b", "a", true, 0, nil},
		{"b", "c", false, 0, nil},
		{"b", "c", true, 0, []string{"4", "3", "2", "1"}},
		{"x", "", false, 0, nil},
		{"", "", false, 1, []string{"."}},
		{"", "b\xff\xff", true, 3, []string{"4", "3", "2"}},
	} {
		var got []string
		for pair, err := range x.Scan(t.Context(), []byte(c.prefix), []byte(c.from), c.reverse, c.limit) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, string(pair.Value))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("scan %q from %q reverse %v limit %d: %v, want %v", c.prefix, c.from, c.reverse, c.limit, got, c.want)
		}
	}
	for range x.Scan(t.Context(), nil, nil, false, 0) {
		want(t, "write inside a scan", x.Write(t.Context(), "s", []journal.KV{kv("e", "5")}, 2), nil)
		break
	}
}

func testIndexForget(t *testing.T, f Factory) {
	x := mustOpenIndex(t, f)
	puts := make([]journal.KV, 0, 2*journal.IndexTxnKeysMax)
	for i := range cap(puts) {
		puts = append(puts, kv(fmt.Sprintf("sums/%05d", i), "1"))
	}
	want(t, "write", x.Write(t.Context(), "sums", puts, 5), nil)
	want(t, "write beside it", x.Write(t.Context(), "keys", []journal.KV{kv("sum", "."), kv("sumt", ".")}, 7), nil)
	want(t, "forget", x.Forget(t.Context(), "sums", []byte("sums/")), nil)
	want(t, "close", x.Close(), nil)
	x = mustOpenIndex(t, f)
	wantCursor(t, x, "sums", 0)
	wantCursor(t, x, "keys", 7)
	for pair, err := range x.Scan(t.Context(), []byte("sums/"), nil, false, 0) {
		t.Fatalf("%s is still there, %v", pair.Key, err)
	}
	wantValue(t, x, "sum", ".", true)
	wantValue(t, x, "sumt", ".", true)
	want(t, "forget nothing", x.Forget(t.Context(), "sums", []byte("sums/")), nil)
	want(t, "write from the start", x.Write(t.Context(), "sums", []journal.KV{kv("sums/00001", "2")}, 1), nil)
	wantValue(t, x, "sums/00001", "2", true)
}

func testIndexDrop(t *testing.T, f Factory) {
	x := mustOpenIndex(t, f)
	want(t, "write", x.Write(t.Context(), "keys", []journal.KV{kv("a", "1")}, 5), nil)
	want(t, "drop", x.Drop(t.Context()), nil)
	wantValue(t, x, "a", "", false)
	wantCursor(t, x, "keys", 0)
	want(t, "write after drop", x.Write(t.Context(), "keys", []journal.KV{kv("a", "2")}, 1), nil)
	wantValue(t, x, "a", "2", true)
	want(t, "close", x.Close(), nil)
	x = mustOpenIndex(t, f)
	wantValue(t, x, "a", "2", true)
	wantCursor(t, x, "keys", 1)
}

func testIndexClosed(t *testing.T, f Factory) {
	x := mustOpenIndex(t, f)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	want(t, "write with a context that has ended", x.Write(ctx, "keys", nil, 1), context.Canceled)
	want(t, "close", x.Close(), nil)
	want(t, "close again", x.Close(), nil)
	want(t, "write after close", x.Write(t.Context(), "keys", nil, 1), journal.ErrClosed)
	_, err := x.Cursor(t.Context(), "keys")
	want(t, "cursor after close", err, journal.ErrClosed)
	_, _, err = x.Get(t.Context(), []byte("a"))
	want(t, "get after close", err, journal.ErrClosed)
	n := 0
	for _, err := range x.Scan(t.Context(), nil, nil, false, 0) {
		if n++; !errors.Is(err, journal.ErrClosed) {
			t.Errorf("scan after close: %v", err)
		}
	}
	if n != 1 {
		t.Errorf("scan after close gave %d pairs", n)
	}
	want(t, "drop after close", x.Drop(t.Context()), journal.ErrClosed)
}
