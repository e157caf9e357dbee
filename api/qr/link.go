package qr

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// tokenMin and tokenMax bound the random token of a link, in characters; 128 bits are 22 or 26.
const (
	tokenMin = 20
	tokenMax = 64
)

// LinkKind is what a link is for.
type LinkKind uint8

// The kinds of link.
const (
	LinkNone        LinkKind = iota
	LinkStation              // /c/<station>/<otp>, or /c/<station> on a poster
	LinkEnrolment            // /e/<token>
	LinkReceipt              // /r/<token>
	LinkCertificate          // /v/<token>
)

// ErrLink says that a text is not a link of this community. It tells nothing more, on purpose.
var ErrLink = errors.New("qr: not a link of ours")

// Link is a parsed link. Station and OTP are set for LinkStation (OTP is empty for a poster), Token for the others.
type Link struct {
	Kind    LinkKind
	Station string
	OTP     string
	Token   string
}

// segment returns the first path segment of the kind, "" for LinkNone.
func (k LinkKind) segment() string {
	switch k {
	case LinkStation:
		return "c"
	case LinkEnrolment:
		return "e"
	case LinkReceipt:
		return "r"
	case LinkCertificate:
		return "v"
	case LinkNone:
	}
	return ""
}

// Path returns the link's path, "" for one that is not whole: it is what a router and Origin.URL share.
func (l Link) Path() string {
	switch l.Kind {
	case LinkStation:
		if !within(l.Station, 1, stationMax, stationChar) || l.OTP != "" && !within(l.OTP, stationOTPLen, stationOTPLen, otpChar) {
			return ""
		}
		return strings.TrimSuffix("/c/"+l.Station+"/"+l.OTP, "/")
	case LinkEnrolment, LinkReceipt, LinkCertificate:
		if !within(l.Token, tokenMin, tokenMax, tokenChar) {
			return ""
		}
		return "/" + l.Kind.segment() + "/" + l.Token
	case LinkNone:
	}
	return ""
}

// ParsePath reads a link's path. Only the exact form that Path writes is accepted: no escapes, no empty or extra segments.
func ParsePath(path string) (Link, error) {
	parts := strings.Split(path, "/")
	if len(path) > inputMax || len(parts) < 3 || parts[0] != "" {
		return Link{}, ErrLink
	}
	for _, k := range [...]LinkKind{LinkStation, LinkEnrolment, LinkReceipt, LinkCertificate} {
		if parts[1] != k.segment() {
			continue
		}
		l := Link{Kind: k, Token: parts[2]}
		if k == LinkStation {
			l = Link{Kind: k, Station: parts[2], OTP: strings.Join(parts[3:], "/")}
		}
		if l.Path() == path {
			return l, nil
		}
	}
	return Link{}, ErrLink
}

// Origin is where this community's links live: a scheme and a host. The zero Origin makes no links.
type Origin struct{ base string }

// NewOrigin checks an address such as "https://bank.example" and returns its origin. Plain http is accepted for a loopback host only,
// where it serves the demo: a link that leaves the machine unencrypted would carry its token in the clear.
func NewOrigin(address string) (Origin, error) {
	u, err := url.Parse(address)
	if err != nil {
		return Origin{}, fmt.Errorf("parse public address: %w", err)
	}
	plain := u.Scheme == "http" && loopback(u.Hostname())
	if u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || (u.Path != "" && u.Path != "/") || (u.Scheme != "https" && !plain) {
		return Origin{}, fmt.Errorf("public address %q: want https://HOST, or http://127.0.0.1:PORT for a demo", address)
	}
	return Origin{base: u.Scheme + "://" + strings.ToLower(u.Host)}, nil
}

// String returns the origin as a browser writes it, without a slash at the end.
func (o Origin) String() string { return o.base }

// URL returns the whole link, or "" for a link that is not whole.
func (o Origin) URL(l Link) string {
	path := l.Path()
	if path == "" || o.base == "" {
		return ""
	}
	return o.base + path
}

// Parse reads a link of this origin; a link of any other host is ErrLink.
func (o Origin) Parse(s string) (Link, error) {
	path, ok := strings.CutPrefix(s, o.base)
	if !ok || o.base == "" {
		return Link{}, ErrLink
	}
	return ParsePath(path)
}

// refuseLink names the web address that was scanned where digits belong. It goes by form, not by host: the till is to say what
// the person holds up, and a neighbouring community's station code is a station code.
func refuseLink(s string) (Refusal, bool) {
	s = strings.TrimSpace(s)
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok || !within(scheme, 1, 16, schemeChar) {
		return "", false
	}
	web := strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "http")
	_, path, _ := strings.Cut(rest, "/")
	first, _, _ := strings.Cut(path, "/")
	for _, k := range [...]LinkKind{LinkStation, LinkEnrolment, LinkReceipt, LinkCertificate} {
		if web && first == k.segment() {
			return k.refusal(), true
		}
	}
	return RefusedLink, true
}

// refusal is what a till says to a link of this kind.
func (k LinkKind) refusal() Refusal {
	switch k {
	case LinkStation:
		return RefusedStation
	case LinkEnrolment:
		return RefusedEnrolment
	case LinkReceipt:
		return RefusedReceipt
	case LinkCertificate:
		return RefusedCertificate
	case LinkNone:
	}
	return RefusedLink
}

// loopback says whether a host name can only mean this machine.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

// within says whether s has between least and most characters, all of them allowed.
func within(s string, least, most int, allowed func(byte) bool) bool {
	if len(s) < least || len(s) > most {
		return false
	}
	for i := range len(s) {
		if !allowed(s[i]) {
			return false
		}
	}
	return true
}

func digit(c byte) bool       { return c >= '0' && c <= '9' }
func lower(c byte) bool       { return c >= 'a' && c <= 'z' }
func upper(c byte) bool       { return c >= 'A' && c <= 'Z' }
func otpChar(c byte) bool     { return lower(c) || c >= '2' && c <= '7' }
func stationChar(c byte) bool { return lower(c) || digit(c) || c == '-' }
func tokenChar(c byte) bool   { return lower(c) || upper(c) || digit(c) || c == '-' || c == '_' }
func schemeChar(c byte) bool {
	return lower(c) || upper(c) || digit(c) || c == '+' || c == '-' || c == '.'
}
