package api

import (
	"fmt"
	"testing"
	"time"

	"moralbank.example/bank/ledger"
)

// lineOf is the newest line of this kind in a member's history.
func (p *person) lineOf(kind string) int64 {
	p.b.t.Helper()
	a := p.get("/v1/me/history?limit=100").is(200)
	for i := range a.length("items") {
		if a.text("items", i, "kind") == kind {
			return a.number("items", i, "seq")
		}
	}
	p.b.t.Fatalf("no %s: %s", kind, a.raw)
	return 0
}

// A meal that she did not eat: one tap and a reason, a clock that she sees, the decision with its answer, the reversal by two,
// and all of it on her own page.
func TestDisputeOfAMeal(t *testing.T) {
	h := newHall(t)
	wang := h.add("王芳", "13800000077")
	phone, other := h.enrolled(wang), h.enrolled(h.add("路人", ""))
	number, _ := h.card(wang)
	h.earn(wang, 2)
	meal := h.till.post("/v1/redemptions", obj{"code": number}).is(200).number("seq")
	path := fmt.Sprintf("/v1/records/%d/dispute", meal)
	other.post(path, obj{"reason_code": "not_served"}).no(404, "record_unknown")
	h.till.post(path, obj{"reason_code": "not_served", "account": wang}).no(403, "not_entitled")
	key, form := newKey(), obj{"reason_code": "not_served", "words": "那天我在医院。"}
	made := phone.post(path, form, under(key)).is(200)
	if made.number("target") != meal || made.number("pinned") != 0 || made.text("escalates") != "2026-12-07T16:00:00.000Z" {
		t.Errorf("%s", made.raw)
	}
	if again := phone.post(path, form, under(key)).is(200); again.number("dispute") != made.number("dispute") || again.header.Get(headerReplayed) != "true" {
		t.Errorf("%s", again.raw)
	}
	phone.post(path, form).no(409, "already_disputed")
	mine := phone.get("/v1/me/disputes").is(200)
	if mine.text("items", 0, "state") != "open" || mine.number("items", 0, "line", "seq") != meal || mine.text("items", 0, "words") != "那天我在医院。" || fmt.Sprint(mine.at("items", 0, "can")) != "[withdraw]" {
		t.Errorf("%s", mine.raw)
	}
	if a := other.get("/v1/me/disputes").is(200); a.length("items") != 0 {
		t.Errorf("%s", a.raw)
	}
	other.get("/v1/disputes").no(403, "not_entitled")
	open := h.zhou.get("/v1/disputes").is(200)
	if open.text("items", 0, "name") != "王芳" || fmt.Sprint(open.at("items", 0, "can")) != "[resolve]" {
		t.Errorf("%s", open.raw)
	}
	decide := fmt.Sprintf("/v1/disputes/%d/resolve", made.number("dispute"))
	answer := obj{"outcome": "upheld", "words": "厨房确认没有取餐，退回积分。", "reverse": true}
	key = newKey()
	ended := h.zhou.post(decide, answer, under(key)).is(200)
	if ended.text("outcome") != "upheld" || ended.at("proposal") == nil {
		t.Fatalf("%s", ended.raw)
	}
	if again := h.zhou.post(decide, answer, under(key)).is(200); again.number("proposal") != ended.number("proposal") || again.header.Get(headerReplayed) != "true" {
		t.Errorf("%s", again.raw)
	}
	h.sun.post(fmt.Sprintf("/v1/proposals/%d/approve", ended.number("proposal")), obj{}).is(200)
	mine = phone.get("/v1/me/disputes").is(200)
	if mine.text("items", 0, "state") != "upheld" || mine.length("items", 0, "trail") != 2 || mine.text("items", 0, "trail", 0, "words") != "厨房确认没有取餐，退回积分。" ||
		mine.text("items", 0, "trail", 1, "kind") != "reversed" || mine.text("items", 0, "line", "status") != "reversed" {
		t.Errorf("%s", mine.raw)
	}
	if a := h.zhou.get("/v1/disputes").is(200); a.length("items") != 0 {
		t.Errorf("%s", a.raw)
	}
	if a := h.auditor.get("/v1/disputes?state=all").is(200); a.length("items") != 1 {
		t.Errorf("%s", a.raw)
	}
}

// An award in dispute is out of reach until somebody decides; after ten working days the committee may too.
func TestDisputeOfAnAward(t *testing.T) {
	h := newHall(t)
	wang := h.add("王芳", "13800000077")
	phone := h.enrolled(wang)
	number, _ := h.card(wang)
	h.earn(wang, 1)
	judge := h.add("马评", "13700000001")
	h.grantByTwo(judge, ledger.RoleCommittee, "community")
	line := phone.lineOf("awarded")
	// Staff file it with her card; a phone's code or somebody else's line is no card.
	path := fmt.Sprintf("/v1/records/%d/dispute", line)
	h.zhou.post(path, obj{"reason_code": "wrong_time", "card": "12345"}).no(422, "code_unknown_prefix")
	made := h.zhou.post(path, obj{"reason_code": "wrong_time", "card": number}).is(200)
	if made.number("pinned") != 40 {
		t.Errorf("%s", made.raw)
	}
	if a := phone.get("/v1/me").is(200); a.number("balance", "available") != 0 {
		t.Errorf("%s", a.raw)
	}
	// Who filed it has a part in it and does not decide.
	decide := fmt.Sprintf("/v1/disputes/%d/resolve", made.number("dispute"))
	h.zhou.post(decide, obj{"outcome": "rejected", "words": "核对过了。"}).no(403, "conflict")
	member := h.enrolled(judge)
	member.post(decide, obj{"outcome": "rejected", "words": "核对过了。"}).no(403, "not_entitled")
	h.until(time.Date(2026, 12, 7, 16, 1, 0, 0, time.UTC), phone, member)
	h.waitFor(func(b *ledger.Book) bool { return len(b.Disputes()) == 1 && b.Disputes()[0].Escalated })
	if a := member.get("/v1/disputes").is(200); a.at("items", 0, "escalated") != true || fmt.Sprint(a.at("items", 0, "can")) != "[resolve]" || a.length("items", 0, "trail") != 1 {
		t.Errorf("%s", a.raw)
	}
	member.post(decide, obj{"outcome": "rejected", "words": "签到表和扫码一致。"}).is(200)
	member.post(decide, obj{"outcome": "rejected", "words": "签到表和扫码一致。"}).no(404, "dispute_unknown")
	if a := phone.get("/v1/me").is(200); a.number("balance", "available") != 40 {
		t.Errorf("%s", a.raw)
	}
	if a := phone.get("/v1/me/disputes").is(200); a.text("items", 0, "state") != "rejected" || a.text("items", 0, "opener_name") != "周**" {
		t.Errorf("%s", a.raw)
	}
	// A second try on the same line, and taking back what is decided.
	phone.post(path, obj{"reason_code": "other"}).no(409, "already_disputed")
	phone.post(fmt.Sprintf("/v1/disputes/%d/withdraw", made.number("dispute")), obj{}).no(404, "dispute_unknown")
}
