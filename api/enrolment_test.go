package api

import (
	"strings"
	"testing"
	"time"

	"moralbank.example/bank/api/qr"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// code makes an enrolment code for a member, as the desk would.
func (b *bank) code(id ledger.AccountID) string {
	b.t.Helper()
	by := roster.By{Actor: ledger.ActorRoot, Device: ledger.ViaCLI, At: b.server.time()}
	token, _, err := b.server.roster.NewEnrolment(b.t.Context(), by, id, roster.Enrolment{Kind: roster.EnrolMember}, by.At+shownLife)
	if err != nil {
		b.t.Fatal(err)
	}
	return token
}

// enrolled is a member on a phone that knows her.
func (b *bank) enrolled(id ledger.AccountID) *person {
	b.t.Helper()
	p := b.stranger()
	p.account = id
	p.post("/v1/sign-in/enrolment", obj{"token": b.code(id)}).is(200)
	return p
}

// An organizer gives 王芳 a code; her phone becomes a known device; later a PIN signs her in again.
func TestEnrolmentOfAPhone(t *testing.T) {
	b := openBank(t)
	zhou := b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	wang := b.add("王芳", "13800000002")
	shown := zhou.post("/v1/members/"+inPath(wang)+"/enrolment", obj{"printed": false}).is(200)
	_, token, _ := strings.Cut(shown.text("url"), "/e/")
	if !strings.HasPrefix(shown.text("svg"), "<svg") || token == "" {
		t.Fatalf("%s", shown.raw)
	}
	phone := b.stranger()
	me := phone.post("/v1/sign-in/enrolment", obj{"token": token}).is(200)
	if me.text("device", "kind") != "phone" || me.text("account") != string(wang) || me.number("balance", "points") != 0 {
		t.Errorf("%s", me.raw)
	}
	b.stranger().post("/v1/sign-in/enrolment", obj{"token": token}).no(410, codeEnrolmentUsed)

	phone.post("/v1/me/pin", obj{"pin": "123456"}).no(422, "pin_plain")
	phone.post("/v1/me/pin", obj{"pin": "739154"}).is(204)
	phone.post("/v1/sign-out", obj{}).is(204)
	if n := phone.get("/v1/device/profiles").is(200); n.length("items") != 1 || n.text("items", 0, "large_name") != "王芳" {
		t.Errorf("%s", n.raw)
	}
	if a := phone.post("/v1/sign-in/pin", obj{"pin": "739155"}).no(403, codePINWrong); a.number("fields", "left") != 4 {
		t.Errorf("%s", a.raw)
	}
	phone.post("/v1/sign-in/pin", obj{"pin": "739154"}).is(200)
	phone.get("/v1/me").is(200)

	// Anywhere else the PIN is not even asked for.
	b.stranger().post("/v1/sign-in/pin", obj{"account": wang, "pin": "739154"}).no(403, codeDeviceNeeded)
	b.stranger().get("/v1/device/profiles").no(403, codeDeviceNeeded)

	// Long after, the old PIN is needed for another one.
	b.clock.pass(20 * time.Minute)
	phone.post("/v1/refresh", obj{}).is(200)
	phone.post("/v1/me/pin", obj{"pin": "846203"}).no(403, codePINRests)
	phone.post("/v1/me/pin", obj{"pin": "846203", "old_pin": "111111"}).no(403, codeOldWrong)
	phone.post("/v1/me/pin", obj{"pin": "846203", "old_pin": "739154"}).is(204)
}

// Whoever enrols a phone in another's name does not get her PIN with it: a forgotten one is replaced after the phone has rested,
// and a phone of long ago is no way around it. Wrong old PINs are counted like wrong ones at the door.
func TestForgottenPIN(t *testing.T) {
	b := openBank(t)
	wang := b.add("王芳", "13800000002")
	old := b.enrolled(wang)
	old.post("/v1/me/pin", obj{"pin": "739154"}).is(204)
	fresh := b.enrolled(wang)
	for _, later := range []struct {
		pass time.Duration
		code string
	}{{0, codePINRests}, {6 * 24 * time.Hour, codePINRests}, {24 * time.Hour, ""}, {31 * 24 * time.Hour, codeOldNeeded}} {
		b.clock.pass(later.pass)
		fresh.post("/v1/refresh", obj{}).is(200)
		a := fresh.post("/v1/me/pin", obj{"pin": "846203"})
		switch later.code {
		case "":
			a.is(204)
		case codeOldNeeded:
			a.no(422, later.code)
		default:
			a.no(403, later.code)
		}
	}
	for range 5 {
		fresh.post("/v1/me/pin", obj{"pin": "739154", "old_pin": "000001"}).no(403, codeOldWrong)
	}
	fresh.post("/v1/me/pin", obj{"pin": "739154", "old_pin": "846203"}).no(429, codePINFallen)
}

func TestPINFalls(t *testing.T) {
	b := openBank(t)
	phone := b.enrolled(b.add("王芳", "13800000002"))
	phone.post("/v1/sign-in/pin", obj{"pin": "739154"}).no(409, codePINNotSet)
	phone.post("/v1/me/pin", obj{"pin": "739154"}).is(204)
	for range 5 {
		phone.post("/v1/sign-in/pin", obj{"pin": "000001"}).no(403, codePINWrong)
	}
	phone.post("/v1/sign-in/pin", obj{"pin": "739154"}).no(429, codePINFallen)
	// The desk sees it, and can help at once.
	zhou := b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	if a := zhou.get("/v1/slowed").is(200); a.length("items") != 1 || a.text("items", 0, "limit") != "pin" || a.text("items", 0, "name") != "王芳" {
		t.Errorf("%s", a.raw)
	}
	zhou.post("/v1/members/"+inPath(phone.account)+"/forgive", obj{}).is(204)
	phone.post("/v1/sign-in/pin", obj{"pin": "739154"}).is(200)
	for range 5 {
		phone.post("/v1/sign-in/pin", obj{"pin": "000001"}).no(403, codePINWrong)
	}
	phone.post("/v1/sign-in/pin", obj{"pin": "739154"}).no(429, codePINFallen)
	b.clock.pass(21 * time.Hour)
	phone.post("/v1/sign-in/pin", obj{"pin": "739154"}).is(200)
}

// A shared phone: grandmother's and grandson's. Each signs in by her own PIN; the phone is one device in the books.
func TestSharedPhone(t *testing.T) {
	b := openBank(t)
	phone := b.enrolled(b.add("王芳", "13800000002"))
	phone.post("/v1/me/pin", obj{"pin": "739154"}).is(204)
	other := b.add("王小虎", "")
	me := phone.post("/v1/sign-in/enrolment", obj{"token": b.code(other)}).is(200)
	if me.text("account") != string(other) {
		t.Errorf("%s", me.raw)
	}
	if n := phone.get("/v1/device/profiles").length("items"); n != 2 {
		t.Errorf("%d profiles", n)
	}
	phone.post("/v1/sign-in/pin", obj{"pin": "739154"}).no(422, codeAccountNeeded)
	phone.post("/v1/sign-in/pin", obj{"account": phone.account, "pin": "739154"}).is(200)
	phone.post("/v1/sign-in/pin", obj{"account": "m/somebody00", "pin": "739154"}).no(403, codeDeviceNeeded)
}

// A phone has eight people at most; the ninth keeps her code for another phone.
func TestFullPhone(t *testing.T) {
	b := openBank(t)
	phone := b.enrolled(b.add("一", ""))
	for _, name := range []string{"二", "三", "四", "五", "六", "七", "八"} {
		phone.post("/v1/sign-in/enrolment", obj{"token": b.code(b.add(name, ""))}).is(200)
		b.clock.pass(time.Minute)
	}
	token := b.code(b.add("九", ""))
	phone.post("/v1/sign-in/enrolment", obj{"token": token}).no(409, codeDeviceFull)
	b.stranger().post("/v1/sign-in/enrolment", obj{"token": token}).is(200)
}

func TestEnrolmentRefusals(t *testing.T) {
	b := openBank(t)
	wang := b.add("王芳", "13800000002")
	token := b.code(wang)
	b.stranger().post("/v1/sign-in/enrolment", obj{"token": "nonsense"}).no(404, codeEnrolmentBad)
	b.clock.pass(25 * time.Hour)
	b.stranger().post("/v1/sign-in/enrolment", obj{"token": token}).no(410, codeEnrolmentOver)
	operator := must(b.server.FirstOperatorLink(t.Context()))(t)
	_, token, _ = strings.Cut(operator, "/first/")
	b.stranger().post("/v1/sign-in/enrolment", obj{"token": token}).no(404, codeEnrolmentBad)
}

// A code alone never opens a staff account: whoever holds a role and has a password gives it too.
func TestEnrolmentOfStaff(t *testing.T) {
	b := openBank(t)
	zhou := b.add("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	token := b.code(zhou)
	p := b.stranger()
	p.post("/v1/sign-in/enrolment", obj{"token": token}).no(422, codePasswordNeeded)
	p.post("/v1/sign-in/enrolment", obj{"token": token, "password": "wrong wrong"}).no(401, codeSignInWrong)
	p.post("/v1/sign-in/enrolment", obj{"token": token, "password": goodPassword}).is(200)
	p.get("/v1/members").is(200)
}

// Who may make a code for whom (docs/rules.zh.md 二).
func TestWhoMakesEnrolmentCodes(t *testing.T) {
	b := openBank(t)
	zhou := b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	li := b.signedIn("李强", "13800000003", in(ledger.RoleLeader, "t1"))
	fresh, known, foreign := b.add("新队员", ""), b.add("老队员", ""), b.add("外队员", "")
	b.root("j1", &ledger.Join{Account: fresh, Group: "t1"})
	b.root("j2", &ledger.Join{Account: known, Group: "t1"})
	b.root("j3", &ledger.Join{Account: foreign, Group: "t2"})
	phone := b.enrolled(known)
	phone.post("/v1/me/pin", obj{"pin": "739154"}).is(204)
	for _, test := range []struct {
		name   string
		who    *person
		whom   ledger.AccountID
		body   obj
		status int
		code   string
	}{
		{"leader, new member of the team", li, fresh, obj{}, 200, ""},
		{"leader, member with a phone", li, known, obj{}, 403, codeLeaderEnrols},
		{"leader, another team's member", li, foreign, obj{}, 404, "account_unknown"},
		{"organizer, nothing to show", zhou, foreign, obj{"printed": true}, 200, ""},
		{"organizer, PIN not given", zhou, known, obj{}, 422, codeProofNeeded},
		{"organizer, wrong PIN", zhou, known, obj{"pin": "739155"}, 403, codeProofWrong},
		{"organizer, a card that is nobody's", zhou, known, obj{"card": qr.Card("00000000000000001").Code().Spaced()}, 403, codeProofWrong},
		{"organizer, right PIN", zhou, known, obj{"pin": "739154"}, 200, ""},
		{"the member herself", phone, known, obj{}, 403, "not_entitled"},
	} {
		a := test.who.post("/v1/members/"+inPath(test.whom)+"/enrolment", test.body)
		if a.status != test.status || test.code != "" && a.body["code"] != test.code {
			t.Errorf("%s: %d %s", test.name, a.status, a.raw)
		}
	}
}

// A till: enrolled by a code, it knows what it is before anybody signs in; a cashier's session then carries it.
func TestTill(t *testing.T) {
	b := openBank(t)
	zhou := b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	b.add("陈兰", "13800000004", in(ledger.RoleCashier, "c1"))
	zhou.post("/v1/devices/enrolment", obj{"kind": "till", "canteen": "c9"}).no(422, codeCanteenUnknown)
	a := zhou.post("/v1/devices/enrolment", obj{"kind": "till", "canteen": "c1"}).is(200)
	_, token, _ := strings.Cut(a.text("url"), "/e/")
	till := b.stranger()
	me := till.post("/v1/sign-in/enrolment", obj{"token": token}).is(200)
	if me.body["account"] != nil || me.text("device", "kind") != "till" || me.text("device", "canteen") != "c1" {
		t.Errorf("%s", me.raw)
	}
	id := me.text("device", "id")
	if me = till.get("/v1/me").is(200); me.text("device", "name") != "爸妈食堂收银台" {
		t.Errorf("%s", me.raw)
	}
	till.signIn("13800000004")
	if me = till.get("/v1/me").is(200); me.text("device", "id") != id || me.text("name") != "陈兰" {
		t.Errorf("%s", me.raw)
	}
	// A copy of the session on another machine, without the till's own cookie, ends at the next refresh.
	copied := till.stolen()
	till.get("/v1/device/profiles").no(403, codeDeviceNeeded)

	zhou.post("/v1/devices/"+inPath(id)+"/revoke", obj{}).is(204)
	till.get("/v1/me").no(401, codeSignedOut)
	till.post("/v1/refresh", obj{}).no(401, codeSignedOut)
	copied.get("/v1/me").no(401, codeSignedOut)
	if n := zhou.get("/v1/devices?kind=till").is(200); n.length("items") != 1 || n.body["items"].([]any)[0].(obj)["revoked_at"] == nil {
		t.Errorf("%s", n.raw)
	}
}

// Whoever made the code lost the role before it was used: the device is not enrolled.
func TestTillOfFormerOrganizer(t *testing.T) {
	b := openBank(t)
	zhou := b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	a := zhou.post("/v1/devices/enrolment", obj{"kind": "kiosk"}).is(200)
	_, token, _ := strings.Cut(a.text("url"), "/e/")
	b.root("revoke", &ledger.RevokeRole{Account: zhou.account, Role: ledger.RoleOrganizer, Scope: ledger.ScopeCommunity})
	zhou.get("/v1/devices").no(403, "not_entitled")
	b.stranger().post("/v1/sign-in/enrolment", obj{"token": token}).no(403, "not_entitled")
}

// Keys for codes: on a known phone only; another one replaces the old.
func TestCodeKey(t *testing.T) {
	b := openBank(t)
	phone := b.enrolled(b.add("王芳", "13800000002"))
	first := phone.post("/v1/me/code-key", obj{"prefix": "91"}).is(200)
	if len(first.text("handle")) != 9 || len(first.text("secret")) != 44 || first.number("step_seconds") != 30 {
		t.Errorf("%s", first.raw)
	}
	phone.post("/v1/me/code-key", obj{"prefix": "93"}).is(200)
	second := phone.post("/v1/me/code-key", obj{"prefix": "91"}).is(200)
	if _, _, err := b.server.roster.Handle(t.Context(), roster.Pay, first.text("handle")); err == nil || second.text("handle") == first.text("handle") {
		t.Errorf("the old handle still works: %v", err)
	}
	if _, _, err := b.server.roster.Handle(t.Context(), roster.Pay, second.text("handle")); err != nil {
		t.Error(err)
	}
	phone.post("/v1/me/code-key", obj{"prefix": "92"}).no(422, codeFieldInvalid)
	b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer)).post("/v1/me/code-key", obj{"prefix": "91"}).no(403, codeDeviceNeeded)
	// The owner revokes her lost phone from another one: its codes and sessions end.
	me := phone.get("/v1/me").is(200)
	other := b.enrolled(phone.account)
	other.post("/v1/devices/"+inPath(me.text("device", "id"))+"/revoke", obj{}).is(204)
	phone.get("/v1/me").no(401, codeSignedOut)
	if _, _, err := b.server.roster.Handle(t.Context(), roster.Pay, second.text("handle")); err == nil {
		t.Error("a lost phone's code still works")
	}
	b.enrolled(b.add("李强", "")).post("/v1/devices/"+inPath(me.text("device", "id"))+"/revoke", obj{}).no(403, "not_entitled")
}
