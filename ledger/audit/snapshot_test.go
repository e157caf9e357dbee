package audit_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"testing"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/audit"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/memjournal"
	"moralbank.example/bank/ledger/ledgertest"
	"moralbank.example/bank/ledger/seal"
	"moralbank.example/bank/ledger/snapshot"
)

// A snapshot whose forger mended its sum passes every start; the replay finds it, and says that the books are right.
func TestForgedSnapshot(t *testing.T) {
	j := memjournal.New()
	ledgertest.Seal(t, j, ledgertest.Morning(t).Records)
	dir := t.TempDir()
	store := snapshot.Open(dir, "feed", nil)
	state := &snapshot.State{Book: ledger.NewBook()}
	for b, err := range j.Blocks(t.Context(), 1) {
		if err != nil {
			t.Fatal(err)
		}
		r, err := ledger.ParseLine(b.Lines[0])
		if err != nil {
			t.Fatal(err)
		}
		if err := state.Book.Fold(&r); err != nil {
			t.Fatal(err)
		}
		state.Edge.Append(seal.EntryOf(b.Lines[0]))
		encoded, err := b.Encode()
		if err != nil {
			t.Fatal(err)
		}
		state.Head = journal.HeadOf(b, encoded)
		if left := j.Head().Seq - b.LastSeq(); left == 0 || left == 3 {
			if err := store.Write(state); err != nil {
				t.Fatal(err)
			}
		}
	}
	files, err := store.Files()
	if err != nil || len(files) != 2 {
		t.Fatal(files, err)
	}
	p, err := os.ReadFile(files[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	body := bytes.Replace(p[:bytes.LastIndex(p, []byte("sum "))], []byte(`"points":40`), []byte(`"points":90`), 1)
	if err := os.WriteFile(files[0].Path, fmt.Appendf(body, "sum %x\n", sha256.Sum256(body)), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := store.Newest(t.Context(), j, 1<<50); err != nil || s.Head != j.Head() {
		t.Fatalf("a start does not take it, so this proves nothing: %+v %v", s, err)
	}
	ahead := snapshot.File{Path: files[0].Path, Seq: files[0].Seq + 10}
	r, err := audit.VerifyCopies(t.Context(), j, append(files, ahead), nil)
	if err != nil {
		t.Fatalf("the books: %v", err)
	}
	if len(r.Snapshots) != 3 || r.Snapshots[0].Err != nil || !errors.Is(r.Snapshots[1].Err, snapshot.ErrWrong) || !errors.Is(r.Snapshots[2].Err, snapshot.ErrForeign) {
		t.Errorf("%+v", r.Snapshots)
	}
}
