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
