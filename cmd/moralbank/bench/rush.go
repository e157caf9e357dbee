package bench

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/engine"
)

// The purse of each member of a measured community, and what she buys: the cheapest thing on the menu, which has no
// limit of one in a meal period.
const (
	purse     = ledger.Points(100_000)
	snack     = "soy-milk"
	snackCost = ledger.Points(5)
)

// town is a community with points to spend, on the real disk, with its view and its signed log running.
type town struct {
	*House

	world   *World
	clock   engine.Clock // the machine's, moved on by shift
	shifted *atomic.Int64
	members int
	steps   []atomic.Int64 // of each member's pay code
	queued  []sync.Mutex   // each member shows one code at a time
	rounds  int            // of earn
	stop    func()         // ends the signing
}

// found makes a town of so many members in a directory that does not exist yet.
func (w *World) found(ctx context.Context, dir string, members int) (*town, error) {
	t := w.plan(members)
	var err error
	if t.House, err = w.Found(ctx, dir, t.clock); err != nil {
		return nil, err
	}
	t.sign(ctx)
	cmds := append(offices(), endowment(members)...)
	if err := each(ctx, t.Engine, cmds); err != nil {
		return nil, errors.Join(err, t.end(ctx))
	}
	if err := all(ctx, t.Engine, accounts(members)); err != nil {
		return nil, errors.Join(err, t.end(ctx))
	}
	if err := all(ctx, t.Engine, gifts(members, t.clock)); err != nil {
		return nil, errors.Join(err, t.end(ctx))
	}
	return t, nil
}

// plan is a town that is not open yet. Its clock runs with the machine's, from wherever it is moved to.
func (w *World) plan(members int) *town {
	t := &town{world: w, members: members, steps: make([]atomic.Int64, members), queued: make([]sync.Mutex, members), shifted: new(atomic.Int64)}
	shift := func() time.Duration { return time.Duration(t.shifted.Load()) }
	t.clock = engine.Clock{
		Wall: func() time.Time { return w.Clock.Wall().Add(shift()) },
		Mono: func() time.Duration { return w.Clock.Mono() + shift() },
	}
	return t
}

// pass moves the town's clock on: hours of service need no hours here.
func (t *town) pass(d time.Duration) { t.shifted.Add(int64(d)) }

// now is the town's time.
func (t *town) now() ledger.Time { return ledger.Time(t.clock.Wall().UnixMilli()) }

// sign starts the signed log, as a server does.
func (t *town) sign(ctx context.Context) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() { defer close(done); t.Sealed.Run(ctx) }()
	t.stop = func() { cancel(); <-done }
}

// end closes the house.
func (t *town) end(ctx context.Context) error {
	t.stop()
	return t.Close(context.WithoutCancel(ctx))
}

// listRows is how many opening balances one list brings in.
const listRows = 2000

func list(i int) string { return "im/bench" + num(i/listRows) }

// endowment announces lists of opening balances, and lets two organizations vouch for each.
func endowment(members int) []*ledger.Command {
	var cmds []*ledger.Command
	for i := 0; i < members; i += listRows {
		rows := min(listRows, members-i)
		cmds = append(cmds, &ledger.Command{Key: key("list", num(i)), Actor: ledger.ActorRoot, Via: ledger.ViaCLI, Do: &ledger.OpenImport{
			Import: list(i), File: hex.EncodeToString(make([]byte, 32)), Rows: rows, Points: purse * ledger.Points(rows), Minutes: 0,
		}})
		for o := range 2 {
			cmds = append(cmds, &ledger.Command{
				Key: key("vouch", num(i), num(o)), Actor: ledger.AccountID("m/admin" + num(o+1)), Via: ledger.ViaWeb,
				Do: &ledger.ApproveImport{Import: list(i), Org: ledger.OrgID("o" + num(o+1))},
			})
		}
	}
	return cmds
}

// gifts are the rows of those lists: a full purse for everybody.
func gifts(members int, clock engine.Clock) []*ledger.Command {
	d := clock.Wall().UTC().AddDate(0, 6, 0)
	month := ledger.Month(d.Year()*100 + int(d.Month())) //nolint:gosec // years have four digits
	cmds := make([]*ledger.Command, members)
	for i := range cmds {
		cmds[i] = &ledger.Command{Key: key("gift", num(i)), Actor: ledger.ActorRoot, Via: ledger.ViaCLI, Do: &ledger.ImportRow{
			Import: list(i), Account: member(i), Points: purse, Month: month,
		}}
	}
	return cmds
}

// buys is a member's next snack at the one canteen, by pay code.
func (t *town) buys(who int, k ledger.Key) *ledger.Command {
	return &ledger.Command{Key: k, Actor: cashier, Via: till, Do: &ledger.Redeem{
		Canteen: canteen, Account: member(who), Meal: snack, Points: snackCost, PIN: true,
		Handle: ledger.Handle(num(firstHandle + who)), Step: t.steps[who].Add(1),
	}}
}

// rush lets clients redeem for a while, member after member. It says also how many records stood in one commit.
func (t *town) rush(ctx context.Context, clients int, window time.Duration) (run, error) {
	keys := make([]*rand.Rand, clients)
	for c := range keys {
		keys[c] = t.world.keys()
	}
	before := t.Engine.Stats()
	r, err := loop(ctx, t.world.Clock, clients, window, func(c, round int) error {
		who := (c + clients*round) % t.members
		t.queued[who].Lock()
		defer t.queued[who].Unlock()
		return done(t.Engine.Submit(ctx, t.buys(who, newKey(keys[c]))))
	})
	if err != nil {
		return r, fmt.Errorf("lunch rush: %w", err)
	}
	after := t.Engine.Stats()
	r.batch = float64(after.Records-before.Records) / float64(max(after.Commits-before.Commits, 1))
	return r, nil
}

// resume lets the pay codes of a town that was open before go on: far beyond any step that was used.
func (t *town) resume() {
	t.steps, t.queued = make([]atomic.Int64, t.members), make([]sync.Mutex, t.members)
	for i := range t.steps {
		t.steps[i].Store(int64(t.now() / codeStep * 1000))
	}
}
