package view_test

import (
	"errors"
	"log/slog"
	"strings"
	"testing"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/memjournal"
	"moralbank.example/bank/ledger/ledgertest"
	"moralbank.example/bank/ledger/seal"
	"moralbank.example/bank/ledger/snapshot"
	"moralbank.example/bank/ledger/view"
)

// snapshotAt keeps the book as it was at the end of the block that holds a record.
func snapshotAt(t *testing.T, s *snapshot.Store, j journal.Journal, seq journal.Seq) {
	t.Helper()
	state := &snapshot.State{Book: ledger.NewBook()}
	for b, err := range j.Blocks(t.Context(), 1) {
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range b.Lines {
			r, err := ledger.ParseLine(line)
			if err != nil {
				t.Fatal(err)
			}
			if err := state.Book.Fold(&r); err != nil {
				t.Fatal(err)
			}
			state.Edge.Append(seal.EntryOf(line))
		}
		encoded, err := b.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if state.Head = journal.HeadOf(b, encoded); b.LastSeq() >= seq {
			break
		}
	}
	if err := s.Write(state); err != nil {
		t.Fatal(err)
	}
}

func twin(t *testing.T, v *view.View) string {
	t.Helper()
	var text strings.Builder
	v.Read(func(b *ledger.Book) {
		if err := b.WriteSnapshot(func(line []byte) error { text.Write(line); return text.WriteByte('\n') }); err != nil {
			t.Error(err)
		}
	})
	return text.String()
}

// A view that starts from a snapshot comes to the same twin and the same tables as one that starts from nothing, wherever
// its tables were when it was killed. A snapshot that is ahead of a table is not used.
func TestStartFromSnapshot(t *testing.T) {
	g := play(t, 42, 2000)
	whole, disk := sealed(t, g.Records)
	v := open(t, whole, memjournal.OpenIndex(disk))
	want := twin(t, v)
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	for _, left := range []int{0, 4, 6, 8, 10, 12, 1 << 20} {
		j, disk := sealed(t, g.Records)
		store := snapshot.Open(t.TempDir(), "feed", nil)
		snapshotAt(t, store, j, j.Head().Seq/3)
		snapshotAt(t, store, j, j.Head().Seq)
		v, err := view.Open(t.Context(), j, &dying{memjournal.OpenIndex(disk), left}, nil, slog.New(slog.DiscardHandler))
		if err == nil {
			err = v.Close()
		}
		t.Logf("killed at write %d: %v", left, err)
		v, err = view.Open(t.Context(), j, memjournal.OpenIndex(disk), store, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		if got := twin(t, v); got != want {
			t.Errorf("killed at write %d: the twin differs", left)
		}
		if err := v.Close(); err != nil {
			t.Fatal(err)
		}
		compare(t, j, memjournal.OpenIndex(disk))
	}
}

// While somebody holds the twin nothing is folded into it, readers go on, and whoever waits for what is newer gets it afterwards.
func TestStill(t *testing.T) {
	g := play(t, 7, 600)
	half := len(g.Records) / 2
	j, disk := sealed(t, g.Records[:half])
	v := open(t, j, memjournal.OpenIndex(disk))
	at := ledger.Seq(j.Head().Seq)
	newer := make(chan error, 1)
	if err := v.Still(t.Context(), at, func(b *ledger.Book) error {
		ledgertest.SealBlocks(t, j, g.Records[half:], 3)
		go func() { newer <- v.CatchUp(t.Context(), ledger.Seq(j.Head().Seq)) }()
		for range 3 {
			if twin(t, v); b.Seq() != at || v.Seq() != at {
				t.Errorf("at %d, held at %d", v.Seq(), at)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := <-newer; err != nil {
		t.Error(err)
	}
	refused := errors.New("no")
	if err := v.Still(t.Context(), ledger.Seq(j.Head().Seq), func(*ledger.Book) error { return refused }); !errors.Is(err, refused) {
		t.Errorf("%v", err)
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	if err := v.Still(t.Context(), ledger.Seq(j.Head().Seq)+1, func(*ledger.Book) error { return nil }); err == nil {
		t.Error("a view that is closed has seen what is not there")
	}
}
