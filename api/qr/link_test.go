package qr

import (
	"errors"
	"strings"
	"testing"
)

const token = "abcdefghijklmnopqrstuvwxyz"

var links = map[string]Link{
	"https://bank.example/c/gate-2/abcdefghij23": {Kind: LinkStation, Station: "gate-2", OTP: "abcdefghij23"},
	"https://bank.example/c/gate-2":              {Kind: LinkStation, Station: "gate-2"},
	"https://bank.example/e/" + token:            {Kind: LinkEnrolment, Token: token},
	"https://bank.example/r/" + token:            {Kind: LinkReceipt, Token: token},
	"https://bank.example/v/" + token:            {Kind: LinkCertificate, Token: token},
}

func TestLinks(t *testing.T) {
	o, err := NewOrigin("https://Bank.example/")
	if err != nil {
		t.Fatal(err)
	}
	for text, link := range links {
		if got := o.URL(link); got != text {
			t.Errorf("URL(%+v) = %q", link, got)
		}
		if got, err := o.Parse(text); err != nil || got != link {
			t.Errorf("Parse(%s) = %+v %v", text, got, err)
		}
	}
}

func TestParseRefusesOtherLinks(t *testing.T) {
	o, _ := NewOrigin("https://bank.example")
	for _, s := range []string{
		"", "/", "https://bank.example", "https://bank.example/", "https://bank.example/c", "https://bank.example/c/",
		"https://bank.example/c//abcdefghij23", "https://bank.example/c/gate/", "https://bank.example/c/gate/abcdefghij23/",
		"https://bank.example/c/gate/abcdefghij2", "https://bank.example/c/gate/abcdefghij234", "https://bank.example/c/gate/ABCDEFGHIJ23",
		"https://bank.example/c/gate/abcdefghij01", "https://bank.example/c/../abcdefghij23", "https://bank.example/c/ga%74e",
		"https://bank.example/c/" + strings.Repeat("g", 33), "https://bank.example/c/gate?x=1", "https://bank.example/c/gate#x",
		"https://bank.example/e/short", "https://bank.example/e/" + strings.Repeat("a", 65), "https://bank.example/e/" + token + "/x",
		"https://bank.example/x/" + token, "http://bank.example/e/" + token, "https://bank.example.evil/e/" + token,
		"https://evil.example/e/" + token, "https://bank.example@evil.example/e/" + token, "//bank.example/e/" + token,
	} {
		if l, err := o.Parse(s); !errors.Is(err, ErrLink) || l != (Link{}) {
			t.Errorf("Parse(%q) = %+v, %v", s, l, err)
		}
	}
	if _, err := (Origin{}).Parse("/e/" + token); !errors.Is(err, ErrLink) {
		t.Error("the zero origin parses a bare path")
	}
}

// A half-filled link must give no URL rather than one that leads nowhere.
func TestURLRefusesHalfLinks(t *testing.T) {
	o, _ := NewOrigin("https://bank.example")
	for _, l := range []Link{
		{},
		{Kind: LinkStation},
		{Kind: LinkStation, Station: "a/b"},
		{Kind: LinkStation, Station: "gate", OTP: "x"},
		{Kind: LinkEnrolment},
		{Kind: LinkReceipt, Token: "a b" + token},
		{Kind: LinkCertificate, Token: "../" + token},
	} {
		if u := o.URL(l); u != "" {
			t.Errorf("URL(%+v) = %q", l, u)
		}
	}
	if u := (Origin{}).URL(Link{Kind: LinkReceipt, Token: token}); u != "" {
		t.Errorf("the zero origin made %q", u)
	}
}

func TestNewOrigin(t *testing.T) {
	for address, want := range map[string]string{
		"https://bank.example": "https://bank.example", "https://bank.example:8443/": "https://bank.example:8443",
		"http://127.0.0.1:8080": "http://127.0.0.1:8080", "http://localhost": "http://localhost", "http://[::1]:80": "http://[::1]:80",
		"http://bank.example": "", "http://192.168.1.9": "", "http://127.0.0.1.evil.example": "", "https://": "", "bank.example": "",
		"https://u:p@bank.example": "", "https://bank.example/path": "", "https://bank.example?x": "", "https://bank.example#x": "",
		"javascript:alert(1)": "", "https://bank example": "", "": "",
	} {
		o, err := NewOrigin(address)
		if o.String() != want || (err == nil) != (want != "") {
			t.Errorf("NewOrigin(%q) = %q, %v", address, o, err)
		}
	}
}

func FuzzParsePath(f *testing.F) {
	for text := range links {
		f.Add(strings.TrimPrefix(text, "https://bank.example"))
	}
	f.Add("/c/gate/")
	f.Fuzz(func(t *testing.T, path string) {
		l, err := ParsePath(path)
		if err != nil {
			if !errors.Is(err, ErrLink) || l != (Link{}) {
				t.Fatalf("ParsePath(%q) = %+v, %v", path, l, err)
			}
			return
		}
		if l.Path() != path || strings.ContainsAny(path, "%?#. \\") {
			t.Fatalf("ParsePath(%q) = %+v, whose path is %q", path, l, l.Path())
		}
	})
}
