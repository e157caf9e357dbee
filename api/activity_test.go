package api

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"moralbank.example/bank/api/qr"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// born adds a person of this birth date, with a card of hers when wanted.
func (b *bank) born(name string, birth roster.Date) ledger.AccountID {
	b.t.Helper()
	id := b.add(name, "")
	by := roster.By{Actor: ledger.ActorRoot, Device: ledger.ViaCLI, At: b.server.time()}
	if _, err := b.server.roster.ChangePerson(b.t.Context(), by, id, func(p *roster.Person) error { p.Birth = birth; return nil }); err != nil {
		b.t.Fatal(err)
	}
	return id
}

// card hands a printed card to somebody, and says its number and id.
func (b *bank) card(id ledger.AccountID) (number string, card ledger.CardID) {
	b.t.Helper()
	number = qr.NewCard().Code().Digits()
	by := roster.By{Actor: ledger.ActorRoot, Device: ledger.ViaCLI, At: b.server.time()}
	_, cards, err := b.server.roster.NewSheet(b.t.Context(), by, []string{number})
	if err == nil && id != "" {
		_, err = b.server.roster.ActivateCard(b.t.Context(), by, cards[0].ID, id)
		b.root("card "+number, &ledger.IssueCard{Card: cards[0].ID, Account: id})
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return number, cards[0].ID
}

// phoneCodes are the handle and key that a phone was given for its codes.
type phoneCodes struct {
	b      *bank
	handle qr.Handle
	secret qr.Secret
}

func (p *person) codes(prefix string) phoneCodes {
	p.b.t.Helper()
	a := p.post("/v1/me/code-key", obj{"prefix": prefix}).is(200)
	return phoneCodes{p.b, qr.Handle(a.text("handle")), must(base64.StdEncoding.DecodeString(a.text("secret")))(p.b.t)}
}

func (x phoneCodes) pay() string { return qr.PayCode(x.handle, x.secret, x.b.clock.now()).Digits() }

func (x phoneCodes) door() string {
	return qr.CheckInCode(x.handle, x.secret, x.b.clock.now()).Digits()
}

// The leader's scanner takes cards and check-in codes and no pay codes; the list takes times; both are calm about repeats.
func TestLeaderScansAndTicks(t *testing.T) {
	k := newCouncil(t)
	id := k.li.gather(at(12, 0), at(14, 0))
	path := "/v1/activities/" + inPath(id)
	wang, zhang := k.add("王芳", ""), k.born("张桂英", "1940-03-03")
	phone := k.enrolled(wang)
	door, pay := phone.codes("93"), phone.codes("91")
	number, card := k.card(zhang)

	k.li.post(path+"/scan", obj{"code": pay.pay()}).no(422, "code_pay_at_door")
	k.li.post(path+"/scan", obj{"code": "12345"}).no(422, "code_unknown_prefix")
	k.auditor.post(path+"/scan", obj{"code": number}).no(403, "not_entitled")
	key, code := newKey(), door.door()
	in := k.li.post(path+"/scan", obj{"code": code}, under(key)).is(200)
	if in.text("result") != "checked_in" || in.text("name") != "王芳" || in.text("zh") != "王芳 已签到。" {
		t.Errorf("%s", in.raw)
	}
	k.until(at(12, 17), k.li, phone)
	if again := k.li.post(path+"/scan", obj{"code": code}, under(key)).is(200); string(again.raw) != string(in.raw) || again.header.Get(headerReplayed) != "true" {
		t.Errorf("a retry with a code of long ago: %s", again.raw)
	}
	k.li.post(path+"/scan", obj{"code": number}, under(key)).no(409, "key_reused")
	k.li.post(path+"/scan", obj{"code": code}).no(409, "code_stale")
	k.li.post(path+"/scan", obj{"code": number}).is(200)
	if a := k.li.post(path+"/scan", obj{"code": number}).is(200); a.text("result") != "already" || a.text("account") != string(zhang) {
		t.Errorf("%s", a.raw)
	}
	// A code is taken once, also on the way out.
	k.clock.pass(30 * time.Second)
	code = door.door()
	if a := k.li.post(path+"/scan", obj{"code": code}).is(200); a.text("result") != "checked_out" {
		t.Errorf("%s", a.raw)
	}
	k.li.post(path+"/scan", obj{"code": code}).no(409, "code_used")
	k.root("lost", &ledger.RevokeCard{Card: card, Reason: ledger.ReasonLost})
	must(k.server.roster.RevokeCard(t.Context(), roster.By{At: k.server.time()}, card))(t)
	k.li.post(path+"/scan", obj{"code": number}).no(409, "card_revoked")
	k.li.post(path+"/scan", obj{"code": qr.NewCard().Code().Digits()}).no(404, "card_unknown")

	// The list: a time ahead means now, somebody who left may have left earlier, never later.
	chen := k.add("陈明", "")
	tick := obj{"account": chen, "in_at": "2026-11-23T05:30:00Z"}
	a := k.li.post(path+"/attest", tick).is(200)
	if a.text("at") != stamp(k.server.time()) || a.text("result") != "checked_in" {
		t.Errorf("%s", a.raw)
	}
	k.li.post(path+"/attest", obj{"account": chen, "out_at": "2026-11-23T06:00:00Z"}).no(422, "time_out_of_range")
	k.li.post(path+"/attest", obj{"account": k.li.account}).no(403, "own_attest")
	k.li.post(path+"/attest", obj{"account": "m/nobody"}).no(404, "account_unknown")
	k.until(at(14, 10), k.li)
	key = newKey()
	both := obj{"account": k.add("赵敏", ""), "in_at": "2026-11-23T04:30:00Z", "out_at": "2026-11-23T05:30:00Z"}
	out := k.li.post(path+"/attest", both, under(key)).is(200)
	if out.text("result") != "checked_out" || out.text("at") != "2026-11-23T05:30:00.000Z" {
		t.Errorf("%s", out.raw)
	}
	if again := k.li.post(path+"/attest", both, under(key)).is(200); string(again.raw) != string(out.raw) {
		t.Errorf("a retry of both halves: %s", again.raw)
	}

	k.li.post(path+"/close", obj{"headcount": 4}).no(409, codeForgottenOpen)
	page := k.li.post(path+"/close", obj{"headcount": 4, "confirm_forgotten": true}).is(200)
	want := map[string]string{"王芳": "B 7", "张桂英": "B 103", "陈明": "C 102", "赵敏": "C 60"}
	for i := range page.length("attendances") {
		name := page.text("attendances", i, "name")
		if got := fmt.Sprintf("%s %d", page.text("attendances", i, "grade"), page.number("attendances", i, "minutes")); got != want[name] {
			t.Errorf("%s: %s, want %s", name, got, want[name])
		}
	}
	if odd := oddityIn(page, "forgotten"); odd == nil || len(odd["accounts"].([]any)) != 2 || oddityIn(page, "published_late") == nil || oddityIn(page, "headcount") != nil {
		t.Errorf("%s", page.raw)
	}
}

// Publishing waits for what the law asks for. A retry opens nothing twice, and its commitment stays the one of the words.
func TestOpenActivity(t *testing.T) {
	k := newCouncil(t)
	whole := obj{
		"title": "清晨大扫除", "kind": "clean-up", "place": "彩虹广场", "content": "扫落叶", "team": "t1", "station": "s4", "org": "o8",
		"start": "2026-11-25T01:00:00Z", "end": "2026-11-25T03:00:00Z",
	}
	with := func(name string, value any) obj {
		o := maps.Clone(whole)
		if o[name] = value; value == nil {
			delete(o, name)
		}
		return o
	}
	for _, name := range []string{"title", "kind", "place", "content", "team", "start", "end"} {
		if a := k.li.post("/v1/activities", with(name, nil)).no(422, codeLegalField); a.text("fields", "field") != name {
			t.Errorf("without %s: %s", name, a.raw)
		}
	}
	k.li.post("/v1/activities", with("title", " ")).no(422, codeLegalField)
	k.li.post("/v1/activities", with("kind", "sleeping")).no(422, "kind_unknown")
	k.li.post("/v1/activities", with("team", "t2")).no(403, "not_entitled")
	k.li.post("/v1/activities", with("team", "t99")).no(422, codeTeamUnknown)
	k.li.post("/v1/activities", with("station", "s99")).no(404, codeStationUnknown)
	k.li.post("/v1/activities", with("end", "2026-11-25T01:00:00Z")).no(422, "bad_command")
	k.auditor.post("/v1/activities", whole).no(403, "not_entitled")
	k.li.post("/v1/activities", whole).no(422, "bad_command") // nobody answers for o8 yet
	k.does(k.zhou.account, &ledger.SetBudget{Issuer: "i/o8", Points: 20000}, 0)
	key := newKey()
	a := k.li.post("/v1/activities", whole, under(key)).is(200)
	again := k.li.post("/v1/activities", whole, under(key)).is(200)
	if again.text("id") != a.text("id") || again.header.Get(headerReplayed) != "true" || a.text("content") != "扫落叶" || a.text("person_in_charge_name") != "李强" ||
		a.text("state") != "open" || a.number("multiplier_percent") != 100 || a.length("oddities") != 0 {
		t.Errorf("%s\n%s", a.raw, again.raw)
	}
	k.li.post("/v1/activities", with("kind", "patrol"), under(key)).no(409, "key_reused")
	words := must(k.server.roster.Activity(t.Context(), ledger.ActivityID(a.text("id"))))(t)
	commitment := roster.Commit(words.Canonical(), words.Salt)
	k.server.view.Read(func(b *ledger.Book) {
		if v, _ := b.Activity(words.ID); v.Text != hex.EncodeToString(commitment[:]) {
			t.Errorf("the books hold %s, the words are %x", v.Text, commitment)
		}
	})
}

func TestListActivities(t *testing.T) {
	k := newCouncil(t)
	var ids []string
	for i := range 3 {
		ids = append(ids, k.li.gather(at(13+24*i, 0), at(15+24*i, 0)))
	}
	l := k.li.get("/v1/activities?limit=2").is(200)
	next := k.li.get("/v1/activities?limit=2&cursor=" + l.text("next_cursor")).is(200)
	if l.length("items") != 2 || l.text("items", 0, "id") != ids[2] || l.text("items", 1, "id") != ids[1] || next.length("items") != 1 || next.text("items", 0, "id") != ids[0] || next.body["next_cursor"] != nil {
		t.Errorf("%s\n%s", l.raw, next.raw)
	}
	day := k.li.get("/v1/activities?day=2026-11-24&team=t1&state=open").is(200)
	if day.length("items") != 1 || day.text("items", 0, "id") != ids[1] {
		t.Errorf("%s", day.raw)
	}
	for _, none := range []string{"day=2026-11-22", "team=t2", "state=closed"} {
		if l := k.li.get("/v1/activities?" + none).is(200); l.length("items") != 0 {
			t.Errorf("%s: %s", none, l.raw)
		}
	}
	k.li.get("/v1/activities?day=2026-13-40").no(422, codeFieldInvalid)
	k.li.get("/v1/activities?cursor=x").no(400, codeCursor)
	k.stranger().get("/v1/activities").no(401, codeSignedOut)
	k.until(at(13, 30), k.li)
	if l := k.li.get("/v1/activities?state=running").is(200); l.length("items") != 1 || l.text("items", 0, "id") != ids[0] {
		t.Errorf("%s", l.raw)
	}
}

// What a second person should look at before confirming; and that it must be a second one, and no family.
func TestOdditiesAndConfirmation(t *testing.T) {
	k := newCouncil(t)
	id := k.li.gather(at(12, 0), at(13, 0))
	path := "/v1/activities/" + inPath(id)
	wang, son := k.add("王芳", ""), k.add("李小强", "")
	for _, a := range []ledger.AccountID{son, k.li.account} {
		k.root("family "+string(a), &ledger.LinkFamily{Account: a, Family: "f/1"})
	}
	k.root("sun's family", &ledger.LinkFamily{Account: k.sun.account, Family: "f/1"})
	k.li.post(path+"/attest", obj{"account": wang}).is(200)
	k.li.post(path+"/attest", obj{"account": son}).is(200)
	k.until(at(13, 0), k.li, k.zhou, k.sun)
	// She went on to a second activity without checking out. Then the first one was made longer, and now she was at both.
	other := k.zhou.gather(at(12, 30), at(14, 0))
	k.zhou.post("/v1/activities/"+inPath(other)+"/attest", obj{"account": wang}).is(200)
	k.li.post(path+"/extend", obj{"end": at(13, 20).Format(time.RFC3339)}).is(200)
	if page := k.li.get(path).is(200); oddityIn(page, "extended") != nil {
		t.Errorf("20 minutes more: %s", page.raw)
	}
	page := k.li.post(path+"/extend", obj{"end": at(13, 40).Format(time.RFC3339)}).is(200)
	if oddityIn(page, "extended")["zh"] != "活动延长了 40 分钟。" {
		t.Errorf("%s", page.raw)
	}
	page = k.zhou.get(path).is(200)
	for code, who := range map[string]ledger.AccountID{"elsewhere": wang, "family": son} {
		if odd := oddityIn(page, code); odd == nil || fmt.Sprint(odd["accounts"]) != fmt.Sprint([]any{string(who)}) {
			t.Errorf("%s: %s", code, page.raw)
		}
	}
	k.zhou.post(path+"/confirm", obj{}).no(409, "activity_open")
	k.until(at(13, 45), k.li, k.zhou, k.sun)
	page = k.li.post(path+"/close", obj{"headcount": 3, "confirm_forgotten": true}).is(200)
	if oddityIn(page, "headcount") == nil || oddityIn(page, "forgotten") == nil {
		t.Errorf("%s", page.raw)
	}
	if n := k.zhou.get("/v1/needs").is(200); !strings.Contains(string(n.raw), "activities_to_confirm") {
		t.Errorf("%s", n.raw)
	}
	k.sun.post(path+"/confirm", obj{}).no(403, "too_close")
	k.zhou.post(path+"/confirm", obj{}).is(200)
}

// Who sees whom on an activity's page: the leader names while it lasts, of a minor until a day later; the auditor all;
// a member herself and nobody else.
func TestWhoSeesAttendances(t *testing.T) {
	k := newCouncil(t)
	id := k.li.gather(at(12, 0), at(13, 0))
	path := "/v1/activities/" + inPath(id)
	child := k.born("刘小雨", "2012-06-01")
	wang := k.add("王芳", "")
	phone := k.enrolled(wang)
	for _, a := range []ledger.AccountID{child, wang} {
		k.li.post(path+"/attest", obj{"account": a}).is(200)
	}
	if page := phone.get(path).is(200); page.length("attendances") != 1 || page.text("attendances", 0, "name") != "王芳" || page.length("oddities") != 0 || page.number("in_count") != 2 || page.text("person_in_charge_name") != "李**" {
		t.Errorf("%s", page.raw)
	}
	names := func(p *person) (s string) {
		page := p.get(path).is(200)
		for i := range page.length("attendances") {
			name, _ := page.at("attendances", i, "name").(string)
			s += "[" + name + " " + page.text("attendances", i, "masked_name") + "]"
		}
		return s
	}
	if got := names(k.li); got != "[刘小雨 刘**][王芳 王**]" {
		t.Errorf("the leader at the activity: %s", got)
	}
	if got := names(k.auditor); got != "[刘小雨 刘**][王芳 王**]" {
		t.Errorf("the auditor: %s", got)
	}
	k.clock.pass(26 * time.Hour)
	k.li.signIn("13800000003")
	if got := names(k.li); got != "[ 刘**][王芳 王**]" {
		t.Errorf("the leader a day later: %s", got)
	}
	seen := must(k.server.roster.AccessTo(t.Context(), wang, 0, 100))(t)
	if len(seen) == 0 || seen[0].What != "attendance" {
		t.Errorf("the access log: %+v", seen)
	}
}

// Ten working days after its end an activity's record is late by law.
func TestLateRecords(t *testing.T) {
	for _, test := range []struct {
		after, to ledger.Day
		days      int
	}{
		{20780, 20780, 0}, // Monday
		{20780, 20784, 4}, // to Friday
		{20780, 20786, 4}, // to Sunday
		{20780, 20787, 5},
		{20783, 20787, 2}, // Thursday to Monday
		{20780, 20794, 10},
		{20780, 20795, 11},
		{20780, 30000, 11}, // no further count is needed
	} {
		if got := workingDays(test.after, test.to); got != test.days {
			t.Errorf("from %d to %d: %d, want %d", test.after, test.to, got, test.days)
		}
	}
	if d := must(dayIn("2026-11-23"))(t); d != 20780 {
		t.Errorf("2026-11-23 is day %d", d)
	}
	k := newCouncil(t)
	k.li.gather(at(12, 0), at(13, 0))
	codes := func() (s []string) {
		k.li.signIn("13800000003")
		n := k.li.get("/v1/needs").is(200)
		for i := range n.length("items") {
			s = append(s, n.text("items", i, "code"))
		}
		return s
	}
	for _, want := range []struct {
		day  int
		code string
	}{{0, ""}, {1, "activities_to_close"}, {9, "activities_to_close"}, {10, "records_soon_late"}, {14, "records_soon_late"}, {15, "records_late"}} {
		k.clock.pass(at(12+24*want.day, 30).Sub(k.clock.now()))
		if got := strings.Join(codes(), " "); got != want.code {
			t.Errorf("day %d: %q, want %q", want.day, got, want.code)
		}
	}
}
