package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"moralbank.example/bank/api/qr"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/engine"
	"moralbank.example/bank/ledger/roster"
)

// setClock is the machine's clock after somebody has set it: the wall shows another time, what counts since the boot goes on.
type setClock struct{ by atomic.Int64 }

func (c *setClock) set(by time.Duration) { c.by.Store(int64(by)) }

func (c *setClock) clock() engine.Clock {
	system := engine.SystemClock()
	return engine.Clock{Wall: func() time.Time { return system.Wall().Add(time.Duration(c.by.Load())) }, Mono: system.Mono}
}

// serveAt serves a directory with this clock: the whole verb, in this process, since no program but the kernel can set
// another's clock. The answer is its address, and what stops it.
func serveAt(t *testing.T, dir string, c *setClock, more ...func(*serveCmd)) (url string, stop func()) {
	t.Helper()
	cmd := serveCmd{Data: dir, Listen: "127.0.0.1:0"}
	for _, set := range more {
		set(&cmd)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	out, said := io.Pipe()
	con := &console{out: said, errs: io.Discard, clock: c.clock(), level: new(slog.LevelVar), log: slog.New(slog.DiscardHandler)}
	done := make(chan error, 1)
	go func() {
		err := cmd.Run(ctx, con)
		_ = said.CloseWithError(err)
		done <- err
	}()
	lines := bufio.NewScanner(out)
	for url == "" && lines.Scan() {
		if m := servingAt.FindStringSubmatch(lines.Text()); m != nil {
			url = "http://" + m[1]
		}
	}
	if url == "" {
		t.Fatalf("it did not start: %v", <-done)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return url, func() {
		t.Helper()
		cancel()
		if err := <-done; err != nil {
			t.Errorf("it ended with %v", err)
		}
	}
}

// payer is a member's phone: its time is right, whatever the server's is.
type payer struct {
	handle qr.Handle
	secret qr.Secret
}

// pays gives a member with points a phone's handle.
func pays(t *testing.T, dir string) *payer {
	t.Helper()
	h, err := openHouse(t.Context(), dir, slog.New(slog.DiscardHandler), engine.SystemClock())
	if err != nil {
		t.Fatal(err)
	}
	now := ledger.Time(time.Now().UnixMilli())
	var rich ledger.AccountID
	h.view.Read(func(b *ledger.Book) {
		for _, id := range b.Accounts(ledger.ClassMember) {
			if v, _ := b.View(id); v.Available(now, 480) >= 100 {
				rich = id
			}
		}
	})
	p := &payer{secret: qr.NewSecret()}
	made, err := h.roster.NewHandle(t.Context(), roster.By{Actor: rich, Device: ledger.ViaCLI, At: now}, roster.Pay, rich, "", p.secret)
	if err != nil {
		t.Fatal(err)
	}
	p.handle = qr.Handle(made.Digits)
	if err := h.close(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *payer) codeAt(at time.Time) string { return qr.PayCode(p.handle, p.secret, at).Digits() }

const codeClock = "clock_not_believed"

// clocked is a server whose clock is set while people eat.
type clocked struct {
	*lunch

	t     *testing.T
	dir   string
	clock setClock
	url   string
	last  time.Time // of the newest record of a meal
	phone *payer
}

// eats takes a meal by card: it is written, and dated no earlier than the one before.
func (c *clocked) eats(when string) {
	c.t.Helper()
	key := string(newKey())
	r := c.meal(c.t.Context(), c.t, c.url, key, c.bodyOf(key))
	var made struct{ Time time.Time }
	if r == nil || r.status != http.StatusOK || json.Unmarshal(r.body, &made) != nil {
		c.t.Fatalf("%s: %+v", when, r)
	}
	if made.Time.Before(c.last) {
		c.t.Errorf("%s: dated %v, after one of %v", when, made.Time, c.last)
	}
	c.last = made.Time
}

// shows asks for a meal with the code that a phone shows at this time.
func (c *clocked) shows(at time.Time) *reply {
	c.t.Helper()
	key := string(newKey())
	c.shown[key] = `{"code":"` + c.phone.codeAt(at) + `","meal":"soy-milk"}`
	r := c.meal(c.t.Context(), c.t, c.url, key, c.shown[key])
	if r == nil {
		c.t.Fatal("no answer to a phone's code")
	}
	return r
}

// wrong asserts what people meet while the clock is not believed: no meal by card or code is written, each with the reason;
// reading goes on; and every place where an operator looks says so.
func (c *clocked) wrong(when string) {
	c.t.Helper()
	c.signIn(c.t, c.url) // tokens are of another time
	key := string(newKey())
	r := c.meal(c.t.Context(), c.t, c.url, key, c.bodyOf(key))
	wantProblem(c.t, r, codeClock)
	wantProblem(c.t, c.shows(time.Now()), codeClock)
	c.reads(c.t, c.url)
	if _, body := c.get(c.t, c.url+"/readyz"); body != "ready, reading only: the clock is not believed\n" {
		c.t.Errorf("%s: readyz: %s", when, body)
	}
	if _, body := c.get(c.t, c.url+"/metrics"); !strings.Contains(body, "\nmoralbank_engine_clock_not_believed 1\n") {
		c.t.Errorf("%s: metrics do not tell of it", when)
	}
	if _, said := verb(c.t, "admin", "--data", c.dir); !strings.Contains(said, "本机时间可疑，暂停记账") || !strings.Contains(said, "run moralbank admin confirm-clock") {
		c.t.Errorf("%s: admin does not tell of it: %s", when, said)
	}
}

// confirm is the operator's word; the answer is what she is told.
func (c *clocked) confirm() string {
	c.t.Helper()
	code, said := verb(c.t, "admin", "confirm-clock", "--data", c.dir)
	if code != 0 || !strings.Contains(said, "恢复记账") {
		c.t.Fatalf("confirm-clock: exit %d, %s", code, said)
	}
	return said
}

// The clock of a running server is set three days ahead, and back again; a server starts with a clock before the last
// record, and one long after it. Nothing is written until an operator has confirmed the time, and everybody is told why; no
// record is ever dated before another; a code that was right when it was made is explained.
func TestClockIsSet(t *testing.T) {
	const days = 3 * 24 * time.Hour
	dir := filepath.Join(t.TempDir(), "demo")
	c := &clocked{t: t, dir: dir, lunch: demoLunch(t, dir), phone: pays(t, dir)}
	url, stop := serveAt(t, dir, &c.clock)
	c.url = url
	c.signIn(t, url)
	c.eats("before")

	c.clock.set(days)
	c.wrong("three days ahead")
	if said := c.confirm(); !strings.Contains(said, "还差 48h0m") {
		t.Errorf("timers are to follow day by day: %s", said)
	}
	c.eats("three days ahead, confirmed")
	if ahead := time.Until(c.last); ahead < days-time.Minute {
		t.Errorf("dated %v ahead", ahead)
	}
	if r := c.shows(time.Now()); r.status != http.StatusConflict || !strings.Contains(string(r.body), "核对手机时间") {
		t.Errorf("a code of a phone whose time is another: %d %s", r.status, r.body)
	}

	c.clock.set(0)
	c.wrong("three days back")
	c.confirm()
	c.eats("back, confirmed")
	if r := c.shows(time.Now()); r.status != http.StatusOK {
		t.Errorf("a phone's code of the right time: %d %s", r.status, r.body)
	}
	stop()

	c.url, stop = serveAt(t, dir, &c.clock)
	c.wrong("started before the last record")
	stop()
	c.url, stop = serveAt(t, dir, &c.clock, func(s *serveCmd) { s.ConfirmClock = true })
	c.signIn(t, c.url)
	c.eats("started before the last record, confirmed at the start")
	stop()

	c.clock.set(3 * days)
	c.url, stop = serveAt(t, dir, &c.clock)
	c.wrong("started six days after the last record")
	c.confirm()
	c.eats("started late, confirmed")
	c.recheck(t, c.url)
	stop()
	c.clock.set(0)
	c.count(t, dir)
	if code := run([]string{"verify", "-q", "--data", dir}, t.Output(), t.Output()); code != 0 {
		t.Errorf("verify: exit %d", code)
	}
}
