package journaltest

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"

	"moralbank.example/bank/ledger/journal"
)

func testEmpty(t *testing.T, f Factory) {
	j := mustOpen(t, f)
	if j.Head() != (journal.Head{}) {
		t.Errorf("head of an empty journal: %v", j.Head())
	}
	for _, seq := range []journal.Seq{-1, 0, 1} {
		_, err := j.Line(t.Context(), seq)
		want(t, "line of an empty journal", err, journal.ErrNotFound)
	}
	Check(t, j, "")
}

func testAppend(t *testing.T, f Factory) {
	j := mustOpen(t, f)
	for _, lines := range []int{1, 3, 200, 2} {
		blocks := Next(j.Head(), 1, lines, "")
		encoded, err := blocks[0].Encode()
		want(t, "encode", err, nil)
		head, err := j.Append(t.Context(), j.Head(), blocks)
		want(t, "append", err, nil)
		if wanted := journal.HeadOf(blocks[0], encoded); head != wanted || j.Head() != wanted {
			t.Fatalf("head after append: %v and %v, want %v", head, j.Head(), wanted)
		}
	}
	for seq := journal.Seq(1); seq <= j.Head().Seq; seq++ {
		l, err := j.Line(t.Context(), seq)
		if err != nil || !bytes.Equal(l, LineOf(seq, "")) {
			t.Fatalf("line %d: %q, %v", seq, l, err)
		}
		b, err := j.Block(t.Context(), seq)
		if l, ok := b.Line(seq); err != nil || !ok || !bytes.Equal(l, LineOf(seq, "")) {
			t.Fatalf("block of %d: %+v, %v", seq, b, err)
		}
	}
	_, err := j.Line(t.Context(), j.Head().Seq+1)
	want(t, "line after the head", err, journal.ErrNotFound)
	_, err = j.Block(t.Context(), 0)
	want(t, "block of seq 0", err, journal.ErrNotFound)
	Check(t, j, "")
}

func testSeveral(t *testing.T, f Factory) {
	j := mustOpen(t, f)
	mustAppend(t, j, journal.AppendBlocksMax, 7)
	mustAppend(t, j, 2, 200)
	if h := j.Head(); h.Height != journal.AppendBlocksMax+2 || h.Seq != journal.AppendBlocksMax*7+400 {
		t.Fatalf("head %v", h)
	}
	Check(t, j, "")
}

func testFenced(t *testing.T, f Factory) {
	j := mustOpen(t, f)
	old := mustAppend(t, j, 1, 5)
	head := mustAppend(t, j, 1, 5)
	_, err := j.Append(t.Context(), old, Next(old, 1, 5, "other"))
	want(t, "append to an old head", err, journal.ErrFenced)
	_, err = j.Append(t.Context(), journal.Head{}, Next(journal.Head{}, 1, 5, "other"))
	want(t, "append to the empty head", err, journal.ErrFenced)
	for i, wrong := range []func(*journal.Head){
		func(h *journal.Head) { h.Height++ },
		func(h *journal.Head) { h.Seq++ },
		func(h *journal.Head) { h.Hash[31] ^= 1 },
		func(h *journal.Head) { h.TreeSize++ },
		func(h *journal.Head) { h.Root[0] ^= 1 },
	} {
		other := head
		wrong(&other)
		_, err := j.Append(t.Context(), other, Next(other, 1, 1, ""))
		want(t, "append to a head with one field wrong", err, journal.ErrFenced)
		if j.Head() != head {
			t.Fatalf("field %d: the head moved", i)
		}
	}
	mustAppend(t, j, 1, 1)
	Check(t, j, "")
}

func testLimits(t *testing.T, f Factory) {
	j := mustOpen(t, f)
	head := mustAppend(t, j, 1, 1)
	change := func(c func(*journal.Block)) []journal.Block {
		b := Next(head, 1, 2, "")
		c(&b[0])
		return b
	}
	several := Next(head, 3, 2, "")
	for name, blocks := range map[string][]journal.Block{
		"no block":              nil,
		"too many blocks":       Next(head, journal.AppendBlocksMax+1, 1, ""),
		"no line":               change(func(b *journal.Block) { b.Lines = nil }),
		"an empty line":         change(func(b *journal.Block) { b.Lines[1] = nil }),
		"too many lines":        change(func(b *journal.Block) { b.Lines = make([][]byte, journal.LinesMax+1) }),
		"too many bytes":        change(func(b *journal.Block) { b.Lines[0] = make([]byte, journal.BlockBytesMax) }),
		"a height left out":     change(func(b *journal.Block) { b.Height++ }),
		"a seq left out":        change(func(b *journal.Block) { b.FirstSeq++ }),
		"another block before":  change(func(b *journal.Block) { b.Prev[0] ^= 1 }),
		"a negative time":       change(func(b *journal.Block) { b.Time = -1 }),
		"a negative tree":       change(func(b *journal.Block) { b.TreeSize = -1 }),
		"a block left out":      {several[0], several[2]},
		"blocks in wrong order": {several[1], several[0]},
	} {
		_, err := j.Append(t.Context(), head, blocks)
		want(t, name, err, journal.ErrInvalid)
	}
	full := change(func(b *journal.Block) {
		b.Lines = b.Lines[:1]
		b.Lines[0] = make([]byte, journal.BlockBytesMax-(b.Size()-len(b.Lines[0])))
	})
	full[0].Lines[0][5] = 7
	if _, err := j.Append(t.Context(), head, full); err != nil {
		t.Fatalf("a block of exactly the most bytes: %v", err)
	}
	l, err := j.Line(t.Context(), 2)
	if err != nil || !bytes.Equal(l, full[0].Lines[0]) {
		t.Fatalf("the largest line: %d bytes, %v", len(l), err)
	}
}

func testCancelled(t *testing.T, f Factory) {
	j := mustOpen(t, f)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := j.Append(ctx, j.Head(), Next(j.Head(), 1, 1, ""))
	want(t, "append with a context that has ended", err, context.Canceled)
	if j.Head() != (journal.Head{}) {
		t.Fatal("a cancelled append was written")
	}
	mustAppend(t, j, 1, 1)
	_, err = j.Line(ctx, 1)
	want(t, "line with a context that has ended", err, context.Canceled)
}

func testReopen(t *testing.T, f Factory) {
	var last journal.Head
	for round := range 4 {
		j, err := f.Open()
		if err != nil {
			t.Fatalf("open in round %d: %v", round, err)
		}
		if j.Head() != last {
			t.Fatalf("head after reopening: %v, want %v", j.Head(), last)
		}
		Check(t, j, "")
		mustAppend(t, j, 2, 9)
		last = mustAppend(t, j, 1, 1)
		want(t, "close", j.Close(), nil)
	}
}

func testBlocks(t *testing.T, f Factory) {
	j := mustOpen(t, f)
	mustAppend(t, j, 5, 4)
	for from := journal.Seq(1); from <= 21; from++ {
		next := from
		for b, err := range j.Blocks(t.Context(), from) {
			if _, ok := b.Line(next); err != nil || !ok {
				t.Fatalf("from %d: block %d of seq %d to %d, %v", from, b.Height, b.FirstSeq, b.LastSeq(), err)
			}
			next = b.LastSeq() + 1
		}
		if next != 21 {
			t.Fatalf("from %d the blocks ended before %d", from, next)
		}
	}
	for _, from := range []journal.Seq{-1, 0, 22} {
		n := 0
		for _, err := range j.Blocks(t.Context(), from) {
			want(t, "blocks from nowhere", err, journal.ErrNotFound)
			n++
		}
		if n != 1 {
			t.Errorf("blocks from %d gave %d pairs, want one error", from, n)
		}
	}
	for range j.Blocks(t.Context(), 1) {
		break // leaving early must not break what follows
	}
	mustAppend(t, j, 1, 1)
}

func testFollow(t *testing.T, f Factory) {
	j := mustOpen(t, f)
	const blocks = 30
	mustAppend(t, j, 3, 2)
	var readers sync.WaitGroup
	for from := journal.Height(1); from <= 4; from++ {
		readers.Go(func() {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			next := from
			for b, err := range j.Follow(ctx, from) {
				if next > blocks {
					want(t, "follow after its context ended", err, context.Canceled)
					return
				}
				if err != nil || b.Height != next {
					t.Errorf("follow from %d: block %d, want %d, %v", from, b.Height, next, err)
					return
				}
				if next++; next > blocks {
					cancel()
				}
			}
			t.Errorf("follow from %d ended without an error", from)
		})
	}
	for j.Head().Height < blocks {
		mustAppend(t, j, 1, int(j.Head().Height)%5+1)
	}
	readers.Wait()
	for _, from := range []journal.Height{0, blocks + 2} {
		for _, err := range j.Follow(t.Context(), from) {
			want(t, "follow from nowhere", err, journal.ErrNotFound)
		}
	}
}

func testReaders(t *testing.T, f Factory) {
	j := mustOpen(t, f)
	mustAppend(t, j, 1, 1)
	done := make(chan struct{})
	var readers sync.WaitGroup
	for n := range 3 {
		readers.Go(func() {
			for i := journal.Seq(n); ; i++ {
				select {
				case <-done:
					return
				default:
				}
				seq := i%j.Head().Seq + 1
				l, err := j.Line(t.Context(), seq)
				if err != nil || !bytes.Equal(l, LineOf(seq, "")) {
					t.Errorf("line %d beside the writer: %q, %v", seq, l, err)
					return
				}
			}
		})
	}
	for range 60 {
		head := mustAppend(t, j, 1, 5)
		if l, err := j.Line(t.Context(), head.Seq); err != nil || !bytes.Equal(l, LineOf(head.Seq, "")) {
			t.Errorf("own write not read: %q, %v", l, err)
		}
	}
	close(done)
	readers.Wait()
}

func testRace(t *testing.T, f Factory) {
	j := mustOpen(t, f)
	head := mustAppend(t, j, 1, 1)
	var won, fenced int
	var mu sync.Mutex
	var writers sync.WaitGroup
	for range 8 {
		writers.Go(func() {
			_, err := j.Append(t.Context(), head, Next(head, 1, 3, ""))
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				won++
			case errors.Is(err, journal.ErrFenced):
				fenced++
			default:
				t.Errorf("append: %v", err)
			}
		})
	}
	writers.Wait()
	if won != 1 || fenced != 7 {
		t.Fatalf("%d appends to one head won, %d were fenced", won, fenced)
	}
	Check(t, j, "")
}

func testMemory(t *testing.T, f Factory) {
	j := mustOpen(t, f)
	blocks := Next(j.Head(), 1, 3, "")
	if _, err := j.Append(t.Context(), j.Head(), blocks); err != nil {
		t.Fatal(err)
	}
	clear(blocks[0].Lines[1]) // ours again
	l, err := j.Line(t.Context(), 2)
	want(t, "line", err, nil)
	clear(l) // ours
	b, err := j.Block(t.Context(), 2)
	want(t, "block", err, nil)
	clear(b.Lines[1])
	Check(t, j, "")
}

func testClosed(t *testing.T, f Factory) {
	j := mustOpen(t, f)
	head := mustAppend(t, j, 1, 3)
	ended := make(chan error, 1)
	go func() {
		var last error
		for _, err := range j.Follow(t.Context(), 1) {
			last = err
		}
		ended <- last
	}()
	want(t, "close", j.Close(), nil)
	want(t, "close again", j.Close(), nil)
	want(t, "a follower of a closed journal", <-ended, journal.ErrClosed)
	_, err := j.Append(t.Context(), head, Next(head, 1, 1, ""))
	want(t, "append after close", err, journal.ErrClosed)
	_, err = j.Line(t.Context(), 1)
	want(t, "line after close", err, journal.ErrClosed)
	_, err = j.Block(t.Context(), 1)
	want(t, "block after close", err, journal.ErrClosed)
	for _, err := range j.Blocks(t.Context(), 1) {
		want(t, "blocks after close", err, journal.ErrClosed)
	}
	if j.Head() != head {
		t.Errorf("head after close: %v", j.Head())
	}
}

func testLocked(t *testing.T, f Factory) {
	j := mustOpen(t, f)
	_, err := f.Open()
	want(t, "a second open", err, journal.ErrLocked)
	mustAppend(t, j, 1, 1)
}
