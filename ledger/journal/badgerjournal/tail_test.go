package badgerjournal

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/journaltest"
)

// TestFlippedBitInWriteAheadFile: Badger opens without a word with the commits behind the bit gone; the tail puts them back.
func TestFlippedBitInWriteAheadFile(t *testing.T) {
	o := testOptions(t.TempDir())
	head := grow(t, open(t, o), 200, 3)
	for _, offset := range []int64{30, 1000, 5_000, 20_000, 70_000} {
		t.Run(fmt.Sprint(offset), func(t *testing.T) {
			o := o
			o.Dir = killed(t, o.Dir)
			o.MinHead = head
			flip(t, one(t, o.badgerDir(), "*.mem"), offset)

			lost, err := openBadger(journalOptions(killed(t, o.badgerDir()), o.withDefaults().Log))
			if err != nil {
				t.Fatal(err)
			}
			stored, err := store{db: lost}.readHead()
			closeIt(t, lost)
			if err != nil || stored.Height >= head.Height {
				t.Fatalf("badger alone still has %v, %v: the flip hit nothing", stored, err)
			}
			whole(t, o, head)
		})
	}
}

// TestHoleBetweenWriteAheadFiles: an older file loses its end, a newer one is whole; the hole is in the middle.
func TestHoleBetweenWriteAheadFiles(t *testing.T) {
	o := testOptions(t.TempDir())
	grow(t, open(t, o), 50, 3)
	o.Dir = killed(t, o.Dir)
	first := one(t, o.badgerDir(), "*.mem")
	whole1, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	head := grow(t, open(t, o), 50, 3) // replays the first file into a table, goes on in a second file
	dir := killed(t, o.Dir)
	table := one(t, filepath.Join(dir, "badger"), "*.sst")
	if err := os.Remove(table); err != nil { // as if the table had never been made: its file is there again, with a bit flipped
		t.Fatal(err)
	}
	o.Dir = dir
	if err := os.WriteFile(filepath.Join(o.badgerDir(), filepath.Base(first)), whole1, 0o600); err != nil {
		t.Fatal(err)
	}
	flip(t, filepath.Join(o.badgerDir(), filepath.Base(first)), 9000)
	forgetTables(t, o)
	whole(t, o, head)
}

// forgetTables makes the manifest that of a database without tables.
func forgetTables(t *testing.T, o Options) {
	t.Helper()
	empty := t.TempDir()
	db, err := openBadger(journalOptions(empty, o.withDefaults().Log))
	if err != nil {
		t.Fatal(err)
	}
	closeIt(t, db)
	p, err := os.ReadFile(filepath.Join(empty, "MANIFEST"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(o.badgerDir(), "MANIFEST"), p[:8], 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestTornLastFrame: what the power cut left of the last frame is wiped; the block is Badger's to keep.
func TestTornLastFrame(t *testing.T) {
	o := testOptions(t.TempDir())
	j := open(t, o)
	grow(t, j, 20, 3)
	from := j.tail.at
	head := grow(t, j, 1, 50)
	for _, offset := range []int64{from, from + 9, from + 30, from + 200, j.tail.at - 9} {
		c := o
		c.Dir = killed(t, o.Dir)
		flip(t, one(t, c.tailDir(), "*.seg"), offset)
		whole(t, c, head)
	}
}

// A segment that is used again holds frames of before behind its last one: a kill there left nothing torn, and none is told. A
// frame that was cut short in the same place is.
func TestSegmentUsedAgain(t *testing.T) {
	o := testOptions(t.TempDir())
	j := open(t, o)
	grow(t, j, 20, 30) // of another size than those that follow: the old frames begin elsewhere
	older, err := os.ReadFile(filepath.Join(o.tailDir(), segmentName(1)))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(o.tailDir(), spareName), older, 0o600); err != nil {
		t.Fatal(err)
	}
	j.tail.at = segmentBytes // as if it were full
	head := grow(t, j, 3, 3)
	if j.tail.number != 2 {
		t.Fatalf("segment %d", j.tail.number)
	}
	for _, c := range []struct {
		what string
		harm func(path string)
		want string
		head journal.Head
	}{
		{"killed", func(string) {}, "the segment held them before", head},
		{"killed inside a frame", func(path string) {
			writeAt(t, path, j.tail.at, journal.AppendFrame(nil, 2, head, [][]byte{older[:900]})[:512])
		}, "a torn frame", head},
	} {
		o := o
		o.Dir = killed(t, o.Dir)
		c.harm(filepath.Join(o.tailDir(), segmentName(2)))
		var said strings.Builder
		o.Log = slog.New(slog.NewTextHandler(&said, nil))
		whole(t, o, c.head)
		if !strings.Contains(said.String(), c.want) || strings.Contains(said.String(), "a torn frame") != (c.want == "a torn frame") {
			t.Errorf("%s: %s", c.what, &said)
		}
		found, err := readTail(o.tailDir())
		if err != nil || found.damage != nil || found.rest != restNothing {
			t.Errorf("%s: afterwards %d, %v, %v", c.what, found.rest, found.damage, err)
		}
	}
}

func writeAt(t *testing.T, path string, at int64, p []byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer closeIt(t, f)
	if _, err := f.WriteAt(p, at); err != nil {
		t.Fatal(err)
	}
}

// TestFlippedBitInTail: before the last frame it is damage, whose place is told, and one command mends it.
func TestFlippedBitInTail(t *testing.T) {
	o := testOptions(t.TempDir())
	j := open(t, o)
	grow(t, j, 20, 3)
	at := j.tail.at
	head := grow(t, j, 20, 3)
	for _, offset := range []int64{0, 5, 40, 150, at - 10, at, at + 17, at + 100} {
		c := o
		c.Dir = killed(t, o.Dir)
		c.MinHead = head
		flip(t, one(t, c.tailDir(), "*.seg"), offset)
		_, err := Open(t.Context(), c)
		if d := named(t, err, "tail"); d.Height != 1 && d.Height != 20 && d.Height != 21 {
			t.Fatalf("bit at %d: %v", offset, d)
		}
		done, err := Repair(t.Context(), c)
		if err != nil || !done.Tail || done.Head != head {
			t.Fatalf("repair: %+v, %v", done, err)
		}
		whole(t, c, head)
	}
}

// TestBothDamaged: a bit in the write-ahead file and one in the tail, at other blocks: together they hold everything.
func TestBothDamaged(t *testing.T) {
	o := testOptions(t.TempDir())
	j := open(t, o)
	grow(t, j, 20, 3)
	at := j.tail.at
	head := grow(t, j, 80, 3)
	o.Dir = killed(t, o.Dir)
	flip(t, one(t, o.tailDir(), "*.seg"), at+20)
	flip(t, one(t, o.badgerDir(), "*.mem"), 2*at+9000)
	_, err := Open(t.Context(), o)
	named(t, err, "tail")
	done, err := Repair(t.Context(), o)
	if err != nil || done.Head != head || done.Blocks == 0 {
		t.Fatalf("repair: %+v, %v", done, err)
	}
	whole(t, o, head)
}

// TestTailLost: Badger is whole, the tail is written again.
func TestTailLost(t *testing.T) {
	o := testOptions(t.TempDir())
	j := open(t, o)
	head := grow(t, j, 20, 3)
	closeIt(t, j)
	if err := os.RemoveAll(o.tailDir()); err != nil {
		t.Fatal(err)
	}
	whole(t, o, head)
	found, err := readTail(o.tailDir())
	if err != nil || found.damage != nil || len(found.spots) != 23 || found.spots[0].height != 1 {
		t.Fatalf("the tail was not written again: %d blocks, %v, %v", len(found.spots), found.damage, err)
	}
}

// TestBadgerLost: a young journal is in the tail from its first block on.
func TestBadgerLost(t *testing.T) {
	o := testOptions(t.TempDir())
	j := open(t, o)
	head := grow(t, j, 20, 3)
	closeIt(t, j)
	if err := os.RemoveAll(o.badgerDir()); err != nil {
		t.Fatal(err)
	}
	o.MinHead = head
	whole(t, o, head)
}

// TestDiverged: the tail of another ledger, of the same length and of another one, is never mixed in.
func TestDiverged(t *testing.T) {
	for _, blocks := range []int{5, 10, 15} {
		a, b := testOptions(t.TempDir()), testOptions(t.TempDir())
		ours, theirs := open(t, a), open(t, b)
		grow(t, ours, 10, 3)
		for range blocks {
			if _, err := theirs.Append(t.Context(), theirs.Head(), journaltest.Next(theirs.Head(), 1, 3, "theirs")); err != nil {
				t.Fatal(err)
			}
		}
		closeIt(t, ours)
		closeIt(t, theirs)
		if err := errors.Join(os.RemoveAll(a.tailDir()), os.CopyFS(a.tailDir(), os.DirFS(b.tailDir()))); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), a); !errors.Is(err, journal.ErrDiverged) {
			t.Errorf("their tail of %d blocks: %v", blocks, err)
		}
	}
}

// TestRotation goes around the ring of segments, and finds everything again after kill -9, also with Badger's part lost.
func TestRotation(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 200 MB")
	}
	o := testOptions(t.TempDir())
	j := open(t, o)
	line := make([]byte, 100_000)
	for range 10 * segmentBytes / (journal.AppendBlocksMax * len(line)) {
		blocks := journaltest.Next(j.Head(), journal.AppendBlocksMax, 1, "")
		prev := j.Head().Hash
		for i := range blocks {
			line[0]++
			blocks[i].Prev, blocks[i].Lines = prev, [][]byte{append([]byte("."), line...)}
			encoded, err := blocks[i].Encode()
			if err != nil {
				t.Fatal(err)
			}
			prev = journal.HashBytes(encoded)
		}
		if _, err := j.Append(t.Context(), j.Head(), blocks); err != nil {
			t.Fatal(err)
		}
	}
	head := j.Head()
	if err := j.Scrub(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	closeIt(t, j)
	found, err := readTail(o.tailDir())
	if err != nil || found.damage != nil || found.number < 9 || len(found.segments) > tailSegments+2 {
		t.Fatalf("tail: segments %v, %v, %v", found.segments, found.damage, err)
	}
	if held := int64(len(found.spots) * len(line)); held < tailNeeds {
		t.Fatalf("the tail holds %d bytes, needs %d", held, int64(tailNeeds))
	}
	closeIt(t, open(t, o))
	missing := filepath.Join(o.tailDir(), segmentName(found.segments[3]))
	if err := os.Rename(missing, missing+".away"); err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), o)
	named(t, err, "tail")
	if err := os.Rename(missing+".away", missing); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(o.badgerDir()); err != nil {
		t.Fatal(err)
	}
	if _, err = Open(t.Context(), o); !errors.Is(err, journal.ErrBehind) {
		t.Fatalf("badger lost, and a tail that begins later than %v: %v", head, err)
	}
}
