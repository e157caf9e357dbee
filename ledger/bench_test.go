package ledger_test

import (
	"testing"

	"moralbank.example/bank/ledger"
)

// rush is a founded ledger with one rich diner at one till, and an endless supply of her meals.
type rush struct {
	*stage
	now  ledger.Time
	step int64
}

func newRush(b *testing.B) *rush {
	b.Helper()
	s := &rush{stage: newStage(), now: clock(2026, 3, 2, 7, 0)}
	k := ledger.DefaultRulebook()
	k.PointsPerHour, k.DayPointsMax, k.NoPINPoints, k.DefaultBudget = 1000, 10_000, 100_000, 1<<40
	s.must(b, ledger.ActorRoot, ledger.ViaCLI, &ledger.Found{Origin: "bank.example/rush", Rulebook: k})
	for _, id := range []ledger.AccountID{"m/wang", "m/li", "m/chen", "m/hu"} {
		s.must(b, ledger.ActorRoot, ledger.ViaCLI, &ledger.OpenAccount{Account: id})
	}
	s.must(b, ledger.ActorRoot, ledger.ViaCLI, &ledger.GrantRole{Account: "m/li", Role: ledger.RoleLeader, Scope: "t1"})
	s.must(b, ledger.ActorRoot, ledger.ViaCLI, &ledger.GrantRole{Account: "m/chen", Role: ledger.RoleCashier, Scope: "c1"})
	s.must(b, ledger.ActorRoot, ledger.ViaCLI, &ledger.GrantRole{Account: "m/hu", Role: ledger.RoleOrganizer, Scope: ledger.ScopeCommunity})
	s.must(b, ledger.ActorRoot, ledger.ViaCLI, &ledger.EnrolDevice{Device: "till/1", Canteen: "c1"})
	s.refill(b)
	return s
}

// refill earns 10,000 points on a day of its own.
func (s *rush) refill(b *testing.B) {
	b.Helper()
	s.now += 24 * 60 * 60 * 1000
	id := ledger.ActivityID("a/" + itoa(int64(s.now)))
	s.must(b, "m/li", ledger.ViaWeb, &ledger.OpenActivity{
		Activity: id, Type: "clean-up", Team: "t1", Start: s.now, End: s.now + 10*60*60*1000, Charge: "m/li",
		Text: "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f",
	})
	s.must(b, "m/wang", ledger.ViaWeb, &ledger.Scan{Activity: id, Account: "m/wang", Path: ledger.PathStation, Live: true})
	s.now += 10 * 60 * 60 * 1000
	s.must(b, "m/li", ledger.ViaWeb, &ledger.CloseActivity{Activity: id, Headcount: 1})
	s.must(b, ledger.ActorTimer, ledger.ViaTimer, &ledger.AwardService{Activity: id, Account: "m/wang"})
	s.must(b, "m/hu", ledger.ViaWeb, &ledger.ConfirmActivity{Activity: id})
}

func (s *rush) must(b *testing.B, actor ledger.AccountID, via ledger.DeviceID, do ledger.Verb) {
	b.Helper()
	s.step++
	cmd := &ledger.Command{Key: ledger.DerivedKey("rush", itoa(s.step)), Actor: actor, Via: via, Do: do}
	if got, err := s.submit(cmd, s.now); err != nil || got.refusal != nil {
		b.Fatalf("%T: %v %v", do, got.refusal, err)
	}
}

// meal is the next redemption.
func (s *rush) meal(x *ledger.Redeem, cmd *ledger.Command) {
	s.step++
	*x = ledger.Redeem{Canteen: "c1", Account: "m/wang", Meal: "soy-milk", Points: 5, Handle: "123456789", Step: s.step}
	*cmd = ledger.Command{Key: "0191e9b4-9a5e-7cc3-98c4-dc0c0c07398f", Actor: "m/chen", Via: "till/1", Do: x}
}

// BenchmarkRedeem is all that the rules do for one meal: decide, assert, write the line, fold, assert.
func BenchmarkRedeem(b *testing.B) {
	s := newRush(b)
	var line []byte
	var x ledger.Redeem
	var cmd ledger.Command
	b.ReportAllocs()
	left := 1999
	for b.Loop() {
		if left--; left == 0 {
			b.StopTimer()
			s.book.Touched()
			s.stage = newRush(b).stage
			left = 1999
			b.StartTimer()
		}
		s.meal(&x, &cmd)
		records, refusal := s.book.Apply(&cmd, s.now)
		if refusal != nil {
			b.Fatal(refusal)
		}
		r := &records[0]
		var err error
		if err = s.book.Check(r); err != nil {
			b.Fatal(err)
		}
		if line, err = r.AppendLine(line[:0]); err != nil {
			b.Fatal(err)
		}
		if err = s.book.Fold(r); err != nil {
			b.Fatal(err)
		}
		if err = s.book.CheckAfter(r); err != nil {
			b.Fatal(err)
		}
		s.book.Touched()
	}
	b.SetBytes(int64(len(line)))
}

// BenchmarkApply is the decision alone.
func BenchmarkApply(b *testing.B) {
	s := newRush(b)
	var x ledger.Redeem
	var cmd ledger.Command
	s.meal(&x, &cmd)
	b.ReportAllocs()
	for b.Loop() {
		if _, refusal := s.book.Apply(&cmd, s.now); refusal != nil {
			b.Fatal(refusal)
		}
	}
}

func goldenMeal(b *testing.B) (ledger.Record, []byte) {
	b.Helper()
	for _, g := range goldenRecords() {
		if g.file() == "redeemed_code.json" {
			line, err := g.AppendLine(nil)
			if err != nil {
				b.Fatal(err)
			}
			return g.Record, line
		}
	}
	b.Fatal("no golden meal")
	return ledger.Record{}, nil
}

// BenchmarkAppendLine encodes one redemption.
func BenchmarkAppendLine(b *testing.B) {
	r, line := goldenMeal(b)
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if line, err = r.AppendLine(line[:0]); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkParseLine decodes one redemption.
func BenchmarkParseLine(b *testing.B) {
	_, line := goldenMeal(b)
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ledger.ParseLine(line); err != nil {
			b.Fatal(err)
		}
	}
}
