package api

import (
	"context"
	"fmt"

	"moralbank.example/bank/ledger"
)

// summary is the line of truth on top of the console, with what it is made of.
type summary struct {
	Issued      ledger.Points  `json:"issued"`
	Redeemed    ledger.Points  `json:"redeemed"`
	Expired     ledger.Points  `json:"expired"`
	Outstanding ledger.Points  `json:"outstanding"`
	GotPools    ledger.Points  `json:"issued_pools" doc:"Of issued: into pools; the rest is the members'"`
	PaidPools   ledger.Points  `json:"redeemed_pools" doc:"Of redeemed: paid by pools and shortfall; the rest the members paid"`
	HoldsTrue   bool           `json:"holds_true" doc:"issued - redeemed - expired, counted record by record, is outstanding, as the accounts hold it"`
	ByClass     []classSum     `json:"by_class" doc:"The trial balance: each unit sums to zero"`
	Pools       ledger.Points  `json:"pools"`
	Shortfall   ledger.Points  `json:"shortfall" doc:"Below zero: what meals were served beyond what could be charged"`
	Records     ledger.Seq     `json:"records"`
	Seq         ledger.Seq     `json:"seq"`
	Minutes     ledger.Minutes `json:"minutes_total"`
	Members     int            `json:"members"`
	AsOf        Time           `json:"as_of"`
}

type classSum struct {
	Class    string         `json:"class"`
	Zh       string         `json:"class_zh"`
	En       string         `json:"class_en"`
	Accounts int            `json:"accounts"`
	Points   ledger.Points  `json:"points"`
	Minutes  ledger.Minutes `json:"minutes"`
}

// getSummary is issued - redeemed - expired = outstanding, with the check.
func (s *Server) getSummary(ctx context.Context, c *call, _ *none) (summary, error) {
	if err := s.catchUp(ctx); err != nil {
		return summary{}, err
	}
	t, err := s.view.Truth(ctx)
	if err != nil {
		return summary{}, fmt.Errorf("read the line of truth: %w", err)
	}
	c.seq = max(c.seq, t.Seq)
	out := summary{
		Issued: t.Issued, Redeemed: t.Redeemed, Expired: t.Expired, Outstanding: t.Outstanding, HoldsTrue: t.Holds,
		GotPools: t.Pools.Earned, PaidPools: t.Pools.Redeemed,
		ByClass: []classSum{}, Records: t.Records, Seq: t.Seq, Members: t.Members, AsOf: Time(s.time()),
	}
	for _, k := range t.Classes {
		if k.Accounts == 0 {
			continue
		}
		id, zh, en := className(k.Class)
		out.ByClass = append(out.ByClass, classSum{id, zh, en, k.Accounts, k.Points, k.Minutes})
		switch k.Class {
		case ledger.ClassMember:
			out.Minutes = k.Minutes
		case ledger.ClassPool:
			out.Pools = k.Points
		case ledger.ClassShortfall:
			out.Shortfall = k.Points
		case ledger.ClassIssuer, ledger.ClassTransit, ledger.ClassCanteen, ledger.ClassExpired, ledger.ClassSettled, ledger.ClassUnknown:
		}
	}
	return out, nil
}

// className is a class of accounts as programs and as people say it.
func className(k ledger.Class) (id, zh, en string) {
	switch k {
	case ledger.ClassMember:
		return "member", "居民账户", "members"
	case ledger.ClassIssuer:
		return "issuer", "发放账户", "issuers"
	case ledger.ClassTransit:
		return "transit", "转赠途中", "gifts on their way"
	case ledger.ClassPool:
		return "pool", "资金池", "pools"
	case ledger.ClassCanteen:
		return "canteen", "食堂", "canteens"
	case ledger.ClassExpired:
		return "expired", "已过期", "expired"
	case ledger.ClassShortfall:
		return "shortfall", "差额", "shortfall"
	case ledger.ClassSettled:
		return "settled", "已结算", "settled"
	case ledger.ClassUnknown:
	}
	return "unknown", "未知", "unknown"
}
