package bench

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"moralbank.example/bank/ledger"
)

// visitors is how many come to the activity of one round of earn.
const visitors = 400

// earn is one activity from its announcement to its confirmation: everybody scans in and out, the leader closes, the engine
// posts the awards, an organizer confirms. Its operations are records.
func (t *town) earn(ctx context.Context, clients int) (run, error) {
	t.rounds++
	people := min(visitors, t.members)
	id := ledger.ActivityID("a/earn" + num(t.rounds) + "-" + num(int64(t.Engine.Seq())))
	start := t.now() + minute
	lead := leader(t.rounds % teams)
	ask := func(who ledger.AccountID, do ledger.Verb) error {
		return done(t.Engine.Submit(ctx, &ledger.Command{Key: newKey(t.world.keys()), Actor: who, Via: ledger.ViaWeb, Do: do}))
	}
	if err := ask(lead, &ledger.OpenActivity{
		Activity: id, Type: "clean-up", Team: team(t.rounds % teams), Start: start, End: start + 2*hour, Charge: lead, Text: commitment,
	}); err != nil {
		return run{}, err
	}
	var r run
	first := t.Engine.Seq()
	scans := func(to ledger.Direction) error {
		var next atomic.Int64
		leg, err := loop(ctx, t.world.Clock, clients, time.Hour, func(int, int) error {
			i := int(next.Add(1)) - 1
			if i >= people {
				return errDone
			}
			return ask(member(i), &ledger.Scan{Activity: id, Account: member(i), Path: ledger.PathStation, Direction: to, Live: true})
		})
		r.took, r.cpu, r.each = r.took+leg.took, r.cpu+leg.cpu, append(r.each, leg.each...)
		return err
	}
	t.pass(2 * time.Minute)
	if err := scans(ledger.In); err != nil {
		return r, fmt.Errorf("check-in: %w", err)
	}
	t.pass(2 * time.Hour)
	if err := scans(ledger.Out); err != nil {
		return r, fmt.Errorf("check-out: %w", err)
	}
	busy, began := processTime(), t.world.Clock.Mono()
	if err := ask(lead, &ledger.CloseActivity{Activity: id, Headcount: people}); err != nil {
		return r, fmt.Errorf("close: %w", err)
	}
	if err := t.awarded(ctx, id); err != nil {
		return r, err
	}
	if err := ask(organizer, &ledger.ConfirmActivity{Activity: id}); err != nil {
		return r, fmt.Errorf("confirm: %w", err)
	}
	r.took, r.cpu = r.took+t.world.Clock.Mono()-began, r.cpu+processTime()-busy
	r.n = int(t.Engine.Seq() - first)
	sortRun(&r)
	return r, nil
}

// awarded waits until the engine has posted the awards of an activity.
func (t *town) awarded(ctx context.Context, id ledger.ActivityID) error {
	for {
		if err := t.View.CatchUp(ctx, t.Engine.Seq()); err != nil {
			return fmt.Errorf("awards: %w", err)
		}
		pending := 0
		_, moved := t.View.Changed()
		t.View.Read(func(b *ledger.Book) {
			if a, ok := b.Activity(id); ok {
				pending = a.Pending
			}
		})
		if pending == 0 {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// bulk hands in many commands at once, in process: what an import or an offline list is. No member comes twice, since her
// pay codes must arrive in order.
func (t *town) bulk(ctx context.Context, n int) (run, []*ledger.Command, error) {
	keys := t.world.keys()
	cmds := make([]*ledger.Command, min(n, t.members))
	for i := range cmds {
		cmds[i] = t.buys(i, newKey(keys))
	}
	r, err := t.hand(ctx, cmds)
	return r, cmds, err
}

// storm hands in commands that were carried out before, under the same keys: nothing may happen again.
func (t *town) storm(ctx context.Context, cmds []*ledger.Command) (run, error) {
	before := t.Engine.Seq()
	r, err := t.hand(ctx, cmds)
	if err == nil && t.Engine.Seq() != before {
		err = errors.New("a retried key made a second record")
	}
	return r, err
}

func (t *town) hand(ctx context.Context, cmds []*ledger.Command) (run, error) {
	before := t.Engine.Stats()
	busy, began := processTime(), t.world.Clock.Mono()
	err := all(ctx, t.Engine, cmds)
	r := run{n: len(cmds), took: t.world.Clock.Mono() - began, cpu: processTime() - busy}
	after := t.Engine.Stats()
	if commits := after.Commits - before.Commits; commits > 0 {
		r.batch = float64(after.Records-before.Records) / float64(commits)
	}
	return r, err
}
