package api

import (
	"testing"

	"moralbank.example/bank/ledger"
)

// A list of meals: each line has its own answer, one bad line spoils no other, and the list sent again changes nothing.
func TestBulkOfMeals(t *testing.T) {
	h := newHall(t)
	zhang, wang := h.born("张桂英", "1940-03-03"), h.born("王秀兰", "1941-04-04")
	first, _ := h.card(zhang)
	second, _ := h.card(wang)
	h.earn(zhang, 2)
	h.earn(wang, 2)
	meal := func(key, code string, more ...any) obj {
		x := obj{"code": code}
		for i := 0; i+1 < len(more); i += 2 {
			x[more[i].(string)] = more[i+1]
		}
		return obj{"key": key, "redeem": x}
	}
	list := obj{"commands": []obj{
		meal(newKey(), first), meal(newKey(), second), meal(newKey(), first, "meal", "caviar"), meal("nonsense", second),
		{"key": newKey()},
		meal(newKey(), "92000000000000000000"),
	}}
	a := h.till.post("/v1/bulk", list).is(200)
	if a.number("done") != 2 || a.number("refused") != 4 || a.length("results") != 6 {
		t.Fatalf("%s", a.raw)
	}
	for i, want := range []int64{200, 200, 422, 400, 422} {
		if got := a.number("results", i, "status"); got != want {
			t.Errorf("line %d: status %d, want %d: %s", i, got, want, a.raw)
		}
	}
	if a.number("results", 0, "redeemed", "points") != 20 || a.text("results", 2, "problem", "code") != "meal_unknown" || a.at("results", 2, "redeemed") != nil {
		t.Errorf("%s", a.raw)
	}
	before := h.server.engine.Seq()
	again := h.till.post("/v1/bulk", list).is(200)
	for i := range 2 {
		if again.at("results", i, "replayed") != true || again.number("results", i, "redeemed", "seq") != a.number("results", i, "redeemed", "seq") {
			t.Errorf("line %d again: %s", i, again.raw)
		}
	}
	if h.server.engine.Seq() != before {
		t.Error("a list that was sent again made records")
	}
}

// What the caller may not do singly she may not do in a list.
func TestBulkAsksEachTime(t *testing.T) {
	h := newHall(t)
	zhang := h.born("张桂英", "1940-03-03")
	number, _ := h.card(zhang)
	h.earn(zhang, 1)
	id := ledger.ActivityID("a/" + derivedID("bulk"))
	start := h.server.time()
	h.does(h.li.account, &ledger.OpenActivity{
		Activity: id, Type: "clean-up", Team: "t1", Start: start, End: start + 3600_000, Charge: h.li.account,
		Text: "0000000000000000000000000000000000000000000000000000000000000000",
	}, 0)
	commands := func() obj {
		return obj{"commands": []obj{
			{"key": newKey(), "redeem": obj{"code": number}},
			{"key": newKey(), "attest": obj{"activity": inPath(id), "account": zhang}},
		}}
	}
	leader := h.li.post("/v1/bulk", commands()).is(200)
	if leader.at("results", 0, "problem") == nil || leader.text("results", 1, "attended", "result") != resultIn {
		t.Errorf("the leader: %s", leader.raw)
	}
	cashier := h.till.post("/v1/bulk", commands()).is(200)
	if cashier.number("results", 0, "status") != 200 || cashier.at("results", 1, "problem") == nil {
		t.Errorf("the cashier: %s", cashier.raw)
	}
	h.stranger().post("/v1/bulk", commands()).no(401, codeSignedOut)
	h.till.post("/v1/bulk", obj{"commands": make([]obj, bulkMax+1)}).is(422)
}
