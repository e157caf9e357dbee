package api

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"moralbank.example/bank/ledger"
)

// Every route of the document, with nonsense in each path and body, by somebody who may do everything: no 5xx, and every
// answer is one that the document knows.
func TestNonsenseFellsNothing(t *testing.T) {
	b := openBank(t)
	p := b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer), everywhere(ledger.RoleOperator), in(ledger.RoleLeader, "t1"),
		in(ledger.RoleCashier, "c1"), in(ledger.RoleOrgAdmin, "o1"))
	paths := []string{"x", "m~nobody0000", "m~" + strings.Repeat("a", 60), "0", "-1", "99999999999999999999", "1", "~", "%00", "a%2Fb", url.PathEscape("姓名")}
	bodies := []any{
		nil, "null", "[]", "{}", `{"a":` + strings.Repeat("[", 2000), `"text"`, "\x00\xff", `{"name":"\ud800"}`,
		obj{"name": nil, "phone": 7, "token": "x", "password": "y", "pin": "z", "code": "92", "group": "", "count": -1, "account": "m/x", "role": "", "scope": ""},
	}
	for path, item := range b.server.api.OpenAPI().Paths {
		for method, op := range map[string]*huma.Operation{
			http.MethodGet: item.Get, http.MethodPost: item.Post, http.MethodDelete: item.Delete, http.MethodPatch: item.Patch,
		} {
			if op == nil || path == "/v1/sign-out" || strings.HasPrefix(path, "/v1/sign-in") {
				continue // they end the session, or cost a password check each
			}
			if ok := op.Responses["200"]; ok != nil && ok.Content["text/event-stream"] != nil {
				continue // it does not end by itself
			}
			for i := range max(len(paths), len(bodies)) {
				body := bodies[i%len(bodies)]
				if method == http.MethodGet {
					body = nil
				}
				at := path
				for strings.Contains(at, "{") {
					before, rest, _ := strings.Cut(at, "{")
					_, after, _ := strings.Cut(rest, "}")
					at = before + paths[i%len(paths)] + after
				}
				if a := p.ask(method, at+"?limit=0x&cursor=%ff&as_of=~&query=%00", body); a.status >= 500 {
					t.Errorf("%s %s with %.60v: %d %s", method, at, body, a.status, a.raw)
				}
				if a := p.ask(method, at, body); a.status >= 500 {
					t.Errorf("%s %s with %.60v: %d %s", method, at, body, a.status, a.raw)
				}
			}
			b.clock.pass(time.Second)
		}
	}
	p.get("/v1/me").is(200)
}
