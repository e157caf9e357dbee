package audit_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/audit"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/badgerjournal"
	"moralbank.example/bank/ledger/journal/memjournal"
	"moralbank.example/bank/ledger/ledgertest"
	"moralbank.example/bank/ledger/seal"
)

// checkpoints are what an auditor may have kept of these books: one for each size.
func checkpoints(t *testing.T, records []ledger.Record) []seal.Checkpoint {
	t.Helper()
	var edge seal.Frontier
	all := []seal.Checkpoint{{Root: edge.Root()}}
	for i := range records {
		line, err := records[i].AppendLine(nil)
		if err != nil {
			t.Fatal(err)
		}
		edge.Append(seal.EntryOf(line))
		all = append(all, seal.Checkpoint{Size: edge.Size(), Root: edge.Root()})
	}
	return all
}

// Honest books extend every checkpoint that was ever signed of them; shortened and rewritten ones do not.
func TestSince(t *testing.T) {
	s := ledgertest.Morning(t)
	kept := checkpoints(t, s.Records)
	n := len(s.Records)
	honest := memjournal.New()
	ledgertest.Seal(t, honest, s.Records)
	r, err := audit.Verify(t.Context(), honest, nil, kept...)
	if err != nil || r.Extends != n+1 {
		t.Fatalf("extends %d of %d: %v", r.Extends, n+1, err)
	}
	short := memjournal.New()
	ledgertest.Seal(t, short, s.Records[:n-1])
	if _, err := audit.Verify(t.Context(), short, nil, kept[n-1]); err != nil {
		t.Errorf("up to where it goes: %v", err)
	}
	if _, err := audit.Verify(t.Context(), short, nil, kept[3], kept[n]); !errors.Is(err, audit.ErrShrunk) {
		t.Errorf("a record less: %v", err)
	}
	// Another salt in one record: every rule is kept and every hash fits; only who remembers sees it.
	for at := range n {
		forged := append([]ledger.Record(nil), s.Records...)
		forged[at].Salt[5] ^= 1
		j := memjournal.New()
		ledgertest.Seal(t, j, forged)
		if _, err := audit.Verify(t.Context(), j, nil); err != nil {
			t.Fatalf("it should hang together: %v", err)
		}
		if _, err := audit.Verify(t.Context(), j, nil, kept[at]); err != nil {
			t.Errorf("up to record %d it is the same: %v", at, err)
		}
		for _, c := range []int{at + 1, n} {
			if _, err := audit.Verify(t.Context(), j, nil, kept[c]); !errors.Is(err, audit.ErrRewritten) {
				t.Errorf("record %d rewritten, checkpoint of %d: %v", at+1, c, err)
			}
		}
	}
}

// flipped is a journal that gives a damaged block and does not notice.
type flipped struct {
	journal.Journal

	at  journal.Height
	bad journal.Block
}

func (f *flipped) Blocks(ctx context.Context, from journal.Seq) iter.Seq2[journal.Block, error] {
	return func(yield func(journal.Block, error) bool) {
		for b, err := range f.Journal.Blocks(ctx, from) {
			if b.Height == f.at {
				b = f.bad
			}
			if !yield(b, err) {
				return
			}
		}
	}
}

// Every single bit of every stored block, none left out: flipped, the block has another hash. Where the journal's own check of that
// hash is switched off, the audit finds it too, and says where.
func TestEveryFlippedBitIsFound(t *testing.T) {
	s := ledgertest.Morning(t)
	j := memjournal.New()
	ledgertest.Seal(t, j, s.Records[:9]) // a bit is a bit: more records only take longer
	var bits, audited atomic.Int64
	for b, err := range j.Blocks(t.Context(), 1) {
		if err != nil {
			t.Fatal(err)
		}
		whole, err := b.Encode()
		if err != nil {
			t.Fatal(err)
		}
		hash := journal.HashBytes(whole)
		var all sync.WaitGroup
		cores := runtime.GOMAXPROCS(0)
		for core := range cores {
			all.Go(func() {
				own := bytes.Clone(whole)
				for i := core; i < 8*len(own); i += cores {
					own[i/8] ^= 1 << (i % 8)
					bits.Add(1)
					if journal.HashBytes(own) == hash {
						t.Errorf("block %d bit %d: the hash is the same", b.Height, i)
					}
					if bad, err := journal.DecodeBlock(own); err == nil {
						audited.Add(1)
						_, err := audit.Verify(t.Context(), &flipped{j, b.Height, bad}, nil)
						if _, ok := errors.AsType[*audit.Finding](err); !ok {
							t.Errorf("block %d bit %d: found %v", b.Height, i, err)
						}
					}
					own[i/8] ^= 1 << (i % 8)
				}
			})
		}
		all.Wait()
	}
	t.Logf("%d bits flipped, %d of them audited", bits.Load(), audited.Load())
}

// crowd is a morning of many members: each scans in and out, earns 40 points, and spends them on soy milk.
func crowd(tb testing.TB, members int) []ledger.Record {
	tb.Helper()
	s := &ledgertest.Books{T: tb, Book: ledger.NewBook(), Now: ledgertest.Start}
	s.Do(ledger.ActorRoot, ledger.ViaCLI, &ledger.Found{Origin: "bank.example/rainbow", Rulebook: ledger.DefaultRulebook()})
	for _, m := range []ledger.AccountID{"m/li", "m/zhou", "m/chen"} {
		s.Do(ledger.ActorRoot, ledger.ViaCLI, &ledger.OpenAccount{Account: m})
	}
	s.Do(ledger.ActorRoot, ledger.ViaCLI, &ledger.GrantRole{Account: "m/li", Role: ledger.RoleLeader, Scope: "t1"})
	s.Do(ledger.ActorRoot, ledger.ViaCLI, &ledger.GrantRole{Account: "m/zhou", Role: ledger.RoleOrganizer, Scope: ledger.ScopeCommunity})
	s.Do(ledger.ActorRoot, ledger.ViaCLI, &ledger.GrantRole{Account: "m/chen", Role: ledger.RoleCashier, Scope: "c1"})
	s.Do(ledger.ActorRoot, ledger.ViaCLI, &ledger.EnrolDevice{Device: "till/one", Canteen: "c1"})
	s.Do(ledger.ActorRoot, ledger.ViaCLI, &ledger.SetBudget{Issuer: "i/t1", Points: 1 << 30})
	who := make([]ledger.AccountID, members)
	for i := range who {
		who[i] = ledger.AccountID(fmt.Sprintf("m/crowd%d", i))
		s.Do(ledger.ActorRoot, ledger.ViaCLI, &ledger.OpenAccount{Account: who[i]})
	}
	teams := slices.Collect(slices.Chunk(who, 400)) // as many as an activity takes
	activity := func(i int) ledger.ActivityID { return ledger.ActivityID(fmt.Sprintf("a/%d", i)) }
	for i := range teams {
		s.Do("m/li", ledger.ViaWeb, &ledger.OpenActivity{
			Activity: activity(i), Type: "clean-up", Team: "t1", Start: s.Now, End: s.Now + 12*3600_000, Charge: "m/li", Text: fmt.Sprintf("%064x", 7),
		})
	}
	for range 2 {
		for i, team := range teams {
			for _, m := range team {
				s.Do(m, ledger.ViaWeb, &ledger.Scan{Activity: activity(i), Account: m, Path: ledger.PathStation, Live: true})
			}
		}
		s.Now += 5 * 3600_000
	}
	for i, team := range teams {
		s.Do("m/li", ledger.ViaWeb, &ledger.CloseActivity{Activity: activity(i), Headcount: len(team)})
		s.Due()
		s.Do("m/zhou", ledger.ViaWeb, &ledger.ConfirmActivity{Activity: activity(i)})
	}
	for round := range int64(8) {
		for i, m := range who {
			s.Do("m/chen", "till/one", &ledger.Redeem{
				Canteen: "c1", Account: m, Meal: "soy-milk", Points: 5, PIN: true, Handle: ledger.Handle(fmt.Sprintf("%09d", i)), Step: round + 1,
			})
		}
	}
	return s.Records
}

// BenchmarkVerify is the whole verification of a busy day, in memory and on a disk: records a second, and what one costs of all
// cores together, which a busy machine does not change.
func BenchmarkVerify(b *testing.B) {
	records := crowd(b, 2000)
	onDisk, err := badgerjournal.Open(b.Context(), badgerjournal.Options{Dir: b.TempDir(), Reserve: 1})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = onDisk.Close() })
	for name, j := range map[string]journal.Journal{"memory": memjournal.New(), "disk": onDisk} {
		ledgertest.SealBlocks(b, j, records, 100)
		b.Run(name, func(b *testing.B) {
			before := spent(b)
			for b.Loop() {
				if _, err := audit.Verify(b.Context(), j, nil); err != nil {
					b.Fatal(err)
				}
			}
			n := float64(len(records)) * float64(b.N)
			b.ReportMetric(n/b.Elapsed().Seconds(), "records/s")
			b.ReportMetric(float64((spent(b)-before).Nanoseconds())/n, "cpu-ns/record")
		})
	}
}

// spent is the time that this process has had of all cores.
func spent(tb testing.TB) time.Duration {
	tb.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// The lines alone, as an export has them: right only when they are all there, unchanged, and under a signed checkpoint.
func TestVerifyLines(t *testing.T) {
	s := ledgertest.Morning(t)
	kept := checkpoints(t, s.Records)
	n := len(s.Records)
	var lines [][]byte
	for i := range s.Records {
		line, err := s.Records[i].AppendLine(nil)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	verify := func(lines [][]byte, c seal.Checkpoint) (audit.Report, error) {
		return audit.VerifyLines(t.Context(), func(yield func([]byte, error) bool) {
			for _, l := range lines {
				if !yield(l, nil) {
					return
				}
			}
		}, nil, c)
	}
	r, err := verify(lines, kept[n])
	if err != nil || int(r.Records) != n || r.Extends != 1 || seal.Hash(r.Head.Root) != kept[n].Root {
		t.Fatalf("%+v %v", r, err)
	}
	if r, err := verify(lines, kept[5]); err != nil || r.Records != 5 {
		t.Errorf("up to an older checkpoint: %+v %v", r, err)
	}
	if _, err := verify(lines[:n-1], kept[n]); !errors.Is(err, audit.ErrShrunk) {
		t.Errorf("a line missing at the end: %v", err)
	}
	if _, err := verify(slices.Concat(lines[:7], lines[8:]), kept[n]); err == nil {
		t.Error("a line missing in the middle")
	}
	for i := range lines {
		changed := slices.Clone(lines)
		changed[i] = bytes.Clone(lines[i])
		changed[i][len(lines[i])-5] ^= 1 // a digit of the salt: no rule is broken
		if _, err := verify(changed, kept[n]); err == nil {
			t.Errorf("line %d changed", i)
		}
	}
	if _, err := audit.VerifyLines(t.Context(), func(yield func([]byte, error) bool) { yield(nil, errors.New("the disk is gone")) }, nil, kept[n]); err == nil {
		t.Error("lines that cannot be read")
	}
}
