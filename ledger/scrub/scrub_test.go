package scrub_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/badgerjournal"
	"moralbank.example/bank/ledger/ledgertest"
	"moralbank.example/bank/ledger/scrub"
)

// twin is the book that people would be shown, at the end of what it was given.
type twin struct{ book *ledger.Book }

func (v *twin) Still(_ context.Context, _ ledger.Seq, f func(*ledger.Book) error) error {
	return f(v.book)
}

func twinOf(t *testing.T, records []ledger.Record) *twin {
	t.Helper()
	v := &twin{ledger.NewBook()}
	for i := range records {
		if err := v.book.Fold(&records[i]); err != nil {
			t.Fatal(err)
		}
	}
	return v
}

type bank struct {
	options badgerjournal.Options
	journal *badgerjournal.Journal
	index   *badgerjournal.Index
	records []ledger.Record
}

func open(t *testing.T) *bank {
	t.Helper()
	b := &bank{options: badgerjournal.Options{Dir: t.TempDir()}, records: ledgertest.Morning(t).Records}
	var err error
	if b.journal, err = badgerjournal.Open(t.Context(), b.options); err != nil {
		t.Fatal(err)
	}
	ledgertest.SealBlocks(t, b.journal, b.records, 3)
	if b.index, err = badgerjournal.OpenIndex(t.Context(), b.options); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(b.index.Close(), b.journal.Close()); err != nil {
			t.Error(err)
		}
	})
	return b
}

func (b *bank) scrubber(v scrub.View) *scrub.Scrubber {
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	return scrub.New(scrub.Options{
		Journal: b.journal, Index: b.index, View: v, Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { now = now.Add(time.Second); return now },
	})
}

func isWrong(s *scrub.Scrubber) bool {
	select {
	case <-s.Wrong():
		return true
	default:
		return false
	}
}

// Whole books are said to be whole, up to where.
func TestWhole(t *testing.T) {
	b := open(t)
	s := b.scrubber(twinOf(t, b.records))
	if last := s.Last(); !last.At.IsZero() {
		t.Errorf("before the first round: %+v", last)
	}
	r, err := s.Round(t.Context())
	if err != nil || r.Fault != nil || int(r.Seq) != len(b.records) || r.Took != time.Second || r != s.Last() || isWrong(s) {
		t.Errorf("%+v, %v, wrong: %v", r, err, isWrong(s))
	}
}

// A book that holds a point more than was ever posted is told from one that does not, and everybody who asks is told at once.
func TestWrongBalance(t *testing.T) {
	b := open(t)
	records := slices.Clone(b.records)
	for i := range records {
		if len(records[i].Postings) == 0 {
			continue
		}
		records[i].Postings = slices.Clone(records[i].Postings)
		for n := range records[i].Postings { // all sums stay zero
			records[i].Postings[n].Balance += int64(1 - 2*n)
		}
		break
	}
	s := b.scrubber(twinOf(t, records))
	if r, err := s.Round(t.Context()); err != nil || !errors.Is(r.Fault, ledger.ErrTally) || !isWrong(s) {
		t.Errorf("%+v, %v, wrong: %v", r, err, isWrong(s))
	}
}

// A round that was told to stop says nothing of the books.
func TestStopped(t *testing.T) {
	b := open(t)
	s := b.scrubber(twinOf(t, b.records))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Round(ctx); !errors.Is(err, context.Canceled) || !s.Last().At.IsZero() {
		t.Errorf("%v, %+v", err, s.Last())
	}
	s.Run(ctx) // ends
}

// The index that is found damaged while it is used is not used again after the next start.
func TestCondemnedIndex(t *testing.T) {
	b := open(t)
	puts := []journal.KV{{Key: []byte("key"), Value: []byte("value")}}
	if err := errors.Join(b.index.Write(t.Context(), "keys", puts, 7), b.index.Close()); err != nil {
		t.Fatal(err)
	}
	var err error
	if b.index, err = badgerjournal.OpenIndex(t.Context(), b.options); err != nil {
		t.Fatal(err)
	}
	tables, err := filepath.Glob(filepath.Join(b.options.Dir, "index", "*.sst"))
	if err != nil || len(tables) != 1 {
		t.Fatalf("%v %v", tables, err)
	}
	flip(t, tables[0])
	s := b.scrubber(twinOf(t, b.records))
	r, err := s.Round(t.Context())
	if damage, ok := errors.AsType[*journal.Damage](r.Fault); err != nil || !ok || damage.Kind != "index" || isWrong(s) {
		t.Fatalf("%+v, %v", r, err)
	}
	flip(t, tables[0]) // the bit is back, and nobody would see it any more
	if err := b.index.Close(); err != nil {
		t.Fatal(err)
	}
	if b.index, err = badgerjournal.OpenIndex(t.Context(), b.options); err != nil {
		t.Fatal(err)
	}
	if cursor, err := b.index.Cursor(t.Context(), "keys"); err != nil || cursor != 0 {
		t.Errorf("the index is still at %d, %v", cursor, err)
	}
	if r, err := s.Round(t.Context()); err != nil || r.Fault == nil {
		t.Errorf("the closed index was read: %+v, %v", r, err)
	}
	if r, err := b.scrubber(twinOf(t, b.records)).Round(t.Context()); err != nil || r.Fault != nil {
		t.Errorf("the new index: %+v, %v", r, err)
	}
}

// flip turns a bit of the middle of a file, or turns it back.
func flip(t *testing.T, path string) {
	t.Helper()
	p, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	p[10] ^= 1
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(p[10:11], 10); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
