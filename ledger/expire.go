package ledger

import (
	"cmp"
	"slices"
)

// PointsExpired says that a member's points of a month that has ended are gone (过期).
type PointsExpired struct {
	Account AccountID
	Month   Month
	Points  Points
	Gifted  Points // of them
}

func (*PointsExpired) kind() Kind { return KindExpired }

func (e *PointsExpired) about() AccountID { return e.Account }

func (e *PointsExpired) fields(c *codec) {
	text(c, "account", &e.Account)
	integer(c, "month", &e.Month)
	integer(c, "points", &e.Points)
	integer(c, "gifted", &e.Gifted)
}

func (e *PointsExpired) fold(b *Book, r *Record) error {
	b.swept(r, e)
	return b.takeLot(e.Account, b.account(e.Account), LotShare{e.Month, e.Points, e.Gifted})
}

// Expire sweeps one member's lot of a month that has ended. Pinned points stay until they are free. The
// engine's timer asks for it; validity itself is judged at record time, swept or not.
type Expire struct {
	noTarget
	Account AccountID
	Month   Month
}

func (e *Expire) decide(d *draft) *Refusal {
	if d.cmd.Actor != ActorTimer {
		return refuse(CodeNotEntitled)
	}
	a := d.book.member(e.Account)
	if a == nil {
		return &Refusal{Code: CodeAccountUnknown, Subject: e.Account}
	}
	for _, l := range a.lots {
		if n := l.Points - l.Pinned; l.Month == e.Month && n > 0 && l.Month < monthOf(d.now, d.book.offset()) {
			d.add(&PointsExpired{Account: e.Account, Month: l.Month, Points: n, Gifted: min(l.Gifted, n)},
				move{e.Account, UnitPoints, -int64(n)}, move{Expired, UnitPoints, int64(n)})
			return nil
		}
	}
	return &Refusal{Code: CodeNothingToExpire, Subject: e.Account}
}

func (e *Expire) differs(first *Record) string {
	o, ok := first.Body.(*PointsExpired)
	return firstDifference(ok, field("account", ok && o.Account == e.Account), field("month", ok && o.Month == e.Month))
}

// dueMax bounds the commands that one call of Due hands out.
const dueMax = 100

// Due lists, in a fixed order, the commands whose time has come: awards of closed activities first, then bookings that
// nobody collected, disputes whose clock has run down, deeds whose public notice is over,
// activities that are undone, waiting points that a budget reaches, then lots whose month has ended: the first dueMax of
// them. It changes nothing; the engine submits them like anybody's commands, and their derived
// keys make a batch that was cut short go on where it stopped.
func (b *Book) Due(now Time) []Command { return b.DueBut(now, nil) }

// DueBut is Due without the commands whose keys leave names: those that came to nothing just now, so that however many of
// them there are, the ones behind them are met too.
func (b *Book) DueBut(now Time, leave func(Key) bool) []Command {
	if b.rules == nil {
		return nil
	}
	now = max(now, b.time)
	l := dueList{leave: leave}
	for _, part := range []func(Time, *dueList){
		b.dueAwards, b.dueReleases, b.dueRestores, b.dueUndos, b.dueSubsidies, b.dueDisputes, b.dueDeeds, b.dueUndoing, b.dueWaiting, b.dueExpiry,
	} {
		if part(now, &l); l.full() {
			break
		}
	}
	return l.commands
}

// dueList gathers up to dueMax commands of the timer.
type dueList struct {
	commands []Command
	leave    func(Key) bool
}

func (l *dueList) full() bool { return len(l.commands) == dueMax }

// add takes a command up, unless it is to be left out or there are enough.
func (l *dueList) add(k Key, do Verb) {
	if !l.full() && (l.leave == nil || !l.leave(k)) {
		l.commands = append(l.commands, Command{Key: k, Actor: ActorTimer, Via: ViaTimer, Do: do})
	}
}

func (b *Book) dueAwards(_ Time, due *dueList) {
	for _, id := range b.awarding {
		for _, w := range b.activities[id].due {
			if due.full() {
				return
			}
			due.add(DerivedKey("award", string(id), string(w.Account)), &AwardService{Activity: id, Account: w.Account})
		}
	}
}

func (b *Book) dueExpiry(now Time, due *dueList) {
	month := monthOf(now, b.offset())
	for _, m := range sortedKeys(b.loose) {
		if m >= month || due.full() {
			return
		}
		for _, x := range b.expiring(m, due) {
			due.add(x.key, &Expire{Account: x.id, Month: m})
		}
	}
}

// expiring is an account with a lot to be swept, and the key of the sweep.
type expiring struct {
	id  AccountID
	key Key
}

// expiring are the first accounts by id that have loose points in the lot of a month, as many as the list has room for. It looks
// at all accounts once and keeps only those: at a month's end that may be every one of them.
func (b *Book) expiring(m Month, due *dueList) []expiring {
	room := dueMax - len(due.commands)
	first := make([]expiring, 0, room+1)
	for id, a := range b.accounts {
		i, found := a.lot(m)
		if !found || !a.lots[i].loose() || len(first) == room && id > first[room-1].id {
			continue
		}
		// A lot may be swept again, when points were restored to it: the account's own number tells the sweeps apart.
		x := expiring{id, DerivedKey("expire", string(id), itoa(int64(m)), itoa(a.points.n))}
		if due.leave != nil && due.leave(x.key) {
			continue
		}
		at, _ := slices.BinarySearchFunc(first, id, func(x expiring, id AccountID) int { return cmp.Compare(x.id, id) })
		first = slices.Insert(first, at, x)
		first = first[:min(len(first), room)]
	}
	return first
}
