package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

// built is a site as the build leaves it.
func built() fstest.MapFS {
	page := func(name string) *fstest.MapFile { return &fstest.MapFile{Data: []byte("<title>" + name + "</title>")} }

	return fstest.MapFS{
		"index.html":          page("member"),
		"desk.html":           page("desk"),
		"till.html":           page("till"),
		"console.html":        page("console"),
		"public.html":         page("public"),
		"verify.html":         {Data: []byte(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-x='"><title>verify</title>`)},
		"sw.js":               {Data: []byte("self")},
		"assets/app-1a.js":    {Data: []byte(strings.Repeat("let x;", 40))},
		"assets/app-1a.js.br": {Data: []byte("brotli")},
		"assets/app-1a.js.gz": {Data: []byte("gzip")},
	}
}

// ask sends one request to a fresh site.
func ask(t *testing.T, method, address string, header map[string]string) (*http.Response, string) {
	t.Helper()
	s, err := newSite(built())
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequestWithContext(t.Context(), method, address, nil)
	for name, value := range header {
		request.Header.Set(name, value)
	}
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	response := recorder.Result()
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}

	return response, string(body)
}

func TestDoors(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		address string
		status  int
		door    string
	}{
		{"/", 200, "member"},
		{"/c/s1/abcdefghijkl", 200, "member"},
		{"/e/token", 200, "member"},
		{"/first/token", 200, "member"},
		{"/sign-in?next=/desk", 200, "member"},
		{"/code", 200, "member"},
		{"/history", 200, "member"},
		{"/desk", 200, "desk"},
		{"/desk/activities/a~1/code", 200, "desk"},
		{"/desk/till", 200, "till"},
		{"/desk/till/queue", 200, "till"},
		{"/console", 200, "console"},
		{"/console/records/12", 200, "console"},
		{"/public", 200, "public"},
		{"/r", 200, "public"},
		{"/r/k3x9", 200, "public"},
		{"/receipt/41", 200, "member"},
		{"/desktop", 404, "member"},
		{"/codes", 404, "member"},
		{"/nothing/here", 404, "member"},
		{"/index.html", 404, ""},
		{"/assets/gone.js", 404, ""},
		{"/assets/app-1a.js.br", 404, ""},
	} {
		response, body := ask(t, http.MethodGet, row.address, nil)
		if response.StatusCode != row.status {
			t.Errorf("%s: status %d, want %d", row.address, response.StatusCode, row.status)
		}
		if want := "<title>" + row.door + "</title>"; row.door != "" && body != want {
			t.Errorf("%s: drew %q, want %q", row.address, body, want)
		}
	}
}

// drawnPath finds the addresses that the member's pages draw: a case of the switch, or a pattern with a hole.
var drawnPath = regexp.MustCompile(`(?:case |match\()"(/[^"]*)"`)

// Every address that the member's pages draw has a door: it is opened from a bookmark, a message or a reload too.
func TestMemberDoors(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("src/member/Member.tsx")
	if err != nil {
		t.Fatal(err)
	}
	drawn := map[string]bool{}
	for _, found := range drawnPath.FindAllSubmatch(source, -1) {
		address := string(found[1])
		if whole, _, hole := strings.Cut(address, ":"); hole {
			address = whole
		}
		drawn[address] = true
		response, body := ask(t, http.MethodGet, strings.ReplaceAll(string(found[1]), ":", ""), nil)
		if response.StatusCode != http.StatusOK || body != "<title>member</title>" {
			t.Errorf("%s: status %d, drew %q; the switch of Member.tsx draws it", found[1], response.StatusCode, body)
		}
	}
	for _, door := range doors {
		if door.page == "/index.html" && !drawn[door.prefix] {
			t.Errorf("%s: a door to the member's pages that Member.tsx does not draw", door.prefix)
		}
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	page, _ := ask(t, http.MethodGet, "/", nil)
	for name, want := range map[string]string{
		"Cache-Control":           "no-cache",
		"Content-Type":            "text/html; charset=utf-8",
		"Referrer-Policy":         "no-referrer",
		"Permissions-Policy":      "camera=(self), microphone=(), geolocation=(), payment=()",
		"X-Content-Type-Options":  "nosniff",
		"Content-Security-Policy": policy,
	} {
		if got := page.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if strings.Contains(policy, "unsafe") {
		t.Error("the policy allows something unsafe")
	}
	asset, _ := ask(t, http.MethodGet, "/assets/app-1a.js", nil)
	if got := asset.Header.Get("Cache-Control"); got != immutable {
		t.Errorf("asset: Cache-Control %q", got)
	}
	worker, _ := ask(t, http.MethodGet, "/sw.js", nil)
	if got := worker.Header.Get("Cache-Control"); got != askAgain {
		t.Errorf("worker: Cache-Control %q", got)
	}
}

// The page that is one file is served under the policy that stands in it, which it keeps when it is saved.
func TestOneFilePage(t *testing.T) {
	t.Parallel()
	page, _ := ask(t, http.MethodGet, "/verify", nil)
	if got, want := page.Header.Get("Content-Security-Policy"), "default-src 'none'; script-src 'sha256-x='; frame-ancestors 'none'"; got != want {
		t.Errorf("policy %q, want %q", got, want)
	}
	other, _ := ask(t, http.MethodGet, "/verify.html", nil)
	if other.StatusCode != http.StatusNotFound {
		t.Errorf("/verify.html: status %d", other.StatusCode)
	}
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	for accepted, want := range map[string]string{
		"gzip, deflate, br": "br",
		"gzip;q=0.5":        "gzip",
		"br;q=0, gzip":      "gzip",
		"br;q=0":            "",
		"":                  "",
	} {
		response, body := ask(t, http.MethodGet, "/assets/app-1a.js", map[string]string{"Accept-Encoding": accepted})
		if got := response.Header.Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding %q: got %q, want %q", accepted, got, want)
		}
		if want == "" && !strings.HasPrefix(body, "let x;") {
			t.Errorf("Accept-Encoding %q: body %q", accepted, body)
		}
	}
}

func TestAskingAgain(t *testing.T) {
	t.Parallel()
	first, _ := ask(t, http.MethodGet, "/", nil)
	again, body := ask(t, http.MethodGet, "/", map[string]string{"If-None-Match": first.Header.Get("ETag")})
	if again.StatusCode != http.StatusNotModified || body != "" {
		t.Errorf("status %d, body %q", again.StatusCode, body)
	}
	head, body := ask(t, http.MethodHead, "/", nil)
	if head.StatusCode != http.StatusOK || body != "" || head.Header.Get("Content-Length") == "0" {
		t.Errorf("HEAD: status %d, body %q", head.StatusCode, body)
	}
	post, _ := ask(t, http.MethodPost, "/", nil)
	if post.StatusCode != http.StatusMethodNotAllowed || post.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: status %d", post.StatusCode)
	}
}

// A router may have preset 404 before it hands over (gin does): the page still arrives with 200.
func TestStatusIsItsOwn(t *testing.T) {
	t.Parallel()
	s, err := newSite(built())
	if err != nil {
		t.Fatal(err)
	}
	preset := &presetWriter{ResponseRecorder: httptest.NewRecorder(), status: http.StatusNotFound}
	s.ServeHTTP(preset, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	if preset.status != http.StatusOK {
		t.Errorf("status %d", preset.status)
	}
}

type presetWriter struct {
	*httptest.ResponseRecorder

	status int
}

func (p *presetWriter) WriteHeader(status int) { p.status = status }

func TestNotBuilt(t *testing.T) {
	t.Parallel()
	recorder := httptest.NewRecorder()
	notBuilt(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	if recorder.Code != http.StatusServiceUnavailable || !strings.Contains(recorder.Body.String(), "./scripts/demo") {
		t.Errorf("status %d, body %q", recorder.Code, recorder.Body.String())
	}
	half := built()
	delete(half, "till.html")
	if _, err := newSite(half); err == nil {
		t.Error("a site without its till was taken for whole")
	}
}

// Whatever state the tree is in, the handler answers: with the pages, or by saying that they are not built.
func TestHandler(t *testing.T) {
	t.Parallel()
	_, built := Files()
	recorder := httptest.NewRecorder()
	Handler().ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	if want := map[bool]int{true: http.StatusOK, false: http.StatusServiceUnavailable}[built]; recorder.Code != want {
		t.Errorf("built %v: status %d, want %d", built, recorder.Code, want)
	}
}
