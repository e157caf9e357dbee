package badgerjournal

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/journaltest"
)

func TestNoSpace(t *testing.T) {
	free, o := int64(math.MaxInt64), testOptions(t.TempDir())
	o.Reserve, o.Free = 1000, func(string) (int64, error) { return free, nil }
	noSpace := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, journal.ErrNoSpace) || errors.Is(err, journal.ErrStopped) {
			t.Fatalf("%s: %v, want ErrNoSpace alone", what, err)
		}
	}
	j := open(t, o)
	x, err := OpenIndex(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer closeIt(t, x)
	head := grow(t, j, 2, 3)
	for _, free = range []int64{999, 250, 249, 0} { // the index goes on a while, so that whoever was answered is found
		_, err := j.Append(t.Context(), head, journaltest.Next(head, 1, 1, ""))
		noSpace("append on a full disk", err)
		noSpace("room on a full disk", j.Room())
		if err := x.Write(t.Context(), "keys", nil, 1); free < 250 {
			noSpace("index on a full disk", err)
		} else if err != nil {
			t.Fatal(err)
		}
	}
	journaltest.Check(t, j, "")
	free = 1000
	if err := j.Room(); err != nil {
		t.Fatal(err)
	}
	grow(t, j, 1, 1)
	if err := x.Write(t.Context(), "keys", nil, 2); err != nil {
		t.Fatal(err)
	}
	journaltest.Check(t, j, "")
}

// Badger writes while it opens: without room it is not begun, and nothing is touched.
func TestOpenWithoutSpace(t *testing.T) {
	free, o := int64(math.MaxInt64), testOptions(t.TempDir())
	o.Reserve, o.Free = 1000, func(string) (int64, error) { return free, nil }
	j := open(t, o)
	head := grow(t, j, 2, 3)
	closeIt(t, j)
	before := filesIn(t, o.Dir)
	free = 499
	if _, err := Open(t.Context(), o); !errors.Is(err, journal.ErrNoSpace) {
		t.Fatalf("open without space: %v", err)
	}
	if after := filesIn(t, o.Dir); !maps.Equal(after, before) {
		t.Fatalf("it was touched: %v, before %v", after, before)
	}
	free = 500
	if j = open(t, o); j.Head() != head {
		t.Fatalf("%v, was %v", j.Head(), head)
	}
	closeIt(t, j)
}

// filesIn are the files under a directory, each with when it was changed.
func filesIn(t *testing.T, dir string) map[string]int64 {
	t.Helper()
	all := map[string]int64{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		st, err := d.Info()
		if err == nil {
			all[path] = st.ModTime().UnixNano()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestFailingSync: the journal stops, says that the outcome is unknown, and starts again by replay.
func TestFailingSync(t *testing.T) {
	o, fail := testOptions(t.TempDir()), false
	o.syncFile = func(f *os.File) error {
		if fail {
			return errors.New("input/output error")
		}
		return fdatasync(f)
	}
	j := open(t, o)
	head := grow(t, j, 2, 3)
	fail = true
	_, err := j.Append(t.Context(), head, journaltest.Next(head, 1, 3, ""))
	if !errors.Is(err, journal.ErrUnavailable) || !errors.Is(err, journal.ErrStopped) {
		t.Fatalf("append with a failing sync: %v", err)
	}
	fail = false // it would work now; it must not be tried
	_, err = j.Append(t.Context(), head, journaltest.Next(head, 1, 3, ""))
	if !errors.Is(err, journal.ErrStopped) || errors.Is(err, journal.ErrUnavailable) {
		t.Fatalf("append after a failed sync: %v", err)
	}
	if _, err := j.Line(t.Context(), head.Seq+1); !errors.Is(err, journal.ErrNotFound) || j.Head() != head {
		t.Fatalf("what was not answered is read: %v", err)
	}
	journaltest.Check(t, j, "")
	closeIt(t, j)
	j = open(t, o)
	if h := j.Head().Height; h != 2 && h != 3 {
		t.Fatalf("head after a restart: %v", j.Head())
	}
	journaltest.Check(t, j, "")
	grow(t, j, 1, 1)
}

func TestMinHead(t *testing.T) {
	o := testOptions(t.TempDir())
	j := open(t, o)
	old := grow(t, j, 5, 3)
	head := grow(t, j, 5, 3)
	closeIt(t, j)
	root, hash, inside, beyond := old, old, old, head
	root.Root[0] ^= 1
	hash.Hash[0] ^= 1
	inside.Seq--
	beyond.Seq++
	for _, c := range []struct {
		name  string
		known journal.Head
		want  error
	}{
		{"reached", head, nil},
		{"passed", old, nil},
		{"only the seq known", journal.Head{Seq: old.Seq}, nil},
		{"ahead", beyond, journal.ErrBehind},
		{"another root", root, journal.ErrDiverged},
		{"another hash", hash, journal.ErrDiverged},
		{"no block ends there", inside, journal.ErrDiverged},
	} {
		o.MinHead = c.known
		j, err := Open(t.Context(), o)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
		if err == nil {
			closeIt(t, j)
		}
	}
	o.Dir, o.MinHead = t.TempDir(), head
	if _, err := Open(t.Context(), o); !errors.Is(err, journal.ErrBehind) {
		t.Errorf("a wiped directory: %v", err)
	}
}

// aged makes a journal whose blocks are in tables, and gives the directory closed.
func aged(t *testing.T) (Options, journal.Head) {
	t.Helper()
	o := testOptions(t.TempDir())
	j := open(t, o)
	grow(t, j, 150, 4)
	closeIt(t, j)
	j = open(t, o)
	head := grow(t, j, 50, 4)
	closeIt(t, j)
	return o, head
}

// TestDamagedTable flips bits all over the tables: each is named, by Open or by a scrub, or meant nothing; the tail mends
// it. Among them are bits at which Badger panics, and bits that hide a block from a search but not from a walk.
// JOURNAL_FLIPS asks for more of them.
func TestDamagedTable(t *testing.T) {
	from, head := aged(t)
	tables, err := filepath.Glob(filepath.Join(from.badgerDir(), "*.sst"))
	if err != nil || len(tables) == 0 {
		t.Fatalf("no table: %v", err)
	}
	flips := 24
	if n, err := strconv.Atoi(os.Getenv("JOURNAL_FLIPS")); err == nil {
		flips = n
	}
	seen := 0
	rng := rand.New(rand.NewPCG(4, 5))
	for i := range flips {
		o := from
		o.Dir = killed(t, from.Dir)
		table := tables[i%len(tables)]
		st, err := os.Stat(table)
		if err != nil {
			t.Fatal(err)
		}
		at := rng.Int64N(st.Size())
		flip(t, filepath.Join(o.badgerDir(), filepath.Base(table)), at)
		if damaged := examine(t, o, head); damaged != nil {
			seen++
			if !errors.Is(damaged, journal.ErrCorrupt) {
				t.Fatalf("%s, bit at %d of %d: %v", table, at, st.Size(), damaged)
			}
			if _, err := Repair(t.Context(), o); err != nil {
				t.Fatalf("%s, bit at %d of %d: %v\nrepair: %v", table, at, st.Size(), damaged, err)
			}
			whole(t, o, head)
		}
		remove(t, o.Dir)
	}
	if seen < flips/2 {
		t.Fatalf("only %d of %d flipped bits were seen", seen, flips)
	}
	t.Logf("flips: %d bits, %d seen and repaired, the rest meant nothing", flips, seen)
}

// examine opens and scrubs; if neither finds anything, everything must be right.
func examine(t *testing.T, o Options, head journal.Head) error {
	t.Helper()
	j, err := Open(t.Context(), o)
	if err != nil {
		return err
	}
	defer closeIt(t, j)
	if err := j.Scrub(t.Context(), nil); err != nil {
		return err
	}
	if j.Head() != head {
		t.Fatalf("head %v, want %v", j.Head(), head)
	}
	journaltest.Check(t, j, "")
	return nil
}

// A stored head that claims more than blocks and tail hold is damaged, as long as the tail is unharmed; else it is the only one who
// knows of what was lost.
func TestHeadClaimsMore(t *testing.T) {
	for name, c := range map[string]struct {
		harm func(o Options)
		lost bool
	}{
		"an unharmed tail": {harm: func(Options) {}},
		"no tail": {lost: true, harm: func(o Options) {
			if err := os.RemoveAll(o.tailDir()); err != nil {
				t.Fatal(err)
			}
		}},
		"a torn tail": {lost: true, harm: func(o Options) {
			found, err := readTail(o.tailDir())
			if err != nil {
				t.Fatal(err)
			}
			last := found.spots[len(found.spots)-1]
			flip(t, filepath.Join(o.tailDir(), segmentName(last.segment)), last.offset+20)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			o, head := aged(t)
			claim(t, o, head.Seq+1<<26)
			c.harm(o)
			if _, err := Open(t.Context(), o); !errors.Is(err, journal.ErrCorrupt) {
				t.Fatalf("open: %v", err)
			}
			_, err := Repair(t.Context(), o)
			switch {
			case c.lost && (err == nil || !strings.Contains(err.Error(), "restore a backup")):
				t.Errorf("repair: %v, want to be told to restore a backup", err)
			case !c.lost && err != nil:
				t.Errorf("repair: %v", err)
			case !c.lost:
				whole(t, o, head)
			}
		})
	}
}

// claim lets the stored head end at another seq.
func claim(t *testing.T, o Options, seq journal.Seq) {
	t.Helper()
	db, err := openBadger(journalOptions(o.badgerDir(), o.withDefaults().Log))
	if err != nil {
		t.Fatal(err)
	}
	s := store{db: db, dir: o.badgerDir()}
	head, err := s.readHead()
	if err != nil {
		t.Fatal(err)
	}
	head.Seq = seq
	if err := errors.Join(s.append(head, nil, nil), db.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestFilesLost: whatever file is missing, cut short or swapped, it is named or does not matter; nothing is lost silently.
func TestFilesLost(t *testing.T) {
	from, head := aged(t)
	var names []string
	err := filepath.WalkDir(from.Dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, strings.TrimPrefix(path, from.Dir+"/"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		for what, harm := range map[string]func(path string, size int64) error{
			"missing":  func(path string, _ int64) error { return os.Remove(path) },
			"empty":    func(path string, _ int64) error { return os.Truncate(path, 0) },
			"cut":      func(path string, size int64) error { return os.Truncate(path, size/2) },
			"cut by 1": func(path string, size int64) error { return os.Truncate(path, max(0, size-1)) },
		} {
			t.Run(fmt.Sprintf("%s %s", name, what), func(t *testing.T) {
				o := from
				o.Dir = killed(t, from.Dir)
				path := filepath.Join(o.Dir, name)
				st, err := os.Stat(path)
				if err != nil {
					t.Fatal(err)
				}
				if err := harm(path, st.Size()); err != nil {
					t.Fatal(err)
				}
				err = examine(t, o, head)
				t.Logf("found: %v", err)
				if err == nil {
					return
				}
				if !errors.Is(err, journal.ErrCorrupt) {
					t.Fatalf("not named: %v", err)
				}
				if _, err := Repair(t.Context(), o); err != nil {
					t.Fatalf("repair: %v", err)
				}
				whole(t, o, head)
			})
		}
	}
}

// TestManifestCut: a manifest cut short makes Badger delete the tables it no longer names. Without a tail to put the
// blocks back, and with no signed head known, the tables are kept and named instead of an empty journal being opened.
func TestManifestCut(t *testing.T) {
	o, _ := aged(t)
	if err := errors.Join(os.Truncate(filepath.Join(o.badgerDir(), "MANIFEST"), 20), os.RemoveAll(o.tailDir())); err != nil {
		t.Fatal(err)
	}
	for range 2 { // also when it is tried again
		_, err := Open(t.Context(), o)
		if d := named(t, err, "table"); !strings.Contains(d.File, orphanDir) || d.Seq != 1 {
			t.Fatal(err)
		}
	}
	kept, err := filepath.Glob(filepath.Join(o.Dir, orphanDir, "*.sst"))
	if err != nil || len(kept) != 2 {
		t.Fatalf("kept %v, %v", kept, err)
	}
}
