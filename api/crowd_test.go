package api

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"testing"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/engine"
)

// Ten times as many as there is room for ask at once, while nothing can be finished: those who found room are served, everybody else
// is told at once when to come again, and a second try under the same key is served. Pages and health are for everybody.
func TestCrowd(t *testing.T) {
	const room = 3
	h := newHall(t)
	zhou := h.zhou
	h.server.crowd.most = room
	gate, submit := make(chan struct{}), h.server.ledger
	h.server.ledger = func(ctx context.Context, cmd *ledger.Command) (engine.Answer, error) {
		<-gate
		return submit(ctx, cmd)
	}
	names := []string{"甲", "乙", "丙"}
	var served sync.WaitGroup
	for _, name := range names {
		served.Go(func() { zhou.post("/v1/members", obj{"name": name}).is(200) })
	}
	for h.server.crowd.in.Load() < room {
		runtime.Gosched()
	}
	for range 10 * room {
		if a := zhou.post("/v1/members", obj{"name": "丁"}).no(503, codeBusy); a.header.Get("Retry-After") != "1" {
			t.Errorf("Retry-After %q", a.header.Get("Retry-After"))
		}
	}
	zhou.get("/v1/members").no(503, codeBusy)
	h.stranger().get("/healthz").is(200)
	h.stranger().get("/readyz").is(200)
	if page := h.stranger().get("/"); page.status != 200 {
		t.Errorf("a page: %d", page.status)
	}
	if a := h.stranger().get("/metrics"); !strings.Contains(string(a.raw), "\nmoralbank_http_turned_away_total 31\n") || !strings.Contains(string(a.raw), "\nmoralbank_http_working 3\n") {
		t.Errorf("%s", a.raw)
	}
	close(gate)
	served.Wait()
	zhou.post("/v1/members", obj{"name": "丁"}).is(200)
	if found := zhou.get("/v1/members?query=丁").is(200); found.length("items") != 1 {
		t.Errorf("%s", found.raw)
	}
}

// Bodies on their way in hold memory: one account's slow ones are bounded, those of all together too, and a small request of the
// same account still goes through. What was held is given back however the request ends.
func TestBodiesAreBounded(t *testing.T) {
	h := newHall(t)
	c := h.server.crowd
	var drops []func()
	for _, n := range []int64{1 << 20, bodiesMostOne - 1<<20} {
		drop, err := c.hold(string(h.zhou.account), n)
		if err != nil {
			t.Fatal(err)
		}
		drops = append(drops, drop)
	}
	large := obj{"name": strings.Repeat("长", bodySmall)}
	h.zhou.post("/v1/members", large).no(503, codeBusy)
	h.zhou.post("/v1/members", obj{"name": "甲"}).is(200)
	if a := h.sun.post("/v1/members", large); a.status == 503 {
		t.Errorf("somebody else: %s", a.raw)
	}
	for n := range bodiesMost / bodiesMostOne {
		if drop, err := c.hold("somebody "+string(rune('a'+n)), bodiesMostOne); err == nil {
			drops = append(drops, drop)
		}
	}
	h.sun.post("/v1/members", large).no(503, codeBusy)
	for _, drop := range drops {
		drop()
	}
	if a := h.zhou.post("/v1/members", large); a.status == 503 {
		t.Errorf("afterwards: %s", a.raw)
	}
	if c.bytes != 0 || len(c.whose) != 0 {
		t.Errorf("%d bytes of %v are still held", c.bytes, c.whose)
	}
}
