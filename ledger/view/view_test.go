package view_test

import (
	"fmt"
	"log/slog"
	"strconv"
	"testing"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/memjournal"
	"moralbank.example/bank/ledger/view"
)

// books is a ledger without an engine: it applies commands one at a time and appends a block for each.
type books struct {
	t    *testing.T
	j    journal.Journal
	book *ledger.Book
	now  ledger.Time
	n    int
	all  []ledger.Record
}

func (s *books) do(actor ledger.AccountID, via ledger.DeviceID, v ledger.Verb) {
	s.t.Helper()
	s.n++
	s.now += 1000
	cmd := ledger.Command{Key: ledger.DerivedKey("test", strconv.Itoa(s.n)), Actor: actor, Via: via, Do: v}
	if target := s.book.TargetOf(&cmd); target > 0 {
		cmd.Target = &s.all[target-1]
	}
	records, refusal := s.book.Apply(&cmd, s.now)
	if refusal != nil {
		s.t.Fatalf("%T: %v", v, refusal)
	}
	s.append(records)
}

func (s *books) append(records []ledger.Record) {
	s.t.Helper()
	head := s.j.Head()
	b := journal.Block{Height: head.Height + 1, FirstSeq: head.Seq + 1, Time: int64(s.now), Prev: head.Hash, TreeSize: head.TreeSize + int64(len(records))}
	for i := range records {
		if err := s.book.Fold(&records[i]); err != nil {
			s.t.Fatal(err)
		}
		line, err := records[i].AppendLine(nil)
		if err != nil {
			s.t.Fatal(err)
		}
		b.Lines = append(b.Lines, line)
		s.all = append(s.all, records[i])
	}
	if _, err := s.j.Append(s.t.Context(), head, []journal.Block{b}); err != nil {
		s.t.Fatal(err)
	}
}

func (s *books) due() {
	s.t.Helper()
	for due := s.book.Due(s.now); len(due) > 0; due = s.book.Due(s.now) {
		records, refusal := s.book.Apply(&due[0], s.now)
		if refusal != nil {
			s.t.Fatal(refusal)
		}
		s.append(records)
	}
}

// morning is a community with one activity held, confirmed, and a lunch taken and given back.
func morning(t *testing.T, j journal.Journal) *books {
	t.Helper()
	s := &books{t: t, j: j, book: ledger.NewBook(), now: 1_772_413_200_000} // 2026-03-02 09:00 in China
	s.do(ledger.ActorRoot, ledger.ViaCLI, &ledger.Found{Origin: "bank.example/rainbow", Rulebook: ledger.DefaultRulebook()})
	for _, m := range []ledger.AccountID{"m/wang", "m/li", "m/zhou", "m/chen"} {
		s.do(ledger.ActorRoot, ledger.ViaCLI, &ledger.OpenAccount{Account: m})
	}
	s.do(ledger.ActorRoot, ledger.ViaCLI, &ledger.GrantRole{Account: "m/li", Role: ledger.RoleLeader, Scope: "t1"})
	s.do(ledger.ActorRoot, ledger.ViaCLI, &ledger.GrantRole{Account: "m/zhou", Role: ledger.RoleOrganizer, Scope: ledger.ScopeCommunity})
	s.do(ledger.ActorRoot, ledger.ViaCLI, &ledger.GrantRole{Account: "m/chen", Role: ledger.RoleCashier, Scope: "c1"})
	s.do(ledger.ActorRoot, ledger.ViaCLI, &ledger.EnrolDevice{Device: "till/one", Canteen: "c1"})
	s.do(ledger.ActorRoot, ledger.ViaCLI, &ledger.IssueCard{Card: "k/wang", Account: "m/wang"})
	text := fmt.Sprintf("%064x", 7)
	s.do("m/li", ledger.ViaWeb, &ledger.OpenActivity{
		Activity: "a/one", Type: "clean-up", Team: "t1", Start: s.now, End: s.now + 4*3600_000, Charge: "m/li", Text: text,
	})
	s.do("m/wang", ledger.ViaWeb, &ledger.Scan{Activity: "a/one", Account: "m/wang", Path: ledger.PathStation, Live: true})
	s.now += 4 * 3600_000
	s.do("m/wang", ledger.ViaWeb, &ledger.Scan{Activity: "a/one", Account: "m/wang", Path: ledger.PathStation, Live: true})
	s.do("m/li", ledger.ViaWeb, &ledger.CloseActivity{Activity: "a/one", Headcount: 1})
	s.due()
	s.do("m/zhou", ledger.ViaWeb, &ledger.ConfirmActivity{Activity: "a/one"})
	s.do("m/chen", "till/one", &ledger.Redeem{Canteen: "c1", Account: "m/wang", Meal: "beef-noodles", Points: 25, Card: "k/wang"})
	s.do("m/chen", "till/one", &ledger.Reverse{Seq: s.book.Seq(), Reason: ledger.ReasonVoid})
	return s
}

func TestViewAgreesWithTheRecords(t *testing.T) {
	disk := memjournal.NewDisk()
	j, err := memjournal.Open(disk)
	if err != nil {
		t.Fatal(err)
	}
	s := morning(t, j)
	for _, start := range []string{"from nothing", "again from its index"} {
		t.Run(start, func(t *testing.T) {
			v, err := view.Open(t.Context(), j, memjournal.OpenIndex(disk), slog.New(slog.DiscardHandler))
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

func checkView(t *testing.T, v *view.View, s *books) {
	t.Helper()
	if truth := v.Truth(); !truth.Holds || truth.Issued != 40 || truth.Redeemed != 0 || truth.Outstanding != 40 || truth.Seq != s.book.Seq() {
		t.Errorf("truth %+v", truth)
	}
	var want []ledger.Seq
	for i := len(s.all) - 1; i >= 0; i-- {
		r := &s.all[i]
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
	for i := range s.all {
		for _, p := range s.all[i].Postings {
			if p.Account == "m/wang" && p.Unit == ledger.UnitPoints {
				sum += p.Amount
			}
		}
		b, err := v.BalanceAt(t.Context(), "m/wang", ledger.UnitPoints, s.all[i].Seq)
		if err != nil || b.Amount != sum {
			t.Errorf("balance at %d: %+v, %v; want %d", s.all[i].Seq, b, err, sum)
		}
		at, err := v.SeqAt(t.Context(), s.all[i].Time)
		last := s.all[i].Seq
		for j := i; j < len(s.all) && s.all[j].Time == s.all[i].Time; j++ {
			last = s.all[j].Seq
		}
		if err != nil || at != last {
			t.Errorf("seq at the time of %d: %d, %v; want %d", s.all[i].Seq, at, err, last)
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
