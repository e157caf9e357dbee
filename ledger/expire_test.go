package ledger

import (
	"fmt"
	"slices"
	"testing"
)

// At a month's end the first hundred of those who have something to lose are swept, by month and account; whose points are pinned
// is passed by, and so is whom the timer leaves for now.
func TestDueExpiry(t *testing.T) {
	b := NewBook()
	b.rules = new(Rulebook)
	var want []AccountID
	for i := range 300 {
		id := MemberAccount(fmt.Sprintf("x%03d", i*7919%300)) // in no order
		a := b.account(id)
		for _, m := range []Month{202601, 202602, 202603} {
			b.addLot(a, LotShare{Month: m, Points: 5})
		}
		if id[3:] >= "100" {
			if err := b.pin(a, 202601, 5); err != nil {
				t.Fatal(err)
			}
		} else if id != "m/x007" {
			want = append(want, id)
		}
	}
	slices.Sort(want)
	now := Time(1_772_500_000_000) // in March 2026
	left := DerivedKey("expire", "m/x007", itoa(202601), itoa(0))
	got := b.DueBut(now, func(k Key) bool { return k == left })
	if len(got) != dueMax {
		t.Fatalf("%d are due", len(got))
	}
	for i, cmd := range got {
		x, ok := cmd.Do.(*Expire)
		switch {
		case !ok || i < 99 && (x.Account != want[i] || x.Month != 202601):
			t.Fatalf("%d: %+v, want %s", i, cmd.Do, want[i])
		case i == 99 && (x.Account != "m/x000" || x.Month != 202602):
			t.Fatalf("the next month begins with %+v", x)
		}
	}
	for id, a := range b.accounts {
		for _, m := range []Month{202601, 202602} {
			if i, _ := a.lot(m); a.lots[i].loose() {
				if err := b.takeLot(id, a, LotShare{Month: m, Points: 5}); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if got := b.Due(now); len(got) != 0 {
		t.Errorf("%d are due of what is pinned or gone", len(got))
	}
	counted := b.loose
	if b.countLoose(); len(counted) != 1 || counted[202603] != 300 || b.loose[202603] != 300 || len(b.loose) != 1 {
		t.Errorf("counted %v, there are %v", counted, b.loose)
	}
}
