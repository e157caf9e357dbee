package api

import (
	"context"
	"fmt"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/view"
)

// trialRow is one account of the community itself, or all members together.
type trialRow struct {
	Account  ledger.AccountID `json:"account,omitempty" doc:"Absent: all accounts of the class together"`
	Class    string           `json:"class"`
	Zh       string           `json:"zh"`
	En       string           `json:"en"`
	Accounts int              `json:"accounts"`
	Points   ledger.Points    `json:"points"`
	Minutes  ledger.Minutes   `json:"minutes"`
}

// trial is the trial balance (试算平衡).
type trial struct {
	Items   []trialRow     `json:"items"`
	Points  ledger.Points  `json:"points" doc:"Of all accounts together: zero"`
	Minutes ledger.Minutes `json:"minutes" doc:"Of all accounts together: zero"`
	Holds   bool           `json:"holds_true"`
	Seq     ledger.Seq     `json:"seq"`
}

// trialBalance lists what every account of the community holds, and what the members hold together. Each unit sums to zero.
func (s *Server) trialBalance(ctx context.Context, c *call, _ *none) (trial, error) {
	names, err := s.words(ctx)
	if err != nil {
		return trial{}, err
	}
	out := trial{Items: []trialRow{}}
	err = s.read(ctx, c, func(b *ledger.Book) {
		for _, k := range b.Sums() {
			if k.Accounts == 0 {
				continue
			}
			out.Points, out.Minutes = out.Points+k.Points, out.Minutes+k.Minutes
			id, zh, en := className(k.Class)
			if k.Class == ledger.ClassMember {
				out.Items = append(out.Items, trialRow{Class: id, Zh: zh, En: en, Accounts: k.Accounts, Points: k.Points, Minutes: k.Minutes})
				continue
			}
			for _, a := range b.Accounts(k.Class) {
				points, minutes := b.Holding(a)
				one := trialRow{Account: a, Class: id, Accounts: 1, Points: points, Minutes: minutes}
				one.Zh, one.En = names.account(a, zh, en)
				out.Items = append(out.Items, one)
			}
		}
	})
	out.Seq, out.Holds = c.seq, out.Points == 0 && out.Minutes == 0
	return out, err
}

// account is what an account of the community is called: its class, and whose it is.
func (w *words) account(id ledger.AccountID, classZh, classEn string) (zh, en string) {
	switch {
	case id == ledger.IssuerOpening:
		zh, en = openingZh, openingEn
	case id == ledger.PoolDonation:
		zh, en = "爱心池", "donation pool"
	case id == ledger.PoolSubsidy:
		zh, en = "补贴池", "subsidy pool"
	case len(id) > 2 && id[1] == '/':
		zh, en = w.scope(ledger.Scope(id[2:])), w.scopeEn(ledger.Scope(id[2:]))
	default:
		return classZh, classEn
	}
	return classZh + " · " + zh, classEn + " · " + en
}

// The opening balances (期初) have an issuer of their own.
const openingZh, openingEn = "期初", "opening balances"

// liability is what members hold that expires with one month.
type liability struct {
	Month  string        `json:"month" example:"2027-05" doc:"With whose end they expire"`
	Age    int           `json:"age_months" doc:"How long ago points of this validity were issued"`
	Points ledger.Points `json:"points"`
	Pinned ledger.Points `json:"pinned" doc:"Of them: out of reach until a confirmation, a meal or a decision"`
	People int           `json:"people" doc:"Who hold them; 0 when they are too few to be told"`
}

// liabilities are the points outstanding by age, against what is redeemed.
type liabilities struct {
	Items       []liability   `json:"items"`
	Outstanding ledger.Points `json:"outstanding" doc:"Held by members"`
	Pools       ledger.Points `json:"pools" doc:"What pools hold and what is in transit, less what shortfall owes: it does not expire. With outstanding it is the summary's outstanding"`
	Month       ledger.Points `json:"redeemed_30_days"`
	Weeks       int64         `json:"weeks" doc:"For how long it lasts when as much is redeemed as in the last 30 days; 0 when nothing was"`
	Donation    ledger.Points `json:"pool_donation"`
	Subsidy     ledger.Points `json:"pool_subsidy"`
	Seq         ledger.Seq    `json:"seq"`
}

// liabilitiesByAge is what the community owes its members in meals, by how old it is.
func (s *Server) liabilitiesByAge(ctx context.Context, c *call, _ *none) (liabilities, error) {
	out := liabilities{Items: []liability{}}
	var today ledger.Day
	err := s.read(ctx, c, func(b *ledger.Book) {
		now := b.MonthOf(c.now)
		today = b.DayOf(c.now)
		valid := 0
		if k := b.Rules(); k != nil {
			valid = k.ValidMonths
		}
		for _, l := range b.LotSums() {
			one := liability{Month: month(l.Month), Age: max(0, valid-monthsBetween(now, l.Month)), Points: l.Points, Pinned: l.Pinned}
			if l.Members >= tooFew {
				one.People = l.Members
			}
			out.Outstanding += l.Points
			out.Items = append(out.Items, one)
		}
		for _, k := range b.Sums() {
			if k.Class == ledger.ClassPool || k.Class == ledger.ClassTransit || k.Class == ledger.ClassShortfall {
				out.Pools += k.Points
			}
		}
		out.Donation, _ = b.Holding(ledger.PoolDonation)
		out.Subsidy, _ = b.Holding(ledger.PoolSubsidy)
	})
	if err != nil {
		return out, err
	}
	spent, seq, err := s.view.Sum(ctx, view.ScopeAll, view.Span{From: today - 29})
	if err != nil {
		return out, fmt.Errorf("read what was redeemed: %w", err)
	}
	c.seq = max(c.seq, seq)
	if out.Month = spent.Redeemed; out.Month > 0 {
		out.Weeks = int64(out.Outstanding) * 30 / (int64(out.Month) * 7)
	}
	out.Seq = c.seq
	return out, nil
}

// monthsBetween counts the months from one to another.
func monthsBetween(from, to ledger.Month) int {
	return int(to/100-from/100)*12 + int(to%100-from%100)
}

// budgetRow is what an issuer may mint this month, and has.
type budgetRow struct {
	Issuer  ledger.AccountID `json:"issuer"`
	Zh      string           `json:"zh"`
	En      string           `json:"en"`
	Monthly ledger.Points    `json:"monthly" doc:"Of opening balances: once for all"`
	Used    ledger.Points    `json:"used"`
	Left    ledger.Points    `json:"left"`
}

// budgets is the mint budget of each organization and team, this month. An organization's admin and a leader see their own.
func (s *Server) budgets(ctx context.Context, c *call, _ *none) (list[budgetRow], error) {
	names, err := s.words(ctx)
	if err != nil {
		return list[budgetRow]{}, err
	}
	var all []ledger.Budget
	if err := s.read(ctx, c, func(b *ledger.Book) { all = b.Budgets(c.now) }); err != nil {
		return list[budgetRow]{}, err
	}
	var rows []budgetRow
	for _, g := range all {
		of := ledger.Scope(g.Issuer[2:])
		if !c.mayRead(of) {
			continue
		}
		zh, en := names.scope(of), names.scopeEn(of)
		if g.Issuer == ledger.IssuerOpening {
			zh, en = openingZh, openingEn
		}
		rows = append(rows, budgetRow{g.Issuer, zh, en, g.Monthly, g.Used, g.Left})
	}
	return listOf(c, rows, ""), nil
}
