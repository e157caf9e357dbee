package ledger

import (
	"fmt"
	"slices"
)

// Outcome is how a dispute ended.
type Outcome string

// The outcomes. What an upheld dispute changes follows as records of its own: a reversal, a new award, an adjustment.
const (
	OutcomeUpheld    Outcome = "upheld"
	OutcomeRejected  Outcome = "rejected"
	OutcomeWithdrawn Outcome = "withdrawn" // by who opened it, or the member
	OutcomeLapsed    Outcome = "lapsed"    // nobody decided in time
)

// DisputeResolved says how a dispute ended. What it pinned is in reach again; what would have expired meanwhile moves to
// the lot of Grace.
type DisputeResolved struct {
	Dispute Seq
	Target  Seq
	Account AccountID
	Outcome Outcome
	Note    string
	Lots    []LotShare // in reach again, in their own lots
	Late    []LotShare // of lots whose month has ended meanwhile
	Grace   Month      // the lot that those move to
}

func (*DisputeResolved) kind() Kind { return KindDisputeResolved }

func (x *DisputeResolved) about() AccountID { return x.Account }

func (x *DisputeResolved) fields(c *codec) {
	integer(c, "dispute", &x.Dispute)
	integer(c, "target", &x.Target)
	text(c, "account", &x.Account)
	text(c, "outcome", &x.Outcome)
	text(c, "note", &x.Note)
	list(c, "lots", &x.Lots, func(c *codec, s *LotShare) { s.fields(c) })
	list(c, "late", &x.Late, func(c *codec, s *LotShare) { s.fields(c) })
	integer(c, "grace", &x.Grace)
}

func (x *DisputeResolved) fold(b *Book, _ *Record) error {
	p, a := b.dispute(x.Dispute), b.account(x.Account)
	if p == nil {
		return fmt.Errorf("no open dispute %d", x.Dispute)
	}
	if _, err := p.unpin(b, a); err != nil {
		return err
	}
	for _, s := range x.Late {
		if err := b.takeLot(x.Account, a, s); err != nil {
			return err
		}
		b.addLot(a, LotShare{x.Grace, s.Points, s.Gifted})
	}
	b.disputes = slices.DeleteFunc(b.disputes, func(o *dispute) bool { return o == p })
	b.touch(x.Account)
	return nil
}

// ResolveDispute decides a dispute: an organizer, and once it is escalated someone of the committee, who has no part in it.
// Whoever opened it, or the member, may withdraw it. The timer ends it undecided after its longest time.
type ResolveDispute struct {
	noTarget
	Dispute Seq
	Outcome Outcome
	Note    string
}

func (x *ResolveDispute) decide(d *draft) *Refusal {
	b := d.book
	p := b.dispute(x.Dispute)
	if p == nil {
		return refuse(CodeDisputeUnknown)
	}
	if x.Note != "" && !validID(x.Note) {
		return badField("note")
	}
	if r := x.entitled(d, p); r != nil {
		return r
	}
	body := &DisputeResolved{Dispute: x.Dispute, Target: p.Target, Account: p.Account, Outcome: x.Outcome, Note: x.Note}
	now := monthOf(d.now, b.offset())
	for _, s := range p.pins {
		if s.Month >= now {
			body.Lots = append(body.Lots, s)
		} else {
			body.Late = append(body.Late, b.held(p.Account, s))
			body.Grace = monthOf(d.now+Time(b.rules.Disputes.GraceDays)*dayMillis, b.offset())
		}
	}
	d.add(body)
	if e := b.deed(p.Target); e != nil && x.Outcome == OutcomeUpheld {
		d.add(&DeedRefused{Deed: p.Target, Account: e.Account, Reason: ReasonUpheld})
	}
	return nil
}

// held is a share of a member's lot as it can be taken from it: what was gifted last.
func (b *Book) held(id AccountID, s LotShare) LotShare {
	for _, l := range b.accounts[id].lots {
		if l.Month == s.Month {
			return l.takeLast(s.Points)
		}
	}
	return s
}

// entitled reports why the actor may not end the dispute so; nil when she may.
func (x *ResolveDispute) entitled(d *draft, p *dispute) *Refusal {
	b, actor := d.book, d.cmd.Actor
	switch x.Outcome {
	case OutcomeWithdrawn:
		if actor == p.opener || d.speaksFor(p.Account, "") == nil && b.deed(p.Target) == nil {
			return nil
		}
		return refuse(CodeNotEntitled)
	case OutcomeLapsed:
		switch {
		case actor != ActorTimer:
			return refuse(CodeNotEntitled)
		case p.Ends > d.now:
			return &Refusal{Code: CodeDisputeClock, Reset: p.Ends}
		}
		return nil
	case OutcomeUpheld, OutcomeRejected:
		if !d.may(RoleOrganizer) && (!p.escalated || !d.may(RoleCommittee)) {
			return refuse(CodeNotEntitled)
		}
		if b.party(actor, p) {
			return refuse(CodeConflict)
		}
		return nil
	}
	return badField("outcome")
}

// party reports whether somebody has a part in a dispute, or is family of somebody who has.
func (b *Book) party(id AccountID, p *dispute) bool {
	for _, other := range [...]AccountID{p.Account, p.opener, p.Against, p.Proposer} {
		if b.same(id, other) || b.related(id, other) {
			return true
		}
	}
	return false
}

func (x *ResolveDispute) differs(first *Record) string {
	o, ok := first.Body.(*DisputeResolved)
	return firstDifference(ok, field("dispute", ok && o.Dispute == x.Dispute), field("outcome", ok && o.Outcome == x.Outcome))
}

// dueDisputes adds the disputes whose clock has run down, oldest first.
func (b *Book) dueDisputes(now Time, due *dueList) {
	for _, p := range b.disputes {
		if due.full() {
			return
		}
		var do Verb
		what := ""
		switch {
		case p.Ends <= now:
			what, do = "lapse", &ResolveDispute{Dispute: p.seq, Outcome: OutcomeLapsed}
		case !p.escalated && p.Escalates <= now:
			what, do = "escalate", &EscalateDispute{Dispute: p.seq}
		default:
			continue
		}
		due.add(DerivedKey(what, itoa(int64(p.seq))), do)
	}
}

func (x *DisputeResolved) judge(b *Book, r *Record) error {
	p := b.dispute(x.Dispute)
	switch {
	case p == nil:
		return fmt.Errorf("there was no open dispute %d", x.Dispute)
	case x.Target != p.Target || x.Account != p.Account:
		return fmt.Errorf("dispute %d was about another line", x.Dispute)
	case x.Outcome == OutcomeLapsed && (r.Actor != ActorTimer || p.Ends > r.Time):
		return fmt.Errorf("dispute %d ended before its time", x.Dispute)
	case x.Outcome != OutcomeUpheld && x.Outcome != OutcomeRejected:
		return nil
	case !b.has(r.Actor, RoleOrganizer, ScopeCommunity) && !b.has(r.Actor, RoleCommittee, ScopeCommunity):
		return fmt.Errorf("%s may not decide disputes", r.Actor)
	case b.party(r.Actor, p):
		return fmt.Errorf("%s has a part in the dispute", r.Actor)
	}
	return nil
}
