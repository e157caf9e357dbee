package engine

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal/memjournal"
)

// closing is a town in which an activity of n members is about to be closed; its command is handed back.
func closing(t *testing.T, e *Engine, n int) *ledger.Command {
	t.Helper()
	if e.Seq() == 0 {
		found(t, e)
	}
	end := ledger.Time(noon.Add(-time.Hour).UnixMilli())
	start := end - 3600*1000
	do(t, e, by(leader, ledger.ViaWeb, &ledger.OpenActivity{
		Activity: "a/one", Type: "clean-up", Team: "t1", Start: start, End: end, Charge: leader, Text: strings.Repeat("ab", 32),
	}))
	for i := range n {
		scan := by(leader, ledger.ViaWeb, &ledger.Scan{Activity: "a/one", Account: member(i), Path: ledger.PathList, Direction: ledger.In})
		scan.Effective = start
		do(t, e, openAccount(member(i)), scan)
	}
	return by(leader, ledger.ViaWeb, &ledger.CloseActivity{Activity: "a/one", Headcount: n})
}

// awards counts the award records of each member.
func awards(t *testing.T, e *Engine) map[ledger.AccountID]int {
	t.Helper()
	n := map[ledger.AccountID]int{}
	for seq := ledger.Seq(1); seq <= e.Seq(); seq++ {
		s, err := e.Record(t.Context(), seq)
		if err != nil {
			t.Fatal(err)
		}
		if w, ok := s.Record.Body.(*ledger.Awarded); ok {
			n[w.Account]++
		}
	}
	return n
}

// The power fails at each of the appends that follow the closing of an activity: after the restart every award is
// posted exactly once, by itself.
func TestAwardsResumeAfterCrash(t *testing.T) {
	const n = 230 // three rounds of due commands
	for _, at := range []int{1, 2, 3} {
		for _, fault := range []memjournal.Fault{memjournal.CrashTorn, memjournal.CrashAfterSync} {
			t.Run(fmt.Sprintf("%v at append %d", fault, at), func(t *testing.T) {
				disk := memjournal.NewDisk()
				e := must(t)(inMemory(t, disk, nil))
				shut := closing(t, e, n)
				var after atomic.Int64
				disk.Faults = func(int) memjournal.Fault {
					if after.Add(1) == int64(at)+1 {
						return fault
					}
					return memjournal.None
				}
				do(t, e, shut)
				<-e.Dead()
				disk.Faults = nil
				e = must(t)(inMemory(t, disk, nil))
				waitFor(t, func() bool { v, _, _ := e.Balance(member(n - 1)); return v.Points > 0 })
				got := awards(t, e)
				for i := range n {
					if got[member(i)] != 1 {
						t.Fatalf("%s has %d awards", member(i), got[member(i)])
					}
				}
				audit(t, e)
			})
		}
	}
}

// A due command that comes to nothing is not tried again and again, and holds up nobody else.
func TestDueThatFails(t *testing.T) {
	h := handsAt(noon)
	var judged atomic.Int64
	e, g := gated(t, func(o *Options) { o.Clock = h.clock() })
	hold := submitLater(t, e, openAccount("m/hold"))
	<-g.entered
	lawful := e.check
	e.check = func(b *ledger.Book, r *ledger.Record) error {
		if w, ok := r.Body.(*ledger.Awarded); ok && w.Account == member(1) {
			judged.Add(1)
			return errors.New("law: planted")
		}
		return lawful(b, r)
	}
	go func() {
		for range g.entered {
			g.step()
		}
	}()
	g.step()
	<-hold
	shut := closing(t, e, 3)
	do(t, e, shut)
	waitFor(t, func() bool { return len(awards(t, e)) == 2 })
	for range 20 {
		do(t, e, openAccount(ledger.MemberAccount(string(freshKey())[24:])))
	}
	if n := judged.Load(); n != 2 {
		t.Fatalf("judged %d times, want 2: in the batch and alone", n)
	}
	if s := e.Stats(); s.Breaches != 1 {
		t.Fatalf("stats: %+v", s)
	}
	closed(t, e)
	if len(e.timers.held) != 1 {
		t.Fatalf("%d due commands are held back, want 1", len(e.timers.held))
	}
}

// More commands that come to nothing than are listed at once do not keep the one behind them from its turn.
func TestDueBehindManyThatFail(t *testing.T) {
	const n = 130
	e := must(t)(inMemory(t, memjournal.NewDisk(), nil))
	shut := closing(t, e, n)
	lawful := e.check
	e.check = func(b *ledger.Book, r *ledger.Record) error {
		if w, ok := r.Body.(*ledger.Awarded); ok && w.Account != member(n-1) {
			return errors.New("law: planted")
		}
		return lawful(b, r)
	}
	do(t, e, shut)
	waitFor(t, func() bool { return awards(t, e)[member(n-1)] == 1 })
	if got := len(awards(t, e)); got != 1 {
		t.Fatalf("%d have awards, want 1", got)
	}
	closed(t, e)
}
