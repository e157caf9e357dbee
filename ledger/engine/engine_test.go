package engine

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/memjournal"
)

// A morning in the town on the real disk, then a restart: what readers see is the same, every key meets its first
// answer, and the books go on.
func TestReplayEqualsLive(t *testing.T) {
	dir := t.TempDir()
	e := must(t)(onDisk(t, dir, nil))
	found(t, e)
	serve(t, e, 0, 40)
	var cmds []*ledger.Command
	for i := range 40 {
		cmds = append(cmds, redeem(i, 1))
	}
	doAll(t, e, cmds)
	void := by(cashier, till, &ledger.Reverse{Seq: e.Seq(), Reason: ledger.ReasonVoid})
	do(t, e, void)
	cmds = append(cmds, void)
	audit(t, e)
	before := map[ledger.AccountID]string{}
	for _, id := range []ledger.AccountID{member(0), member(39), ledger.CanteenAccount(canteen), ledger.TeamIssuer("t1")} {
		v, seq, ok := e.Balance(id)
		if !ok || seq != e.Seq() {
			t.Fatalf("%s at %d: %v", id, seq, ok)
		}
		v.Seq = 0
		before[id] = fmt.Sprint(v)
	}
	seq := e.Seq()
	if err := e.Close(t.Context()); err != nil {
		t.Fatal(err)
	}

	e = must(t)(onDisk(t, dir, nil))
	audit(t, e)
	if e.Seq() != seq {
		t.Fatalf("seq %d after the restart, %d before", e.Seq(), seq)
	}
	for id, want := range before {
		v, _, _ := e.Balance(id)
		if v.Seq = 0; fmt.Sprint(v) != want {
			t.Errorf("%s is %v after the restart, %v before", id, v, want)
		}
	}
	for _, cmd := range cmds {
		again, err := e.Submit(t.Context(), cmd)
		if err != nil || !again.Replayed {
			t.Fatalf("retry: %+v %v", again, err)
		}
		first, ok, err := e.First(t.Context(), cmd.Scope(), cmd.Key)
		if err != nil || !ok || !reflect.DeepEqual(first, again.Records) {
			t.Fatalf("first %+v %v %v, retry %+v", first, ok, err, again.Records)
		}
	}
	do(t, e, redeem(3, 2))
	if e.Seq() != seq+1 {
		t.Fatalf("seq %d after one more meal, want %d", e.Seq(), seq+1)
	}
	if s := e.Stats(); s.IndexErrors+s.GuardErrors+s.Breaches != 0 {
		t.Fatalf("alarms: %+v", s)
	}
}

func TestKeys(t *testing.T) {
	e := must(t)(inMemory(t, memjournal.NewDisk(), nil))
	found(t, e)
	cmd := openAccount("m/anna")
	first := do(t, e, cmd)[0]
	if first.Replayed || first.Seq != e.Seq() {
		t.Fatalf("first answer %+v at seq %d", first, e.Seq())
	}

	t.Run("a retry meets the first answer", func(t *testing.T) {
		a := do(t, e, cmd)[0]
		if !a.Replayed || !reflect.DeepEqual(a.Records, first.Records) {
			t.Fatalf("%+v, want %+v", a, first)
		}
	})
	t.Run("the same key with other content is refused", func(t *testing.T) {
		other := *cmd
		other.Do = &ledger.OpenAccount{Account: "m/berta"}
		a, err := e.Submit(t.Context(), &other)
		if err != nil || a.Refusal == nil || a.Refusal.Code != ledger.CodeKeyReused || a.Refusal.Field != "account" {
			t.Fatalf("%+v %v", a, err)
		}
	})
	t.Run("another actor never meets it", func(t *testing.T) {
		other := *cmd
		other.Actor, other.Do = organizer, &ledger.OpenAccount{Account: "m/clara"}
		if a := do(t, e, &other)[0]; a.Replayed {
			t.Fatalf("%+v", a)
		}
		if _, ok, err := e.First(t.Context(), string(second), cmd.Key); ok || err != nil {
			t.Fatalf("a stranger found it: %v", err)
		}
	})
	t.Run("a refusal leaves the key free", func(t *testing.T) {
		again := openAccount("m/anna")
		if a, err := e.Submit(t.Context(), again); err != nil || a.Refusal == nil || a.Refusal.Code != ledger.CodeAccountExists || a.Seq != e.Seq() {
			t.Fatalf("%+v %v", a, err)
		}
		again.Do = &ledger.OpenAccount{Account: "m/dora"}
		do(t, e, again)
	})
	t.Run("what no rule can read is refused", func(t *testing.T) {
		for _, bad := range []*ledger.Command{{}, {Key: "x", Actor: organizer, Via: ledger.ViaWeb, Do: &ledger.OpenAccount{}}, {Key: freshKey(), Actor: organizer, Via: ledger.ViaWeb}} {
			if a, err := e.Submit(t.Context(), bad); err != nil || a.Refusal == nil || a.Refusal.Code != ledger.CodeBadCommand {
				t.Fatalf("%+v %v", a, err)
			}
		}
	})
	audit(t, e)
}

// Two records of one key come back together, in order.
func TestKeyOfSeveralRecords(t *testing.T) {
	disk := memjournal.NewDisk()
	e := must(t)(inMemory(t, disk, nil))
	cmd := root(&ledger.Found{Origin: "test.example/town", Rulebook: rich()})
	first := do(t, e, cmd)[0]
	if len(first.Records) != 2 {
		t.Fatalf("founding made %d records", len(first.Records))
	}
	check := func(when string) {
		t.Helper()
		got, ok, err := e.First(t.Context(), cmd.Scope(), cmd.Key)
		if err != nil || !ok || len(got) != 2 || got[0].Salt != first.Records[0].Salt || got[1].Salt != first.Records[1].Salt {
			t.Fatalf("%s: %v %v %v", when, got, ok, err)
		}
	}
	check("in memory")
	if err := e.keys.flush(t.Context(), 10); err != nil || e.keys.waiting() != 0 || len(e.keys.recent) != 0 {
		t.Fatalf("%d keys wait, %d in memory: %v", e.keys.waiting(), len(e.keys.recent), err)
	}
	check("in the index")
	if err := e.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	e = must(t)(inMemory(t, disk, nil))
	check("after a restart")
}

// A record that a command is about may have been made a moment ago, in the same batch.
func TestTargetInTheSameBatch(t *testing.T) {
	f := &faulty{}
	e := must(t)(inMemory(t, memjournal.NewDisk(), func(o *Options) { f.Journal = o.Journal; o.Journal = f }))
	found(t, e)
	serve(t, e, 0, 2)
	entered, release := make(chan struct{}), make(chan struct{})
	f.before = func() error {
		f.before = nil
		close(entered)
		<-release
		return nil
	}
	held := submitLater(t, e, redeem(0, 1)) // the batch that is being synced
	<-entered
	meal := e.Seq() + 2
	eat := submitLater(t, e, redeem(1, 1))
	waitFor(t, func() bool { return len(e.queue) == 1 })
	void := by(cashier, till, &ledger.Reverse{Seq: meal, Reason: ledger.ReasonVoid})
	undo := submitLater(t, e, void)
	waitFor(t, func() bool { return len(e.queue) == 2 })
	retry := submitLater(t, e, void)
	waitFor(t, func() bool { return len(e.queue) == 3 })
	commits := e.Stats().Commits
	close(release)
	for name, c := range map[string]chan reply{"held": held, "eat": eat, "undo": undo} {
		if p := <-c; p.err != nil || p.answer.Refusal != nil || p.answer.Replayed {
			t.Fatalf("%s: %+v", name, p)
		}
	}
	if p := <-retry; p.err != nil || !p.answer.Replayed {
		t.Fatalf("retry in one batch: %+v", p)
	}
	if got := e.Stats().Commits; got != commits+2 {
		t.Fatalf("%d commits, want 2: the meal and its void belong to one batch", got-commits)
	}
	if v, _, _ := e.Balance(member(1)); v.Points != 10_000 {
		t.Fatalf("balance %d after a voided meal", v.Points)
	}
	audit(t, e)
}

func submitLater(t *testing.T, e *Engine, cmd *ledger.Command) chan reply {
	t.Helper()
	out := make(chan reply, 1)
	go func() {
		a, err := e.Submit(context.WithoutCancel(t.Context()), cmd)
		out <- reply{a, err}
	}()
	return out
}

// What waits while one batch is synced becomes the next: in blocks of 200, and in a second append what one cannot hold.
func TestLargeBatch(t *testing.T) {
	e, g := gated(t, func(o *Options) { o.Limits.Queue, o.Limits.Batch = 8192, 8192 })
	held := submitLater(t, e, openAccount("m/held"))
	<-g.entered
	const n = journal.AppendBlocksMax*journal.LinesMax + 50
	before := e.Stats()
	answers := make(chan reply, n)
	for i := range n {
		go func() {
			a, err := e.Submit(context.WithoutCancel(t.Context()), openAccount(member(i)))
			answers <- reply{a, err}
		}()
	}
	waitFor(t, func() bool { return len(e.queue) == n })
	g.step()
	for range 2 {
		<-g.entered
		g.step()
	}
	if p := <-held; p.err != nil {
		t.Fatal(p.err)
	}
	for range n {
		if p := <-answers; p.err != nil || len(p.answer.Records) != 1 {
			t.Fatalf("%+v", p)
		}
	}
	s := e.Stats()
	if commits, blocks := s.Commits-before.Commits, s.Blocks-before.Blocks; commits != 3 || blocks != 1+journal.AppendBlocksMax+1 {
		t.Fatalf("%d commits of %d blocks", commits, blocks)
	}
	audit(t, e)
}

// Closing carries out what waits as long as it may; what it does not reach is told so, and did not happen.
func TestClose(t *testing.T) {
	for name, patient := range map[string]bool{"with patience": true, "in a hurry": false} {
		t.Run(name, func(t *testing.T) {
			e, g := gated(t, nil)
			running := submitLater(t, e, openAccount("m/running"))
			<-g.entered
			queued := submitLater(t, e, openAccount("m/queued"))
			waitFor(t, func() bool { return len(e.queue) == 1 })
			ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
			defer cancel()
			ended := make(chan error, 1)
			go func() { ended <- e.Close(ctx) }()
			<-e.closing
			if _, err := e.Submit(t.Context(), openAccount("m/late")); !errors.Is(err, ErrStopped) {
				t.Fatalf("while closing: %v", err)
			}
			if !patient {
				cancel()
				waitFor(t, e.hurry.Load)
			}
			g.step()
			if p := <-running; p.err != nil {
				t.Fatalf("running: %v", p.err)
			}
			if patient {
				<-g.entered
				g.step()
			}
			p := <-queued
			if _, _, made := e.Balance("m/queued"); made != patient || patient != (p.err == nil) || !patient && !errors.Is(p.err, ErrStopped) {
				t.Fatalf("queued: %+v, carried out: %v", p, made)
			}
			if err := <-ended; err != nil {
				t.Fatal(err)
			}
		})
	}
}

// Different keys and scopes never share a place in the index.
func TestKeyID(t *testing.T) {
	seen := map[string]string{}
	for _, scope := range []string{"m/a", "m/a/", "till/a", "timer"} {
		for _, key := range []ledger.Key{
			"00000000-0000-0000-0000-000000000000", "01234567-89ab-cdef-0123-456789abcdef",
			"fedcba98-7654-3210-fedc-ba9876543210", "00000000-0000-0000-0000-000000000001",
		} {
			id, what := keyID(scope, key), scope+" "+string(key)
			if other, taken := seen[id]; taken {
				t.Fatalf("%s and %s share %x", what, other, id)
			}
			seen[id] = what
		}
	}
	if got := keyID("m/a", "01234567-89ab-cdef-0123-456789abcdef"); got != "km/a\x00\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef" {
		t.Fatalf("%x", got)
	}
}

func FuzzDecodeSpan(f *testing.F) {
	f.Add(span{7, 1}.encode())
	f.Add(span{1 << 50, 100}.encode())
	f.Fuzz(func(t *testing.T, p []byte) {
		s, err := decodeSpan(p)
		if err == nil && (s.first < 1 || s.n < 1 || s.n > ledger.RecordsMax || s.last() < s.first) {
			t.Fatalf("%x is %+v", p, s)
		}
	})
}

// A key is looked up before anything else: a closed engine says that it is closed, and not that something is broken.
func TestFirstAfterClose(t *testing.T) {
	e := must(t)(onDisk(t, t.TempDir(), nil))
	found(t, e)
	cmd := openAccount("m/one")
	do(t, e, cmd)
	closed(t, e)
	for _, key := range []ledger.Key{cmd.Key, freshKey()} {
		if _, ok, err := e.First(t.Context(), cmd.Scope(), key); ok || !errors.Is(err, ErrStopped) {
			t.Errorf("First: %v %v", ok, err)
		}
	}
	if _, err := e.Record(t.Context(), 1); !errors.Is(err, ErrStopped) {
		t.Errorf("Record: %v", err)
	}
}

func TestSubmitAfterClose(t *testing.T) {
	e := must(t)(inMemory(t, memjournal.NewDisk(), nil))
	if err := e.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Submit(t.Context(), openAccount("m/late")); !errors.Is(err, ErrStopped) {
		t.Fatalf("after close: %v", err)
	}
	if err := e.Close(t.Context()); err != nil {
		t.Fatalf("closing twice: %v", err)
	}
}
