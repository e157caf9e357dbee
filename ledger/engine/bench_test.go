package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"moralbank.example/bank/ledger"
)

// milk is the cheapest thing on the menu, so that 10,000 points last for 2,000 rounds; each client shows its own codes.
func milk(i, client int, step int64) *ledger.Command {
	return by(cashier, till, &ledger.Redeem{
		Canteen: canteen, Account: member(i), Meal: "soy-milk", Points: 5, PIN: true,
		Handle: ledger.Handle(fmt.Sprintf("%09d", client)), Step: step,
	})
}

const benchMembers = 400

// BenchmarkSubmit is the lunch rush on the real disk: members into one canteen account, each answer durable. Beside it
// stands the disk's own limit: one fdatasync of 4 KiB into a preallocated file, by one client.
func BenchmarkSubmit(b *testing.B) {
	for _, clients := range []int{1, 64, 512} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			e := must(b)(onDisk(b, b.TempDir(), nil))
			found(b, e)
			serve(b, e, 0, benchMembers)
			before := e.Stats()
			var left, client atomic.Int64
			left.Store(int64(b.N))
			latencies := make([][]time.Duration, clients)
			b.ReportAllocs()
			b.ResetTimer()
			done := make(chan error, clients)
			for range clients {
				go func() {
					c := int(client.Add(1)) - 1
					for round := int64(1); left.Add(-1) >= 0; round++ {
						cmd := milk((c+clients*int(round))%benchMembers, c, round)
						began := time.Now()
						a, err := e.Submit(b.Context(), cmd)
						latencies[c] = append(latencies[c], time.Since(began))
						if a.Refusal != nil {
							err = a.Refusal
						}
						if err != nil {
							done <- fmt.Errorf("client %d round %d: %w", c, round, err)
							return
						}
					}
					done <- nil
				}()
			}
			for range clients {
				if err := <-done; err != nil {
					b.Fatal(err)
				}
			}
			b.StopTimer()
			all := slices.Concat(latencies...)
			slices.Sort(all)
			s := e.Stats()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "redeem/s")
			b.ReportMetric(float64(all[len(all)/2].Microseconds()), "p50-us")
			b.ReportMetric(float64(all[len(all)*99/100].Microseconds()), "p99-us")
			b.ReportMetric(float64(s.Records-before.Records)/float64(s.Commits-before.Commits), "records/commit")
			b.ReportMetric(float64(s.IndexLag), "index-lag")
		})
	}
	b.Run("fdatasync", func(b *testing.B) {
		f, err := os.Create(filepath.Join(b.TempDir(), "limit"))
		if err != nil {
			b.Fatal(err)
		}
		defer f.Close()
		page := make([]byte, 4096)
		for off := int64(0); off < 64<<20; off += int64(len(page)) {
			if _, err := f.WriteAt(page, off); err != nil {
				b.Fatal(err)
			}
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
		var all []time.Duration
		for off := int64(0); b.Loop(); off = (off + 4096) % (64 << 20) {
			began := time.Now()
			if _, err := f.WriteAt(page, off); err != nil {
				b.Fatal(err)
			}
			if err := unix.Fdatasync(int(f.Fd())); err != nil {
				b.Fatal(err)
			}
			all = append(all, time.Since(began))
		}
		slices.Sort(all)
		b.ReportMetric(float64(all[len(all)/2].Microseconds()), "p50-us")
	})
}

// BenchmarkReplay is a start: every record read, decoded, checked, folded and hashed. Its iteration is one record.
func BenchmarkReplay(b *testing.B) {
	const meals = 50_000
	dir := b.TempDir()
	e := must(b)(onDisk(b, dir, nil))
	found(b, e)
	serve(b, e, 0, benchMembers)
	cmds := make([]*ledger.Command, meals)
	for i := range cmds {
		cmds[i] = milk(i%benchMembers, i, 1)
	}
	doAll(b, e, cmds)
	b.ReportAllocs()
	for b.Loop() {
		replayed(b, e.journal, nil)
	}
	b.ReportMetric(float64(e.Seq())*float64(b.N)/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(float64(e.Seq())/float64(e.journal.Head().Height), "records/block")
}

func BenchmarkBalance(b *testing.B) {
	e := must(b)(onDisk(b, b.TempDir(), nil))
	found(b, e)
	serve(b, e, 0, 10)
	id := member(3)
	b.ReportAllocs()
	for b.Loop() {
		if v, _, ok := e.Balance(id); !ok || v.Points == 0 {
			b.Fatal("no balance")
		}
	}
}
