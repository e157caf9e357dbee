package api

import (
	"net/url"
	"testing"

	"moralbank.example/bank/ledger"
)

// Who opened an account does not see for ever what is in it by sending the same request again.
func TestReplayedOpeningShowsNoMore(t *testing.T) {
	b := openBank(t)
	admin := b.signedIn("刘伟", "13800000006", in(ledger.RoleOrgAdmin, "o4"))
	body, key := obj{"name": "王芳", "birth_date": "1952-03-04", "organization": "o4"}, newKey()
	admin.post("/v1/members", body, under(key)).is(200)
	again := admin.post("/v1/members", body, under(key)).is(200)
	if again.body["balance"] != nil || again.body["person"] != nil || again.text("name") != "王芳" {
		t.Errorf("%s", again.raw)
	}
}

// An upload does not tell an organization's admin who in the community has a phone number, or who was not born on a day.
func TestImportTellsNothingOfStrangers(t *testing.T) {
	b := openBank(t)
	admin := b.signedIn("刘伟", "13800000006", in(ledger.RoleOrgAdmin, "o4"))
	mine := b.add("王芳", "13800000002")
	b.root("join", &ledger.Join{Account: mine, Group: "o4"})
	b.add("赵六", "13800000003")
	sheet := []byte("姓名,手机,出生日期\n甲乙,13800000003,1970-01-01\n赵六,,1970-01-01\n丙丁,13800000002,1970-01-01\n")
	p := admin.upload("x.csv", sheet).is(200)
	for i := range 2 {
		if row, _ := p.at("rows", i).(obj); row["similar"] != nil || row["match"] != nil || len(row["warnings"].([]any)) == 0 {
			t.Errorf("row %d: %v", i, row)
		}
	}
	if p.text("rows", 2, "similar", 0, "account") != string(mine) {
		t.Errorf("%s", p.raw)
	}
	zhou := b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	if p := zhou.upload("x.csv", sheet).is(200); p.text("rows", 0, "similar", 0, "name_masked") != "赵**" {
		t.Errorf("%s", p.raw)
	}
}

// A leader finds a member by the last four digits, and cannot feel her way along the number.
func TestLeaderCannotProbePhones(t *testing.T) {
	b := openBank(t)
	li := b.signedIn("李强", "13800000003", in(ledger.RoleLeader, "t1"))
	wang := b.add("王芳", "13856781234")
	b.root("join", &ledger.Join{Account: wang, Group: "t1"})
	for query, n := range map[string]int{"1234": 1, "1385": 0, "13856": 0, "13856781234": 0, "81234": 0, "1385 6": 0, "385·67": 0, " 1234": 1, "王": 1} {
		if a := li.get("/v1/members?query=" + url.QueryEscape(query)).is(200); a.length("items") != n {
			t.Errorf("%s: %s", query, a.raw)
		}
	}
	zhou := b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	if a := zhou.get("/v1/members?query=13856").is(200); a.length("items") != 1 {
		t.Errorf("%s", a.raw)
	}
}
