package ledger

import (
	"cmp"
	"fmt"
	"slices"
)

// waiting is what of an award is still to be paid, because its issuer's budget did not reach. Its number is the award's.
type waiting struct {
	award    Seq
	account  AccountID
	issuer   AccountID
	activity ActivityID // of a service award: paid once it is confirmed
	points   Points
	since    Time
}

// await remembers points that wait.
func (b *Book) await(w waiting) {
	if w.points > 0 {
		b.waiting[w.award] = &w
		b.queues[w.issuer] = append(b.queues[w.issuer], w.award)
	}
}

// endWait forgets points that are paid, or no longer owed.
func (b *Book) endWait(award Seq) {
	w := b.waiting[award]
	if w == nil {
		return
	}
	delete(b.waiting, award)
	q := slices.DeleteFunc(b.queues[w.issuer], func(s Seq) bool { return s == award })
	if b.queues[w.issuer] = q; len(q) == 0 {
		delete(b.queues, w.issuer)
	}
}

// payable reports whether waiting points may be paid: nobody has still to confirm what they were earned at.
func (b *Book) payable(w *waiting) bool {
	a := b.activities[w.activity]
	return a == nil || a.state == StageConfirmed
}

// WaitingPaid says that points which waited for a budget were paid, all or as many as it reached.
type WaitingPaid struct {
	Award    Seq
	Account  AccountID
	Activity ActivityID
	Points   Points
	Left     Points // still waiting
	Month    Month  // the lot that they went to
	By       AccountID
}

func (*WaitingPaid) kind() Kind { return KindWaitingPaid }

func (w *WaitingPaid) about() AccountID { return w.Account }

func (w *WaitingPaid) fields(c *codec) {
	integer(c, "award", &w.Award)
	text(c, "account", &w.Account)
	text(c, "activity", &w.Activity)
	integer(c, "points", &w.Points)
	integer(c, "left", &w.Left)
	integer(c, "month", &w.Month)
	text(c, "by", &w.By)
}

func (w *WaitingPaid) gains() []LotShare { return gained(w.Month, w.Points) }

func (w *WaitingPaid) fold(b *Book, r *Record) error {
	owed := b.waiting[w.Award]
	if owed == nil {
		return fmt.Errorf("nothing of award %d waits", w.Award)
	}
	if owed.points = w.Left; w.Left == 0 {
		b.endWait(w.Award)
	}
	if a := b.activities[w.Activity]; a != nil {
		a.awards = append(a.awards, r.Seq)
	}
	b.addLot(b.account(w.Account), LotShare{Month: w.Month, Points: w.Points})
	return nil
}

// PayWaiting pays points that wait. The timer does it out of their issuer's budget as soon as there is some, the oldest
// first; two people may do it at once, out of the community's.
type PayWaiting struct {
	noTarget
	Award Seq
}

func (p *PayWaiting) decide(d *draft) *Refusal {
	w, r := p.owed(d)
	switch {
	case d.cmd.Actor != ActorTimer && !d.may(RoleOrganizer):
		return refuse(CodeNotEntitled)
	case d.cmd.Actor != ActorTimer:
		return refuse(CodeSecondPerson)
	case r != nil:
		return r
	}
	return p.pay(d, w, w.issuer, "")
}

func (p *PayWaiting) owed(d *draft) (*waiting, *Refusal) {
	w := d.book.waiting[p.Award]
	switch {
	case w == nil:
		return nil, refuse(CodeWaitingUnknown)
	case !d.book.payable(w):
		return nil, refuse(CodeActivityOpen)
	}
	return w, nil
}

func (p *PayWaiting) pay(d *draft, w *waiting, issuer, by AccountID) *Refusal {
	b := d.book
	n := min(w.points, b.BudgetLeft(issuer, d.now))
	if n <= 0 {
		return &Refusal{Code: CodeBudgetShort, Need: int64(w.points), Available: int64(max(0, n)), Subject: issuer}
	}
	d.add(&WaitingPaid{
		Award: p.Award, Account: w.account, Activity: w.activity, Points: n, Left: w.points - n,
		Month: monthOf(d.now, b.offset()).add(b.rules.ValidMonths), By: by,
	}, move{issuer, UnitPoints, -int64(n)}, move{w.account, UnitPoints, int64(n)})
	return nil
}

func (p *PayWaiting) propose(d *draft) (Proposed, *Refusal) {
	return Proposed{What: ProposePay, Target: p.Award}, p.sound(d)
}

func (p *PayWaiting) sound(d *draft) *Refusal {
	w, r := p.owed(d)
	if r == nil && d.book.BudgetLeft(IssuerCommunity, d.now) < w.points {
		return &Refusal{
			Code: CodeBudgetShort, Need: int64(w.points), Available: int64(d.book.BudgetLeft(IssuerCommunity, d.now)), Subject: IssuerCommunity,
		}
	}
	return r
}

func (p *PayWaiting) carryOut(d *draft, by AccountID) *Refusal {
	return p.pay(d, d.book.waiting[p.Award], IssuerCommunity, by)
}

func (p *PayWaiting) differs(first *Record) string {
	o, ok := first.Body.(*WaitingPaid)
	return firstDifference(ok, field("award", ok && o.Award == p.Award))
}

// dueWaiting adds the payments that the issuers' budgets reach, issuer by issuer, the oldest first. An issuer's wait until
// none of its awards is due, since those draw on the same budget.
func (b *Book) dueWaiting(now Time, due *dueList) {
	for _, issuer := range sortedKeys(b.queues) {
		if b.mints(issuer, now) {
			continue
		}
		left := b.BudgetLeft(issuer, now)
		for _, award := range b.queues[issuer] {
			w := b.waiting[award]
			if left <= 0 || due.full() {
				break
			}
			if !b.payable(w) {
				continue
			}
			left -= w.points
			due.add(DerivedKey("waiting", itoa(int64(award)), itoa(int64(w.points))), &PayWaiting{Award: award})
		}
	}
}

// mints reports whether awards of the issuer are due.
func (b *Book) mints(issuer AccountID, now Time) bool {
	return slices.ContainsFunc(b.awarding, func(id ActivityID) bool { return b.activities[id].issuer() == issuer }) ||
		issuer == IssuerCommunity && slices.ContainsFunc(b.deeds, func(e *deed) bool { return b.deedDue(e, now) })
}

func (w *WaitingPaid) judge(b *Book, r *Record) error {
	owed := b.waiting[w.Award]
	if owed == nil || !b.payable(owed) || owed.account != w.Account || owed.points != w.Points+w.Left || w.Points <= 0 || w.Left < 0 {
		return fmt.Errorf("award %d does not owe what it pays", w.Award)
	}
	issuer := owed.issuer
	if w.By != "" {
		if issuer = IssuerCommunity; w.By == r.Actor {
			return fmt.Errorf("%s approved her own proposal", r.Actor)
		}
	} else if r.Actor != ActorTimer {
		return fmt.Errorf("%s paid it alone", r.Actor)
	}
	return b.judgeMoves(r, move{issuer, UnitPoints, -int64(w.Points)}, move{w.Account, UnitPoints, int64(w.Points)})
}

// WaitingView is points that wait, for the inbox.
type WaitingView struct {
	Award    Seq
	Account  AccountID
	Issuer   AccountID
	Activity ActivityID
	Points   Points
	Since    Time
}

// Waiting lists the points that wait for a budget, the oldest first.
func (b *Book) Waiting() []WaitingView {
	all := make([]WaitingView, 0, len(b.waiting))
	for _, w := range b.waiting {
		all = append(all, WaitingView{w.award, w.account, w.issuer, w.activity, w.points, w.since})
	}
	slices.SortFunc(all, func(x, y WaitingView) int { return cmp.Compare(x.Award, y.Award) })
	return all
}
