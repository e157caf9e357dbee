package memjournal_test

import (
	"errors"
	"testing"

	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/journaltest"
	"moralbank.example/bank/ledger/journal/memjournal"
)

// shortRun is the appends of the exploration: how many blocks each, and how many lines a block.
var shortRun = []struct{ blocks, lines int }{{1, 1}, {1, 12}, {2, 9}, {1, 1}, {3, 5}, {1, 30}}

// shortDisk is a disk after so many appends of the short run, and the head that they came to.
func shortDisk(t *testing.T, appends int) (*memjournal.Disk, journal.Head) {
	t.Helper()
	d := memjournal.NewDisk()
	j, err := memjournal.Open(d)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range shortRun[:appends] {
		if _, err := j.Append(t.Context(), j.Head(), journaltest.Next(j.Head(), a.blocks, a.lines, "")); err != nil {
			t.Fatal(err)
		}
	}
	return d, j.Head()
}

// TestCrashStates goes through every state in which a power cut can leave the disk during each append of a short run:
// every prefix of its bytes, and every subset of its sectors. What was answered is there; of the append that was cut
// short all blocks or none; and the journal goes on. Exhaustive: nothing is sampled.
func TestCrashStates(t *testing.T) {
	prefixes, subsets, kept := 0, 0, 0
	for n := range shortRun {
		whole, after := shortDisk(t, n+1)
		old, before := shortDisk(t, n)
		size := whole.Size() - old.Size()
		sectors := memjournal.SectorsOf(old.Size(), size)
		if sectors > 12 {
			t.Fatalf("append %d touches %d sectors: too many to go through all subsets", n, sectors)
		}
		state := func(left memjournal.Left) {
			d := old.Clone()
			d.Faults = func(int) memjournal.Fault { return memjournal.CrashTorn }
			d.Left = left
			if recovered(t, d, n, before, after) == after {
				kept++
			}
		}
		for cut := range size + 1 {
			state(memjournal.Prefix(cut))
			prefixes++
		}
		for subset := range 1 << sectors {
			state(memjournal.Sectors(func(i int) bool { return subset>>i&1 == 1 }))
			subsets++
		}
	}
	if kept < len(shortRun) || kept == prefixes+subsets {
		t.Errorf("%d of %d states kept the append: they were all alike", kept, prefixes+subsets)
	}
	t.Logf("%d appends: %d prefixes and %d subsets of sectors, all of them; %d kept the append", len(shortRun), prefixes, subsets, kept)
}

// recovered lets the power fail in append n, starts again, and gives the head that is found.
func recovered(t *testing.T, d *memjournal.Disk, n int, before, after journal.Head) journal.Head {
	t.Helper()
	j, err := memjournal.Open(d)
	if err != nil {
		t.Fatal(err)
	}
	a := shortRun[n]
	if _, err := j.Append(t.Context(), before, journaltest.Next(before, a.blocks, a.lines, "")); !errors.Is(err, journal.ErrUnavailable) {
		t.Fatalf("append %d: %v, want ErrUnavailable", n, err)
	}
	d.Faults = nil
	if j, err = memjournal.Open(d); err != nil {
		t.Fatalf("append %d: start again: %v", n, err)
	}
	found := j.Head()
	if found != before && found != after {
		t.Fatalf("append %d: the head is %v, want %v or %v", n, found, before, after)
	}
	if _, err := j.Append(t.Context(), found, journaltest.Next(found, 1, 2, "")); err != nil {
		t.Fatalf("append %d: go on: %v", n, err)
	}
	journaltest.Check(t, j, "")
	return found
}

// TestEveryFlippedBit turns each bit of a short run's bytes, one at a time: it is named, or it stands in the last append,
// which a log alone cannot tell from one that was torn; then nothing before it is lost. (In Badger's journal the two
// copies tell them apart; in the engine the mark does.)
func TestEveryFlippedBit(t *testing.T) {
	d, head := shortDisk(t, len(shortRun))
	old, before := shortDisk(t, len(shortRun)-1)
	named, cut := 0, 0
	for at := range d.Size() {
		for bit := range uint(8) {
			c := d.Clone()
			c.FlipBit(at, bit)
			j, err := memjournal.Open(c)
			switch {
			case errors.Is(err, journal.ErrCorrupt):
				named++
			case err != nil:
				t.Fatalf("bit %d at %d: %v", bit, at, err)
			case j.Head() == before && at >= old.Size():
				cut++
			default:
				t.Fatalf("bit %d at %d is not seen: the head is %v, was %v", bit, at, j.Head(), head)
			}
		}
	}
	t.Logf("%d bits: %d named, %d taken for a torn last append", named+cut, named, cut)
}
