package intake_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/engine"
	"moralbank.example/bank/ledger/intake"
	"moralbank.example/bank/ledger/journal/memjournal"
	"moralbank.example/bank/ledger/roster"
)

const file = `姓名,手机,出生日期,楼栋,志愿服务队,社会组织,监护人手机,期初积分
王秀英,13900000001,1951-03-02,A区12栋,夕阳行助老队,银龄互助社,,
小宝,,2016-05-06,A区12栋,彩虹100先锋号,,13900000002,
李建国,13900000002,1980-01-01,A区12栋,彩虹100先锋号,,,50
,13900000003,1980-01-01,A区12栋,,,,
`

func desk(t *testing.T) *intake.Desk {
	t.Helper()
	ring, err := roster.CreateKeyring(filepath.Join(t.TempDir(), "keyring"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := roster.New(t.Context(), roster.NewMemory(), ring)
	if err != nil {
		t.Fatal(err)
	}
	now := time.UnixMilli(1_772_413_200_000)
	by := roster.By{Actor: ledger.ActorRoot, Device: ledger.ViaCLI, At: ledger.Time(now.UnixMilli())}
	if err := r.Seed(t.Context(), by, roster.DefaultCommunity()); err != nil {
		t.Fatal(err)
	}
	clock := engine.Clock{Wall: func() time.Time { return now }, Mono: func() time.Duration { return 0 }}
	e, err := engine.Open(t.Context(), engine.Options{Journal: memjournal.New(), Index: memjournal.OpenIndex(memjournal.NewDisk()), Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
	a, err := e.Submit(t.Context(), &ledger.Command{
		Key: ledger.DerivedKey("found"), Actor: ledger.ActorRoot, Via: ledger.ViaCLI,
		Do: &ledger.Found{Origin: "bank.example/test", Rulebook: ledger.DefaultRulebook()},
	})
	if err != nil || a.Refusal != nil {
		t.Fatal(err, a.Refusal)
	}
	return &intake.Desk{Engine: e, Roster: r, By: by}
}

func preview(t *testing.T, d *intake.Desk) roster.Preview {
	t.Helper()
	sheet, err := roster.Parse(strings.NewReader(file), roster.AutoFile)
	if err != nil {
		t.Fatal(err)
	}
	p, err := d.Roster.Preview(t.Context(), sheet, "2026-03-02")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A child stands in the list before his guardian; one line has no name; one has an opening balance.
func TestListComesInOnce(t *testing.T) {
	d := desk(t)
	res, err := d.Commit(t.Context(), preview(t, d))
	if err != nil {
		t.Fatal(err)
	}
	if res.Created != 3 || res.Known != 0 || res.Joined != 4 || len(res.Faulty) != 1 || len(res.Opening) != 1 {
		t.Errorf("first time: %+v", res)
	}
	child, guardian := d.Roster.Search("小宝", 2), d.Roster.ByPhone("13900000002")
	if len(child) != 1 || len(guardian) != 1 {
		t.Fatalf("found %v and %v", child, guardian)
	}
	v, _, ok := d.Engine.Balance(child[0].Account)
	if !ok || v.Guardian != guardian[0] || v.Points != 0 {
		t.Errorf("the child's account %+v, %v; guardian %s", v, ok, guardian[0])
	}
	before := d.Engine.Seq()
	res, err = d.Commit(t.Context(), preview(t, d))
	if err != nil {
		t.Fatal(err)
	}
	if res.Created != 0 || res.Known != 3 || res.Joined != 0 || d.Engine.Seq() != before {
		t.Errorf("again: %+v, from record %d to %d", res, before, d.Engine.Seq())
	}
}

// The process ended after the roster had the people and before the ledger had their accounts.
func TestCutShortGoesOn(t *testing.T) {
	d := desk(t)
	p := preview(t, d)
	person := p.Rows[0].Person
	person.Account = "m/wang"
	if err := d.Roster.AddPeople(t.Context(), d.By, person); err != nil {
		t.Fatal(err)
	}
	res, err := d.Commit(t.Context(), preview(t, d))
	if err != nil {
		t.Fatal(err)
	}
	if res.Created != 2 || res.Known != 1 || res.Joined != 4 {
		t.Errorf("%+v", res)
	}
	if _, _, ok := d.Engine.Balance("m/wang"); !ok {
		t.Error("no account was opened for who was in the roster already")
	}
}
