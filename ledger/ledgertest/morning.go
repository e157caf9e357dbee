// Package ledgertest is a small community that has lived one morning, for tests of what reads a ledger: views, audits,
// seals. It goes through the real rules, without an engine: one command at a time, a block for each. Test code only.
package ledgertest

import (
	"fmt"
	"slices"
	"testing"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/seal"
)

// Books is a ledger on its way.
type Books struct {
	T       testing.TB
	Book    *ledger.Book
	Now     ledger.Time
	Records []ledger.Record // all of them, in order

	commands int
}

// Start is 2026-03-02 09:00 in China, a Monday.
const Start ledger.Time = 1_772_413_200_000

// Do applies a command that the rules must allow, a second after the one before.
func (s *Books) Do(actor ledger.AccountID, via ledger.DeviceID, v ledger.Verb) {
	s.T.Helper()
	s.commands++
	s.Now += 1000
	s.apply(&ledger.Command{Key: ledger.DerivedKey("test", fmt.Sprint(s.commands)), Actor: actor, Via: via, Do: v}) //nolint:perfsprint // test code
}

// Due applies what has come due by itself: awards, expiry.
func (s *Books) Due() {
	s.T.Helper()
	for due := s.Book.Due(s.Now); len(due) > 0; due = s.Book.Due(s.Now) {
		s.apply(&due[0])
	}
}

func (s *Books) apply(cmd *ledger.Command) {
	s.T.Helper()
	if refusal := s.Try(cmd); refusal != nil {
		s.T.Fatalf("%T: %v", cmd.Do, refusal)
	}
}

// Try applies a command that the rules may refuse, now.
func (s *Books) Try(cmd *ledger.Command) *ledger.Refusal {
	s.T.Helper()
	if target := s.Book.TargetOf(cmd); target > 0 && int(target) <= len(s.Records) {
		cmd.Target = &s.Records[target-1]
	}
	records, refusal := s.Book.Apply(cmd, s.Now)
	if refusal != nil {
		return refusal
	}
	for i := range records {
		if err := s.Book.Fold(&records[i]); err != nil {
			s.T.Fatal(err)
		}
	}
	s.Records = append(s.Records, records...)
	return nil
}

// Morning is a community of four with an organizer, a leader and a cashier: one activity held, closed and confirmed, a
// lunch of 25 points taken and given back. The member m/wang, who came a second late, ends with 239 minutes and 40 points.
func Morning(tb testing.TB) *Books {
	tb.Helper()
	s := &Books{T: tb, Book: ledger.NewBook(), Now: Start}
	s.Do(ledger.ActorRoot, ledger.ViaCLI, &ledger.Found{Origin: "bank.example/rainbow", Rulebook: ledger.DefaultRulebook()})
	for _, m := range []ledger.AccountID{"m/wang", "m/li", "m/zhou", "m/chen"} {
		s.Do(ledger.ActorRoot, ledger.ViaCLI, &ledger.OpenAccount{Account: m})
	}
	s.Do(ledger.ActorRoot, ledger.ViaCLI, &ledger.GrantRole{Account: "m/li", Role: ledger.RoleLeader, Scope: "t1"})
	s.Do(ledger.ActorRoot, ledger.ViaCLI, &ledger.GrantRole{Account: "m/zhou", Role: ledger.RoleOrganizer, Scope: ledger.ScopeCommunity})
	s.Do(ledger.ActorRoot, ledger.ViaCLI, &ledger.GrantRole{Account: "m/chen", Role: ledger.RoleCashier, Scope: "c1"})
	s.Do(ledger.ActorRoot, ledger.ViaCLI, &ledger.EnrolDevice{Device: "till/one", Canteen: "c1"})
	s.Do(ledger.ActorRoot, ledger.ViaCLI, &ledger.IssueCard{Card: "k/wang", Account: "m/wang"})
	s.Do("m/li", ledger.ViaWeb, &ledger.OpenActivity{
		Activity: "a/one", Type: "clean-up", Team: "t1", Start: s.Now, End: s.Now + 4*3600_000, Charge: "m/li", Text: fmt.Sprintf("%064x", 7),
	})
	scan := ledger.Scan{Activity: "a/one", Account: "m/wang", Path: ledger.PathStation, Live: true}
	s.Do("m/wang", ledger.ViaWeb, &scan)
	s.Now += 4 * 3600_000
	s.Do("m/wang", ledger.ViaWeb, &scan)
	s.Do("m/li", ledger.ViaWeb, &ledger.CloseActivity{Activity: "a/one", Headcount: 1})
	s.Due()
	s.Do("m/zhou", ledger.ViaWeb, &ledger.ConfirmActivity{Activity: "a/one"})
	s.Do("m/chen", "till/one", &ledger.Redeem{Canteen: "c1", Account: "m/wang", Meal: "beef-noodles", Points: 25, Card: "k/wang"})
	s.Do("m/chen", "till/one", &ledger.Reverse{Seq: s.Book.Seq(), Reason: ledger.ReasonVoid})
	return s
}

// Seal appends records to a journal as an engine would, a block for each: chained, with the tree's size and root after it.
func Seal(tb testing.TB, j journal.Journal, records []ledger.Record) {
	tb.Helper()
	SealBlocks(tb, j, records, 1)
}

// SealBlocks is Seal with so many records in a block.
func SealBlocks(tb testing.TB, j journal.Journal, records []ledger.Record, size int) {
	tb.Helper()
	var edge seal.Frontier
	for some := range slices.Chunk(records, size) {
		head := j.Head()
		b := journal.Block{Height: head.Height + 1, FirstSeq: head.Seq + 1, Time: int64(some[len(some)-1].Time), Prev: head.Hash}
		for i := range some {
			line, err := some[i].AppendLine(nil)
			if err != nil {
				tb.Fatal(err)
			}
			edge.Append(seal.EntryOf(line))
			b.Lines = append(b.Lines, line)
		}
		b.TreeSize, b.Root = edge.Size(), journal.Hash(edge.Root())
		if _, err := j.Append(tb.Context(), head, []journal.Block{b}); err != nil {
			tb.Fatal(err)
		}
	}
}
