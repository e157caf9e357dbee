package engine

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/memjournal"
)

// gate holds up each Append of an engine until it is opened.
type gate struct {
	entered chan struct{}
	pass    chan struct{}
}

// gated is an engine whose appends, from now on, wait at the gate.
func gated(t *testing.T, change func(*Options)) (*Engine, *gate) {
	t.Helper()
	f := &faulty{}
	e := must(t)(inMemory(t, memjournal.NewDisk(), func(o *Options) {
		f.Journal, o.Journal = o.Journal, f
		if change != nil {
			change(o)
		}
	}))
	found(t, e)
	g := &gate{entered: make(chan struct{}), pass: make(chan struct{})}
	f.before = func() error {
		g.entered <- struct{}{}
		<-g.pass
		return nil
	}
	return e, g
}

// step lets one Append through that has reached the gate.
func (g *gate) step() { g.pass <- struct{}{} }

func TestQueueFull(t *testing.T) {
	e, g := gated(t, func(o *Options) { o.Limits.Queue = 2 })
	running := submitLater(t, e, openAccount("m/a"))
	<-g.entered
	waiting := []chan reply{submitLater(t, e, openAccount("m/b")), submitLater(t, e, openAccount("m/c"))}
	waitFor(t, func() bool { return len(e.queue) == 2 })
	if _, err := e.Submit(t.Context(), openAccount("m/d")); !errors.Is(err, ErrBusy) {
		t.Fatalf("with a full queue: %v", err)
	}
	g.step()
	<-g.entered
	g.step()
	for _, c := range append(waiting, running) {
		if p := <-c; p.err != nil || len(p.answer.Records) != 1 {
			t.Fatalf("one who waited: %+v", p)
		}
	}
	if v, _, ok := e.Balance("m/d"); ok {
		t.Fatalf("turned away, yet carried out: %+v", v)
	}
	if s := e.Stats(); s.Busy != 1 {
		t.Fatalf("stats count %d turned away", s.Busy)
	}
}

// A caller whose time runs out learns which of two things is so: nothing happened, or nobody can say yet.
func TestDeadlines(t *testing.T) {
	e, g := gated(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	late := openAccount("m/late")
	begun := make(chan error, 1)
	go func() { _, err := e.Submit(ctx, late); begun <- err }()
	<-g.entered
	never := openAccount("m/never")
	waiting := make(chan error, 1)
	go func() { _, err := e.Submit(ctx, never); waiting <- err }()
	waitFor(t, func() bool { return len(e.queue) == 1 })
	cancel()
	if err := <-begun; !errors.Is(err, ErrUnknownOutcome) {
		t.Fatalf("begun: %v, want ErrUnknownOutcome", err)
	}
	if err := <-waiting; !errors.Is(err, context.Canceled) || errors.Is(err, ErrUnknownOutcome) {
		t.Fatalf("not begun: %v, want context.Canceled alone", err)
	}
	if _, ok, err := e.First(t.Context(), late.Scope(), late.Key); ok || err != nil {
		t.Fatalf("First answers with what is not durable: %v %v", ok, err)
	}
	if _, _, ok := e.Balance("m/late"); ok {
		t.Fatal("a balance that is not durable is published")
	}
	g.step()
	retry, err := e.Submit(t.Context(), late)
	if err != nil || !retry.Replayed {
		t.Fatalf("retry: %+v %v", retry, err)
	}
	again := submitLater(t, e, never)
	<-g.entered
	g.step()
	if p := <-again; p.err != nil || p.answer.Replayed {
		t.Fatalf("what was never begun was carried out: %+v", p)
	}
}

// Refusals and replays that rest on a batch which is not durable yet wait for it, and share its fate.
func TestAnswersWaitForTheSync(t *testing.T) {
	disk := memjournal.NewDisk()
	var fault atomic.Uint32
	disk.Faults = func(int) memjournal.Fault { return memjournal.Fault(fault.Load()) }
	f := &faulty{}
	e := must(t)(inMemory(t, disk, func(o *Options) { f.Journal, o.Journal = o.Journal, f }))
	found(t, e)
	g := &gate{entered: make(chan struct{}), pass: make(chan struct{})}
	f.before = func() error { g.entered <- struct{}{}; <-g.pass; return nil }
	first := submitLater(t, e, openAccount("m/first"))
	<-g.entered
	cmd := openAccount("m/x")
	made := submitLater(t, e, cmd)
	waitFor(t, func() bool { return len(e.queue) == 1 })
	replayed := submitLater(t, e, cmd)
	waitFor(t, func() bool { return len(e.queue) == 2 })
	refused := submitLater(t, e, openAccount("m/x"))
	waitFor(t, func() bool { return len(e.queue) == 3 })
	g.step()
	<-g.entered
	queued := submitLater(t, e, openAccount("m/queued"))
	waitFor(t, func() bool { return len(e.queue) == 1 })
	select {
	case p := <-refused:
		t.Fatalf("refused before the account that exists is durable: %+v", p)
	case p := <-replayed:
		t.Fatalf("replayed before it is durable: %+v", p)
	default:
	}
	fault.Store(uint32(memjournal.SyncFailsLost))
	g.step()
	if p := <-first; p.err != nil {
		t.Fatal(p.err)
	}
	for name, c := range map[string]chan reply{"made": made, "replayed": replayed, "refused": refused} {
		if p := <-c; !errors.Is(p.err, ErrUnknownOutcome) {
			t.Errorf("%s: %+v, want ErrUnknownOutcome", name, p)
		}
	}
	if p := <-queued; !errors.Is(p.err, ErrStopped) || errors.Is(p.err, ErrUnknownOutcome) {
		t.Errorf("queued behind the failed write: %+v, want ErrStopped alone", p)
	}
}

// Whatever happens to the write, the engine stops for good, and after a restart a retry makes the record exactly once.
func TestFailedWrite(t *testing.T) {
	for _, fault := range []memjournal.Fault{
		memjournal.CrashBeforeWrite, memjournal.CrashBeforeSync, memjournal.CrashTorn,
		memjournal.SyncFailsLost, memjournal.SyncFailsKept, memjournal.CrashAfterSync,
	} {
		t.Run(fault.String(), func(t *testing.T) {
			disk := memjournal.NewDisk()
			var armed atomic.Bool
			disk.Faults = func(int) memjournal.Fault {
				if armed.Load() {
					return fault
				}
				return memjournal.None
			}
			e := must(t)(inMemory(t, disk, nil))
			found(t, e)
			seq := e.Seq()
			armed.Store(true)
			cmd := openAccount("m/once")
			if _, err := e.Submit(t.Context(), cmd); !errors.Is(err, ErrUnknownOutcome) {
				t.Fatalf("submit: %v, want ErrUnknownOutcome", err)
			}
			<-e.Dead()
			if !errors.Is(e.Cause(), journal.ErrUnavailable) || !e.Stats().Dead {
				t.Fatalf("cause: %v", e.Cause())
			}
			if _, err := e.Submit(t.Context(), openAccount("m/more")); !errors.Is(err, ErrStopped) || errors.Is(err, ErrUnknownOutcome) {
				t.Fatalf("after death: %v", err)
			}
			if _, _, ok := e.Balance("m/once"); ok || e.Seq() != seq {
				t.Fatal("what failed is published")
			}
			armed.Store(false)
			e = must(t)(inMemory(t, disk, nil))
			a := do(t, e, cmd)[0]
			kept := fault == memjournal.SyncFailsKept || fault == memjournal.CrashAfterSync
			if a.Replayed != kept || e.Seq() != seq+1 {
				t.Fatalf("retry replayed: %v, seq %d after %d", a.Replayed, e.Seq(), seq)
			}
			audit(t, e)
		})
	}
}

// A full disk refuses writes without a death, reads go on, and writes resume by themselves. The batch that met the full
// disk has an unknown outcome; its retry meets exactly one record.
func TestNoSpace(t *testing.T) {
	disk := memjournal.NewDisk()
	var full atomic.Bool
	disk.Faults = func(int) memjournal.Fault {
		if full.Load() {
			return memjournal.DiskFull
		}
		return memjournal.None
	}
	e := must(t)(inMemory(t, disk, nil))
	found(t, e)
	seq := e.Seq()
	full.Store(true)
	parked := openAccount("m/parked")
	if _, err := e.Submit(t.Context(), parked); !errors.Is(err, ErrNoSpace) || !errors.Is(err, ErrUnknownOutcome) {
		t.Fatalf("the first to meet it: %v", err)
	}
	for range 3 {
		if _, err := e.Submit(t.Context(), openAccount("m/refused")); !errors.Is(err, ErrNoSpace) || errors.Is(err, ErrUnknownOutcome) {
			t.Fatalf("the next: %v", err)
		}
		if _, err := e.Submit(t.Context(), parked); !errors.Is(err, ErrNoSpace) || !errors.Is(err, ErrUnknownOutcome) {
			t.Fatalf("a retry of what is written when there is space: %v", err)
		}
	}
	if !e.Stats().NoSpace {
		t.Fatal("no alarm")
	}
	if _, at, ok := e.Balance(organizer); !ok || at != seq {
		t.Fatalf("reads do not go on: %v at %d", ok, at)
	}
	full.Store(false)
	waitFor(t, func() bool { return e.Seq() == seq+1 }) // by itself
	if a := do(t, e, parked)[0]; !a.Replayed || e.Stats().NoSpace {
		t.Fatalf("retry: %+v", a)
	}
	if _, _, ok := e.Balance("m/refused"); ok {
		t.Fatal("refused, yet carried out")
	}
	do(t, e, openAccount("m/after"))
	audit(t, e)
}

// A batch parked by a full disk is gone with the process; nothing of it was promised.
func TestNoSpaceThenRestart(t *testing.T) {
	disk := memjournal.NewDisk()
	e := must(t)(inMemory(t, disk, nil))
	found(t, e)
	if err := e.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	disk.Faults = func(int) memjournal.Fault { return memjournal.DiskFull }
	e = must(t)(inMemory(t, disk, nil))
	cmd := openAccount("m/parked")
	if _, err := e.Submit(t.Context(), cmd); !errors.Is(err, ErrUnknownOutcome) {
		t.Fatal(err)
	}
	if err := e.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	disk.Faults = nil
	e = must(t)(inMemory(t, disk, nil))
	if a := do(t, e, cmd)[0]; a.Replayed {
		t.Fatal("the parked batch came back")
	}
}

// One command would break a law (here: a planted one). The others of its batch are carried out, it is not, ever.
func TestQuarantine(t *testing.T) {
	for name, breaks := range map[string]func() error{
		"law":   func() error { return errors.New("law: planted") },
		"panic": func() error { panic("planted") },
	} {
		t.Run(name, func(t *testing.T) {
			e, g := gated(t, nil)
			var asked atomic.Int64
			lawful := e.check
			held := submitLater(t, e, openAccount("m/held"))
			<-g.entered // run is at the gate, so that check may be set
			e.check = func(b *ledger.Book, r *ledger.Record) error {
				if o, ok := r.Body.(*ledger.AccountOpened); ok && o.Account == "m/evil" {
					asked.Add(1)
					return breaks()
				}
				return lawful(b, r)
			}
			before := submitLater(t, e, openAccount("m/before"))
			waitFor(t, func() bool { return len(e.queue) == 1 })
			bad := openAccount("m/evil")
			evil := submitLater(t, e, bad)
			waitFor(t, func() bool { return len(e.queue) == 2 })
			after := submitLater(t, e, openAccount("m/after"))
			waitFor(t, func() bool { return len(e.queue) == 3 })
			g.step() // held
			for range 2 {
				<-g.entered // before and after, each in an Append of its own
				g.step()
			}
			for name, c := range map[string]chan reply{"held": held, "before": before, "after": after} {
				if p := <-c; p.err != nil || len(p.answer.Records) != 1 {
					t.Errorf("%s: %+v", name, p)
				}
			}
			if p := <-evil; !errors.Is(p.err, ErrQuarantined) || !strings.Contains(p.err.Error(), "planted") {
				t.Fatalf("evil: %+v", p)
			}
			if n := asked.Load(); n != 2 {
				t.Fatalf("judged %d times, want 2: in the batch and alone", n)
			}
			for range 5 {
				if _, err := e.Submit(t.Context(), bad); !errors.Is(err, ErrQuarantined) {
					t.Fatalf("retry: %v", err)
				}
			}
			if n := asked.Load(); n != 2 {
				t.Fatalf("a retry was judged again")
			}
			if s := e.Stats(); s.Breaches != 1 || s.Dead {
				t.Fatalf("stats: %+v", s)
			}
			if _, _, ok := e.Balance("m/evil"); ok {
				t.Fatal("carried out")
			}
			audit(t, e)
		})
	}
}

// brokenIndex refuses to write.
type brokenIndex struct {
	journal.Index
	broken atomic.Bool
}

func (b *brokenIndex) Write(ctx context.Context, name string, puts []journal.KV, cursor journal.Seq) error {
	if b.broken.Load() {
		return errors.New("planted")
	}
	return b.Index.Write(ctx, name, puts, cursor)
}

// An index that cannot be written is an alarm. Writes go on until the gap is full; retries and reads always.
func TestIndexFailure(t *testing.T) {
	disk := memjournal.NewDisk()
	x := &brokenIndex{}
	x.broken.Store(true)
	e := must(t)(inMemory(t, disk, func(o *Options) { x.Index, o.Index = o.Index, x; o.Limits.Gap = 20 }))
	found(t, e) // 10 commands
	var cmds []*ledger.Command
	for i := range 10 {
		cmds = append(cmds, openAccount(member(i)))
	}
	do(t, e, cmds...)
	if _, err := e.Submit(t.Context(), openAccount("m/over")); !errors.Is(err, ErrBusy) {
		t.Fatalf("with a full gap: %v", err)
	}
	if a := do(t, e, cmds[3])[0]; !a.Replayed {
		t.Fatalf("retry: %+v", a)
	}
	waitFor(t, func() bool { return e.Stats().IndexErrors > 0 })
	x.broken.Store(false)
	waitFor(t, func() bool { return e.Stats().IndexLag == 0 }) // by itself
	do(t, e, openAccount("m/over"))
	audit(t, e)
}

// The keys that a dead process never indexed are found after the restart; an index of another ledger is thrown away.
func TestIndexCatchesUp(t *testing.T) {
	disk, other := memjournal.NewDisk(), memjournal.NewDisk()
	x := &brokenIndex{}
	x.broken.Store(true)
	e := must(t)(inMemory(t, disk, func(o *Options) { x.Index, o.Index = o.Index, x }))
	found(t, e)
	var cmds []*ledger.Command
	for i := range 700 {
		cmds = append(cmds, openAccount(member(i)))
	}
	doAll(t, e, cmds)
	if err := e.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	foreign := must(t)(inMemory(t, other, nil))
	found(t, foreign)
	do(t, foreign, openAccount("m/elsewhere"))
	if err := foreign.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, index := range map[string]*memjournal.Disk{"own, behind": disk, "foreign, behind": other, "foreign, now ours": other} {
		t.Run(name, func(t *testing.T) {
			e := must(t)(inMemory(t, disk, func(o *Options) { o.Index = memjournal.OpenIndex(index) }))
			for _, cmd := range cmds {
				if a := do(t, e, cmd)[0]; !a.Replayed {
					t.Fatalf("key %s was forgotten", cmd.Key)
				}
			}
			if err := e.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
	}
}
