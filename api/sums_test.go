package api

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// A week of service and a lunch, as the organizer adds it up, the leader sees her own part of, and the public reads.
func TestSums(t *testing.T) {
	k := newCouncil(t)
	k.root("till", &ledger.EnrolDevice{Device: "till/one", Canteen: "c1"})
	wang := k.add("王芳", "")
	k.root("join", &ledger.Join{Account: wang, Group: "t1"})
	k.earn(wang, 2)
	k.root("card", &ledger.IssueCard{Card: "k/sums", Account: wang})
	k.as(k.cook, "till/one", "lunch", &ledger.Redeem{Canteen: "c1", Account: wang, Meal: "beef-noodles", Points: 25, Card: "k/sums"})
	k.zhou.post("/v1/refresh", obj{}).is(200)

	total := k.zhou.get("/v1/sums").is(200)
	if total.length("items") != 2 || total.number("total", "earned")-total.number("total", "redeemed")-total.number("total", "expired") != k.zhou.get("/v1/ledger/summary").is(200).number("outstanding") {
		t.Errorf("%s", total.raw)
	}
	teams := k.zhou.get("/v1/sums?by=team").is(200)
	first := func(a reply, key string) int {
		for i := range a.length("items") {
			if a.text("items", i, "key") == key {
				return i
			}
		}
		t.Fatalf("no %s: %s", key, a.raw)
		return 0
	}
	i := first(teams, "t1")
	if teams.number("items", i, "held") != teams.number("items", i, "earned")-25 || teams.at("items", i, "holds_true") != true || teams.number("items", i, "minutes") == 0 {
		t.Errorf("%s", teams.raw)
	}
	days := k.zhou.get("/v1/sums?by=day&scope=t1").is(200)
	sum := int64(0)
	for i := range days.length("items") {
		sum += days.number("items", i, "minutes")
	}
	if sum != teams.number("items", i, "minutes") {
		t.Errorf("days sum to %d: %s", sum, days.raw)
	}
	dish := k.zhou.get("/v1/sums?by=dish&scope=c1").is(200)
	if dish.length("items") != 1 || dish.text("items", 0, "zh") != "牛肉面" || dish.number("items", 0, "meals") != 1 || dish.number("items", 0, "redeemed") != 25 {
		t.Errorf("%s", dish.raw)
	}
	k.zhou.get("/v1/sums?by=day&from=tomorrow").no(422, codeFieldInvalid)

	// A leader reads her own team and nothing else.
	k.li.post("/v1/refresh", obj{}).is(200)
	if own := k.li.get("/v1/sums?by=team").is(200); own.length("items") != 1 || own.text("items", 0, "key") != "t1" {
		t.Errorf("%s", own.raw)
	}
	for _, path := range []string{"/v1/sums", "/v1/sums?by=day&scope=t2", "/v1/sums?by=building", "/v1/sums?by=dish&scope=c1", "/v1/sums?by=organization", "/v1/records", "/v1/records?scope=t2", "/v1/records?scope=t1&account=" + string(wang)} {
		k.li.get(path).no(403, string(ledger.CodeNotEntitled))
	}
	records := k.li.get("/v1/records?scope=t1&kind=awarded").is(200)
	if records.length("items") != 2 || records.text("items", 0, "account_name") != "王**" {
		t.Errorf("%s", records.raw)
	}
	if full := k.zhou.get("/v1/records?scope=t1&kind=awarded").is(200); full.length("items") != 2 || full.text("items", 0, "account_name") != "王芳" {
		t.Errorf("%s", full.raw)
	}
}

// serve is a morning of an hour's work of some people, confirmed.
func (k *council) serve(people ...ledger.AccountID) {
	k.t.Helper()
	k.clock.pass(3 * time.Hour)
	now := k.server.time()
	a := ledger.ActivityID("a/" + derivedID("serve", fmt.Sprint(now)))
	k.does(k.li.account, &ledger.OpenActivity{
		Activity: a, Type: "clean-up", Team: "t1", Start: now, End: now + 3600_000, Charge: k.li.account, Text: strings.Repeat("0", 64),
	}, 0)
	for _, d := range []ledger.Direction{ledger.In, ledger.Out} {
		for _, id := range people {
			k.does(id, &ledger.Scan{Activity: a, Account: id, Path: ledger.PathStation, Direction: d, Live: true}, 0)
		}
		k.clock.pass(time.Hour)
	}
	k.does(k.li.account, &ledger.CloseActivity{Activity: a, Headcount: len(people)}, 0)
	if err := k.server.awaitAwards(context.WithoutCancel(k.t.Context()), a); err != nil {
		k.t.Fatal(err)
	}
	k.does(k.zhou.account, &ledger.ConfirmActivity{Activity: a}, 0)
}

// Buildings and rankings tell of ten people or more, or of nobody.
func TestFewPeopleAreNotTold(t *testing.T) {
	k := newCouncil(t)
	by := roster.By{Actor: ledger.ActorRoot, Device: ledger.ViaCLI, At: k.server.time()}
	var people []ledger.AccountID
	for i := range 13 {
		building := "A区1栋"
		if i >= 10 {
			building = "B区2栋"
		}
		id := k.add(fmt.Sprintf("王一%d", i), "")
		if _, err := k.server.roster.ChangePerson(t.Context(), by, id, func(p *roster.Person) error { p.Building, p.FullName = building, i == 0; return nil }); err != nil {
			t.Fatal(err)
		}
		people = append(people, id)
	}
	k.serve(people[:9]...)
	if a := k.stranger().get("/v1/public/rankings").is(200); a.length("teams") != 0 || a.length("people") != 0 {
		t.Errorf("nine people are told of: %s", a.raw)
	}
	k.serve(people...)
	a := k.stranger().get("/v1/public/rankings").is(200)
	if a.length("teams") != 1 || a.number("teams", 0, "people") != 13 || a.length("people") != 10 {
		t.Errorf("%s", a.raw)
	}
	for i := range a.length("people") {
		if name := a.text("people", i, "name"); name != "王一0" && len([]rune(name)) > 6 || name == "王一1" {
			t.Errorf("named without consent: %s", a.raw)
		}
	}
	k.zhou.post("/v1/refresh", obj{}).is(200)
	b := k.zhou.get("/v1/sums?by=building").is(200)
	// Beside a total, the ten of A区1栋 would tell what the three of B区2栋 did.
	if b.length("items") != 2 || b.text("items", 0, "part") != "rest" || b.number("items", 0, "people") != 13 || b.text("items", 1, "part") != "pools" {
		t.Errorf("the three of B区2栋 are told of: %s", b.raw)
	}
	truth := k.zhou.get("/v1/ledger/summary").is(200)
	for column, whole := range map[string]string{"earned": "issued", "redeemed": "redeemed", "expired": "expired", "minutes": "minutes_total"} {
		rows := b.number("items", 0, column) + b.number("items", 1, column)
		if rows != b.number("total", column) || rows != truth.number(whole) {
			t.Errorf("%s: the buildings add up to %d, the overview says %s: %s", column, rows, truth.raw, b.raw)
		}
	}
	for i, id := range people[:9] {
		if _, err := k.server.roster.ChangePerson(t.Context(), by, id, func(p *roster.Person) error { p.Building = "C区3栋"; return nil }); err != nil {
			t.Fatal(i, err)
		}
	}
	if b := k.zhou.get("/v1/sums?by=building").is(200); b.length("items") != 2 || b.number("items", 0, "people") != 13 {
		t.Errorf("%s", b.raw)
	}
	for i, id := range people {
		building := "A区1栋"
		if i >= 11 {
			building = ""
		}
		if _, err := k.server.roster.ChangePerson(t.Context(), by, id, func(p *roster.Person) error { p.Building = building; return nil }); err != nil {
			t.Fatal(i, err)
		}
	}
	if b := k.zhou.get("/v1/sums?by=building").is(200); b.length("items") != 2 || b.text("items", 0, "key") != "" {
		t.Errorf("the two without a building are told of: %s", b.raw)
	}
}

// The trial balance sums to zero, liabilities to what members hold, and a budget to what was minted.
func TestTrialBalanceLiabilitiesBudgets(t *testing.T) {
	k := newCouncil(t)
	wang := k.add("王芳", "")
	k.earn(wang, 2)
	k.auditor.post("/v1/refresh", obj{}).is(200)
	trial := k.auditor.get("/v1/ledger/trial-balance").is(200)
	points, members := int64(0), int64(0)
	for i := range trial.length("items") {
		points += trial.number("items", i, "points")
		if trial.text("items", i, "class") == "member" {
			members = trial.number("items", i, "points")
		}
	}
	if trial.at("holds_true") != true || points != 0 || members == 0 {
		t.Errorf("%s", trial.raw)
	}
	owed := k.auditor.get("/v1/ledger/liabilities").is(200)
	if owed.number("outstanding") != members || owed.length("items") != 1 || owed.number("items", 0, "people") != 0 || owed.number("items", 0, "age_months") != 0 {
		t.Errorf("%s", owed.raw)
	}
	budgets := k.auditor.get("/v1/ledger/budgets").is(200)
	used := int64(0)
	for i := range budgets.length("items") {
		used += budgets.number("items", i, "used")
		if budgets.number("items", i, "used")+budgets.number("items", i, "left") != budgets.number("items", i, "monthly") {
			t.Errorf("%s", budgets.raw)
		}
	}
	if used != members {
		t.Errorf("used %d: %s", used, budgets.raw)
	}
	for _, path := range []string{"trial-balance", "liabilities"} {
		k.li.get("/v1/ledger/"+path).no(403, string(ledger.CodeNotEntitled))
	}
}
