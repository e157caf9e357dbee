package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"moralbank.example/bank/cmd/moralbank/bench"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/engine"
)

// quietly is a console that keeps what it is told to print.
func quietly(t *testing.T) (*console, *bytes.Buffer) {
	t.Helper()
	t.Setenv("MORALBANK_AS_MAIN", "1") // the measured servers are this binary
	var out bytes.Buffer
	return &console{out: &out, errs: io.Discard, log: slog.New(slog.DiscardHandler), level: new(slog.LevelVar), clock: engine.SystemClock()}, &out
}

// The whole measuring at the smallest size: every line is there, and the books that it wrote verify, which Run checks. How
// fast anything was is not asked.
func TestBenchMeasuresEverything(t *testing.T) {
	con, out := quietly(t)
	fixture := filepath.Join(t.TempDir(), "past")
	if err := (&benchFixtureCmd{Dir: fixture, Records: 4000}).Run(t.Context(), con); err != nil {
		t.Fatal(err)
	}
	run := &benchRunCmd{Dir: t.TempDir(), Fixture: fixture, Rounds: 1, Window: 20 * time.Millisecond, Members: 70, JSON: true}
	if err := run.Run(t.Context(), con); err != nil {
		t.Fatal(err)
	}
	var report bench.Report
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Figures {
		if f.Value <= 0 {
			t.Errorf("%s, %s: not measured", f.Part, f.Name)
		}
	}
	for _, s := range report.Sides {
		if s.Rate <= 0 || s.Rounds < 1 {
			t.Errorf("%s: %+v", s.Name, s)
		}
	}
	if len(report.Figures) < 30 || len(report.Sides) < 30 {
		t.Errorf("%d figures of %d sides", len(report.Figures), len(report.Sides))
	}
	out.Reset()
	if err := report.Write(out); err != nil {
		t.Fatal(err)
	}
	for i := range report.Figures {
		if !strings.Contains(out.String(), report.Figures[i].Name) {
			t.Errorf("the table leaves out %s", report.Figures[i].Name)
		}
	}
}

// A fixture that was interrupted goes on where it stood, comes to the same books, and is then left alone.
func TestFixtureGoesOn(t *testing.T) {
	con, _ := quietly(t)
	w, err := benchWorld(con)
	if err != nil {
		t.Fatal(err)
	}
	whole := bench.Fixture{Dir: filepath.Join(t.TempDir(), "whole"), Records: 3000}
	if err := w.Fill(t.Context(), whole); err != nil {
		t.Fatal(err)
	}
	cut := bench.Fixture{Dir: filepath.Join(t.TempDir(), "cut"), Records: whole.Records}
	found, open, runs := w.Found, w.Open, 0
	for done := false; !done; runs++ {
		ctx, stop := context.WithCancel(t.Context())
		w.Found = func(ctx context.Context, dir string, clock engine.Clock) (*bench.House, error) {
			return stopLater(ctx, stop)(found(ctx, dir, clock))
		}
		w.Open = func(ctx context.Context, dir string, clock engine.Clock) (*bench.House, error) {
			return stopLater(ctx, stop)(open(ctx, dir, clock))
		}
		err := w.Fill(ctx, cut)
		if done = err == nil; !done && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		stop()
	}
	w.Found, w.Open = found, open
	a, b := lineOf(t, w, whole.Dir), lineOf(t, w, cut.Dir)
	if a != b || runs < 3 {
		t.Errorf("whole: %+v\nin %d pieces: %+v", a, runs, b)
	}
	if err := w.Fill(t.Context(), cut); err != nil || lineOf(t, w, cut.Dir) != b {
		t.Errorf("a whole fixture was changed: %v", err)
	}
}

// stopLater stops a run that has come 700 records further.
func stopLater(ctx context.Context, stop func()) func(*bench.House, error) (*bench.House, error) {
	return func(h *bench.House, err error) (*bench.House, error) {
		if err != nil {
			return h, err
		}
		until := h.Engine.Seq() + 700
		go func() {
			if h.View.CatchUp(ctx, until) == nil {
				stop()
			}
		}()
		return h, nil
	}
}

// truth is what two ledgers must have in common, however they were interrupted.
type truth struct {
	issued, redeemed, outstanding ledger.Points
	members                       int
	records                       ledger.Seq
}

func lineOf(t *testing.T, w *bench.World, dir string) truth {
	t.Helper()
	h, err := w.Open(t.Context(), dir, w.Clock)
	if err != nil {
		t.Fatal(err)
	}
	v, err := h.View.Truth(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !v.Holds {
		t.Errorf("%s: the line of truth does not hold", dir)
	}
	return truth{v.Issued, v.Redeemed, v.Outstanding, v.Members, v.Records}
}
