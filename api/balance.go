package api

import (
	"fmt"

	"moralbank.example/bank/ledger"
)

// balance is what an account holds at a seq.
type balance struct {
	Account     ledger.AccountID `json:"account"`
	Points      ledger.Points    `json:"points"`
	Held        ledger.Points    `json:"held" doc:"Set aside for booked meals"`
	Unconfirmed ledger.Points    `json:"unconfirmed" doc:"Earned at activities that are not confirmed yet"`
	Available   ledger.Points    `json:"available" doc:"What can be spent now"`
	Minutes     ledger.Minutes   `json:"minutes"`
	Seq         ledger.Seq       `json:"seq"`
	Expiring    []expiring       `json:"expiring" doc:"Points by the month with whose end they expire, the next first"`
}

type expiring struct {
	Month  string        `json:"month" example:"2027-05"`
	Points ledger.Points `json:"points"`
}

// balanceIn reads a balance from the book; nil when there is no such account.
func balanceIn(b *ledger.Book, id ledger.AccountID, now ledger.Time) *balance {
	v, ok := b.View(id)
	if !ok {
		return nil
	}
	out := &balance{
		Account: id, Points: v.Points, Unconfirmed: v.Pinned(), Minutes: v.Minutes, Seq: b.Seq(), Expiring: []expiring{},
	}
	if rules := b.Rules(); rules != nil {
		out.Available = v.Available(now, rules.OffsetMinutes)
	}
	for _, l := range v.Lots {
		out.Expiring = append(out.Expiring, expiring{month(l.Month), l.Points})
	}
	return out
}

func month(m ledger.Month) string { return fmt.Sprintf("%04d-%02d", m/100, m%100) }
