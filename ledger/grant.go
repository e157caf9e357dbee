package ledger

import "errors"

// PointsGranted says that a member got the month's points out of a pool (关怀发放). They look like any other points.
type PointsGranted struct {
	Account AccountID
	Pool    AccountID
	Points  Points
	Month   Month // the lot that they went to
	Day     Day   // the first of the month that they are for
}

func (*PointsGranted) kind() Kind { return KindPointsGranted }

func (g *PointsGranted) about() AccountID { return g.Account }

func (g *PointsGranted) fields(c *codec) {
	text(c, "account", &g.Account)
	text(c, "pool", &g.Pool)
	integer(c, "points", &g.Points)
	integer(c, "month", &g.Month)
	integer(c, "day", &g.Day)
}

func (g *PointsGranted) fold(b *Book, _ *Record) error {
	b.addLot(b.account(g.Account), LotShare{Month: g.Month, Points: g.Points})
	b.count(counterKey{limitGrant, g.Account, g.Day}, g.Points)
	return nil
}

// GrantPoints gives a member the month's points out of the donation pool: by an organizer, who knows from the roster that
// the member is 80 or more, or in hardship; neither to herself nor to her family. Once a month for a person.
type GrantPoints struct {
	noTarget
	Account AccountID
}

func (g *GrantPoints) decide(d *draft) *Refusal {
	b := d.book
	if !d.may(RoleOrganizer) {
		return refuse(CodeNotEntitled)
	}
	if _, r := b.openMember(g.Account); r != nil {
		return r
	}
	day, n := b.monthDay(d.now), b.rules.GrantPoints
	held := b.holding(PoolDonation, UnitPoints).balance
	switch {
	case b.same(d.cmd.Actor, g.Account):
		return refuse(CodeOwnAttest)
	case b.related(d.cmd.Actor, g.Account):
		return refuse(CodeTooClose)
	case b.counted(limitGrant, g.Account, day) > 0:
		return &Refusal{Code: CodeAlreadyGranted, Subject: g.Account, Reset: b.monthStarts(monthOf(d.now, b.offset()).add(1))}
	case held < int64(n):
		return &Refusal{Code: CodePoolShort, Need: int64(n), Available: held, Subject: PoolDonation}
	}
	d.add(&PointsGranted{
		Account: g.Account, Pool: PoolDonation, Points: n, Month: monthOf(d.now, b.offset()).add(b.rules.ValidMonths), Day: day,
	}, move{PoolDonation, UnitPoints, -int64(n)}, move{g.Account, UnitPoints, int64(n)})
	return nil
}

// monthDay is the first day of the local month of a moment.
func (b *Book) monthDay(t Time) Day { return b.DayOf(b.monthStarts(monthOf(t, b.offset()))) }

func (g *GrantPoints) differs(first *Record) string {
	o, ok := first.Body.(*PointsGranted)
	return firstDifference(ok, field("account", ok && o.Account == g.Account))
}

func (g *PointsGranted) judge(b *Book, r *Record) error {
	k := b.rulebooks[r.Rulebook]
	switch {
	case !b.has(r.Actor, RoleOrganizer, ScopeCommunity) || b.related(r.Actor, g.Account):
		return errors.New("she may not grant them")
	case g.Points != k.GrantPoints || g.Month != monthOf(r.Time, b.offset()).add(k.ValidMonths) || g.Day != b.monthDay(r.Time):
		return errors.New("it is not what the rulebook grants in that month")
	case b.counted(limitGrant, g.Account, g.Day) > 0:
		return errors.New("it was granted in that month before")
	}
	return b.judgeMoves(r, move{PoolDonation, UnitPoints, -int64(g.Points)}, move{g.Account, UnitPoints, int64(g.Points)})
}
