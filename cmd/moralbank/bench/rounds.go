package bench

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// limits is one round of the rush beside what bounds it. The two sides of a ratio stand next to each other.
func (b *bench) limits(ctx context.Context, t *town, bare *bareLog, base *naive, round int) error {
	r, err := bare.sync(ctx, b.Clock, b.Window/2)
	if err := b.note("fdatasync", r, err); err != nil {
		return err
	}
	for _, clients := range []int{alone, few, many, crush} {
		window := b.Window
		if clients == few || clients == crush {
			window /= 2
		}
		r, err := bare.rush(ctx, b.Clock, clients, window)
		if err := b.note(side("bare log", clients), r, err); err != nil {
			return err
		}
		r, err = t.rush(ctx, clients, window)
		if err := b.note(side("redeem", clients), r, err); err != nil {
			return err
		}
	}
	t.stop() // the signed log rests: what is left of the evidence is in the commit itself
	r, err = t.rush(ctx, many, b.Window)
	t.sign(ctx)
	if err := b.note("redeem, nothing signed", r, err); err != nil {
		return err
	}
	r, err = b.evidence(ctx, t.Journal, 20_000)
	if err := b.note("evidence", r, err); err != nil {
		return err
	}
	r, err = base.rush(ctx, b.Clock, many, b.Window, round)
	return b.note("one transaction each", r, err)
}

// bulkSize is how many commands one round of bulk hands in for each second of a round.
const bulkSize = 20_000

// day is one round of what else a day brings.
func (b *bench) day(ctx context.Context, t *town) error {
	r, err := t.earn(ctx, many)
	if err := b.note("earn", r, err); err != nil {
		return err
	}
	r, cmds, err := t.bulk(ctx, max(1, int(bulkSize*b.Window/time.Second)))
	if err := b.note("bulk", r, err); err != nil {
		return err
	}
	r, err = t.storm(ctx, cmds)
	if err := b.note("replay storm", r, err); err != nil {
		return err
	}
	r, err = t.looks(ctx, min(b.Window, 100*time.Millisecond))
	return b.note("balance in process", r, err)
}

// looks reads balances, by one goroutine.
func (t *town) looks(ctx context.Context, window time.Duration) (run, error) {
	const many = 1000
	r, err := loop(ctx, t.world.Clock, 1, window, func(_, round int) error {
		for i := range many {
			if _, _, ok := t.Engine.Balance(member((round + i) % 10)); !ok {
				return errors.New("no such account")
			}
		}
		return nil
	})
	r.n *= many
	r.each = nil // of a thousand at a time
	return r, err
}

// side names one side of a comparison.
func side(what string, clients int) string {
	if clients == 1 {
		return what + ", 1 client"
	}
	return fmt.Sprintf("%s, %d clients", what, clients)
}
