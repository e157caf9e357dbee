package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/seal"
	"moralbank.example/bank/ledger/snapshot"
)

// Options say what an engine runs on. The engine takes over journal, index and guard: it closes what can be closed,
// also when Open fails.
type Options struct {
	Journal journal.Journal
	Index   journal.Index // of client keys
	Guard   *seal.Guard   // nil only where a rollback cannot happen: a journal in memory
	Clock   Clock         // zero means SystemClock
	Logger  *slog.Logger  // nil discards
	Salt    io.Reader     // of the record lines; nil means crypto/rand
	Limits  Limits        // zero fields mean their defaults

	// Lag is the file that keeps how far timers are behind a confirmed jump of the clock; "" forgets it at the end.
	Lag string

	// Snapshots are where the book is kept to start faster; nil means that every start folds every record.
	Snapshots *snapshot.Store

	// AcceptMissingMark starts on a journal with records whose mark file is gone, and writes a new one. Only an operator's
	// own command sets it, after a restore: it gives up the proof that nothing was rolled back.
	AcceptMissingMark bool
}

// Limits bound what the engine holds in memory.
type Limits struct {
	Queue int // commands that wait, default 4096; then ErrBusy
	Batch int // commands in one Append, default 1024
	Gap   int // keys that the index may lag behind, default 65536; then ErrBusy

	// Snapshot is after how many records a snapshot is made when the writer is at rest, default 25,000; under load
	// it waits until there are three times as many.
	Snapshot int
}

func (l Limits) withDefaults() Limits {
	for _, f := range [...]struct {
		value *int
		def   int
	}{{&l.Queue, 4096}, {&l.Batch, 1024}, {&l.Gap, 1 << 16}, {&l.Snapshot, 25_000}} {
		if *f.value <= 0 {
			*f.value = f.def
		}
	}
	return l
}

// Engine is the one writer of a ledger, and where its published state is read. Its methods may be called by any
// goroutine.
type Engine struct {
	journal    journal.Journal
	index      journal.Index
	guard      *seal.Guard // owned by keep
	watch      *watch
	lag        lagFile // written under confirming
	confirming sync.Mutex
	log        *slog.Logger
	salt       io.Reader // owned by run
	limits     Limits

	queue   chan *request
	closing chan struct{}  // closed by Close: no new commands
	hurry   atomic.Bool    // set when Close may wait no longer: what waits is not carried out
	gone    chan struct{}  // closed when run has returned
	kept    chan struct{}  // closed when keep has returned
	behind  sync.WaitGroup // copying
	full    chan struct{}  // run tells keep that a chunk of keys waits
	dead    chan struct{}  // closed when run stopped for good
	cause   error          // why; set before dead is closed
	once    sync.Once      // Close

	book     *ledger.Book  // owned by run
	tree     seal.Frontier // owned by run: at head
	head     journal.Head  // owned by run: of what is durable
	parked   *batch        // owned by run: folded, but refused for want of space
	answered int           // owned by run: how many the last commit answered
	jail     jail          // owned by run
	timers   timers        // owned by run
	check    check         // owned by run

	snapshots  *snapshot.Store // nil: none
	snapped    snapped
	keys       *keys
	accounts   *accounts
	tip        *journal.Tip // what is published: durable, and visible to every reader
	counts     counts
	indexAlarm alarm
	guardAlarm alarm
}

// check are the laws as run asks for them, before and after a record is folded.
type check func(*ledger.Book, *ledger.Record) error

// Open replays the journal and starts the writer. It refuses what must not be served: ErrBreach, ErrRolledBack,
// ErrNoMark, or the journal's own errors.
func Open(ctx context.Context, o Options) (*Engine, error) {
	e, err := assemble(ctx, o)
	if err != nil {
		return nil, err
	}
	own := context.WithoutCancel(ctx)
	go e.run(own)
	go e.keep(own)
	e.behind.Go(func() { e.copying(own) })
	return e, nil
}

// assemble is Open without its goroutines: an engine at rest, which the simulator drives step by step.
func assemble(ctx context.Context, o Options) (*Engine, error) {
	if o.Clock.Wall == nil || o.Clock.Mono == nil {
		o.Clock = SystemClock()
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Salt == nil {
		o.Salt = rand.Reader
	}
	o.Limits = o.Limits.withDefaults()
	e := &Engine{
		journal: o.Journal, index: o.Index, guard: o.Guard, snapshots: o.Snapshots, lag: lagFile(o.Lag), log: o.Logger, salt: o.Salt, limits: o.Limits,
		queue:   make(chan *request, o.Limits.Queue),
		closing: make(chan struct{}),
		gone:    make(chan struct{}),
		kept:    make(chan struct{}),
		full:    make(chan struct{}, 1),
		dead:    make(chan struct{}),
		keys:    newKeys(o.Index), accounts: newAccounts(),
		snapped: snapped{ask: make(chan chan error)},
		check:   (*ledger.Book).Check,

		indexAlarm: alarm{what: "key index"}, guardAlarm: alarm{what: "mark"},
	}
	e.timers.ask = true
	began := o.Clock.Mono()
	behind, err := e.lag.load()
	if err == nil {
		err = e.start(ctx, o.AcceptMissingMark)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open ledger: %w", err), o.Index.Close(), o.Journal.Close())
	}
	e.watch = newWatch(o.Clock, e.book.Time(), behind)
	e.log.InfoContext(ctx, "ledger replayed", slog.Int64("seq", int64(e.book.Seq())), slog.Int64("height", int64(e.head.Height)),
		slog.Duration("took", o.Clock.Mono()-began), slog.Bool("clock_believed", e.watch.believed() == nil))
	return e, nil
}

// Close refuses new commands, carries out what waits until ctx ends, brings the key index and the mark up to date, and
// closes index and journal. Callers whose commands were not reached get ErrStopped. Closing twice is safe.
func (e *Engine) Close(ctx context.Context) error {
	var err error
	e.once.Do(func() {
		close(e.closing)
		select {
		case <-e.gone:
		case <-ctx.Done():
			e.hurry.Store(true)
			<-e.gone // an Append is not cut short
		}
		<-e.kept
		e.behind.Wait()
		e.tip.Close()
		err = errors.Join(e.index.Close(), e.journal.Close())
	})
	if err != nil {
		return fmt.Errorf("close ledger: %w", err)
	}
	return nil
}

// Dead is closed when the engine has stopped for good because a write failed; Cause then says why. The process must
// end: only a new start can tell what the disk holds.
func (e *Engine) Dead() <-chan struct{} { return e.dead }

// Cause is why the engine is dead; nil while it lives.
func (e *Engine) Cause() error {
	select {
	case <-e.dead:
		return e.cause
	default:
		return nil
	}
}

// ConfirmClock is an operator's word that the machine's clock is right. It ends ErrClock. What was skipped by the jump is
// not caught up at once: timers advance by at most a day for each call, and the answer is how far they are still behind,
// also after a restart.
func (e *Engine) ConfirmClock() (behind time.Duration) {
	e.confirming.Lock()
	defer e.confirming.Unlock()
	behind = e.watch.confirm()
	if err := e.lag.store(behind); err != nil {
		e.log.ErrorContext(context.Background(), "how far timers are behind is not kept: a restart lets them catch up at once", slog.Any("error", err))
	}
	return behind
}
