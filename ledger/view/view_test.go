package view_test

import (
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal/memjournal"
	"moralbank.example/bank/ledger/ledgertest"
	"moralbank.example/bank/ledger/view"
)

func TestViewAgreesWithTheRecords(t *testing.T) {
	disk := memjournal.NewDisk()
	j, err := memjournal.Open(disk)
	if err != nil {
		t.Fatal(err)
	}
	s := ledgertest.Morning(t)
	ledgertest.Seal(t, j, s.Records)
	for _, start := range []string{"from nothing", "again from its index"} {
		t.Run(start, func(t *testing.T) {
			v, err := view.Open(t.Context(), j, memjournal.OpenIndex(disk), nil, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			checkView(t, v, s)
			if err := v.Close(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func checkView(t *testing.T, v *view.View, s *ledgertest.Books) {
	t.Helper()
	if truth, err := v.Truth(t.Context()); err != nil || !truth.Holds || truth.Issued != 40 || truth.Redeemed != 0 || truth.Outstanding != 40 || truth.Seq != s.Book.Seq() {
		t.Errorf("truth %+v", truth)
	}
	var want []ledger.Seq
	for i := len(s.Records) - 1; i >= 0; i-- {
		r := &s.Records[i]
		posted := false
		for _, p := range r.Postings {
			posted = posted || p.Account == "m/wang"
		}
		if posted || r.Subject() == "m/wang" {
			want = append(want, r.Seq)
		}
	}
	var got []ledger.Seq
	for before := ledger.Seq(0); ; {
		page, _, err := v.History(t.Context(), "m/wang", before, 3)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page {
			got = append(got, e.Record.Seq)
			before = e.Record.Seq
		}
		if len(page) < 3 {
			break
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("history %v, want %v", got, want)
	}
	// The balance at each seq is what the postings up to it add up to.
	sum := int64(0)
	for i := range s.Records {
		for _, p := range s.Records[i].Postings {
			if p.Account == "m/wang" && p.Unit == ledger.UnitPoints {
				sum += p.Amount
			}
		}
		b, err := v.BalanceAt(t.Context(), "m/wang", s.Records[i].Seq)
		if err != nil || int64(b.Points) != sum {
			t.Errorf("balance at %d: %+v, %v; want %d", s.Records[i].Seq, b, err, sum)
		}
		at, err := v.SeqAt(t.Context(), s.Records[i].Time)
		last := s.Records[i].Seq
		for j := i; j < len(s.Records) && s.Records[j].Time == s.Records[i].Time; j++ {
			last = s.Records[j].Seq
		}
		if err != nil || at != last {
			t.Errorf("seq at the time of %d: %d, %v; want %d", s.Records[i].Seq, at, err, last)
		}
	}
	p, err := v.Records(t.Context(), view.Filter{Kind: ledger.KindAwarded}, 0, 10)
	if err != nil || len(p.Entries) != 1 || p.Next != 0 {
		t.Errorf("awards %+v, %v", p, err)
	}
	if a, ok, err := v.Activity(t.Context(), "a/one"); err != nil || !ok || a.Stage != ledger.StageConfirmed || len(a.People) != 1 {
		t.Errorf("activity %+v, %v, %v", a, ok, err)
	}
}

// An id with a zero byte is nobody's: it must not meet the keys of another that it begins with.
func TestIDsThatAreNone(t *testing.T) {
	s := ledgertest.Morning(t)
	j, disk := sealed(t, s.Records)
	v := open(t, j, memjournal.OpenIndex(disk))
	for _, id := range []ledger.AccountID{"c/c1\x00", "m/wang\x00", "i/t1\x00\x00\x00\x00", "\x00"} {
		page, _, err := v.History(t.Context(), id, 0, 10)
		if err != nil || len(page) > 0 {
			t.Errorf("history of %q: %v, %v", id, page, err)
		}
		if b, err := v.BalanceAt(t.Context(), id, 5); err != nil || b != (view.Balance{}) {
			t.Errorf("balance of %q: %v, %v", id, b, err)
		}
	}
	for _, f := range []view.Filter{{Account: "c/c1\x00"}, {Activity: "a/one\x00"}, {Scope: "t1\x00"}} {
		if p, err := v.Records(t.Context(), f, 0, 10); err != nil || len(p.Entries) > 0 {
			t.Errorf("%+v: %v, %v", f, p, err)
		}
	}
	for _, x := range []ledger.Scope{"all\x00", "t1\x00\x00", "c1\x00"} {
		days, _, _, err := v.Days(t.Context(), x, view.Span{})
		meals, _, err2 := v.Meals(t.Context(), ledger.CanteenID(x), view.Span{})
		people, _, err3 := v.People(t.Context(), x, 0, 999999)
		sum, _, err4 := v.Sum(t.Context(), x, view.Span{})
		if err := errors.Join(err, err2, err3, err4); err != nil || len(days)+len(meals)+len(people) > 0 || sum != (view.Sum{}) {
			t.Errorf("%q: %v %v %v %v, %v", x, days, meals, people, sum, err)
		}
	}
}
