package engine

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/memjournal"
	"moralbank.example/bank/ledger/seal"
)

func closed(t *testing.T, e *Engine) {
	t.Helper()
	if err := e.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func moved(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

func copied(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

// A database directory that was rolled back, swapped or emptied under its mark is refused; a missing mark too, until an
// operator accepts it.
func TestGuard(t *testing.T) {
	dir := t.TempDir()
	data, mark := filepath.Join(dir, "data"), filepath.Join(dir, "mark")
	e := must(t)(onDisk(t, dir, nil))
	found(t, e)
	closed(t, e)
	copied(t, data, filepath.Join(dir, "older"))
	e = must(t)(onDisk(t, dir, nil))
	do(t, e, openAccount("m/new"))
	closed(t, e)
	moved(t, data, filepath.Join(dir, "real"))

	forked := filepath.Join(dir, "fork")
	copied(t, filepath.Join(dir, "older"), filepath.Join(forked, "data"))
	e = must(t)(onDisk(t, forked, func(o *Options) { o.AcceptMissingMark = true }))
	do(t, e, openAccount("m/other"))
	closed(t, e)
	copied(t, filepath.Join(forked, "data"), filepath.Join(dir, "fork-equal"))
	e = must(t)(onDisk(t, forked, nil))
	do(t, e, openAccount("m/another"))
	closed(t, e)

	for name, from := range map[string]string{
		"rolled back": "older", "same height, other history": "fork-equal", "longer, other history": "fork/data",
	} {
		t.Run(name, func(t *testing.T) {
			moved(t, filepath.Join(dir, from), data)
			if _, err := onDisk(t, dir, nil); !errors.Is(err, ErrRolledBack) {
				t.Fatalf("opened: %v", err)
			}
			if err := os.RemoveAll(data); err != nil {
				t.Fatal(err)
			}
		})
	}
	t.Run("empty directory", func(t *testing.T) {
		if _, err := onDisk(t, dir, nil); !errors.Is(err, ErrRolledBack) {
			t.Fatalf("opened: %v", err)
		}
		if err := os.RemoveAll(data); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("the real one", func(t *testing.T) {
		moved(t, filepath.Join(dir, "real"), data)
		closed(t, must(t)(onDisk(t, dir, nil)))
	})
	t.Run("mark gone", func(t *testing.T) {
		if err := os.Remove(mark); err != nil {
			t.Fatal(err)
		}
		if _, err := onDisk(t, dir, nil); !errors.Is(err, ErrNoMark) {
			t.Fatalf("opened: %v", err)
		}
		closed(t, must(t)(onDisk(t, dir, func(o *Options) { o.AcceptMissingMark = true })))
		closed(t, must(t)(onDisk(t, dir, nil)))
	})
}

// The mark follows the head while the engine runs, not only at close.
func TestMarkFollows(t *testing.T) {
	dir := t.TempDir()
	e := must(t)(onDisk(t, dir, nil))
	found(t, e)
	waitFor(t, func() bool {
		g, err := seal.OpenGuard(filepath.Join(dir, "mark"))
		if err != nil {
			t.Fatal(err)
		}
		m, _ := g.Mark()
		return m.Seq == int64(e.Seq())
	})
}

// What is stored and breaks a law, or does not hang together, is never served; the message names the record.
func TestStoredBreach(t *testing.T) {
	next := func(e *Engine) journal.Block {
		r := ledger.Record{
			Seq: e.Seq() + 1, Time: ledger.Time(noon.UnixMilli()), Kind: ledger.KindAccountOpened, Version: 1,
			Actor: ledger.ActorRoot, Via: ledger.ViaCLI, Key: freshKey(), Rulebook: 1, Body: &ledger.AccountOpened{Account: "m/x"},
		}
		line, err := r.AppendLine(nil)
		if err != nil {
			t.Fatal(err)
		}
		return journal.Block{Lines: [][]byte{line}}
	}
	rewrite := func(b *journal.Block, old, replacement string) {
		s := string(b.Lines[0])
		if !strings.Contains(s, old) {
			t.Fatalf("no %s in %s", old, s)
		}
		b.Lines[0] = []byte(strings.Replace(s, old, replacement, 1))
	}
	for name, c := range map[string]struct {
		spoil func(*journal.Block)
		says  string
	}{
		"sound":            {func(*journal.Block) {}, ""},
		"time goes back":   {func(b *journal.Block) { rewrite(b, `"time":17`, `"time":16`) }, "record 12"},
		"seq is off":       {func(b *journal.Block) { rewrite(b, `"seq":12`, `"seq":14`) }, "record 12"},
		"unknown kind":     {func(b *journal.Block) { rewrite(b, "account-opened", "account-mended") }, "record 12"},
		"another spelling": {func(b *journal.Block) { rewrite(b, `"v":1`, `"v":01`) }, "record 12"},
		"money from nothing": {func(b *journal.Block) {
			rewrite(b, `,"salt"`, `,"postings":[["m/x","points",5,5,1]],"salt"`)
		}, "record 12"},
		"root of another tree": {func(b *journal.Block) { b.Root[0] ^= 1 }, "block 11"},
		"size of another tree": {func(b *journal.Block) { b.TreeSize++ }, "block 11"},
	} {
		t.Run(name, func(t *testing.T) {
			disk := memjournal.NewDisk()
			e := must(t)(inMemory(t, disk, nil))
			found(t, e)
			b := next(e)
			closed(t, e)
			header := strings.HasPrefix(c.says, "block")
			if !header {
				c.spoil(&b)
			}
			j, err := memjournal.Open(disk)
			if err != nil {
				t.Fatal(err)
			}
			s := replayed(t, j, nil)
			s.tree.Append(seal.EntryOf(b.Lines[0]))
			b.Height, b.FirstSeq, b.Prev, b.Time = s.head.Height+1, s.head.Seq+1, s.head.Hash, noon.UnixMilli()
			b.TreeSize, b.Root = s.tree.Size(), journal.Hash(s.tree.Root())
			if header {
				c.spoil(&b)
			}
			if _, err := j.Append(t.Context(), s.head, []journal.Block{b}); err != nil {
				t.Fatal(err)
			}
			if err := j.Close(); err != nil {
				t.Fatal(err)
			}
			_, err = inMemory(t, disk, nil)
			if c.says == "" && err != nil {
				t.Fatalf("the untouched record is refused: %v", err)
			}
			if c.says != "" && (!errors.Is(err, ErrBreach) || !strings.Contains(err.Error(), c.says)) {
				t.Fatalf("%v, want a breach that names %s", err, c.says)
			}
		})
	}
}

// A flipped bit on the disk is the journal's to see; the engine passes its name on.
func TestDamagedBlock(t *testing.T) {
	disk := memjournal.NewDisk()
	e := must(t)(inMemory(t, disk, nil))
	found(t, e)
	if err := disk.Flip(4); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Record(t.Context(), 4); !errors.Is(err, journal.ErrCorrupt) {
		t.Fatalf("read: %v", err)
	}
}
