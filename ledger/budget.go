package ledger

// budget is what an issuer may mint in a month (发放额度).
type budget struct {
	monthly Points
	set     bool // by a record; else the rulebook's default holds
	month   Month
	first   Seq   // the issuer's first record of the month
	base    int64 // its balance when the month began, and what came back since of what it issued before
}

// BudgetSet says what an issuer may mint a month, from now on.
type BudgetSet struct {
	Issuer AccountID
	Points Points
}

func (*BudgetSet) kind() Kind { return KindBudgetSet }

func (s *BudgetSet) fields(c *codec) {
	text(c, "issuer", &s.Issuer)
	integer(c, "points", &s.Points)
}

func (s *BudgetSet) fold(b *Book, _ *Record) error {
	g := b.budgetOf(s.Issuer)
	g.monthly, g.set = s.Points, true
	return nil
}

func (b *Book) budgetOf(issuer AccountID) *budget {
	g := b.budgets[issuer]
	if g == nil {
		g = &budget{}
		b.budgets[issuer] = g
	}
	return g
}

// issued remembers a posting of points to an issuer, before it is made. What comes back of earlier months was issued out of
// their budgets, so that it does not widen this month's: the reversal of an award from before the month, and whatever goes
// beyond what the month itself has issued, as an adjustment can.
func (b *Book) issued(r *Record, p *Posting, before int64) {
	g, m := b.budgetOf(p.Account), monthOf(r.Time, b.offset())
	if g.month != m {
		g.month, g.first, g.base = m, r.Seq, before
	}
	if v, ok := r.Body.(*Reversed); ok && v.Target < g.first {
		g.base += p.Amount
	}
	g.base = max(g.base, p.Balance)
}

// issuerFloor is -(issued before this month + this month's budget).
func (b *Book) issuerFloor(issuer AccountID, m Month) int64 {
	if issuer == IssuerOpening && b.rules != nil {
		return -int64(b.rules.OpeningPoints) // of all months together
	}
	var monthly Points
	if b.rules != nil {
		monthly = b.rules.DefaultBudget
	}
	base := b.holding(issuer, UnitPoints).balance
	if g := b.budgets[issuer]; g != nil {
		if g.set {
			monthly = g.monthly
		}
		if g.month == m {
			base = g.base
		}
	}
	return base - int64(monthly)
}

// BudgetLeft is what an issuer may still mint in the month of a moment.
func (b *Book) BudgetLeft(issuer AccountID, at Time) Points {
	return Points(b.holding(issuer, UnitPoints).balance - b.issuerFloor(issuer, monthOf(at, b.offset())))
}

// SetBudget sets what an issuer may mint a month, by an organizer or the machine's own console.
type SetBudget struct {
	noTarget
	Issuer AccountID
	Points Points
}

func (s *SetBudget) decide(d *draft) *Refusal {
	switch {
	case !d.may(RoleOrganizer) && d.cmd.Actor != ActorRoot:
		return refuse(CodeNotEntitled)
	case ClassOf(s.Issuer) != ClassIssuer || s.Issuer == IssuerOpening:
		return badField("issuer")
	case s.Points < 0 || s.Points > intMax:
		return badField("points")
	}
	d.add(&BudgetSet{Issuer: s.Issuer, Points: s.Points})
	return nil
}

func (s *SetBudget) differs(first *Record) string {
	o, ok := first.Body.(*BudgetSet)
	return firstDifference(ok, field("issuer", ok && o.Issuer == s.Issuer), field("points", ok && o.Points == s.Points))
}
