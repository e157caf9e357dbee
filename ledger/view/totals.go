package view

import "moralbank.example/bank/ledger"

// Flows are points counted record by record, beside the balances: the second way to know what the first says.
type Flows struct {
	Issued   ledger.Points // awarded, less what was reversed of it
	Redeemed ledger.Points // less what was given back
	Expired  ledger.Points
	Written  ledger.Points // taken from shortfall: issued by nobody, and booked openly
}

// count adds one record.
func (f *Flows) count(r *ledger.Record) {
	for i := range r.Postings {
		p := &r.Postings[i]
		if p.Unit != ledger.UnitPoints {
			continue
		}
		n := ledger.Points(p.Amount)
		switch ledger.ClassOf(p.Account) {
		case ledger.ClassIssuer:
			f.Issued -= n
		case ledger.ClassCanteen, ledger.ClassSettled:
			f.Redeemed += n
		case ledger.ClassExpired:
			f.Expired += n
		case ledger.ClassShortfall:
			f.Written -= n
		case ledger.ClassMember, ledger.ClassTransit, ledger.ClassPool, ledger.ClassUnknown:
		}
	}
}

// Truth is the line on top of the console: issued - redeemed - expired = outstanding. The left side is counted record
// by record; the right side is what the accounts hold.
type Truth struct {
	Flows
	Outstanding ledger.Points // held by members, pools and in transit, less what shortfall owes
	Holds       bool          // both sides agree, and every unit sums to zero over all accounts
	Classes     []ledger.ClassSum
	Members     int
	Records     ledger.Seq
	Seq         ledger.Seq
}

// Truth computes the line of truth.
func (v *View) Truth() Truth {
	v.mu.RLock()
	defer v.mu.RUnlock()
	t := Truth{Flows: v.flows, Classes: v.book.Sums(), Members: v.book.Members(), Records: v.book.Seq(), Seq: v.book.Seq()}
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
	return t
}
