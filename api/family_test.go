package api

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"moralbank.example/bank/ledger"
)

// A daughter gives her mother points: linked at the desk with both cards, usable after thirty days, capped, once under one key.
func TestGiftToMother(t *testing.T) {
	k := newCouncil(t)
	daughter, mother := k.add("王芳", "13900000001"), k.born("王桂英", "1950-01-01")
	phone := k.enrolled(daughter)
	hers, _ := k.card(mother)
	k.earn(daughter, 2)
	if a := phone.get("/v1/me/family").is(200); a.at("linked") != false || a.number("givable") != 80 || a.number("year_limit") != 600 || a.at("rest_until") == nil {
		t.Errorf("%s", a.raw)
	}
	phone.post("/v1/gifts", obj{"to": mother, "points": 10}).no(403, "not_family")
	link := obj{"members": []any{obj{"account": daughter}, obj{"account": mother}}}
	k.zhou.post("/v1/families", link).no(422, codeProofNeeded)
	phone.post("/v1/families", link).no(403, "not_entitled")
	link = obj{"members": []any{obj{"account": daughter}, obj{"account": mother, "card": hers}}}
	key := newKey()
	linked := k.zhou.post("/v1/families", link, under(key)).is(200)
	if again := k.zhou.post("/v1/families", link, under(key)).is(200); again.number("members") != 2 || again.text("usable") != linked.text("usable") {
		t.Errorf("%s", again.raw)
	}
	if a := phone.get("/v1/me/family").is(200); a.text("members", 0, "name") != "王桂英" || a.at("members", 0, "elder") != true || a.at("members", 0, "ready") != false {
		t.Errorf("%s", a.raw)
	}
	phone.post("/v1/gifts", obj{"to": mother, "points": 10}).no(403, "not_family")
	old := k.enrolled(mother) // a new phone gives nothing away, also not to the pool
	rests := old.get("/v1/me/family").is(200).text("rest_until")
	if a := old.post("/v1/donations", obj{"points": 5}).no(403, "device_new"); rests == "" || !strings.Contains(a.text("zh"), "起才能捐积分") || strings.Contains(a.text("zh"), "转赠") {
		t.Errorf("%s", a.raw)
	}
	k.until(k.clock.now().Add(30*24*time.Hour+time.Minute), phone, old)
	if a := phone.get("/v1/me/family").is(200); a.at("members", 0, "ready") != true || a.at("rest_until") != nil {
		t.Errorf("%s", a.raw)
	}
	key = newKey()
	gift := phone.post("/v1/gifts", obj{"to": mother, "points": 30}, under(key)).is(200)
	if gift.number("points") != 30 || gift.number("balance_after") != 50 {
		t.Errorf("%s", gift.raw)
	}
	if again := phone.post("/v1/gifts", obj{"to": mother, "points": 30}, under(key)).is(200); again.number("seq") != gift.number("seq") || again.header.Get(headerReplayed) != "true" {
		t.Errorf("%s", again.raw)
	}
	phone.post("/v1/gifts", obj{"to": mother, "points": 51}).no(409, "balance_short")
	// What was given to her she cannot pass on, not even to the pool; her daughter can.
	if a := old.get("/v1/me/family").is(200); a.number("givable") != 0 || a.at("members", 0, "elder") != false {
		t.Errorf("%s", a.raw)
	}
	old.post("/v1/donations", obj{"points": 5}).no(409, "balance_short")
	if a := phone.post("/v1/donations", obj{"points": 20}).is(200); a.number("balance_after") != 30 {
		t.Errorf("%s", a.raw)
	}
	if a := phone.get("/v1/me/family").is(200); a.number("year_used") != 30 || a.number("givable") != 30 {
		t.Errorf("%s", a.raw)
	}
	phone.ask(http.MethodDelete, "/v1/members/"+inPath(mother)+"/family", nil).no(403, "not_entitled")
	phone.ask(http.MethodDelete, "/v1/members/"+inPath(daughter)+"/family", nil).is(204)
	phone.post("/v1/gifts", obj{"to": mother, "points": 1}).no(403, "not_family")
}

// A lunch booked from home: points set aside, on the kitchen's list, handed over by the same card as any meal, or given back.
func TestBookedLunch(t *testing.T) {
	h := newHall(t)
	wang := h.born("王桂英", "1950-01-01")
	phone, other := h.enrolled(wang), h.enrolled(h.add("路人", ""))
	number, _ := h.card(wang)
	h.earn(wang, 3)
	page := phone.get("/v1/me/bookings").is(200)
	if page.length("days") != 8 || page.text("days", 0) != "2026-11-23" || page.length("booked") != 0 ||
		page.length("today") != 2 || page.text("today", 0) != "lunch" { // it is 11:40: breakfast is over
		t.Errorf("%s", page.raw)
	}
	lunch := obj{"canteen": "c1", "day": "2026-11-23", "period": "lunch", "meal": "lunch"}
	key := newKey()
	made := phone.post("/v1/bookings", lunch, under(key)).is(200)
	if made.number("points") != 36 { // of 60 to 79: ten per cent less
		t.Errorf("%s", made.raw)
	}
	if again := phone.post("/v1/bookings", lunch, under(key)).is(200); again.number("hold") != made.number("hold") || again.header.Get(headerReplayed) != "true" {
		t.Errorf("%s", again.raw)
	}
	for _, test := range []struct {
		change obj
		status int
		code   string
	}{
		{obj{}, 409, "meal_booked"},
		{obj{"day": "2026-11-22"}, 422, "booking_closed"},
		{obj{"day": "2026-12-01"}, 422, "booking_closed"},
		{obj{"period": "breakfast", "meal": "beef-noodles"}, 422, "booking_closed"},
		{obj{"meal": "soy-milk"}, 422, "meal_unknown"},
		{obj{"meal": "dinner"}, 422, "meal_unknown"},
		{obj{"canteen": "c9"}, 422, codeCanteenUnknown},
		{obj{"account": other.account}, 404, "account_unknown"},
	} {
		form := maps.Clone(lunch)
		maps.Copy(form, test.change)
		phone.post("/v1/bookings", form).no(test.status, test.code)
	}
	second := phone.post("/v1/bookings", obj{"canteen": "c1", "day": "2026-11-24", "period": "lunch", "meal": "beef-noodles", "small": true}).is(200)
	if a := phone.get("/v1/me").is(200); a.number("balance", "available") != 120-36-second.number("points") {
		t.Errorf("%s", a.raw)
	}
	kitchen := h.till.get("/v1/kitchen?canteen=c1").is(200)
	if kitchen.length("booked") != 1 || kitchen.text("booked", 0, "name") != "王**" || kitchen.number("sums", 0, "count") != 1 {
		t.Errorf("%s", kitchen.raw)
	}
	phone.get("/v1/kitchen?canteen=c1").no(403, "not_entitled")
	// What is set aside for a meal waits for no activity.
	if a := phone.get("/v1/me").is(200); a.number("balance", "held") != 36+second.number("points") || a.number("balance", "unconfirmed") != 0 {
		t.Errorf("%s", a.raw)
	}
	// Her history says which meal, and how much was set aside.
	if a := phone.get("/v1/me/history").is(200); a.text("items", 0, "title_zh") != "订餐预留 牛肉面（小份）" || a.number("items", 0, "held") != second.number("points") ||
		a.text("items", 0, "why", "meal", "id") != "beef-noodles" || a.text("items", 0, "why", "canteen_name") == "" || !strings.Contains(a.text("items", 0, "why", "rule_zh"), "预留") {
		t.Errorf("%s", a.raw)
	}
	cancel := fmt.Sprintf("/v1/bookings/%d", second.number("hold"))
	other.ask(http.MethodDelete, cancel, nil).no(403, "not_entitled")
	phone.ask(http.MethodDelete, cancel, nil).is(204)
	phone.ask(http.MethodDelete, cancel, nil).no(404, "hold_unknown")
	// She collects it: the scan that would have redeemed a meal hands the booked one over.
	if a := h.till.post("/v1/redemptions", obj{"code": number}).is(200); a.number("points") != 36 || a.number("balance_after") != 84 {
		t.Errorf("%s", a.raw)
	}
	if a := h.till.get("/v1/kitchen?canteen=c1").is(200); a.length("booked") != 0 {
		t.Errorf("%s", a.raw)
	}
	// A booking that nobody collects comes back by itself.
	late := phone.post("/v1/bookings", obj{"canteen": "c1", "day": "2026-11-23", "period": "dinner", "meal": "dinner"}).is(200)
	h.until(time.Date(2026, 11, 23, 16, 1, 0, 0, time.UTC), phone)
	h.waitFor(func(b *ledger.Book) bool { return len(b.Holds("c1")) == 0 })
	if a := phone.get("/v1/me/bookings").is(200); a.length("booked") != 0 || late.number("points") != 27 {
		t.Errorf("%s", a.raw)
	}
}
