package sample_test

import (
	"log/slog"
	"path/filepath"
	"testing"

	"moralbank.example/bank/cmd/moralbank/sample"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/audit"
	"moralbank.example/bank/ledger/engine"
	"moralbank.example/bank/ledger/journal/memjournal"
	"moralbank.example/bank/ledger/roster"
	"moralbank.example/bank/ledger/view"
)

// now is 2026-03-18 10:40 in China: a Wednesday morning, before lunch.
const now ledger.Time = 1_773_801_600_000

func TestSampleIsLivedByTheRules(t *testing.T) {
	disk := memjournal.NewDisk()
	j, err := memjournal.Open(disk)
	if err != nil {
		t.Fatal(err)
	}
	x := memjournal.OpenIndex(disk)
	var clock sample.Clock
	clock.Set(sample.Begins(now))
	e, err := engine.Open(t.Context(), engine.Options{Journal: j, Index: x, Clock: clock.Engine()})
	if err != nil {
		t.Fatal(err)
	}
	v, err := view.Open(t.Context(), j, x, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ring, err := roster.CreateKeyring(filepath.Join(t.TempDir(), "keyring"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := roster.New(t.Context(), roster.NewMemory(), ring)
	if err != nil {
		t.Fatal(err)
	}
	found := &ledger.Command{
		Key: ledger.DerivedKey("found"), Actor: ledger.ActorRoot, Via: ledger.ViaCLI,
		Do: &ledger.Found{Origin: "bank.example/demo", Demo: true, Rulebook: ledger.DefaultRulebook()},
	}
	if a, err := e.Submit(t.Context(), found); err != nil || a.Refusal != nil {
		t.Fatal(err, a.Refusal)
	}
	cast, err := sample.Fill(t.Context(), sample.Rooms{Engine: e, View: v, Roster: r, Clock: &clock}, 1, now)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.CatchUp(t.Context(), e.Seq()); err != nil {
		t.Fatal(err)
	}
	if truth, err := v.Truth(t.Context()); err != nil || !truth.Holds || truth.Members != sample.People {
		t.Errorf("truth %+v", truth)
	}
	report, err := audit.Verify(t.Context(), j, nil)
	if err != nil {
		t.Fatal(err)
	}
	if report.Awards < 1000 || report.Meals < 1000 || report.Reversals != 2 {
		t.Errorf("a dull half year: %+v", report)
	}
	for name, n := range map[string]int{
		"volunteers": len(cast.Volunteers), "elders": len(cast.Elders), "cashiers": len(cast.Cashiers),
		"auditors": len(cast.Auditors), "organizers": len(cast.Organizers), "operators": len(cast.Operators), "committee": len(cast.Committee),
	} {
		if n != 3 {
			t.Errorf("%d %s, want 3", n, name)
		}
	}
	for _, p := range append(cast.Elders, cast.Volunteers...) {
		b, _, ok := e.Balance(p.Account)
		if rules := ledger.DefaultRulebook(); !ok || b.Available(now, rules.OffsetMinutes) < rules.Meal("lunch").Points {
			t.Errorf("%s, whom the demo introduces, cannot pay for a lunch: %+v", p.Account, b)
		}
	}
	t.Logf("%+v", report)
	for _, kind := range []ledger.Kind{
		ledger.KindImported, ledger.KindExpired, ledger.KindPoolFunded, ledger.KindPointsGranted, ledger.KindGivenIn, ledger.KindHeld,
		ledger.KindCaptured, ledger.KindReleased, ledger.KindSubsidyPosted, ledger.KindCanteenSettled, ledger.KindPeriodSealed,
	} {
		page, err := v.Records(t.Context(), view.Filter{Kind: kind}, 0, view.PageMax)
		for err == nil && len(page.Entries) == 0 && page.Next != 0 {
			page, err = v.Records(t.Context(), view.Filter{Kind: kind}, page.Next, view.PageMax)
		}
		if err != nil || len(page.Entries) == 0 {
			t.Errorf("nobody's half year has a record of kind %v: %v", kind, err)
		}
	}
	if err := v.Close(); err != nil {
		t.Error(err)
	}
	compared, err := view.Compare(t.Context(), j, x, nil)
	if err != nil || len(compared) < 4 {
		t.Errorf("the views are not what the records make: %+v, %v", compared, err)
	}
	if err := e.Close(t.Context()); err != nil {
		t.Error(err)
	}
}
