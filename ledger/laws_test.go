package ledger_test

import (
	"slices"
	"strings"
	"testing"

	"moralbank.example/bank/ledger"
)

// TestLaws: a record that breaks a law is found before it is folded, whoever made it. Each row forges the next record of
// a sound ledger in one way.
func TestLaws(t *testing.T) {
	p := perform(t, "testdata/first-day.txt")
	card := ledger.CardID("k-wang")
	records, refusal := p.book.Apply(&ledger.Command{
		Key: ledger.DerivedKey("laws"), Actor: "m/chen", Via: "till/1",
		Do: &ledger.Redeem{Canteen: "c1", Account: "m/wang", Meal: "soy-milk", Points: 2, Card: card},
	}, p.now)
	if refusal != nil {
		t.Fatal(refusal)
	}
	sound := records[0]
	if err := p.book.Check(&sound); err != nil {
		t.Fatal(err)
	}
	// wang has 2 points and has had 2 postings of points; c1 has 18 points and has had 1.
	for name, forge := range map[string]func(r *ledger.Record){
		"a gap in seq":             func(r *ledger.Record) { r.Seq++ },
		"a seq again":              func(r *ledger.Record) { r.Seq-- },
		"time backwards":           func(r *ledger.Record) { r.Time = p.book.Time() - 1 },
		"points out of nothing":    func(r *ledger.Record) { r.Postings = r.Postings[1:] },
		"points into nothing":      func(r *ledger.Record) { r.Postings = r.Postings[:1] },
		"points into minutes":      func(r *ledger.Record) { r.Postings[1].Unit = ledger.UnitMinutes },
		"an unknown unit":          func(r *ledger.Record) { r.Postings[0].Unit, r.Postings[1].Unit = 0, 0 },
		"a unit beyond the known":  func(r *ledger.Record) { r.Postings[0].Unit, r.Postings[1].Unit = 9, 9 },
		"a balance that is wrong":  func(r *ledger.Record) { r.Postings[1].Balance++ },
		"a number that is skipped": func(r *ledger.Record) { r.Postings[1].N++ },
		"a number that is reused":  func(r *ledger.Record) { r.Postings[1].N-- },
		"a member below zero": func(r *ledger.Record) {
			r.Postings[0].Amount, r.Postings[0].Balance = -3, -1
			r.Postings[1].Amount, r.Postings[1].Balance = 3, 21
		},
		"expired points that come back": func(r *ledger.Record) {
			r.Postings[0] = ledger.Posting{Account: ledger.Expired, Unit: ledger.UnitPoints, Amount: -2, Balance: -2, N: 1}
		},
		"a posting of nothing": func(r *ledger.Record) {
			r.Postings = append(r.Postings, ledger.Posting{Account: "c/c2", Unit: ledger.UnitPoints, N: 1})
		},
		"an account twice": func(r *ledger.Record) {
			r.Postings[1].Amount, r.Postings[1].Balance = 1, 19
			r.Postings = append(r.Postings, ledger.Posting{Account: "c/c1", Unit: ledger.UnitPoints, Amount: 1, Balance: 19, N: 2})
		},
		"two members": func(r *ledger.Record) {
			r.Postings[1] = ledger.Posting{Account: "m/hu", Unit: ledger.UnitPoints, Amount: 2, Balance: 2, N: 1}
		},
		"an account that is none": func(r *ledger.Record) {
			r.Postings[1] = ledger.Posting{Account: "wallet", Unit: ledger.UnitPoints, Amount: 2, Balance: 2, N: 1}
		},
	} {
		r := sound
		r.Postings = slices.Clone(sound.Postings)
		forge(&r)
		if err := p.book.Check(&r); err == nil || !strings.HasPrefix(err.Error(), "law: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestIssuerFloor: an issuer cannot be forged below its budget of the month, whatever it issued before.
func TestIssuerFloor(t *testing.T) {
	p := perform(t, "testdata/limits.txt")
	left := int64(p.book.BudgetLeft("i/t1", p.now))
	mint := func(n int64) *ledger.Record {
		return &ledger.Record{
			Seq: p.book.Seq() + 1, Time: p.now, Kind: ledger.KindAwarded, Version: 1,
			Postings: []ledger.Posting{
				{Account: "i/t1", Unit: ledger.UnitPoints, Amount: -n, Balance: -n, N: 1},
				{Account: "c/c9", Unit: ledger.UnitPoints, Amount: n, Balance: n, N: 1},
			},
		}
	}
	if err := p.book.Check(mint(left)); err != nil {
		t.Error(err)
	}
	if p.book.Check(mint(left+1)) == nil {
		t.Errorf("an issuer with %d left mints %d", left, left+1)
	}
}

// TestReversedOnce: a second reversal of one record is a broken law, not only a refusal.
func TestReversedOnce(t *testing.T) {
	p := perform(t, "testdata/void.txt")
	for i := range p.records {
		v, ok := p.records[i].Body.(*ledger.Reversed)
		if !ok {
			continue
		}
		again := ledger.Record{Seq: p.book.Seq() + 1, Time: p.now, Kind: ledger.KindReversed, Version: 1, Actor: "m/chen", Body: v}
		if p.book.Check(&again) == nil {
			t.Errorf("record %d is reversed twice", v.Target)
		}
		return
	}
	t.Fatal("the script reverses nothing")
}
