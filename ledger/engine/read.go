package engine

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
)

// Stored is a durable record: what it says, the bytes that say it, and the block that it stands in.
type Stored struct {
	Record ledger.Record
	Line   []byte // as stored and hashed, without LF
	Block  Block
}

// Block is the header of a block of the journal.
type Block struct {
	Height   int64
	First    ledger.Seq
	Last     ledger.Seq
	Time     ledger.Time // of its last record
	Prev     [32]byte    // hash of the block before
	Hash     [32]byte
	TreeSize int64 // of the Merkle tree after it
	Root     [32]byte
}

// First gives the records that a key made first, for the lookup right after authentication (docs/architecture.md, A redemption): a retry meets
// its first answer before code, PIN, price or limits are looked at. Only durable records; false when there are none.
// ErrStopped when the engine is closed.
func (e *Engine) First(ctx context.Context, scope string, key ledger.Key) ([]ledger.Record, bool, error) {
	if !ledger.ValidKey(key) {
		return nil, false, nil
	}
	s, ok, err := e.keys.find(ctx, keyID(scope, key))
	if err != nil || !ok {
		return nil, false, stopped(err)
	}
	records, err := readSpan(ctx, e.journal, s)
	if err == nil {
		err = madeBy(records, keyID(scope, key))
	}
	if err != nil {
		return nil, false, stopped(err)
	}
	return records, true, nil
}

// Record gives one durable record; ErrNotFound when there is none with this seq.
func (e *Engine) Record(ctx context.Context, seq ledger.Seq) (Stored, error) {
	if seq < 1 || seq > e.Seq() {
		return Stored{}, fmt.Errorf("%w: %d", ErrNotFound, seq)
	}
	b, err := e.journal.Block(ctx, journal.Seq(seq))
	if err != nil {
		return Stored{}, fmt.Errorf("read record %d: %w", seq, stopped(err))
	}
	header, err := headerOf(b)
	if err != nil {
		return Stored{}, err
	}
	return storedAt(b, header, journal.Seq(seq))
}

// Follow gives the durable records from a seq on, in order, and then waits for more, until ctx ends or the engine closes;
// that error, like any fault, is the last pair given. A record is given only once every other read of the engine
// shows it too. A slow follower holds nobody up: it reads from the journal. ErrNotFound if from is below 1 or beyond
// the next seq.
func (e *Engine) Follow(ctx context.Context, from ledger.Seq) iter.Seq2[Stored, error] {
	return func(yield func(Stored, error) bool) {
		height, err := e.heightOf(ctx, from)
		if err != nil {
			yield(Stored{}, err)
			return
		}
		for b, err := range e.journal.Follow(ctx, height) {
			if err == nil {
				err = e.tip.Wait(ctx, b.Height-1) // durable a moment before it is published
			}
			var header Block
			if err == nil {
				header, err = headerOf(b)
			}
			if err != nil {
				yield(Stored{}, stopped(err))
				return
			}
			for seq := max(b.FirstSeq, journal.Seq(from)); seq <= b.LastSeq(); seq++ {
				s, err := storedAt(b, header, seq)
				if !yield(s, err) || err != nil {
					return
				}
			}
		}
	}
}

// stopped makes a journal that was closed under a reader our own word for it.
func stopped(err error) error {
	if errors.Is(err, journal.ErrClosed) {
		return fmt.Errorf("%w: %w", ErrStopped, err)
	}
	return err
}

// heightOf is the height of the block that holds, or will hold, a seq.
func (e *Engine) heightOf(ctx context.Context, seq ledger.Seq) (journal.Height, error) {
	head := e.tip.Head()
	switch {
	case seq < 1 || journal.Seq(seq) > head.Seq+1:
		return 0, fmt.Errorf("%w: %d", ErrNotFound, seq)
	case journal.Seq(seq) == head.Seq+1:
		return head.Height + 1, nil
	}
	b, err := e.journal.Block(ctx, journal.Seq(seq))
	if err != nil {
		return 0, fmt.Errorf("find record %d: %w", seq, stopped(err))
	}
	return b.Height, nil
}

func headerOf(b journal.Block) (Block, error) {
	encoded, err := b.Encode()
	if err != nil {
		return Block{}, fmt.Errorf("block %d: %w", b.Height, err)
	}
	return Block{
		Height: int64(b.Height), First: ledger.Seq(b.FirstSeq), Last: ledger.Seq(b.LastSeq()), Time: ledger.Time(b.Time),
		Prev: b.Prev, Hash: journal.HashBytes(encoded), TreeSize: b.TreeSize, Root: b.Root,
	}, nil
}

func storedAt(b journal.Block, header Block, seq journal.Seq) (Stored, error) {
	line, ok := b.Line(seq)
	if !ok {
		return Stored{}, fmt.Errorf("%w: %d in block %d", ErrNotFound, seq, b.Height)
	}
	r, err := ledger.ParseLine(line)
	if err != nil {
		return Stored{}, fmt.Errorf("%w: record %d: %w", ErrBreach, seq, err)
	}
	return Stored{Record: r, Line: line, Block: header}, nil
}

// readSpan reads the records of a span from the journal: one by its line, several block by block.
func readSpan(ctx context.Context, j journal.Journal, s span) ([]ledger.Record, error) {
	if s.n == 1 {
		line, err := j.Line(ctx, journal.Seq(s.first))
		if err != nil {
			return nil, fmt.Errorf("read record %d: %w", s.first, err)
		}
		r, err := ledger.ParseLine(line)
		if err != nil {
			return nil, fmt.Errorf("%w: record %d: %w", ErrBreach, s.first, err)
		}
		return []ledger.Record{r}, nil
	}
	records := make([]ledger.Record, 0, s.n)
	for seq := journal.Seq(s.first); seq <= journal.Seq(s.last()); {
		b, err := j.Block(ctx, seq)
		if err != nil {
			return nil, fmt.Errorf("read record %d: %w", seq, err)
		}
		for ; seq <= min(b.LastSeq(), journal.Seq(s.last())); seq++ {
			line, _ := b.Line(seq)
			r, err := ledger.ParseLine(line)
			if err != nil {
				return nil, fmt.Errorf("%w: record %d: %w", ErrBreach, seq, err)
			}
			records = append(records, r)
		}
	}
	return records, nil
}
