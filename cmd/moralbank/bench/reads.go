package bench

import (
	"context"
	cryptorand "crypto/rand"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/audit"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/seal"
)

// verified recomputes everything from the first record on. Its operations are records.
func (w *World) verified(ctx context.Context, j journal.Journal) (run, error) {
	busy, began := processTime(), w.Clock.Mono()
	report, err := audit.Verify(ctx, j, nil)
	if err != nil {
		return run{}, fmt.Errorf("the books do not verify: %w", err)
	}
	return run{n: int(report.Records), took: w.Clock.Mono() - began, cpu: processTime() - busy}, nil
}

// meanLine is how long a record line is on average, in bytes, out of so many taken at random.
func meanLine(ctx context.Context, h *House, of int) (float64, error) {
	rng := rand.New(rand.NewPCG(7, 7)) //nolint:gosec // the same lines each time is the point
	sum := 0
	for range of {
		e, err := h.View.Record(ctx, ledger.Seq(1+rng.Int64N(int64(h.View.Seq()))))
		if err != nil {
			return 0, fmt.Errorf("length of a line: %w", err)
		}
		sum += len(e.Line)
	}
	return float64(sum) / float64(of), nil
}

// evidence is what making the same lines tamper-evident costs the writer by itself: a salt, the entry, the leaf and the
// nodes of the tree, its root after each block, and the block's hash.
func (w *World) evidence(ctx context.Context, j journal.Journal, records int) (run, error) {
	var blocks []journal.Block
	n := 0
	for b, err := range j.Blocks(ctx, max(1, j.Head().Seq-journal.Seq(records))) {
		if err != nil {
			return run{}, fmt.Errorf("read blocks: %w", err)
		}
		blocks = append(blocks, b)
		n += len(b.Lines)
	}
	var salt [16]byte
	var tree seal.Frontier
	busy, began := processTime(), w.Clock.Mono()
	for i := range blocks {
		for _, line := range blocks[i].Lines {
			if _, err := cryptorand.Read(salt[:]); err != nil {
				return run{}, fmt.Errorf("salt: %w", err)
			}
			tree.Append(seal.EntryOf(line))
		}
		tree.Root()
		encoded, err := blocks[i].Encode()
		if err != nil {
			return run{}, fmt.Errorf("encode: %w", err)
		}
		journal.HashBytes(encoded)
	}
	return run{n: n, took: w.Clock.Mono() - began, cpu: processTime() - busy}, nil
}

// reader asks an old ledger for what people ask, at random places, one question at a time.
type reader struct {
	*town

	rng  *rand.Rand
	from ledger.Time // the past reaches from here to here
	to   ledger.Time
}

// ask puts so many questions.
func (r *reader) ask(ctx context.Context, n int, question func() error) (run, error) {
	return loop(ctx, r.world.Clock, 1, time.Minute, func(_, round int) error {
		if round == n {
			return errDone
		}
		return question()
	})
}

func (r *reader) moment() ledger.Time { return r.from + ledger.Time(r.rng.Int64N(int64(r.to-r.from))) }

func (r *reader) somebody() ledger.AccountID { return member(r.rng.IntN(r.members)) }

// asOf is a member's balance at a moment.
func (r *reader) asOf(ctx context.Context) error {
	seq, err := r.View.SeqAt(ctx, r.moment())
	if err != nil {
		return err
	}
	_, err = r.View.BalanceAt(ctx, r.somebody(), seq)
	return err
}

// history is a page of the canteen's records, the busiest account there is, from anywhere in its past.
func (r *reader) history(ctx context.Context) error {
	before := ledger.Seq(1 + r.rng.Int64N(int64(r.View.Seq())))
	_, _, err := r.View.History(ctx, ledger.CanteenAccount(canteen), before, 50)
	return err
}

// proof is an inclusion proof of a record under the newest checkpoint.
func (r *reader) proof(ctx context.Context) error {
	p := r.Sealed.Published()
	if p == nil {
		return errors.New("no checkpoint has been published")
	}
	_, err := p.Prove(ctx, r.rng.Int64N(p.Size))
	return err
}
