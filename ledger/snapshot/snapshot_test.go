package snapshot_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/memjournal"
	"moralbank.example/bank/ledger/ledgertest"
	"moralbank.example/bank/ledger/seal"
	"moralbank.example/bank/ledger/snapshot"
)

const program = "0badcafe"

// morning is the journal of a morning, and the state after each of its blocks.
func morning(t *testing.T) (*memjournal.Journal, []*snapshot.State) {
	t.Helper()
	j := memjournal.New()
	ledgertest.SealBlocks(t, j, ledgertest.Morning(t).Records, 3)
	return j, states(t, j)
}

func states(t *testing.T, j journal.Journal) (all []*snapshot.State) {
	t.Helper()
	for end := int64(1); end <= int64(j.Head().Height); end++ {
		s := &snapshot.State{Book: ledger.NewBook()}
		for b, err := range j.Blocks(t.Context(), 1) {
			if err != nil {
				t.Fatal(err)
			}
			if int64(b.Height) > end {
				break
			}
			for _, line := range b.Lines {
				r, err := ledger.ParseLine(line)
				if err != nil {
					t.Fatal(err)
				}
				if err := s.Book.Fold(&r); err != nil {
					t.Fatal(err)
				}
				s.Edge.Append(seal.EntryOf(line))
			}
			encoded, err := b.Encode()
			if err != nil {
				t.Fatal(err)
			}
			s.Head = journal.HeadOf(b, encoded)
		}
		all = append(all, s)
	}
	return all
}

func bytesOf(t *testing.T, s *snapshot.State) []byte {
	t.Helper()
	var p bytes.Buffer
	if err := snapshot.Encode(&p, program, s); err != nil {
		t.Fatal(err)
	}
	return p.Bytes()
}

func newest(t *testing.T, s *snapshot.Store, j journal.Journal, most ledger.Seq) *snapshot.State {
	t.Helper()
	state, err := s.Newest(t.Context(), j, most)
	if err != nil {
		t.Fatal(err)
	}
	return state
}

func writeAll(t *testing.T, s *snapshot.Store, all []*snapshot.State) []snapshot.File {
	t.Helper()
	for _, state := range all {
		if err := s.Write(state); err != nil {
			t.Fatal(err)
		}
	}
	files, err := s.Files()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// The newest is found, the last two are kept, and what a crash left half written goes.
func TestNewest(t *testing.T) {
	dir := t.TempDir()
	j, all := morning(t)
	s := snapshot.Open(dir, program, nil)
	if got := newest(t, s, j, 1<<50); got != nil {
		t.Fatalf("out of nothing: %+v", got)
	}
	if err := os.MkdirAll(filepath.Join(dir, snapshot.Dir), 0o700); err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(dir, snapshot.Dir, "new123")
	if err := os.WriteFile(half, []byte("moralbank snapshot v1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	files := writeAll(t, s, all)
	last, before := all[len(all)-1], all[len(all)-2]
	if len(files) != 2 || files[0].Seq != ledger.Seq(last.Head.Seq) || files[1].Seq != ledger.Seq(before.Head.Seq) {
		t.Errorf("kept %+v", files)
	}
	if _, err := os.Stat(half); err == nil {
		t.Error("a half-written file stays")
	}
	if got := newest(t, s, j, 1<<50); !bytes.Equal(bytesOf(t, got), bytesOf(t, last)) {
		t.Errorf("the newest is of %v", got.Head)
	}
	if got := newest(t, s, j, files[0].Seq-1); got == nil || got.Head != before.Head {
		t.Errorf("up to %d: %+v", files[0].Seq-1, got)
	}
	if got := newest(t, s, j, files[1].Seq-1); got != nil {
		t.Errorf("up to %d: %v", files[1].Seq-1, got.Head)
	}
}

// Whatever happens to a file, what is loaded is what was written, or the one before, or nothing.
func TestDamage(t *testing.T) {
	j, all := morning(t)
	s := snapshot.Open(t.TempDir(), program, nil)
	files := writeAll(t, s, all)
	whole, err := os.ReadFile(files[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	before := all[len(all)-2].Head
	try := func(what string, p []byte) {
		t.Helper()
		if err := os.WriteFile(files[0].Path, p, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := newest(t, s, j, 1<<50); got == nil || got.Head != before {
			t.Errorf("%s: loaded %+v", what, got)
		}
	}
	for i := 0; i < len(whole); i += 13 {
		flipped := bytes.Clone(whole)
		flipped[i] ^= 1 << (i % 8)
		try(fmt.Sprintf("bit %d of byte %d", i%8, i), flipped)
		try(fmt.Sprintf("cut to %d bytes", i), whole[:i])
	}
	try("cut by its last byte", whole[:len(whole)-1])
	try("more behind it", append(bytes.Clone(whole), "more\n"...))
	try("the one before under its name", bytesOf(t, all[len(all)-2]))
	if err := os.Remove(files[0].Path); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(files[0].Path, 0o700); err != nil { // unreadable, also for root
		t.Fatal(err)
	}
	if got := newest(t, s, j, 1<<50); got == nil || got.Head != before {
		t.Errorf("a folder in its place: loaded %+v", got)
	}
}

// A snapshot of another program, or of another ledger with the same number of records, is none.
func TestForeign(t *testing.T) {
	dir := t.TempDir()
	j, all := morning(t)
	writeAll(t, snapshot.Open(dir, program, nil), all)
	if got := newest(t, snapshot.Open(dir, "feed", nil), j, 1<<50); got != nil {
		t.Errorf("of another program: %v", got.Head)
	}
	fork := memjournal.New()
	records := ledgertest.Morning(t).Records
	records[0].Salt[0] ^= 1
	ledgertest.SealBlocks(t, fork, records, 3)
	if got := newest(t, snapshot.Open(dir, program, nil), fork, 1<<50); got != nil {
		t.Errorf("of another ledger: %v", got.Head)
	}
	if got := newest(t, snapshot.Open(dir, program, nil), memjournal.New(), 1<<50); got != nil {
		t.Errorf("ahead of an empty journal: %v", got.Head)
	}
}

// A forger who changes a balance and mends the sum is found by the replay, and only by it.
func TestCompare(t *testing.T) {
	j, all := morning(t)
	s := snapshot.Open(t.TempDir(), program, nil)
	files := writeAll(t, s, all)
	last := all[len(all)-1]
	if err := snapshot.Compare(files[0], last); err != nil {
		t.Errorf("an honest one: %v", err)
	}
	if err := snapshot.Compare(files[0], all[0]); !errors.Is(err, snapshot.ErrForeign) {
		t.Errorf("with another block: %v", err)
	}
	whole, err := os.ReadFile(files[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	body, _, _ := strings.Cut(string(whole), "\nsum ")
	_, card, _ := strings.Cut(body, "\ncard {")
	card, _, _ = strings.Cut(card, "\n")
	for _, change := range []struct {
		what, from, to string
		want           error
	}{
		{"a balance", `"points":40`, `"points":90`, snapshot.ErrWrong},
		{"one line less", "\ncard {" + card, "", snapshot.ErrWrong},
		{"another version", `{"version":`, `{"version":9`, snapshot.ErrForeign},
	} {
		forged := strings.Replace(body, change.from, change.to, 1) + "\n"
		if forged == body+"\n" {
			t.Fatalf("%s: nothing to forge", change.what)
		}
		if err := os.WriteFile(files[0].Path, fmt.Appendf([]byte(forged), "sum %x\n", sha256.Sum256([]byte(forged))), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := snapshot.Compare(files[0], last); !errors.Is(err, change.want) {
			t.Errorf("%s: %v", change.what, err)
		}
	}
	if got := newest(t, s, j, 1<<50); got == nil || got.Head == last.Head {
		t.Errorf("of another version: loaded %v", got.Head)
	}
	if err := os.WriteFile(files[0].Path, whole[:len(whole)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := snapshot.Compare(files[0], last); !errors.Is(err, snapshot.ErrDamaged) {
		t.Errorf("half of it: %v", err)
	}
}

// What is read ahead is what would be read: a book for each who asks, none of a file that is damaged, and then the file itself.
func TestAhead(t *testing.T) {
	dir := t.TempDir()
	j, all := morning(t)
	s := snapshot.Open(dir, program, nil)
	s.Ahead(2)() // of nothing
	files := writeAll(t, s, all)
	last := all[len(all)-1]
	drop := s.Ahead(2)
	var books []*ledger.Book
	for range 3 {
		got := newest(t, s, j, 1<<50)
		if !bytes.Equal(bytesOf(t, got), bytesOf(t, last)) || got.Book == last.Book {
			t.Fatalf("read ahead: %v", got.Head)
		}
		books = append(books, got.Book)
	}
	if books[0] == books[1] || books[1] == books[2] {
		t.Error("two have one book")
	}
	drop()
	before := all[len(all)-2]
	defer s.Ahead(2)()
	if got := newest(t, s, j, ledger.Seq(before.Head.Seq)); got.Head != before.Head {
		t.Errorf("before what was read ahead: %v", got.Head)
	}
	p, err := os.ReadFile(files[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	p[len(p)/2] ^= 1
	if err := os.WriteFile(files[0].Path, p, 0o600); err != nil {
		t.Fatal(err)
	}
	defer s.Ahead(2)()
	for range 2 {
		if got := newest(t, s, j, 1<<50); got.Head != before.Head {
			t.Errorf("out of a damaged file: %v", got.Head)
		}
	}
}
