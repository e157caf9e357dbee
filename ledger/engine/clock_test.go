package engine

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal/memjournal"
)

func TestClock(t *testing.T) {
	h := handsAt(noon)
	disk := memjournal.NewDisk()
	with := func(o *Options) { o.Clock = h.clock() }
	e := must(t)(inMemory(t, disk, with))
	found(t, e)
	held := func(when string) {
		t.Helper()
		if _, err := e.Submit(t.Context(), openAccount("m/held")); !errors.Is(err, ErrClock) || !e.Stats().ClockNotBelieved {
			t.Fatalf("%s: %v, want ErrClock", when, err)
		}
		if _, _, ok := e.Balance(organizer); !ok {
			t.Fatalf("%s: reads do not go on", when)
		}
	}
	opens := func(id ledger.AccountID, at time.Time) {
		t.Helper()
		r := do(t, e, openAccount(id))[0].Records[0]
		if got := time.UnixMilli(int64(r.Time)).UTC(); !got.Equal(at) {
			t.Fatalf("%s is dated %v, want %v", id, got, at)
		}
	}

	h.pass(time.Hour)
	opens("m/a", noon.Add(time.Hour))
	h.jump(-4 * time.Minute) // a small step back: the order is kept
	opens("m/b", noon.Add(time.Hour))
	h.jump(8 * time.Minute)
	opens("m/c", noon.Add(time.Hour+4*time.Minute))
	h.jump(2 * time.Minute)
	held("six minutes fast")
	h.jump(-12 * time.Minute)
	held("six minutes slow")
	h.jump(6 * time.Minute)
	opens("m/d", noon.Add(time.Hour+4*time.Minute)) // it came back by itself
	h.jump(-24 * time.Hour)
	held("a day slow")
	e.ConfirmClock()
	opens("m/e", noon.Add(time.Hour+4*time.Minute))
	h.jump(24 * time.Hour)
	held("a day fast")
	e.ConfirmClock()
	opens("m/f", noon.Add(time.Hour+4*time.Minute))
	closed(t, e)

	h.pass(71 * time.Hour)
	e = must(t)(inMemory(t, disk, with))
	opens("m/g", noon.Add(72*time.Hour))
	closed(t, e)
	h.pass(73 * time.Hour)
	e = must(t)(inMemory(t, disk, with))
	held("after three days away")
	closed(t, e)
	h.jump(-74 * time.Hour)
	e = must(t)(inMemory(t, disk, with))
	held("before the last record")
	h.jump(74 * time.Hour)
	held("a clock that goes on jumping")
	e.ConfirmClock()
	opens("m/h", noon.Add(145*time.Hour))
	audit(t, e)
}

// Timers follow a confirmed jump by at most a day for each confirmation.
func TestTimersLagBehindAJump(t *testing.T) {
	h := handsAt(noon)
	w := newWatch(h.clock(), ledger.Time(noon.UnixMilli()), 0)
	lag := func() time.Duration {
		t.Helper()
		now, timers, err := w.now()
		if err != nil {
			t.Fatal(err)
		}
		return time.Duration(now-timers) * time.Millisecond
	}
	h.pass(time.Hour)
	if lag() != 0 {
		t.Fatalf("timers lag by %v without a jump", lag())
	}
	h.jump(60 * time.Hour)
	for _, want := range []time.Duration{36 * time.Hour, 12 * time.Hour, 0, 0} {
		if got := w.confirm(); got != want || lag() != want {
			t.Fatalf("confirm says %v, timers lag by %v, want %v", got, lag(), want)
		}
	}
	h.jump(60 * time.Hour)
	w.confirm()
	h.jump(-60 * time.Hour) // it was wrong after all
	if got := w.confirm(); got != 0 || lag() != 0 {
		t.Fatalf("timers lag by %v after the jump was taken back", got)
	}
}

// The brake outlives a restart: a month that was skipped is not swept because somebody restarted the server.
func TestTimersLagBehindAfterARestart(t *testing.T) {
	h, file := handsAt(noon), filepath.Join(t.TempDir(), "timers")
	disk := memjournal.NewDisk()
	with := func(o *Options) { o.Clock, o.Lag = h.clock(), file }
	e := must(t)(inMemory(t, disk, with))
	found(t, e)
	h.jump(30 * 24 * time.Hour)
	if got := e.ConfirmClock(); got != 29*24*time.Hour {
		t.Fatalf("timers are %v behind", got)
	}
	do(t, e, openAccount("m/late"))
	closed(t, e)
	e = must(t)(inMemory(t, disk, with))
	now, timers, err := e.watch.now()
	if behind := time.Duration(now-timers) * time.Millisecond; err != nil || behind != 29*24*time.Hour {
		t.Fatalf("after a restart timers are %v behind, %v", behind, err)
	}
	for want := 28 * 24 * time.Hour; want > 0; want -= 24 * time.Hour {
		if got := e.ConfirmClock(); got != want {
			t.Fatalf("timers are %v behind, want %v", got, want)
		}
	}
	e.ConfirmClock()
	closed(t, e)
	if _, err := os.Stat(file); err == nil {
		t.Error("a file stays when timers are behind no more")
	}
	if err := os.WriteFile(file, append(lagText(time.Hour), ' '), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := inMemory(t, disk, with); !errors.Is(err, ErrLagFile) || !strings.Contains(err.Error(), file) {
		t.Errorf("a damaged file: %v", err)
	}
}

func TestSystemClock(t *testing.T) {
	c := SystemClock()
	a, b := c.Mono(), c.Mono()
	if a <= 0 || b < a {
		t.Fatalf("monotonic clock: %v, then %v", a, b)
	}
	if year := c.Wall().Year(); year < 2024 {
		t.Fatalf("the wall clock says year %d", year)
	}
	if w := newWatch(c, 0, 0); w.believed() != nil {
		t.Fatalf("an empty ledger does not believe the clock: %v", w.believed())
	}
}
