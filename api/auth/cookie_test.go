package auth

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestCookies(t *testing.T) {
	for _, c := range []Cookie{CookieSession, CookieRefresh, CookieDevice, CookieClaim} {
		w := httptest.NewRecorder()
		c.Set(w, "s1.abc/d", 15*time.Minute)
		line := w.Header().Get("Set-Cookie")
		if want := string(c) + "=s1.abc/d; Path=/; Max-Age=900; HttpOnly; Secure; SameSite=Strict"; line != want {
			t.Errorf("%s\nwant %s", line, want)
		}
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Cookie", "other=1; "+string(c)+"=s1.abc/d")
		if v, ok := c.Read(r); !ok || v != "s1.abc/d" {
			t.Errorf("%s: read %q %v", c, v, ok)
		}
		w = httptest.NewRecorder()
		c.Clear(w)
		if line := w.Header().Get("Set-Cookie"); line != string(c)+"=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict" {
			t.Errorf("clear: %s", line)
		}
		if !strings.HasPrefix(string(c), "__Host-") {
			t.Errorf("%s may be set from elsewhere", c)
		}
	}
}

func TestCookieReadRefuses(t *testing.T) {
	for name, header := range map[string]string{
		"none": "", "empty": "__Host-session=", "another": "session=x", "two of one name": "__Host-session=a; __Host-session=b",
		"long": "__Host-session=" + strings.Repeat("a", cookieMax+1),
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Cookie", header)
		if v, ok := CookieSession.Read(r); ok || v != "" {
			t.Errorf("%s: %q", name, v)
		}
	}
}

// A life shorter than a second must not become "for ever" or "now".
func TestCookieShortLife(t *testing.T) {
	w := httptest.NewRecorder()
	CookieClaim.Set(w, "x", time.Millisecond)
	if line := w.Header().Get("Set-Cookie"); !strings.Contains(line, "Max-Age=1;") {
		t.Error(line)
	}
}
