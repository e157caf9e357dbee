package api

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"moralbank.example/bank/ledger"
)

// Nobody of 60 or more is turned away: the meal is served, and she owes nothing. A younger member is told what she lacks.
func TestEatsFirst(t *testing.T) {
	h := newHall(t)
	zhang := h.born("张桂英", "1940-03-03")
	number, _ := h.card(zhang)
	key := newKey()
	a := h.till.post("/v1/redemptions", obj{"code": number}, under(key)).is(200)
	if a.number("points") != 0 || a.number("balance_after") != 0 || a.text("member", "masked_name") != "张**" {
		t.Errorf("%s", a.raw)
	}
	if again := h.till.post("/v1/redemptions", obj{"code": number}, under(key)).is(200); string(again.raw) != string(a.raw) || again.header.Get(headerReplayed) != "true" {
		t.Errorf("%s", again.raw)
	}
	h.till.post("/v1/redemptions", obj{"code": number}).no(409, "meal_taken")
	if s := h.zhou.get("/v1/ledger/summary").is(200); s.number("shortfall") != -20 || s.at("holds_true") != true {
		t.Errorf("%s", s.raw)
	}
	if l := h.till.get("/v1/till/recent").is(200); l.length("items") != 1 || l.number("items", 0, "seq") != a.number("seq") {
		t.Errorf("%s", l.raw)
	}
	young, _ := h.card(h.add("王芳", ""))
	h.till.post("/v1/redemptions", obj{"code": young}).no(409, "balance_short")
}

// 本人没吃到: somebody else ate on her card. She is served at once and pays nothing, the line is disputed, the card is to be replaced.
func TestServedAgain(t *testing.T) {
	h := newHall(t)
	wang := h.add("王芳", "")
	number, card := h.card(wang)
	h.earn(wang, 1)
	meal := h.till.post("/v1/redemptions", obj{"code": number}).is(200)
	h.clock.pass(2 * time.Minute)
	taken := h.till.post("/v1/redemptions", obj{"code": number}).no(409, "meal_taken")
	path, key := fmt.Sprintf("/v1/redemptions/%d/again", taken.number("fields", "seq")), newKey()
	a := h.till.post(path, obj{"code": number}, under(key)).is(200)
	if a.number("points") != 0 || a.number("balance_after") != 0 || a.number("seq") == meal.number("seq") {
		t.Errorf("%s", a.raw)
	}
	if again := h.till.post(path, obj{"code": number}, under(key)).is(200); string(again.raw) != string(a.raw) || again.header.Get(headerReplayed) != "true" {
		t.Errorf("%s", again.raw)
	}
	h.till.post(path, obj{"code": number}).no(409, "meal_taken") // once a period
	n := h.zhou.get("/v1/needs").is(200)
	for _, code := range []string{"disputes_open", "cards_doubted"} {
		if !strings.Contains(string(n.raw), code) {
			t.Errorf("no %s: %s", code, n.raw)
		}
	}
	if r := h.auditor.get(fmt.Sprintf("/v1/records/%d", a.number("seq"))).is(200); r.text("explain_zh") != "王芳在爸妈食堂用餐：午餐一荤两素，没有扣积分；爱心池 0，差额 40。" {
		t.Errorf("%s", r.raw)
	}
	h.server.view.Read(func(b *ledger.Book) {
		if d := b.DoubtedCards(); len(d) != 1 || d[0].Card != card {
			t.Errorf("to be replaced: %+v", d)
		}
		if d := b.Disputes(); len(d) != 1 || d[0].Target != ledger.Seq(meal.number("seq")) || d[0].Account != wang {
			t.Errorf("disputed: %+v", d)
		}
	})
}

// A booked meal is what a scan hands over; another one is a choice that the cashier is asked about.
func TestBookedMeal(t *testing.T) {
	h := newHall(t)
	wang := h.add("王芳", "")
	number, _ := h.card(wang)
	h.earn(wang, 2)
	var day ledger.Day
	h.server.view.Read(func(b *ledger.Book) { day = b.DayOf(h.server.time()) })
	h.does(wang, &ledger.Hold{Canteen: "c1", Account: wang, Meal: "dumplings", Points: 25, Day: day, Period: "l"}, 0)
	if a := h.till.post("/v1/redemptions", obj{"code": number, "meal": "vegetarian"}).no(409, "meal_booked"); a.text("fields", "meal") != "爱心水饺" {
		t.Errorf("%s", a.raw)
	}
	key := newKey()
	a := h.till.post("/v1/redemptions", obj{"code": number}, under(key)).is(200)
	if a.text("meal", "id") != "dumplings" || a.number("points") != 25 || a.number("balance_after") != 55 {
		t.Errorf("%s", a.raw)
	}
	if again := h.till.post("/v1/redemptions", obj{"code": number}, under(key)).is(200); string(again.raw) != string(a.raw) || again.header.Get(headerReplayed) != "true" {
		t.Errorf("%s", again.raw)
	}
	h.till.post(fmt.Sprintf("/v1/redemptions/%d/void", a.number("seq")), obj{}).is(200)
}
