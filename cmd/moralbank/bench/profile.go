package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/pprof"
)

// Profiles are the files into which the rush alone is profiled; "" makes none.
type Profiles struct{ CPU, Allocs string }

// Rush runs the lunch rush in process for one window, and profiles it. It leaves nothing behind but the profiles.
func (w *World) Rush(ctx context.Context, o Options, clients int, into Profiles) (report *Report, err error) {
	o.Rounds = 1
	b := &bench{World: w, Options: o.withDefaults()}
	dir, err := os.MkdirTemp("", "moralbank-rush-")
	if err != nil {
		return nil, fmt.Errorf("rush: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	t, err := w.found(ctx, filepath.Join(dir, "town"), b.Members)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, t.end(ctx)) }()
	if _, err := t.rush(ctx, clients, b.Window/5); err != nil { // warm
		return nil, err
	}
	began := w.Clock.Mono()
	if err := into.around(func() error {
		r, err := t.rush(ctx, clients, b.Window)
		return b.note(side("redeem", clients), r, err)
	}); err != nil {
		return nil, err
	}
	return &Report{Machine: machine(), Took: w.Clock.Mono() - began, Rounds: 1, Window: b.Window, Members: b.Members, Sides: b.sides()}, nil
}

// around profiles what do does.
func (p Profiles) around(do func() error) (err error) {
	if p.CPU != "" {
		f, err := os.Create(p.CPU)
		if err != nil {
			return fmt.Errorf("profile: %w", err)
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			return errors.Join(fmt.Errorf("profile: %w", err), f.Close())
		}
		defer func() { pprof.StopCPUProfile(); err = errors.Join(err, f.Close()) }()
	}
	if err := do(); err != nil || p.Allocs == "" {
		return err
	}
	f, err := os.Create(p.Allocs)
	if err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	return errors.Join(pprof.Lookup("allocs").WriteTo(f, 0), f.Close())
}
