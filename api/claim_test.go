package api

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"moralbank.example/bank/ledger"
)

// at is a time of day on noon's day in Lanzhou.
func at(hour, minute int) time.Time {
	return time.Date(2026, 11, 23, hour-8, minute, 0, 0, time.UTC)
}

// until moves the clock on to a moment, keeping everybody who asks again signed in.
func (b *bank) until(t time.Time, people ...*person) {
	b.t.Helper()
	for d := t.Sub(b.clock.now()); d > 0; d = t.Sub(b.clock.now()) {
		b.clock.pass(min(d, 10*time.Minute))
		for _, p := range people {
			p.post("/v1/refresh", obj{}).is(200)
		}
	}
}

// gather is an activity at station s1, opened by a leader of t1.
func (p *person) gather(from, to time.Time) string {
	p.b.t.Helper()
	a := p.post("/v1/activities", obj{
		"title": "走访高龄老人", "kind": "elder-visit", "place": "A区各楼栋", "content": "上门看望、量血压", "team": "t1", "station": "s1",
		"start": from.Format(time.RFC3339), "end": to.Format(time.RFC3339),
	}).is(200)
	return a.text("id")
}

// shows is the otp that the activity's station shows now.
func (p *person) shows(id string) string {
	p.b.t.Helper()
	url := p.get("/v1/activities/" + inPath(id) + "/station-code").is(200).text("url")
	return url[strings.LastIndexByte(url, '/')+1:]
}

// A volunteer's day: she opens the scanned link signed out, signs in by PIN, is checked in at the time of the scan, leaves
// by a second scan, and has her hours when the leader closes and her points when the organizer confirms.
func TestVolunteersDay(t *testing.T) {
	k := newCouncil(t)
	id := k.li.gather(at(12, 30), at(14, 30))
	path := "/v1/activities/" + inPath(id)
	phone := k.enrolled(k.add("王芳", "13800000077"))
	phone.post("/v1/me/pin", obj{"pin": "739155"}).is(204)
	phone.post("/v1/sign-out", obj{}).is(204)
	k.until(at(12, 25), k.li, k.zhou)
	if a := k.li.post(path+"/station-session", obj{}).is(200); a.text("session") == "" || a.text("station") != "s1" {
		t.Errorf("%s", a.raw)
	}
	if notes := must(k.server.roster.AuditOf(t.Context(), "activity/"+id, 9))(t); len(notes) != 1 || notes[0].Action != "station_shown" || notes[0].Actor != k.li.account {
		t.Errorf("who showed the code: %+v", notes)
	}
	code := k.li.get(path + "/station-code").is(200)
	if !strings.HasPrefix(code.text("svg"), "<svg") || code.text("valid_until") != "2026-11-23T04:25:30.000Z" || code.number("in_count") != 0 {
		t.Errorf("%.200s", code.raw)
	}
	if png := k.li.get(path + "/station-code?form=png").is(200); !strings.HasPrefix(png.text("png"), "iVBORw0KGgo") {
		t.Errorf("%.200s", png.raw)
	}

	otp := k.li.shows(id)
	k.clock.pass(40 * time.Second) // the code on the screen has just changed
	a := phone.post("/v1/claims", obj{"station": "s1", "otp": otp}).is(200)
	if a.at("signed_in") != false || a.at("known_device") != true || a.text("claim", "graded") != "A" ||
		a.text("claim", "activity", "title") != "走访高龄老人" || a.text("claim", "station_name") != "党群服务中心大厅" ||
		a.text("claim", "scanned_at") != "2026-11-23T04:25:40.000Z" || a.text("claim", "expires_at") != "2026-11-23T04:40:40.000Z" {
		t.Errorf("%s", a.raw)
	}
	phone.post("/v1/claims/use", obj{}).no(401, codeSignedOut)
	k.clock.pass(3 * time.Minute) // looking for her glasses
	phone.post("/v1/sign-in/pin", obj{"pin": "739155"}).is(200)
	key := newKey()
	in := phone.post("/v1/claims/use", obj{}, under(key)).is(200)
	if in.text("result") != "checked_in" || in.text("at") != "2026-11-23T04:25:40.000Z" || in.text("activity", "id") != id {
		t.Errorf("%s", in.raw)
	}
	// The answer was lost: the same key brings it again, though the claim is used up.
	if again := phone.post("/v1/claims/use", obj{}, under(key)).is(200); string(again.raw) != string(in.raw) || again.header.Get(headerReplayed) != "true" {
		t.Errorf("a retry: %s", again.raw)
	}
	if day := phone.get("/v1/me/today").is(200); day.text("activities", 0, "next_step") != "check_out" || day.text("activities", 0, "attendance", "in_at") != in.text("at") {
		t.Errorf("%s", day.raw)
	}
	// Another scan at once is calm.
	phone.post("/v1/claims/use", obj{}).no(410, codeClaimMissing)
	phone.post("/v1/claims", obj{"station": "s1", "otp": k.li.shows(id)}).is(200)
	if a := phone.post("/v1/claims/use", obj{}).is(200); a.text("result") != "already" || a.text("at") != in.text("at") {
		t.Errorf("%s", a.raw)
	}

	k.until(at(14, 31), k.li, k.zhou, phone)
	phone.post("/v1/claims", obj{"station": "s1", "otp": otp}).no(410, codeScanExpired)
	phone.post("/v1/claims", obj{"station": "s1", "otp": k.li.shows(id)}).is(200)
	if out := phone.post("/v1/claims/use", obj{}).is(200); out.text("result") != "checked_out" || out.number("minutes_so_far") != 120 {
		t.Errorf("%s", out.raw)
	}
	if n := k.li.get("/v1/needs").is(200); n.text("items", 0, "code") != "activities_to_close" {
		t.Errorf("%s", n.raw)
	}
	phone.post(path+"/close", obj{"headcount": 1}).no(403, "not_entitled")
	closed := k.li.post(path+"/close", obj{"headcount": 1}).is(200)
	if closed.text("state") != "closed" || closed.number("awards_pending") != 0 || closed.number("headcount") != 1 ||
		closed.text("attendances", 0, "grade") != "A" || closed.number("attendances", 0, "minutes") != 120 || closed.number("attendances", 0, "points") != 20 {
		t.Errorf("%s", closed.raw)
	}
	k.li.get(path+"/station-code").no(409, "activity_closed")
	if me := phone.get("/v1/me").is(200); me.number("balance", "minutes") != 120 || me.number("balance", "points") != 20 || me.number("balance", "available") != 0 || me.number("balance", "unconfirmed") != 20 {
		t.Errorf("%s", me.raw)
	}
	k.li.post(path+"/confirm", obj{}).no(403, "not_entitled")
	if a := k.zhou.post(path+"/confirm", obj{}).is(200); a.text("state") != "confirmed" {
		t.Errorf("%s", a.raw)
	}
	k.zhou.post(path+"/confirm", obj{}).no(409, "activity_confirmed")
	if me := phone.get("/v1/me").is(200); me.number("balance", "available") != 20 || me.number("balance", "unconfirmed") != 0 {
		t.Errorf("%s", me.raw)
	}
	if day := phone.get("/v1/me/today").is(200); day.text("activities", 0, "next_step") != "done" || day.number("activities", 0, "attendance", "points") != 20 {
		t.Errorf("%s", day.raw)
	}
}

// Two members, one phone: the second is taken, but not as seen live, and the organizer is told. One scan is for one of them.
func TestSecondMemberOnAPhone(t *testing.T) {
	k := newCouncil(t)
	id := k.li.gather(at(12, 30), at(14, 30))
	first, second := k.add("王芳", "13800000077"), k.add("王强", "")
	phone := k.enrolled(first)
	phone.post("/v1/me/pin", obj{"pin": "739155"}).is(204)
	phone.post("/v1/sign-in/enrolment", obj{"token": k.code(second)}).is(200)
	phone.post("/v1/me/pin", obj{"pin": "860244"}).is(204)
	k.until(at(12, 30), k.li, phone)
	scan := func(who ledger.AccountID, pin string) string {
		t.Helper()
		phone.post("/v1/claims", obj{"station": "s1", "otp": k.li.shows(id)}).is(200)
		phone.post("/v1/sign-in/pin", obj{"account": who, "pin": pin}).is(200)
		return phone.post("/v1/claims/use", obj{}).is(200).text("result")
	}
	if got := scan(first, "739155"); got != "checked_in" {
		t.Errorf("the first: %s", got)
	}
	// The check-ins of the books say who was first, when the server has forgotten.
	k.server.phones = phones{}
	if got := scan(second, "860244"); got != "checked_in" {
		t.Errorf("the second: %s", got)
	}
	// A claim that somebody used is not another's.
	phone.post("/v1/claims", obj{"station": "s1", "otp": k.li.shows(id)}).is(200)
	copied := phone.stolen()
	phone.post("/v1/claims/use", obj{}).is(200) // already in: the claim is the second's now
	copied.post("/v1/sign-in/pin", obj{"account": first, "pin": "739155"}).is(200)
	copied.post("/v1/claims/use", obj{}).no(409, codeClaimUsed)

	k.until(at(14, 30), k.li, phone)
	for who, pin := range map[ledger.AccountID]string{first: "739155", second: "860244"} {
		if got := scan(who, pin); got != "checked_out" {
			t.Errorf("%s: %s", who, got)
		}
	}
	page := k.li.post("/v1/activities/"+inPath(id)+"/close", obj{"headcount": 2}).is(200)
	for i := range 2 {
		grade, flags := "A", 0
		if page.text("attendances", i, "account") == string(second) {
			grade, flags = "B", 1
		}
		if page.text("attendances", i, "grade") != grade || page.length("attendances", i, "flags") != flags {
			t.Errorf("%s", page.raw)
		}
	}
	if odd := oddityIn(page, "not_live"); fmt.Sprint(odd["accounts"]) != fmt.Sprint([]any{string(second)}) {
		t.Errorf("%s", page.raw)
	}
}

// oddityIn finds one in an activity's page.
func oddityIn(a reply, code string) obj {
	for _, o := range a.at("oddities").([]any) {
		if o.(obj)["code"] == code {
			return o.(obj)
		}
	}
	return nil
}

// A restart forgets the station's key. The page asks again, and shows a code that works.
func TestStationAfterRestart(t *testing.T) {
	k := newCouncil(t)
	id := k.li.gather(at(12, 0), at(14, 0))
	phone := k.enrolled(k.add("王芳", ""))
	old := k.li.shows(id)
	phone.post("/v1/claims", obj{"station": "s1", "otp": old}).is(200)
	k.server.stations = stations{}
	phone.post("/v1/claims", obj{"station": "s1", "otp": old}).no(410, codeScanExpired)
	phone.post("/v1/claims", obj{"station": "s1", "otp": k.li.shows(id)}).is(200)
	phone.get("/v1/activities/"+inPath(id)+"/station-code").no(403, "not_entitled")
	k.auditor.get("/v1/activities/"+inPath(id)+"/station-code").no(403, "not_entitled")
}

// A printed poster: it has no code, so it gives B at best, and it must not have to guess which activity is meant.
func TestPoster(t *testing.T) {
	k := newCouncil(t)
	phone := k.enrolled(k.add("王芳", ""))
	phone.post("/v1/claims", obj{"station": "s9"}).no(404, codeStationUnknown)
	phone.post("/v1/claims", obj{"station": "s1"}).no(409, codeStationIdle)
	phone.post("/v1/claims", obj{"station": "s1", "otp": "aaaaaaaaaaaa"}).no(410, codeScanExpired)
	id := k.li.gather(at(12, 0), at(14, 0))
	a := phone.post("/v1/claims", obj{"station": "s1"}).is(200)
	if a.text("claim", "graded") != "B" || a.text("claim", "activity", "id") != id || a.at("signed_in") != true {
		t.Errorf("%s", a.raw)
	}
	phone.post("/v1/claims/use", obj{}).is(200)
	page := k.li.get("/v1/activities/" + inPath(id)).is(200)
	if oddityIn(page, "poster") == nil || page.text("attendances", 0, "flags", 0) != "poster" {
		t.Errorf("%s", page.raw)
	}
	k.li.gather(at(12, 0), at(15, 0))
	phone.post("/v1/claims", obj{"station": "s1"}).no(409, codeStationMany)
	// Each screen at one station has a code of its own.
	other := k.li.gather(at(12, 0), at(16, 0))
	k.li.shows(id)
	if a := phone.post("/v1/claims", obj{"station": "s1", "otp": k.li.shows(other)}).is(200); a.text("claim", "activity", "id") != other {
		t.Errorf("%s", a.raw)
	}
	// She is still at the first one.
	phone.post("/v1/claims/use", obj{}).no(409, "present_elsewhere")
	// A claim waits a quarter of an hour, and never longer.
	k.clock.pass(14 * time.Minute)
	phone.post("/v1/refresh", obj{}).is(200)
	phone.post("/v1/claims/use", obj{}).no(409, "present_elsewhere")
	k.clock.pass(time.Minute)
	phone.post("/v1/refresh", obj{}).is(200)
	phone.post("/v1/claims/use", obj{}).no(410, codeClaimMissing)
}

// 600 people behind one router scan at once; the next waits a second.
func TestScansAreThrottled(t *testing.T) {
	k := newCouncil(t)
	phone := k.stranger()
	for range 600 {
		if v := k.server.limiter.Scan(netip.MustParseAddr("127.0.0.1")); !v.OK {
			t.Fatal("throttled too early")
		}
	}
	if a := phone.post("/v1/claims", obj{"station": "s1"}).no(429, codeRateLimited); a.header.Get("Retry-After") == "" {
		t.Errorf("%v", a.header)
	}
}
