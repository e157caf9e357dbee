package api

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"moralbank.example/bank/ledger/seal"
)

// metrics counts what the operator's page and Prometheus ask for, and writes it as text (decision 0010). Labels are
// route templates and codes of our own tables, so their number is bounded.
type metrics struct {
	panics atomic.Int64

	mu       sync.Mutex
	requests map[requestLabel]int64
	refusals map[string]int64
	buckets  [len(tookBounds) + 1]int64
	took     time.Duration
	count    int64
}

type requestLabel struct {
	method, route string
	status        int
}

// tookBounds are the upper bounds of the histogram of answer times.
var tookBounds = [...]time.Duration{
	time.Millisecond, 5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond, 50 * time.Millisecond,
	100 * time.Millisecond, 250 * time.Millisecond, time.Second, 5 * time.Second,
}

func newMetrics() *metrics {
	return &metrics{requests: map[requestLabel]int64{}, refusals: map[string]int64{}}
}

// observe counts one answer.
func (m *metrics) observe(method, route string, status int, took time.Duration) {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodDelete, http.MethodPut, http.MethodPatch, http.MethodOptions:
	default:
		method = "other" // whatever a stranger sends must not become a label
	}
	i, _ := slices.BinarySearch(tookBounds[:], took)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.requests[requestLabel{method, route, status}]++
	m.buckets[i]++
	m.took += took
	m.count++
}

func (m *metrics) refusal(code string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refusals[code]++
}

// exposition is the text that Prometheus reads (text format 0.0.4).
type exposition struct{ bytes.Buffer }

func (x *exposition) head(name, kind, help string) {
	fmt.Fprintf(x, "# HELP moralbank_%s %s\n# TYPE moralbank_%s %s\n", name, help, name, kind)
}

func (x *exposition) one(name, kind, help string, n int64) {
	x.head(name, kind, help)
	fmt.Fprintf(x, "moralbank_%s %d\n", name, n)
}

func oneIf(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// metricsPage answers /metrics, on this machine only.
func (s *Server) metricsPage(w http.ResponseWriter, r *http.Request) {
	c := callOf(r.Context())
	if !s.local(c) {
		s.refuse(c, fail(codeLocalOnly))
		return
	}
	var x exposition
	s.metrics.write(&x)
	st := s.engine.Stats()
	const counter, gauge = "counter", "gauge"
	x.one("ledger_seq", gauge, "last durable record", int64(st.Seq))
	x.one("view_seq", gauge, "last record that reads have seen", int64(s.view.Seq()))
	x.one("engine_queue", gauge, "commands that wait", int64(st.Queued))
	x.one("engine_queue_max", gauge, "commands that may wait", int64(st.QueueMax))
	x.one("engine_commits_total", counter, "appends", st.Commits)
	x.one("engine_records_total", counter, "records appended", st.Records)
	x.one("engine_refusals_total", counter, "commands refused by the rules", st.Refusals)
	x.one("engine_replays_total", counter, "commands answered from their key", st.Replays)
	x.one("engine_busy_total", counter, "commands turned away", st.Busy)
	x.one("engine_last_commit_microseconds", gauge, "last append with its sync", st.LastCommit.Microseconds())
	x.one("engine_index_lag", gauge, "keys that the index lags behind", int64(st.IndexLag))
	x.one("engine_breaches_total", counter, "commands in quarantine: look at once", st.Breaches)
	x.one("engine_index_errors_total", counter, "failed writes of the key index", st.IndexErrors)
	x.one("engine_guard_errors_total", counter, "failed writes of the mark", st.GuardErrors)
	x.one("engine_snapshot_seq", gauge, "record of the newest snapshot: the next start folds what came after", int64(st.Snapshot))
	x.one("engine_snapshot_errors_total", counter, "snapshots that could not be made: the next start takes longer", st.SnapshotErrors)
	x.one("engine_clock_not_believed", gauge, "1 while the clock waits for an operator", oneIf(st.ClockNotBelieved))
	x.one("engine_no_space", gauge, "1 while free disk is under the reserve", oneIf(st.NoSpace))
	x.one("engine_dead", gauge, "1 when the process must be started again", oneIf(st.Dead))
	x.one("scrub_fault", gauge, "1 when the last reading of all files of the books found damage: look at once", oneIf(s.scrubbed() != nil))
	s.sealMetrics(&x)
	x.one("http_working", gauge, "requests that are worked on", s.crowd.in.Load())
	x.one("http_turned_away_total", counter, "requests that found too many before them", s.crowd.turned.Load())
	x.one("http_panics_total", counter, "handlers that panicked", s.metrics.panics.Load())
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(x.Bytes())
}

// sealMetrics says how far the books are signed, and by whom witnessed. Names of witnesses are the operator's own, and few.
func (s *Server) sealMetrics(x *exposition) {
	if s.sealed == nil {
		return
	}
	const gauge = "gauge"
	st := s.sealed.Status()
	x.one("checkpoint_size", gauge, "records under the published checkpoint", st.Size)
	x.one("checkpoint_lag", gauge, "durable records that no checkpoint holds yet", max(int64(s.engine.Seq())-st.Size, 0))
	x.one("checkpoint_age_seconds", gauge, "since the published checkpoint was last signed or witnessed", int64(s.now().Sub(st.Signed)/time.Second))
	x.one("checkpoint_stopped", gauge, "1 when nothing more is signed until a person has looked: look at once", oneIf(st.Stopped != nil))
	x.one("checkpoint_witnessed", gauge, "1 when enough witnesses have signed the published checkpoint, by the policy", oneIf(st.Witnessed))
	x.one("witnesses", gauge, "witnesses that are asked", int64(len(st.Witnesses)))
	if len(st.Witnesses) == 0 {
		return
	}
	for _, one := range []struct {
		name, help string
		value      func(w *seal.WitnessStatus) int64
	}{
		{"witness_signed", "1 when it has signed the published checkpoint", func(w *seal.WitnessStatus) int64 { return oneIf(!w.At.IsZero()) }},
		{"witness_signed_at_seconds", "when it signed the published checkpoint, as it states; 0 when it has not", func(w *seal.WitnessStatus) int64 {
			if w.At.IsZero() {
				return 0
			}
			return w.At.Unix()
		}},
		{"witness_refuses", "1 when it says that these books do not extend those it knows, or that it knows larger ones", func(w *seal.WitnessStatus) int64 {
			return oneIf(errors.Is(w.Err, seal.ErrInconsistent) || errors.Is(w.Err, seal.ErrAhead))
		}},
	} {
		x.head(one.name, gauge, one.help)
		for i := range st.Witnesses {
			fmt.Fprintf(x, "moralbank_%s{witness=%q} %d\n", one.name, st.Witnesses[i].Name, one.value(&st.Witnesses[i]))
		}
	}
}

func (m *metrics) write(x *exposition) {
	m.mu.Lock()
	defer m.mu.Unlock()
	x.head("http_requests_total", "counter", "answers by route and status")
	for _, l := range slices.SortedFunc(maps.Keys(m.requests), func(a, b requestLabel) int {
		return strings.Compare(a.route+a.method+strconv.Itoa(a.status), b.route+b.method+strconv.Itoa(b.status))
	}) {
		fmt.Fprintf(x, "moralbank_http_requests_total{method=%q,route=%q,status=\"%d\"} %d\n", l.method, l.route, l.status, m.requests[l])
	}
	x.head("http_refusals_total", "counter", "problems by code")
	for _, code := range slices.Sorted(maps.Keys(m.refusals)) {
		fmt.Fprintf(x, "moralbank_http_refusals_total{code=%q} %d\n", code, m.refusals[code])
	}
	x.head("http_seconds", "histogram", "time to answer")
	sum := int64(0)
	for i, bound := range tookBounds {
		sum += m.buckets[i]
		fmt.Fprintf(x, "moralbank_http_seconds_bucket{le=%q} %d\n", strconv.FormatFloat(bound.Seconds(), 'g', -1, 64), sum)
	}
	fmt.Fprintf(x, "moralbank_http_seconds_bucket{le=\"+Inf\"} %d\n", m.count)
	fmt.Fprintf(x, "moralbank_http_seconds_sum %s\n", strconv.FormatFloat(m.took.Seconds(), 'g', -1, 64))
	fmt.Fprintf(x, "moralbank_http_seconds_count %d\n", m.count)
}
