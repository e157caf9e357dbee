package ledger

import (
	"fmt"
	"slices"
)

// quorumMin is the least number of votes by which anything is decided: never by one person alone.
const quorumMin = 2

// vote is one committee member's word on a deed.
type vote struct {
	by     AccountID
	seq    Seq
	at     Time
	yes    bool
	points Points
	lift   bool
}

// DeedVoted says how somebody of the committee (评议会) voted on a deed, and where her vote decided, what.
type DeedVoted struct {
	Deed   Seq
	Yes    bool
	Points Points // of a range: what she would give
	Lift   bool   // she would lift the month's limit
	Passed bool   // with this vote the committee agreed
	Worth  Points // then: what it gives
	Lifted bool   // then: without the month's limit
}

func (*DeedVoted) kind() Kind { return KindDeedVoted }

func (v *DeedVoted) fields(c *codec) {
	integer(c, "deed", &v.Deed)
	flag(c, "yes", &v.Yes)
	integer(c, "points", &v.Points)
	flag(c, "lift", &v.Lift)
	flag(c, "passed", &v.Passed)
	integer(c, "worth", &v.Worth)
	flag(c, "lifted", &v.Lifted)
}

func (v *DeedVoted) fold(b *Book, r *Record) error {
	e := b.deed(v.Deed)
	if e == nil {
		return fmt.Errorf("no open deed %d", v.Deed)
	}
	e.votes = append(e.votes, vote{r.Actor, r.Seq, r.Time, v.Yes, v.Points, v.Lift})
	if v.Passed {
		e.stage, e.worth, e.lifted = DeedPassed, v.Worth, v.Lifted
	}
	return nil
}

// VoteDeed votes on a deed, by someone of the committee who has no interest in it. The vote that completes the quorum
// with a majority decides: the public notice begins, or the deed is refused.
type VoteDeed struct {
	noTarget
	Deed   Seq
	Yes    bool
	Points Points // of a range
	Lift   bool   // the month's limit
}

func (v *VoteDeed) decide(d *draft) *Refusal {
	b := d.book
	e, r := d.openDeed(v.Deed, DeedVoting)
	if r != nil {
		return r
	}
	if !d.may(RoleCommittee) {
		return refuse(CodeNotEntitled)
	}
	if b.interested(d.cmd.Actor, e) {
		return refuse(CodeConflict)
	}
	for _, x := range e.votes {
		if b.same(x.by, d.cmd.Actor) {
			return &Refusal{Code: CodeAlreadyVoted, Seq: x.seq, At: x.at}
		}
	}
	k := b.rulebooks[e.edition].DeedKind(e.Type)
	if v.Yes && k.Most > 0 && (v.Points < k.Points || v.Points > k.Most) || v.Points != 0 && (!v.Yes || k.Most == 0) || v.Lift && !v.Yes {
		return &Refusal{Code: CodeDeedPoints, Need: int64(k.Points), Limit: int64(k.Most)}
	}
	body := &DeedVoted{Deed: v.Deed, Yes: v.Yes, Points: v.Points, Lift: v.Lift}
	votes := append(slices.Clone(e.votes), vote{by: d.cmd.Actor, yes: v.Yes, points: v.Points, lift: v.Lift})
	verdict := b.tally(e, votes)
	body.Passed, body.Worth, body.Lifted = verdict.passed, verdict.worth, verdict.lifted
	d.add(body)
	switch {
	case verdict.failed:
		d.add(&DeedRefused{Deed: v.Deed, Account: e.Account, Reason: ReasonVoted})
	case verdict.passed && !b.needsConsent(e, verdict.worth):
		d.add(&DeedNoticed{Deed: v.Deed, Account: e.Account, Points: verdict.worth, Ends: b.noticeEnds(d.now)})
	}
	return nil
}

// interested reports whether somebody has an interest in a deed: she did it, told of it or received it, is family of one
// of them, or is in one team or organization with who did it.
func (b *Book) interested(id AccountID, e *deed) bool {
	for _, other := range [...]AccountID{e.Account, e.Beneficiary, e.filer} {
		if b.same(id, other) || b.related(id, other) {
			return true
		}
	}
	a, doer := b.member(id), b.member(e.Account)
	return a != nil && doer != nil && slices.ContainsFunc(a.groups, func(g Group) bool { return slices.Contains(doer.groups, g) })
}

// quorum is how many votes decide on a deed: the rulebook's, or all of the committee who have no interest in it where
// those are fewer, but never fewer than two.
func (b *Book) quorum(e *deed) int {
	n := 0
	for id := range b.roles {
		if b.has(id, RoleCommittee, ScopeCommunity) && !b.interested(id, e) {
			n++
		}
	}
	return max(quorumMin, min(n, b.rules.Deeds.Quorum))
}

// verdict is what votes come to.
type verdict struct {
	passed, failed bool
	worth          Points
	lifted         bool
}

// tally counts votes: with a quorum, the majority decides; while it is a tie they go on. Of a range the deed is given the
// middle of what those who agreed would give, of two middles the higher; the month's limit is lifted when more than half
// of them would.
func (b *Book) tally(e *deed, votes []vote) verdict {
	var given []Points
	lift := 0
	for _, v := range votes {
		if v.yes {
			given = append(given, v.points)
			if v.lift {
				lift++
			}
		}
	}
	yes, no := len(given), len(votes)-len(given)
	switch {
	case len(votes) < b.quorum(e) || yes == no:
		return verdict{}
	case yes < no:
		return verdict{failed: true}
	}
	v := verdict{passed: true, worth: e.Points, lifted: 2*lift > yes}
	if b.rulebooks[e.edition].DeedKind(e.Type).Most > 0 {
		slices.Sort(given)
		v.worth = given[len(given)/2]
	}
	return v
}

// needsConsent reports whether the committee's word is not enough.
func (b *Book) needsConsent(e *deed, worth Points) bool {
	k := b.rulebooks[e.edition]
	return k.DeedKind(e.Type).Community || worth > k.Deeds.AloneMax
}

// noticeEnds is when a public notice that begins now is over: its last day is a whole one.
func (b *Book) noticeEnds(now Time) Time {
	return b.DayStarts(b.DayOf(now) + Day(b.rules.Deeds.NoticeDays) + 1) //nolint:gosec // bounded by flaw
}

func (v *VoteDeed) differs(first *Record) string {
	o, ok := first.Body.(*DeedVoted)
	return firstDifference(ok, field("deed", ok && o.Deed == v.Deed), field("yes", ok && o.Yes == v.Yes),
		field("points", ok && o.Points == v.Points), field("lift", ok && o.Lift == v.Lift))
}

// DeedNoticed says that a deed stands in the public notice (公示) until a moment; whoever knows better may object.
type DeedNoticed struct {
	Deed    Seq
	Account AccountID
	Points  Points
	Ends    Time
}

func (*DeedNoticed) kind() Kind { return KindDeedNoticed }

func (n *DeedNoticed) about() AccountID { return n.Account }

func (n *DeedNoticed) fields(c *codec) {
	integer(c, "deed", &n.Deed)
	text(c, "account", &n.Account)
	integer(c, "points", &n.Points)
	integer(c, "ends", &n.Ends)
}

func (n *DeedNoticed) fold(b *Book, _ *Record) error {
	e := b.deed(n.Deed)
	if e == nil {
		return fmt.Errorf("no open deed %d", n.Deed)
	}
	e.stage, e.ends = DeedNotice, n.Ends
	return nil
}

// NoticeDeed gives the community's consent to what the committee has passed, where a category or its points need it: by
// an organizer who has no interest in it and did not vote.
type NoticeDeed struct {
	noTarget
	Deed Seq
}

func (n *NoticeDeed) decide(d *draft) *Refusal {
	e, r := d.openDeed(n.Deed, DeedPassed)
	if r != nil {
		return r
	}
	if !d.may(RoleOrganizer) {
		return refuse(CodeNotEntitled)
	}
	if d.book.interested(d.cmd.Actor, e) || slices.ContainsFunc(e.votes, func(v vote) bool { return v.by == d.cmd.Actor }) {
		return refuse(CodeConflict)
	}
	d.add(&DeedNoticed{Deed: n.Deed, Account: e.Account, Points: e.worth, Ends: d.book.noticeEnds(d.now)})
	return nil
}

func (n *NoticeDeed) differs(first *Record) string {
	o, ok := first.Body.(*DeedNoticed)
	return firstDifference(ok, field("deed", ok && o.Deed == n.Deed))
}
