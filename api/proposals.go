package api

import (
	"context"
	"fmt"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// proposalItem is something that waits for a second person.
type proposalItem struct {
	Seq         ledger.Seq       `json:"seq"`
	What        string           `json:"what" enum:"reverse,grant_role"`
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
	names, err := s.words(ctx)
	if err != nil {
		return list[proposalItem]{}, err
	}
	reasons, err := s.texts(ctx, roster.ReasonKind)
	if err != nil {
		return list[proposalItem]{}, err
	}
	var items []proposalItem
	for i := range open {
		p, err := s.proposalOut(ctx, c, &open[i], &names, reasons)
		if err != nil {
			return list[proposalItem]{}, err
		}
		items = append(items, p)
	}
	return listOf(c, items, ""), nil
}

func (s *Server) proposalOut(ctx context.Context, c *call, p *ledger.ProposalView, names *words, reasons wording) (proposalItem, error) {
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
	switch p.What {
	case ledger.ProposeRole:
		out.What = "grant_role"
		zh, en := roleName(p.Role)
		out.Zh = fmt.Sprintf("%s申请让%s担任%s（%s）", out.MakerName, out.AccountName, zh, names.scope(p.Scope))
		out.En = fmt.Sprintf("%s asks that %s become %s (%s)", out.MakerName, out.AccountName, en, names.scope(p.Scope))
	case ledger.ProposeReverse:
		zh, en := reasons.zh(string(p.Reason)), reasons.en(string(p.Reason))
		out.Zh = fmt.Sprintf("%s申请冲正第 %d 号记录：%s", out.MakerName, p.Target, zh)
		out.En = fmt.Sprintf("%s asks to reverse record %d: %s", out.MakerName, p.Target, en)
	}
	return out, nil
}

// roleName is a role as people say it.
func roleName(r ledger.Role) (zh, en string) {
	switch r {
	case ledger.RoleLeader:
		return "队长", "team leader"
	case ledger.RoleOrgAdmin:
		return "组织管理员", "organization admin"
	case ledger.RoleCashier:
		return "收银员", "cashier"
	case ledger.RoleCommittee:
		return "评议会成员", "member of the committee"
	case ledger.RoleAuditor:
		return "审计员", "auditor"
	case ledger.RoleOrganizer:
		return "社区组织者", "organizer"
	case ledger.RoleOperator:
		return "运维员", "operator"
	}
	return string(r), string(r)
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
