package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// What a proposal asks for.
const (
	ProposeReverse  = "reverse"
	ProposeRole     = "grant-role"
	ProposeAdjust   = "adjust"
	ProposePay      = "pay-waiting"
	ProposeUndo     = "undo-activity"
	ProposeRules    = "rulebook"
	ProposeFund     = "fund-pool"
	ProposeSettle   = "settle"
	ProposeSeal     = "seal-period"
	ProposeSweep    = "reverse-sweep"
	ProposeClose    = "close-account"
	ProposeMerge    = "merge-persons"
	ProposeUnimport = "undo-import"
	ProposeUnrole   = "revoke-role"
)

// Proposed says that someone asks another person to approve something.
type Proposed struct {
	What     string
	Lapses   Time
	Target   Seq
	Points   Points
	Minutes  Minutes
	Reason   ReasonCode
	Note     string
	Account  AccountID
	Role     Role
	Scope    Scope
	Day      Day   // of a settlement: the last
	Month    Month // of a month's close, or of a sweep
	Count    int   // of a settlement: meals
	Other    AccountID
	Issuer   AccountID
	Dispute  Seq
	Activity ActivityID
	Rules    *Rulebook
}

func (*Proposed) kind() Kind { return KindProposed }

func (p *Proposed) about() AccountID { return p.Account }

func (p *Proposed) fields(c *codec) {
	text(c, "what", &p.What)
	integer(c, "lapses", &p.Lapses)
	integer(c, "target", &p.Target)
	integer(c, "points", &p.Points)
	integer(c, "minutes", &p.Minutes)
	text(c, "reason", &p.Reason)
	text(c, "note", &p.Note)
	text(c, "account", &p.Account)
	text(c, "role", &p.Role)
	text(c, "scope", &p.Scope)
	integer(c, "day", &p.Day)
	integer(c, "month", &p.Month)
	integer(c, "count", &p.Count)
	text(c, "other", &p.Other)
	text(c, "issuer", &p.Issuer)
	integer(c, "dispute", &p.Dispute)
	text(c, "activity", &p.Activity)
	inner(c, "rules", &p.Rules, func(k *Rulebook) { k.fields(c) })
}

// proposal is an open one.
type proposal struct {
	Proposed
	maker  AccountID
	via    DeviceID
	at     Time
	lapses Time
}

func (p *Proposed) fold(b *Book, r *Record) error {
	b.proposals[r.Seq] = &proposal{*p, r.Actor, r.Via, r.Time, p.Lapses}
	return nil
}

// proposable is a verb that two people can do together.
type proposable interface {
	Verb
	// propose says what is asked for, or refuses what could not be approved anyway.
	propose(d *draft) (Proposed, *Refusal)
	// carryOut appends what the approval brings about.
	carryOut(d *draft, by AccountID) *Refusal
	// sound checks what is asked against the book as it is when it is approved.
	sound(d *draft) *Refusal
}

func (v *Reverse) propose(d *draft) (Proposed, *Refusal) {
	return Proposed{
		What: ProposeReverse, Target: v.Seq, Points: v.Points, Minutes: v.Minutes, Reason: v.Reason, Note: v.Note,
	}, v.sound(d)
}

func (g *GrantRole) propose(d *draft) (Proposed, *Refusal) {
	return Proposed{What: ProposeRole, Account: g.Account, Role: g.Role, Scope: g.Scope}, g.sound(d)
}

func (g *GrantRole) carryOut(d *draft, by AccountID) *Refusal {
	d.add(&RoleGranted{Account: g.Account, Role: g.Role, Scope: g.Scope, By: by})
	return nil
}

// verb is what the proposal asks for, as a command of its own.
func (p *Proposed) verb() (proposable, error) {
	switch p.What {
	case ProposeReverse:
		return &Reverse{Seq: p.Target, Points: p.Points, Minutes: p.Minutes, Reason: p.Reason, Note: p.Note}, nil
	case ProposeSettle:
		return &Settle{Canteen: CanteenID(strings.TrimPrefix(string(p.Account), canteenPrefix)), To: p.Day, Points: p.Points, Count: p.Count}, nil
	case ProposeSeal:
		return &SealPeriod{Month: p.Month}, nil
	case ProposeSweep:
		return &ReverseSweep{Month: p.Month, Reason: p.Reason}, nil
	case ProposeClose:
		return &CloseAccount{Account: p.Account, Reason: p.Reason}, nil
	case ProposeUnimport:
		return &UndoImport{Import: string(p.Scope), Reason: p.Reason}, nil
	case ProposeMerge:
		return &MergePersons{Account: p.Account, Other: p.Other}, nil
	case ProposeFund:
		return &FundPool{Pool: p.Account, Points: p.Points}, nil
	case ProposeRole:
		return &GrantRole{Account: p.Account, Role: p.Role, Scope: p.Scope}, nil
	case ProposeUnrole:
		return &RevokeRole{Account: p.Account, Role: p.Role, Scope: p.Scope}, nil
	case ProposeAdjust:
		return &Adjust{
			Account: p.Account, Issuer: p.Issuer, Points: p.Points, Minutes: p.Minutes, Reason: p.Reason, Note: p.Note, Dispute: p.Dispute,
		}, nil
	case ProposePay:
		return &PayWaiting{Award: p.Target}, nil
	case ProposeUndo:
		return &UndoActivity{Activity: p.Activity, Reason: p.Reason, Note: p.Note}, nil
	case ProposeRules:
		return &SetRulebook{Rulebook: p.Rules}, nil
	}
	return nil, fmt.Errorf("proposal of an unknown thing %q", p.What)
}

// Propose asks another person to approve a verb that takes two people.
type Propose struct{ Do Verb }

func (p *Propose) target(b *Book) Seq {
	if p.Do == nil {
		return 0
	}
	return p.Do.target(b)
}

func (p *Propose) decide(d *draft) *Refusal {
	if !d.may(RoleOrganizer, RoleOperator) {
		return refuse(CodeNotEntitled)
	}
	v, ok := p.Do.(proposable)
	if !ok {
		return badField("do")
	}
	body, r := v.propose(d)
	if r != nil {
		return r
	}
	for seq, open := range d.book.proposals {
		same := open.Proposed
		same.Lapses, same.Reason, same.Note, body.Lapses = 0, body.Reason, body.Note, 0
		if same == body && open.lapses > d.now {
			return &Refusal{Code: CodeProposalExists, Seq: seq, At: open.at}
		}
	}
	body.Lapses = d.now + Time(d.book.rules.LapseDays)*dayMillis
	d.add(&body)
	if _, err := d.records[0].AppendLine(nil); err != nil {
		return badField(body.What) // a rulebook too long to be proposed
	}
	return nil
}

func (p *Propose) differs(first *Record) string {
	o, ok := first.Body.(*Proposed)
	if !ok {
		return "kind"
	}
	switch v := p.Do.(type) {
	case *Reverse:
		return firstDifference(o.What == ProposeReverse, field("target", o.Target == v.Seq), field("points", o.Points == v.Points),
			field("minutes", o.Minutes == v.Minutes), field("reason", o.Reason == v.Reason))
	case *Settle:
		return firstDifference(o.What == ProposeSettle, field("canteen", o.Account == CanteenAccount(v.Canteen)), field("to", o.Day == v.To),
			field("points", o.Points == v.Points), field("count", o.Count == v.Count))
	case *SealPeriod:
		return firstDifference(o.What == ProposeSeal, field("month", o.Month == v.Month))
	case *ReverseSweep:
		return firstDifference(o.What == ProposeSweep, field("month", o.Month == v.Month), field("reason", o.Reason == v.Reason))
	case *CloseAccount:
		return firstDifference(o.What == ProposeClose, field("account", o.Account == v.Account), field("reason", o.Reason == v.Reason))
	case *UndoImport:
		return firstDifference(o.What == ProposeUnimport, field("import", string(o.Scope) == v.Import), field("reason", o.Reason == v.Reason))
	case *MergePersons:
		return firstDifference(o.What == ProposeMerge, field("account", o.Account == v.Account), field("other", o.Other == v.Other))
	case *FundPool:
		return firstDifference(o.What == ProposeFund, field("pool", o.Account == v.Pool), field("points", o.Points == v.Points))
	case *Adjust:
		return firstDifference(o.What == ProposeAdjust, field("account", o.Account == v.Account), field("issuer", o.Issuer == v.Issuer),
			field("points", o.Points == v.Points), field("minutes", o.Minutes == v.Minutes), field("reason", o.Reason == v.Reason))
	case *PayWaiting:
		return firstDifference(o.What == ProposePay, field("award", o.Target == v.Award))
	case *UndoActivity:
		return firstDifference(o.What == ProposeUndo, field("activity", o.Activity == v.Activity), field("reason", o.Reason == v.Reason))
	case *SetRulebook:
		return firstDifference(o.What == ProposeRules, field("edition", v.Rulebook != nil && o.Rules.Edition == v.Rulebook.Edition))
	case *RevokeRole:
		return firstDifference(o.What == ProposeUnrole, field("account", o.Account == v.Account),
			field("role", o.Role == v.Role), field("scope", o.Scope == v.Scope))
	case *GrantRole:
		return firstDifference(o.What == ProposeRole, field("account", o.Account == v.Account),
			field("role", o.Role == v.Role), field("scope", o.Scope == v.Scope))
	}
	return "do"
}

// Approved says that another person agreed to a proposal; what it brings about follows in the same batch.
type Approved struct{ Proposal Seq }

func (*Approved) kind() Kind { return KindApproved }

func (a *Approved) fields(c *codec) { integer(c, "proposal", &a.Proposal) }

func (a *Approved) fold(b *Book, _ *Record) error { return b.closeProposal(a.Proposal) }

// Refused says that a proposal was turned down or taken back.
type Refused struct{ Proposal Seq }

func (*Refused) kind() Kind { return KindRefused }

func (f *Refused) fields(c *codec) { integer(c, "proposal", &f.Proposal) }

func (f *Refused) fold(b *Book, _ *Record) error { return b.closeProposal(f.Proposal) }

func (b *Book) closeProposal(s Seq) error {
	if b.proposals[s] == nil {
		return fmt.Errorf("no open proposal %d", s)
	}
	delete(b.proposals, s)
	return nil
}

// Approve agrees to a proposal. The approver is another identified person: not the maker, not of the same family,
// not on the same device, and neither was lately given a role by the other.
type Approve struct{ Proposal Seq }

func (a *Approve) target(b *Book) Seq {
	if p := b.proposals[a.Proposal]; p != nil {
		return p.Target
	}
	return 0
}

func (a *Approve) decide(d *draft) *Refusal {
	p, r := d.openProposal(a.Proposal)
	if r != nil {
		return r
	}
	if !d.may(RoleOrganizer) {
		return refuse(CodeNotEntitled)
	}
	if d.cmd.Actor == p.maker {
		return refuse(CodeSelfApproval)
	}
	if d.tooClose(p) {
		return refuse(CodeTooClose)
	}
	v, err := p.verb()
	if err != nil {
		return refuse(CodeProposalUnknown)
	}
	if r := v.sound(d); r != nil {
		return r
	}
	d.add(&Approved{Proposal: a.Proposal})
	return v.carryOut(d, p.maker)
}

func (d *draft) openProposal(s Seq) (*proposal, *Refusal) {
	p := d.book.proposals[s]
	switch {
	case p == nil:
		return nil, refuse(CodeProposalUnknown)
	case p.lapses <= d.now:
		return nil, &Refusal{Code: CodeProposalLapsed, At: p.lapses}
	}
	return p, nil
}

// tooClose reports whether the actor is not independent of the proposal's maker, or of whom it is for.
func (d *draft) tooClose(p *proposal) bool {
	return d.book.related(d.cmd.Actor, p.maker) ||
		d.cmd.Via.Kind() != "" && d.cmd.Via == p.via ||
		d.lately(d.cmd.Actor, p.maker) || d.lately(p.maker, d.cmd.Actor) ||
		d.kin(p.Account) || d.kin(p.Other) || slices.ContainsFunc(d.cmd.Target.members(), d.kin) // nobody approves what is for herself or her family
}

// lately reports whether somebody was given a role by somebody so lately that the one may still owe it to the other.
func (d *draft) lately(holder, giver AccountID) bool {
	rest := d.now - Time(d.book.rules.RoleRestDays)*dayMillis
	return slices.ContainsFunc(d.book.roles[holder], func(g grant) bool { return d.book.same(g.by, giver) && g.at > rest })
}

// kin reports whether the actor is this person, or of her family.
func (d *draft) kin(id AccountID) bool {
	return d.book.same(d.cmd.Actor, id) || d.book.related(d.cmd.Actor, id)
}

// members are those whose points a record that can be reversed moved.
func (r *Record) members() []AccountID {
	if r == nil {
		return nil
	}
	if p, ok := r.plate(); ok {
		return []AccountID{p.Account}
	}
	if o, ok := r.earning(); ok {
		return []AccountID{o.account}
	}
	switch x := r.Body.(type) {
	case *GivenOut:
		return []AccountID{x.Account, x.To}
	case *GivenIn:
		return []AccountID{x.Account, x.From}
	case *Donated:
		return []AccountID{x.Account}
	case *PointsGranted:
		return []AccountID{x.Account}
	}
	return nil
}

func (a *Approve) differs(first *Record) string {
	o, ok := first.Body.(*Approved)
	return firstDifference(ok, field("proposal", ok && o.Proposal == a.Proposal))
}

// Refuse turns a proposal down, or takes one's own back.
type Refuse struct {
	noTarget
	Proposal Seq
}

func (f *Refuse) decide(d *draft) *Refusal {
	p, r := d.openProposal(f.Proposal)
	if r != nil {
		return r
	}
	if !d.may(RoleOrganizer) && d.cmd.Actor != p.maker {
		return refuse(CodeNotEntitled)
	}
	d.add(&Refused{Proposal: f.Proposal})
	return nil
}

func (f *Refuse) differs(first *Record) string {
	o, ok := first.Body.(*Refused)
	return firstDifference(ok, field("proposal", ok && o.Proposal == f.Proposal))
}

// ProposalView is an open proposal, for the inbox.
type ProposalView struct {
	Proposed
	Seq   Seq
	Maker AccountID
	At    Time
}

// Proposals lists the proposals that can still be approved at a moment, oldest first.
func (b *Book) Proposals(now Time) []ProposalView {
	var open []ProposalView
	for seq, p := range b.proposals {
		if p.lapses > now {
			open = append(open, ProposalView{p.Proposed, seq, p.maker, p.at})
		}
	}
	slices.SortFunc(open, func(x, y ProposalView) int { return cmp.Compare(x.Seq, y.Seq) })
	return open
}
