package bench

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"moralbank.example/bank/cmd/moralbank/sample"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// Fixture is a data directory with a long past: a community that has lived two years through the real engine and rules,
// for measuring what time does to the books. The same numbers make the same community.
type Fixture struct {
	Dir     string
	Records int64
	Members int // 0: one for each hundred records, 100 to 100,000
}

// The two years of a fixture.
const (
	fixtureDays  = 730
	groupSize    = 50                             // people of one activity
	skipMeal     = 10                             // one in so many leaves her points to expire
	fixtureStart = ledger.Time(1_730_390_400_000) // 2024-11-01 00:00 in China
	mealPoints   = ledger.Points(18)              // a small bowl of beef noodles, out of the 20 that two hours earn
	yearlyTurn   = fixtureStart + fixtureDays*day // the end of its past: 2026-11-01
	settleTime   = fixtureStart - day             // when accounts are opened
	codeStep     = ledger.Time(30_000)            // of a pay code, in milliseconds
	firstHandle  = 100_000_000                    // of member 0
	perVisit     = 2 + 1 + float64(skipMeal-1)/10 // records of one presence: in, out, award, meal
	perGroup     = 3 / float64(groupSize)         // and its share of its activity's: announced, closed, confirmed
)

// past is a fixture on its way.
type past struct {
	*World
	Fixture

	house  *House
	clock  *sample.Clock
	visits int         // a day
	last   ledger.Time // of the newest record when this run began: what is before it is done
}

// Fill makes the fixture, or goes on where an earlier run was interrupted, killed included: the newest record says which
// step of which day was under way, and the step is asked for again under the same keys.
func (w *World) Fill(ctx context.Context, f Fixture) (err error) {
	if f.Members == 0 {
		f.Members = int(min(max(f.Records/100, 100), 100_000))
	}
	p := &past{World: w, Fixture: f, clock: new(sample.Clock)}
	p.visits = max(1, int(float64(f.Records-int64(f.Members))/fixtureDays/(perVisit+perGroup)))
	if err := p.open(ctx); err != nil {
		return err
	}
	signing, stop := context.WithCancel(ctx)
	signed := make(chan struct{})
	go func() { defer close(signed); p.house.Sealed.Run(signing) }()
	defer func() {
		stop()
		<-signed
		err = errors.Join(err, p.house.Close(context.WithoutCancel(ctx)))
	}()
	if err := p.settle(ctx); err != nil {
		return err
	}
	return p.live(ctx)
}

// open opens the directory, or makes it. The clock stands at the newest record: the books do not go back.
func (p *past) open(ctx context.Context) error {
	p.clock.Set(settleTime)
	_, err := os.Stat(filepath.Join(p.Dir, "settings.json"))
	if errors.Is(err, fs.ErrNotExist) {
		p.house, err = p.Found(ctx, p.Dir, p.clock.Engine())
		return err
	}
	if err != nil {
		return fmt.Errorf("open fixture: %w", err)
	}
	if p.house, err = p.Open(ctx, p.Dir, p.clock.Engine()); err != nil {
		return err
	}
	p.house.View.Read(func(b *ledger.Book) { p.last = b.Time() })
	p.clock.Set(max(p.last, settleTime))
	p.house.Engine.ConfirmClock()
	return nil
}

// step carries out what happens at one moment, unless a later moment has been reached before: then it was whole.
func (p *past) step(ctx context.Context, at ledger.Time, cmds []*ledger.Command) error {
	if at < p.last {
		return nil
	}
	p.clock.Set(at)
	return all(ctx, p.house.Engine, cmds, ledger.CodeBalanceShort)
}

// settle opens the accounts, and enters the people into the roster.
func (p *past) settle(ctx context.Context) error {
	if p.last > settleTime {
		return nil
	}
	if err := each(ctx, p.house.Engine, offices()); err != nil {
		return err
	}
	if err := enter(ctx, p.house.Roster, p.Members); err != nil {
		return err
	}
	return p.step(ctx, settleTime, accounts(p.Members))
}

// enter puts members and staff into the roster; who is there already stays.
func enter(ctx context.Context, r *roster.Roster, members int) error {
	by := roster.By{Actor: ledger.ActorRoot, Device: ledger.ViaCLI, At: settleTime}
	people := []roster.Person{
		{Account: cashier, Name: "陈兰", Phone: "13900000001", Birth: "1980-05-05", Demo: true},
		{Account: organizer, Name: "周敏", Phone: "13900000002", Birth: "1980-05-05", Demo: true},
		{Account: auditor, Name: "何平", Phone: "13900000003", Birth: "1980-05-05", Demo: true},
	}
	given := []string{"秀英", "桂兰", "建国", "志强", "玉珍", "海燕", "明", "丽华"}
	rng := rand.New(rand.NewPCG(1, 1)) //nolint:gosec // the same community each time is the point
	for i := range members {
		birth := fmt.Sprintf("%d-%02d-%02d", 1940+rng.IntN(60), 1+rng.IntN(12), 1+rng.IntN(28))
		people = append(people, roster.Person{
			Account: member(i), Name: "王" + given[rng.IntN(len(given))], Birth: roster.Date(birth), Building: "A区" + num(1+i%40) + "栋", Demo: true,
		})
	}
	var missing []roster.Person
	for i := range people {
		if !r.Has(people[i].Account) {
			missing = append(missing, people[i])
		}
		if len(missing) == roster.PeopleMax || i == len(people)-1 && len(missing) > 0 {
			if err := r.AddPeople(ctx, by, missing...); err != nil {
				return fmt.Errorf("enter people: %w", err)
			}
			missing = nil
		}
	}
	return nil
}

// live lives the days until there are enough records.
func (p *past) live(ctx context.Context) error {
	began, first := p.Clock.Mono(), p.house.Engine.Seq()
	d := 0
	if p.last > fixtureStart {
		d = int((p.last - fixtureStart) / day)
	}
	for said := began; int64(p.house.Engine.Seq()) < p.Records; d++ {
		if err := p.liveDay(ctx, d); err != nil {
			return fmt.Errorf("day %d: %w", d, err)
		}
		if now := p.Clock.Mono(); now-said > 10*time.Second {
			said = now
			seq := p.house.Engine.Seq()
			fmt.Fprintf(p.Progress, "day %d: %d of %d records, %.0f a second\n", d, seq, p.Records, float64(seq-first)/(now-began).Seconds())
		}
	}
	return nil
}

// liveDay is one day: who signed up yesterday comes, stays two hours, and eats tomorrow.
func (p *past) liveDay(ctx context.Context, d int) error {
	at := fixtureStart + ledger.Time(d)*day
	if err := p.step(ctx, at+7*hour, p.announce(d+1)); err != nil {
		return err
	}
	if d == 0 {
		return nil
	}
	start := at + 9*hour
	for _, leg := range []struct {
		at ledger.Time
		to ledger.Direction
	}{{start - 15*minute, ledger.In}, {start + 2*hour, ledger.Out}} {
		if err := p.step(ctx, leg.at, p.scans(d, leg.to)); err != nil {
			return err
		}
	}
	if err := p.step(ctx, start+2*hour+5*minute, p.closings(d)); err != nil {
		return err
	}
	if err := p.awarded(ctx, d); err != nil {
		return err
	}
	if err := p.step(ctx, at+11*hour+40*minute, p.meals(d, at+11*hour+40*minute)); err != nil {
		return err
	}
	return p.step(ctx, at+17*hour, p.confirmations(d))
}

func (p *past) groups() int { return (p.visits + groupSize - 1) / groupSize }

func (p *past) activity(d, g int) ledger.ActivityID {
	return ledger.ActivityID(fmt.Sprintf("a/d%04d-%04d", d, g))
}

// guest is who comes as number i on a day: everybody in turn.
func (p *past) guest(d, i int) int { return (d*p.visits + i) % p.Members }

func (p *past) announce(d int) []*ledger.Command {
	cmds := make([]*ledger.Command, p.groups())
	start := fixtureStart + ledger.Time(d)*day + 9*hour
	for g := range cmds {
		t := g % teams
		cmds[g] = &ledger.Command{Key: key("announce", num(d), num(g)), Actor: leader(t), Via: ledger.ViaWeb, Do: &ledger.OpenActivity{
			Activity: p.activity(d, g), Type: "clean-up", Team: team(t), Start: start, End: start + 2*hour, Charge: leader(t), Text: commitment,
		}}
	}
	return cmds
}

func (p *past) scans(d int, to ledger.Direction) []*ledger.Command {
	cmds := make([]*ledger.Command, p.visits)
	for i := range cmds {
		who := member(p.guest(d, i))
		cmds[i] = &ledger.Command{Key: key("scan", num(d), num(i), string(to)), Actor: who, Via: ledger.ViaWeb, Do: &ledger.Scan{
			Activity: p.activity(d, i/groupSize), Account: who, Path: ledger.PathStation, Direction: to, Live: true,
		}}
	}
	return cmds
}

func (p *past) closings(d int) []*ledger.Command {
	cmds := make([]*ledger.Command, p.groups())
	for g := range cmds {
		cmds[g] = &ledger.Command{Key: key("close", num(d), num(g)), Actor: leader(g % teams), Via: ledger.ViaWeb, Do: &ledger.CloseActivity{
			Activity: p.activity(d, g), Headcount: min(groupSize, p.visits-g*groupSize),
		}}
	}
	return cmds
}

// awarded waits until the engine has posted the day's awards.
func (p *past) awarded(ctx context.Context, d int) error {
	if err := p.house.View.CatchUp(ctx, p.house.Engine.Seq()); err != nil {
		return fmt.Errorf("wait for closings: %w", err)
	}
	for {
		_, moved := p.house.View.Changed()
		pending := 0
		p.house.View.Read(func(b *ledger.Book) {
			for g := range p.groups() {
				if a, ok := b.Activity(p.activity(d, g)); ok {
					pending += a.Pending
				}
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

// meals are of those who came the day before: all but one in ten eat.
func (p *past) meals(d int, at ledger.Time) []*ledger.Command {
	var cmds []*ledger.Command
	for i := range p.visits {
		if d == 1 || (d+i)%skipMeal == 0 {
			continue
		}
		who := p.guest(d-1, i)
		cmds = append(cmds, &ledger.Command{Key: key("meal", num(d), num(i)), Actor: cashier, Via: till, Do: &ledger.Redeem{
			Canteen: canteen, Account: member(who), Meal: "beef-noodles", Small: true, Points: mealPoints,
			Handle: ledger.Handle(num(firstHandle + who)), Step: int64(at / codeStep),
		}})
	}
	return cmds
}

func (p *past) confirmations(d int) []*ledger.Command {
	cmds := make([]*ledger.Command, p.groups())
	for g := range cmds {
		cmds[g] = &ledger.Command{Key: key("confirm", num(d), num(g)), Actor: organizer, Via: ledger.ViaWeb, Do: &ledger.ConfirmActivity{Activity: p.activity(d, g)}}
	}
	return cmds
}
