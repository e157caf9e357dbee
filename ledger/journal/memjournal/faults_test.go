package memjournal_test

import (
	"errors"
	"testing"

	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/journaltest"
	"moralbank.example/bank/ledger/journal/memjournal"
)

// TestFaults: each fault in the third append. Kept tells whether a restart finds that append.
func TestFaults(t *testing.T) {
	for _, c := range []struct {
		fault memjournal.Fault
		kept  bool
		want  error
	}{
		{memjournal.None, true, nil},
		{memjournal.DiskFull, false, journal.ErrNoSpace},
		{memjournal.CrashBeforeWrite, false, journal.ErrUnavailable},
		{memjournal.CrashBeforeSync, false, journal.ErrUnavailable},
		{memjournal.CrashTorn, false, journal.ErrUnavailable},
		{memjournal.SyncFailsLost, false, journal.ErrUnavailable},
		{memjournal.SyncFailsKept, true, journal.ErrUnavailable},
		{memjournal.CrashAfterSync, true, journal.ErrUnavailable},
	} {
		t.Run(c.fault.String(), func(t *testing.T) { oneFault(t, c.fault, c.kept, c.want) })
	}
}

func oneFault(t *testing.T, fault memjournal.Fault, kept bool, wanted error) {
	t.Helper()
	d := memjournal.NewDisk()
	d.Faults = func(attempt int) memjournal.Fault {
		if attempt == 3 {
			return fault
		}
		return memjournal.None
	}
	j, err := memjournal.Open(d)
	if err != nil {
		t.Fatal(err)
	}
	appendOne := func() error {
		_, err := j.Append(t.Context(), j.Head(), journaltest.Next(j.Head(), 2, 3, ""))
		return err
	}
	if err := errors.Join(appendOne(), appendOne()); err != nil {
		t.Fatal(err)
	}
	if err := appendOne(); !errors.Is(err, wanted) {
		t.Fatalf("got %v, want %v", err, wanted)
	}
	if dead := errors.Is(wanted, journal.ErrUnavailable); dead {
		if err := appendOne(); !errors.Is(err, journal.ErrStopped) {
			t.Fatalf("append after a crash: %v", err)
		}
	}
	journaltest.Check(t, j, "")
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if j, err = memjournal.Open(d); err != nil {
		t.Fatal(err)
	}
	if want := journal.Height(4); kept && j.Head().Height != want+2 || !kept && j.Head().Height != want {
		t.Fatalf("kept %v, the head after a restart is %v", kept, j.Head())
	}
	if err := appendOne(); err != nil {
		t.Fatal(err)
	}
	journaltest.Check(t, j, "")
}

func TestFlip(t *testing.T) {
	d := memjournal.NewDisk()
	j, err := memjournal.Open(d)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := j.Append(t.Context(), j.Head(), journaltest.Next(j.Head(), 1, 2, "")); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Flip(3); err != nil {
		t.Fatal(err)
	}
	for seq := journal.Seq(1); seq <= 6; seq++ {
		_, err := j.Line(t.Context(), seq)
		damage, isDamage := errors.AsType[*journal.Damage](err)
		if inBlock := seq == 3 || seq == 4; inBlock != isDamage || isDamage && damage.Height != 2 {
			t.Errorf("seq %d: %v", seq, err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := memjournal.Open(d); !errors.Is(err, journal.ErrCorrupt) {
		t.Errorf("open a damaged disk: %v", err)
	}
}

func TestModel(t *testing.T) { journaltest.Model(t, fresh) }
