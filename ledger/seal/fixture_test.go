package seal

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"iter"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// books is a journal as a log reads it: lines in blocks of different lengths.
type books struct {
	mu    sync.Mutex
	lines [][]byte
	marks []Mark // after each block
	tree  Frontier
}

func lineAt(i int64) []byte { return fmt.Appendf(nil, `{"seq":%d,"salt":"%032x"}`, i+1, i*7919) }

// add appends blocks until the books have n lines.
func (b *books) add(n int64) *books {
	b.mu.Lock()
	defer b.mu.Unlock()
	for int64(len(b.lines)) < n {
		for range min(1+len(b.marks)%200, int(n)-len(b.lines)) {
			line := lineAt(int64(len(b.lines)))
			b.lines = append(b.lines, line)
			b.tree.Append(EntryOf(line))
		}
		b.seal()
	}
	return b
}

func (b *books) seal() {
	height := int64(len(b.marks) + 1)
	b.marks = append(b.marks, Mark{
		Height: height, Seq: b.tree.Size(), Block: EntryOf(fmt.Appendf(nil, "block %d", height)), Size: b.tree.Size(), Root: b.tree.Root(),
	})
}

func (b *books) Head() Mark {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.marks) == 0 {
		return Mark{Root: (&Frontier{}).Root()}
	}
	return b.marks[len(b.marks)-1]
}

func (b *books) Blocks(_ context.Context, from int64) iter.Seq2[Block, error] {
	return func(yield func(Block, error) bool) {
		first := int64(0)
		for i := 0; ; i++ {
			b.mu.Lock()
			if i == len(b.marks) {
				b.mu.Unlock()
				return
			}
			block := Block{First: first, Lines: b.lines[first:b.marks[i].Size]}
			first = b.marks[i].Size
			b.mu.Unlock()
			if first > from && !yield(block, nil) {
				return
			}
		}
	}
}

// seqNumber and pair are the types of an index that knows nothing of us.
type seqNumber int64

type pair struct{ Key, Value []byte }

type memoryIndex struct {
	mu     sync.Mutex
	cursor seqNumber
	pairs  map[string][]byte
}

func (x *memoryIndex) Cursor(context.Context, string) (seqNumber, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.cursor, nil
}

func (x *memoryIndex) Write(_ context.Context, _ string, puts []pair, cursor seqNumber) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if cursor < x.cursor {
		return fmt.Errorf("cursor back from %d to %d", x.cursor, cursor)
	}
	for _, kv := range puts {
		x.pairs[string(kv.Key)] = bytes.Clone(kv.Value)
	}
	x.cursor = cursor
	return nil
}

func (x *memoryIndex) Get(_ context.Context, key []byte) ([]byte, bool, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	value, ok := x.pairs[string(key)]
	return bytes.Clone(value), ok, nil
}

// world is everything that a log stands on.
type world struct {
	books  *books
	index  *memoryIndex
	dir    string
	key    *Key
	now    time.Time
	policy string // of the witnesses file
}

const testOrigin = "bank.example/rainbow"

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{books: new(books), index: &memoryIndex{pairs: map[string][]byte{}}, dir: t.TempDir(), now: time.Unix(1_700_000_000, 0)}
	var err error
	if w.key, err = CreateKey(filepath.Join(w.dir, "log-key"), testOrigin, rand.Reader); err != nil {
		t.Fatal(err)
	}
	return w
}

// open is a start of the process.
func (w *world) open() (*Log, error) {
	guard, err := OpenGuard(filepath.Join(w.dir, "mark"))
	if err != nil {
		return nil, err
	}
	key, err := OpenKey(filepath.Join(w.dir, "log-key"), testOrigin)
	if err != nil {
		return nil, err
	}
	policy, err := NewPolicy(key.VerifierKeys(), w.policy)
	if err != nil {
		return nil, err
	}
	return Open(context.Background(), Options{
		Key: key, Guard: guard, Source: w.books, Store: Over(w.index), Now: func() time.Time { return w.now }, Policy: policy,
	})
}

// sealed opens the log and lets it sign what is there.
func (w *world) sealed(t *testing.T) *Log {
	t.Helper()
	l, err := w.open()
	if err != nil {
		t.Fatal(err)
	}
	if err := l.advance(t.Context()); err != nil {
		t.Fatal(err)
	}
	return l
}

// restarted is the tree that a start of the process finds, before anything is signed.
func (w *world) restarted(t *testing.T) *Published {
	t.Helper()
	l, err := w.open()
	if err != nil {
		t.Fatal(err)
	}
	return &Published{Size: l.edge.size, Root: l.edge.root(), edge: l.edge, store: l.store}
}
