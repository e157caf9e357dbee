package bench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
)

// served is the bank as a process of its own, asked over HTTP by clients of this one; beside it the same server with a
// ledger that answers at once, and a constant.
func (b *bench) served(ctx context.Context) (err error) {
	dir := filepath.Join(b.Dir, "served")
	cards, err := b.furnish(ctx, dir)
	if err != nil {
		return err
	}
	real, err := b.enter(ctx, dir, cards, "serve")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, real.end(), b.recomputed(ctx, dir)) }()
	other := filepath.Join(b.Dir, "instant")
	if cards, err = b.furnish(ctx, other); err != nil {
		return err
	}
	instant, err := b.enter(ctx, other, cards, "bench", "instant")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, instant.end()) }()
	for range b.Rounds {
		if err := b.web(ctx, real, instant); err != nil {
			return err
		}
	}
	for range b.Rounds { // behind the others: a crowd leaves memory behind that is not of an ordinary rush
		if err := b.overrun(ctx, real); err != nil {
			return err
		}
	}
	return real.adds(ctx)
}

// web is one round of both servers.
func (b *bench) web(ctx context.Context, real, instant *door) error {
	r, err := real.redeem(ctx, many, b.Window)
	if err := b.note("HTTP redeem", r, err); err != nil {
		return err
	}
	if err := b.weigh(real, "memory, demo-sized"); err != nil {
		return err
	}
	r, err = instant.redeem(ctx, many, b.Window)
	if err := b.note("HTTP redeem, ledger at once", r, err); err != nil {
		return err
	}
	r, err = real.lists(ctx, b.Window)
	if err := b.note("HTTP lists of 100", r, err); err != nil {
		return err
	}
	r, err = real.balances(ctx, many, b.Window)
	if err := b.note("HTTP balance", r, err); err != nil {
		return err
	}
	r, err = real.constant(ctx, "/healthz", many, b.Window)
	if err := b.note("HTTP constant of the bank", r, err); err != nil {
		return err
	}
	r, err = instant.constant(ctx, ConstantPath, many, b.Window)
	return b.note("HTTP constant", r, err)
}

// overrun is one round of an ordinary rush and of ten times as many clients, twice.
func (b *bench) overrun(ctx context.Context, d *door) error {
	r, err := d.redeem(ctx, many, b.Window)
	if err := b.note("HTTP redeem, before a crowd", r, err); err != nil {
		return err
	}
	for _, what := range []string{"memory, storm", "memory, second storm"} {
		r, err := d.redeem(ctx, storm, b.Window)
		if err := b.note("HTTP redeem, 640 clients", r, err); err != nil {
			return err
		}
		b.facts["turned away"] = append(b.facts["turned away"], float64(r.turned)/r.took.Seconds())
		if err := b.weigh(d, what); err != nil {
			return err
		}
	}
	return nil
}

// weigh notes the memory of a server.
func (b *bench) weigh(d *door, what string) error {
	n, err := anonymous(d.cmd.Process.Pid)
	if errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	b.facts[what] = append(b.facts[what], float64(n))
	return err
}

// demoSized is more people than the demo has.
const demoSized = 2000

// furnish makes a directory with members who have points and cards, and closes it again.
func (b *bench) furnish(ctx context.Context, dir string) ([]string, error) {
	t, err := b.found(ctx, dir, min(demoSized, b.Members))
	if err != nil {
		return nil, err
	}
	cards, err := t.handOut(ctx)
	return cards, errors.Join(err, t.end(ctx))
}

// enter starts a server and signs in at it.
func (b *bench) enter(ctx context.Context, dir string, cards []string, args ...string) (*door, error) {
	c, err := b.serve(ctx, dir, args...)
	if err != nil {
		return nil, err
	}
	d, err := b.knock(c, dir, cards)
	if err != nil {
		return nil, errors.Join(err, c.kill())
	}
	return d, nil
}

// recomputed opens books once more and recomputes them.
func (b *bench) recomputed(ctx context.Context, dir string) error {
	h, err := b.Open(ctx, dir, b.Clock)
	if err != nil {
		return fmt.Errorf("open what was measured: %w", err)
	}
	_, err = b.verified(ctx, h.Journal)
	return errors.Join(err, h.Close(ctx))
}
