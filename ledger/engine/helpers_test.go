package engine

import (
	"context"
	"encoding/binary"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/badgerjournal"
	"moralbank.example/bank/ledger/journal/memjournal"
	"moralbank.example/bank/ledger/seal"
	"moralbank.example/bank/ledger/snapshot"
)

// noon is a day in November at 12:00 in Lanzhou.
var noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

// hands is a clock that a test sets.
type hands struct {
	mu   sync.Mutex
	wall time.Time
	mono time.Duration
}

func handsAt(t time.Time) *hands { return &hands{wall: t} }

func (h *hands) clock() Clock {
	return Clock{
		Wall: func() time.Time { h.mu.Lock(); defer h.mu.Unlock(); return h.wall },
		Mono: func() time.Duration { h.mu.Lock(); defer h.mu.Unlock(); return h.mono },
	}
}

// pass lets time go by; jump sets the wall clock only.
func (h *hands) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wall, h.mono = h.wall.Add(d), h.mono+d
}

func (h *hands) jump(d time.Duration) { h.mu.Lock(); defer h.mu.Unlock(); h.wall = h.wall.Add(d) }

// onDisk opens an engine on real Badger in dir, as the program does.
func onDisk(tb testing.TB, dir string, change func(*Options)) (*Engine, error) {
	tb.Helper()
	guard, err := seal.OpenGuard(filepath.Join(dir, "mark"))
	if err != nil {
		tb.Fatal(err)
	}
	where := badgerjournal.Options{Dir: filepath.Join(dir, "data"), Reserve: 1}
	j, err := badgerjournal.Open(tb.Context(), where)
	if err != nil {
		tb.Fatal(err)
	}
	x, err := badgerjournal.OpenIndex(tb.Context(), where)
	if err != nil {
		tb.Fatal(err)
	}
	return open(tb, Options{
		Journal: j, Index: x, Guard: guard,
		Snapshots: snapshot.Open(dir, "feed", slog.New(slog.NewTextHandler(tb.Output(), nil))), Limits: Limits{Snapshot: 20},
	}, change)
}

// inMemory opens an engine on a disk in memory.
func inMemory(tb testing.TB, disk *memjournal.Disk, change func(*Options)) (*Engine, error) {
	tb.Helper()
	j, err := memjournal.Open(disk)
	if err != nil {
		tb.Fatal(err)
	}
	return open(tb, Options{Journal: j, Index: memjournal.OpenIndex(disk)}, change)
}

func open(tb testing.TB, o Options, change func(*Options)) (*Engine, error) {
	tb.Helper()
	if o.Clock.Wall == nil {
		o.Clock = handsAt(noon).clock()
	}
	o.Logger = slog.New(slog.NewTextHandler(tb.Output(), nil))
	if change != nil {
		change(&o)
	}
	e, err := Open(context.WithoutCancel(tb.Context()), o)
	if err == nil {
		tb.Cleanup(func() {
			if err := e.Close(context.Background()); err != nil {
				tb.Errorf("close: %v", err)
			}
		})
	}
	return e, err
}

// must is must(t)(onDisk(…)): the engine, or the end of the test.
func must(tb testing.TB) func(*Engine, error) *Engine {
	tb.Helper()
	return func(e *Engine, err error) *Engine {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
		return e
	}
}

// keyAt makes a client's key out of a number.
func keyAt(n uint64) ledger.Key {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], n)
	return ledger.Key(fmt.Sprintf("%x-%x-7000-8000-%012x", b[:4], b[4:6], n))
}

var lastKey atomic.Uint64

func freshKey() ledger.Key { return keyAt(1<<40 + lastKey.Add(1)) }

// by is a command of an actor through a channel, under a new key.
func by(actor ledger.AccountID, via ledger.DeviceID, do ledger.Verb) *ledger.Command {
	return &ledger.Command{Key: freshKey(), Actor: actor, Via: via, Do: do}
}

func root(do ledger.Verb) *ledger.Command { return by(ledger.ActorRoot, ledger.ViaCLI, do) }

func openAccount(id ledger.AccountID) *ledger.Command {
	return root(&ledger.OpenAccount{Account: id})
}

// do submits commands one after the other; each must make records.
func do(tb testing.TB, e *Engine, cmds ...*ledger.Command) []Answer {
	tb.Helper()
	answers := make([]Answer, len(cmds))
	for i, cmd := range cmds {
		a, err := e.Submit(tb.Context(), cmd)
		if err != nil || a.Refusal != nil || len(a.Records) == 0 {
			tb.Fatalf("%T: %+v %v %v", cmd.Do, a, a.Refusal, err)
		}
		answers[i] = a
	}
	return answers
}

// doAll submits commands at the same time, 64 at once; each must make records.
func doAll(tb testing.TB, e *Engine, cmds []*ledger.Command) {
	tb.Helper()
	next := make(chan *ledger.Command)
	var group sync.WaitGroup
	for range 64 {
		group.Go(func() {
			for cmd := range next {
				if a, err := e.Submit(tb.Context(), cmd); err != nil || a.Refusal != nil || len(a.Records) == 0 {
					tb.Errorf("%T: %+v %v %v", cmd.Do, a, a.Refusal, err)
				}
			}
		})
	}
	for _, cmd := range cmds {
		next <- cmd
	}
	close(next)
	group.Wait()
	if tb.Failed() {
		tb.FailNow()
	}
}

// The people of the test town.
const (
	organizer ledger.AccountID = "m/organizer"
	second    ledger.AccountID = "m/second"
	leader    ledger.AccountID = "m/leader"
	cashier   ledger.AccountID = "m/cashier"
	till      ledger.DeviceID  = "till/one"
	canteen   ledger.CanteenID = "c1"
)

func rich() *ledger.Rulebook {
	k := ledger.DefaultRulebook()
	k.PointsPerHour, k.DayPointsMax, k.DefaultBudget, k.NoPINPoints = 1000, 10_000, 1<<40, 100_000
	return k
}

// found starts a ledger with its staff.
func found(tb testing.TB, e *Engine) {
	tb.Helper()
	do(tb, e, root(&ledger.Found{Origin: "test.example/town", Rulebook: rich()}),
		openAccount(organizer), openAccount(second), openAccount(leader), openAccount(cashier),
		root(&ledger.GrantRole{Account: cashier, Role: ledger.RoleCashier, Scope: ledger.Scope(canteen)}),
		root(&ledger.GrantRole{Account: leader, Role: ledger.RoleLeader, Scope: "t1"}),
		root(&ledger.GrantRole{Account: organizer, Role: ledger.RoleOrganizer, Scope: ledger.ScopeCommunity}),
		root(&ledger.GrantRole{Account: second, Role: ledger.RoleOrganizer, Scope: ledger.ScopeCommunity}),
		root(&ledger.EnrolDevice{Device: till, Canteen: canteen}))
}

func member(i int) ledger.AccountID { return ledger.MemberAccount(fmt.Sprintf("p%06d", i)) }

// serve gives members from to to-1, at most 400, ten hours of service each: 10,000 points. The awards follow by
// themselves, by the engine's timer.
func serve(tb testing.TB, e *Engine, from, to int) {
	tb.Helper()
	id := ledger.ActivityID(fmt.Sprintf("a/%010d", from))
	end := ledger.Time(noon.Add(-time.Hour).UnixMilli())
	start := end - 10*3600*1000
	cmds := make([]*ledger.Command, 0, to-from)
	for i := from; i < to; i++ {
		cmds = append(cmds, openAccount(member(i)))
	}
	doAll(tb, e, cmds)
	do(tb, e, by(leader, ledger.ViaWeb, &ledger.OpenActivity{
		Activity: id, Type: "clean-up", Team: "t1", Start: start, End: end, Charge: leader, Text: strings.Repeat("ab", 32),
	}))
	cmds = cmds[:0]
	for i := from; i < to; i++ {
		cmd := by(leader, ledger.ViaWeb, &ledger.Scan{Activity: id, Account: member(i), Path: ledger.PathList, Direction: ledger.In})
		cmd.Effective = start
		cmds = append(cmds, cmd)
	}
	doAll(tb, e, cmds)
	do(tb, e, by(leader, ledger.ViaWeb, &ledger.CloseActivity{Activity: id, Headcount: to - from}))
	for i := from; i < to; i++ {
		waitFor(tb, func() bool { v, _, _ := e.Balance(member(i)); return v.Points == 10_000 })
	}
	do(tb, e, by(organizer, ledger.ViaWeb, &ledger.ConfirmActivity{Activity: id}))
}

// redeem is a bowl of noodles for a member, with the step'th code of her phone.
func redeem(i int, step int64) *ledger.Command {
	return by(cashier, till, &ledger.Redeem{
		Canteen: canteen, Account: member(i), Meal: "beef-noodles", Points: 25, PIN: true,
		Handle: ledger.Handle(fmt.Sprintf("%09d", i)), Step: step,
	})
}

// waitFor polls something that another goroutine is about to do.
func waitFor(tb testing.TB, done func() bool) {
	tb.Helper()
	limit := time.After(20 * time.Second)
	for !done() {
		select {
		case <-limit:
			tb.Fatal("waited 20 s in vain")
		case <-time.After(time.Millisecond):
		}
	}
}

// replayed is what all records of a journal amount to, no snapshot asked.
func replayed(tb testing.TB, j journal.Journal, visit visitor) *state {
	tb.Helper()
	s := &state{book: ledger.NewBook()}
	if err := replay(tb.Context(), j, s, 1, visit); err != nil {
		tb.Fatalf("replay: %v", err)
	}
	return s
}

// audit reads the whole journal once more and compares it with what the engine publishes.
func audit(tb testing.TB, e *Engine) {
	tb.Helper()
	s := replayed(tb, e.journal, nil)
	if s.head != e.journal.Head() || s.book.Seq() != e.Seq() {
		tb.Fatalf("audit: replay ends at %v, the engine is at %d", s.head, e.Seq())
	}
	for id := range s.book.All() {
		want, _ := s.book.View(id)
		got, _, ok := e.Balance(id)
		want.Seq, got.Seq = 0, 0
		if !ok || fmt.Sprint(got) != fmt.Sprint(want) {
			tb.Fatalf("audit: %s is %+v, the records say %+v", id, got, want)
		}
	}
}

// faulty is a journal whose Append a test may hold up or make fail.
type faulty struct {
	journal.Journal
	before func() error // asked before each Append; an error is its answer
	after  func()       // called when the blocks are durable, before the engine knows
}

func (f *faulty) Append(ctx context.Context, prev journal.Head, blocks []journal.Block) (journal.Head, error) {
	if f.before != nil {
		if err := f.before(); err != nil {
			return journal.Head{}, err
		}
	}
	head, err := f.Journal.Append(ctx, prev, blocks)
	if f.after != nil {
		f.after()
	}
	return head, err
}
