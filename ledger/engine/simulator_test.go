package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal/memjournal"
)

// How many seeds TestSimulator runs, and from which on.
const (
	seedCount = "SIM_SEEDS" // default 100
	seedFirst = "SIM_SEED"  // default 1; alone it runs this one seed and tells all that happened
	simSteps  = 260         // of one seed, after the town is founded
)

// TestSimulator plays many clients against the real engine on a machine that fails in every way that it can, on one
// goroutine: a seed gives the same run, byte by byte. The judge believes the journal only, see judge. A seed that fails
// is told and run again with
//
//	SIM_SEED=n go test ./ledger/engine -run TestSimulator -v
func TestSimulator(t *testing.T) {
	first, alone := envUint(t, seedFirst, 1)
	n, many := envUint(t, seedCount, 100)
	if alone && !many {
		n = 1
	}
	met := map[string]int{}
	for seed := first; seed < first+n; seed++ {
		s := simulate(t, seed, simSteps)
		if t.Failed() {
			return
		}
		if alone && !many {
			t.Log(strings.Join(s.said, "\n"))
		}
		for what, n := range s.met {
			met[what] += n
		}
		if many && (seed+1-first)%100 == 0 {
			fmt.Printf("seeds %d to %d are right\n", first, seed)
		}
	}
	for _, what := range slices.Sorted(maps.Keys(met)) {
		t.Logf("%-40s %8d", what, met[what])
	}
	t.Logf("simulator: %d seeds from %d, %d crashes, %d restarts, %d acknowledged, 0 lost, 0 doubled", n, first, met["crashed"], met["started"], met["acknowledged"])
	if n < 100 {
		return
	}
	for _, what := range mustMeet {
		if met[what] == 0 {
			t.Errorf("no seed met: %s", what)
		}
	}
}

// mustMeet is what a hundred seeds cannot miss, or they prove nothing.
var mustMeet = []string{
	"made by *ledger.Redeem", "made by *ledger.Scan", "made by *ledger.CloseActivity", "made by *ledger.ConfirmActivity",
	"made by *ledger.Give", "made by *ledger.Hold", "made by *ledger.Capture", "made by *ledger.Release", "made by *ledger.Reverse",
	"made by timer *ledger.AwardService", "made by timer *ledger.Release",
	"refused balance_short", "refused code_used", "refused key_reused", "refused already_reversed", "replayed",
	"engine: busy", "engine: the clock is not believed", "engine: not enough free disk", "engine: outcome unknown", "engine: quarantined",
	"engine: stopped", "gave up before it began", "gave up after it began",
	"append: disk full", "append: crash before write", "append: crash before sync", "append: crash, torn", "append: sync fails, bytes lost",
	"append: sync fails, bytes kept", "append: crash after sync", "unknown, and it stands", "unknown, and it is gone",
	"killed between appends", "closed in order", "the index failed", "flipped bit named", "flipped bit met by a reader",
	"a snapshot was made", "a start from a snapshot", "a snapshot was harmed", "a start past a harmed snapshot",
	"rollback refused", "two clients raced on a key", "another's key met nothing",
}

// TestSameSeedSameRun: what is printed about a seed is worth something.
func TestSameSeedSameRun(t *testing.T) {
	a, b := simulate(t, 7, simSteps), simulate(t, 7, simSteps)
	if !slices.Equal(a.said, b.said) {
		t.Error("the same seed told two stories")
	}
	if len(a.judge.lines) == 0 || !slices.EqualFunc(a.judge.lines, b.judge.lines, bytes.Equal) {
		t.Error("the same seed made two ledgers")
	}
}

func envUint(t *testing.T, name string, def uint64) (n uint64, set bool) {
	t.Helper()
	s := os.Getenv(name)
	if s == "" {
		return def, false
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n, true
}

// sim is one run.
type sim struct {
	t    *testing.T
	ctx  context.Context //nolint:containedctx // of the whole run
	seed uint64
	rng  *rand.Rand
	said []string       // what happened
	met  map[string]int // and how often

	machine
	judge  *judge
	town   town
	flying []*ask // asked and not answered
	faults bool   // the town is founded: from now on things go wrong
}

// simulate runs one seed. A failure ends the test with the story of the seed.
func simulate(t *testing.T, seed uint64, steps int) *sim {
	t.Helper()
	s := &sim{t: t, ctx: context.Background(), seed: seed, rng: rand.New(rand.NewPCG(seed, 2026)), met: map[string]int{}}
	var salt [32]byte
	copy(salt[:], fmt.Sprint(seed))
	s.machine = machine{
		hands: handsAt(noon), disk: memjournal.NewDisk(), dir: quickDir(t), salt: rand.NewChaCha8(salt),
		limits: Limits{Queue: 4 + s.rng.IntN(40), Batch: 1 + s.rng.IntN(16), Gap: 60 + s.rng.IntN(200)},
	}
	s.judge = newJudge(s)
	s.start()
	s.settleTown()
	s.faults = true
	for range steps {
		s.step()
	}
	s.rest()
	return s
}

// quickDir is a directory in memory, where there is one: the mark and the snapshots are real files, and thousands of them are synced.
func quickDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "simulator") //nolint:usetesting // in memory, see above
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// step is one thing that happens.
func (s *sim) step() {
	switch n := s.rng.IntN(1000); {
	case n < 420:
		for range 1 + s.rng.IntN(4) {
			s.ask(s.town.wish(s))
		}
	case n < 720:
		s.turn()
	case n < 800:
		s.look()
	case n < 850:
		s.pass()
	case n < 890:
		s.keepUp()
	case n < 930:
		s.armed = memjournal.Fault(1 + s.rng.IntN(int(memjournal.CrashAfterSync)))
	case n < 945:
		s.kill()
	case n < 950:
		s.stop()
	case n < 955:
		s.copyBook()
	case n < 962:
		s.full = true
		s.say("the disk is full")
	case n < 975:
		s.indexFails = true
	case n < 985:
		s.jump()
	case n < 990:
		s.meetFlippedBit()
	default:
		s.giveUp()
	}
	if !s.clockBelieved() && s.rng.IntN(6) == 0 {
		s.confirm()
	}
	if s.full && s.rng.IntN(12) == 0 {
		s.full = false
		s.say("there is room again")
	}
}

// ask sends a command, as a client does: it joins the queue or is turned away.
func (s *sim) ask(cmd *ledger.Command) *ask {
	a := &ask{n: s.judge.asks, cmd: *cmd, floor: s.judge.floor}
	s.judge.asked(a)
	ctx, cancel := context.WithCancel(s.ctx)
	a.cancel = cancel
	r, err := s.e.enter(ctx, cmd)
	s.say("ask %d: %s %T by %s: %v", a.n, cmd.Key, cmd.Do, cmd.Actor, err)
	if err != nil {
		cancel()
		s.judge.hear(a, Answer{}, err)
		return a
	}
	a.r = r
	for _, other := range s.flying {
		if a.id != "" && other.id == a.id {
			s.met["two clients raced on a key"]++
		}
	}
	s.flying = append(s.flying, a)
	return a
}

// turn lets the writer go once around, hears its answers, and holds them against the journal.
func (s *sim) turn() {
	s.e.timers.ask = s.e.timers.ask || s.rng.IntN(3) == 0
	reqs := s.e.appendDue(s.ctx, s.e.drain(nil))
	if len(reqs) == 0 {
		return
	}
	s.carryOut(reqs)
}

// carryOut is one turn of the writer; false when it was its last.
func (s *sim) carryOut(reqs []*request) bool {
	s.say("turn: %d commands", len(reqs))
	if alive := s.e.turn(s.ctx, reqs); !alive {
		close(s.e.gone) // as run does when it returns
		s.hear()
		s.say("dead: %v", s.e.Cause())
		s.met["crashed"]++
		s.crash()
		return false
	}
	s.hear()
	s.judge.advance(s.e.journal, s.e.Seq())
	s.judge.sample()
	return true
}

// hear takes the answers that are there.
func (s *sim) hear() {
	now := ledger.Time(s.hands.wall.UnixMilli())
	s.flying = slices.DeleteFunc(s.flying, func(a *ask) bool {
		select {
		case <-s.e.gone:
		default:
			if len(a.r.done) == 0 {
				return false
			}
		}
		a.now = now
		answer, err := a.r.wait(s.e.gone)
		a.cancel()
		s.judge.hear(a, answer, err)
		return true
	})
}

// giveUp is a client whose time runs out before the writer has come to it.
func (s *sim) giveUp() {
	if len(s.flying) == 0 {
		return
	}
	i := s.rng.IntN(len(s.flying))
	a := s.flying[i]
	s.flying = slices.Delete(s.flying, i, i+1)
	a.cancel()
	answer, err := a.r.wait(s.e.gone)
	s.say("ask %d gives up: %v", a.n, err)
	if errors.Is(err, ErrUnknownOutcome) {
		s.met["gave up after it began"]++
	} else {
		s.met["gave up before it began"]++
	}
	s.judge.hear(a, answer, err)
}

// during is called by the machine while a batch is folded and not durable, and again when it is durable and not
// published: readers see none of it, nobody has an answer that rests on it, and clients may lose their patience.
func (s *sim) during() {
	s.hear()
	s.judge.advance(s.e.journal, s.e.Seq())
	s.judge.sample()
	if len(s.flying) > 0 {
		s.judge.first(&s.flying[s.rng.IntN(len(s.flying))].cmd)
		if s.faults && s.rng.IntN(12) == 0 {
			s.giveUp()
		}
	}
}

// look is readers who come between two turns.
func (s *sim) look() {
	s.judge.sample()
	if n := int(s.judge.book.Seq()); n > 0 {
		s.judge.record(ledger.Seq(1 + s.rng.IntN(n)))
		s.judge.follow(ledger.Seq(1 + s.rng.IntN(n)))
	}
	s.judge.first(s.town.old(s))
}

// rest ends the faults, settles what hangs in the air with retries under the same keys, and looks at everything once more.
func (s *sim) rest() {
	s.faults, s.armed, s.full, s.indexFails = false, memjournal.None, false, false
	s.confirm()
	s.stop()
	s.confirm()
	for _, a := range s.judge.unsettled() {
		s.keepUp()
		s.turnUntilIdle()
		again := s.ask(&a.cmd)
		s.turnUntilIdle()
		if !again.told && !slices.ContainsFunc(s.judge.wanted[a.id], isEvil) {
			s.fail("ask %d hangs in the air for ever", a.n)
		}
	}
	s.stop()
	s.judge.everything()
}

// turnUntilIdle lets the writer go on until nobody waits and nothing is due.
func (s *sim) turnUntilIdle() {
	for range 1000 {
		if s.turn(); len(s.flying) == 0 && !s.e.timers.ask {
			return
		}
	}
	s.fail("%d still wait", len(s.flying))
}

func (s *sim) say(format string, args ...any) { s.said = append(s.said, fmt.Sprintf(format, args...)) }

// fail ends the test with the last of what happened.
func (s *sim) fail(format string, args ...any) {
	s.t.Helper()
	s.t.Logf("%s", strings.Join(s.said[max(0, len(s.said)-60):], "\n"))
	s.t.Fatalf("seed %d: %s\nagain: SIM_SEED=%d go test ./ledger/engine -run TestSimulator -v", s.seed, fmt.Sprintf(format, args...), s.seed)
}

// check fails the run on an error that no fault explains.
func (s *sim) check(err error, doing string) {
	s.t.Helper()
	if err != nil {
		s.fail("%s: %v", doing, err)
	}
}

// pass lets time go by: mostly seconds, sometimes a night, now and then until tomorrow's lunch.
func (s *sim) pass() {
	d := time.Duration(s.rng.Int64N(int64(time.Minute)))
	switch s.rng.IntN(8) {
	case 0:
		d *= 60 * 8
	case 1:
		d += 3 * time.Hour
	}
	s.hands.pass(d)
	s.say("%v later", d)
}
