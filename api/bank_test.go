package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"moralbank.example/bank/api/auth"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/audit"
	"moralbank.example/bank/ledger/engine"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/badgerjournal"
	"moralbank.example/bank/ledger/roster"
	"moralbank.example/bank/ledger/seal"
	"moralbank.example/bank/ledger/view"
)

// noon is a Monday in November at 12:00 in Lanzhou.
var noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

// hands is a clock that a test moves.
type hands struct {
	mu   sync.Mutex
	at   time.Time
	mono time.Duration
}

func (h *hands) now() time.Time { h.mu.Lock(); defer h.mu.Unlock(); return h.at }

func (h *hands) since() time.Duration { h.mu.Lock(); defer h.mu.Unlock(); return h.mono }

func (h *hands) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at, h.mono = h.at.Add(d), h.mono+d
}

// bank is the whole thing on a disk of its own: real journal, engine, view, roster and server, reached over TLS.
type bank struct {
	t      *testing.T
	dir    string
	clock  *hands
	server *Server
	http   *httptest.Server
	log    *bytes.Buffer
	logMu  sync.Mutex
}

func (b *bank) Write(p []byte) (int, error) {
	b.logMu.Lock()
	defer b.logMu.Unlock()
	return b.log.Write(p)
}

func (b *bank) logged() string { b.logMu.Lock(); defer b.logMu.Unlock(); return b.log.String() }

func openBank(t *testing.T) *bank {
	t.Helper()
	b := &bank{t: t, dir: t.TempDir(), clock: &hands{at: noon}, log: new(bytes.Buffer)}
	log := slog.New(slog.NewJSONHandler(b, nil))
	ctx := context.WithoutCancel(t.Context())
	where := badgerjournal.Options{Dir: filepath.Join(b.dir, "data"), Reserve: 1}
	j := must(badgerjournal.Open(ctx, where))(t)
	x := must(badgerjournal.OpenIndex(ctx, where))(t)
	guard := must(seal.OpenGuard(filepath.Join(b.dir, "mark")))(t)
	e := must(engine.Open(ctx, engine.Options{Journal: j, Index: x, Guard: guard, Logger: log, Clock: engine.Clock{Wall: b.clock.now, Mono: b.clock.since}}))(t)
	people := must(roster.Create(ctx, b.dir, log))(t)
	if err := people.Seed(ctx, roster.By{Actor: ledger.ActorRoot, Device: ledger.ViaCLI, At: 1}, roster.DefaultCommunity()); err != nil {
		t.Fatal(err)
	}
	v := must(view.Open(ctx, j, x, nil, log))(t)
	keys := must(auth.CreateKeys(filepath.Join(b.dir, "signing-keys"), b.clock.now))(t)
	b.http = httptest.NewUnstartedServer(nil)
	b.server = must(New(Options{
		Engine: e, View: v, Roster: people, Keys: keys, Host: "https://" + b.http.Listener.Addr().String(),
		Community: "彩虹城", Now: b.clock.now, Logger: log,
		Web: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "a page") }),
	}))(t)
	b.http.Config.Handler = b.server
	b.http.StartTLS()
	t.Cleanup(func() {
		b.http.Close()
		if _, err := audit.Verify(ctx, j, nil); err != nil && !errors.Is(err, journal.ErrClosed) { // a test may have closed it
			t.Errorf("what the test left does not verify: %v", err)
		}
		if err := v.Close(); err != nil {
			t.Error(err)
		}
		if err := e.Close(context.Background()); err != nil {
			t.Error(err)
		}
		if err := people.Close(); err != nil {
			t.Error(err)
		}
	})
	b.root("found", &ledger.Found{Origin: "bank.example/rainbow", Demo: true, Rulebook: ledger.DefaultRulebook()})
	b.clock.pass(time.Second)
	return b
}

// must is must(f())(t): the value, or the end of the test.
func must[T any](v T, err error) func(testing.TB) T {
	return func(tb testing.TB) T {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
		return v
	}
}

// root does something in the name of the machine's console.
func (b *bank) root(step string, do ledger.Verb) {
	b.t.Helper()
	cmd := ledger.Command{Key: ledger.DerivedKey("test", step), Actor: ledger.ActorRoot, Via: ledger.ViaCLI, Do: do}
	a, err := b.server.engine.Submit(b.t.Context(), &cmd)
	if err != nil || a.Refusal != nil {
		b.t.Fatalf("%s: %v %v", step, a.Refusal, err)
	}
}

const goodPassword = "四点半课堂门口见，不见不散"

// add puts a person into books and roster, with roles and a password when it has any.
func (b *bank) add(name, phone string, grants ...ledger.Grant) ledger.AccountID {
	b.t.Helper()
	id := ledger.MemberAccount(derivedID("test", name))
	by := roster.By{Actor: ledger.ActorRoot, Device: ledger.ViaCLI, At: b.server.time()}
	b.root("open "+name, &ledger.OpenAccount{Account: id})
	if err := b.server.roster.AddPeople(b.t.Context(), by, roster.Person{Account: id, Name: name, Phone: phone, Birth: "1980-05-05"}); err != nil {
		b.t.Fatal(err)
	}
	for _, g := range grants {
		b.root(fmt.Sprint(name, g), &ledger.GrantRole{Account: id, Role: g.Role, Scope: g.Scope})
	}
	if len(grants) > 0 {
		hash := must(cheapHash())(b.t)
		if err := b.server.roster.SetSecret(b.t.Context(), by, id, roster.Password, hash); err != nil {
			b.t.Fatal(err)
		}
	}
	return id
}

// cheapHash is goodPassword hashed once for all tests.
var cheapHash = sync.OnceValues(func() (string, error) {
	return auth.NewPasswords(1).Hash(context.Background(), goodPassword)
})

// person is somebody with a browser.
type person struct {
	b       *bank
	client  *http.Client
	account ledger.AccountID
}

func (b *bank) stranger() *person {
	jar := must(cookiejar.New(nil))(b.t)
	c := *b.http.Client()
	c.Jar = jar
	return &person{b: b, client: &c}
}

// signedIn is a new person with roles, signed in by password.
func (b *bank) signedIn(name, phone string, grants ...ledger.Grant) *person {
	b.t.Helper()
	p := b.stranger()
	p.account = b.add(name, phone, grants...)
	p.signIn(phone)
	return p
}

func (p *person) signIn(phone string) {
	p.b.t.Helper()
	p.post("/v1/sign-in", obj{"phone": phone, "password": goodPassword}).is(200)
}

// obj is a JSON object.
type obj = map[string]any

// reply is an answer that was checked against the document.
type reply struct {
	t      testing.TB
	what   string
	status int
	header http.Header
	raw    []byte
	body   obj
}

// ask sends a request. change may spoil it.
func (p *person) ask(method, path string, body any, change ...func(*http.Request)) reply {
	p.b.t.Helper()
	var r io.Reader
	switch x := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(x)
	default:
		r = bytes.NewReader(must(json.Marshal(x))(p.b.t))
	}
	req := must(http.NewRequestWithContext(p.b.t.Context(), method, p.b.http.URL+path, r))(p.b.t)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if method != http.MethodGet {
		req.Header.Set(headerKey, newKey())
	}
	for _, f := range change {
		f(req)
	}
	res := must(p.client.Do(req))(p.b.t)
	defer res.Body.Close()
	a := reply{t: p.b.t, what: method + " " + path, status: res.StatusCode, header: res.Header, raw: must(io.ReadAll(res.Body))(p.b.t)}
	if len(a.raw) > 0 && strings.Contains(res.Header.Get("Content-Type"), "json") {
		if err := json.Unmarshal(a.raw, &a.body); err != nil {
			p.b.t.Fatalf("%s: %v: %s", a.what, err, a.raw)
		}
	}
	p.b.check(method, req.URL.Path, a)
	return a
}

func (p *person) get(path string, change ...func(*http.Request)) reply {
	p.b.t.Helper()
	return p.ask(http.MethodGet, path, nil, change...)
}

func (p *person) post(path string, body any, change ...func(*http.Request)) reply {
	p.b.t.Helper()
	return p.ask(http.MethodPost, path, body, change...)
}

// under sends a write with this key.
func under(key string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(headerKey, key) }
}

func newKey() string {
	var k [16]byte
	_, _ = rand.Read(k[:])
	k[6], k[8] = k[6]&0x0f|0x40, k[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", k[:4], k[4:6], k[6:8], k[8:10], k[10:])
}

// is asks for a status.
func (a reply) is(status int) reply {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: status %d, want %d: %s", a.what, a.status, status, a.raw)
	}
	return a
}

// no asks for a problem with this code.
func (a reply) no(status int, code string) reply {
	a.t.Helper()
	if a.is(status); a.body["code"] != code {
		a.t.Fatalf("%s: code %v, want %s: %s", a.what, a.body["code"], code, a.raw)
	}
	return a
}

// at walks into the body: names of objects, numbers of lists.
func (a reply) at(path ...any) any {
	a.t.Helper()
	var v any = a.body
	for _, step := range path {
		switch x := step.(type) {
		case string:
			o, _ := v.(obj)
			v = o[x]
		case int:
			l, _ := v.([]any)
			if x >= len(l) {
				a.t.Fatalf("%s: no %v in %s", a.what, path, a.raw)
			}
			v = l[x]
		}
	}
	return v
}

func (a reply) text(path ...any) string {
	a.t.Helper()
	s, ok := a.at(path...).(string)
	if !ok {
		a.t.Fatalf("%s: no text at %v: %s", a.what, path, a.raw)
	}
	return s
}

func (a reply) length(path ...any) int {
	a.t.Helper()
	l, ok := a.at(path...).([]any)
	if !ok {
		a.t.Fatalf("%s: no list at %v: %s", a.what, path, a.raw)
	}
	return len(l)
}

func (a reply) number(path ...any) int64 {
	a.t.Helper()
	n, ok := a.at(path...).(float64)
	if !ok {
		a.t.Fatalf("%s: no number at %v: %s", a.what, path, a.raw)
	}
	return int64(n)
}

// inPath is an id as it stands in a path.
func inPath[T ~string](id T) string { return strings.ReplaceAll(string(id), "/", "~") }

func in(role ledger.Role, scope string) ledger.Grant {
	return ledger.Grant{Role: role, Scope: ledger.Scope(scope)}
}

func everywhere(role ledger.Role) ledger.Grant {
	return ledger.Grant{Role: role, Scope: ledger.ScopeCommunity}
}
