package engine

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"moralbank.example/bank/ledger"
)

// town is what the clients know: what they were told, and what they have asked before.
type town struct {
	keys       uint64
	steps      int64
	members    int
	asked      []*ledger.Command
	activities []ledger.ActivityID // open, as far as anybody was told
	closed     []ledger.ActivityID
	starts     map[ledger.ActivityID]ledger.Time
	served     []ledger.Seq // meals and awards that stand
	holds      []ledger.Seq // booked meals
	bookers    map[ledger.Seq]int
}

const (
	simMembers = 10
	families   = 2
)

// key is the next fresh key of the run.
func (w *town) key() ledger.Key { w.keys++; return keyAt(1<<42 + w.keys) }

// command is one of an actor under a fresh key.
func (w *town) command(actor ledger.AccountID, via ledger.DeviceID, verb ledger.Verb) *ledger.Command {
	return &ledger.Command{Key: w.key(), Actor: actor, Via: via, Do: verb}
}

// settleTown founds the ledger, waits until families may give, and lets everybody earn. The faults begin afterwards.
func (s *sim) settleTown() {
	w := &s.town
	w.starts, w.bookers = map[ledger.ActivityID]ledger.Time{}, map[ledger.Seq]int{}
	root := func(verb ledger.Verb) { s.must(w.command(ledger.ActorRoot, ledger.ViaCLI, verb)) }
	root(&ledger.Found{Origin: "test.example/simulated", Rulebook: rich()})
	for _, id := range []ledger.AccountID{organizer, second, leader, cashier} {
		root(&ledger.OpenAccount{Account: id})
	}
	root(&ledger.GrantRole{Account: cashier, Role: ledger.RoleCashier, Scope: ledger.Scope(canteen)})
	root(&ledger.GrantRole{Account: leader, Role: ledger.RoleLeader, Scope: "t1"})
	root(&ledger.GrantRole{Account: organizer, Role: ledger.RoleOrganizer, Scope: ledger.ScopeCommunity})
	root(&ledger.GrantRole{Account: second, Role: ledger.RoleOrganizer, Scope: ledger.ScopeCommunity})
	root(&ledger.EnrolDevice{Device: till, Canteen: canteen})
	for w.members < simMembers {
		root(&ledger.OpenAccount{Account: member(w.members)})
		if w.members < 6 {
			root(&ledger.LinkFamily{Account: member(w.members), Family: fmt.Sprintf("f/%d", w.members%families)})
		}
		w.members++
	}
	s.hands.pass(31 * 24 * time.Hour)
	open := w.openActivity(s)
	s.must(open)
	id := open.Do.(*ledger.OpenActivity).Activity
	for i := range simMembers - 1 { // the last one never earned anything
		s.must(w.scan(s, id, i))
	}
	s.must(w.command(leader, ledger.ViaWeb, &ledger.CloseActivity{Activity: id, Headcount: simMembers - 1}))
	s.turnUntilIdle()
	s.must(w.command(organizer, ledger.ViaWeb, &ledger.ConfirmActivity{Activity: id}))
	s.keepUp()
}

// must is a command that makes records.
func (s *sim) must(cmd *ledger.Command) {
	s.ask(s.town.note(cmd))
	s.turnUntilIdle()
	if id := keyOf(cmd.Scope(), cmd.Key); !s.judge.made[id] {
		s.fail("%T %+v makes nothing", cmd.Do, cmd.Do)
	}
	s.keepUp()
}

// learn is what everybody hears of records that were made.
func (w *town) learn(cmd *ledger.Command, made []ledger.Record) {
	switch x := cmd.Do.(type) {
	case *ledger.OpenActivity:
		w.activities = append(w.activities, x.Activity)
		w.starts[x.Activity] = x.Start
	case *ledger.CloseActivity:
		w.closed = append(w.closed, x.Activity)
		w.activities = slices.DeleteFunc(w.activities, func(id ledger.ActivityID) bool { return id == x.Activity })
	case *ledger.Redeem, *ledger.Capture:
		w.served = append(w.served, made[0].Seq)
	case *ledger.Hold:
		w.holds = append(w.holds, made[0].Seq)
		var i int
		if _, err := fmt.Sscanf(string(x.Account), "m/p%d", &i); err == nil {
			w.bookers[made[0].Seq] = i
		}
	}
}

// anybody is an account to look at; sometimes one that does not exist.
func (w *town) anybody(s *sim) ledger.AccountID {
	switch n := s.rng.IntN(w.members + 6); {
	case n < w.members:
		return member(n)
	case n < w.members+4:
		return []ledger.AccountID{ledger.CanteenAccount(canteen), ledger.Transit, "i/t1", organizer}[n-w.members]
	case n == w.members+4:
		return evil
	default:
		return member(w.members + 3)
	}
}

// old is a command that was asked before.
func (w *town) old(s *sim) *ledger.Command { return w.asked[s.rng.IntN(len(w.asked))] }

// wish is what the next client sends.
func (w *town) wish(s *sim) *ledger.Command {
	switch n := s.rng.IntN(100); {
	case n < 12: // again, as after a lost answer: the newest ones most of the time
		i := len(w.asked) - 1 - s.rng.IntN(min(len(w.asked), 8+92*s.rng.IntN(2)))
		again := *w.asked[i]
		return &again
	case n < 15: // another content under an old key
		again := *w.old(s)
		again.Do = w.verb(s).Do
		return w.note(&again)
	case n < 17: // somebody else's key
		again := *w.old(s)
		if again.Actor = member(s.rng.IntN(w.members)); again.Via != till {
			s.met["another's key met nothing"]++
		}
		return w.note(&again)
	case n < 18:
		return &ledger.Command{Key: "no-key", Actor: cashier, Via: till, Do: &ledger.OpenAccount{Account: "m/x"}}
	case n < 19:
		return w.note(w.command(ledger.ActorRoot, ledger.ViaCLI, &ledger.OpenAccount{Account: evil}))
	}
	return w.note(w.verb(s))
}

func (w *town) note(cmd *ledger.Command) *ledger.Command {
	w.asked = append(w.asked, cmd)
	return cmd
}

// verb is a command of daily life under a fresh key; the rules may refuse it.
func (w *town) verb(s *sim) *ledger.Command {
	i := s.rng.IntN(w.members)
	switch n := s.rng.IntN(100); {
	case n < 40:
		return w.redeem(s, i)
	case n < 48:
		return w.command(member(i), ledger.ViaWeb, &ledger.Give{To: member((i + families*s.rng.IntN(4)) % 8), Points: ledger.Points(1 + s.rng.IntN(60)), Elder: true})
	case n < 56:
		return w.book(s, i)
	case n < 63 && len(w.holds) > 0:
		return w.collect(s)
	case n < 66 && len(w.holds) > 0:
		return w.command(organizer, ledger.ViaWeb, &ledger.Release{Hold: w.holds[s.rng.IntN(len(w.holds))]})
	case n < 74 && len(w.served) > 0:
		return w.reverse(s)
	case n < 78:
		return w.openActivity(s)
	case n < 92 && len(w.activities) > 0:
		return w.scan(s, w.activities[s.rng.IntN(len(w.activities))], i)
	case n < 95 && len(w.activities) > 0:
		return w.command(leader, ledger.ViaWeb, &ledger.CloseActivity{Activity: w.activities[s.rng.IntN(len(w.activities))], Headcount: 1 + s.rng.IntN(9)})
	case n < 98 && len(w.closed) > 0:
		return w.command(organizer, ledger.ViaWeb, &ledger.ConfirmActivity{Activity: w.closed[s.rng.IntN(len(w.closed))]})
	}
	w.members++
	return w.command(ledger.ActorRoot, ledger.ViaCLI, &ledger.OpenAccount{Account: member(w.members - 1)})
}

// code is what a member shows: her phone's next code, or now and then one that was shown before.
func (w *town) code(s *sim, i int) (ledger.Handle, int64) {
	if w.steps++; s.rng.IntN(10) == 0 {
		return ledger.Handle(fmt.Sprintf("h%d", i)), 1 + s.rng.Int64N(w.steps)
	}
	return ledger.Handle(fmt.Sprintf("h%d", i)), w.steps
}

var dishes = []struct {
	meal   string
	points ledger.Points
}{{"soy-milk", 5}, {"beef-noodles", 25}, {"lunch", 40}, {"soy-milk", 5}, {"vegetarian", 30}, {"dinner", 30}}

func (w *town) redeem(s *sim, i int) *ledger.Command {
	h, step := w.code(s, i)
	d := dishes[s.rng.IntN(len(dishes))]
	return w.command(cashier, till, &ledger.Redeem{
		Canteen: canteen, Account: member(i), Meal: d.meal, Points: d.points, PIN: s.rng.IntN(2) == 0, Handle: h, Step: step,
	})
}

// book is a main meal of today or one of the next days.
func (w *town) book(s *sim, i int) *ledger.Command {
	local := s.hands.wall.Add(8 * time.Hour)
	day := ledger.Day(local.Unix()/86400) + ledger.Day(s.rng.IntN(3)*s.rng.IntN(2))
	return w.command(member(i), ledger.ViaWeb, &ledger.Hold{
		Canteen: canteen, Account: member(i), Meal: "beef-noodles", Points: 25, Day: day, Period: []string{"l", "d"}[s.rng.IntN(2)],
	})
}

func (w *town) collect(s *sim) *ledger.Command {
	seq := w.holds[max(0, len(w.holds)-1-s.rng.IntN(6))]
	h, step := w.code(s, w.bookers[seq])
	return w.command(cashier, till, &ledger.Capture{Hold: seq, Handle: h, Step: step, PIN: true})
}

// reverse is a cashier's void or an organizer's correction, mostly of something new.
func (w *town) reverse(s *sim) *ledger.Command {
	seq := w.served[max(0, len(w.served)-1-s.rng.IntN(12))]
	if s.rng.IntN(2) == 0 {
		return w.command(cashier, till, &ledger.Reverse{Seq: seq, Reason: ledger.ReasonVoid})
	}
	return w.command(organizer, ledger.ViaWeb, &ledger.Reverse{Seq: seq, Reason: ledger.ReasonWrongMeal})
}

// openActivity is a morning's service that ended an hour ago; its list is signed in later.
func (w *town) openActivity(s *sim) *ledger.Command {
	end := ledger.Time(s.hands.wall.Add(-time.Hour).UnixMilli())
	w.steps++
	return w.command(leader, ledger.ViaWeb, &ledger.OpenActivity{
		Activity: ledger.ActivityID(fmt.Sprintf("a/%010d", w.steps)), Type: "clean-up", Team: "t1",
		Start: end - 3*3600*1000, End: end, Charge: leader, Text: strings.Repeat("ab", 32),
	})
}

// scan is a name on the leader's list: in at the start, out half an hour before the end.
func (w *town) scan(s *sim, id ledger.ActivityID, i int) *ledger.Command {
	cmd := w.command(leader, ledger.ViaWeb, &ledger.Scan{Activity: id, Account: member(i), Path: ledger.PathList, Direction: ledger.In})
	cmd.Effective = w.starts[id]
	if s.faults && s.rng.IntN(3) == 0 {
		cmd.Do = &ledger.Scan{Activity: id, Account: member(i), Path: ledger.PathList, Direction: ledger.Out}
		cmd.Effective += 5 * 3600 * 1000 / 2
	}
	return cmd
}
