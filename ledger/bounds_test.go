package ledger

import (
	"fmt"
	"strings"
	"testing"
)

// TestClosingFitsALine: what the rules let into one activity, its closing record can say. An activity that could be
// filled but not closed would keep everybody's hours.
func TestClosingFitsALine(t *testing.T) {
	closing := &ActivityClosed{Activity: ActivityID(strings.Repeat("a", idMax)), Headcount: 100_000, Scanned: attendanceMax}
	for i := range attendanceMax {
		closing.Due = append(closing.Due, DueAward{
			Account: AccountID(fmt.Sprintf("m/%0*d", memberMax-2, i)), Minutes: Minutes(activityLongest / minuteMillis), Grade: GradeC, Forgot: true,
		})
	}
	r := Record{
		Seq: intMax, Time: intMax, Kind: KindActivityClosed, Version: 1, Actor: AccountID(strings.Repeat("a", idMax)),
		Via: DeviceID(strings.Repeat("v", idMax)), Key: DerivedKey(), Effective: intMax, Rulebook: 1 << 20, Body: closing,
	}
	line, err := r.AppendLine(nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the longest closing record has %d of %d bytes", len(line), LineMax)
}

// TestRulebookFlaws: each way in which a rulebook can be unusable is found before it is a record, because the
// first line that cannot be written would stop the ledger.
func TestRulebookFlaws(t *testing.T) {
	if flaw := DefaultRulebook().flaw(); flaw != "" {
		t.Fatalf("the default rulebook: %s", flaw)
	}
	many := func(k *Rulebook) {
		for i := range listMax {
			k.Meals = append(k.Meals, Meal{ID: fmt.Sprintf("meal-%040d", i), Points: mealPointsMax, Small: 1, Periods: "bld"})
		}
	}
	for name, c := range map[string]struct {
		flaw  string
		spoil func(*Rulebook)
	}{
		"a price beyond any":                  {"meals", func(k *Rulebook) { k.Meals[0].Points = mealPointsMax + 1 }},
		"a free meal":                         {"meals", func(k *Rulebook) { k.Meals[0].Points = 0 }},
		"a small portion that is dearer":      {"meals", func(k *Rulebook) { k.Meals[0].Small = k.Meals[0].Points + 1 }},
		"two meals of one name":               {"meals", func(k *Rulebook) { k.Meals[1].ID = k.Meals[0].ID }},
		"a meal in no period":                 {"meals", func(k *Rulebook) { k.Meals[0].Periods = "" }},
		"a meal in a period in Chinese":       {"meals", func(k *Rulebook) { k.Meals[0].Periods = "早" }},
		"a meal named in Chinese":             {"meals", func(k *Rulebook) { k.Meals[0].ID = "午餐" }},
		"two kinds of one name":               {"activity-kinds", func(k *Rulebook) { k.ActivityKinds[1].ID = k.ActivityKinds[0].ID }},
		"service that earns nothing":          {"activity-kinds", func(k *Rulebook) { k.ActivityKinds[0].Percent = 0 }},
		"a meeting that earns":                {"activity-kinds", func(k *Rulebook) { k.ActivityKinds[11].Percent = 100 }},
		"a day without periods":               {"periods", func(k *Rulebook) { k.Periods = nil }},
		"a day that begins late":              {"periods", func(k *Rulebook) { k.Periods = k.Periods[1:] }},
		"a period that no meal can name":      {"periods", func(k *Rulebook) { k.Periods[1].ID = "noon" }},
		"a main meal that is not served then": {"periods", func(k *Rulebook) { k.Periods[1].Main = "breakfast" }},
		"a main meal that is only a drink":    {"periods", func(k *Rulebook) { k.Periods[0].Main = "soy-milk" }},
		"periods out of order":                {"periods", func(k *Rulebook) { k.Periods[1].From = k.Periods[2].From }},
		"a main meal that is not there":       {"periods", func(k *Rulebook) { k.Periods[0].Main = "caviar" }},
		"a cut of nothing":                    {"price-cuts", func(k *Rulebook) { k.PriceCuts[0].Percent = 0 }},
		"a cut beyond the price":              {"price-cuts", func(k *Rulebook) { k.PriceCuts[0].Percent = 101 }},
		"a star for nothing":                  {"stars", func(k *Rulebook) { k.StarMinutes[0].Minutes = 0 }},
		"stars out of order":                  {"stars", func(k *Rulebook) { k.StarMinutes[1] = k.StarMinutes[0] }},
		"a star out of reach":                 {"stars", func(k *Rulebook) { k.StarMinutes[4].Minutes = intMax + 1 }},
		"more meals than fit a line":          {"rulebook", many},
	} {
		k := DefaultRulebook()
		if c.spoil(k); k.flaw() != c.flaw {
			t.Errorf("%s: flaw %q, want %q", name, k.flaw(), c.flaw)
		}
	}
}
