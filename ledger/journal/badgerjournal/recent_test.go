package badgerjournal

import (
	"testing"

	"moralbank.example/bank/ledger/journal"
)

// What is read out of memory is what the disk holds, wherever a read begins, and it is the reader's own.
func TestRecentIsWhatIsStored(t *testing.T) {
	j := open(t, testOptions(t.TempDir()))
	for i := range 12 {
		grow(t, j, 1, 1+i*7%40)
	}
	head := j.Head()
	for seq := journal.Seq(1); seq <= head.Seq; seq++ {
		want, err := j.store.read(head.Height, seq, 3)
		if err != nil {
			t.Fatal(err)
		}
		near, err := j.recently(t.Context(), seq, 3)
		if err != nil || len(near) != len(want) {
			t.Fatalf("seq %d: %d blocks in memory, %d stored: %v", seq, len(near), len(want), err)
		}
		for i := range near {
			got, err := near[i].stored()
			if err != nil || got.head() != want[i].head() || string(got.encoded) != string(want[i].encoded) {
				t.Fatalf("seq %d: %v in memory, %v stored: %v", seq, got.head(), want[i].head(), err)
			}
		}
		b, err := j.Block(t.Context(), seq)
		if err != nil {
			t.Fatal(err)
		}
		line, err := j.Line(t.Context(), seq)
		if kept, _ := b.Line(seq); err != nil || string(line) != string(kept) {
			t.Fatalf("line %d: %q and %q: %v", seq, line, kept, err)
		}
		clear(line)
		clear(b.Lines[0])
	}
}

// The memory is bounded in bytes and in blocks, the oldest goes first, and what is older is not answered.
func TestRecentForgets(t *testing.T) {
	for name, lines := range map[string]int{"small": 1, "large": journal.LinesMax} {
		t.Run(name, func(t *testing.T) {
			var r recent
			head := journal.Head{}
			for range recentBlocks + 100 {
				blocks := benchBlock(head, lines)
				encoded, next, err := journal.Chain(head, blocks)
				if err != nil {
					t.Fatal(err)
				}
				r.add(next, blocks, encoded)
				head = next
				if r.bytes > recentBytes || len(r.blocks) > recentBlocks {
					t.Fatalf("%d bytes in %d blocks", r.bytes, len(r.blocks))
				}
			}
			oldest := r.blocks[0].first
			if oldest == 1 || r.from(oldest-1, 1) != nil {
				t.Error("what was let go is answered")
			}
			for _, seq := range []journal.Seq{oldest, oldest + 1, head.Seq} {
				got := r.from(seq, 2)
				if len(got) == 0 || got[0].first > seq || got[0].last < seq {
					t.Errorf("seq %d: %+v", seq, got)
				}
			}
			if last := r.blocks[len(r.blocks)-1]; last.hash != head.Hash || last.last != head.Seq {
				t.Errorf("the newest is %v, the head %v", last.last, head)
			}
		})
	}
}
