package api

import (
	"context"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/view"
)

// sumRow is what one team, day, building or dish moved in a time.
type sumRow struct {
	Key    string         `json:"key" doc:"Id of the team, organization or canteen; the day; the building; the meal. Empty: see part"`
	Part   string         `json:"part,omitempty" enum:"members,pools,rest" doc:"Of a row without a key: all members; what pools, transit and shortfall moved; what is in no other row"`
	Zh     string         `json:"zh"`
	En     string         `json:"en"`
	Period string         `json:"period,omitempty" doc:"Of a dish: the meal period"`
	People *int           `json:"people,omitempty" doc:"Different people who served or spent in the months of the time"`
	Record int64          `json:"records"`
	Issued ledger.Points  `json:"issued" doc:"Out of its budget, or at its activities, less what was reversed"`
	Served ledger.Minutes `json:"minutes"`
	Awards int64          `json:"awards" doc:"Presences that were awarded"`

	Earned   ledger.Points  `json:"earned" doc:"By its members, from any issuer"`
	Redeemed ledger.Points  `json:"redeemed"`
	Expired  ledger.Points  `json:"expired"`
	Other    ledger.Points  `json:"other" doc:"Given, granted and donated"`
	Joined   ledger.Points  `json:"joined" doc:"What members brought along when they joined"`
	Left     ledger.Points  `json:"left" doc:"What members took along when they left"`
	Reversed ledger.Points  `json:"reversed" doc:"Moved back by reversals; counted in the others already"`
	Held     *ledger.Points `json:"held,omitempty" doc:"By its members now, as the accounts say; told when the time has neither begin nor end"`
	Holds    *bool          `json:"holds_true,omitempty" doc:"earned - redeemed - expired + other + joined - left, counted record by record, is held"`

	Meals   int64         `json:"meals"`
	Pool    ledger.Points `json:"pool" doc:"Of redeemed: paid by the donation pool"`
	Short   ledger.Points `json:"shortfall" doc:"Of redeemed: paid by shortfall"`
	Subsidy ledger.Points `json:"subsidy" doc:"Of redeemed: paid by the subsidy pool"`
	Settled ledger.Points `json:"settled"`
}

// sumTable is rows that add up, column by column. What canteens settled, and which pool paid them, is told by canteen: no member and no
// pool has it as hers.
type sumTable struct {
	Items []sumRow   `json:"items"`
	Total *sumRow    `json:"total,omitempty" doc:"Of all that the rows are a part of, counted by itself: the community, or with by=day the scope. Absent for who sees only her own scopes, and for dishes. Settled, pool, shortfall and subsidy add up with by=canteen only"`
	Seq   ledger.Seq `json:"seq"`
}

// rowOf is a sum under a key.
func rowOf(key, zh, en string, s *view.Sum) sumRow {
	return sumRow{
		Key: key, Zh: zh, En: en, Record: s.Records, Issued: s.Issued, Served: s.Minutes, Awards: s.Awards,
		Earned: s.Earned, Redeemed: s.Redeemed, Expired: s.Expired, Other: s.Other, Joined: s.Joined, Left: s.Left, Reversed: s.Reversed,
		Meals: s.Meals, Pool: s.Pool, Short: s.Short, Subsidy: s.Subsidy, Settled: s.Settled,
	}
}

type sumsInput struct {
	By    string       `query:"by" enum:"community,team,organization,canteen,day,dish,building" default:"community"`
	Scope ledger.Scope `query:"scope" maxLength:"48" pattern:"^[a-z0-9/-]*$" doc:"With by=day: a team, organization or canteen; with by=dish: the canteen"`
	From  string       `query:"from" maxLength:"10" doc:"Local day, YYYY-MM-DD; included"`
	To    string       `query:"to" maxLength:"10" doc:"Local day; included"`
}

// sums is what teams, organizations, canteens, days, dishes and buildings moved in a time, with rows for what belongs to none of
// them. A leader or an organization's admin sees her own; members' months are added up by building for the organizer and the
// auditor only.
func (s *Server) sums(ctx context.Context, c *call, in *sumsInput) (sumTable, error) {
	span, err := spanIn(in.From, in.To)
	if err != nil {
		return sumTable{}, err
	}
	if err := s.catchUp(ctx); err != nil {
		return sumTable{}, err
	}
	var table sumTable
	switch in.By {
	case "day":
		table, err = s.sumsByDay(ctx, c, in.Scope, span)
	case "dish":
		table.Items, err = s.sumsByDish(ctx, c, in.Scope, span)
	case "building":
		table, err = s.sumsByBuilding(ctx, c, span)
	case "community":
		table, err = s.sumsOfAll(ctx, c, span)
	default:
		table, err = s.sumsByScope(ctx, c, in.By, span)
	}
	if table.Items == nil {
		table.Items = []sumRow{}
	}
	table.Seq = c.seq
	return table, err
}

// spanIn reads a time of local days.
func spanIn(from, to string) (in view.Span, err error) {
	if from != "" {
		if in.From, err = dayIn(from); err != nil {
			return in, fail(codeFieldInvalid, "field", "from")
		}
	}
	if to != "" {
		if in.To, err = dayIn(to); err != nil || in.To < in.From {
			return in, fail(codeFieldInvalid, "field", "to")
		}
	}
	return in, nil
}
