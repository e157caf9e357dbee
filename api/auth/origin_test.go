package auth

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestSameOrigin(t *testing.T) {
	refuse := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	served := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	guard, err := SameOrigin(refuse, "https://desk.example")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		method, site, origin string
		want                 int
	}{
		"our page":                          {"POST", "same-origin", "https://bank.example", http.StatusNoContent},
		"another site's form":               {"POST", "cross-site", "https://evil.example", http.StatusForbidden},
		"a neighbouring subdomain":          {"POST", "same-site", "https://evil.bank.example", http.StatusForbidden},
		"an old browser, our page":          {"POST", "", "https://bank.example", http.StatusNoContent},
		"an old browser, another site":      {"POST", "", "https://evil.example", http.StatusForbidden},
		"an old browser, no site (sandbox)": {"POST", "", "null", http.StatusForbidden},
		"the address bar":                   {"POST", "none", "", http.StatusNoContent},
		"a program":                         {"POST", "", "", http.StatusNoContent},
		"a link elsewhere":                  {"GET", "cross-site", "", http.StatusNoContent},
		"a delete from elsewhere":           {"DELETE", "cross-site", "https://evil.example", http.StatusForbidden},
		"a page we trust":                   {"POST", "cross-site", "https://desk.example", http.StatusNoContent},
	} {
		r := httptest.NewRequest(c.method, "https://bank.example/v1/redemptions", nil)
		if c.site != "" {
			r.Header.Set("Sec-Fetch-Site", c.site)
		}
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		w := httptest.NewRecorder()
		guard(served).ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s: %d, want %d", name, w.Code, c.want)
		}
	}
	if _, err := SameOrigin(refuse, "desk.example/path"); err == nil {
		t.Error("an origin that is none was trusted")
	}
}
