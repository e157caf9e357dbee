package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"moralbank.example/bank/ledger"
)

// Bounds of live updates.
const (
	eventsLife   = 15 * time.Minute // of one stream: then the page comes back, and what it may see is looked up again
	eventsBeat   = 15               // ticks without a record until a sign of life
	eventsTick   = time.Second      // how often a stream looks whether the server is stopping
	streamsMax   = 2000             // at once
	streamsOwn   = 8                // of one account
	eventsBehind = 5000             // records that a stream catches up; a page that missed more loads anew
)

// streams counts the streams of live updates. Safe for concurrent use.
type streams struct {
	mu  sync.Mutex
	all int
	of  map[ledger.AccountID]int
}

// begin takes a place for an account; false when there is none.
func (x *streams) begin(id ledger.AccountID) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.all >= streamsMax || x.of[id] >= streamsOwn {
		return false
	}
	if x.of == nil {
		x.of = map[ledger.AccountID]int{}
	}
	x.all++
	x.of[id]++
	return true
}

func (x *streams) end(id ledger.AccountID) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.all--
	if x.of[id]--; x.of[id] == 0 {
		delete(x.of, id)
	}
}

type eventsInput struct {
	Last string `header:"Last-Event-ID" maxLength:"20" doc:"The seq up to which the page has seen events"`
}

// event is what a stream says of a record: that there is one. What it says is asked for where that is decided.
type event struct {
	Seq  ledger.Seq `json:"seq"`
	Kind string     `json:"kind,omitempty"`
	Time *Time      `json:"time,omitempty"`
}

// stream is one page's live updates.
type stream struct {
	s    *Server
	w    http.ResponseWriter
	all  bool // every record, not only the account's own
	of   ledger.AccountID
	next ledger.Seq
}

// events sends a line for each new record: to a member those about herself, to organizers and auditors all. The id of an event is
// the ledger's seq, so that Last-Event-ID resumes without a gap.
func (s *Server) events() {
	op := s.operation("GET /v1/events", "follow new records", need{account: true, limit: eventsLife})
	op.Description = "Server-sent events: `record` {seq, kind, time}, `beat` {seq} at the start and every 15 s, `reset` {seq} when too much was missed. The id is the seq."
	op.Responses = map[string]*huma.Response{"200": {Description: "A stream of events", Content: map[string]*huma.MediaType{"text/event-stream": {}}}}
	huma.Register(s.api, op, func(ctx context.Context, in *eventsInput) (*huma.StreamResponse, error) {
		c := callOf(ctx)
		if !s.streams.begin(c.account) {
			return nil, s.problem(c, fail(codeBusy).retry(time.Minute))
		}
		x := &stream{s: s, w: c.w, all: c.holds(organizer, ledger.RoleAuditor), of: c.account}
		return &huma.StreamResponse{Body: func(hctx huma.Context) {
			defer s.streams.end(c.account)
			hctx.SetHeader("Content-Type", "text/event-stream")
			hctx.SetHeader("X-Accel-Buffering", "no")
			hctx.SetStatus(http.StatusOK)
			x.run(ctx, in.Last)
		}}, nil
	})
}

// run sends until the page is gone, the time is up, or the server stops.
func (x *stream) run(ctx context.Context, last string) {
	tick := time.NewTicker(eventsTick)
	defer tick.Stop()
	at, moved := x.s.view.Changed()
	if !x.begin(at, last) {
		return
	}
	for quiet := 0; ; {
		sent, err := x.send(ctx, at)
		if err != nil {
			return
		}
		if sent {
			quiet = 0
		}
		select {
		case <-ctx.Done():
			return
		case <-moved:
			at, moved = x.s.view.Changed()
		case <-tick.C:
			if x.s.draining.Load() {
				return
			}
			if quiet++; quiet >= eventsBeat {
				quiet = 0
				if x.write("beat", event{Seq: at}) != nil {
					return
				}
			}
		}
	}
}

// begin says where the stream starts: after what the page has seen, or now.
func (x *stream) begin(at ledger.Seq, last string) bool {
	x.next = at + 1
	seen, err := strconv.ParseInt(last, 10, 53)
	if err == nil && seen >= 0 && ledger.Seq(seen) <= at {
		x.next = ledger.Seq(seen) + 1
	}
	if at-x.next >= eventsBehind {
		x.next = at + 1
		return x.write("reset", event{Seq: at}) == nil
	}
	return x.write("beat", event{Seq: x.next - 1}) == nil
}

// send sends the records up to a seq that the page may know of.
func (x *stream) send(ctx context.Context, to ledger.Seq) (sent bool, err error) {
	for ; x.next <= to; x.next++ {
		e, err := x.s.view.Record(ctx, x.next)
		if err != nil {
			return sent, fmt.Errorf("follow records: %w", err)
		}
		r := &e.Record
		if !x.all && r.Subject() != x.of && !slices.ContainsFunc(r.Postings, func(p ledger.Posting) bool { return p.Account == x.of }) {
			continue
		}
		if err := x.write("record", event{Seq: r.Seq, Kind: r.Kind.String(), Time: moment(r.Time)}); err != nil {
			return sent, err
		}
		sent = true
	}
	return sent, nil
}

func (x *stream) write(name string, e event) error {
	data, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encode event: %w", err)
	}
	if _, err := fmt.Fprintf(x.w, "id: %d\nevent: %s\ndata: %s\n\n", e.Seq, name, data); err != nil {
		return fmt.Errorf("send event: %w", err)
	}
	if err := http.NewResponseController(x.w).Flush(); err != nil {
		return fmt.Errorf("send event: %w", err)
	}
	return nil
}
