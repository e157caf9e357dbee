// Package scrub reads the books again while they are served: every block, every file of the tail, every table of the index, and
// adds up every posting on the way.
//
// A start reads what came after the last snapshot. A bit that rots in older records is met by whoever reads them next, which
// may be in years; a snapshot whose checksum is right and whose numbers are wrong is met by nobody. So a round begins with
// the start, and another every day. It is slow on purpose, a third of one core, so that lunch does not wait for it.
//
// It promises that what it calls whole was read from the disk in this round, and that the balances of the view are the sums
// of the postings. It repairs nothing, writes no record and holds no personal data.
package scrub

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
)

// Journal is the blocks, and reads itself again.
type Journal interface {
	Scrub(ctx context.Context, each func(journal.Block) error) error
	Blocks(ctx context.Context, from journal.Seq) iter.Seq2[journal.Block, error]
	Block(ctx context.Context, seq journal.Seq) (journal.Block, error)
	Head() journal.Head
}

// Index reads its own files again.
type Index interface {
	Verify(ctx context.Context) error
}

// View holds the balances that people are shown.
type View interface {
	Still(ctx context.Context, seq ledger.Seq, f func(*ledger.Book) error) error
}

// Options of New; all but Log are needed.
type Options struct {
	Journal Journal
	Index   Index
	View    View
	Now     func() time.Time
	Log     *slog.Logger
}

// Report is what a round came to.
type Report struct {
	At    time.Time // when it ended; zero if no round has ended yet
	Took  time.Duration
	Seq   ledger.Seq // up to where everything was read
	Fault error      // the first of the journal, and that of the index: a journal.Damage, ledger.ErrTally, or why it could not be read
}

// Scrubber runs rounds, one at a time. Any goroutine may use it.
type Scrubber struct {
	o     Options
	turn  chan struct{} // full while a round runs
	last  atomic.Pointer[Report]
	wrong chan struct{}
	once  sync.Once
}

// New is a scrubber that has not run yet.
func New(o Options) *Scrubber {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Scrubber{o: o, turn: make(chan struct{}, 1), wrong: make(chan struct{})}
	s.last.Store(&Report{})
	return s
}

// every is from one round in the background to the next.
const every = 24 * time.Hour

// Run makes a round at once and one every day, until ctx ends.
func (s *Scrubber) Run(ctx context.Context) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		s.round(ctx, (&pace{}).wait)
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// Round makes one as fast as it goes, after the one that is under way. A fault is the report's; an error is ctx's, and
// then nothing is said of the books.
func (s *Scrubber) Round(ctx context.Context) (Report, error) {
	r := s.round(ctx, func(context.Context, int) error { return nil })
	if ctx.Err() != nil {
		return r, fmt.Errorf("scrub: %w", context.Cause(ctx))
	}
	return r, nil
}

// Last is the last round that ended; zero when none has.
func (s *Scrubber) Last() Report { return *s.last.Load() }

// Wrong is closed once the balances in memory were found not to be what the records amount to: nothing may be decided by them.
func (s *Scrubber) Wrong() <-chan struct{} { return s.wrong }

// round reads everything once. One that ctx cut short leaves no report.
func (s *Scrubber) round(ctx context.Context, pace func(context.Context, int) error) Report {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return Report{}
	}
	began := s.o.Now()
	seq, err := s.books(ctx, pace)
	if err2 := s.o.Index.Verify(ctx); err2 != nil {
		err = errors.Join(err, fmt.Errorf("index: %w", err2))
	}
	if ctx.Err() != nil {
		return Report{}
	}
	r := Report{At: s.o.Now(), Seq: seq, Fault: err}
	r.Took = r.At.Sub(began)
	s.last.Store(&r)
	if err != nil {
		s.o.Log.LogAttrs(ctx, slog.LevelError, "scrub", slog.Int64("seq", int64(seq)), slog.Any("error", err))
	} else {
		s.o.Log.LogAttrs(ctx, slog.LevelInfo, "scrub: all is whole", slog.Int64("seq", int64(seq)), slog.Duration("took", r.Took))
	}
	if errors.Is(err, ledger.ErrTally) {
		s.once.Do(func() { close(s.wrong) })
	}
	return r
}

// books reads the blocks, adds up their postings, and holds the sums against the view: also when a block is damaged, or one flipped
// bit would keep a wrong balance from being seen.
func (s *Scrubber) books(ctx context.Context, pace func(context.Context, int) error) (ledger.Seq, error) {
	var tally ledger.Tally
	damage := s.o.Journal.Scrub(ctx, func(b journal.Block) error {
		if err := count(&tally, b); err != nil {
			return err
		}
		return pace(ctx, len(b.Lines))
	})
	whole := tally.Seq()
	if err := s.around(ctx, &tally, pace); err != nil {
		return whole, errors.Join(damage, err)
	}
	err := s.o.View.Still(ctx, tally.Seq(), func(book *ledger.Book) error {
		if err := s.catchUp(ctx, &tally, book.Seq()); err != nil {
			return err
		}
		return tally.Compare(book)
	})
	if err != nil {
		err = fmt.Errorf("recount: %w", err)
	}
	if damage == nil {
		whole = tally.Seq()
	}
	return whole, errors.Join(damage, err)
}

// around counts what stands behind a damaged block, and behind the next: what cannot be read is passed record by record.
func (s *Scrubber) around(ctx context.Context, tally *ledger.Tally, pace func(context.Context, int) error) error {
	for end := ledger.Seq(s.o.Journal.Head().Seq); tally.Seq() < end; {
		b, err := s.o.Journal.Block(ctx, journal.Seq(tally.Seq()+1))
		if errors.Is(err, journal.ErrCorrupt) {
			tally.Lose()
			continue
		}
		if err == nil {
			err = count(tally, b)
		}
		if err == nil {
			err = pace(ctx, len(b.Lines))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// catchUp counts what was written while the blocks before it were read.
func (s *Scrubber) catchUp(ctx context.Context, tally *ledger.Tally, to ledger.Seq) error {
	if tally.Seq() == to {
		return nil
	}
	for b, err := range s.o.Journal.Blocks(ctx, journal.Seq(tally.Seq()+1)) {
		if err == nil {
			err = count(tally, b)
		}
		if err != nil {
			return err
		}
		if tally.Seq() >= to {
			return nil
		}
	}
	return nil // what is missing, Compare names
}

func count(tally *ledger.Tally, b journal.Block) error {
	for i, line := range b.Lines {
		r, err := ledger.ParseLine(line)
		if err == nil {
			err = tally.Add(&r)
		}
		if err != nil {
			return fmt.Errorf("record %d: %w", int64(b.FirstSeq)+int64(i), err)
		}
	}
	return nil
}

// pace lets others go first: after each stretch of records a rest, some twice as long as the stretch takes.
type pace struct{ records int }

const (
	stretch = 500 // records: some 3 ms
	rest    = 7 * time.Millisecond
)

func (p *pace) wait(ctx context.Context, records int) error {
	if p.records += records; p.records < stretch {
		return nil
	}
	p.records = 0
	timer := time.NewTimer(rest)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
