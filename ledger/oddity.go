package ledger

// Oddity is something about an activity that a person should look at before she confirms it (GUARDS.md). It accuses
// nobody and changes nothing.
type Oddity string

// The oddities.
const (
	OddPublishedLate Oddity = "published-late" // less ahead than the rulebook asks
	OddExtended      Oddity = "extended"       // by more than the rulebook lets pass
	OddHeadcount     Oddity = "headcount"      // more scans than the leader counted
	OddForgotten     Oddity = "forgotten"      // somebody did not check out
	OddUnscanned     Oddity = "unscanned"      // somebody was ticked on a list
	OddRecordedLate  Oddity = "recorded-late"  // after the working days that the law gives
)

// oddities lists what is odd about an activity at a moment.
func (b *Book) oddities(a *activity, now Time) []Oddity {
	k := &b.rules.Trust
	odd := []Oddity{}
	if a.Start-a.openedAt < Time(k.NoticeHours)*hourMillis {
		odd = append(odd, OddPublishedLate)
	}
	if a.End-a.planned > Time(k.ExtendMinutes)*minuteMillis {
		odd = append(odd, OddExtended)
	}
	forgotten, listed, scanned := false, false, 0
	for _, t := range a.attend {
		forgotten = forgotten || t.out == 0
		listed = listed || t.inPath == PathList
		if grade(t) == GradeA {
			scanned++
		}
	}
	if a.state != StageOpen && scanned > a.headcount {
		odd = append(odd, OddHeadcount)
	}
	if a.state != StageOpen && forgotten {
		odd = append(odd, OddForgotten)
	}
	if listed {
		odd = append(odd, OddUnscanned)
	}
	if closed := a.closedAt; closed >= b.recordBy(a) || closed == 0 && now >= b.recordBy(a) {
		odd = append(odd, OddRecordedLate)
	}
	return odd
}

// recordBy is the moment before which the service of an activity should be recorded (民政部令第67号: within 10 working days).
func (b *Book) recordBy(a *activity) Time {
	return b.rules.workDaysAfter(a.End, b.rules.Trust.RecordDays)
}

// Oddities lists what a person should look at before she confirms an activity, and until when its service should be
// recorded; nothing when the book does not hold the activity.
func (b *Book) Oddities(id ActivityID, now Time) (odd []Oddity, recordBy Time) {
	a := b.activities[id]
	if a == nil || b.rules == nil {
		return nil, 0
	}
	return b.oddities(a, now), b.recordBy(a)
}
