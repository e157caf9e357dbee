package api

import (
	"encoding/hex"
	"testing"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// as does something in a person's name without HTTP, for what another test asks over HTTP.
func (b *bank) as(actor ledger.AccountID, via ledger.DeviceID, step string, do ledger.Verb) []ledger.Record {
	b.t.Helper()
	cmd := ledger.Command{Key: ledger.DerivedKey("test", string(actor), step), Actor: actor, Via: via, Do: do}
	a, err := b.server.engine.Submit(b.t.Context(), &cmd)
	if err != nil || a.Refusal != nil {
		b.t.Fatalf("%s: %v %v", step, a.Refusal, err)
	}
	return a.Records
}

// awaitAwards waits until the engine has posted what a closed activity left due.
func (b *bank) awaitAwards(id ledger.ActivityID) {
	b.t.Helper()
	for b.t.Context().Err() == nil {
		_, changed := b.server.view.Changed()
		pending := -1
		b.server.view.Read(func(book *ledger.Book) {
			if a, ok := book.Activity(id); ok && a.Stage == ledger.StageClosed {
				pending = a.Pending
			}
		})
		if pending == 0 {
			return
		}
		<-changed
	}
}

// A morning of service and a lunch, as 王芳 reads it: every line says why.
func TestHistorySaysWhy(t *testing.T) {
	k := newCouncil(t)
	wang, cook := k.add("王芳", ""), k.cook
	phone := k.enrolled(wang)
	k.root("till", &ledger.EnrolDevice{Device: "till/one", Canteen: "c1"})
	k.root("card", &ledger.IssueCard{Card: "k/one", Account: wang})
	now := ledger.Time(k.clock.now().UnixMilli())
	words, commitment, err := k.server.roster.PutActivity(t.Context(), roster.By{Actor: k.li.account, Device: ledger.ViaWeb, At: now}, roster.Activity{
		ID: "a/morning", Title: "楼道清洁", Place: "A区12栋", Content: "打扫楼道", Lead: k.li.account, Team: "t1",
	})
	if err != nil || words.Title == "" {
		t.Fatal(err)
	}
	k.as(k.li.account, ledger.ViaWeb, "open", &ledger.OpenActivity{
		Activity: "a/morning", Type: "emergency", Team: "t1", Start: now, End: now + 3*3600_000, Charge: k.li.account, Text: hex.EncodeToString(commitment[:]),
	})
	k.as(wang, ledger.ViaWeb, "in", &ledger.Scan{Activity: "a/morning", Account: wang, Path: ledger.PathStation, Live: true})
	k.clock.pass(3*time.Hour - time.Minute)
	k.as(wang, ledger.ViaWeb, "out", &ledger.Scan{Activity: "a/morning", Account: wang, Path: ledger.PathStation, Live: true})
	k.as(k.li.account, ledger.ViaWeb, "close", &ledger.CloseActivity{Activity: "a/morning", Headcount: 1})
	k.awaitAwards("a/morning")
	phone.post("/v1/refresh", obj{}).is(200)
	h := phone.get("/v1/me/history?limit=1").is(200)
	if h.text("items", 0, "title_zh") != "楼道清洁 · 服务发放" || h.text("items", 0, "status") != "unconfirmed" || h.number("items", 0, "points") != 40 ||
		h.number("items", 0, "minutes") != 179 || h.text("items", 0, "why", "grade") != "A" || h.text("items", 0, "why", "activity", "team_name") != "彩虹100先锋号" ||
		h.length("items", 0, "why", "steps") != 4 ||
		h.text("items", 0, "why", "rule_zh") != "2026-11-23 12:10 签到。2026-11-23 15:09 签退。服务 179 分钟，每小时 10 分，按 150% 计，应得 45 分（不足 1 分的按 1 分算）。每人每天的服务积分最多 40 分，所以少 5 分。时长照记。" {
		t.Errorf("%s", h.raw)
	}
	if me := phone.get("/v1/me").is(200); me.number("balance", "unconfirmed") != 40 || me.number("balance", "available") != 0 || me.text("balance", "expiring", 0, "month") != "2028-11" {
		t.Errorf("%s", me.raw)
	}
	k.as(k.zhou.account, ledger.ViaWeb, "confirm", &ledger.ConfirmActivity{Activity: "a/morning"})
	if h = phone.get("/v1/me/history?limit=1").is(200); h.text("items", 0, "status") != "posted" {
		t.Errorf("%s", h.raw)
	}
	meal := k.as(cook, "till/one", "meal", &ledger.Redeem{Canteen: "c1", Account: wang, Meal: "beef-noodles", Small: true, Points: 18, Card: "k/one"})
	note := must(k.server.roster.PutReason(t.Context(), roster.By{Actor: cook, At: now}, wang, "面端给了旁边的人"))(t)
	k.as(cook, "till/one", "void", &ledger.Reverse{Seq: meal[0].Seq, Reason: ledger.ReasonVoid, Note: string(note)})
	h = phone.get("/v1/me/history?limit=2").is(200)
	if h.text("items", 0, "why", "reason_zh") != "收银台当场撤销" || h.text("items", 0, "why", "note") != "面端给了旁边的人" ||
		h.number("items", 0, "why", "reverses") != int64(meal[0].Seq) || h.number("items", 0, "balance_points") != 40 || h.text("items", 0, "why", "actor_name") != "陈**" {
		t.Errorf("%s", h.raw)
	}
	if h.text("items", 1, "title_zh") != "兑换 牛肉面（小份）" || h.text("items", 1, "status") != "reversed" || h.number("items", 1, "points") != -18 ||
		h.text("items", 1, "why", "canteen_name") != "爸妈食堂" || h.text("items", 1, "why", "rule_en") != "18 points, by card" {
		t.Errorf("%s", h.raw)
	}
	if a := phone.get("/v1/accounts/" + inPath(wang) + "/balance?as_of=" + decimal(meal[0].Seq)).is(200); a.number("points") != 22 || a.number("minutes") != 179 {
		t.Errorf("%s", a.raw)
	}
	// The same, asked for one by one: a balance, what of it can be spent, an award, a meal, a refusal.
	why := phone.get("/v1/explain/accounts/" + inPath(wang)).is(200)
	if why.number("value") != 40 || why.at("holds_true") != true || why.length("steps") != 3 || why.text("steps", 1, "zh") != "2026-11-23，兑换：牛肉面，-18 分。" {
		t.Errorf("%s", why.raw)
	}
	part := phone.get("/v1/explain/accounts/" + inPath(wang) + "?limit=1").is(200)
	if rest := phone.get("/v1/explain/accounts/" + inPath(wang) + "?limit=1&cursor=" + part.text("next_cursor")).is(200); part.number("value") != 40 || rest.number("value") != 22 || rest.number("steps", 0, "amount") != 40 {
		t.Errorf("%s %s", part.raw, rest.raw)
	}
	if a := phone.get("/v1/explain/accounts/" + inPath(wang) + "?unit=available").is(200); a.number("value") != 40 || a.at("holds_true") != true {
		t.Errorf("%s", a.raw)
	}
	if a := phone.get("/v1/explain/records/" + decimal(meal[0].Seq-2)).is(200); a.number("value") != 40 || a.at("holds_true") != true || a.text("steps", 3, "rule") != "day-points-max" {
		t.Errorf("%s", a.raw)
	}
	if a := phone.get("/v1/explain/records/" + decimal(meal[0].Seq)).is(200); a.text("zh") != "王芳在爸妈食堂用 18 积分兑换了牛肉面（小份），由陈**办理。" {
		t.Errorf("%s", a.raw)
	}
	if a := phone.get("/v1/explain/refusals/balance_short?need=25&available=22").is(200); a.at("holds_true") != true || a.text("steps", 0, "zh") != "需要 25，现有 22。" {
		t.Errorf("%s", a.raw)
	}
	phone.get("/v1/explain/refusals/unheard_of").no(404, codeNotFound)
	stranger := k.enrolled(k.add("刘洋", ""))
	stranger.get("/v1/explain/accounts/"+inPath(wang)).no(404, "account_unknown")
	stranger.get("/v1/explain/records/"+decimal(meal[0].Seq)).no(404, "record_unknown")
	// Every line that she has is told in both languages.
	all := phone.get("/v1/me/history?limit=100").is(200)
	for i := range all.length("items") {
		if all.text("items", i, "title_zh") == "" || all.text("items", i, "title_en") == "" {
			t.Errorf("line %d: %s", i, all.raw)
		}
	}
	if n := all.length("items"); n != 8 {
		t.Errorf("%d lines: %s", n, all.raw)
	}
}
