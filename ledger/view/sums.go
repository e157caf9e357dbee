package view

import (
	"encoding/binary"

	"moralbank.example/bank/ledger"
)

// The sums, by the day and the month of the records' time: "sums/d/<scope>\x00<day>" and "sums/m/<scope>\x00<month>" for
// a Sum, "sums/f/<canteen>\x00<day><period>\x00<meal>" for what was served, "sums/p/<scope>\x00<month><member>" for a
// member's month; "sums/h/<activity>" says whose an activity is. Days and months are four bytes, big-endian.

// ScopeAll is the scope of what the whole community moved. Other scopes are teams, organizations, canteens, and
// the issuers that belong to neither.
const ScopeAll ledger.Scope = "all"

// ScopeMembers and ScopePools part ScopeAll by whose points they are: the members', and those of pools, in transit and of
// shortfall. Each is counted from its own postings, and together they are ScopeAll. No id has a plus sign in it.
const (
	ScopeMembers ledger.Scope = "+members"
	ScopePools   ledger.Scope = "+pools"
)

// Sum is what records of one scope moved in a time. What a reversal takes back is taken off in the time of the reversal,
// so that sums of one time after another add up to what the accounts hold.
type Sum struct {
	Records int64 // that the scope's list shows; of ScopeAll: all

	// What was minted out of the scope's budget, or at its activities; of ScopeAll: by all issuers; of ScopePools: what the
	// community set aside; of ScopeMembers: the rest.
	Issued  ledger.Points
	Minutes ledger.Minutes
	Awards  int64 // of service: presences that were awarded

	// What moved the points of its members; of ScopeAll: of all accounts that are outstanding.
	Earned   ledger.Points // from issuers
	Redeemed ledger.Points // at canteens. Of a canteen: what it took in, subsidies included
	Expired  ledger.Points
	Other    ledger.Points // given, granted, donated: from one who is outstanding to another
	Joined   ledger.Points // what members held when they joined
	Left     ledger.Points // what members held when they left
	Reversed ledger.Points // taken back or given back by reversals: told apart, and counted in the others already

	// Of a canteen, and of ScopeAll.
	Meals   int64         // served, less those that were given back whole
	Pool    ledger.Points // of Redeemed: what the donation pool paid
	Short   ledger.Points // of Redeemed: what shortfall paid
	Subsidy ledger.Points // of Redeemed: what the subsidy pool paid
	Settled ledger.Points // what left the canteen's account by settlement
}

// Held is what the scope's members hold more by the end of the time than at its begin: earned - redeemed - expired, what came and
// went between those who hold points, and what came and went with people.
func (s *Sum) Held() ledger.Points {
	return s.Earned - s.Redeemed - s.Expired + s.Other + s.Joined - s.Left
}

// Add adds another time, or another scope.
func (s *Sum) Add(o *Sum) {
	to, from := s.fields(), o.fields()
	for i := range to {
		to[i].add(from[i].get())
	}
}

// Less takes other scopes off.
func (s Sum) Less(others ...*Sum) Sum {
	to := s.fields()
	for _, o := range others {
		for i, f := range o.fields() {
			to[i].add(-f.get())
		}
	}
	return s
}

// number is a field of any of the sums' types.
type number struct {
	n *int64
	p *ledger.Points
	m *ledger.Minutes
}

func (x number) get() int64 {
	switch {
	case x.p != nil:
		return int64(*x.p)
	case x.m != nil:
		return int64(*x.m)
	}
	return *x.n
}

func (x number) add(d int64) {
	switch {
	case x.p != nil:
		*x.p += ledger.Points(d)
	case x.m != nil:
		*x.m += ledger.Minutes(d)
	default:
		*x.n += d
	}
}

func count(n *int64) number            { return number{n: n} }
func points(p *ledger.Points) number   { return number{p: p} }
func minutes(m *ledger.Minutes) number { return number{m: m} }

// fields are the sum's numbers in the order in which the index keeps them.
func (s *Sum) fields() [16]number {
	return [16]number{
		count(&s.Records), points(&s.Issued), minutes(&s.Minutes), count(&s.Awards),
		points(&s.Earned), points(&s.Redeemed), points(&s.Expired), points(&s.Other), points(&s.Joined), points(&s.Left), points(&s.Reversed),
		count(&s.Meals), points(&s.Pool), points(&s.Short), points(&s.Subsidy), points(&s.Settled),
	}
}

func (s *Sum) bytes() []byte        { f := s.fields(); return packed(f[:]) }
func (s *Sum) parse(p []byte) error { f := s.fields(); return unpacked(f[:], p) }

// Served is what a canteen served of one meal in one period.
type Served struct {
	Count  int64
	Points ledger.Points // that the canteen got for it, whoever paid
}

func (s *Served) fields() [2]number    { return [2]number{count(&s.Count), points(&s.Points)} }
func (s *Served) bytes() []byte        { f := s.fields(); return packed(f[:]) }
func (s *Served) parse(p []byte) error { f := s.fields(); return unpacked(f[:], p) }

// Part is what one member did in a scope in a time: in ScopeAll everything, in a team or organization what it awarded her.
type Part struct {
	Minutes  ledger.Minutes
	Awards   int64
	Earned   ledger.Points
	Redeemed ledger.Points
	Expired  ledger.Points
	Meals    int64
}

func (s *Part) fields() [6]number {
	return [6]number{minutes(&s.Minutes), count(&s.Awards), points(&s.Earned), points(&s.Redeemed), points(&s.Expired), count(&s.Meals)}
}

func (s *Part) bytes() []byte        { f := s.fields(); return packed(f[:]) }
func (s *Part) parse(p []byte) error { f := s.fields(); return unpacked(f[:], p) }

// Add adds another time.
func (s *Part) Add(o *Part) {
	to, from := s.fields(), o.fields()
	for i := range to {
		to[i].add(from[i].get())
	}
}

func packed(fields []number) []byte {
	p := make([]byte, 0, 2*len(fields))
	for _, f := range fields {
		p = binary.AppendVarint(p, f.get())
	}
	return p
}

func unpacked(fields []number, p []byte) error {
	for _, f := range fields {
		d, n := binary.Varint(p)
		if n <= 0 {
			return errCell
		}
		f.add(d - f.get())
		p = p[n:]
	}
	if len(p) > 0 {
		return errCell
	}
	return nil
}

func dayKey(t *table, s ledger.Scope, d ledger.Day) []byte {
	return binary.BigEndian.AppendUint32(t.key([]byte("d/"), []byte(s), []byte{0}), uint32(d)) //nolint:gosec // days are not negative
}

func monthKey(t *table, s ledger.Scope, m ledger.Month) []byte {
	return binary.BigEndian.AppendUint32(t.key([]byte("m/"), []byte(s), []byte{0}), uint32(m)) //nolint:gosec // months are not negative
}

func servedKey(t *table, c ledger.CanteenID, d ledger.Day, period, meal string) []byte {
	k := binary.BigEndian.AppendUint32(t.key([]byte("f/"), []byte(c), []byte{0}), uint32(d)) //nolint:gosec // days are not negative
	return append(append(append(k, period...), 0), meal...)
}

func partKey(t *table, s ledger.Scope, m ledger.Month, id ledger.AccountID) []byte {
	k := binary.BigEndian.AppendUint32(t.key([]byte("p/"), []byte(s), []byte{0}), uint32(m)) //nolint:gosec // months are not negative
	return append(k, id...)
}
