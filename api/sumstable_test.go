package api

import (
	"strings"
	"testing"
	"time"

	"moralbank.example/bank/ledger"
)

// live does something of every kind that once made two pages disagree: points of teams, of an organization, of nobody's activity
// and of the pools; a member of two teams, one of none, one who left with points; meals that members paid, and others.
func (k *council) live() {
	k.t.Helper()
	wang, mei, bo := k.add("王芳", ""), k.add("陈梅", ""), k.add("赵波", "")
	k.root("till", &ledger.EnrolDevice{Device: "till/one", Canteen: "c1"})
	k.root("join 1", &ledger.Join{Account: wang, Group: "t1"})
	k.root("join 2", &ledger.Join{Account: wang, Group: "t2"})
	k.root("join 3", &ledger.Join{Account: mei, Group: "t1"})
	k.earn(wang, 2)
	k.earn(mei, 1)
	k.earn(bo, 1) // at an activity of t1, and in no team
	k.root("budget", &ledger.SetBudget{Issuer: ledger.OrgIssuer("o1"), Points: 500})
	start := k.server.time() - 52*3600_000
	k.does(k.zhou.account, &ledger.OpenActivity{
		Activity: "a/org", Type: "clean-up", Team: "t2", Org: "o1", Start: start, End: start + 3*3600_000, Charge: k.li.account, Text: strings.Repeat("0", 64),
	}, 0)
	for i, d := range []ledger.Direction{ledger.In, ledger.Out} {
		k.does(bo, &ledger.Scan{Activity: "a/org", Account: bo, Path: ledger.PathStation, Direction: d, Live: true}, start+ledger.Time(i)*3*3600_000)
	}
	k.does(k.zhou.account, &ledger.CloseActivity{Activity: "a/org", Headcount: 1}, 0)
	if err := k.server.awaitAwards(k.t.Context(), "a/org"); err != nil {
		k.t.Fatal(err)
	}
	k.does(k.sun.account, &ledger.ConfirmActivity{Activity: "a/org"}, 0)
	k.root("leave", &ledger.Leave{Account: mei, Group: "t1"})
	k.root("fund", &ledger.FundPool{Pool: ledger.PoolDonation, Points: 90})
	k.does(wang, &ledger.Donate{Points: 4}, 0)
	for card, who := range map[ledger.CardID]ledger.AccountID{"k/wang": wang, "k/mei": mei} {
		k.root("card "+string(card), &ledger.IssueCard{Card: card, Account: who})
		k.as(k.cook, "till/one", "lunch "+string(card), &ledger.Redeem{Canteen: "c1", Account: who, Meal: "beef-noodles", Points: 25, Card: card})
	}
	k.clock.pass(time.Hour)
	k.zhou.post("/v1/refresh", obj{}).is(200)
}

// Every number of the overview is found again under each table of sums, as the total of its rows.
func TestTablesAddUp(t *testing.T) {
	k := newCouncil(t)
	k.live()
	truth := k.zhou.get("/v1/ledger/summary").is(200)
	whole := map[string]int64{
		"issued": truth.number("issued"), "earned": truth.number("issued"), "redeemed": truth.number("redeemed"),
		"expired": truth.number("expired"), "minutes": truth.number("minutes_total"), "net": truth.number("outstanding"),
		"meals": 2, "settled": 0,
	}
	tables := map[string][]string{
		"community":    {"issued", "earned", "redeemed", "expired", "minutes", "net"},
		"team":         {"issued", "earned", "redeemed", "expired", "minutes", "net"},
		"organization": {"issued", "earned", "redeemed", "expired", "minutes", "net"},
		"day":          {"issued", "earned", "redeemed", "expired", "minutes", "net"},
		"canteen":      {"redeemed", "settled", "meals"},
	}
	for by, columns := range tables {
		table := k.zhou.get("/v1/sums?by=" + by).is(200)
		value := func(column string, at ...any) int64 {
			n := func(field string) int64 { return table.number(append(at, field)...) }
			if column == "net" {
				return n("earned") - n("redeemed") - n("expired") + n("other") + n("joined") - n("left")
			}
			return n(column)
		}
		for _, column := range columns {
			sum := int64(0)
			for i := range table.length("items") {
				sum += value(column, "items", i)
			}
			if total := value(column, "total"); sum != total || total != whole[column] {
				t.Errorf("by %s, %s: the rows add up to %d, the total is %d, the overview says %d: %s", by, column, sum, total, whole[column], table.raw)
			}
		}
		for i := range table.length("items") {
			if holds := table.at("items", i, "holds_true"); holds == false {
				t.Errorf("by %s, row %d is not what is held: %s", by, i, table.raw)
			}
		}
	}
	community := k.zhou.get("/v1/sums").is(200)
	for i, held := range []int64{truth.number("outstanding") - truth.number("pools") - truth.number("shortfall"), truth.number("pools") + truth.number("shortfall")} {
		if community.number("items", i, "held") != held || community.at("items", i, "holds_true") != true {
			t.Errorf("row %d holds %d: %s", i, held, community.raw)
		}
	}
	if community.at("total", "holds_true") != true || community.number("total", "held") != truth.number("outstanding") {
		t.Errorf("%s", community.raw)
	}
	for i, column := range []string{"earned", "redeemed"} {
		field := []string{"issued_pools", "redeemed_pools"}[i]
		if community.number("items", 1, column) != truth.number(field) {
			t.Errorf("%s: %s %s", field, truth.raw, community.raw)
		}
	}
	owed := k.zhou.get("/v1/ledger/liabilities").is(200)
	sum := owed.number("pools")
	for i := range owed.length("items") {
		sum += owed.number("items", i, "points")
	}
	if sum != truth.number("outstanding") || owed.number("pools") != 94 {
		t.Errorf("%d points expire or are the pools', the overview says %s: %s", sum, truth.raw, owed.raw)
	}
}

// The accounts of the trial balance, by the classes that the page of each number names, add up to the overview, and none of them
// is called by its id.
func TestAccountsAddUp(t *testing.T) {
	k := newCouncil(t)
	k.live()
	truth, trial := k.zhou.get("/v1/ledger/summary").is(200), k.zhou.get("/v1/ledger/trial-balance").is(200)
	of := map[string]string{
		"issuer": "issued", "canteen": "redeemed", "settled": "redeemed", "expired": "expired",
		"member": "outstanding", "pool": "outstanding", "transit": "outstanding", "shortfall": "outstanding",
	}
	sums, names := map[string]int64{}, map[string]bool{}
	for i := range trial.length("items") {
		n := trial.number("items", i, "points")
		if trial.text("items", i, "class") == "issuer" {
			n = -n
		}
		sums[of[trial.text("items", i, "class")]] += n
		names[trial.text("items", i, "zh")] = true
	}
	for _, number := range []string{"issued", "redeemed", "expired", "outstanding"} {
		if sums[number] != truth.number(number) {
			t.Errorf("the accounts of %s add up to %d: %s %s", number, sums[number], truth.raw, trial.raw)
		}
	}
	if zh, en := new(words).account(ledger.IssuerOpening, "发放账户", "issuers"); !names["资金池 · 爱心池"] || zh != "发放账户 · 期初" || en != "issuers · opening balances" {
		t.Errorf("%s, %s, %v", zh, en, names)
	}
}

// An organization is told with what its activities issued, a team with the hours and the points of the same activities, and what
// nobody's activity issued in a row of its own.
func TestWhatIsIssued(t *testing.T) {
	k := newCouncil(t)
	k.live()
	rows := func(by string) map[string][2]int64 {
		table, out := k.zhou.get("/v1/sums?by="+by).is(200), map[string][2]int64{}
		for i := range table.length("items") {
			key := table.text("items", i, "key")
			if key == "" {
				key = table.text("items", i, "part")
			}
			out[key] = [2]int64{table.number("items", i, "issued"), table.number("items", i, "minutes")}
		}
		return out
	}
	teams, orgs := rows("team"), rows("organization")
	if org := orgs["o1"]; org[1] != 180 || org[0] == 0 || teams["t2"] != org {
		t.Errorf("the activity of o1 and t2: %v, %v", orgs, teams)
	}
	if orgs["rest"] != teams["t1"] || teams["t1"][1] != 4*240 || teams["rest"] != [2]int64{} || teams["pools"] != [2]int64{90, 0} || orgs["pools"] != [2]int64{90, 0} {
		t.Errorf("teams %v, organizations %v", teams, orgs)
	}
}
