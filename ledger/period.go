package ledger

import (
	"errors"
	"fmt"
)

// flow is what a month moved, by class of account; the truth line of a month.
type flow struct {
	issued, redeemed, expired Points
	minutes                   Minutes // awarded, less what was taken back
	records                   int64
}

// note adds a posting to the month of its record.
func (f *flow) note(p *Posting) {
	class := ClassOf(p.Account)
	if p.Unit == UnitMinutes {
		if class == ClassMember {
			f.minutes += Minutes(p.Amount)
		}
		return
	}
	switch class {
	case ClassIssuer:
		f.issued -= Points(p.Amount)
	case ClassCanteen, ClassSettled:
		f.redeemed += Points(p.Amount)
	case ClassExpired:
		f.expired += Points(p.Amount)
	case ClassUnknown, ClassMember, ClassTransit, ClassPool, ClassShortfall: // what is outstanding
	}
}

// flowOf adds a record to its month. The first two records are older than the offset that tells their month: they count to
// the month of the third.
func (b *Book) flowOf(r *Record) {
	if b.rules == nil {
		return
	}
	m := monthOf(r.Time, b.offset())
	if b.firstMonth == 0 {
		b.firstMonth = m
	}
	f := b.flows[m]
	f.records++
	for i := range r.Postings {
		f.note(&r.Postings[i])
	}
	b.flows[m] = f
}

// PeriodSealed closes a month of the books (月结): its totals, and what was outstanding at its end. Nothing that is said to
// have happened in a sealed month is taken in any more; corrections are new records of a later month.
type PeriodSealed struct {
	Month       Month
	Issued      Points
	Redeemed    Points
	Expired     Points
	Minutes     Minutes
	Records     int64
	Outstanding Points // at the end of the month: what was before it, and issued - redeemed - expired
	By          AccountID
}

func (*PeriodSealed) kind() Kind { return KindPeriodSealed }

func (s *PeriodSealed) fields(c *codec) {
	integer(c, "month", &s.Month)
	integer(c, "issued", &s.Issued)
	integer(c, "redeemed", &s.Redeemed)
	integer(c, "expired", &s.Expired)
	integer(c, "minutes", &s.Minutes)
	integer(c, "records", &s.Records)
	integer(c, "outstanding", &s.Outstanding)
	text(c, "by", &s.By)
}

func (s *PeriodSealed) fold(b *Book, _ *Record) error {
	b.sealed, b.sealedOutstanding = s.Month, s.Outstanding
	delete(b.flows, s.Month)
	return nil
}

// Sealed is the last sealed month; 0 when there is none.
func (b *Book) Sealed() Month { return b.sealed }

// Period is what sealing a month would say.
func (b *Book) Period(m Month) PeriodSealed {
	f := b.flows[m]
	return PeriodSealed{
		Month: m, Issued: f.issued, Redeemed: f.redeemed, Expired: f.expired, Minutes: f.minutes, Records: f.records,
		Outstanding: b.sealedOutstanding + f.issued - f.redeemed - f.expired,
	}
}

// SealPeriod seals the month after the last sealed one, once nothing of it can come in any more: seven days after its
// end, and with no till's lease of it open. It takes two people.
type SealPeriod struct {
	noTarget
	Month Month
}

func (s *SealPeriod) decide(d *draft) *Refusal {
	if !d.may(RoleOrganizer) {
		return refuse(CodeNotEntitled)
	}
	if r := s.sound(d); r != nil {
		return r
	}
	return refuse(CodeSecondPerson)
}

func (s *SealPeriod) sound(d *draft) *Refusal {
	b := d.book
	if s.Month <= b.sealed {
		return refuse(CodePeriodSealed)
	}
	if next := b.firstOpen(); s.Month != next {
		return &Refusal{Code: CodeBadCommand, Field: "month", Need: int64(next)}
	}
	if over := b.monthStarts(s.Month.add(1)) + effectiveBack; d.now < over {
		return &Refusal{Code: CodePeriodOpen, Field: "month", Reset: over}
	}
	for _, l := range b.leases {
		if l.open && l.at < b.monthStarts(s.Month.add(1)) {
			return &Refusal{Code: CodeLeaseOpen}
		}
	}
	return nil
}

// firstOpen is the month to be sealed next.
func (b *Book) firstOpen() Month {
	if b.sealed != 0 {
		return b.sealed.add(1)
	}
	return b.firstMonth
}

func (s *SealPeriod) propose(d *draft) (Proposed, *Refusal) {
	return Proposed{What: ProposeSeal, Month: s.Month}, s.sound(d)
}

func (s *SealPeriod) carryOut(d *draft, by AccountID) *Refusal {
	body := d.book.Period(s.Month)
	body.By = by
	d.add(&body)
	return nil
}

func (s *SealPeriod) differs(*Record) string { return "kind" } // it never makes a record by itself

func (s *PeriodSealed) judge(b *Book, r *Record) error {
	if s.By == "" || b.same(s.By, r.Actor) || !b.has(r.Actor, RoleOrganizer, ScopeCommunity) {
		return errors.New("it was not approved by a second person")
	}
	want := b.Period(s.Month)
	want.By = s.By
	if *s != want || s.Month != b.firstOpen() {
		return fmt.Errorf("month %d was %+v, it says %+v", s.Month, want, *s)
	}
	return b.judgeMoves(r)
}
