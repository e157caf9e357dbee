package ledger

import (
	"fmt"
	"slices"
)

// PresenceJudged says what somebody found out about a presence that was one too many for the leader's count: she was
// there, and her scans count in full (grade A), or she was not, and a reversal of her award follows.
type PresenceJudged struct {
	Activity ActivityID
	Account  AccountID
	Award    Seq
	Present  bool
	Minutes  Minutes // that count as scanned now
}

func (*PresenceJudged) kind() Kind { return KindPresenceJudged }

func (x *PresenceJudged) about() AccountID { return x.Account }

func (x *PresenceJudged) fields(c *codec) {
	text(c, "activity", &x.Activity)
	text(c, "account", &x.Account)
	integer(c, "award", &x.Award)
	flag(c, "present", &x.Present)
	integer(c, "minutes", &x.Minutes)
}

func (x *PresenceJudged) fold(b *Book, _ *Record) error {
	a := b.activities[x.Activity]
	if a == nil {
		return fmt.Errorf("no activity %s", x.Activity)
	}
	a.extra = slices.DeleteFunc(a.extra, func(id AccountID) bool { return id == x.Account })
	b.account(x.Account).scanned += x.Minutes
	if x.Present {
		a.judged = append(a.judged, x.Award)
	}
	return nil
}

// JudgePresence strikes or confirms a presence that was one too many, before the activity is confirmed: by those who may
// confirm it, who are not of the member's family.
type JudgePresence struct {
	Activity ActivityID
	Account  AccountID
	Present  bool
}

func (x *JudgePresence) target(b *Book) Seq {
	if a := b.activities[x.Activity]; a != nil {
		return a.awardOf(x.Account)
	}
	return 0
}

func (x *JudgePresence) decide(d *draft) *Refusal {
	b := d.book
	a, r := d.confirmable(x.Activity)
	if r != nil {
		return r
	}
	t := d.cmd.Target
	switch {
	case !slices.Contains(a.extra, x.Account) || t == nil || t.Seq != a.awardOf(x.Account):
		return &Refusal{Code: CodePresenceSettled, Subject: x.Account}
	case d.kin(x.Account):
		return refuse(CodeTooClose)
	}
	if old, gone := b.reversed[t.Seq]; gone {
		return &Refusal{Code: CodeAlreadyReversed, Seq: old.by}
	}
	body := &PresenceJudged{Activity: x.Activity, Account: x.Account, Award: t.Seq, Present: x.Present}
	if w, ok := t.Body.(*Awarded); ok && x.Present {
		body.Minutes = w.Minutes
	}
	d.add(body)
	if x.Present {
		return nil
	}
	return (&Reverse{Seq: t.Seq, Reason: ReasonWrongPerson}).carryOut(d, "")
}

func (x *JudgePresence) differs(first *Record) string {
	o, ok := first.Body.(*PresenceJudged)
	return firstDifference(ok, field("activity", ok && o.Activity == x.Activity), field("account", ok && o.Account == x.Account),
		field("present", ok && o.Present == x.Present))
}

// confirmable is a closed activity that the actor may confirm, or the refusal that says why not.
func (d *draft) confirmable(id ActivityID) (*activity, *Refusal) {
	b := d.book
	a := b.activities[id]
	switch {
	case a == nil:
		return nil, refuse(CodeActivityUnknown)
	case !d.may(RoleOrganizer) && (a.Org == "" || !d.mayIn(RoleOrgAdmin, Scope(a.Org))):
		return nil, refuse(CodeNotEntitled)
	case a.state == StageOpen:
		return nil, refuse(CodeActivityOpen)
	case a.state == StageConfirmed:
		return nil, refuse(CodeActivityConfirmed)
	case len(a.due) > 0:
		return nil, &Refusal{Code: CodeAwardsPending, Used: int64(len(a.due))}
	case b.hadPart(d.cmd.Actor, a):
		return nil, refuse(CodeSelfApproval)
	case b.related(d.cmd.Actor, a.Charge) || b.related(d.cmd.Actor, a.closedBy):
		return nil, refuse(CodeTooClose)
	}
	return a, nil
}

// hadPart reports whether somebody made an activity what it is: announced it, was in charge of it or closed it, recorded
// who was there, or was there herself. Whoever vouches for it is somebody else, or one person with a second account could
// mint points alone.
func (b *Book) hadPart(id AccountID, a *activity) bool {
	same := func(other AccountID) bool { return b.same(id, other) }
	return same(a.openedBy) || same(a.Charge) || same(a.closedBy) || slices.ContainsFunc(a.attested, same) || slices.ContainsFunc(a.people, func(t attendance) bool { return same(t.account) })
}

// attest remembers who recorded another member's presence.
func (a *activity) attest(of, by AccountID) {
	if of != by && !slices.Contains(a.attested, by) {
		a.attested = append(a.attested, by)
	}
}

func (x *PresenceJudged) judge(b *Book, r *Record) error {
	a := b.activities[x.Activity]
	switch {
	case a == nil || a.state != StageClosed || !slices.Contains(a.extra, x.Account):
		return fmt.Errorf("the presence of %s was not in question", x.Account)
	case b.hadPart(r.Actor, a):
		return fmt.Errorf("%s judged her own activity", r.Actor)
	case !b.has(r.Actor, RoleOrganizer, ScopeCommunity) && (a.Org == "" || !b.has(r.Actor, RoleOrgAdmin, Scope(a.Org))):
		return fmt.Errorf("%s may not judge presences", r.Actor)
	}
	return nil
}
