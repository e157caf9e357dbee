package ledger

// limitKind is what a counter counts.
type limitKind uint8

const (
	limitService limitKind = iota + 1 // points of service, per member and local day
	limitSpend                        // points spent, per member and local day
	limitDeeds                        // points of deeds, per member and local month
	limitGift                         // points given, per member and local year
	limitGrant                        // points granted, per member and local month
	limitCare                         // points of 先用餐, per community and week
)

// window is how many days a counter counts.
func (l limitKind) window() Day {
	switch l {
	case limitGift:
		return 366
	case limitGrant, limitDeeds:
		return 31
	case limitCare:
		return 7
	case limitService, limitSpend:
		return 1
	}
	return 1
}

// counterKey is one counter: a limit, whose, and the first local day of its window.
type counterKey struct {
	limit   limitKind
	subject AccountID
	day     Day
}

// mealKey is one meal period of one member.
type mealKey struct {
	account AccountID
	day     Day
	period  string
}

// taken is a main meal of a period that stands: not reversed, or only in part.
type taken struct {
	seq    Seq
	at     Time
	points Points
	again  bool // somebody else had used her card for the one before
}

// Handle is the nine digits that stand for a member's device in pay and check-in codes. It is random and revocable.
type Handle string

// codeFlaw names what of a shown code cannot stand in a record: a handle and its step come together or not at all.
func codeFlaw(h Handle, step int64) string {
	switch {
	case h != "" && !validID(string(h)):
		return "handle"
	case (h == "") != (step == 0) || step < 0 || step > intMax:
		return "step"
	}
	return ""
}

// lastStep is the newest time step in which a handle's code was used, and by which record.
type lastStep struct {
	step int64
	seq  Seq
	at   Time
}

// keepDays is how long counters and meals are kept at least: as long as an effective time may lie back, and a day.
const keepDays = 9

// activityKeepDays is how long a confirmed activity stays in the book after its end; readers keep it in their views.
const activityKeepDays = 62

// awaited are the counters that awards still to come will ask about, however late their activity is closed.
func (b *Book) awaited() map[counterKey]bool {
	keep := map[counterKey]bool{}
	for _, a := range b.activities {
		if a.state != StageOpen && len(a.due) == 0 {
			continue
		}
		for i := range a.people {
			t := &a.people[i]
			keep[counterKey{limitService, b.person(t.account), b.serviceDay(a, t)}] = true
		}
	}
	return keep
}

func (b *Book) count(k counterKey, n Points) {
	k.subject = b.person(k.subject)
	if v := b.counters[k] + int64(n); v > 0 {
		b.counters[k] = v
	} else {
		delete(b.counters, k)
	}
}

func (b *Book) counted(limit limitKind, id AccountID, day Day) Points {
	return Points(b.counters[counterKey{limit, b.person(id), day}])
}

// purge drops the counters that no command can ask about any more, once a local day.
func (b *Book) purge() {
	today := dayOf(b.time, b.offset())
	if today == b.purged {
		return
	}
	before := b.purged
	b.purged = today
	b.purgeDeeds(today)
	awaited := b.awaited()
	for k := range b.counters {
		if k.day+k.limit.window() <= today-keepDays && !awaited[k] {
			delete(b.counters, k)
		}
	}
	for k := range b.meals {
		if k.day < today-keepDays {
			delete(b.meals, k)
		}
	}
	for id, a := range b.activities {
		if a.state == StageConfirmed && !b.isUndone(id) && a.End < b.time-activityKeepDays*dayMillis {
			delete(b.activities, id)
		}
	}
	if weekStarts(today) != weekStarts(before) { // all accounts are looked at
		b.forgetVisits()
	}
	b.forgetSweeps(today)
	b.forgetLeases()
	b.forgetImports()
	for seq, p := range b.proposals {
		if p.lapses < b.time-keepDays*dayMillis {
			delete(b.proposals, seq)
		}
	}
}
