package api

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
)

var update = flag.Bool("update", false, "write api/openapi.json from the routes")

// The committed document is the one that the routes make: the pages take their types from it.
func TestDocumentIsCommitted(t *testing.T) {
	doc := append(must(openBank(t).server.Document())(t), '\n')
	if *update {
		if err := os.WriteFile("openapi.json", doc, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	committed, err := os.ReadFile("openapi.json")
	if err != nil || !bytes.Equal(committed, doc) {
		t.Errorf("openapi.json is not what the routes say (%v); run: go test ./api -run TestDocument -update", err)
	}
}

// check holds an answer against the document, and asks for what every answer has. It is how each test of a route is
// a test of the document too.
func (b *bank) check(method, path string, a reply) {
	b.t.Helper()
	if a.header.Get(headerRequest) == "" || a.header.Get("X-Content-Type-Options") != "nosniff" {
		b.t.Errorf("%s: headers %v", a.what, a.header)
	}
	if n, err := strconv.Atoi(a.header.Get(headerSeq)); err != nil || n < 0 || len(a.header.Values(headerSeq)) != 1 {
		b.t.Errorf("%s: Ledger-Seq %q", a.what, a.header.Values(headerSeq))
	}
	op := b.operation(method, path)
	if op == nil {
		return // health, metrics, pages
	}
	res := op.Responses[strconv.Itoa(a.status)]
	if res == nil && a.status >= 400 {
		res = op.Responses["default"]
	}
	if res == nil {
		b.t.Errorf("%s: status %d is not in the document", a.what, a.status)
		return
	}
	kind, _, _ := strings.Cut(a.header.Get("Content-Type"), ";")
	if len(res.Content) == 0 {
		if len(a.raw) > 0 {
			b.t.Errorf("%s: a body where the document has none: %s", a.what, a.raw)
		}
		return
	}
	media := res.Content[kind]
	if media == nil {
		b.t.Errorf("%s: content type %q is not in the document", a.what, kind)
		return
	}
	var v any
	if err := json.Unmarshal(a.raw, &v); err != nil {
		b.t.Errorf("%s: %v", a.what, err)
		return
	}
	var found huma.ValidateResult
	huma.Validate(b.server.api.OpenAPI().Components.Schemas, media.Schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, v, &found)
	for _, err := range found.Errors {
		b.t.Errorf("%s: the answer is not what the document says: %v: %s", a.what, err, a.raw)
	}
	if a.status >= 400 {
		b.checkProblem(a)
	}
}

// checkProblem asks for what every problem has.
func (b *bank) checkProblem(a reply) {
	b.t.Helper()
	code := a.text("code")
	if _, known := texts[code]; !known {
		b.t.Errorf("%s: code %s is not in the table", a.what, code)
	}
	if a.text("zh") == "" || a.text("en") == "" || a.text("request_id") != a.header.Get(headerRequest) || int(a.number("status")) != a.status {
		b.t.Errorf("%s: %s", a.what, a.raw)
	}
	if a.status == http.StatusServiceUnavailable && a.header.Get("Retry-After") == "" {
		b.t.Errorf("%s: 503 without Retry-After", a.what)
	}
}

// operation finds the line of the document for a path.
func (b *bank) operation(method, path string) *huma.Operation {
	asked := strings.Split(path, "/")
	for template, item := range b.server.api.OpenAPI().Paths {
		parts := strings.Split(template, "/")
		if len(parts) != len(asked) {
			continue
		}
		fits := true
		for i, part := range parts {
			fits = fits && (part == asked[i] || strings.HasPrefix(part, "{"))
		}
		if !fits || strings.Contains(template, "{") && b.server.api.OpenAPI().Paths[path] != nil {
			continue
		}
		switch method {
		case http.MethodGet:
			return item.Get
		case http.MethodPost:
			return item.Post
		case http.MethodDelete:
			return item.Delete
		case http.MethodPatch:
			return item.Patch
		}
	}
	return nil
}
