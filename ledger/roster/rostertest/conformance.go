// Package rostertest is what every roster.Store must pass, whatever it is made of.
package rostertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"moralbank.example/bank/ledger/roster"
)

// Conformance runs the suite. open gives an empty store each time; the suite closes it.
func Conformance(t *testing.T, open func(t *testing.T) roster.Store) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, roster.Store){
		"get what was put":             getPut,
		"put only if unchanged":        putIfUnchanged,
		"delete only if unchanged":     deleteIfUnchanged,
		"versions never come back":     versions,
		"a commit is whole or nothing": whole,
		"scan by prefix in order":      scan,
		"scan sees one moment":         scanMoment,
		"bounds":                       bounds,
		"one winner of many":           oneWinner,
		"no lost update":               noLostUpdate,
		"values are copies":            copies,
		"a cancelled context":          cancelled,
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			test(t, s)
			if err := s.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		})
	}
}

func put(t *testing.T, s roster.Store, key, value string, was roster.Version) roster.Version {
	t.Helper()
	if err := s.Commit(t.Context(), roster.Change{Key: key, Value: []byte(value), Was: was}); err != nil {
		t.Fatalf("put %s: %v", key, err)
	}
	return get(t, s, key, value)
}

func get(t *testing.T, s roster.Store, key, want string) roster.Version {
	t.Helper()
	row, err := s.Get(t.Context(), key)
	if err != nil || string(row.Value) != want || row.Key != key || row.Version == 0 {
		t.Fatalf("get %s = %q, key %q, version %d, %v; want %q", key, row.Value, row.Key, row.Version, err, want)
	}
	return row.Version
}

func gone(t *testing.T, s roster.Store, key string) {
	t.Helper()
	if _, err := s.Get(t.Context(), key); !errors.Is(err, roster.ErrNotFound) {
		t.Fatalf("get %s: %v, want ErrNotFound", key, err)
	}
}

func changed(t *testing.T, s roster.Store, changes ...roster.Change) {
	t.Helper()
	if err := s.Commit(t.Context(), changes...); !errors.Is(err, roster.ErrChanged) {
		t.Fatalf("commit: %v, want ErrChanged", err)
	}
}

func getPut(t *testing.T, s roster.Store) {
	gone(t, s, "a")
	put(t, s, "a", "一", 0)
	put(t, s, "empty", "", 0)
	gone(t, s, "b")
}

func putIfUnchanged(t *testing.T, s roster.Store) {
	v := put(t, s, "a", "1", 0)
	changed(t, s, roster.Change{Key: "a", Value: []byte("2")})
	changed(t, s, roster.Change{Key: "a", Value: []byte("2"), Was: v + 1})
	changed(t, s, roster.Change{Key: "b", Value: []byte("2"), Was: v})
	get(t, s, "a", "1")
	gone(t, s, "b")
	w := put(t, s, "a", "2", v)
	changed(t, s, roster.Change{Key: "a", Value: []byte("3"), Was: v})
	put(t, s, "a", "3", w)
}

func deleteIfUnchanged(t *testing.T, s roster.Store) {
	v := put(t, s, "a", "1", 0)
	w := put(t, s, "a", "2", v)
	changed(t, s, roster.Change{Key: "a", Was: v, Delete: true})
	changed(t, s, roster.Change{Key: "a", Delete: true})
	get(t, s, "a", "2")
	if err := s.Commit(t.Context(), roster.Change{Key: "a", Was: w, Delete: true}); err != nil {
		t.Fatal(err)
	}
	gone(t, s, "a")
	changed(t, s, roster.Change{Key: "a", Was: w, Delete: true})
}

func versions(t *testing.T, s roster.Store) {
	seen := map[roster.Version]bool{}
	for range 3 {
		v := put(t, s, "a", "same", 0)
		if seen[v] {
			t.Fatalf("version %d came back: a stale writer would win", v)
		}
		seen[v] = true
		if err := s.Commit(t.Context(), roster.Change{Key: "a", Was: v, Delete: true}); err != nil {
			t.Fatal(err)
		}
	}
}

func whole(t *testing.T, s roster.Store) {
	v := put(t, s, "b", "1", 0)
	changed(t, s,
		roster.Change{Key: "a", Value: []byte("new")},
		roster.Change{Key: "b", Value: []byte("2"), Was: v},
		roster.Change{Key: "c", Was: 7, Delete: true})
	gone(t, s, "a")
	get(t, s, "b", "1")
	if err := s.Commit(t.Context(),
		roster.Change{Key: "a", Value: []byte("new")},
		roster.Change{Key: "b", Was: v, Delete: true}); err != nil {
		t.Fatal(err)
	}
	get(t, s, "a", "new")
	gone(t, s, "b")
}

func keys(t *testing.T, s roster.Store, prefix string) string {
	t.Helper()
	var all []string
	for row, err := range s.Scan(t.Context(), prefix) {
		if err != nil {
			t.Fatal(err)
		}
		if row.Version == 0 || string(row.Value) != row.Key {
			t.Errorf("row %s: version %d, value %q", row.Key, row.Version, row.Value)
		}
		all = append(all, row.Key)
	}
	return strings.Join(all, " ")
}

func scan(t *testing.T, s roster.Store) {
	for _, key := range []string{"p:b", "q:a", "p:a", "p", "p:ab", "o:z", "p;"} {
		put(t, s, key, key, 0)
	}
	for prefix, want := range map[string]string{
		"p:": "p:a p:ab p:b", "p": "p p:a p:ab p:b p;", "x": "", "": "o:z p p:a p:ab p:b p; q:a", "p:a": "p:a p:ab",
	} {
		if got := keys(t, s, prefix); got != want {
			t.Errorf("scan %q = %q, want %q", prefix, got, want)
		}
	}
	n := 0
	for range s.Scan(t.Context(), "p") {
		if n++; n == 2 {
			break
		}
	}
	if n != 2 {
		t.Errorf("broke off after %d rows, want 2", n)
	}
}

func scanMoment(t *testing.T, s roster.Store) {
	for i := range 20 {
		put(t, s, fmt.Sprintf("p:%02d", i), "old", 0)
	}
	n := 0
	for row, err := range s.Scan(t.Context(), "p:") {
		if err != nil || string(row.Value) != "old" {
			t.Fatalf("%s = %q, %v", row.Key, row.Value, err)
		}
		put(t, s, row.Key, "new", row.Version)
		put(t, s, row.Key+"x", "new", 0)
		n++
	}
	if n != 20 {
		t.Errorf("scanned %d rows, want the 20 that were there when it began", n)
	}
}

func bounds(t *testing.T, s roster.Store) {
	large := func(changes ...roster.Change) {
		t.Helper()
		if err := s.Commit(t.Context(), changes...); !errors.Is(err, roster.ErrTooLarge) {
			t.Errorf("commit: %v, want ErrTooLarge", err)
		}
	}
	full := bytes.Repeat([]byte("x"), roster.RowBytesMax)
	large(roster.Change{Key: "a", Value: append(full, 'x')})
	large(roster.Change{Key: ""})
	large(roster.Change{Key: strings.Repeat("k", 241)})
	var many, heavy []roster.Change
	for i := range 101 {
		many = append(many, roster.Change{Key: fmt.Sprint("k", i)})
	}
	for i := range 12 {
		heavy = append(heavy, roster.Change{Key: fmt.Sprint("h", i), Value: full})
	}
	large(many...)
	large(heavy...)
	gone(t, s, "k0")
	for _, fits := range [][]roster.Change{many[:100], heavy[:10]} {
		if err := s.Commit(t.Context(), fits...); err != nil {
			t.Errorf("commit of %d changes: %v", len(fits), err)
		}
	}
	if err := s.Commit(t.Context(), roster.Change{Key: "z"}, roster.Change{Key: "z"}); err == nil {
		t.Error("one commit changed one row twice")
	}
}

func oneWinner(t *testing.T, s roster.Store) {
	const racers = 16
	v := put(t, s, "once", "free", 0)
	var wins, losses atomic.Int64
	var all sync.WaitGroup
	for i := range racers {
		all.Go(func() {
			err := s.Commit(context.Background(),
				roster.Change{Key: "once", Value: []byte("used"), Was: v},
				roster.Change{Key: fmt.Sprint("note", i), Value: []byte("mine")})
			switch {
			case err == nil:
				wins.Add(1)
			case errors.Is(err, roster.ErrChanged):
				losses.Add(1)
			default:
				t.Errorf("commit: %v", err)
			}
		})
	}
	all.Wait()
	if wins.Load() != 1 || losses.Load() != racers-1 {
		t.Errorf("%d winners and %d losers of %d", wins.Load(), losses.Load(), racers)
	}
	notes := 0
	for _, err := range s.Scan(t.Context(), "note") {
		if err != nil {
			t.Fatal(err)
		}
		notes++
	}
	if notes != 1 {
		t.Errorf("%d notes beside one win", notes)
	}
}

func noLostUpdate(t *testing.T, s roster.Store) {
	const racers, each = 8, 10
	put(t, s, "count", "", 0)
	var all sync.WaitGroup
	for range racers {
		all.Go(func() {
			for done := 0; done < each; {
				row, err := s.Get(context.Background(), "count")
				if err != nil {
					t.Errorf("get: %v", err)
					return
				}
				err = s.Commit(context.Background(), roster.Change{Key: "count", Value: append(row.Value, '|'), Was: row.Version})
				if err == nil {
					done++
				} else if !errors.Is(err, roster.ErrChanged) {
					t.Errorf("commit: %v", err)
					return
				}
			}
		})
	}
	all.Wait()
	get(t, s, "count", strings.Repeat("|", racers*each))
}

func copies(t *testing.T, s roster.Store) {
	value := []byte("mine")
	if err := s.Commit(t.Context(), roster.Change{Key: "a", Value: value}); err != nil {
		t.Fatal(err)
	}
	value[0] = 'X'
	row, err := s.Get(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	row.Value[0] = 'Y'
	for row, err := range s.Scan(t.Context(), "a") {
		if err != nil {
			t.Fatal(err)
		}
		row.Value[0] = 'Z'
	}
	get(t, s, "a", "mine")
}

func cancelled(t *testing.T, s roster.Store) {
	put(t, s, "a", "1", 0)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	errs := []error{s.Commit(ctx, roster.Change{Key: "b"})}
	_, err := s.Get(ctx, "a")
	errs = append(errs, err)
	for _, err := range s.Scan(ctx, "a") {
		errs = append(errs, err)
	}
	if len(errs) != 3 || slices.ContainsFunc(errs, func(err error) bool { return !errors.Is(err, context.Canceled) }) {
		t.Errorf("answers on a cancelled context: %v", errs)
	}
	gone(t, s, "b")
}
