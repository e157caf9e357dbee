package ledger_test

import "moralbank.example/bank/ledger"

// budgetLeft is the month's budget without what the issuer issued in the month: what was reversed of that is back, what was
// reversed of earlier months is not, nor do adjustments give back more than the month issued.
func (m model) budgetLeft(issuer ledger.AccountID, now ledger.Time) ledger.Points {
	monthly := m.rules.DefaultBudget
	var issued int64
	for i := range m.records {
		r := &m.records[i]
		if s, ok := r.Body.(*ledger.BudgetSet); ok && s.Issuer == issuer {
			monthly = s.Points
		}
		v, back := r.Body.(*ledger.Reversed)
		if m.month(r.Time) != m.month(now) || back && m.month(m.records[v.Target-1].Time) != m.month(now) {
			continue
		}
		for _, p := range r.Postings {
			if p.Account == issuer && p.Unit == ledger.UnitPoints {
				issued = max(0, issued-p.Amount)
			}
		}
	}
	return monthly - ledger.Points(issued)
}
