package api

import (
	"encoding/json"
	"hash/fnv"
	"maps"
	"math"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"moralbank.example/bank/ledger"
)

// FuzzRoutes lets everybody who has something to do with the bank ask for anything, in any order: paths, queries and bodies made from
// the document's own schemas, of ids and codes that earlier answers held, of what a schema forbids, and of bytes that mean
// nothing. Nothing may fall, every answer must be one that the document knows, and what the day left must verify.
func FuzzRoutes(f *testing.F) {
	for _, seed := range []string{"", "noon", "evening", "a day"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		seed := fnv.New64a()
		_, _ = seed.Write(data)
		h := newHall(t)
		g := &stranger{hall: h, t: t, rng: rand.New(rand.NewPCG(seed.Sum64(), 1)), known: []string{"t1", "o1", "c1", "beef-noodles", "soy-milk", "a/one", "2026-11-23"}}
		wang := h.add("王芳", "13800000077")
		number, card := h.card(wang)
		h.earn(wang, 2)
		g.known = append(g.known, string(wang), inPath(wang), number, string(card), string(h.zhou.account), inPath(h.li.account))
		phone := h.enrolled(wang)
		g.people = []*person{h.stranger(), h.zhou, h.sun, h.till, h.auditor, phone}
		g.collect()
		for range 120 {
			g.turn()
			h.clock.pass(time.Duration(g.rng.IntN(20)) * time.Second)
		}
		if n := h.server.metrics.panics.Load(); n != 0 {
			t.Errorf("%d handlers panicked", n)
		}
		h.stranger().get("/readyz").is(200)
	})
}

// stranger asks for anything.
type stranger struct {
	*hall

	t      *testing.T
	rng    *rand.Rand
	people []*person
	routes []wish
	known  []string // words that mean something here
}

// wish is a route of the document.
type wish struct {
	method, path string
	op           *huma.Operation
}

// collect lists the routes, in the same order each time.
func (g *stranger) collect() {
	for path, item := range g.server.api.OpenAPI().Paths {
		for method, op := range map[string]*huma.Operation{
			http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodPut: item.Put, http.MethodDelete: item.Delete, http.MethodPatch: item.Patch,
		} {
			if op == nil || path == "/v1/sign-out" || strings.HasPrefix(path, "/v1/sign-in") || path == "/v1/events" {
				continue // they end the session, cost a password check each, or do not end
			}
			g.routes = append(g.routes, wish{method, path, op})
		}
	}
	slices.SortFunc(g.routes, func(a, b wish) int { return strings.Compare(a.path+a.method, b.path+b.method) })
}

// turn is one request, and now and then the same again under its key: the second answer must be the first.
func (g *stranger) turn() {
	g.t.Helper()
	w := g.routes[g.rng.IntN(len(g.routes))]
	who := g.people[g.rng.IntN(len(g.people))]
	at := w.path
	for strings.Contains(at, "{") {
		before, rest, _ := strings.Cut(at, "{")
		_, after, _ := strings.Cut(rest, "}")
		at = before + url.PathEscape(strings.ReplaceAll(g.word(), "/", "~")) + after
	}
	query := url.Values{}
	for _, p := range w.op.Parameters {
		if p.In == "query" && g.rng.IntN(3) == 0 {
			query.Set(p.Name, g.plain(p.Schema))
		}
	}
	if len(query) > 0 {
		at += "?" + query.Encode()
	}
	var body any
	if w.op.RequestBody != nil {
		body = g.body(w.op.RequestBody.Content["application/json"])
	}
	key := newKey()
	a := who.ask(w.method, at, body, under(key))
	g.judge(&a, body)
	if w.method == http.MethodPost && a.status == http.StatusOK && a.body["seq"] != nil && g.rng.IntN(4) == 0 {
		again := who.ask(w.method, at, body, under(key))
		if g.judge(&again, body); again.status == http.StatusOK && again.body["seq"] != nil && again.header.Get(headerReplayed) == "true" && again.body["seq"] != a.body["seq"] {
			g.t.Errorf("%s twice under one key: %s, then %s", a.what, a.raw, again.raw)
		}
	}
	g.learn(a.body)
}

// judge looks at an answer: only a throttle may say that it is the server who cannot.
func (g *stranger) judge(a *reply, body any) {
	g.t.Helper()
	if a.status >= 500 && a.body["code"] != codeBusy {
		sent, _ := json.Marshal(body)
		g.t.Fatalf("%s with %.300s: %d %s", a.what, sent, a.status, a.raw)
	}
}

// learn keeps some of the words of an answer.
func (g *stranger) learn(v any) {
	switch x := v.(type) {
	case string:
		if len(x) > 1 && len(x) < 80 && len(g.known) < 400 && !slices.Contains(g.known, x) {
			g.known = append(g.known, x)
		}
	case obj:
		for _, name := range slices.Sorted(maps.Keys(x)) {
			g.learn(x[name])
		}
	case []any:
		for _, e := range x[:min(len(x), 3)] {
			g.learn(e)
		}
	}
}

// body is what a schema describes, most of the time.
func (g *stranger) body(m *huma.MediaType) any {
	if m == nil {
		return nil
	}
	switch g.rng.IntN(20) {
	case 0:
		return []string{"", "null", "[]", "{}", `"x"`, "{", "\x00", `{"a":` + strings.Repeat("[", 500)}[g.rng.IntN(8)]
	default:
		return g.value(m.Schema, 0)
	}
}

// value is one of a schema: as it asks for, or not.
func (g *stranger) value(s *huma.Schema, depth int) any {
	if s != nil && s.Ref != "" {
		s = g.server.api.OpenAPI().Components.Schemas.SchemaFromRef(s.Ref)
	}
	if s == nil || depth > 6 || g.rng.IntN(25) == 0 {
		return []any{nil, "", -1, 1e300, true, []any{}, obj{}, g.word()}[g.rng.IntN(8)]
	}
	switch s.Type {
	case huma.TypeObject:
		o := obj{}
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
			p := s.Properties[name]
			if name != "$schema" && (slices.Contains(s.Required, name) && g.rng.IntN(12) > 0 || g.rng.IntN(2) == 0) {
				o[name] = g.value(p, depth+1)
			}
		}
		return o
	case huma.TypeArray:
		all := make([]any, g.rng.IntN(4))
		for i := range all {
			all[i] = g.value(s.Items, depth+1)
		}
		return all
	case huma.TypeInteger, huma.TypeNumber:
		return []any{0, 1, 2, 40, g.rng.IntN(5000), -1, math.MaxInt32, int64(math.MaxInt64), int64(math.MinInt64), 1.5}[g.rng.IntN(10)]
	case huma.TypeBoolean:
		return g.rng.IntN(2) == 0
	}
	return g.plain(s)
}

// plain is a text of a schema.
func (g *stranger) plain(s *huma.Schema) string {
	switch {
	case s != nil && len(s.Enum) > 0 && g.rng.IntN(10) > 0:
		if text, ok := s.Enum[g.rng.IntN(len(s.Enum))].(string); ok {
			return text
		}
	case s != nil && s.Format == "date-time" && g.rng.IntN(4) > 0:
		return time.UnixMilli(int64(g.server.time()) + int64(g.rng.IntN(20)-10)*int64(time.Hour/time.Millisecond)).UTC().Format(time.RFC3339)
	}
	return g.word()
}

// word is one that means something here, or a piece of nonsense.
func (g *stranger) word() string {
	if g.rng.IntN(4) > 0 {
		return g.known[g.rng.IntN(len(g.known))]
	}
	nonsense := []string{
		"", " ", "0", "-1", "99999999999999999999", "~", "..", "\x00", "\u202e", "\ufeff", "姓名", "🀄", "'; --", "<b>", "m/", "m/x", "a/", "k/", "till/", "phone/",
		strings.Repeat("长", 60), strings.Repeat("a", 3000), "2026-02-30", "1e9", "92" + strings.Repeat("7", 18), string(ledger.ActorRoot), string(ledger.ActorTimer),
	}
	return nonsense[g.rng.IntN(len(nonsense))]
}
