package api

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"moralbank.example/bank/ledger"
)

// The first start: a link that works once, on this machine, for 15 minutes.
func TestFirstOperator(t *testing.T) {
	b := openBank(t)
	link := must(b.server.FirstOperatorLink(t.Context()))(t)
	_, token, ok := strings.Cut(link, "/first/")
	if !ok {
		t.Fatalf("link %q", link)
	}
	form := obj{"token": token, "name": "周敏", "phone": "13800000001", "password": goodPassword}
	p := b.stranger()
	p.post("/v1/first-operator", form, func(r *http.Request) { r.Header.Set("X-Forwarded-For", "203.0.113.9") }).no(403, codeLocalOnly)
	p.post("/v1/first-operator", obj{"token": token, "name": "周敏", "phone": "1380", "password": goodPassword}).no(422, codeFieldInvalid)
	p.post("/v1/first-operator", obj{"token": token, "name": "周敏", "phone": "13800000001", "password": "1234567890"}).no(422, "password_common")
	p.post("/v1/first-operator", obj{"token": "x" + token, "name": "周敏", "phone": "13800000001", "password": goodPassword}).no(404, codeEnrolmentBad)
	me := p.post("/v1/first-operator", form).is(200)
	if me.length("roles") != 3 || me.text("name") != "周敏" || me.text("masked_name") != "周**" || me.body["has_password"] != true {
		t.Errorf("me %s", me.raw)
	}
	p.get("/v1/members").is(200)
	p.post("/v1/first-operator", form).no(409, codeOperatorPresent)
	if again := must(b.server.FirstOperatorLink(t.Context()))(t); again != "" {
		t.Errorf("a second link: %q", again)
	}
	q := b.stranger()
	q.signIn("13800000001")
}

func TestFirstOperatorLinkExpires(t *testing.T) {
	b := openBank(t)
	link := must(b.server.FirstOperatorLink(t.Context()))(t)
	b.clock.pass(16 * time.Minute)
	_, token, _ := strings.Cut(link, "/first/")
	b.stranger().post("/v1/first-operator", obj{"token": token, "name": "周敏", "phone": "13800000001", "password": goodPassword}).no(410, codeEnrolmentOver)
}

// Whoever has no account cannot be told from who has.
func TestSignInTellsNothing(t *testing.T) {
	b := openBank(t)
	b.add("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	b.add("无密码", "13800000002")
	for _, phone := range []string{"13800000001", "13800000002", "13800000003", "not a phone"} {
		a := b.stranger().post("/v1/sign-in", obj{"phone": phone, "password": "wrong wrong wrong"}).no(401, codeSignInWrong)
		if len(a.header.Values("Set-Cookie")) > 0 {
			t.Errorf("%s: cookies %v", phone, a.header.Values("Set-Cookie"))
		}
	}
	if strings.Contains(b.logged(), "1380000000") {
		t.Error("a phone number is in the log")
	}
}

func TestSignInIsThrottled(t *testing.T) {
	b := openBank(t)
	b.add("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	for range 5 {
		b.stranger().post("/v1/sign-in", obj{"phone": "13800000001", "password": "wrong wrong wrong"}).no(401, codeSignInWrong)
	}
	a := b.stranger().post("/v1/sign-in", obj{"phone": "13800000001", "password": goodPassword}).no(429, codeRateLimited)
	if a.header.Get("Retry-After") == "" || a.text("fields", "reset") == "" {
		t.Errorf("%v %s", a.header, a.raw)
	}
	b.clock.pass(6 * time.Minute)
	b.stranger().signIn("13800000001")
}

func TestSessionCookies(t *testing.T) {
	b := openBank(t)
	b.add("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	a := b.stranger().post("/v1/sign-in", obj{"phone": "13800000001", "password": goodPassword}).is(200)
	if len(a.header.Values("Set-Cookie")) != 2 {
		t.Fatalf("cookies %v", a.header.Values("Set-Cookie"))
	}
	for _, c := range a.header.Values("Set-Cookie") {
		for _, want := range []string{"__Host-", "HttpOnly", "Secure", "SameSite=Strict", "Path=/"} {
			if !strings.Contains(c, want) {
				t.Errorf("cookie without %s: %s", want, c)
			}
		}
	}
}

// cookies copies a person's cookies into another browser: what a thief has.
func (p *person) stolen() *person {
	q := p.b.stranger()
	at := must(url.Parse(p.b.http.URL))(p.b.t)
	jar := must(cookiejar.New(nil))(p.b.t)
	jar.SetCookies(at, p.client.Jar.Cookies(at))
	q.client.Jar = jar
	return q
}

// An access token lives 15 minutes; the refresh token brings the next; an old refresh token that comes back ends the session
// for both, thief and owner.
func TestRefreshAndReuse(t *testing.T) {
	b := openBank(t)
	p := b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	thief := p.stolen()
	b.clock.pass(16 * time.Minute)
	p.get("/v1/members").no(401, codeSignedOut)
	p.get("/v1/me").no(401, codeSignedOut)
	p.post("/v1/refresh", obj{}).is(200)
	p.get("/v1/members").is(200)
	b.clock.pass(time.Minute)
	thief.post("/v1/refresh", obj{}).no(401, codeSessionReused)
	p.get("/v1/members").no(401, codeSignedOut)
	p.post("/v1/refresh", obj{}).no(401, codeSignedOut)
	if !strings.Contains(b.logged(), "refresh_reused") {
		t.Error("the reuse is not in the log")
	}
}

// A reply lost on a bad line: the same old refresh token within seconds brings the same successor.
func TestRefreshRetry(t *testing.T) {
	b := openBank(t)
	p := b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	tab := p.stolen()
	p.post("/v1/refresh", obj{}).is(200)
	b.clock.pass(2 * time.Second)
	tab.post("/v1/refresh", obj{}).is(200)
	p.get("/v1/members").is(200)
	tab.get("/v1/members").is(200)
}

func TestSignOutWorksAtOnce(t *testing.T) {
	b := openBank(t)
	p := b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	copied := p.stolen()
	copied.get("/v1/members").is(200)
	p.post("/v1/sign-out", obj{}).is(204)
	p.get("/v1/members").no(401, codeSignedOut)
	copied.get("/v1/members").no(401, codeSignedOut)
	copied.post("/v1/refresh", obj{}).no(401, codeSignedOut)
	p.post("/v1/sign-out", obj{}).is(204)
}

// The access token has run out; signing out still ends the session.
func TestSignOutLate(t *testing.T) {
	b := openBank(t)
	p := b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	copied := p.stolen()
	b.clock.pass(20 * time.Minute)
	p.post("/v1/sign-out", obj{}).is(204)
	copied.post("/v1/refresh", obj{}).is(401)
}

func TestBearer(t *testing.T) {
	b := openBank(t)
	p := b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	at := must(url.Parse(b.http.URL))(t)
	token := ""
	for _, c := range p.client.Jar.Cookies(at) {
		if c.Name == "__Host-session" {
			token = c.Value
		}
	}
	q := b.stranger()
	bearer := func(s string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+s) }
	}
	q.get("/v1/members", bearer(token)).is(200)
	q.get("/v1/members", bearer(token+"x")).no(401, codeSignedOut)
	q.get("/v1/members", bearer("")).no(401, codeSignedOut)
	q.get("/v1/members").no(401, codeSignedOut)
}

func TestPasswordChange(t *testing.T) {
	b := openBank(t)
	p := b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	elsewhere := b.stranger()
	elsewhere.signIn("13800000001")
	const next = "向日葵宣讲队的新密码"
	p.post("/v1/me/password", obj{"password": next}).no(422, codeOldNeeded)
	p.post("/v1/me/password", obj{"password": next, "old": "not the old one"}).no(403, codeOldWrong)
	p.post("/v1/me/password", obj{"password": "short", "old": goodPassword}).no(422, "password_short")
	p.post("/v1/me/password", obj{"password": next, "old": goodPassword}).is(204)
	p.get("/v1/members").is(200)
	elsewhere.get("/v1/members").no(401, codeSignedOut)
	b.stranger().post("/v1/sign-in", obj{"phone": "13800000001", "password": goodPassword}).no(401, codeSignInWrong)
	b.stranger().post("/v1/sign-in", obj{"phone": "13800000001", "password": next}).is(200)
}

// One phone number, one password: else a guess at one would be a guess at both.
func TestPasswordOfSharedPhone(t *testing.T) {
	b := openBank(t)
	b.add("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	daughter := b.enrolled(b.add("周小雨", "13800000001"))
	daughter.post("/v1/me/password", obj{"password": "另一个人的长密码"}).no(409, codePhoneTaken)
	noPhone := b.enrolled(b.add("周大雨", ""))
	noPhone.post("/v1/me/password", obj{"password": "没有手机号的长密码"}).no(409, codePhoneNeeded)
}

// A refresh token that was copied off a phone does not work on another machine.
func TestRefreshElsewhere(t *testing.T) {
	b := openBank(t)
	phone := b.enrolled(b.add("王芳", ""))
	at := must(url.Parse(b.http.URL))(t)
	thief := b.stranger()
	for _, c := range phone.client.Jar.Cookies(at) {
		if c.Name == "__Host-refresh" {
			thief.client.Jar.SetCookies(at, []*http.Cookie{c})
		}
	}
	thief.post("/v1/refresh", obj{}).no(401, codeSignedOut)
}
