package engine

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal/badgerjournal"
	"moralbank.example/bank/ledger/seal"
	"moralbank.example/bank/ledger/snapshot"
)

// The child process of TestKill is this test binary with these set.
const (
	crashDir   = "ENGINE_CRASH_DIR"
	crashFirst = "ENGINE_CRASH_FIRST" // number of its first command
	crashDiner = "ENGINE_CRASH_DINER" // its first member
	killRounds = "ENGINE_KILLS"       // how many kills; default 15
)

const (
	failedExit  = 3    // how a child ends by itself: the engine has stopped
	diners      = 40   // members that one child feeds
	crashMax    = 6000 // commands of one child
	crashActors = 24   // of its goroutines
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		if err := crashChild(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(failedExit)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// crashMeal is the n-th command: the same key and content whoever sends it, and however often.
func crashMeal(n, diner int) *ledger.Command {
	cmd := milk(diner+n%diners, n%1_000_000_000, 1)
	cmd.Key = keyAt(uint64(n))
	return cmd
}

// crashChild opens the ledger as the program does and redeems as fast as it can, until it is killed. It says on its
// standard output what it tries, and with which seq it was answered.
func crashChild(dir string) error {
	first, err := strconv.Atoi(os.Getenv(crashFirst))
	if err != nil {
		return err
	}
	diner, err := strconv.Atoi(os.Getenv(crashDiner))
	if err != nil {
		return err
	}
	ctx := context.Background()
	guard, err := seal.OpenGuard(filepath.Join(dir, "mark"))
	if err != nil {
		return err
	}
	where := badgerjournal.Options{Dir: filepath.Join(dir, "data"), Reserve: 1}
	j, err := badgerjournal.Open(ctx, where)
	if err != nil {
		return err
	}
	x, err := badgerjournal.OpenIndex(ctx, where)
	if err != nil {
		return err
	}
	e, err := Open(ctx, Options{
		Journal: j, Index: x, Guard: guard, Clock: handsAt(noon).clock(),
		Snapshots: snapshot.Open(dir, "feed", nil), Limits: Limits{Snapshot: 20}, // it dies while it makes them, too
	})
	if err != nil {
		return err
	}
	fmt.Println("ready")
	var next atomic.Int64
	errs := make(chan error, crashActors)
	for range crashActors {
		go func() {
			for {
				n := int(next.Add(1)) - 1
				if n >= crashMax {
					errs <- nil
					return
				}
				fmt.Println("try", first+n)
				a, err := e.Submit(ctx, crashMeal(first+n, diner))
				if a.Refusal != nil {
					err = a.Refusal
				}
				if err != nil {
					errs <- fmt.Errorf("command %d: %w", first+n, err)
					return
				}
				fmt.Println("got", first+n, a.Seq) // one write, so that a line is whole or not there
			}
		}()
	}
	for range crashActors {
		if err := <-errs; err != nil {
			return errors.Join(err, e.Close(ctx)) // as a server ends
		}
	}
	select {} // idle, until it is killed
}

// heard is what the children said before they died.
type heard struct {
	tried    map[int]int        // number of a command -> first member of its round
	answered map[int]ledger.Seq // -> seq when answered
	settled  map[int]bool       // looked up and retried after a restart

	acknowledged atomic.Int64 // while a child is still speaking
}

func newHeard() *heard {
	return &heard{tried: map[int]int{}, answered: map[int]ledger.Seq{}, settled: map[int]bool{}}
}

// TestKill kills a process that redeems under load, again and again, at random moments, starts included. Nothing that
// it acknowledged is lost, nothing is there twice, the laws hold, and retries of what hung in the air end exactly once.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	rounds := 15
	if s := os.Getenv(killRounds); s != "" {
		var err error
		if rounds, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	e := must(t)(onDisk(t, dir, nil))
	found(t, e)
	serve(t, e, 0, diners)
	closed(t, e)
	h := newHeard()
	diner, settled := 0, 0
	for round := range rounds {
		killOne(t, dir, h, round, diner)
		if round%3 != 2 && round != rounds-1 {
			continue // the next one starts on what the killed one left
		}
		e := must(t)(onDisk(t, dir, nil))
		settled += settle(t, e, h)
		diner += diners
		serve(t, e, diner, diner+diners)
		closed(t, e)
	}
	t.Logf("%d kills, %d commands, %d acknowledged, %d hung in the air and were settled", rounds, len(h.tried), len(h.answered)-settled, settled)
}

// startChild runs a child that redeems. ready is closed when its ledger is open, said when it has nothing more to say.
func startChild(t *testing.T, dir string, h *heard, first, diner int) (cmd *exec.Cmd, ready, said chan struct{}) {
	t.Helper()
	cmd = exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), crashDir+"="+dir, crashFirst+"="+strconv.Itoa(first), crashDiner+"="+strconv.Itoa(diner))
	cmd.Stderr = t.Output()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready, said = make(chan struct{}), make(chan struct{})
	go func() {
		defer close(said)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			var n int
			var seq ledger.Seq
			switch line := lines.Text(); {
			case line == "ready":
				close(ready)
			case scan(line, "try %d", &n):
				h.tried[n] = diner
			case scan(line, "got %d %d", &n, &seq):
				h.answered[n] = seq
				h.acknowledged.Add(1)
			}
		}
	}()
	return cmd, ready, said
}

// killOne runs one child and kills it.
func killOne(t *testing.T, dir string, h *heard, round, diner int) {
	t.Helper()
	cmd, ready, said := startChild(t, dir, h, round*crashMax, diner)
	if round%5 == 4 { // sometimes while it is still starting
		time.Sleep(rand.N(150 * time.Millisecond))
	} else {
		select {
		case <-ready:
			time.Sleep(rand.N(400 * time.Millisecond))
		case <-said:
			t.Errorf("the child ended by itself: %v", cmd.Wait())
			t.FailNow()
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-said
	if err := cmd.Wait(); err == nil || cmd.ProcessState.ExitCode() > 0 {
		t.Fatalf("the child was not killed, it ended with %v", err)
	}
}

func scan(line, format string, into ...any) bool {
	n, err := fmt.Sscanf(line, format, into...)
	return err == nil && n == len(into)
}

// settle holds a reopened ledger against what the dead children said, and retries what hung in the air.
func settle(t *testing.T, e *Engine, h *heard) (settled int) {
	t.Helper()
	audit(t, e)
	once := map[string]ledger.Seq{}
	replayed(t, e.journal, func(d *decoded) error {
		for i := range d.records {
			r := &d.records[i]
			id := keyID(r.Scope(), r.Key)
			if _, ok := r.Body.(*ledger.Redeemed); !ok {
				continue
			}
			if first, twice := once[id]; twice {
				return fmt.Errorf("key %s stands at %d and %d", r.Key, first, r.Seq)
			}
			once[id] = r.Seq
		}
		return nil
	})
	for n, diner := range h.tried {
		cmd := crashMeal(n, diner)
		stands, made := once[keyID(cmd.Scope(), cmd.Key)]
		answered, was := h.answered[n]
		if was && stands != answered {
			t.Fatalf("command %d was acknowledged at %d, it stands at %d (0: lost)", n, answered, stands)
		}
		if h.settled[n] {
			continue
		}
		h.settled[n] = true
		first, ok, err := e.First(t.Context(), cmd.Scope(), cmd.Key)
		if err != nil || ok != made || ok && first[0].Seq != stands {
			t.Fatalf("command %d: First gives %v %v %v, it stands at %d", n, first, ok, err, stands)
		}
		if was {
			continue
		}
		a, err := e.Submit(t.Context(), cmd)
		if err != nil || a.Refusal != nil || a.Replayed != made {
			t.Fatalf("retry of command %d, made: %v: %+v %v %v", n, made, a, a.Refusal, err)
		}
		h.answered[n] = a.Records[0].Seq
		settled++
	}
	if len(once) == 0 {
		t.Fatal("the children did nothing: this proves nothing")
	}
	return settled
}
