package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/memjournal"
)

func TestRecord(t *testing.T) {
	e := must(t)(inMemory(t, memjournal.NewDisk(), nil))
	found(t, e)
	var prev [32]byte
	for seq := ledger.Seq(1); seq <= e.Seq(); seq++ {
		s, err := e.Record(t.Context(), seq)
		if err != nil || s.Record.Seq != seq {
			t.Fatalf("record %d: %+v %v", seq, s, err)
		}
		line, err := s.Record.AppendLine(nil)
		if err != nil || !bytes.Equal(line, s.Line) {
			t.Fatalf("record %d says\n%s\nits line\n%s", seq, line, s.Line)
		}
		if seq < s.Block.First || seq > s.Block.Last || s.Block.TreeSize != int64(s.Block.Last) {
			t.Fatalf("record %d in block %+v", seq, s.Block)
		}
		if seq == s.Block.First {
			if s.Block.Prev != prev {
				t.Fatalf("block %d does not follow the one before", s.Block.Height)
			}
			prev = s.Block.Hash
		}
	}
	if prev != e.journal.Head().Hash {
		t.Fatal("the last block is not the head")
	}
	for _, seq := range []ledger.Seq{0, -1, e.Seq() + 1} {
		if _, err := e.Record(t.Context(), seq); !errors.Is(err, ErrNotFound) {
			t.Errorf("record %d: %v", seq, err)
		}
	}
}

// A follower sees every record once, in order, none before it can be read elsewhere, and learns that the engine closed.
func TestFollow(t *testing.T) {
	e := must(t)(onDisk(t, t.TempDir(), nil))
	found(t, e)
	const more = 300
	last := e.Seq() + more
	type end struct {
		seq ledger.Seq
		err error
	}
	ends := make(chan end, 3)
	reached := make(chan struct{}, 3)
	for _, from := range []ledger.Seq{1, 5, e.Seq() + 1} {
		go func() {
			next := from
			for s, err := range e.Follow(context.WithoutCancel(t.Context()), from) {
				if err != nil {
					ends <- end{next - 1, err}
					return
				}
				if s.Record.Seq != next || e.Seq() < next {
					ends <- end{next - 1, fmt.Errorf("got record %d, the engine is at %d", s.Record.Seq, e.Seq())}
					return
				}
				if o, ok := s.Record.Body.(*ledger.AccountOpened); ok {
					if _, _, found := e.Balance(o.Account); !found {
						ends <- end{next - 1, fmt.Errorf("%s is followed before it can be read", o.Account)}
						return
					}
				}
				if next == last {
					reached <- struct{}{}
				}
				next++
			}
		}()
	}
	cmds := make([]*ledger.Command, more)
	for i := range cmds {
		cmds[i] = openAccount(member(i))
	}
	doAll(t, e, cmds)
	for range 3 {
		select {
		case <-reached:
		case x := <-ends:
			t.Fatalf("a follower ended at %d: %v", x.seq, x.err)
		}
	}
	closed(t, e)
	for range 3 {
		if x := <-ends; x.seq != last || !errors.Is(x.err, ErrStopped) {
			t.Errorf("ended at %d with %v", x.seq, x.err)
		}
	}
}

// The journal has the record, the engine has not published it: a follower has to wait, or it would tell of a record whose
// balance is still the old one.
func TestFollowWaitsForPublish(t *testing.T) {
	f := &faulty{}
	e := must(t)(inMemory(t, memjournal.NewDisk(), func(o *Options) { f.Journal, o.Journal = o.Journal, f }))
	found(t, e)
	seq := e.Seq() + 1
	followed := make(chan ledger.Seq)
	go func() {
		for range e.Follow(context.WithoutCancel(t.Context()), seq) {
			followed <- e.Seq()
			return
		}
	}()
	var early []ledger.Seq
	f.after = func() {
		select {
		case at := <-followed:
			early = append(early, at)
		case <-time.After(50 * time.Millisecond):
		}
	}
	do(t, e, openAccount("m/new"))
	if early != nil {
		t.Fatalf("record %d is followed while the engine is at %d", seq, early[0])
	}
	if at := <-followed; at != seq {
		t.Fatalf("record %d is followed with the engine at %d", seq, at)
	}
}

func TestFollowBounds(t *testing.T) {
	e := must(t)(inMemory(t, memjournal.NewDisk(), nil))
	found(t, e)
	for _, from := range []ledger.Seq{0, e.Seq() + 2} {
		for _, err := range e.Follow(t.Context(), from) {
			if !errors.Is(err, ErrNotFound) {
				t.Errorf("from %d: %v", from, err)
			}
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range e.Follow(ctx, e.Seq()+1) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("after cancel: %v", err)
		}
	}
}

// Readers race with the writer: what they see of an account is whole, never older than what they saw before, and never
// beyond what is durable.
func TestBalanceWhileWriting(t *testing.T) {
	e := must(t)(inMemory(t, memjournal.NewDisk(), nil))
	found(t, e)
	serve(t, e, 0, 8)
	stop := make(chan struct{})
	errs := make(chan error, 4)
	for c := range 4 {
		go func() {
			var seen ledger.Seq
			points := ledger.Points(1 << 30)
			for {
				select {
				case <-stop:
					errs <- nil
					return
				default:
				}
				v, seq, ok := e.Balance(member(c))
				var lots ledger.Points
				for _, l := range v.Lots {
					lots += l.Points
				}
				if !ok || seq < seen || v.Points > points || lots != v.Points || int64(seq) > int64(e.journal.Head().Seq) {
					errs <- fmt.Errorf("%+v at %d after %d points at %d", v, seq, points, seen)
					return
				}
				seen, points = seq, v.Points
			}
		}()
	}
	var cmds []*ledger.Command
	for step := range int64(100) {
		for i := range 8 {
			cmds = append(cmds, milk(i, i*1000+int(step), step+1))
		}
	}
	doAll(t, e, cmds)
	close(stop)
	for range 4 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if _, seq, ok := e.Balance("m/nobody"); ok || seq != e.Seq() {
		t.Errorf("nobody's balance at %d: %v", seq, ok)
	}
	audit(t, e)
}

func TestBalanceAllocatesNothing(t *testing.T) {
	e := must(t)(inMemory(t, memjournal.NewDisk(), nil))
	found(t, e)
	if n := testing.AllocsPerRun(100, func() { e.Balance(organizer) }); n != 0 {
		t.Fatalf("%v allocations", n)
	}
}

// The lines of one command stay in one block unless they are too much for any; a batch never outgrows an Append.
func TestPlace(t *testing.T) {
	lines := func(n, size int) [][]byte {
		out := make([][]byte, n)
		for i := range out {
			out[i] = bytes.Repeat([]byte{'x'}, size)
		}
		return out
	}
	var b batch
	for _, step := range []struct {
		n, size int
		fits    bool
		blocks  []int // lines in each
	}{
		{150, 100, true, []int{150}},
		{50, 100, true, []int{200}},
		{1, 100, true, []int{200, 1}},
		{100, 1000, true, []int{200, 101}},
		{100, 1000, true, []int{200, 101, 100}}, // would not fit whole: apart
		{6, 32000, true, []int{200, 101, 100, 4, 2}},
		{100, 32000, false, []int{200, 101, 100, 4, 2}},
		{1, 1, true, []int{200, 101, 100, 4, 3}},
	} {
		if got := b.place(lines(step.n, step.size)); got != step.fits {
			t.Fatalf("%d lines of %d bytes fit: %v", step.n, step.size, got)
		}
		var held []int
		for _, block := range b.blocks {
			held = append(held, len(block.Lines))
			if block.Size() > journal.BlockBytesMax {
				t.Fatalf("a block of %d bytes", block.Size())
			}
		}
		if fmt.Sprint(held) != fmt.Sprint(step.blocks) {
			t.Fatalf("after %d lines of %d bytes the blocks hold %v, want %v", step.n, step.size, held, step.blocks)
		}
		if last := b.blocks[len(b.blocks)-1]; last.Size() != b.size {
			t.Fatalf("the last block has %d bytes, counted %d", last.Size(), b.size)
		}
	}
	for b.place(lines(200, 10)) {
		if len(b.blocks) > journal.AppendBlocksMax {
			t.Fatalf("%d blocks", len(b.blocks))
		}
	}
}
