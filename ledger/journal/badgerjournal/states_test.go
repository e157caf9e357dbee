package badgerjournal

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/journaltest"
)

// sectorBytes is what a disk writes whole or not at all.
const sectorBytes = 512

// cutRun is the appends of the exploration: blocks, and lines a block. The long ones, with more states than the unit
// tests have time for, are explored when JOURNAL_STATES says so.
var (
	cutRun  = []struct{ blocks, lines int }{{1, 1}, {2, 1}, {1, 2}}
	cutLong = []struct{ blocks, lines int }{{1, 3}, {1, 9}, {3, 4}}
)

// TestPowerCut goes through all states in which a power cut can leave each append of a short run: every append writes
// into two files and syncs both before it answers, so of the sectors that it changed any subset may have reached the
// disk, in either file. Everything acknowledged before is there; of the append that was cut short all blocks or none;
// the journal goes on, and both copies are whole. Exhaustive for these appends.
func TestPowerCut(t *testing.T) {
	long, _ := strconv.ParseBool(os.Getenv("JOURNAL_STATES"))
	run := cutRun
	if long {
		run = append(run, cutLong...)
	}
	o := testOptions(t.TempDir())
	j := open(t, o)
	before := grow(t, j, 3, 2)
	states, kept := 0, 0
	for n, a := range run {
		old := killed(t, o.Dir)
		after, err := j.Append(t.Context(), before, journaltest.Next(before, a.blocks, a.lines, ""))
		if err != nil {
			t.Fatal(err)
		}
		cut := newCut(t, old, killed(t, o.Dir))
		all := 1 << len(cut.sectors)
		for state := range all {
			dir := cut.state(t, func(i int) bool { return state>>i&1 == 1 })
			if cut.opens(t, o, dir, before, after) == after {
				kept++
			}
			remove(t, dir)
		}
		states += all
		t.Logf("append %d: %d blocks of %d lines, %d sectors, %d states", n, a.blocks, a.lines, len(cut.sectors), all)
		before = after
	}
	if kept < len(run) || kept > states-len(run) {
		t.Errorf("the states were all alike: %d of %d kept the append", kept, states)
	}
	t.Logf("%d appends, all %d states explored, %d kept the append, 0 lost", len(run), states, kept)
}

// TestPowerCutInRecovery: the power fails again while Open mends what the first power cut left. Before each sync of the
// tail that Open asks for, any subset of the sectors that it has written since the last one may be on the disk.
func TestPowerCutInRecovery(t *testing.T) {
	o := testOptions(t.TempDir())
	j := open(t, o)
	before := grow(t, j, 3, 2)
	old := killed(t, o.Dir)
	after, err := j.Append(t.Context(), before, journaltest.Next(before, 2, 7, ""))
	if err != nil {
		t.Fatal(err)
	}
	first := newCut(t, old, killed(t, o.Dir))
	states, syncs := 0, 0
	for name, kept := range map[string]func(file, nth int) bool{
		"badger has it, the tail is torn":         func(file, nth int) bool { return file == badgerFile || nth%2 == 0 },
		"badger has it, the tail lost its header": func(file, nth int) bool { return file == badgerFile || nth > 0 },
		"badger has it, the tail has nothing":     func(file, _ int) bool { return file == badgerFile },
		"badger lost it, the tail is torn":        func(file, nth int) bool { return file == tailFile && nth < 3 },
		"badger lost it, the tail has it":         func(file, _ int) bool { return file == tailFile },
	} {
		torn := first.state(t, func(i int) bool { return kept(first.sectors[i].file, first.nth(i)) })
		c := o
		c.Dir = killed(t, torn)
		last := torn
		var mends []cut
		c.syncFile = func(f *os.File) error {
			now := killed(t, torn) // Badger holds after this Open what it held before
			if err := copyFile(one(t, c.Dir, "tail/*.seg"), one(t, now, "tail/*.seg")); err != nil {
				t.Error(err)
			}
			mends = append(mends, tailCut(t, last, now))
			last = now
			return fdatasync(f)
		}
		mended, err := Open(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		closeIt(t, mended)
		for _, m := range mends {
			syncs++
			for state := range 1 << len(m.sectors) {
				dir := m.state(t, func(i int) bool { return state>>i&1 == 1 })
				m.opens(t, o, dir, before, after)
				remove(t, dir)
				states++
			}
		}
		t.Logf("%s: %d syncs of the tail", name, len(mends))
	}
	if syncs < 3 || states < 20 {
		t.Errorf("%d states of %d syncs: there was nothing to mend", states, syncs)
	}
	t.Logf("all %d states of %d syncs explored, 0 lost", states, syncs)
}

// cut is what was written between two syncs, when the power failed: the directory with all of it, and what stood there
// before.
type cut struct {
	newer   string
	files   [2]string // the write-ahead file and the newest segment, relative
	sectors []sector  // that differ
}

// sector is a piece of one of the two files.
type sector struct {
	file int
	at   int64
	old  []byte
}

const (
	badgerFile = iota
	tailFile
)

// newCut compares two copies of the directory, before and after an append.
func newCut(t *testing.T, older, newer string) cut {
	t.Helper()
	c := cut{newer: newer}
	c.compare(t, badgerFile, one(t, newer, "badger/*.mem"), older)
	c.compare(t, tailFile, one(t, newer, "tail/*.seg"), older)
	return c
}

// tailCut compares the tails only.
func tailCut(t *testing.T, older, newer string) cut {
	t.Helper()
	c := cut{newer: newer}
	c.compare(t, tailFile, one(t, newer, "tail/*.seg"), older)
	return c
}

// compare takes note of the sectors in which a file of the newer directory differs from that of the older one.
func (c *cut) compare(t *testing.T, file int, newer, older string) {
	t.Helper()
	name, err := filepath.Rel(c.newer, newer)
	if err != nil {
		t.Fatal(err)
	}
	c.files[file] = name
	a, err := os.ReadFile(filepath.Join(older, name))
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(newer)
	if err != nil || len(a) != len(b) {
		t.Fatalf("%s: %v, %d and %d bytes", name, err, len(a), len(b))
	}
	for at := 0; at < len(a); at += sectorBytes {
		if piece := a[at : at+sectorBytes]; !bytes.Equal(piece, b[at:at+sectorBytes]) {
			c.sectors = append(c.sectors, sector{file, int64(at), bytes.Clone(piece)})
		}
	}
	if len(c.sectors) > 14 {
		t.Fatalf("%d sectors: too many to go through all subsets", len(c.sectors))
	}
}

// nth is the number of a sector among those of its file.
func (c *cut) nth(i int) int {
	n := 0
	for _, s := range c.sectors[:i] {
		if s.file == c.sectors[i].file {
			n++
		}
	}
	return n
}

// state is the newer directory with those sectors as before that were not kept.
func (c *cut) state(t *testing.T, kept func(sector int) bool) string {
	t.Helper()
	dir := killed(t, c.newer)
	for i, s := range c.sectors {
		if kept(i) {
			continue
		}
		f, err := os.OpenFile(filepath.Join(dir, c.files[s.file]), os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteAt(s.old, s.at); err != nil {
			t.Fatal(err)
		}
		closeIt(t, f)
	}
	return dir
}

// opens starts on a state, fails t unless it ends before or after the append, goes on, and starts once more.
func (c *cut) opens(t *testing.T, o Options, dir string, before, after journal.Head) journal.Head {
	t.Helper()
	o.Dir = dir
	j, err := Open(t.Context(), o)
	if err != nil {
		t.Fatalf("open after a power cut: %v", err)
	}
	found := j.Head()
	if found != before && found != after {
		t.Fatalf("head %v, want %v or %v", found, before, after)
	}
	journaltest.Check(t, j, "")
	head := grow(t, j, 1, 3)
	closeIt(t, j)
	tail, err := readTail(o.tailDir())
	if err != nil || tail.damage != nil || tail.head != head {
		t.Fatalf("the tail ends at %v (%v, %v), want %v", tail.head, tail.damage, err, head)
	}
	return found
}

// remove lets a state go before the next one needs the room.
func remove(t *testing.T, dir string) {
	t.Helper()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(fmt.Errorf("remove: %w", err))
	}
}
