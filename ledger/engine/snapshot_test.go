package engine

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/snapshot"
)

// heardLog keeps what an engine says.
type heardLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (h *heardLog) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.Write(p)
}

func (h *heardLog) says(what string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return strings.Contains(h.text.String(), what)
}

// withSnapshots opens the engine of dir, with snapshots after so many records, and what it says.
func withSnapshots(t *testing.T, dir string, after int) (*Engine, *heardLog) {
	t.Helper()
	h := new(heardLog)
	log := slog.New(slog.NewTextHandler(h, nil))
	e := must(t)(onDisk(t, dir, func(o *Options) {
		o.Snapshots, o.Limits.Snapshot, o.Logger = snapshot.Open(dir, "feed", log), after, log
	}))
	return e, h
}

func snapshots(t *testing.T, dir string) []snapshot.File {
	t.Helper()
	files, err := snapshot.Open(dir, "feed", nil).Files()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// meals are a meal each of members first to last.
func meals(first, last int) (cmds []*ledger.Command) {
	for i := first; i < last; i++ {
		cmds = append(cmds, redeem(i, 1))
	}
	return cmds
}

// A start folds only what came after the newest snapshot, and comes to the same state as one that folds everything.
func TestStartFromSnapshot(t *testing.T) {
	dir := t.TempDir()
	e, _ := withSnapshots(t, dir, 1<<20)
	found(t, e)
	serve(t, e, 0, 30)
	at, err := e.SnapshotNow(t.Context())
	if err != nil || at != e.Seq() {
		t.Fatalf("a snapshot at %d of %d: %v", at, e.Seq(), err)
	}
	lunch := meals(0, 30)
	doAll(t, e, lunch)
	closed(t, e)
	if files := snapshots(t, dir); len(files) != 1 || files[0].Seq != at {
		t.Fatalf("%+v", files)
	}
	e, _ = withSnapshots(t, dir, 1<<20)
	if s := e.Stats(); s.Snapshot != at || s.Seq <= at {
		t.Errorf("started from %d at %d", s.Snapshot, s.Seq)
	}
	audit(t, e)
	whole := replayed(t, e.journal, nil)
	if same := written(t, e.book); same != written(t, whole.book) {
		t.Error("the book of a start from a snapshot is not that of a whole replay")
	}
	if e.tree != whole.tree || e.head != whole.head {
		t.Errorf("at %v, a whole replay is at %v", e.head, whole.head)
	}
	for i, cmd := range lunch { // the key index covers both sides of it
		if a, err := e.Submit(t.Context(), cmd); err != nil || !a.Replayed {
			t.Fatalf("meal %d again: %+v %v", i, a, err)
		}
	}
}

func written(t *testing.T, b *ledger.Book) string {
	t.Helper()
	var text strings.Builder
	if err := b.WriteSnapshot(func(line []byte) error {
		text.Write(line)
		return text.WriteByte('\n')
	}); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// A damaged snapshot is said, passed over and made anew; the books do not need it.
func TestDamagedSnapshot(t *testing.T) {
	dir := t.TempDir()
	e, _ := withSnapshots(t, dir, 1<<20)
	found(t, e)
	at, err := e.SnapshotNow(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	serve(t, e, 0, 5)
	later, err := e.SnapshotNow(t.Context())
	if err != nil || later == at {
		t.Fatalf("%d %v", later, err)
	}
	closed(t, e)
	files := snapshots(t, dir)
	p, err := os.ReadFile(files[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	p[len(p)/2] ^= 4
	if err := os.WriteFile(files[0].Path, p, 0o600); err != nil {
		t.Fatal(err)
	}
	e, h := withSnapshots(t, dir, 1<<20)
	if got := e.Stats().Snapshot; got != at || !h.says(filepath.Base(files[0].Path)) {
		t.Errorf("started from %d, the sound one is at %d; the damaged one was said: %v", got, at, h.says(filepath.Base(files[0].Path)))
	}
	audit(t, e)
	if _, err := e.SnapshotNow(t.Context()); err != nil {
		t.Fatal(err)
	}
	closed(t, e)
	e, _ = withSnapshots(t, dir, 1<<20)
	if got := e.Stats().Snapshot; got != later {
		t.Errorf("started from %d, mended at %d", got, later)
	}
}

// A snapshot that is ahead of a rolled-back journal, or of another history, is not used.
func TestSnapshotOfAnotherHistory(t *testing.T) {
	dir := t.TempDir()
	e, _ := withSnapshots(t, dir, 1<<20)
	found(t, e)
	closed(t, e)
	copied(t, filepath.Join(dir, "data"), filepath.Join(dir, "older"))
	e, _ = withSnapshots(t, dir, 1<<20)
	serve(t, e, 0, 5)
	if _, err := e.SnapshotNow(t.Context()); err != nil {
		t.Fatal(err)
	}
	closed(t, e)
	for _, gone := range []string{"data", "mark"} {
		if err := os.RemoveAll(filepath.Join(dir, gone)); err != nil {
			t.Fatal(err)
		}
	}
	moved(t, filepath.Join(dir, "older"), filepath.Join(dir, "data"))
	for round := range 2 { // behind it first, then beside it
		e = must(t)(onDisk(t, dir, func(o *Options) { o.AcceptMissingMark, o.Limits.Snapshot = true, 1<<20 }))
		if got := e.Stats().Snapshot; got != 0 {
			t.Fatalf("started from %d", got)
		}
		audit(t, e)
		for i := range 50 {
			do(t, e, openAccount(member(1000+100*round+i)))
		}
		closed(t, e)
	}
}

// Snapshots are made by themselves when enough is new, and a start that had to fold much makes one at once.
func TestSnapshotsAreMade(t *testing.T) {
	dir := t.TempDir()
	e, _ := withSnapshots(t, dir, 5)
	found(t, e)
	waitFor(t, func() bool { return e.Stats().Snapshot > 0 })
	first := e.Stats().Snapshot
	serve(t, e, 0, 10)
	waitFor(t, func() bool { return e.Stats().Snapshot > first })
	closed(t, e)
	if err := os.RemoveAll(filepath.Join(dir, snapshot.Dir)); err != nil {
		t.Fatal(err)
	}
	e, _ = withSnapshots(t, dir, 5)
	if s := e.Stats(); s.Snapshot != s.Seq {
		t.Errorf("a start over %d records made a snapshot at %d", s.Seq, s.Snapshot)
	}
}

// Without a place for snapshots there are none, and an engine that is closed makes none.
func TestNoSnapshots(t *testing.T) {
	dir := t.TempDir()
	e := must(t)(onDisk(t, dir, func(o *Options) { o.Snapshots = nil }))
	found(t, e)
	if _, err := e.SnapshotNow(t.Context()); !errors.Is(err, ErrNoSnapshots) {
		t.Errorf("%v", err)
	}
	closed(t, e)
	e, _ = withSnapshots(t, dir, 1<<20)
	closed(t, e)
	if _, err := e.SnapshotNow(t.Context()); !errors.Is(err, ErrStopped) {
		t.Errorf("of a closed engine: %v", err)
	}
}

// What cannot be written is an alarm, and the bank goes on.
func TestSnapshotCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, snapshot.Dir), nil, 0o600); err != nil { // a file where the folder belongs
		t.Fatal(err)
	}
	e, h := withSnapshots(t, dir, 1<<20)
	found(t, e)
	if _, err := e.SnapshotNow(t.Context()); err == nil {
		t.Error("made")
	}
	if s := e.Stats(); s.SnapshotErrors != 1 || !h.says("level=ERROR") {
		t.Errorf("%d errors counted", s.SnapshotErrors)
	}
	do(t, e, openAccount("m/after"))
}

// A snapshot of a twin that somebody holds is the one that a book of its own would give, byte for byte, also when the twin is ahead;
// a twin that is not what the journal says is refused by its record.
func TestSnapshotOfTwin(t *testing.T) {
	dir := t.TempDir()
	e, _ := withSnapshots(t, dir, 1<<20)
	found(t, e)
	serve(t, e, 0, 30)
	ahead := 0
	e.CopyFrom(func(_ context.Context, seq ledger.Seq, f func(*ledger.Book) error) error {
		doAll(t, e, meals(ahead, ahead+5)) // after the engine asked
		ahead += 5
		s := replayed(t, e.journal, nil)
		if s.book.Seq() <= seq {
			t.Errorf("asked for %d at %d", seq, s.book.Seq())
		}
		return f(s.book)
	})
	for range 2 {
		before := e.Seq()
		at, err := e.SnapshotNow(t.Context())
		if err != nil || at != before+5 || at != e.Seq() {
			t.Fatalf("a snapshot at %d of %d: %v", at, e.Seq(), err)
		}
	}
	file := snapshots(t, dir)[0]
	s := replayed(t, e.journal, nil)
	if err := snapshot.Compare(file, &snapshot.State{Head: s.head, Edge: s.tree, Book: s.book}); err != nil {
		t.Error(err)
	}
	e.CopyFrom(func(_ context.Context, _ ledger.Seq, f func(*ledger.Book) error) error {
		b := ledger.NewBook()
		replayed(t, e.journal, func(d *decoded) error {
			for i := range d.records {
				if r := &d.records[i]; r.Seq < e.Seq() { // half way into a block, or behind
					if err := b.Fold(r); err != nil {
						return err
					}
				}
			}
			return nil
		})
		return f(b)
	})
	doAll(t, e, meals(ahead, ahead+2))
	if at, err := e.SnapshotNow(t.Context()); err == nil {
		t.Errorf("of a twin that is behind: at %d", at)
	}
	if left := snapshots(t, dir); left[0] != file {
		t.Errorf("%+v", left)
	}
	closed(t, e)
}
