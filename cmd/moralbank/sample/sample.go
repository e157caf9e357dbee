// Package sample fills a new ledger with a living community of fictional people (演示数据): six months of activities and
// meals, made from a fixed seed and through the real rules, command by command, as if the days had been lived.
//
// Nothing in it is written behind the rules' back: what a rule would refuse does not happen here either. Names are put
// together from lists; nobody in it exists.
package sample

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/engine"
	"moralbank.example/bank/ledger/roster"
	"moralbank.example/bank/ledger/view"
)

// People is how many live in the demo community.
const People = 320

// Months is how much history they have.
const Months = 6

const (
	minute = ledger.Time(60_000)
	hour   = 60 * minute
	day    = 24 * hour
	offset = 8 * hour // the rulebook's
)

// Clock is the time of the sample while it is being lived: it stands until it is set.
type Clock struct{ ms atomic.Int64 }

// Set moves the clock.
func (c *Clock) Set(t ledger.Time) { c.ms.Store(int64(t)) }

// Engine is the clock as the engine takes it: wall and monotonic time move together.
func (c *Clock) Engine() engine.Clock {
	return engine.Clock{
		Wall: func() time.Time { return time.UnixMilli(c.ms.Load()) },
		Mono: func() time.Duration { return time.Duration(c.ms.Load()) * time.Millisecond },
	}
}

// Rooms are what the sample is written into.
type Rooms struct {
	Engine *engine.Engine
	View   *view.View
	Roster *roster.Roster
	Clock  *Clock
}

// Begins is the moment from which a sample that ends now is lived.
func Begins(now ledger.Time) ledger.Time { return dayStart(now) - Months*30*day }

func dayStart(t ledger.Time) ledger.Time { return (t+offset)/day*day - offset }

// life is one run of the sample.
type life struct {
	Rooms
	rng     *rand.Rand
	now     ledger.Time // the moment up to which it is lived; the real now
	town    town
	events  []event
	n       int // commands made, for their keys
	voided  int
	held    map[ledger.ActivityID]*gathering
	handles map[ledger.AccountID]ledger.Handle
	booked  []booking // for the next lunch
}

// event is something that happens at a moment.
type event struct {
	at ledger.Time
	do func(context.Context) error
}

// Fill lives the community's six months up to now. The ledger must be founded and empty of members, the engine open on
// Rooms.Clock, which stands at Begins(now).
func Fill(ctx context.Context, rooms Rooms, seed uint64, now ledger.Time) (Cast, error) {
	l := &life{
		Rooms: rooms, rng: rand.New(rand.NewPCG(seed, 1)), now: now, //nolint:gosec // the same community each time is the point
		held: map[ledger.ActivityID]*gathering{}, handles: map[ledger.AccountID]ledger.Handle{},
	}
	if err := l.settle(ctx); err != nil {
		return Cast{}, fmt.Errorf("settle the community: %w", err)
	}
	l.plan()
	slices.SortStableFunc(l.events, func(a, b event) int { return cmp.Compare(a.at, b.at) })
	for _, e := range l.events {
		l.Clock.Set(e.at)
		if err := e.do(ctx); err != nil {
			return Cast{}, fmt.Errorf("on %s: %w", time.UnixMilli(int64(e.at+offset)).UTC().Format(time.DateTime), err)
		}
	}
	l.Clock.Set(now)
	return l.town.cast, nil
}

// at plans something for a moment; what would lie in the future is left to the people who try the demo.
func (l *life) at(t ledger.Time, do func(context.Context) error) {
	if t < l.now {
		l.events = append(l.events, event{t, do})
	}
}

// submit sends a command. A refusal is an answer: what the rules refuse does not happen.
func (l *life) submit(ctx context.Context, actor ledger.AccountID, via ledger.DeviceID, v ledger.Verb) (engine.Answer, error) {
	l.n++
	a, err := l.Engine.Submit(ctx, &ledger.Command{
		Key: ledger.DerivedKey("sample", strconv.Itoa(l.n)), Actor: actor, Via: via, Do: v,
	})
	if err != nil {
		return a, fmt.Errorf("%T: %w", v, err)
	}
	return a, nil
}

// must sends a command that cannot be refused.
func (l *life) must(ctx context.Context, actor ledger.AccountID, via ledger.DeviceID, v ledger.Verb) (engine.Answer, error) {
	a, err := l.submit(ctx, actor, via, v)
	if err == nil && a.Refusal != nil {
		return a, fmt.Errorf("%T by %s: %w", v, actor, a.Refusal)
	}
	return a, err
}

// by is the audit line's author, now.
func (l *life) by(actor ledger.AccountID) roster.By {
	return roster.By{Actor: actor, Device: ledger.ViaCLI, At: ledger.Time(l.Clock.ms.Load())}
}

// chance reports true once in so many times.
func (l *life) chance(in int) bool { return l.rng.IntN(in) == 0 }

// pick draws one of several.
func pick[T any](l *life, from []T) T { return from[l.rng.IntN(len(from))] }
