package api

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// follows reads a stream of events until there are n of them.
func (p *person) follows(n int, last string) []string {
	p.b.t.Helper()
	ctx, cancel := context.WithCancel(p.b.t.Context())
	defer cancel()
	req := must(http.NewRequestWithContext(ctx, http.MethodGet, p.b.http.URL+"/v1/events", nil))(p.b.t)
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	res := must(p.client.Do(req))(p.b.t)
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" {
		p.b.t.Fatalf("%d %v", res.StatusCode, res.Header)
	}
	var events []string
	name := ""
	for lines := bufio.NewScanner(res.Body); len(events) < n && lines.Scan(); {
		if text, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			name = text
		} else if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			events = append(events, name+" "+data)
		}
	}
	return events
}

// A page that comes back with the last id it saw misses nothing, and nobody is told of what is not hers.
func TestEvents(t *testing.T) {
	h := newHall(t)
	wang := h.add("王芳", "13800000077")
	phone := h.enrolled(wang)
	number, _ := h.card(wang)
	h.earn(wang, 1)
	before := h.server.engine.Seq()
	first := h.till.post("/v1/redemptions", obj{"code": number, "meal": "soy-milk"}).is(200).number("seq")
	h.add("马丽", "")
	second := h.till.post("/v1/redemptions", obj{"code": number, "meal": "soy-milk"}).is(200).number("seq")

	got := phone.follows(3, fmt.Sprint(before))
	if len(got) != 3 || !strings.HasPrefix(got[0], "beat") || !strings.Contains(got[1], fmt.Sprintf(`{"seq":%d,"kind":"redeemed"`, first)) || !strings.Contains(got[2], fmt.Sprintf(`"seq":%d`, second)) {
		t.Errorf("the member: %v", got)
	}
	if got := h.auditor.follows(4, fmt.Sprint(before)); len(got) != 4 || !strings.Contains(got[2], "account-opened") {
		t.Errorf("the auditor: %v", got)
	}
	if got := phone.follows(1, "999999"); len(got) != 1 || !strings.Contains(got[0], "beat") {
		t.Errorf("a seq that is not there: %v", got)
	}
	h.stranger().get("/v1/events").no(401, codeSignedOut)
	for range streamsOwn {
		if !h.server.streams.begin(h.zhou.account) {
			t.Fatal("too few streams")
		}
	}
	h.zhou.get("/v1/events").no(503, codeBusy)
}
