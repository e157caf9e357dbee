package seal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Options say what a log stands on. All but Policy and Logger must be there.
type Options struct {
	Key    *Key
	Guard  *Guard // where the signed head is kept outside of the database
	Source Source
	Store  Store
	Now    func() time.Time
	Policy *Policy      // nil asks no witness
	Logger *slog.Logger // nil discards
}

// Source is the journal as a log reads it.
type Source interface {
	// Head is the end of what is durable, without a checkpoint.
	Head() Mark
	// Blocks gives the blocks from the one that holds this entry (from 0) up to the head, in order and without a gap. A
	// fault is the last pair given.
	Blocks(ctx context.Context, from int64) iter.Seq2[Block, error]
}

// Block is a piece of the journal.
type Block struct {
	First int64 // entry of the first line
	Lines [][]byte
}

// What keeps a log from signing. The message says more.
var (
	// ErrBehind : the books end before the checkpoint that was signed last.
	ErrBehind = errors.New("seal: the books end before the signed checkpoint")
	// ErrFork : the books are as long as the signed checkpoint, but not the ones that were signed.
	ErrFork = errors.New("seal: the books are not the ones that were signed")
	// ErrForeign : the checkpoint in the mark file was signed by another key or for another origin.
	ErrForeign = errors.New("seal: the signed checkpoint is of another key or origin")
	// ErrRoot : a block's lines do not hash to the root in its header.
	ErrRoot = errors.New("seal: the records do not hash to the root that is stored with them")
)

// Log grows the tree behind the journal, signs it, and publishes it. Its methods may be called by any goroutine.
type Log struct {
	key    *Key
	policy *Policy
	guard  *Guard
	source Source
	store  Store
	now    func() time.Time
	log    *slog.Logger
	client *http.Client

	step   sync.Mutex // one step at a time, of Run or Close
	edge   edge       // under step: of all entries read
	signed int64      // under step: the size of the newest signed checkpoint, -1 before the first
	before *Published // under step: what was signed before this start and has not been shown to the witnesses yet
	memory []memory   // under step: of each witness
	asked  time.Time  // under step: when the witnesses were asked last

	published atomic.Pointer[Published]
	status    atomic.Pointer[Status]
	mu        sync.Mutex
	grown     chan struct{} // closed and replaced at each publication; under mu
}

// Open reads what the journal has beyond the stored tiles, and compares it with the checkpoint that was signed last. It
// refuses with ErrBehind, ErrFork or ErrForeign: then nothing may be signed under this origin (docs/format-seal.md says
// how to go on).
func Open(ctx context.Context, o Options) (*Log, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Policy == nil {
		var err error
		if o.Policy, err = NewPolicy(o.Key.VerifierKeys(), ""); err != nil {
			return nil, err
		}
	}
	l := &Log{
		key: o.Key, policy: o.Policy, guard: o.Guard, source: o.Source, store: o.Store, now: o.Now, log: o.Logger,
		client: newClient(), signed: -1, memory: make([]memory, len(o.Policy.witnesses)), grown: make(chan struct{}),
	}
	l.status.Store(&Status{Witnesses: l.witnessesOf(nil)})
	err := l.restore(ctx)
	if err == nil {
		err = l.resume(ctx)
	}
	if errors.Is(err, ErrTiles) {
		if err = l.rebuild(ctx, err); err == nil {
			err = l.resume(ctx)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	return l, nil
}

// restore makes the edge of the tree from the stored tiles and the lines behind them. Tiles that do not fit the journal are
// ErrTiles.
func (l *Log) restore(ctx context.Context) error {
	head := l.source.Head()
	cursor, err := l.store.Cursor(ctx)
	if err != nil {
		return fmt.Errorf("read cursor: %w", err)
	}
	if cursor > head.Size || cursor%width != 0 {
		return fmt.Errorf("%w: they reach to %d, the journal to %d", ErrTiles, cursor, head.Size)
	}
	if l.edge, err = load(ctx, l.store, cursor); err != nil {
		return err
	}
	if err := l.grow(ctx, head); errors.Is(err, ErrRoot) {
		return fmt.Errorf("%w: %w", ErrTiles, err)
	} else if err != nil {
		return err
	}
	return nil
}

// rebuild makes the tiles anew from the first line. If the tree is still not the journal's, the journal is at fault.
func (l *Log) rebuild(ctx context.Context, cause error) error {
	l.log.WarnContext(ctx, "the stored tiles are not those of this ledger: they are built anew", slog.Any("error", cause))
	l.edge = edge{}
	return l.grow(ctx, l.source.Head())
}

// resume takes up the checkpoint that was signed last, if the books still extend it. After a rotation of the key it is
// signed again. Where there are witnesses they see it before anybody else: they may know more.
func (l *Log) resume(ctx context.Context) error {
	mark, _ := l.guard.Mark()
	if len(mark.Checkpoint) == 0 {
		return nil
	}
	last, err := l.key.Signed(mark.Checkpoint)
	if err != nil {
		return err
	}
	if last.Size > l.edge.size {
		return fmt.Errorf("%w: they have %d records, %d were signed", ErrBehind, l.edge.size, last.Size)
	}
	whole := Published{Size: l.edge.size, Root: l.edge.root(), edge: l.edge, store: l.store}
	root, err := whole.RootAt(ctx, last.Size)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrTiles, err)
	}
	if root != last.Root {
		return fmt.Errorf("%w: the first %d records hash to %v, %v was signed", ErrFork, last.Size, root, last.Root)
	}
	p := &Published{Origin: l.key.origin, Size: last.Size, Root: last.Root, store: l.store}
	if p.edge, err = l.edge.at(ctx, l.store, last.Size); err != nil {
		return err
	}
	if p.Note, err = l.key.Sign(p.Size, p.Root); err != nil {
		return err
	}
	if !bytes.Equal(p.Note, mark.Checkpoint) {
		if err := l.guard.StoreSigned(Mark{Size: p.Size, Root: p.Root, Checkpoint: p.Note}); err != nil {
			return err
		}
	}
	l.signed = last.Size
	if len(l.memory) > 0 {
		l.before = p
	} else {
		l.publish(p, nil)
	}
	return nil
}

// growChunk is how many full tiles are written at once, in tiles of 8 KiB.
const growChunk = 64

// grow reads the lines up to head into the tree. Full tiles are stored before anything can be published that needs them.
func (l *Log) grow(ctx context.Context, head Mark) error {
	if l.edge.size >= head.Size {
		return l.matches(head)
	}
	next, full := l.edge, []Tile(nil)
	for b, err := range l.source.Blocks(ctx, next.size) {
		if err != nil {
			return fmt.Errorf("read the journal after entry %d: %w", next.size, err)
		}
		if b.First > next.size {
			return fmt.Errorf("%w: entry %d follows %d", ErrRoot, b.First, next.size)
		}
		for _, line := range b.Lines[next.size-b.First:] {
			full = next.grow(full, EntryOf(line))
		}
		if len(full) >= growChunk {
			if err := l.save(ctx, &next, full); err != nil {
				return err
			}
			full = nil
		}
		if next.size >= head.Size {
			break
		}
	}
	if len(full) > 0 {
		if err := l.save(ctx, &next, full); err != nil {
			return err
		}
	}
	l.edge = next
	return l.matches(head)
}

// save writes full tiles. The cursor never goes back, also when tiles are built anew.
func (l *Log) save(ctx context.Context, e *edge, full []Tile) error {
	cursor, err := l.store.Cursor(ctx)
	if err != nil {
		return fmt.Errorf("read cursor: %w", err)
	}
	if err := l.store.Write(ctx, full, max(cursor, e.size-e.size%width)); err != nil {
		return fmt.Errorf("store tiles: %w", err)
	}
	return nil
}

// matches compares the tree with what the journal's head says.
func (l *Log) matches(head Mark) error {
	if l.edge.size != head.Size || l.edge.root() != head.Root {
		return fmt.Errorf("%w: %d records, the head says %d", ErrRoot, l.edge.size, head.Size)
	}
	return nil
}

// Published is the newest checkpoint with the tree under it; nil before the first.
func (l *Log) Published() *Published { return l.published.Load() }

// Origin is the name of the log.
func (l *Log) Origin() string { return l.key.origin }

// Witnessed says whether enough witnesses have signed a published checkpoint, by the policy. A log without witnesses is
// not witnessed.
func (l *Log) Witnessed(p *Published) bool {
	if len(l.policy.witnesses) == 0 {
		return false
	}
	_, err := OpenCheckpoint(p.Note, l.policy)
	return err == nil
}

// PolicyText is the policy as others verify us by it: C2SP tlog-policy.
func (l *Log) PolicyText() []byte { return l.policy.text(l.key.vkeys) }

// VerifierKeys are the keys that checkpoints are signed with, the newest first.
func (l *Log) VerifierKeys() []string { return l.key.vkeys }

// Wait returns the newest checkpoint once it holds this many entries, or ctx's error.
func (l *Log) Wait(ctx context.Context, size int64) (*Published, error) {
	for {
		l.mu.Lock()
		grown := l.grown
		l.mu.Unlock()
		if p := l.Published(); p != nil && p.Size >= size {
			return p, nil
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for a checkpoint of %d: %w", size, context.Cause(ctx))
		}
	}
}
