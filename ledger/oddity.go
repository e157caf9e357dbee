package ledger

import (
	"cmp"
	"slices"
)

// Oddity is something about an activity that a person should look at before she confirms it (docs/rules.zh.md 三). It accuses
// nobody and changes nothing.
type Oddity string

// The oddities.
const (
	OddPublishedLate Oddity = "published-late" // less ahead than the rulebook asks
	OddExtended      Oddity = "extended"       // by more than the rulebook lets pass
	OddHeadcount     Oddity = "headcount"      // not as many as the leader counted
	OddForgotten     Oddity = "forgotten"      // somebody did not check out
	OddUnscanned     Oddity = "unscanned"      // somebody was ticked on a list
	OddNotLive       Oddity = "not-live"       // a station's code was not checked while it was shown, or two people share a phone
	OddPoster        Oddity = "poster"         // somebody scanned a printed code
	OddElsewhere     Oddity = "elsewhere"      // somebody was at another activity at the same time
	OddFamily        Oddity = "family"         // of the person in charge
	OddRecordedLate  Oddity = "recorded-late"  // after the working days that the law gives
)

// Odd is one oddity of an activity.
type Odd struct {
	Code     Oddity
	Accounts []AccountID // whom it is about, where it is about people
	Amount   int64       // of OddExtended: minutes; of OddHeadcount: what the leader counted; of OddPublishedLate: the hours asked
	Records  int64       // of OddHeadcount: what the records say
}

// oddities lists what is odd about an activity at a moment.
func (b *Book) oddities(a *activity, now Time) []Odd {
	k := &b.rules.Trust
	odd := []Odd{}
	people := a.presences()
	about := func(code Oddity, match func(*attendance) bool) {
		if who := those(people, match); len(who) > 0 {
			odd = append(odd, Odd{Code: code, Accounts: who})
		}
	}
	if a.Start-a.openedAt < Time(k.NoticeHours)*hourMillis {
		odd = append(odd, Odd{Code: OddPublishedLate, Amount: int64(k.NoticeHours)})
	}
	if by := a.End - a.planned; by > Time(k.ExtendMinutes)*minuteMillis {
		odd = append(odd, Odd{Code: OddExtended, Amount: int64(by / minuteMillis)})
	}
	if a.state != StageOpen && len(people) != a.headcount {
		odd = append(odd, Odd{Code: OddHeadcount, Amount: int64(a.headcount), Records: int64(len(people))})
	}
	about(OddForgotten, func(t *attendance) bool { return t.out == 0 && (a.state != StageOpen || now >= a.End) })
	about(OddUnscanned, func(t *attendance) bool { return t.inPath == PathList || t.outPath == PathList })
	about(OddNotLive, func(t *attendance) bool {
		return !t.live && (t.inPath == PathStation || t.outPath == PathStation)
	})
	about(OddPoster, func(t *attendance) bool { return t.inPath == PathPoster || t.outPath == PathPoster })
	doubled := b.doubled(a, people)
	about(OddElsewhere, func(t *attendance) bool { return doubled[t.account] })
	about(OddFamily, func(t *attendance) bool { return t.account != a.Charge && b.Related(t.account, a.Charge) })
	if closed := a.closedAt; closed >= b.recordBy(a) || closed == 0 && now >= b.recordBy(a) {
		odd = append(odd, Odd{Code: OddRecordedLate})
	}
	return odd
}

// those are the people whose presence matches, by account.
func those(people []attendance, match func(*attendance) bool) []AccountID {
	var who []AccountID
	for i := range people {
		if match(&people[i]) {
			who = append(who, people[i].account)
		}
	}
	slices.SortFunc(who, cmp.Compare[AccountID])
	return who
}

// doubled are those of an activity's people who were at another one at the same time. A presence without a check-out lasts to
// its activity's end.
func (b *Book) doubled(a *activity, people []attendance) map[AccountID]bool {
	leaves := func(x *activity, p *attendance) Time {
		if p.out != 0 {
			return p.out
		}
		return x.End
	}
	here := make(map[AccountID]*attendance, len(people))
	for i := range people {
		here[people[i].account] = &people[i]
	}
	both := map[AccountID]bool{}
	for _, o := range b.activities {
		if o == a || o.Start >= a.End+dayMillis || o.End <= a.Start-dayMillis {
			continue
		}
		others := o.presences()
		for i := range others {
			p := &others[i]
			if t := here[p.account]; t != nil && t.in < leaves(o, p) && p.in < leaves(a, t) {
				both[p.account] = true
			}
		}
	}
	return both
}

// recordBy is the moment before which the service of an activity should be recorded (民政部令第67号: within 10 working days).
func (b *Book) recordBy(a *activity) Time {
	return b.rules.workDaysAfter(a.End, b.rules.Trust.RecordDays)
}

// RecordBy is until when the service of an activity should be recorded; 0 when the book does not hold it.
func (b *Book) RecordBy(id ActivityID) Time {
	a := b.activities[id]
	if a == nil || b.rules == nil {
		return 0
	}
	return b.recordBy(a)
}

// Oddities lists what a person should look at before she confirms an activity, and until when its service should be
// recorded; nothing when the book does not hold the activity.
func (b *Book) Oddities(id ActivityID, now Time) (odd []Odd, recordBy Time) {
	a := b.activities[id]
	if a == nil || b.rules == nil {
		return nil, 0
	}
	return b.oddities(a, now), b.recordBy(a)
}
