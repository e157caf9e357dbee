package api

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// A lunch by printed card: the default meal at her own price, once, whatever happens to the answer.
func TestLunchByCard(t *testing.T) {
	h := newHall(t)
	zhang := h.born("张桂英", "1940-03-03")
	number, _ := h.card(zhang)
	h.earn(zhang, 2)

	menu := h.till.get("/v1/till").is(200)
	if menu.text("period") != "lunch" || menu.text("default_meal", "id") != "lunch" || menu.number("default_meal", "points") != 40 ||
		menu.text("canteen", "name") != "爸妈食堂" || menu.text("cashier_name") != "陈兰" || menu.length("meals") != 9 {
		t.Errorf("%s", menu.raw)
	}
	key := newKey()
	a := h.till.post("/v1/redemptions", obj{"code": number}, under(key)).is(200)
	if a.number("points") != 20 || a.number("balance_after") != 60 || a.number("available_after") != 60 || a.text("member", "masked_name") != "张**" ||
		a.text("member", "surname") != "张" || a.text("meal", "name_zh") != "午餐一荤两素" || a.at("member", "speak_balance") != false {
		t.Errorf("%s", a.raw)
	}
	if at, until := a.text("time"), a.text("void_until"); at != stamp(h.server.time()) || until != stamp(h.server.time()+60_000) {
		t.Errorf("%s to %s", at, until)
	}
	again := h.till.post("/v1/redemptions", obj{"code": number}, under(key)).is(200)
	if string(again.raw) != string(a.raw) || again.header.Get(headerReplayed) != "true" {
		t.Errorf("a retry: %s", again.raw)
	}
	h.till.post("/v1/redemptions", obj{"code": number, "meal": "dumplings"}, under(key)).no(409, "key_reused")
	h.till.post("/v1/redemptions", obj{"code": number, "small": true}, under(key)).no(409, "key_reused")
	other, _ := h.card(h.born("王秀兰", "1941-04-04"))
	h.till.post("/v1/redemptions", obj{"code": other}, under(key)).no(409, "key_reused")
	h.clock.pass(3 * time.Minute)
	no := h.till.post("/v1/redemptions", obj{"code": number}).no(409, "meal_taken")
	if no.text("fields", "time") != a.text("time") || no.number("fields", "seq") != a.number("seq") || no.text("fields", "meal") != "午餐一荤两素" || no.number("seq") != a.number("seq") {
		t.Errorf("%s", no.raw)
	}
	// A side dish is no second meal.
	if a := h.till.post("/v1/redemptions", obj{"code": number, "meal": "soy-milk"}).is(200); a.number("points") != 2 || a.number("balance_after") != 58 {
		t.Errorf("%s", a.raw)
	}
	// Her own history says why she paid less than the menu says.
	if own := h.zhou.get("/v1/members/" + inPath(zhang) + "/history").is(200); own.text("items", 1, "why", "rule_zh") != "菜单价 40 积分，长者或关怀优惠 20 积分，实付 20 积分，出示爱心卡" {
		t.Errorf("%s", own.raw)
	}
	// A retry after it tells the first meal, and what she has now: balance and what can be spent of it are of one moment.
	later := h.till.post("/v1/redemptions", obj{"code": number}, under(key)).is(200)
	if later.number("seq") != a.number("seq") || later.number("balance_after") != 58 || later.number("available_after") != 58 || later.number("points") != 20 {
		t.Errorf("a retry after a side dish: %s", later.raw)
	}
	// Nothing that leaves the server says what price class she is in.
	for _, a := range []reply{a, no, h.till.get("/v1/till/recent").is(200), h.zhou.get("/v1/records/" + fmt.Sprint(a.number("seq"))).is(200)} {
		for _, word := range []string{"tier", "80+", "1940", "hardship", "percent"} {
			if strings.Contains(string(a.raw), word) {
				t.Errorf("%s says %q: %s", a.what, word, a.raw)
			}
		}
	}
}

// A pay code: one use, its own half minute, its own door.
func TestLunchByPayCode(t *testing.T) {
	h := newHall(t)
	wang := h.add("王芳", "13800000077")
	phone := h.enrolled(wang)
	pay, door := phone.codes("91"), phone.codes("93")
	h.earn(wang, 3)
	key, code := newKey(), pay.pay()
	a := h.till.post("/v1/redemptions", obj{"code": code}, under(key)).is(200)
	if a.number("points") != 40 || a.number("balance_after") != 80 {
		t.Errorf("%s", a.raw)
	}
	h.till.post("/v1/redemptions", obj{"code": code, "meal": "soy-milk"}).no(409, "code_used")
	h.until(at(12, 22), h.till)
	// The answer was lost, and the code is long over: the key alone brings the first answer.
	if again := h.till.post("/v1/redemptions", obj{"code": code}, under(key)).is(200); string(again.raw) != string(a.raw) || again.header.Get(headerReplayed) != "true" {
		t.Errorf("%s", again.raw)
	}
	h.till.post("/v1/redemptions", obj{"code": code}).no(409, "code_stale")
	h.till.post("/v1/redemptions", obj{"code": door.door()}).no(422, "code_check_in_at_till")
	// Full-width digits are what an input method makes of a scan.
	wide := strings.Map(func(r rune) rune { return r - '0' + '０' }, pay.pay())
	h.till.post("/v1/redemptions", obj{"code": wide, "meal": "soy-milk"}).no(403, "device_new") // 40 a day for its first days
	phone.post("/v1/refresh", obj{}).is(200)
	phone.codes("91") // another key: the old handle ends
	h.till.post("/v1/redemptions", obj{"code": pay.pay()}).no(409, codeCodeRevoked)
}

// Whatever is held under the scanner has its own answer.
func TestWrongCodes(t *testing.T) {
	h := newHall(t)
	inactive, _ := h.card("")
	zhang := h.born("张桂英", "1940-03-03")
	lost, card := h.card(zhang)
	h.root("lost", &ledger.RevokeCard{Card: card, Reason: ledger.ReasonLost})
	must(h.server.roster.RevokeCard(t.Context(), roster.By{At: h.server.time()}, card))(t)
	frozen, _ := h.card(zhang)
	for _, test := range []struct {
		code   string
		status int
		want   string
	}{
		{"134567890123456789", 422, "code_wechat_pay"},
		{"2834567890123456789", 422, "code_alipay"},
		{"6901234567892", 422, "code_unknown_prefix"},
		{"9212", 422, "code_wrong_length"},
		{lost[:19] + string('0'+(lost[19]-'0'+1)%10), 422, "code_wrong_check_digit"},
		{"MARIE", 422, "code_not_digits"},
		{" ", 422, "code_empty"},
		{h.server.origin.String() + "/c/s1/abcdefghij23", 422, "code_station_link"},
		{"https://example.com/", 422, "code_other_link"},
		{qrCard("00000000000000001"), 404, "card_unknown"},
		{inactive, 409, codeCardInactive},
		{lost, 409, "card_revoked"},
	} {
		if a := h.till.post("/v1/redemptions", obj{"code": test.code}); a.status != test.status || a.body["code"] != test.want {
			t.Errorf("%s: %d %s", test.code, a.status, a.raw)
		}
	}
	h.zhou.post("/v1/members/"+inPath(zhang)+"/freeze", obj{"reason_code": "suspicion"}).is(204)
	h.till.post("/v1/redemptions", obj{"code": frozen}).no(403, "account_frozen")
	if n := h.zhou.get("/v1/needs").is(200); n.text("items", 0, "code") != "meals_refused" || n.number("items", 0, "count") != 4 {
		t.Errorf("%s", n.raw)
	}
	// Codes that are nobody's are guesses. They count against the till that shows them, and never against a member.
	for h.server.limiter.Till(string(h.server.tillDevice(t))).OK {
		h.till.post("/v1/redemptions", obj{"code": qrCard("00000000000000001")}).no(404, "card_unknown")
	}
	h.till.post("/v1/redemptions", obj{"code": frozen}).no(429, codeRateLimited)
	second := h.enrolTill("c1")
	second.signIn("13800000004")
	second.post("/v1/redemptions", obj{"code": frozen}).no(403, "account_frozen")
	if log := h.logged(); !strings.Contains(log, `"what":"card_unknown"`) || strings.Contains(log, string(zhang)) || strings.Contains(log, frozen) {
		t.Error("the security log names somebody, or nothing")
	}
}

// tillDevice is the only till's id.
func (s *Server) tillDevice(t *testing.T) ledger.DeviceID {
	t.Helper()
	for _, d := range must(s.roster.Devices(t.Context()))(t) {
		if d.Kind == roster.Till {
			return d.ID
		}
	}
	return ""
}

// Too few points: the answer says by how much, and whether a small portion would do.
func TestBalanceShort(t *testing.T) {
	h := newHall(t)
	wang := h.add("王芳", "")
	number, _ := h.card(wang)
	h.till.post("/v1/redemptions", obj{"code": number}).no(409, "balance_short")
	h.earn(wang, 1)
	for range 3 {
		h.till.post("/v1/redemptions", obj{"code": number, "meal": "soy-milk"}).is(200)
	}
	if a := h.till.post("/v1/redemptions", obj{"code": number}).no(409, "balance_short"); a.number("fields", "need") != 40 || a.number("fields", "available") != 25 || a.at("fields", "small_points") != nil {
		t.Errorf("28 is too much too: %s", a.raw)
	}
	if a := h.till.post("/v1/redemptions", obj{"code": number, "meal": "vegetarian"}).no(409, "balance_short"); a.number("fields", "small_points") != 20 || strings.Contains(string(a.raw), string(wang)) {
		t.Errorf("%s", a.raw)
	}
	if a := h.till.post("/v1/redemptions", obj{"code": number, "meal": "vegetarian", "small": true}).is(200); a.number("points") != 20 || a.at("meal", "small") != true || a.number("balance_after") != 5 {
		t.Errorf("%s", a.raw)
	}
	h.till.post("/v1/redemptions", obj{"code": number, "meal": "soy-milk", "small": true}).no(422, codeFieldInvalid)
	h.till.post("/v1/redemptions", obj{"code": number, "meal": "caviar"}).no(422, "meal_unknown")
}

// The limit without PIN, wrong PINs, and that they never block anybody.
func TestPINAtTheTill(t *testing.T) {
	h := newHall(t)
	wang := h.add("王芳", "13800000077")
	number, _ := h.card(wang)
	phone := h.enrolled(wang)
	h.earn(wang, 5)
	order := func(meal, pin string) reply {
		return h.till.post("/v1/redemptions", obj{"code": number, "meal": meal, "pin": pin})
	}
	order("", "739155").no(409, codePINNotSet)
	order("", "").is(200) // 40
	order("dumplings", "").no(409, "meal_taken")
	phone.post("/v1/me/pin", obj{"pin": "739155"}).is(204)
	if a := order("dumplings", "000000").no(403, codePINWrong); a.number("fields", "left") != 4 {
		t.Errorf("%s", a.raw)
	}
	order("dumplings", "739155").is(200) // 65: with PIN there is a second main meal
	h.until(at(15, 0), h.till, phone, h.zhou)
	order("vegetarian", "").no(403, "pin_required")
	order("beef-noodles", "").is(200) // 90
	if a := order("soy-milk", "").no(403, "pin_required"); a.number("fields", "used") != 90 || a.number("fields", "limit") != 90 || a.text("fields", "reset") != "2026-11-23T16:00:00.000Z" {
		t.Errorf("%s", a.raw)
	}
	order("soy-milk", "739155").is(200)
	for left := 4; left >= 0; left-- {
		if a := order("soy-milk", "111222").no(403, codePINWrong); a.number("fields", "left") != int64(left) {
			t.Errorf("%s", a.raw)
		}
	}
	// Five wrong ones: even the right one is no proof now. The next day she eats within the limit, as anybody.
	if a := order("soy-milk", "739155").no(403, codeDailyLimit); a.number("fields", "limit") != 90 {
		t.Errorf("%s", a.raw)
	}
	order("soy-milk", "").no(403, codeDailyLimit)
	if n := h.zhou.get("/v1/needs").is(200); !strings.Contains(string(n.raw), "pins_fallen") {
		t.Errorf("%s", n.raw)
	}
	h.clock.pass(at(24+15, 30).Sub(h.clock.now()))
	h.till.signIn("13800000004")
	order("soy-milk", "739155").is(200)
}

// A void is a reversal within the minute, by who took the meal; more than a few a day take a second person.
func TestVoid(t *testing.T) {
	h := newHall(t)
	wang := h.add("王芳", "")
	number, _ := h.card(wang)
	h.earn(wang, 3)
	take := func() string {
		t.Helper()
		return fmt.Sprintf("/v1/redemptions/%d/void", h.till.post("/v1/redemptions", obj{"code": number}).is(200).number("seq"))
	}
	path, key := take(), newKey()
	h.clock.pass(59 * time.Second)
	a := h.till.post(path, obj{}, under(key)).is(200)
	if a.number("points") != 40 || a.number("balance_after") != 120 {
		t.Errorf("%s", a.raw)
	}
	if again := h.till.post(path, obj{}, under(key)).is(200); string(again.raw) != string(a.raw) || again.header.Get(headerReplayed) != "true" {
		t.Errorf("%s", again.raw)
	}
	h.till.post(path, obj{}).no(409, "already_reversed")
	h.till.post("/v1/redemptions/1/void", obj{}).no(404, "record_unknown")
	h.till.post("/v1/redemptions/999999/void", obj{}).no(404, "record_unknown")
	late := take()
	h.clock.pass(61 * time.Second)
	h.till.post(late, obj{}).no(409, "void_too_late")
	if l := h.till.get("/v1/till/recent?limit=5").is(200); l.length("items") != 2 || l.at("items", 0, "voided") != false || l.at("items", 1, "voided") != true {
		t.Errorf("%s", l.raw)
	}
	h.zhou.post(strings.TrimSuffix(strings.Replace(late, "redemptions", "records", 1), "void")+"reverse", obj{"reason": "餐没有做", "reason_code": "not_served"}).is(202)
	for range 2 {
		other, _ := h.card(h.add(newKey(), ""))
		h.till.post("/v1/redemptions", obj{"code": other}).no(409, "balance_short")
	}
	zhang := h.born("张桂英", "1940-03-03")
	second, _ := h.card(zhang)
	h.earn(zhang, 2)
	for i := range 3 {
		path := fmt.Sprintf("/v1/redemptions/%d/void", h.till.post("/v1/redemptions", obj{"code": second}).is(200).number("seq"))
		if i < 2 {
			h.till.post(path, obj{}).is(200)
			continue
		}
		h.till.post(path, obj{}).no(409, codeVoidLimit)
	}
}
