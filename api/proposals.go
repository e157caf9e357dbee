package api

import (
	"context"
	"strings"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/explain"
)

// proposalItem is something that waits for a second person.
type proposalItem struct {
	Seq         ledger.Seq       `json:"seq"`
	What        string           `json:"what" enum:"reverse,grant_role,revoke_role,adjust,pay_waiting,undo_activity,rulebook,fund_pool,settle,seal_period,reverse_sweep,close_account,merge_persons,undo_import"`
	Time        Time             `json:"time"`
	Lapses      Time             `json:"lapses"`
	Maker       ledger.AccountID `json:"maker"`
	MakerName   string           `json:"maker_name"`
	Mine        bool             `json:"mine" doc:"The caller made it: she may take it back, and not approve it"`
	Account     ledger.AccountID `json:"account,omitempty"`
	AccountName string           `json:"account_name,omitempty"`
	Role        string           `json:"role,omitempty"`
	Scope       ledger.Scope     `json:"scope,omitempty"`
	Target      ledger.Seq       `json:"target,omitempty" doc:"The record to be reversed"`
	Points      ledger.Points    `json:"points,omitempty"`
	Minutes     ledger.Minutes   `json:"minutes,omitempty"`
	Reason      string           `json:"reason,omitempty" doc:"The words that the maker typed"`
	Zh          string           `json:"zh"`
	En          string           `json:"en"`
}

// listProposals is the inbox: what waits for another person's word, the oldest first.
func (s *Server) listProposals(ctx context.Context, c *call, _ *none) (list[proposalItem], error) {
	var open []ledger.ProposalView
	if err := s.read(ctx, c, func(b *ledger.Book) { open = b.Proposals(s.time()) }); err != nil {
		return list[proposalItem]{}, err
	}
	names, err := s.naming(ctx, s.actorName)
	if err != nil {
		return list[proposalItem]{}, err
	}
	var items []proposalItem
	for i := range open {
		p, err := s.proposalOut(ctx, c, &open[i], names)
		if err != nil {
			return list[proposalItem]{}, err
		}
		items = append(items, p)
	}
	return listOf(c, items, ""), nil
}

func (s *Server) proposalOut(ctx context.Context, c *call, p *ledger.ProposalView, names *naming) (proposalItem, error) {
	out := proposalItem{
		Seq: p.Seq, What: p.What, Time: Time(p.At), Lapses: Time(p.Lapses), Maker: p.Maker, MakerName: s.roster.Name(p.Maker),
		Mine: p.Maker == c.account, Account: p.Account, Role: roleOut(p.Role), Scope: p.Scope, Target: p.Target,
		Points: p.Points, Minutes: p.Minutes,
	}
	if p.Account != "" {
		out.AccountName = s.roster.Name(p.Account)
	}
	var err error
	if out.Reason, err = s.note(ctx, p.Note); err != nil {
		return out, err
	}
	out.What = strings.ReplaceAll(p.What, "-", "_")
	what := names.Proposal(&p.Proposed)
	out.Zh, out.En = out.MakerName+"申请"+what.Zh, out.MakerName+" asks to "+what.En
	return out, names.failed
}

// roleName is a role as people say it.
func roleName(r ledger.Role) (zh, en string) {
	t := explain.Role(r)
	return t.Zh, t.En
}

type decideInput struct {
	Keyed

	Seq ledger.Seq `path:"seq" minimum:"1" maximum:"9007199254740991"`
}

type decided struct {
	Proposal ledger.Seq `json:"proposal"`
	Approved bool       `json:"approved"`
	Seq      ledger.Seq `json:"seq" doc:"The record that says so; what it brings about follows it"`
}

func (s *Server) approve(ctx context.Context, c *call, in *decideInput) (decided, error) {
	records, err := s.submit(ctx, c, &ledger.Approve{Proposal: in.Seq})
	if err != nil {
		return decided{}, err
	}
	return decided{Proposal: in.Seq, Approved: true, Seq: records[0].Seq}, nil
}

// refuseProposal turns a proposal down, or takes back one's own.
func (s *Server) refuseProposal(ctx context.Context, c *call, in *decideInput) (decided, error) {
	records, err := s.submit(ctx, c, &ledger.Refuse{Proposal: in.Seq})
	if err != nil {
		return decided{}, err
	}
	return decided{Proposal: in.Seq, Seq: records[0].Seq}, nil
}
