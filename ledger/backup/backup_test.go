package backup_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"moralbank.example/bank/ledger/backup"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/memjournal"
	"moralbank.example/bank/ledger/ledgertest"
)

// books is a journal with a morning's records, in blocks of this many.
func books(t *testing.T, size int) journal.Journal {
	t.Helper()
	j := empty(t)
	ledgertest.SealBlocks(t, j, ledgertest.Morning(t).Records, size)
	return j
}

func empty(t *testing.T) journal.Journal {
	t.Helper()
	j, err := memjournal.Open(memjournal.NewDisk())
	if err != nil {
		t.Fatal(err)
	}
	return j
}

const origin = "bank.example/rainbow"

func options(content string) backup.Options {
	return backup.Options{
		Origin: origin, Now: 1, Checkpoint: []byte("a note"), Keys: "a key\n",
		Streams: []backup.Stream{{Name: "people", Write: func(_ context.Context, w io.Writer) error {
			_, err := io.WriteString(w, content)
			return err
		}}},
	}
}

func make1(t *testing.T, dir string, j backup.Source, content string) *backup.Manifest {
	t.Helper()
	m, err := backup.Make(t.Context(), dir, j, options(content))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// prefix is a source that ends earlier: the journal as it was some blocks ago.
type prefix struct {
	journal.Journal

	head journal.Head
}

func (p prefix) Head() journal.Head { return p.head }

// before is the journal as it was after this many blocks.
func before(t *testing.T, j journal.Journal, blocks journal.Height) backup.Source {
	t.Helper()
	for b, err := range j.Blocks(t.Context(), 1) {
		if err != nil {
			t.Fatal(err)
		}
		if b.Height == blocks {
			p, err := b.Encode()
			if err != nil {
				t.Fatal(err)
			}
			return prefix{j, journal.HeadOf(b, p)}
		}
	}
	t.Fatalf("no block %d", blocks)
	return nil
}

func TestRestoredBooksAreTheSame(t *testing.T) {
	j, dir := books(t, 3), t.TempDir()
	make1(t, dir, before(t, j, 2), "first") // the ledger grew between this one
	make1(t, dir, j, "second")              // and this one
	m := make1(t, dir, j, "third")          // nothing new
	if len(m.Parts) != 2 || m.Runs != 3 || len(m.Streams) != 1 {
		t.Errorf("parts %d, runs %d, streams %d", len(m.Parts), m.Runs, len(m.Streams))
	}
	b, err := backup.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Check(); err != nil {
		t.Fatal(err)
	}
	restored := empty(t)
	if err := b.Restore(t.Context(), restored, nil); err != nil {
		t.Fatal(err)
	}
	if restored.Head() != j.Head() {
		t.Errorf("restored %v, was %v", restored.Head(), j.Head())
	}
	if err := b.Restore(t.Context(), restored, nil); !errors.Is(err, backup.ErrUsed) {
		t.Errorf("restored twice: %v", err)
	}
	s, err := b.Stream("people")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if p, err := io.ReadAll(s); err != nil || string(p) != "third" {
		t.Errorf("stream %q, %v", p, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "people-*")); len(left) != 1 {
		t.Errorf("old streams are left: %v", left)
	}
}

// A USB disk that belongs to the other canteen must not be taken for ours, nor one of a ledger that has been rolled back since.
func TestForeignFolders(t *testing.T) {
	j, dir := books(t, 3), t.TempDir()
	make1(t, dir, j, "ours")
	other := options("theirs")
	other.Origin = "bank.example/other"
	for name, try := range map[string]func() (*backup.Manifest, error){
		"another origin": func() (*backup.Manifest, error) { return backup.Make(t.Context(), dir, j, other) },
		"rolled back":    func() (*backup.Manifest, error) { return backup.Make(t.Context(), dir, before(t, j, 1), options("")) },
		"other blocks":   func() (*backup.Manifest, error) { return backup.Make(t.Context(), dir, books(t, 4), options("")) },
	} {
		if _, err := try(); !errors.Is(err, backup.ErrForeign) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if b, err := backup.Open(dir); err != nil || b.Check() != nil || b.Head() != j.Head() {
		t.Errorf("the backup changed: %v", err)
	}
}

// A stream that fails leaves the backup before it as it was, and nothing half done.
func TestFailedBackup(t *testing.T) {
	j, dir := books(t, 3), t.TempDir()
	make1(t, dir, before(t, j, 2), "whole")
	o, disk := options(""), errors.New("the disk is full")
	o.Streams[0].Write = func(_ context.Context, w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return disk
	}
	if _, err := backup.Make(t.Context(), dir, j, o); !errors.Is(err, disk) {
		t.Fatalf("made: %v", err)
	}
	b, err := backup.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Check(); err != nil || b.Head().Height != 2 {
		t.Errorf("the backup before: %v, %v", b.Head(), err)
	}
	make1(t, dir, j, "again")
	if b, err = backup.Open(dir); err != nil || b.Check() != nil || b.Head() != j.Head() {
		t.Errorf("the backup after: %v", err)
	}
}

// Every byte of every file is looked at: a flipped bit in it is found by Open or by Check, and a file that is cut or lengthened
// is, too.
func TestFlippedBitsAreFound(t *testing.T) {
	dir := t.TempDir()
	j := empty(t)
	ledgertest.SealBlocks(t, j, ledgertest.Morning(t).Records[:2], 1) // few bytes, each of them flipped
	make1(t, dir, j, "sealed rows")
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != 3 {
		t.Fatalf("files %v, %v", files, err)
	}
	flips := 0
	for _, file := range files {
		whole, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		damage := func(p []byte) error {
			if err := os.WriteFile(file, p, 0o600); err != nil {
				t.Fatal(err)
			}
			b, err := backup.Open(dir)
			if err == nil {
				err = b.Check()
			}
			return err
		}
		for i := range whole {
			whole[i] ^= 1 << (i % 8)
			if err := damage(whole); !errors.Is(err, backup.ErrDamaged) {
				t.Errorf("%s byte %d: %v", filepath.Base(file), i, err)
			}
			whole[i] ^= 1 << (i % 8)
			flips++
		}
		for name, p := range map[string][]byte{"cut": whole[:len(whole)-1], "longer": append(slices.Clip(whole), 0), "empty": nil} {
			if err := damage(p); !errors.Is(err, backup.ErrDamaged) {
				t.Errorf("%s %s: %v", filepath.Base(file), name, err)
			}
		}
		if err := damage(whole); err != nil {
			t.Fatalf("%s as it was: %v", file, err)
		}
	}
	t.Logf("%d flipped bits found", flips)
}

// What reads the blocks without Check finds a flipped bit by itself, before or at the block that has it.
func TestFlippedBlockIsNotRestored(t *testing.T) {
	dir := t.TempDir()
	m := make1(t, dir, books(t, 3), "")
	file := filepath.Join(dir, m.Parts[0].File.File)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(whole)*8; i += 101 {
		whole[i/8] ^= 1 << (i % 8)
		if err := os.WriteFile(file, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		b, err := backup.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Restore(t.Context(), empty(t), nil); !errors.Is(err, backup.ErrDamaged) {
			t.Errorf("bit %d: %v", i, err)
		}
		whole[i/8] ^= 1 << (i % 8)
	}
}
