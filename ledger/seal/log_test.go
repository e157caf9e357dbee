package seal

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
)

func (w *world) advance(t *testing.T, l *Log, n int64) {
	t.Helper()
	w.books.add(n)
	if err := l.advance(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// What is signed opens with the library of others, and was in the mark file before.
func TestCheckpointIsSignedStoredAndServed(t *testing.T) {
	w := newWorld(t)
	l := w.sealed(t)
	for _, n := range []int64{0, 5, 5, 300} {
		w.advance(t, l, n)
		p := l.Published()
		policy, err := torchwood.ParsePolicy(l.PolicyText())
		if err != nil {
			t.Fatal(err)
		}
		c, _, err := torchwood.VerifyCheckpoint(p.Note, policy)
		if err != nil || c.Origin != testOrigin || c.N != n || c.Hash != p.Root {
			t.Fatalf("size %d: %+v %v\n%s", n, c, err, p.Note)
		}
		guard, err := OpenGuard(filepath.Join(w.dir, "mark"))
		if err != nil {
			t.Fatal(err)
		}
		if m, _ := guard.Mark(); !bytes.Equal(m.Checkpoint, p.Note) || m.Size != n {
			t.Fatalf("the mark has size %d and checkpoint\n%s", m.Size, m.Checkpoint)
		}
	}
	again, err := w.open()
	if err != nil {
		t.Fatal(err)
	}
	if p := again.Published(); p == nil || !bytes.Equal(p.Note, l.Published().Note) {
		t.Fatal("a restart does not serve the checkpoint of before")
	}
}

// While the guard cannot store, nobody sees the new checkpoint.
func TestNothingIsServedBeforeItIsStored(t *testing.T) {
	w := newWorld(t)
	w.books.add(3)
	l := w.sealed(t)
	blocked := filepath.Join(w.dir, "mark.next")
	if err := os.Mkdir(blocked, 0o700); err != nil {
		t.Fatal(err)
	}
	w.books.add(9)
	if err := l.advance(t.Context()); err == nil || l.Published().Size != 3 || l.Status().Stopped != nil {
		t.Fatalf("published %d, %v", l.Published().Size, err)
	}
	if err := os.Remove(blocked); err != nil {
		t.Fatal(err)
	}
	w.advance(t, l, 9)
	if l.Published().Size != 9 {
		t.Fatal("it does not go on")
	}
}

// A ledger that is shorter than, or different from, what was signed: refused at the start, with a reason.
func TestStartRefusesWhatWasNotSigned(t *testing.T) {
	signed := func(t *testing.T) *world {
		t.Helper()
		w := newWorld(t)
		w.books.add(700)
		w.sealed(t)
		return w
	}
	t.Run("rolled back", func(t *testing.T) {
		w := signed(t)
		w.books = new(books).add(600)
		if _, err := w.open(); !errors.Is(err, ErrBehind) {
			t.Errorf("%v, want ErrBehind", err)
		}
		w.index = &memoryIndex{pairs: map[string][]byte{}} // also without the tiles
		if _, err := w.open(); !errors.Is(err, ErrBehind) {
			t.Errorf("%v, want ErrBehind", err)
		}
	})
	t.Run("rewritten", func(t *testing.T) {
		w := signed(t)
		w.books = new(books).rewritten(900, 41)
		if _, err := w.open(); !errors.Is(err, ErrFork) {
			t.Errorf("%v, want ErrFork", err)
		}
	})
	t.Run("another key", func(t *testing.T) {
		w := signed(t)
		if err := os.Remove(filepath.Join(w.dir, "log-key")); err != nil {
			t.Fatal(err)
		}
		if _, err := CreateKey(filepath.Join(w.dir, "log-key"), testOrigin, rand.Reader); err != nil {
			t.Fatal(err)
		}
		if _, err := w.open(); !errors.Is(err, ErrForeign) {
			t.Errorf("%v, want ErrForeign", err)
		}
	})
	t.Run("rewritten while it runs", func(t *testing.T) {
		w := newWorld(t)
		w.books.add(700)
		l := w.sealed(t)
		w.books.tree.Append(EntryOf([]byte("a line that nobody has"))) // from here the headers state another tree
		w.books.add(800)
		if err := l.advance(t.Context()); !errors.Is(err, ErrRoot) || l.Published().Size != 700 {
			t.Errorf("%v, published %d", err, l.Published().Size)
		}
		if s := l.Status(); !errors.Is(s.Stopped, ErrRoot) {
			t.Errorf("status %v", s.Stopped)
		}
	})
}

// rewritten are books of n lines of which line i is another one, sealed again from there to the end.
func (b *books) rewritten(n, i int64) *books {
	honest := new(books).add(n)
	first := int64(0)
	for _, m := range honest.marks {
		for ; first < m.Size; first++ {
			line := honest.lines[first]
			if first == i {
				line = bytes.Replace(line, []byte(`"salt"`), []byte(`"salz"`), 1)
			}
			b.lines = append(b.lines, line)
			b.tree.Append(EntryOf(line))
		}
		b.seal()
	}
	return b
}

// Of two checkpoints that contradict each other, the guard stores one.
func TestGuardStoresNoContradiction(t *testing.T) {
	w := newWorld(t)
	guard, err := OpenGuard(filepath.Join(w.dir, "mark"))
	if err != nil {
		t.Fatal(err)
	}
	signed := func(m Mark) Mark {
		m.Checkpoint, err = w.key.Sign(m.Size, m.Root)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	first := signed(markAt(5))
	if err := guard.StoreSigned(first); err != nil {
		t.Fatal(err)
	}
	other := markAt(6)
	other.Size, other.Root[0] = first.Size, first.Root[0]^1
	for name, m := range map[string]Mark{"smaller": signed(markAt(4)), "same size, other root": signed(other)} {
		if err := guard.StoreSigned(m); !errors.Is(err, ErrBack) {
			t.Errorf("%s: %v, want ErrBack", name, err)
		}
	}
	if err := guard.StoreSigned(first); err != nil {
		t.Errorf("the same again: %v", err)
	}
	if err := guard.Store(markAt(9)); err != nil {
		t.Fatal(err)
	}
	late := signed(markAt(7)) // the keeper of the books was faster
	if err := guard.StoreSigned(late); err != nil {
		t.Fatal(err)
	}
	if m, _ := guard.Mark(); m.Height != 9 || !bytes.Equal(m.Checkpoint, late.Checkpoint) {
		t.Errorf("height %d, checkpoint\n%s", m.Height, m.Checkpoint)
	}
	if err := guard.StoreSigned(signed(markAt(20))); err != nil {
		t.Fatal(err)
	}
	if err := guard.Store(markAt(12)); err != nil {
		t.Errorf("the signer was faster: %v", err)
	}
	if m, _ := guard.Mark(); m.Height != 20 {
		t.Errorf("height %d, want 20", m.Height)
	}
}

func TestReceipt(t *testing.T) {
	w := newWorld(t)
	w.books.add(600)
	l := w.sealed(t)
	policy, err := LogPolicy(l.VerifierKeys()...)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range []int64{0, 255, 256, 599} {
		text, err := l.Published().Receipt(t.Context(), i, lineAt(i))
		if err != nil {
			t.Fatal(err)
		}
		r, err := OpenReceipt(text, policy)
		if err != nil || r.Index != i || !bytes.Equal(r.Line, lineAt(i)) || r.Checkpoint.Size != 600 {
			t.Fatalf("entry %d: %+v %v", i, r, err)
		}
		for at := range text { // no bit of it can be another
			bad := bytes.Clone(text)
			bad[at] ^= 1
			if other, err := OpenReceipt(bad, policy); err == nil && (other.Index != i || !bytes.Equal(other.Line, lineAt(i))) {
				t.Fatalf("byte %d changed, and it proves %+v", at, other)
			}
		}
	}
	public, err := l.Published().Receipt(t.Context(), 7, nil)
	if err != nil || bytes.Contains(public, []byte("extra")) {
		t.Fatalf("%s %v", public, err)
	}
	if _, err := OpenReceipt(public, policy); !errors.Is(err, ErrReceipt) {
		t.Errorf("a proof without a line: %v", err)
	}
	stranger, _, err := note.GenerateKey(rand.Reader, testOrigin)
	if err != nil {
		t.Fatal(err)
	}
	k, err := newKey(testOrigin, []string{stranger})
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := LogPolicy(k.VerifierKeys()...)
	if err != nil {
		t.Fatal(err)
	}
	text, err := l.Published().Receipt(t.Context(), 7, lineAt(7))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenReceipt(text, foreign); !errors.Is(err, ErrCheckpoint) {
		t.Errorf("verified with a stranger's key: %v", err)
	}
}

func FuzzOpenReceipt(f *testing.F) {
	secret, _, err := note.GenerateKey(rand.Reader, testOrigin)
	if err != nil {
		f.Fatal(err)
	}
	k, err := newKey(testOrigin, []string{secret})
	if err != nil {
		f.Fatal(err)
	}
	policy, err := LogPolicy(k.VerifierKeys()...)
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte("c2sp.org/tlog-proof@v1\nextra e30=\nindex 0\n\nbank.example/rainbow\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\u2014 bank.example/rainbow AAAA\n"))
	f.Fuzz(func(t *testing.T, p []byte) {
		if r, err := OpenReceipt(p, policy); err == nil {
			t.Fatalf("nobody signed %+v", r)
		}
	})
}

// Readers take whole published trees while the log grows.
func TestReadersWhileItRuns(t *testing.T) {
	w := newWorld(t)
	w.books.add(1)
	l := w.sealed(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := int64(2); ctx.Err() == nil; n += 37 {
			w.books.add(n)
			if err := l.advance(ctx); err != nil && ctx.Err() == nil {
				t.Error(err)
				return
			}
		}
	}()
	for range 40 {
		p, err := l.Wait(ctx, l.Published().Size+1)
		if err != nil {
			t.Fatal(err)
		}
		(&theirs{t: t}).upTo(p.Size).proves(p, p.Size/2)
		if _, err := p.Resource(ctx, torchwood.TilePath(tileOf(p.Size))); err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	<-done
	short, stop := context.WithTimeout(t.Context(), time.Millisecond)
	defer stop()
	if _, err := l.Wait(short, 1<<40); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}
