package badgerjournal

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"

	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/journaltest"
)

const crashDir = "JOURNAL_CRASH_DIR" // set in the process that is to be killed

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		fmt.Fprintln(os.Stderr, appendForEver(dir))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// appendForEver appends blocks of changing size and writes each acknowledged seq to the standard output.
func appendForEver(dir string) error {
	ctx := context.Background()
	j, err := Open(ctx, testOptions(dir))
	if err != nil {
		return err
	}
	for i := 0; ; i++ {
		head, err := j.Append(ctx, j.Head(), journaltest.Next(j.Head(), i%3+1, i*37%journal.LinesMax+1, ""))
		if err != nil {
			return err
		}
		if _, err := fmt.Println(int64(head.Seq)); err != nil {
			return err
		}
	}
}

// TestKill kills a process while it appends, again and again on one directory: what it had acknowledged is there, once.
func TestKill(t *testing.T) {
	rounds := 12
	if testing.Short() {
		rounds = 3
	}
	o := testOptions(t.TempDir())
	for round := range rounds {
		acknowledged := killOnce(t, o.Dir, rand.IntN(60)+1)
		j := open(t, o)
		if j.Head().Seq < acknowledged {
			t.Fatalf("round %d: seq %d was acknowledged, the head is %v", round, acknowledged, j.Head())
		}
		journaltest.Check(t, j, "")
		grow(t, j, 1, 2)
		closeIt(t, j)
	}
}

// killOnce lets a process acknowledge so many appends, kills it, and gives the last seq that it acknowledged.
func killOnce(t *testing.T, dir string, appends int) journal.Seq {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), crashDir+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var last journal.Seq
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, err := fmt.Sscan(lines.Text(), &last); err != nil {
			t.Fatalf("%q: %v", lines.Text(), err)
		}
		if appends--; appends == 0 {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil || appends > 0 {
		t.Fatalf("the process ended by itself: %v", err)
	}
	return last
}

// TestTailOutlastsMemory: an append costs the tail no more bytes than Badger's write-ahead file, whatever its size, so
// that tailSegments, counted in bytes of the latter, is enough.
func TestTailOutlastsMemory(t *testing.T) {
	for _, c := range []struct{ blocks, lines int }{{1, 1}, {1, 2}, {1, 200}, {2, 1}, {16, 1}, {16, 100}} {
		o := testOptions(t.TempDir())
		j := open(t, o)
		for range 20 {
			blocks := journaltest.Next(j.Head(), c.blocks, c.lines, "")
			if _, err := j.Append(t.Context(), j.Head(), blocks); err != nil {
				t.Fatal(err)
			}
		}
		wal, err := os.ReadFile(one(t, o.badgerDir(), "*.mem"))
		if err != nil {
			t.Fatal(err)
		}
		used := len(wal)
		for used > 0 && wal[used-1] == 0 {
			used--
		}
		if j.tail.at > int64(used) {
			t.Errorf("%d blocks of %d lines: %d bytes in the tail, %d in badger", c.blocks, c.lines, j.tail.at, used)
		}
		closeIt(t, j)
	}
}

func TestIndexDamage(t *testing.T) {
	o := testOptions(t.TempDir())
	x, err := OpenIndex(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	puts := make([]journal.KV, 2000)
	for i := range puts {
		puts[i] = journal.KV{Key: fmt.Appendf(nil, "key %d", i*7919), Value: []byte("value")}
	}
	if err := x.Write(t.Context(), "keys", puts, 1); err != nil {
		t.Fatal(err)
	}
	closeIt(t, x)
	table := one(t, o.indexDir(), "*.sst")
	if x, err = OpenIndex(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	defer closeIt(t, x)
	flip(t, table, 5000) // while it is used: the tables are mapped
	named(t, x.Verify(t.Context()), "index")
	if err := x.Drop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := x.Verify(t.Context()); err != nil {
		t.Fatal(err)
	}
	if cursor, err := x.Cursor(t.Context(), "keys"); err != nil || cursor != 0 {
		t.Fatalf("cursor after drop: %d, %v", cursor, err)
	}
}

// TestIndexCutShort: a table of the index that was cut short ended the process from a goroutine of Badger's. It is
// derived: it is dropped and built anew.
func TestIndexCutShort(t *testing.T) {
	for name, harm := range map[string]func(path string) error{
		"cut":     func(path string) error { return os.Truncate(path, 60) },
		"empty":   func(path string) error { return os.Truncate(path, 0) },
		"missing": os.Remove,
	} {
		t.Run(name, func(t *testing.T) {
			o := testOptions(t.TempDir())
			x, err := OpenIndex(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if err := x.Write(t.Context(), "keys", []journal.KV{{Key: []byte("key"), Value: []byte("value")}}, 1); err != nil {
				t.Fatal(err)
			}
			closeIt(t, x)
			if err := harm(one(t, o.indexDir(), "*.sst")); err != nil {
				t.Fatal(err)
			}
			if x, err = OpenIndex(t.Context(), o); err != nil {
				t.Fatal(err)
			}
			defer closeIt(t, x)
			if cursor, err := x.Cursor(t.Context(), "keys"); err != nil || cursor != 0 {
				t.Fatalf("cursor %d, %v", cursor, err)
			}
			if _, ok, err := x.Get(t.Context(), []byte("key")); ok || err != nil {
				t.Fatalf("a key is left of a damaged index: %v %v", ok, err)
			}
		})
	}
}
