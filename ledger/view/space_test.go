package view_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/memjournal"
	"moralbank.example/bank/ledger/ledgertest"
	"moralbank.example/bank/ledger/view"
)

// fullDisk is an index on a disk that is full while full says so.
type fullDisk struct {
	journal.Index

	full atomic.Bool
}

func (d *fullDisk) Write(ctx context.Context, name string, puts []journal.KV, cursor journal.Seq) error {
	if d.full.Load() {
		return journal.ErrNoSpace
	}
	return d.Index.Write(ctx, name, puts, cursor)
}

// A full disk ended the views for good: every reader of what came after had to wait for a restart. Now they say so at once,
// let what they have be read, and go on by themselves.
func TestViewsOnAFullDisk(t *testing.T) {
	g := play(t, 0, 7500)
	synctest.Test(t, func(t *testing.T) {
		disk := memjournal.NewDisk()
		j, err := memjournal.Open(disk)
		if err != nil {
			t.Fatal(err)
		}
		x := &fullDisk{Index: memjournal.OpenIndex(disk)}
		v := open(t, j, x)
		x.full.Store(true)
		ledgertest.SealBlocks(t, j, g.Records, 7)
		end := ledger.Seq(j.Head().Seq)
		if err := v.CatchUp(t.Context(), end); !errors.Is(err, view.ErrNoSpace) {
			t.Fatalf("catch up on a full disk: %v", err)
		}
		at := v.Seq()
		if truth, err := v.Truth(t.Context()); err != nil || truth.Seq != at || at == 0 || at >= end {
			t.Fatalf("what it has, %d of %d, is not to be read: %+v %v", at, end, truth, err)
		}
		soon, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := v.Still(soon, at, func(*ledger.Book) error { return nil }); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("held within a block: %v", err)
		}
		x.full.Store(false)
		_, moved := v.Changed()
		<-moved
		if err := v.CatchUp(t.Context(), end); err != nil {
			t.Fatalf("with room again: %v", err)
		}
		agree(t, v, naiveOf(t, g.Records), g)
		if err := v.Close(); err != nil {
			t.Fatal(err)
		}
		compare(t, j, memjournal.OpenIndex(disk))
	})
}

// A view that is closed while it waits for room does not keep the process.
func TestViewClosedOnAFullDisk(t *testing.T) {
	g := play(t, 0, 7500)
	j, disk := sealed(t, nil)
	x := &fullDisk{Index: memjournal.OpenIndex(disk)}
	v := open(t, j, x)
	x.full.Store(true)
	ledgertest.SealBlocks(t, j, g.Records, 7)
	if err := v.CatchUp(t.Context(), ledger.Seq(j.Head().Seq)); !errors.Is(err, view.ErrNoSpace) {
		t.Fatalf("catch up on a full disk: %v", err)
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	x.full.Store(false)
	again := open(t, j, x)
	agree(t, again, naiveOf(t, g.Records), g)
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	compare(t, j, memjournal.OpenIndex(disk))
}
