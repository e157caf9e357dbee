package engine

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"moralbank.example/bank/ledger/journal/badgerjournal"
	"moralbank.example/bank/ledger/ledgertest"
	"moralbank.example/bank/ledger/seal"
)

// onSmallDisk opens an engine as the program does, with a reserve of so many MB.
func onSmallDisk(t *testing.T, dir string, reserve int64) *Engine {
	t.Helper()
	guard, err := seal.OpenGuard(filepath.Join(dir, "mark"))
	if err != nil {
		t.Fatal(err)
	}
	where := badgerjournal.Options{Dir: filepath.Join(dir, "data"), Reserve: reserve << 20}
	j, err := badgerjournal.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	x, err := badgerjournal.OpenIndex(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	return must(t)(open(t, Options{Journal: j, Index: x, Guard: guard}, nil))
}

// A real disk fills up: writes are refused under the reserve, before Badger is touched, reading goes on, and writes resume
// by themselves when there is room again. What was acknowledged is there after a restart.
func TestRealDiskFull(t *testing.T) {
	disk := ledgertest.NewSmallDisk(t, 320)
	e := onSmallDisk(t, disk.Dir, 64)
	found(t, e)
	serve(t, e, 0, 4)
	eaten := do(t, e, redeem(0, 1))[0]
	filler := disk.Fill(t, 40)
	first := redeem(1, 1)
	if _, err := e.Submit(t.Context(), first); !errors.Is(err, ErrNoSpace) {
		t.Fatalf("a full disk: %v, want ErrNoSpace", err)
	}
	for step := range int64(3) {
		if _, err := e.Submit(t.Context(), redeem(2, 1+step)); !errors.Is(err, ErrNoSpace) || errors.Is(err, ErrUnknownOutcome) {
			t.Fatalf("the next: %v, want ErrNoSpace alone", err)
		}
	}
	if v, _, ok := e.Balance(member(0)); !ok || v.Points != 10_000-25 {
		t.Fatalf("reading does not go on: %+v %v", v, ok)
	}
	if e.Cause() != nil || !e.Stats().NoSpace {
		t.Fatalf("a full disk is no death: %v", e.Cause())
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	again := do(t, e, first)[0]
	do(t, e, redeem(2, 1), redeem(3, 1))
	closed(t, e)
	e = onSmallDisk(t, disk.Dir, 64)
	audit(t, e)
	for _, a := range []Answer{eaten, again} {
		if r, err := e.Record(t.Context(), a.Records[0].Seq); err != nil || r.Record.Key != a.Records[0].Key {
			t.Fatalf("record %d: %+v %v", a.Records[0].Seq, r.Record, err)
		}
	}
	closed(t, e)
}

// The kernel makes a disk read-only under a writer that is a process of its own, as ext4 does after an error of the
// device: the engine stops for good, and the process ends, though Badger would try for ever. What it had acknowledged is
// there, and a start on a disk that can be written goes on.
func TestReadOnlyDisk(t *testing.T) {
	disk := ledgertest.NewSmallDisk(t, 320)
	e := onSmallDisk(t, disk.Dir, 1)
	found(t, e)
	serve(t, e, 0, diners)
	closed(t, e)
	h := newHeard()
	cmd, _, said := startChild(t, disk.Dir, h, 0, 0)
	waitFor(t, func() bool { return h.acknowledged.Load() > 20 })
	disk.ReadOnly(t)
	<-said
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != failedExit {
		t.Fatalf("the child on a read-only disk ended with %v, want exit %d", err, failedExit)
	}
	disk.Remount(t)
	e = onSmallDisk(t, disk.Dir, 1)
	settle(t, e, h)
	closed(t, e)
}
