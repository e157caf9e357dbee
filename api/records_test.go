package api

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"moralbank.example/bank/ledger"
)

// What the organizer and the auditor see: the line of truth, each record with its bytes, and the reversal that takes two.
func TestBooks(t *testing.T) {
	h := newHall(t)
	wang := h.add("王芳", "13800000077")
	phone := h.enrolled(wang)
	number, _ := h.card(wang)
	h.earn(wang, 2)
	meal := h.till.post("/v1/redemptions", obj{"code": number}).is(200)
	truth := h.zhou.get("/v1/ledger/summary").is(200)
	if truth.number("issued") != 80 || truth.number("redeemed") != 40 || truth.number("expired") != 0 || truth.number("outstanding") != 40 ||
		truth.at("holds_true") != true || truth.number("minutes_total") != 480 || truth.number("seq") != truth.number("records") {
		t.Errorf("%s", truth.raw)
	}
	sum := int64(0)
	for i := range truth.length("by_class") {
		sum += truth.number("by_class", i, "points")
	}
	if sum != 0 {
		t.Errorf("the trial balance sums to %d: %s", sum, truth.raw)
	}

	path := fmt.Sprintf("/v1/records/%d", meal.number("seq"))
	r := h.auditor.get(path).is(200)
	leaf := sha256.Sum256([]byte(r.text("line")))
	if r.text("leaf") != hex.EncodeToString(leaf[:]) || r.at("reversible") != true || r.length("record", "postings") != 2 ||
		r.text("record", "postings", 0, "class") != "member" || r.text("record", "postings", 0, "account_name") != "王芳" ||
		r.number("record", "postings", 0, "balance") != 40 || r.text("record", "postings", 1, "account") != "c/c1" || r.at("record", "postings", 1, "account_name") != nil {
		t.Errorf("%s", r.raw)
	}
	var line obj
	if err := json.Unmarshal([]byte(r.text("line")), &line); err != nil || fmt.Sprint(line["body"]) != fmt.Sprint(r.at("record", "body")) {
		t.Errorf("the body is not the line's: %v %s", err, r.raw)
	}
	if r.text("explain_zh") != "王芳在爸妈食堂用 40 积分兑换了午餐一荤两素，由陈兰办理。" {
		t.Errorf("%s", r.text("explain_zh"))
	}
	if r.number("block", "first_seq") > meal.number("seq") || len(r.text("block", "hash")) != 64 {
		t.Errorf("%s", r.raw)
	}
	// The member reads her own, with others' names masked; to another it does not exist.
	if own := phone.get(path).is(200); own.text("line") != r.text("line") || own.text("record", "actor_name") != "陈**" || own.text("record", "postings", 0, "account_name") != "王芳" {
		t.Errorf("%s", own.raw)
	}
	h.till.get(path).no(404, "record_unknown")
	h.auditor.get("/v1/records/99999").no(404, "record_unknown")
	phone.get("/v1/records").no(403, "not_entitled")

	why := obj{"reason": "打错了人", "reason_code": "wrong_person"}
	h.auditor.post(path+"/reverse", why).no(403, "not_entitled")
	key := newKey()
	asked := h.zhou.post(path+"/reverse", why, under(key)).is(202)
	if asked.number("proposal") != asked.number("seq") || asked.text("kind") != "proposed" {
		t.Errorf("%s", asked.raw)
	}
	if again := h.zhou.post(path+"/reverse", why, under(key)).is(202); string(again.raw) != string(asked.raw) || again.header.Get(headerReplayed) != "true" {
		t.Errorf("%s", again.raw)
	}
	h.zhou.post(path+"/reverse", obj{"reason": "打错了人", "reason_code": "other"}, under(key)).no(409, "key_reused")
	h.sun.post(path+"/reverse", why).no(409, "proposal_exists")
	approve := fmt.Sprintf("/v1/proposals/%d/approve", asked.number("proposal"))
	effect := strings.TrimSuffix(approve, "approve") + "effect"
	h.zhou.get(effect).no(403, "self_approval")
	h.auditor.get(effect).no(403, "not_entitled")
	would := h.sun.get(effect).is(200)
	if would.length("records") != 1 || !strings.Contains(would.text("records", 0, "zh"), "由周敏提出") || would.length("moves") != 2 ||
		would.text("moves", 1, "account_name") != "王芳" || would.number("moves", 1, "before") != 40 || would.number("moves", 1, "after") != 80 {
		t.Errorf("%s", would.raw)
	}
	h.zhou.post(approve, obj{}).no(403, "self_approval")
	h.auditor.post(approve, obj{}).no(403, "not_entitled")
	h.sun.post(approve, obj{}).is(200)
	h.sun.get(effect).no(404, "proposal_unknown")
	r = h.auditor.get(path).is(200)
	if back := h.auditor.get(fmt.Sprintf("/v1/records/%d", r.number("reversed_by"))); back.text("explain_zh") != would.text("records", 0, "zh") {
		t.Errorf("it did what was not said: %s", back.raw)
	}
	by := fmt.Sprintf("/v1/records/%d", r.number("reversed_by"))
	if r.at("reversible") != false {
		t.Errorf("%s", r.raw)
	}
	if back := h.auditor.get(by).is(200); back.text("note") != "打错了人" || !strings.Contains(back.text("explain_zh"), "由周敏提出。原因：记到别人名下了。") || strings.Contains(back.text("line"), "打错") {
		t.Errorf("%s", back.raw)
	}
	h.zhou.post(path+"/reverse", why).no(409, "already_reversed")
	h.zhou.post("/v1/records/1/reverse", why).no(409, "not_reversible")
	if truth := h.auditor.get("/v1/ledger/summary").is(200); truth.number("redeemed") != 0 || truth.number("outstanding") != 80 || truth.at("holds_true") != true {
		t.Errorf("%s", truth.raw)
	}
	if me := phone.get("/v1/me").is(200); me.number("balance", "available") != 80 {
		t.Errorf("%s", me.raw)
	}
	if past := h.auditor.get(fmt.Sprintf("/v1/accounts/%s/balance?as_of=%d", inPath(wang), meal.number("seq"))).is(200); past.number("points") != 40 {
		t.Errorf("%s", past.raw)
	}
}

// Lists of records: filters hold, and every record stands on exactly one page.
func TestListRecords(t *testing.T) {
	h := newHall(t)
	wang := h.add("王芳", "")
	h.earn(wang, 2)
	seen := map[int64]bool{}
	for next := ""; ; {
		l := h.auditor.get("/v1/records?limit=7&cursor=" + next).is(200)
		for i := range l.length("items") {
			seq := l.number("items", i, "seq")
			if seen[seq] || l.text("items", i, "kind_zh") == "" || l.text("items", i, "actor_name") == "" {
				t.Errorf("%s", l.raw)
			}
			seen[seq] = true
		}
		if l.body["next_cursor"] == nil {
			break
		}
		next = l.text("next_cursor")
	}
	if len(seen) != int(h.server.engine.Seq()) {
		t.Errorf("%d records of %d", len(seen), h.server.engine.Seq())
	}
	l := h.zhou.get("/v1/records?kind=awarded&account=" + string(wang)).is(200)
	if l.length("items") != 2 || l.number("items", 0, "points") != 40 || l.number("items", 0, "minutes") != 240 || l.text("items", 0, "account_name") != "王芳" || l.text("items", 0, "actor_name") != "系统定时" {
		t.Errorf("%s", l.raw)
	}
	for query, want := range map[string]int{
		"kind=awarded&from=2026-11-23&to=2026-11-23":           2,
		"kind=awarded&from=2026-11-24":                         0,
		"kind=awarded&to=2026-11-22":                           0,
		"kind=awarded&from=2026-11-23T04:00:00%2B00:00":        2,
		"account=i%2Ft1&kind=awarded":                          2,
		"kind=redeemed":                                        0,
		"account=m%2Fnobody":                                   0,
		"kind=founded&to=2026-11-23T03:59:59.999Z":             0,
		"kind=founded&from=2026-11-23T04:00:00Z&to=2030-01-01": 1,
	} {
		if l := h.auditor.get("/v1/records?" + query).is(200); l.length("items") != want {
			t.Errorf("%s: %s", query, l.raw)
		}
	}
	h.auditor.get("/v1/records?kind=wishes").no(422, codeFieldInvalid)
	h.auditor.get("/v1/records?from=yesterday").no(422, codeFieldInvalid)
	h.auditor.get("/v1/records?cursor=!").no(400, codeCursor)
}

// Every kind of record has its sentence, in both languages, and no sentence shows an id where a name should stand.
func TestEveryRecordIsExplained(t *testing.T) {
	h := newHall(t)
	wang := h.add("王芳", "13800000077")
	phone := h.enrolled(wang)
	number, card := h.card(wang)
	h.earn(wang, 1)
	h.till.post("/v1/redemptions", obj{"code": number}).is(200)
	id := h.li.gather(at(12, 10), at(14, 0))
	phone.post("/v1/claims", obj{"station": "s1", "otp": h.li.shows(id)}).is(200)
	phone.post("/v1/claims/use", obj{}).is(200)
	h.li.post("/v1/activities/"+inPath(id)+"/extend", obj{"end": at(15, 0).Format(time.RFC3339)}).is(200)
	for step, do := range map[string]ledger.Verb{
		"join": &ledger.Join{Account: wang, Group: "t1"}, "family": &ledger.LinkFamily{Account: wang, Family: "f/1"},
		"card": &ledger.RevokeCard{Card: card, Reason: ledger.ReasonLost}, "budget": &ledger.SetBudget{Issuer: "i/t1", Points: 500},
	} {
		h.root(step, do)
	}
	h.zhou.post("/v1/members/"+inPath(wang)+"/freeze", obj{"reason_code": "request"}).is(204)
	h.zhou.post("/v1/members/"+inPath(wang)+"/thaw", obj{}).is(204)
	kinds := map[string]bool{}
	for seq := int64(1); seq <= int64(h.server.engine.Seq()); seq++ {
		r := h.auditor.get(fmt.Sprintf("/v1/records/%d", seq)).is(200)
		kinds[r.text("record", "kind")] = true
		zh, en := r.text("explain_zh"), r.text("explain_en")
		if !strings.HasSuffix(zh, "。") || !strings.HasSuffix(en, ".") || strings.Contains(zh+en, "m/") {
			t.Errorf("record %d: %s %s", seq, zh, en)
		}
	}
	if len(kinds) < 18 {
		t.Errorf("only %d kinds were seen: %v", len(kinds), kinds)
	}
}
