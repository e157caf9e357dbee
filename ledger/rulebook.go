package ledger

import (
	"cmp"
	"strings"
)

// Rulebook is the community's rules as data (积分规则): rates, caps, validity, prices. It is a record; an award names the
// edition that decided it, so that audit can judge it again. Texts for people live in the roster.
type Rulebook struct {
	Edition          int // from 1, rising by one
	OffsetMinutes    int // local time minus UTC; +480 for China
	PointsPerHour    Points
	DayPointsMax     Points // of service, per member and local day, after multipliers
	ValidMonths      int    // points end with the month this many after the one they were earned in
	EarlyMinutes     int    // how long before its start an activity takes check-ins
	DuplicateWithin  int    // minutes within which a second scan is the same scan
	NoPINPoints      Points // what a member may spend a day without PIN
	VoidSeconds      int    // how long the cashier may take a redemption back alone
	ReverseHours     int    // how long someone may reverse her own entry alone
	LapseDays        int    // after which an open proposal lapses
	RoleRestDays     int    // how long someone may not approve what the giver of her role made
	FamilyMax        int    // people
	DefaultBudget    Points // a month, for an issuer with no budget of its own
	BookDays         int    // how many days ahead a meal can be booked
	GiftYearPoints   Points // what one member may give a year
	FamilyRestDays   int    // how long a family link rests before gifts pass over it
	DeviceRestDays   int    // how long a new device gives nothing away
	FundAlonePoints  Points // what one organizer may put into a pool alone
	GrantPoints      Points // a month, out of the donation pool, to those of 80 or more or in hardship
	CareWeekPoints   Points // a week, for those whose points do not reach
	LeaseHours       int    // how long a till may serve without network
	LeasePoints      Points // of one allowance
	LeaseTotalPoints Points // of all open allowances of a canteen
	LeaseCardPoints  Points // what one card is good for in one allowance
	OpeningPoints    Points // of all opening balances ever brought in
	PriceCuts        []PriceCut
	StarMinutes      []StarLevel
	ActivityKinds    []ActivityKind
	Meals            []Meal
	Periods          []Period
	Deeds            DeedRules
	Disputes         DisputeRules
	Trust            TrustRules
}

// ActivityKind is a kind of activity and whether it counts as service (民政部令第67号 article 19: meetings, training and duty do not).
type ActivityKind struct {
	ID      string
	Counts  bool
	Percent int // multiplier of points; minutes are never multiplied
}

// Meal is something the canteen serves, with its price.
type Meal struct {
	ID      string
	Points  Points
	Small   Points // price of a small portion; 0 when there is none
	Periods string // letters of the periods it is served in: b, l, d
	Side    bool   // not a main meal: no limit of one a period
}

// Period is a meal period of the day.
type Period struct {
	ID   string // "b", "l", "d"
	From int    // local minute of the day; the last period ends with the day
	Main string // the meal that a scan redeems without a choice
}

// PriceCut is a reduction that some members pay by; the roster knows who, the ledger does not.
type PriceCut struct{ Percent int }

// StarLevel is the minutes that a star level asks for.
type StarLevel struct{ Minutes Minutes }

func (*Rulebook) kind() Kind { return KindRulebook }

func (k *Rulebook) fields(c *codec) {
	integer(c, "edition", &k.Edition)
	integer(c, "offset-minutes", &k.OffsetMinutes)
	integer(c, "points-per-hour", &k.PointsPerHour)
	integer(c, "day-points-max", &k.DayPointsMax)
	integer(c, "valid-months", &k.ValidMonths)
	integer(c, "early-minutes", &k.EarlyMinutes)
	integer(c, "duplicate-within", &k.DuplicateWithin)
	integer(c, "no-pin-points", &k.NoPINPoints)
	integer(c, "void-seconds", &k.VoidSeconds)
	integer(c, "reverse-hours", &k.ReverseHours)
	integer(c, "lapse-days", &k.LapseDays)
	integer(c, "role-rest-days", &k.RoleRestDays)
	integer(c, "family-max", &k.FamilyMax)
	integer(c, "default-budget", &k.DefaultBudget)
	integer(c, "book-days", &k.BookDays)
	integer(c, "gift-year-points", &k.GiftYearPoints)
	integer(c, "family-rest-days", &k.FamilyRestDays)
	integer(c, "device-rest-days", &k.DeviceRestDays)
	integer(c, "fund-alone-points", &k.FundAlonePoints)
	integer(c, "grant-points", &k.GrantPoints)
	integer(c, "care-week-points", &k.CareWeekPoints)
	integer(c, "lease-hours", &k.LeaseHours)
	integer(c, "lease-points", &k.LeasePoints)
	integer(c, "lease-total-points", &k.LeaseTotalPoints)
	integer(c, "lease-card-points", &k.LeaseCardPoints)
	integer(c, "opening-points", &k.OpeningPoints)
	list(c, "price-cuts", &k.PriceCuts, func(c *codec, p *PriceCut) { integer(c, "percent", &p.Percent) })
	list(c, "stars", &k.StarMinutes, func(c *codec, s *StarLevel) { integer(c, "minutes", &s.Minutes) })
	list(c, "activity-kinds", &k.ActivityKinds, func(c *codec, a *ActivityKind) {
		text(c, "id", &a.ID)
		flag(c, "counts", &a.Counts)
		integer(c, "percent", &a.Percent)
	})
	list(c, "meals", &k.Meals, func(c *codec, m *Meal) {
		text(c, "id", &m.ID)
		integer(c, "points", &m.Points)
		integer(c, "small", &m.Small)
		text(c, "periods", &m.Periods)
		flag(c, "side", &m.Side)
	})
	list(c, "periods", &k.Periods, func(c *codec, p *Period) {
		text(c, "id", &p.ID)
		integer(c, "from", &p.From)
		text(c, "main", &p.Main)
	})
	k.Deeds.fields(c)
	k.Disputes.fields(c)
	k.Trust.fields(c)
}

func (k *Rulebook) fold(b *Book, _ *Record) error {
	b.rules = k
	b.rulebooks[k.Edition] = k
	return nil
}

// mealPointsMax bounds the price of a meal.
const mealPointsMax = 100_000

// flaw names the first field that no community could live by; "" when there is none.
func (k *Rulebook) flaw() string {
	if name := outside([]bound{
		{"edition", int64(k.Edition), 1, 1 << 20},
		{"offset-minutes", int64(k.OffsetMinutes), -720, 840},
		{"points-per-hour", int64(k.PointsPerHour), 1, 1000},
		{"day-points-max", int64(k.DayPointsMax), 1, 10000},
		{"valid-months", int64(k.ValidMonths), 1, lotsMax - 2},
		{"early-minutes", int64(k.EarlyMinutes), 0, 1440},
		{"duplicate-within", int64(k.DuplicateWithin), 0, 60},
		{"no-pin-points", int64(k.NoPINPoints), 0, 100000},
		{"void-seconds", int64(k.VoidSeconds), 0, 3600},
		{"reverse-hours", int64(k.ReverseHours), 0, 24 * 31},
		{"lapse-days", int64(k.LapseDays), 1, 366},
		{"role-rest-days", int64(k.RoleRestDays), 0, 366},
		{"family-max", int64(k.FamilyMax), 2, 20},
		{"default-budget", int64(k.DefaultBudget), 0, 1 << 40},
		{"book-days", int64(k.BookDays), 0, 31},
		{"gift-year-points", int64(k.GiftYearPoints), 0, 1 << 30},
		{"family-rest-days", int64(k.FamilyRestDays), 0, 366},
		{"device-rest-days", int64(k.DeviceRestDays), 0, 366},
		{"fund-alone-points", int64(k.FundAlonePoints), 0, 1 << 40},
		{"grant-points", int64(k.GrantPoints), 1, 10000},
		{"care-week-points", int64(k.CareWeekPoints), 0, 1 << 30},
		{"lease-hours", int64(k.LeaseHours), 1, 72},
		{"lease-points", int64(k.LeasePoints), 0, 1 << 30},
		{"lease-total-points", int64(k.LeaseTotalPoints), 0, 1 << 30},
		{"lease-card-points", int64(k.LeaseCardPoints), 0, 1 << 30},
		{"opening-points", int64(k.OpeningPoints), 0, 1 << 40},
	}); name != "" {
		return name
	}
	if name := cmp.Or(k.Deeds.flaw(), k.Disputes.flaw(), k.Trust.flaw()); name != "" {
		return name
	}
	if field := k.flawInLists(); field != "" {
		return field
	}
	// Whatever else it holds, it must fit a line, behind the longest header.
	r := Record{
		Seq: intMax, Time: intMax, Kind: KindRulebook, Version: 1, Actor: ActorRoot, Via: DeviceID(strings.Repeat("v", idMax)),
		Key: DerivedKey(), Effective: intMax, Rulebook: k.Edition, Body: k,
	}
	if _, err := r.AppendLine(nil); err != nil {
		return "rulebook"
	}
	return ""
}

func (k *Rulebook) flawInLists() string {
	for i := range k.ActivityKinds {
		a := &k.ActivityKinds[i]
		if !validID(a.ID) || a.Percent < 0 || a.Percent > 1000 || a.Counts != (a.Percent > 0) || k.ActivityKind(a.ID) != a {
			return "activity-kinds"
		}
	}
	for i := range k.Meals {
		m := &k.Meals[i]
		if !validID(m.ID) || m.ID == mealSubsidy || m.Points < 1 || m.Points > mealPointsMax || m.Small < 0 || m.Small > m.Points ||
			!validID(m.Periods) || k.Meal(m.ID) != m {
			return "meals"
		}
	}
	for i, s := range k.StarMinutes {
		if s.Minutes < 1 || s.Minutes > intMax || i > 0 && s.Minutes <= k.StarMinutes[i-1].Minutes {
			return "stars"
		}
	}
	for i, p := range k.Periods {
		if !validID(p.ID) || len(p.ID) != 1 || p.From < 0 || p.From > 1439 || i > 0 && p.From <= k.Periods[i-1].From {
			return "periods"
		}
		if main := k.Meal(p.Main); main == nil || main.Side || !main.servedIn(p.ID) {
			return "periods"
		}
	}
	if len(k.Periods) == 0 || k.Periods[0].From != 0 {
		return "periods"
	}
	for _, p := range k.PriceCuts {
		if p.Percent < 1 || p.Percent > 100 {
			return "price-cuts"
		}
	}
	return ""
}

// Meal is the meal with this id; nil when the canteen does not have it.
func (k *Rulebook) Meal(id string) *Meal {
	for i := range k.Meals {
		if k.Meals[i].ID == id {
			return &k.Meals[i]
		}
	}
	return nil
}

// Price is the meal's price on the menu; 0 for a portion that it does not come in, and for no meal.
func (m *Meal) Price(small bool) Points {
	switch {
	case m == nil:
		return 0
	case small:
		return m.Small
	}
	return m.Points
}

// servedIn reports whether a meal is on the menu of a period.
func (m *Meal) servedIn(period string) bool {
	return len(period) == 1 && strings.Contains(m.Periods, period)
}

// ActivityKind is the kind of activity with this id; nil when there is none.
func (k *Rulebook) ActivityKind(id string) *ActivityKind {
	for i := range k.ActivityKinds {
		if k.ActivityKinds[i].ID == id {
			return &k.ActivityKinds[i]
		}
	}
	return nil
}

// PeriodAt is the meal period of a moment.
func (k *Rulebook) PeriodAt(t Time) Period {
	m := minuteOfDay(t, Time(k.OffsetMinutes)*minuteMillis)
	p := k.Periods[0]
	for _, q := range k.Periods[1:] {
		if q.From <= m {
			p = q
		}
	}
	return p
}

// Price is what a meal costs with a reduction of so many per cent. It rounds in the member's favour.
func Price(list Points, cutPercent int) Points { return list * Points(100-cutPercent) / 100 }

// allows reports whether these points are a price of the meal under one of the reductions.
func (k *Rulebook) allows(m *Meal, small bool, points Points) bool {
	list := m.Price(small)
	if list == 0 {
		return false
	}
	if points == list {
		return true
	}
	for _, cut := range k.PriceCuts {
		if points == Price(list, cut.Percent) {
			return true
		}
	}
	return false
}

// Rules is the rulebook in force; nil before the first.
func (b *Book) Rules() *Rulebook { return b.rules }

// Edition is an edition of the rules, in force or not any more; nil when there was none of that number. It must not be changed.
func (b *Book) Edition(n int) *Rulebook { return b.rulebooks[n] }

// SetRulebook puts the next edition in force. Two people do it, through Propose; the machine's own console
// may too, for whoever controls that controls the machine.
type SetRulebook struct {
	noTarget
	Rulebook *Rulebook
}

func (s *SetRulebook) decide(d *draft) *Refusal {
	if d.cmd.Actor != ActorRoot {
		if d.may(RoleOrganizer, RoleOperator) {
			return refuse(CodeSecondPerson)
		}
		return refuse(CodeNotEntitled)
	}
	if r := s.sound(d); r != nil {
		return r
	}
	d.add(s.Rulebook)
	return nil
}

func (s *SetRulebook) propose(d *draft) (Proposed, *Refusal) {
	return Proposed{What: ProposeRules, Rules: s.Rulebook}, s.sound(d)
}

func (s *SetRulebook) carryOut(d *draft, _ AccountID) *Refusal {
	d.add(s.Rulebook)
	return nil
}

func (s *SetRulebook) sound(d *draft) *Refusal {
	if s.Rulebook == nil {
		return badField("rulebook")
	}
	if want := d.book.rules.Edition + 1; s.Rulebook.Edition != want {
		return &Refusal{Code: CodeRulebookVersion, Need: int64(want)}
	}
	if field := s.Rulebook.flaw(); field != "" {
		return badField(field)
	}
	if s.Rulebook.OffsetMinutes != d.book.rules.OffsetMinutes {
		return badField("offset-minutes") // days and months already recorded would move
	}
	return nil
}

func (s *SetRulebook) differs(first *Record) string {
	o, ok := first.Body.(*Rulebook)
	return firstDifference(ok, field("edition", ok && o.Edition == s.Rulebook.Edition))
}
