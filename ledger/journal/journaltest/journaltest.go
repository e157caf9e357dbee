// Package journaltest is the suite that every journal and every index passes, and a model test of random calls.
// It promises nothing of its own; what it asserts is the contract in package journal.
package journaltest

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"

	"moralbank.example/bank/ledger/journal"
)

// Factory makes journals and indices on one disk of the test's own.
type Factory struct {
	// Open opens what the disk holds; it is called again after Close, as a restart would.
	Open func() (journal.Journal, error)
	// OpenIndex likewise; nil if the implementation has no index.
	OpenIndex func() (journal.Index, error)
}

// Run runs the whole suite; each part gets a Factory with an empty disk.
func Run(t *testing.T, fresh func(t *testing.T) Factory) {
	t.Helper()
	parts := []struct {
		name string
		run  func(*testing.T, Factory)
	}{
		{"empty", testEmpty},
		{"append and read", testAppend},
		{"several blocks in one append", testSeveral},
		{"fenced", testFenced},
		{"limits", testLimits},
		{"cancelled", testCancelled},
		{"reopen", testReopen},
		{"blocks", testBlocks},
		{"follow", testFollow},
		{"readers beside the writer", testReaders},
		{"one writer wins", testRace},
		{"the caller's memory", testMemory},
		{"closed", testClosed},
		{"locked", testLocked},
	}
	for _, p := range parts {
		t.Run(p.name, func(t *testing.T) { p.run(t, fresh(t)) })
	}
	if fresh(t).OpenIndex != nil {
		t.Run("index", func(t *testing.T) { runIndex(t, fresh) })
	}
}

// Next makes n consecutive blocks that follow prev, each with as many lines as lines says. The same arguments give the
// same bytes; salt makes others.
func Next(prev journal.Head, n, lines int, salt string) []journal.Block {
	blocks := make([]journal.Block, n)
	for i := range blocks {
		b := journal.Block{
			Height: prev.Height + 1, FirstSeq: prev.Seq + 1, Time: 1_700_000_000_000 + int64(prev.Height),
			Prev: prev.Hash, TreeSize: int64(prev.Seq) + int64(lines),
		}
		for k := range lines {
			b.Lines = append(b.Lines, LineOf(b.FirstSeq+journal.Seq(k), salt))
		}
		b.Root = sha256.Sum256(bytes.Join(b.Lines, nil))
		blocks[i] = b
		encoded, err := b.Encode()
		if err != nil {
			panic(err) // the test asked for more than fits
		}
		prev = journal.HeadOf(b, encoded)
	}
	return blocks
}

// LineOf is the line that Next puts at seq.
func LineOf(seq journal.Seq, salt string) []byte {
	return fmt.Appendf(nil, `{"seq":%d,"salt":"%s","sum":"%x"}`, seq, salt, sha256.Sum256([]byte(salt)))
}

func mustOpen(t *testing.T, f Factory) journal.Journal {
	t.Helper()
	j, err := f.Open()
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := j.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return j
}

func mustAppend(t *testing.T, j journal.Journal, n, lines int) journal.Head {
	t.Helper()
	head, err := j.Append(t.Context(), j.Head(), Next(j.Head(), n, lines, ""))
	if err != nil {
		t.Fatalf("append %d blocks of %d lines: %v", n, lines, err)
	}
	return head
}

func want(t *testing.T, what string, got, wanted error) {
	t.Helper()
	if !errors.Is(got, wanted) || (wanted == nil) != (got == nil) {
		t.Errorf("%s: got %v, want %v", what, got, wanted)
	}
}

// Check reads everything in j and fails t unless it is the lines of Next with this salt, each once, from 1 to the head.
func Check(t *testing.T, j journal.Journal, salt string) {
	t.Helper()
	seq, head := journal.Seq(1), j.Head()
	for b, err := range j.Blocks(t.Context(), 1) {
		if err != nil {
			t.Fatalf("blocks at seq %d: %v", seq, err)
		}
		if b.FirstSeq != seq {
			t.Fatalf("block %d begins at seq %d, want %d", b.Height, b.FirstSeq, seq)
		}
		for _, l := range b.Lines {
			if !bytes.Equal(l, LineOf(seq, salt)) {
				t.Fatalf("seq %d: got %q", seq, l)
			}
			seq++
		}
	}
	if seq != head.Seq+1 {
		t.Fatalf("the blocks end before seq %d, the head is %v", seq, head)
	}
}
