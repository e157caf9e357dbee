package api

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"moralbank.example/bank/ledger"
)

// Every code that can reach a client has a status and both sentences: those of the rules, of scanned codes, of new passwords,
// and our own.
func TestEveryCodeHasItsText(t *testing.T) {
	for file, kind := range map[string]string{
		"../ledger/refusal.go": "Code", "qr/refusal.go": "Refusal", "auth/weak.go": "Weak", "problems.go": "",
	} {
		codes := constants(t, file, kind)
		if len(codes) < 5 {
			t.Errorf("%s: only %d codes found", file, len(codes))
		}
		for _, code := range codes {
			x, ok := texts[code]
			if !ok {
				t.Errorf("%s: %s has no text", file, code)
			} else if x.status < 400 || !strings.HasSuffix(x.zh, "。") || !strings.HasSuffix(x.en, ".") {
				t.Errorf("%s: %+v", code, x)
			}
		}
	}
}

// constants reads the values of a file's constants of a type, or of its untyped ones.
func constants(t *testing.T, file, kind string) []string {
	t.Helper()
	f := must(parser.ParseFile(token.NewFileSet(), filepath.FromSlash(file), nil, 0))(t)
	var values []string
	ast.Inspect(f, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		name := ""
		if id, ok := v.Type.(*ast.Ident); ok {
			name = id.Name
		}
		for _, x := range v.Values {
			if lit, ok := x.(*ast.BasicLit); ok && lit.Kind == token.STRING && name == kind {
				values = append(values, must(strconv.Unquote(lit.Value))(t))
			}
		}
		return true
	})
	return values
}

// What huma finds wrong comes out in our own shape, and repeats nothing that was sent.
func TestMalformedRequests(t *testing.T) {
	b := openBank(t)
	zhou := b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	const secret = "王桂英的手机"
	for _, test := range []struct {
		name   string
		body   any
		change func(*http.Request)
		status int
		code   string
	}{
		{"not JSON", `{"name":"` + secret, header("X", ""), 400, codeBodyMalformed},
		{"no body", nil, header("X", ""), 400, codeBodyMalformed},
		{"another type", obj{"name": 7}, header("X", ""), 422, codeFieldInvalid},
		{"too long a name", obj{"name": strings.Repeat(secret, 20)}, header("X", ""), 422, codeFieldInvalid},
		{"XML", "<name>" + secret + "</name>", header("Content-Type", "application/xml"), 415, codeMediaType},
		{"a megabyte", obj{"name": strings.Repeat("x", 1<<20)}, header("X", ""), 413, codeBodyTooLarge},
		{"no key", obj{"name": secret}, func(r *http.Request) { r.Header.Del(headerKey) }, 400, codeKeyMissing},
		{"a key that is none", obj{"name": secret}, under("123"), 400, codeKeyMalformed},
	} {
		a := zhou.post("/v1/members", test.body, test.change)
		if a.status != test.status || a.body["code"] != test.code {
			t.Errorf("%s: %d %s", test.name, a.status, a.raw)
		}
		if strings.Contains(string(a.raw), secret) {
			t.Errorf("%s: the answer repeats what was sent: %s", test.name, a.raw)
		}
	}
	if strings.Contains(b.logged(), secret) {
		t.Error("the log repeats what was sent")
	}
}

// Another site's page cannot write with our cookies.
func TestForeignOrigin(t *testing.T) {
	b := openBank(t)
	zhou := b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	for _, change := range []func(*http.Request){
		func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
		func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") },
		func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") },
	} {
		zhou.post("/v1/members", obj{"name": "某人"}, change).no(403, codeCrossOrigin)
	}
	zhou.post("/v1/members", obj{"name": "某人"}, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-origin") }).is(200)
	zhou.get("/v1/members", func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }).is(200)
}

func TestUnknownAddresses(t *testing.T) {
	b := openBank(t)
	p := b.stranger()
	p.get("/v1/nothing").no(404, codeRouteUnknown)
	p.ask(http.MethodPut, "/v1/me", obj{}).no(405, codeMethod)
	p.post("/console", obj{}).no(404, codeRouteUnknown)
	if a := p.get("/console"); a.status != 200 || string(a.raw) != "a page" {
		t.Errorf("%d %s", a.status, a.raw)
	}
	if a := p.get("/problems/balance_short").is(200); !strings.Contains(string(a.raw), "积分") {
		t.Errorf("%s", a.raw)
	}
	p.get("/problems/nonsense").no(404, codeRouteUnknown)
}

// What machines ask for.
func TestMachinePages(t *testing.T) {
	b := openBank(t)
	p := b.stranger()
	for path, want := range map[string]string{
		"/healthz": "ok", "/readyz": "ready", "/.well-known/jwks.json": `"crv":"Ed25519"`, "/v1/openapi.json": `"openapi": "3.1.0"`,
		"/metrics": "moralbank_ledger_seq 2",
	} {
		if a := p.get(path).is(200); !strings.Contains(string(a.raw), want) {
			t.Errorf("%s: %.300s", path, a.raw)
		}
	}
	p.get("/metrics", func(r *http.Request) { r.Header.Set("X-Forwarded-For", "203.0.113.9") }).no(403, codeLocalOnly)
	if a := p.get("/metrics").is(200); !strings.Contains(string(a.raw), `moralbank_http_refusals_total{code="local_only"} 1`) {
		t.Errorf("%s", a.raw)
	}
	// A proxy on this machine that says nothing of where requests come from makes nobody local.
	b.server.proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	p.get("/metrics").no(403, codeLocalOnly)
	b.server.proxies = nil
	b.server.Drain()
	p.get("/readyz").is(503)
	p.get("/healthz").is(200)
	totals := p.get("/v1/public/totals").is(200)
	if totals.text("community_name") != "彩虹城" || totals.number("records") != 2 || totals.body["holds_true"] != true {
		t.Errorf("%s", totals.raw)
	}
	if a := p.get("/v1/community").is(200); a.length("teams") != 7 || a.length("organizations") != 13 || a.length("kinds") != 15 || a.length("stations") != 4 {
		t.Errorf("%s", a.raw)
	}
}

// The log: one line a request, with the route's template and nothing of anybody.
func TestLogHoldsNobody(t *testing.T) {
	b := openBank(t)
	zhou := b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	id := zhou.post("/v1/members", obj{"name": "王桂英", "phone": "13900000001"}).is(200).text("account")
	zhou.get("/v1/members/" + inPath(id)).is(200)
	zhou.get("/v1/members?query=13900").is(200)
	log := b.logged()
	for _, secret := range []string{id, inPath(id), "13900", "13800000001", "王桂英", "周敏", goodPassword, "127.0.0.1"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	if !strings.Contains(log, `"route":"/v1/members/:id"`) || !strings.Contains(log, `"status":200`) {
		t.Errorf("log: %s", log)
	}
}

// A handler that panics takes nobody with it.
func TestPanicIsA500(t *testing.T) {
	b := openBank(t)
	b.server.web = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("a secret of the page") })
	a := b.stranger().get("/page").no(500, codeInternal)
	if strings.Contains(string(a.raw), "secret") || !strings.Contains(b.logged(), "a secret of the page") {
		t.Errorf("%s", a.raw)
	}
	b.stranger().get("/healthz").is(200)
}

// One address that asks without end is slowed down; it learns when to come back.
func TestAddressIsThrottled(t *testing.T) {
	b := openBank(t)
	for range throttleBurst {
		if w := b.server.throttle.take("203.0.113.9", noon); w > 0 {
			t.Fatal("slowed down within the burst")
		}
	}
	if w := b.server.throttle.take("203.0.113.9", noon); w <= 0 {
		t.Error("not slowed down")
	}
	if w := b.server.throttle.take("203.0.113.10", noon); w > 0 {
		t.Error("another address is slowed down too")
	}
	if w := b.server.throttle.take("203.0.113.9", noon.Add(time.Minute)); w > 0 {
		t.Error("not forgiven after a minute")
	}
	for i := range throttleMax + 10 {
		b.server.throttle.take(strconv.Itoa(i), noon)
	}
	if n := len(b.server.throttle.known); n > throttleMax {
		t.Errorf("%d addresses remembered", n)
	}
}

// Behind a proxy of ours a stranger's address is slowed, and so is an account from wherever it comes.
func TestThrottleAnswers429(t *testing.T) {
	b := openBank(t)
	b.server.proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	from := func(address string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("X-Forwarded-For", address) }
	}
	zhou := b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	for range throttleBurst {
		b.server.throttle.take("203.0.113.9", b.clock.now())
		b.server.throttle.take(string(zhou.account), b.clock.now())
	}
	if a := b.stranger().get("/v1/community", from("203.0.113.9")).no(429, codeRateLimited); a.header.Get("Retry-After") != "1" {
		t.Errorf("%v", a.header)
	}
	b.stranger().get("/v1/community", from("203.0.113.10")).is(200)
	zhou.get("/v1/members", from("203.0.113.10")).no(429, codeRateLimited)
	b.server.proxies = nil // a program on this machine is not slowed
	zhou.get("/v1/members").is(200)
}

func TestClientAddress(t *testing.T) {
	s := &Server{proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	for _, test := range []struct{ peer, forwarded, want string }{
		{"203.0.113.9:1", "", "203.0.113.9"},
		{"203.0.113.9:1", "198.51.100.1", "203.0.113.9"},
		{"10.0.0.1:1", "198.51.100.1", "198.51.100.1"},
		{"10.0.0.1:1", "1.2.3.4, 198.51.100.1, 10.0.0.2", "198.51.100.1"},
		{"10.0.0.1:1", "nonsense", "10.0.0.1"},
		{"10.0.0.1:1", "", "10.0.0.1"},
		{"[::ffff:203.0.113.9]:1", "", "203.0.113.9"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = test.peer
		if test.forwarded != "" {
			r.Header.Set("X-Forwarded-For", test.forwarded)
		}
		if got := s.client(r).String(); got != test.want {
			t.Errorf("%+v: %s", test, got)
		}
	}
}

func TestTimesInJSON(t *testing.T) {
	p := must(json.Marshal(Time(1_795_403_045_678)))(t)
	if string(p) != `"2026-11-23T03:04:05.678Z"` {
		t.Errorf("%s", p)
	}
	var at Time
	if err := json.Unmarshal([]byte(`"2026-11-23T11:04:05.678+08:00"`), &at); err != nil || at != 1_795_403_045_678 {
		t.Errorf("%d, %v", at, err)
	}
	for _, bad := range []string{`7`, `"yesterday"`, `"2026-11-23"`} {
		if err := json.Unmarshal([]byte(bad), &at); err == nil {
			t.Errorf("%s was read", bad)
		}
	}
}

// An engine that has closed answers 503 with a word for people, and reading goes on.
func TestStoppedEngine(t *testing.T) {
	b := openBank(t)
	zhou := b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	if err := b.server.engine.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	zhou.post("/v1/members/"+inPath(zhou.account)+"/freeze", obj{"reason_code": "request"}).no(503, codeStopping)
	zhou.get("/v1/members").is(200)
}

func TestPastBalances(t *testing.T) {
	b := openBank(t)
	phone := b.enrolled(b.add("王芳", ""))
	at := "/v1/accounts/" + inPath(phone.account) + "/balance"
	if a := phone.get(at).is(200); a.number("points") != 0 || a.body["past"] != nil {
		t.Errorf("%s", a.raw)
	}
	if a := phone.get(at + "?as_of=2").is(200); a.number("seq") != 2 || a.body["past"] != true || a.header.Get(headerSeq) != "2" {
		t.Errorf("%s", a.raw)
	}
	if a := phone.get(at + "?as_of=" + stamp(ledger.Time(noon.UnixMilli()))).is(200); a.number("seq") != 2 {
		t.Errorf("%s", a.raw)
	}
	phone.get(at+"?as_of=99").no(404, "record_unknown")
	phone.get(at+"?as_of=yesterday").no(422, codeFieldInvalid)
	phone.get("/v1/accounts/i~community/balance").no(404, "account_unknown")
	phone.get("/v1/accounts/M_X/balance").no(422, codeFieldInvalid)
}
