package api

import (
	"context"
	"slices"
	"strings"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/explain"
)

// oddity is something that a person should look at before an activity is confirmed, as the rules find it (ledger.Oddity).
type oddity struct {
	Code     string             `json:"code" enum:"published_late,extended,headcount,forgotten,unscanned,not_live,poster,elsewhere,family,recorded_late"`
	Zh       string             `json:"zh"`
	En       string             `json:"en"`
	Accounts []ledger.AccountID `json:"accounts" doc:"Whom it is about, where it is about people"`
}

func (o *oddity) about(id ledger.AccountID) bool { return slices.Contains(o.Accounts, id) }

// flag is what the oddity is called at a member's presence; "" where the presence says it by itself.
func (o *oddity) flag() string {
	if o.Code == "elsewhere" || o.Code == "family" {
		return o.Code
	}
	return ""
}

// oddities lists what to look at, for those who are entitled to; others get none.
func (s *Server) oddities(ctx context.Context, c *call, id ledger.ActivityID, entitled bool) ([]oddity, error) {
	out := []oddity{}
	if !entitled {
		return out, nil
	}
	err := s.read(ctx, c, func(b *ledger.Book) {
		odd, _ := b.Oddities(id, c.now)
		for i := range odd {
			o, t := &odd[i], explain.Oddity(&odd[i])
			out = append(out, oddity{strings.ReplaceAll(string(o.Code), "-", "_"), t.Zh, t.En, append([]ledger.AccountID{}, o.Accounts...)})
		}
	})
	return out, err
}

// those are the accounts of the presences that match.
func those(v *ledger.ActivityView, match func(*ledger.AttendanceView) bool) []ledger.AccountID {
	var who []ledger.AccountID
	for i := range v.People {
		if match(&v.People[i]) {
			who = append(who, v.People[i].Account)
		}
	}
	return who
}
