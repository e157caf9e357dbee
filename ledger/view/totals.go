package view

import (
	"context"

	"moralbank.example/bank/ledger"
)

// Truth is the line on top of the console: issued - redeemed - expired = outstanding. The left side is counted record
// by record; the right side is what the accounts hold.
type Truth struct {
	Issued      ledger.Points // awarded, less what was reversed of it
	Redeemed    ledger.Points // less what was given back
	Expired     ledger.Points
	Pools       Sum           // of what was issued and redeemed: what pools, transit and shortfall got and paid
	Outstanding ledger.Points // held by members, pools and in transit, less what shortfall owes
	Holds       bool          // both sides agree, and every unit sums to zero over all accounts
	Classes     []ledger.ClassSum
	Members     int
	Records     ledger.Seq
	Seq         ledger.Seq
}

// Truth computes the line of truth.
func (v *View) Truth(ctx context.Context) (Truth, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	all, err := v.total(ctx, ScopeAll)
	if err != nil {
		return Truth{}, err
	}
	pools, err := v.total(ctx, ScopePools)
	if err != nil {
		return Truth{}, err
	}
	t := Truth{
		Pools: pools, Issued: all.Issued, Redeemed: all.Redeemed, Expired: all.Expired,
		Classes: v.book.Sums(), Members: v.book.Members(), Records: v.book.Seq(), Seq: v.book.Seq(),
	}
	var points ledger.Points
	var minutes ledger.Minutes
	for _, c := range t.Classes {
		points, minutes = points+c.Points, minutes+c.Minutes
		switch c.Class {
		case ledger.ClassMember, ledger.ClassPool, ledger.ClassTransit, ledger.ClassShortfall:
			t.Outstanding += c.Points
		case ledger.ClassIssuer, ledger.ClassCanteen, ledger.ClassExpired, ledger.ClassSettled, ledger.ClassUnknown:
		}
	}
	t.Holds = points == 0 && minutes == 0 && t.Issued-t.Redeemed-t.Expired == t.Outstanding
	return t, nil
}
