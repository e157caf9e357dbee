package ledger_test

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"moralbank.example/bank/ledger"
)

// TestScriptsThroughSnapshots plays every script with a book that is written down and read back before each command.
func TestScriptsThroughSnapshots(t *testing.T) {
	for _, file := range scripts(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			p := &play{stage: newStage(), t: t, seqs: map[string]ledger.Seq{}}
			p.restarts = true
			p.read(file)
		})
	}
}

// TestModelThroughSnapshots plays random games in which the living book is written down and read back every few commands,
// while its twin folds every record. Both must answer, and be written down, the same for the rest of the game; the model
// judges what is decided, as ever.
func TestModelThroughSnapshots(t *testing.T) {
	if testing.Short() {
		t.Skip("games")
	}
	rapid.Check(t, func(t *rapid.T) {
		w := &world{stage: newStage(), t: t, now: clock(2026, 3, 2, 7, 0)}
		w.restarts = true
		w.town()
		for range w.number(20, 150) {
			if w.rarely(8) {
				book, err := reread(w.book)
				if err != nil {
					t.Fatal(err)
				}
				w.book = book
			}
			w.turn()
			w.sameDue(t)
		}
	})
}

// sameDue compares what comes due by itself, now and much later.
func (w *world) sameDue(t *rapid.T) {
	t.Helper()
	for _, at := range []ledger.Time{w.now, w.now + 40*day, w.now + 400*day} {
		live, twin := w.book.Due(at), w.twin.Due(at)
		if !slices.EqualFunc(live, twin, func(a, b ledger.Command) bool { return a.Key == b.Key && a.Actor == b.Actor }) {
			t.Fatalf("due at %d: %d commands after a snapshot, %d after a replay", at, len(live), len(twin))
		}
	}
}

// reread is the book as a start from its snapshot has it.
func reread(b *ledger.Book) (*ledger.Book, error) {
	lines, err := snapshot(b)
	if err != nil {
		return nil, err
	}
	n := 0
	return ledger.ReadSnapshot(func() ([]byte, error) {
		if n++; n > len(lines) {
			return nil, nil
		}
		return lines[n-1], nil
	})
}

func snapshot(b *ledger.Book) (lines [][]byte, err error) {
	err = b.WriteSnapshot(func(line []byte) error {
		lines = append(lines, bytes.Clone(line))
		return nil
	})
	return lines, err
}

// sameWritten compares two books by their snapshots, line by line.
func sameWritten(live, replay *ledger.Book) error {
	a, err := snapshot(live)
	b, err2 := snapshot(replay)
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	for i := range min(len(a), len(b)) {
		if !bytes.Equal(a[i], b[i]) {
			return fmt.Errorf("live and replay differ:\n%s\n%s", a[i], b[i])
		}
	}
	if len(a) != len(b) {
		return fmt.Errorf("live is written in %d lines, its replay in %d", len(a), len(b))
	}
	return nil
}
