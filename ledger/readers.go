package ledger

import (
	"cmp"
	"slices"
)

// Holding is what an account holds of each unit, without a copy of the rest; nothing when there is no such account.
func (b *Book) Holding(id AccountID) (Points, Minutes) {
	a := b.accounts[id]
	if a == nil {
		return 0, 0
	}
	return Points(a.points.balance), Minutes(a.minutes.balance)
}

// Budget is what an issuer may mint in the month of a moment, and what it has.
type Budget struct {
	Issuer  AccountID
	Monthly Points // of IssuerOpening: once for all
	Used    Points // less what reversals gave back; below zero when they gave back more
	Left    Points
}

// Budgets lists the budgets of all issuers that have minted or were given one, by id.
func (b *Book) Budgets(at Time) []Budget {
	var all []Budget
	add := func(id AccountID) {
		balance, month := b.holding(id, UnitPoints).balance, monthOf(at, b.offset())
		g := Budget{Issuer: id, Left: b.BudgetLeft(id, at)}
		if own := b.budgets[id]; id == IssuerOpening {
			g.Used = Points(-balance)
		} else if own != nil && own.month == month {
			g.Used = Points(own.base - balance)
		}
		g.Monthly = g.Used + g.Left
		all = append(all, g)
	}
	for id := range b.accounts {
		if ClassOf(id) == ClassIssuer {
			add(id)
		}
	}
	for id := range b.budgets { // set, and nothing minted yet
		if b.accounts[id] == nil {
			add(id)
		}
	}
	slices.SortFunc(all, func(x, y Budget) int { return cmp.Compare(x.Issuer, y.Issuer) })
	return all
}

// GroupHolding is what the members of a team or organization hold together.
type GroupHolding struct {
	Members int
	Points  Points
	Minutes Minutes
}

// GroupHoldings is what the members of each team and organization hold. A member of two counts in both.
func (b *Book) GroupHoldings() map[Group]GroupHolding {
	all := map[Group]GroupHolding{}
	for _, a := range b.accounts {
		for _, g := range a.groups {
			h := all[g]
			h.Members, h.Points, h.Minutes = h.Members+1, h.Points+Points(a.points.balance), h.Minutes+Minutes(a.minutes.balance)
			all[g] = h
		}
	}
	return all
}

// LotSum is what all members hold that expires with one month.
type LotSum struct {
	Month   Month
	Points  Points
	Pinned  Points
	Members int
}

// LotSums lists the points of all members by the month with whose end they expire, the next first. They add up to what
// the members hold.
func (b *Book) LotSums() []LotSum {
	sums := map[Month]LotSum{}
	for _, a := range b.accounts {
		for _, l := range a.lots {
			s := sums[l.Month]
			s.Month, s.Points, s.Pinned, s.Members = l.Month, s.Points+l.Points, s.Pinned+l.Pinned, s.Members+1
			sums[l.Month] = s
		}
	}
	all := make([]LotSum, 0, len(sums))
	for _, m := range sortedKeys(sums) {
		all = append(all, sums[m])
	}
	return all
}

// Served is a meal that a record says was served, and who paid for it.
type Served struct {
	Dish
	Charged Points // to the member
	Pool    Points // to the donation pool
	Short   Points // to shortfall
}

// Served is the meal that the record says was served; false when it says none.
func (r *Record) Served() (Served, bool) {
	p, ok := r.plate()
	return Served{p.Dish, p.charged, p.pool, p.short}, ok
}

// Activity is the activity that the record belongs to; "" when to none.
func (r *Record) Activity() ActivityID {
	switch b := r.Body.(type) {
	case *ActivityOpened:
		return b.Activity
	case *ActivityChanged:
		return b.Activity
	case *ActivityClosed:
		return b.Activity
	case *ActivityConfirmed:
		return b.Activity
	case *ActivityUndone:
		return b.Activity
	case *CheckedIn:
		return b.Activity
	case *CheckedOut:
		return b.Activity
	case *PresenceJudged:
		return b.Activity
	case *Awarded:
		return b.Activity
	case *WaitingPaid:
		return b.Activity
	case *Reversed:
		return b.Activity
	case *Proposed:
		return b.Activity
	}
	return ""
}

// Scopes are the teams, organizations and canteens, and the community, that the record names itself, or whose accounts it
// posts to, in no order and perhaps twice. Whose activity it belongs to, and where its member belongs, is not among them.
func (r *Record) Scopes() []Scope {
	var at []Scope
	for i := range r.Postings {
		id := r.Postings[i].Account
		if c := ClassOf(id); c == ClassIssuer || c == ClassCanteen {
			at = append(at, Scope(id[2:]))
		}
	}
	switch b := r.Body.(type) {
	case *ActivityOpened:
		at = append(at, Scope(b.Team), Scope(b.Org))
	case *Joined:
		at = append(at, Scope(b.Group))
	case *Left:
		at = append(at, Scope(b.Group))
	case *RoleGranted:
		at = append(at, b.Scope)
	case *RoleRevoked:
		at = append(at, b.Scope)
	case *DeviceEnrolled:
		at = append(at, Scope(b.Canteen))
	case *BudgetSet:
		at = append(at, Scope(b.Issuer[2:]))
	case *ImportApproved:
		at = append(at, Scope(b.Org))
	case *Held:
		at = append(at, Scope(b.Canteen))
	case *LeaseGranted:
		at = append(at, Scope(b.Canteen))
	case *Proposed:
		at = append(at, b.Scope)
		if ClassOf(b.Issuer) == ClassIssuer {
			at = append(at, Scope(b.Issuer[2:]))
		}
	}
	return slices.DeleteFunc(at, func(s Scope) bool { return s == "" })
}
