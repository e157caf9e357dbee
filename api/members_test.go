package api

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"moralbank.example/bank/api/qr"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// council is a community with two organizers, so that it is founded: what takes two people takes two people.
type council struct {
	*bank
	zhou, sun, li, auditor, operator *person
	cook                             ledger.AccountID // a cashier
}

func newCouncil(t *testing.T) *council {
	t.Helper()
	b := openBank(t)
	k := &council{bank: b}
	k.operator = b.signedIn("吴凯", "13800000009", everywhere(ledger.RoleOperator))
	k.auditor = b.signedIn("郑静", "13800000008", everywhere(ledger.RoleAuditor))
	k.li = b.signedIn("李强", "13800000003", in(ledger.RoleLeader, "t1"))
	k.cook = b.add("陈兰", "13800000004", in(ledger.RoleCashier, "c1"))
	k.zhou = b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	k.sun = b.signedIn("孙丽", "13800000002", everywhere(ledger.RoleOrganizer))
	b.clock.pass(10 * time.Minute)
	return k
}

func TestOpenMember(t *testing.T) {
	k := newCouncil(t)
	form := obj{"name": "王桂英", "phone": "13900000001", "birth_date": "1946-02-03", "building": "A区12栋", "team": "t1", "large_name": "奶奶"}
	key := newKey()
	a := k.zhou.post("/v1/members", form, under(key)).is(200)
	id := a.text("account")
	if a.text("person", "phone") != "139****0001" || a.text("masked_name") != "王**" || a.at("teams").([]any)[0] != "t1" || a.number("balance", "points") != 0 {
		t.Errorf("%s", a.raw)
	}
	again := k.zhou.post("/v1/members", form, under(key)).is(200)
	if again.text("account") != id || again.header.Get(headerReplayed) != "true" || a.header.Get(headerReplayed) != "" {
		t.Errorf("a retry: %v %s", again.header, again.raw)
	}
	if other := k.zhou.post("/v1/members", obj{"name": "别人"}, under(key)).no(409, "key_reused"); other.text("fields", "field") != "name" {
		t.Errorf("%s", other.raw)
	}
	// The key is the actor's own: another organizer with the same one opens another account.
	if other := k.sun.post("/v1/members", obj{"name": "别人"}, under(key)).is(200); other.text("account") == id {
		t.Error("another actor got the first answer")
	}
	k.zhou.post("/v1/members", form).no(409, codePersonExists)
	for _, test := range []struct {
		change obj
		status int
		code   string
	}{
		{obj{"phone": "12"}, 422, codeFieldInvalid},
		{obj{"name": ""}, 422, codeFieldInvalid},
		{obj{"birth_date": "2020-01-01"}, 422, codeGuardianNeeded},
		{obj{"team": "t9"}, 422, codeTeamUnknown},
		{obj{"guardian": "m/nobody0000"}, 404, "account_unknown"},
		{obj{"unknown": 1}, 422, codeFieldInvalid},
	} {
		form := obj{"name": "新人", "phone": "13900000009"}
		maps.Copy(form, test.change)
		k.zhou.post("/v1/members", form).no(test.status, test.code)
	}
	child := k.zhou.post("/v1/members", obj{"name": "王小虎", "birth_date": "2018-01-01", "guardian": id}).is(200)
	if child.text("person", "guardian_name") != "王桂英" {
		t.Errorf("%s", child.raw)
	}
}

func TestWhoOpensMembers(t *testing.T) {
	k := newCouncil(t)
	form := obj{"name": "王桂英"}
	k.operator.post("/v1/members", form).is(200)
	k.li.post("/v1/members", form).no(403, "not_entitled")
	k.auditor.post("/v1/members", form).no(403, "not_entitled")
	k.enrolled(k.add("路人", "")).post("/v1/members", form).no(403, "not_entitled")
	k.stranger().post("/v1/members", form).no(401, codeSignedOut)
}

// Who sees whom, and how much.
func TestSight(t *testing.T) {
	k := newCouncil(t)
	wang, child, foreign := k.add("王桂英", "13900000001"), k.add("张三", ""), k.add("外队", "")
	k.root("j1", &ledger.Join{Account: wang, Group: "t1"})
	k.root("j2", &ledger.Join{Account: child, Group: "t1"})
	k.root("j3", &ledger.Join{Account: foreign, Group: "t2"})
	by := roster.By{Actor: ledger.ActorRoot, Device: ledger.ViaCLI, At: k.server.time()}
	if _, err := k.server.roster.ChangePerson(t.Context(), by, child, func(p *roster.Person) error { p.Birth = "2012-01-01"; return nil }); err != nil {
		t.Fatal(err)
	}
	all := k.zhou.get("/v1/members?limit=100").is(200)
	if n := all.length("items"); n != 9 {
		t.Errorf("organizer sees %d: %s", n, all.raw)
	}
	team := k.li.get("/v1/members").is(200)
	if n := team.length("items"); n != 2 {
		t.Errorf("leader sees %d: %s", n, team.raw)
	}
	for _, item := range team.body["items"].([]any) {
		m := item.(obj)
		if m["points"] != nil || m["account"] == string(child) && m["name"] != nil || m["account"] == string(wang) && m["name"] != "王桂英" {
			t.Errorf("leader sees %v", m)
		}
	}
	if a := k.li.get("/v1/members/" + inPath(wang)).is(200); a.body["person"] != nil || a.body["balance"] != nil {
		t.Errorf("leader sees %s", a.raw)
	}
	k.li.get("/v1/members/"+inPath(foreign)).no(404, "account_unknown")
	k.li.get("/v1/members/"+inPath(wang)+"/history").no(403, "not_entitled")
	k.li.get("/v1/accounts/"+inPath(wang)+"/balance").no(404, "account_unknown")
	k.li.get("/v1/cards?account="+url.QueryEscape(string(wang))).no(403, "not_entitled")
	k.auditor.get("/v1/members/" + inPath(wang)).is(200)
	k.auditor.get("/v1/members/" + inPath(wang) + "/history").is(200)
	phone := k.enrolled(wang)
	phone.get("/v1/members").no(403, "not_entitled")
	if a := phone.get("/v1/members/" + inPath(wang)).is(200); a.text("person", "phone") != "139****0001" {
		t.Errorf("%s", a.raw)
	}
	phone.get("/v1/members/"+inPath(foreign)).no(404, "account_unknown")
	k.zhou.get("/v1/members/m~nobody0000").no(404, "account_unknown")
	k.zhou.get("/v1/members/transit").no(404, "account_unknown")
	// She may ask who looked at her.
	seen := must(k.server.roster.AccessTo(t.Context(), wang, 0, 100))(t)
	if len(seen) < 4 {
		t.Errorf("access log %+v", seen)
	}
}

func TestSearchAndPages(t *testing.T) {
	k := newCouncil(t)
	for i, name := range []string{"王一", "王二", "王三", "赵四"} {
		k.add(name, "1390000000"+string(rune('0'+i)))
	}
	if a := k.zhou.get("/v1/members?query=" + url.QueryEscape("王")).is(200); a.length("items") != 3 {
		t.Errorf("%s", a.raw)
	}
	if a := k.zhou.get("/v1/members?query=0003").is(200); !strings.Contains(string(a.raw), "赵四") {
		t.Errorf("%s", a.raw)
	}
	seen, cursor := map[string]bool{}, ""
	for range 10 {
		a := k.zhou.get("/v1/members?limit=3&cursor=" + cursor).is(200)
		for i := range a.length("items") {
			seen[a.text("items", i, "account")] = true
		}
		next, more := a.body["next_cursor"].(string)
		if !more {
			break
		}
		cursor = next
	}
	if len(seen) != 10 {
		t.Errorf("%d of 10 in pages", len(seen))
	}
	k.zhou.get("/v1/members?cursor=%21").no(400, codeCursor)
	k.zhou.get("/v1/members?limit=1000").no(422, codeFieldInvalid)
	if a := k.zhou.get("/v1/members?team=t1").is(200); a.length("items") != 0 {
		t.Errorf("%s", a.raw)
	}
}

// Granting a role takes two people, and the giver of a role does not approve for herself.
func TestRoleTakesTwo(t *testing.T) {
	k := newCouncil(t)
	wang := k.add("王芳", "13900000001")
	key := newKey()
	grant := obj{"role": "cashier", "scope": "c1"}
	a := k.zhou.post("/v1/members/"+inPath(wang)+"/roles", grant, under(key)).is(202)
	proposal := a.number("proposal")
	if again := k.zhou.post("/v1/members/"+inPath(wang)+"/roles", grant, under(key)).is(202); again.number("proposal") != proposal || again.header.Get(headerReplayed) != "true" {
		t.Errorf("a retry: %s", again.raw)
	}
	k.zhou.post("/v1/members/"+inPath(wang)+"/roles", obj{"role": "cashier", "scope": "c1"}).no(409, "proposal_exists")
	inbox := k.sun.get("/v1/proposals").is(200)
	if inbox.length("items") != 1 || inbox.text("items", 0, "what") != "grant_role" || inbox.text("items", 0, "zh") != "周敏申请让王芳担任收银员（爸妈食堂）" {
		t.Errorf("%s", inbox.raw)
	}
	at := "/v1/proposals/" + decimal(ledger.Seq(proposal))
	k.zhou.post(at+"/approve", obj{}).no(403, "self_approval")
	k.auditor.post(at+"/approve", obj{}).no(403, "not_entitled")
	k.sun.post(at+"/approve", obj{}).is(200)
	k.sun.post(at+"/approve", obj{}).no(404, "proposal_unknown")
	m := k.zhou.get("/v1/members/" + inPath(wang)).is(200)
	if m.length("roles") != 2 || m.text("roles", 1, "role") != "cashier" || m.text("roles", 1, "scope_name") != "爸妈食堂" {
		t.Errorf("%s", m.raw)
	}
	k.zhou.post("/v1/members/"+inPath(wang)+"/roles", grant).no(409, "role_exists")
	// Taking it away takes one, and works on the next request.
	k.sun.ask(http.MethodDelete, "/v1/members/"+inPath(wang)+"/roles/cashier/c1", nil).is(200)
	k.sun.ask(http.MethodDelete, "/v1/members/"+inPath(wang)+"/roles/cashier/c1", nil).no(404, "role_unknown")

	k.zhou.post("/v1/members/"+inPath(wang)+"/roles", obj{"role": "org_admin", "scope": "o1"}).is(202)
	inbox = k.sun.get("/v1/proposals").is(200)
	k.sun.post("/v1/proposals/"+decimal(ledger.Seq(inbox.number("items", 0, "seq")))+"/refuse", obj{}).is(200)
	if n := k.sun.get("/v1/proposals").length("items"); n != 0 {
		t.Errorf("%d left in the inbox", n)
	}
	k.zhou.post("/v1/members/"+inPath(wang)+"/roles", obj{"role": "leader", "scope": "t9"}).no(422, "bad_command")
	k.zhou.post("/v1/members/"+inPath(wang)+"/roles", obj{"role": "auditor", "scope": "t1"}).no(422, "bad_command")
	k.zhou.post("/v1/members/"+inPath(wang)+"/roles", obj{"role": "king", "scope": "t1"}).no(422, codeFieldInvalid)
	k.li.post("/v1/members/"+inPath(wang)+"/roles", grant).no(403, "not_entitled")
	k.zhou.ask(http.MethodDelete, "/v1/members/"+inPath(k.operator.account)+"/roles/operator/community", nil).no(409, "last_operator")
}

// A role that was taken away does not work a moment longer, whatever the token says.
func TestRevokedRoleStopsAtOnce(t *testing.T) {
	k := newCouncil(t)
	k.zhou.get("/v1/devices").is(200)
	k.sun.ask(http.MethodDelete, "/v1/members/"+inPath(k.zhou.account)+"/roles/organizer/community", nil).is(200)
	k.zhou.get("/v1/devices").no(403, "not_entitled")
	k.zhou.get("/v1/me").is(200)
}

func TestFreeze(t *testing.T) {
	k := newCouncil(t)
	at := "/v1/members/" + inPath(k.li.account)
	k.zhou.post(at+"/freeze", obj{"reason_code": "suspicion"}).is(204)
	k.li.get("/v1/members").no(403, "not_entitled")
	k.li.get("/v1/me").is(200)
	k.zhou.post(at+"/freeze", obj{"reason_code": "suspicion"}).no(403, "account_frozen")
	k.zhou.post(at+"/thaw", obj{}).is(204)
	k.li.get("/v1/members").is(200)
	k.zhou.post(at+"/thaw", obj{}).no(409, "not_frozen")
	h := k.li.get("/v1/me/history").is(200)
	if h.text("items", 1, "kind") != "account_frozen" || h.text("items", 1, "why", "reason_zh") != "待核实" || h.text("items", 1, "why", "actor_name") != "周**" {
		t.Errorf("%s", h.raw)
	}
}

func TestGroups(t *testing.T) {
	k := newCouncil(t)
	wang := k.add("王芳", "13900000001")
	at := "/v1/members/" + inPath(wang) + "/groups"
	k.zhou.post(at, obj{"group": "t1"}).is(204)
	k.zhou.post(at, obj{"group": "t1"}).no(409, "membership_exists")
	k.zhou.post(at, obj{"group": "t99"}).no(422, codeTeamUnknown)
	k.li.post(at, obj{"group": "t1"}).no(403, "not_entitled")
	phone := k.enrolled(wang)
	phone.ask(http.MethodDelete, at+"/t1", nil).is(204)
	phone.ask(http.MethodDelete, at+"/t1", nil).no(404, "membership_unknown")
	h := phone.get("/v1/me/history?limit=1").is(200)
	if h.text("items", 0, "title_zh") != "离开队伍" || h.text("items", 0, "why", "rule_zh") != "彩虹100先锋号" {
		t.Errorf("%s", h.raw)
	}
	if a := phone.get("/v1/me/history?limit=1&cursor=" + h.text("next_cursor")).is(200); a.number("items", 0, "seq") >= h.number("items", 0, "seq") {
		t.Errorf("%s", a.raw)
	}
	phone.get("/v1/me/history?cursor=zzz").no(400, codeCursor)
}

// A card proves at the desk whose phone it is once she has had it for a week, to another organizer than the one who handed it over.
func TestCardAsProof(t *testing.T) {
	b := openBank(t)
	zhou := b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	wang := b.add("王芳", "13800000002")
	number := zhou.post("/v1/cards/sheets", obj{"count": 1}).is(200).text("cards", 0, "number")
	zhou.post("/v1/cards/activate", obj{"number": number, "account": wang}).is(200)
	path := "/v1/members/" + inPath(wang) + "/enrolment"
	zhou.post(path, obj{"card": number}).no(409, "proof_rests")
	b.clock.pass(7 * 24 * time.Hour)
	sun := b.signedIn("孙丽", "13800000003", everywhere(ledger.RoleOrganizer))
	token := sun.post(path, obj{"card": number}).is(200).token()
	phone := b.stranger()
	phone.post("/v1/sign-in/enrolment", obj{"token": token}).is(200)
	var got *ledger.DeviceEnrolled
	for seq := ledger.Seq(1); seq <= b.server.engine.Seq(); seq++ {
		if r, ok := must(b.server.record(t.Context(), seq))(t).Record.Body.(*ledger.DeviceEnrolled); ok && r.Account == wang {
			got = r
		}
	}
	if got == nil || got.By != sun.account || got.Proof != ledger.ProofCard || got.Card == "" {
		t.Errorf("the books say %+v", got)
	}
}

// A card: printed in sheets, good for nothing until it is handed over, ended when it is lost.
func TestCards(t *testing.T) {
	k := newCouncil(t)
	wang := k.add("王桂英", "")
	sheet := k.zhou.post("/v1/cards/sheets", obj{"count": 12}).is(200)
	if sheet.length("cards") != 12 || sheet.length("sheets") != 2 || !strings.HasPrefix(sheet.text("cards", 0, "svg"), "<svg") {
		t.Fatalf("%.300s", sheet.raw)
	}
	number, id := sheet.text("cards", 0, "number"), sheet.text("cards", 0, "id")
	k.zhou.post("/v1/cards/activate", obj{"number": "92" + "1234", "account": wang}).no(422, "code_wrong_length")
	k.zhou.post("/v1/cards/activate", obj{"number": qrCard("00000000000000001"), "account": wang}).no(404, codeCardNumber)
	k.li.post("/v1/cards/activate", obj{"number": number, "account": wang}).no(403, "not_entitled")
	key := newKey()
	a := k.zhou.post("/v1/cards/activate", obj{"number": number, "account": wang}, under(key)).is(200)
	if a.text("state") != "active" || a.text("id") != id || a.text("account") != string(wang) {
		t.Errorf("%s", a.raw)
	}
	if again := k.zhou.post("/v1/cards/activate", obj{"number": number, "account": wang}, under(key)).is(200); again.header.Get(headerReplayed) != "true" {
		t.Errorf("a retry: %s", again.raw)
	}
	k.zhou.post("/v1/cards/activate", obj{"number": number, "account": k.li.account}).no(409, "card_exists")
	k.zhou.post("/v1/cards/activate", obj{"number": number, "account": k.li.account}, under(key)).no(409, "key_reused")
	if l := k.zhou.get("/v1/cards?account=" + url.QueryEscape(string(wang))).is(200); l.length("items") != 1 {
		t.Errorf("%s", l.raw)
	}
	// The card is proof at the desk.
	k.zhou.post("/v1/members/"+inPath(wang)+"/enrolment", obj{}).no(422, codeProofNeeded)
	// Not while it is new: else whoever hands a card of hers to herself could enrol a phone with it.
	k.zhou.post("/v1/members/"+inPath(wang)+"/enrolment", obj{"card": number}).no(409, "proof_rests")

	k.li.post("/v1/cards/"+id+"/revoke", obj{"reason_code": "lost"}).no(403, "not_entitled")
	if a := k.sun.post("/v1/cards/"+id+"/revoke", obj{"reason_code": "lost"}).is(200); a.text("state") != "revoked" {
		t.Errorf("%s", a.raw)
	}
	k.sun.post("/v1/cards/"+id+"/revoke", obj{"reason_code": "lost"}).no(409, "card_revoked")
	// A spoiled card of the sheet never works.
	spoiled := sheet.text("cards", 1, "id")
	k.zhou.post("/v1/cards/"+spoiled+"/revoke", obj{"reason_code": "lost"}).no(404, "card_unknown")
	k.zhou.post("/v1/cards/"+spoiled+"/revoke", obj{"reason_code": "spoiled"}).is(200)
	k.zhou.post("/v1/cards/activate", obj{"number": sheet.text("cards", 1, "number"), "account": wang}).no(409, "card_revoked")
	k.zhou.post("/v1/cards/sheets", obj{"count": 101}).no(422, codeFieldInvalid)
	k.auditor.post("/v1/cards/sheets", obj{"count": 1}).no(403, "not_entitled")
}

func qrCard(number string) string { return qr.Card(number).Code().Digits() }

func TestChangeMember(t *testing.T) {
	k := newCouncil(t)
	wang := k.add("王芳", "13900000001")
	at := "/v1/members/" + inPath(wang)
	a := k.zhou.ask(http.MethodPatch, at, obj{"phone": "13900000002", "building": "B区3栋", "large_name": "王奶奶"}).is(200)
	if a.text("person", "phone") != "139****0002" || a.text("person", "building") != "B区3栋" || a.text("name") != "王芳" {
		t.Errorf("%s", a.raw)
	}
	phone := k.enrolled(wang)
	phone.ask(http.MethodPatch, at, obj{"large_name": "奶奶", "speak": true}).is(200)
	phone.ask(http.MethodPatch, at, obj{"phone": "13900000003"}).no(403, "not_entitled")
	phone.ask(http.MethodPatch, "/v1/members/"+inPath(k.li.account), obj{"large_name": "x"}).no(404, "account_unknown")
	k.auditor.ask(http.MethodPatch, at, obj{"large_name": "x"}).no(403, "not_entitled")
	k.zhou.ask(http.MethodPatch, at, obj{"phone": "12"}).no(422, codeFieldInvalid)
	// Two people with passwords never share the number that they sign in by.
	k.zhou.ask(http.MethodPatch, "/v1/members/"+inPath(k.li.account), obj{"phone": "13800000001"}).no(409, codePhoneTaken)
	lines := must(k.server.roster.AuditOf(t.Context(), string(wang), 10))(t)
	if len(lines) == 0 || lines[0].Action == "" {
		t.Errorf("audit %+v", lines)
	}
}
