package ledger

import (
	"cmp"
	"fmt"
	"slices"
)

// dispute is an open one. Its number is that of its opening.
type dispute struct {
	DisputeOpened
	seq       Seq
	opener    AccountID
	at        Time
	escalated bool
	pins      []LotShare // what it keeps out of reach now, by month
}

// DisputeOpened says that a member says that a line of hers is wrong (异议). What the line brought her and is still there
// is pinned: it can be neither spent nor expire until somebody has decided.
type DisputeOpened struct {
	Target    Seq
	Of        string    // the kind of the line
	Account   AccountID // whose line it is
	Against   AccountID // who made the line: she does not decide
	Proposer  AccountID // who proposed it, where two people made it: nor does she
	Reason    ReasonCode
	Note      string // id of the typed words in the roster
	Card      CardID // shown at the desk, where staff filed it for her
	Lots      []LotShare
	Escalates Time // when its working days are over
	Ends      Time // when it ends undecided
}

func (*DisputeOpened) kind() Kind { return KindDisputeOpened }

func (o *DisputeOpened) about() AccountID { return o.Account }

func (o *DisputeOpened) fields(c *codec) {
	integer(c, "target", &o.Target)
	text(c, "of", &o.Of)
	text(c, "account", &o.Account)
	text(c, "against", &o.Against)
	text(c, "proposer", &o.Proposer)
	text(c, "reason", &o.Reason)
	text(c, "note", &o.Note)
	text(c, "card", &o.Card)
	list(c, "lots", &o.Lots, func(c *codec, s *LotShare) { s.fields(c) })
	integer(c, "escalates", &o.Escalates)
	integer(c, "ends", &o.Ends)
}

func (o *DisputeOpened) fold(b *Book, r *Record) error {
	p := &dispute{DisputeOpened: *o, seq: r.Seq, opener: r.Actor, at: r.Time}
	b.disputes = append(b.disputes, p)
	b.disputed[o.Target] = r.Seq
	b.touch(o.Account)
	for _, s := range o.Lots {
		if err := p.pin(b, b.account(o.Account), s.Month, s.Points); err != nil {
			return err
		}
	}
	return nil
}

// pin puts points of a lot out of reach for the dispute.
func (p *dispute) pin(b *Book, a *account, m Month, n Points) error {
	p.pins = append(p.pins, LotShare{Month: m, Points: n})
	return b.pin(a, m, n)
}

// unpin lets go of all that the dispute keeps, and says what it was.
func (p *dispute) unpin(b *Book, a *account) ([]LotShare, error) {
	pins := p.pins
	p.pins = nil
	for _, s := range pins {
		if err := b.pin(a, s.Month, -s.Points); err != nil {
			return nil, err
		}
	}
	return pins, nil
}

// dispute is an open dispute; nil when it was never opened or is decided. Disputes stand in the order of their opening.
func (b *Book) dispute(s Seq) *dispute {
	i, found := slices.BinarySearchFunc(b.disputes, s, func(p *dispute, s Seq) int { return cmp.Compare(p.seq, s) })
	if !found {
		return nil
	}
	return b.disputes[i]
}

// disputeOf is the open dispute about a record; nil when there is none.
func (b *Book) disputeOf(target Seq) *dispute {
	if s := b.disputed[target]; s != 0 {
		return b.dispute(s)
	}
	return nil
}

// gainer is a body that brought its member points, into these lots.
type gainer interface{ gains() []LotShare }

func (w *Awarded) gains() []LotShare { return gained(w.Month, w.Points) }

func (w *DeedAwarded) gains() []LotShare { return gained(w.Month, w.Points) }

func (g *GivenIn) gains() []LotShare { return g.Lots }

func (g *PointsGranted) gains() []LotShare { return gained(g.Month, g.Points) }

func (o *Imported) gains() []LotShare { return gained(o.Month, o.Points) }

func gained(m Month, n Points) []LotShare {
	if n == 0 {
		return nil
	}
	return []LotShare{{Month: m, Points: n}}
}

// Dispute says that a line is wrong: by the member whose it is, her guardian, or staff who hold her card; once per line.
// During a deed's public notice anybody may object to it; then the notice waits.
type Dispute struct {
	Seq     Seq
	Account AccountID // whose line it is
	Card    CardID
	Reason  ReasonCode
	Note    string
}

func (o *Dispute) target(*Book) Seq { return o.Seq }

func (o *Dispute) decide(d *draft) *Refusal {
	b, t := d.book, d.cmd.Target
	if t == nil || t.Seq != o.Seq || o.Seq > b.last || !t.concerns(o.Account) {
		return refuse(CodeRecordUnknown)
	}
	if a := b.member(o.Account); a == nil || a.state == StateClosed {
		return &Refusal{Code: CodeAccountUnknown, Subject: o.Account}
	}
	if !o.Reason.valid() {
		return badField("reason")
	}
	if o.Note != "" && !validID(o.Note) {
		return badField("note")
	}
	if r := o.entitled(d); r != nil {
		return r
	}
	if old := b.disputed[o.Seq]; old != 0 {
		return &Refusal{Code: CodeAlreadyDisputed, Seq: old}
	}
	d.dispute(t, o)
	return nil
}

// dispute appends the opening of a dispute about a line.
func (d *draft) dispute(t *Record, o *Dispute) {
	b := d.book
	ends := d.now + Time(b.rules.Disputes.DaysMax)*dayMillis
	d.add(&DisputeOpened{
		Target: o.Seq, Of: t.Kind.String(), Account: o.Account, Against: t.Actor, Proposer: t.proposer(), Reason: o.Reason, Note: o.Note, Card: o.Card,
		Lots: b.disputable(t, o.Account, d.now), Escalates: min(ends, b.rules.workDaysAfter(d.now, b.rules.Disputes.WorkDays)), Ends: ends,
	})
}

// entitled reports why the actor may not dispute the line; nil when she may.
func (o *Dispute) entitled(d *draft) *Refusal {
	if e := d.book.deed(o.Seq); e != nil && e.stage == DeedNotice {
		_, r := d.book.openMember(d.cmd.Actor)
		return r
	}
	return d.speaksFor(o.Account, o.Card)
}

// concerns reports whether a line is one of the member's: it is about her, or posts to her.
func (r *Record) concerns(id AccountID) bool {
	return ClassOf(id) == ClassMember &&
		(r.Subject() == id || slices.ContainsFunc(r.Postings, func(p Posting) bool { return p.Account == id }))
}

// disputable is what a line brought its member that is still hers and in reach. What an unconfirmed activity pins stays
// with the activity until it is confirmed; then the dispute takes it over.
func (b *Book) disputable(t *Record, id AccountID, now Time) []LotShare {
	g, ok := t.Body.(gainer)
	if !ok || t.Subject() != id {
		return nil
	}
	a, month := b.member(id), monthOf(now, b.offset())
	gone := b.reversed[t.Seq].points + b.waitsForActivity(t)
	gains := slices.Clone(g.gains())
	for i := range slices.Backward(gains) { // what was taken back was of the latest expiry first
		n := min(gone, gains[i].Points)
		gains[i].Points -= n
		gone -= n
	}
	var pins []LotShare
	for _, s := range gains {
		left := s.Points
		for _, l := range a.lots {
			if n := min(left, l.Points-l.Pinned); l.Month == s.Month && l.Month >= month && n > 0 {
				pins = append(pins, LotShare{Month: l.Month, Points: n})
			}
		}
	}
	return pins
}

// proposer is who proposed what a record of two people did; "" when one did it.
func (r *Record) proposer() AccountID {
	switch o := r.Body.(type) {
	case *Reversed:
		return o.By
	case *Adjusted:
		return o.By
	case *WaitingPaid:
		return o.By
	case *RoleGranted:
		return o.By
	}
	return ""
}

// waitsForActivity is what an award that is not confirmed yet pins.
func (b *Book) waitsForActivity(t *Record) Points {
	if w, ok := t.Body.(*Awarded); ok {
		return b.pinnedBy(w.Activity, t.Seq)
	}
	return 0
}

func (o *Dispute) differs(first *Record) string {
	x, ok := first.Body.(*DisputeOpened)
	return firstDifference(ok, field("target", ok && x.Target == o.Seq), field("account", ok && x.Account == o.Account),
		field("reason", ok && x.Reason == o.Reason), field("card", ok && x.Card == o.Card))
}

// DisputeView is an open dispute, for the inbox.
type DisputeView struct {
	DisputeOpened
	Seq       Seq
	Opener    AccountID
	At        Time
	Escalated bool
	Pinned    Points
}

// Disputes lists the open disputes, oldest first.
func (b *Book) Disputes() []DisputeView {
	open := make([]DisputeView, 0, len(b.disputes))
	for _, p := range b.disputes {
		v := DisputeView{DisputeOpened: p.DisputeOpened, Seq: p.seq, Opener: p.opener, At: p.at, Escalated: p.escalated}
		for _, s := range p.pins {
			v.Pinned += s.Points
		}
		open = append(open, v)
	}
	return open
}

// DisputeOf is the dispute about a record, open or decided; 0 when there was none.
func (b *Book) DisputeOf(target Seq) Seq { return b.disputed[target] }

// DisputeEscalated says that the working days for a decision are over: the committee may decide now too.
type DisputeEscalated struct {
	Dispute Seq
	Account AccountID
}

func (*DisputeEscalated) kind() Kind { return KindDisputeEscalated }

func (x *DisputeEscalated) about() AccountID { return x.Account }

func (x *DisputeEscalated) fields(c *codec) {
	integer(c, "dispute", &x.Dispute)
	text(c, "account", &x.Account)
}

func (x *DisputeEscalated) fold(b *Book, _ *Record) error {
	p := b.dispute(x.Dispute)
	if p == nil {
		return fmt.Errorf("no open dispute %d", x.Dispute)
	}
	p.escalated = true
	return nil
}

// EscalateDispute passes a dispute on when its working days are over. The engine's timer asks for it.
type EscalateDispute struct {
	noTarget
	Dispute Seq
}

func (x *EscalateDispute) decide(d *draft) *Refusal {
	p := d.book.dispute(x.Dispute)
	switch {
	case d.cmd.Actor != ActorTimer:
		return refuse(CodeNotEntitled)
	case p == nil:
		return refuse(CodeDisputeUnknown)
	case p.escalated || p.Escalates > d.now:
		return &Refusal{Code: CodeDisputeClock, Reset: p.Escalates}
	}
	d.add(&DisputeEscalated{Dispute: x.Dispute, Account: p.Account})
	return nil
}

func (x *EscalateDispute) differs(first *Record) string {
	o, ok := first.Body.(*DisputeEscalated)
	return firstDifference(ok, field("dispute", ok && o.Dispute == x.Dispute))
}
