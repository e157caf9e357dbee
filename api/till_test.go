package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// hall is a canteen at noon: an enrolled till with its cashier, behind it the council.
type hall struct {
	*council
	till *person
}

func newHall(t *testing.T) *hall {
	t.Helper()
	k := newCouncil(t)
	h := &hall{council: k}
	h.till = h.enrolTill("c1")
	h.till.signIn("13800000004")
	return h
}

// enrolTill is a browser that became a till.
func (k *council) enrolTill(canteen string) *person {
	k.t.Helper()
	k.zhou.post("/v1/refresh", obj{}).is(200)
	a := k.zhou.post("/v1/devices/enrolment", obj{"kind": "till", "canteen": canteen}).is(200)
	_, token, _ := strings.Cut(a.text("url"), "/e/")
	p := k.stranger()
	p.post("/v1/sign-in/enrolment", obj{"token": token}).is(200)
	return p
}

// does submits something in somebody's own name.
func (b *bank) does(who ledger.AccountID, do ledger.Verb, at ledger.Time) {
	b.t.Helper()
	cmd := ledger.Command{Key: ledger.Key(newKey()), Actor: who, Via: ledger.ViaWeb, Effective: at, Do: do}
	a, err := b.server.engine.Submit(b.t.Context(), &cmd)
	if err != nil || a.Refusal != nil {
		b.t.Fatalf("%T: %v %v", do, a.Refusal, err)
	}
}

// earn gives a member 40 points for each of some days' work before today, confirmed.
func (k *council) earn(id ledger.AccountID, days int) {
	k.t.Helper()
	for day := range days {
		start := k.server.time() - ledger.Time((day+1)*24)*3600_000
		a := ledger.ActivityID("a/" + derivedID("earn", string(id), fmt.Sprint(day)))
		k.does(k.li.account, &ledger.OpenActivity{
			Activity: a, Type: "clean-up", Team: "t1", Start: start, End: start + 4*3600_000, Charge: k.li.account, Text: strings.Repeat("0", 64),
		}, 0)
		for i, d := range []ledger.Direction{ledger.In, ledger.Out} {
			k.does(id, &ledger.Scan{Activity: a, Account: id, Path: ledger.PathStation, Direction: d, Live: true}, start+ledger.Time(i)*4*3600_000)
		}
		k.does(k.li.account, &ledger.CloseActivity{Activity: a, Headcount: 1}, 0)
		if err := k.server.awaitAwards(context.WithoutCancel(k.t.Context()), a); err != nil {
			k.t.Fatal(err)
		}
		k.does(k.zhou.account, &ledger.ConfirmActivity{Activity: a}, 0)
	}
}

// A till is a till only with a cashier of its own canteen at it.
func TestWhoServes(t *testing.T) {
	h := newHall(t)
	ma := h.add("马丽", "13800000005")
	by := roster.By{At: h.server.time()}
	if err := h.server.roster.SetSecret(t.Context(), by, ma, roster.Password, must(cheapHash())(t)); err != nil {
		t.Fatal(err)
	}
	if err := h.server.roster.PutCanteen(t.Context(), by, roster.Canteen{ID: "c2", Zh: "二食堂"}); err != nil {
		t.Fatal(err)
	}
	asked := h.zhou.post("/v1/members/"+inPath(ma)+"/roles", obj{"role": "cashier", "scope": "c2"}).is(202)
	h.sun.post(fmt.Sprintf("/v1/proposals/%d/approve", asked.number("proposal")), obj{}).is(200)
	number, _ := h.card(h.add("王芳", ""))
	h.zhou.post("/v1/redemptions", obj{"code": number}).no(403, "not_entitled")
	browser := h.stranger()
	browser.signIn("13800000004")
	browser.get("/v1/till").no(403, "device_unknown")
	browser.post("/v1/redemptions", obj{"code": number}).no(403, "device_unknown")
	h.till.signIn("13800000005")
	h.till.get("/v1/till").no(403, "not_entitled")
	h.till.post("/v1/redemptions", obj{"code": number}).no(403, "not_entitled")
	h.till.post("/v1/redemptions", obj{"code": number}, func(r *http.Request) { r.Header.Del(headerKey) }).no(400, codeKeyMissing)
}
