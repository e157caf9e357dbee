package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/seal"
)

// batch is what one Append will make durable, folded into the book already, and the answers that wait for it.
type batch struct {
	now     ledger.Time
	first   ledger.Seq      // of records[0]
	records []ledger.Record // as read back from their lines
	blocks  []journal.Block // lines only, until seal
	size    int             // bytes of the last block
	keys    map[string]span // of this batch
	entries []entry         // the same in order
	replies []outcome
	tree    seal.Frontier // after the batch, once sealed
}

// outcome is a reply that waits for the sync.
type outcome struct {
	to *request
	reply
}

func (e *Engine) newBatch(now ledger.Time) *batch {
	return &batch{now: now, first: ledger.Seq(e.head.Seq) + 1, keys: map[string]span{}}
}

// breach is a command that would break a law, or that made the rules panic: the book may be spoiled.
type breach struct{ err error }

func (b *breach) Error() string { return b.err.Error() }
func (b *breach) Unwrap() error { return b.err }

func isBreach(err error) bool {
	_, ok := errors.AsType[*breach](err)
	return ok
}

// decide answers one command as of the batch so far; full means that it has to wait for the next batch. An error is a
// fault, and if it is a breach, the batch is lost.
func (e *Engine) decide(ctx context.Context, b *batch, r *request) (a Answer, full bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &breach{fmt.Errorf("panic: %v\n%s", p, debug.Stack())}
		}
	}()
	if r.id != "" {
		if e.jail.holds(r.id) {
			return Answer{}, false, ErrQuarantined
		}
		s, found, err := e.find(ctx, b, r.id)
		if err != nil {
			return Answer{}, false, fmt.Errorf("look up key: %w", err)
		}
		if found {
			a, err := e.again(ctx, b, s, r)
			return a, false, err
		}
	}
	if e.keys.waiting()+len(b.entries) >= e.limits.Gap {
		e.counts.busy.Add(1)
		return Answer{}, false, fmt.Errorf("%w: the key index is %d keys behind", ErrBusy, e.limits.Gap)
	}
	if err := e.aim(ctx, b, &r.cmd); err != nil {
		return Answer{}, false, fmt.Errorf("read target: %w", err)
	}
	records, refusal := e.book.Apply(&r.cmd, b.now)
	if refusal != nil {
		e.counts.refusals.Add(1)
		return Answer{Seq: e.book.Seq(), Refusal: refusal}, false, nil
	}
	return e.remember(b, r.id, records)
}

// find looks a key up in the batch, in memory, in the index.
func (e *Engine) find(ctx context.Context, b *batch, id string) (span, bool, error) {
	if s, ok := b.keys[id]; ok {
		return s, true, nil
	}
	return e.keys.find(ctx, id)
}

// again answers a key that was used before.
func (e *Engine) again(ctx context.Context, b *batch, s span, q *request) (Answer, error) {
	cmd := &q.cmd
	records, err := e.span(ctx, b, s)
	if err == nil {
		err = madeBy(records, q.id)
	}
	if err != nil {
		return Answer{}, fmt.Errorf("read first answer: %w", err)
	}
	if cmd.Do == nil {
		return Answer{Seq: e.book.Seq(), Refusal: &ledger.Refusal{Code: ledger.CodeBadCommand, Field: "do"}}, nil
	}
	a := Answer{Seq: e.book.Seq(), Refusal: ledger.SameCommand(&records[0], cmd)}
	if a.Refusal != nil {
		e.counts.refusals.Add(1)
	} else {
		e.counts.replays.Add(1)
		a.Records, a.Replayed = records, true
	}
	return a, nil
}

// aim reads the record that the command is about, if it is about one that exists; if not, the rules refuse.
func (e *Engine) aim(ctx context.Context, b *batch, cmd *ledger.Command) error {
	cmd.Target = nil
	if cmd.Do == nil {
		return nil
	}
	seq := e.book.TargetOf(cmd)
	if seq < 1 || seq > e.book.Seq() {
		return nil
	}
	records, err := e.span(ctx, b, span{seq, 1})
	if err == nil {
		cmd.Target = &records[0]
	}
	return err
}

// span reads records of the batch or of the journal; the answer is the caller's own.
func (e *Engine) span(ctx context.Context, b *batch, s span) ([]ledger.Record, error) {
	if s.first < b.first {
		return readSpan(ctx, e.journal, s)
	}
	records := make([]ledger.Record, s.n)
	for i := range records {
		line, ok := b.line(s.first + ledger.Seq(i))
		if !ok {
			return nil, fmt.Errorf("%w: %d in the batch", ErrNotFound, s.first)
		}
		var err error
		if records[i], err = ledger.ParseLine(line); err != nil {
			return nil, err
		}
	}
	return records, nil
}

// line finds a line of the batch.
func (b *batch) line(seq ledger.Seq) ([]byte, bool) {
	i := int(seq - b.first)
	for _, block := range b.blocks {
		if i < len(block.Lines) {
			return block.Lines[i], true
		}
		i -= len(block.Lines)
	}
	return nil, false
}

// remember salts and encodes the records of one command, checks them against the laws, folds them and puts their lines
// into blocks; full when they do not fit into this batch any more. What is checked and folded is what the line says,
// since that is what every later start will read.
func (e *Engine) remember(b *batch, id string, records []ledger.Record) (a Answer, full bool, err error) {
	lines := make([][]byte, len(records))
	for i := range records {
		r := &records[i]
		if _, err := io.ReadFull(e.salt, r.Salt[:]); err != nil {
			return Answer{}, false, fmt.Errorf("salt: %w", err)
		}
		if lines[i], err = r.AppendLine(make([]byte, 0, lineGuess)); err != nil {
			return Answer{}, false, err
		}
	}
	if !b.place(lines) {
		if len(b.records) == 0 {
			return Answer{}, false, fmt.Errorf("%d records of one command are more than an append holds", len(records))
		}
		return Answer{}, true, nil
	}
	first := e.book.Seq() + 1
	for _, line := range lines {
		r, err := ledger.ParseLine(line)
		if err == nil {
			err = e.fold(&r)
		}
		if err != nil {
			return Answer{}, false, &breach{err}
		}
		b.records = append(b.records, r)
	}
	if len(records) > 0 {
		s := span{first, len(records)}
		b.keys[id] = s
		b.entries = append(b.entries, entry{id, s})
	}
	return Answer{Records: records, Seq: e.book.Seq()}, false, nil
}

// lineGuess is what most record lines need, in bytes.
const lineGuess = 512

// fold checks the laws and changes the book.
func (e *Engine) fold(r *ledger.Record) error {
	if err := e.check(e.book, r); err != nil {
		return err
	}
	if err := e.book.Fold(r); err != nil {
		return err
	}
	return e.book.CheckAfter(r)
}

// place puts the lines of one command into the last block, or into a new one when they do not all fit there; only what
// is too much for a block is spread over several. False, with nothing changed, when that is more than an Append holds.
func (b *batch) place(lines [][]byte) bool {
	starts, size := b.cut(lines)
	if len(b.blocks)+len(starts) > journal.AppendBlocksMax {
		return false
	}
	next := 0
	for i, line := range lines {
		if next < len(starts) && starts[next] == i {
			b.blocks = append(b.blocks, journal.Block{})
			next++
		}
		last := &b.blocks[len(b.blocks)-1]
		last.Lines = append(last.Lines, line)
	}
	b.size = size
	return true
}

// lineOverhead is what a line costs in a block beside its bytes: its end.
const lineOverhead = 4

// cut says before which of the lines a new block begins, and how large the last one then is.
func (b *batch) cut(lines [][]byte) (starts []int, size int) {
	empty := journal.Block{}.Size()
	held, size := journal.LinesMax, b.size // no block yet: as if full
	if len(b.blocks) > 0 {
		held = len(b.blocks[len(b.blocks)-1].Lines)
	}
	whole := 0
	for _, line := range lines {
		whole += lineOverhead + len(line)
	}
	apart := held+len(lines) > journal.LinesMax || size+whole > journal.BlockBytesMax
	for i, line := range lines {
		n := lineOverhead + len(line)
		if i == 0 && apart || held == journal.LinesMax || size+n > journal.BlockBytesMax {
			starts = append(starts, i)
			held, size = 0, empty
		}
		held++
		size += n
	}
	return starts, size
}
