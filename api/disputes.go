package api

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
	"moralbank.example/bank/ledger/view"
)

// disputeItem is a dispute with its clock and its trail.
type disputeItem struct {
	Dispute   ledger.Seq       `json:"dispute"`
	State     string           `json:"state" enum:"open,upheld,rejected,withdrawn,lapsed"`
	Line      entry            `json:"line" doc:"The line that is said to be wrong"`
	Account   ledger.AccountID `json:"account"`
	Name      string           `json:"name" doc:"Whose line it is; masked for members"`
	ReasonZh  string           `json:"reason_zh"`
	ReasonEn  string           `json:"reason_en"`
	Words     string           `json:"words,omitempty"`
	Opened    Time             `json:"opened"`
	Opener    string           `json:"opener_name,omitempty" doc:"Masked; where somebody else filed it for her"`
	Escalates Time             `json:"escalates"`
	Ends      Time             `json:"ends"`
	Escalated bool             `json:"escalated" doc:"The working days are over: the committee may decide too"`
	Pinned    ledger.Points    `json:"pinned"`
	Conflict  bool             `json:"conflict" doc:"The caller or her family has a part in it: she does not decide"`
	Trail     []trailStep      `json:"trail" doc:"What became of it, the first first"`
	Can       []string         `json:"can" doc:"What the caller may do now: resolve, withdraw"`
}

// trailStep is one record of what became of a dispute.
type trailStep struct {
	Seq   ledger.Seq `json:"seq"`
	Time  Time       `json:"time"`
	Kind  string     `json:"kind"`
	Zh    string     `json:"zh"`
	En    string     `json:"en"`
	Words string     `json:"words,omitempty" doc:"What was answered"`
}

// myDisputes is 我的异议: those about the caller's lines, open and decided, the newest first.
func (s *Server) myDisputes(ctx context.Context, c *call, in *Paged) (list[disputeItem], error) {
	return s.disputes(ctx, c, in, view.Filter{Account: c.account, Kind: ledger.KindDisputeOpened})
}

type listDisputesInput struct {
	Paged

	State string `query:"state" enum:"open,all" default:"open"`
}

// listDisputes is what waits for a decision, the oldest first; with state=all every one that there ever was, the newest first.
func (s *Server) listDisputes(ctx context.Context, c *call, in *listDisputesInput) (list[disputeItem], error) {
	if in.State == "all" {
		return s.disputes(ctx, c, &in.Paged, view.Filter{Kind: ledger.KindDisputeOpened})
	}
	after, err := cursorSeq(in.Cursor)
	if err != nil {
		return list[disputeItem]{}, err
	}
	var open []ledger.DisputeView
	if err := s.read(ctx, c, func(b *ledger.Book) { open = b.Disputes() }); err != nil {
		return list[disputeItem]{}, err
	}
	open = slices.DeleteFunc(open, func(p ledger.DisputeView) bool { return p.Seq <= after })
	next := ""
	if len(open) > in.Limit {
		open = open[:in.Limit]
		next = decimal(open[len(open)-1].Seq)
	}
	records := make([]ledger.Record, 0, len(open))
	for i := range open {
		e, err := s.record(ctx, open[i].Seq)
		if err != nil {
			return list[disputeItem]{}, err
		}
		records = append(records, e.Record)
	}
	return s.disputesOut(ctx, c, records, next)
}

func (s *Server) disputes(ctx context.Context, c *call, in *Paged, f view.Filter) (list[disputeItem], error) {
	before, err := cursorSeq(in.Cursor)
	if err != nil {
		return list[disputeItem]{}, err
	}
	if err := s.catchUp(ctx); err != nil {
		return list[disputeItem]{}, err
	}
	page, err := s.view.Records(ctx, f, before, in.Limit)
	if err != nil {
		return list[disputeItem]{}, fmt.Errorf("read disputes: %w", err)
	}
	c.seq = max(c.seq, page.Seq)
	records := make([]ledger.Record, 0, len(page.Entries))
	for i := range page.Entries {
		records = append(records, page.Entries[i].Record)
	}
	next := ""
	if page.Next > 0 {
		next = decimal(page.Next)
	}
	return s.disputesOut(ctx, c, records, next)
}

func (s *Server) disputesOut(ctx context.Context, c *call, opened []ledger.Record, next string) (list[disputeItem], error) {
	tell, err := s.teller(ctx)
	if err != nil {
		return list[disputeItem]{}, err
	}
	items := make([]disputeItem, 0, len(opened))
	var whom []ledger.AccountID
	for i := range opened {
		one, err := s.disputeItem(ctx, c, tell, &opened[i])
		if err != nil {
			return list[disputeItem]{}, err
		}
		items = append(items, one)
		whom = append(whom, one.Account)
	}
	slices.Sort(whom)
	return listOf(c, items, next), s.saw(ctx, c, "disputes", slices.Compact(whom)...)
}

// disputeItem tells one dispute from its first record, the book, and what followed in the member's history.
func (s *Server) disputeItem(ctx context.Context, c *call, tell *teller, r *ledger.Record) (disputeItem, error) {
	o, ok := r.Body.(*ledger.DisputeOpened)
	if !ok {
		return disputeItem{}, fmt.Errorf("record %d opens no dispute", r.Seq)
	}
	out := disputeItem{
		Dispute: r.Seq, State: "open", Account: o.Account, Name: s.deedName(c, o.Account), Opened: Time(r.Time),
		Escalates: Time(o.Escalates), Ends: Time(o.Ends), Trail: []trailStep{}, Can: []string{},
		ReasonZh: tell.reasons.zh(string(o.Reason)), ReasonEn: tell.reasons.en(string(o.Reason)),
	}
	if r.Actor != o.Account {
		out.Opener = roster.Mask(s.roster.Name(r.Actor))
	}
	target, err := s.record(ctx, o.Target)
	if err != nil {
		return out, err
	}
	if out.Line, err = tell.entry(ctx, &target.Record, o.Account); err != nil {
		return out, err
	}
	if out.Words, err = s.note(ctx, o.Note); err != nil {
		return out, err
	}
	open := false
	s.view.Read(func(b *ledger.Book) {
		var p ledger.DisputeView
		if p, open = undecided(b, r.Seq); open {
			out.Escalated, out.Pinned = p.Escalated, p.Pinned
		}
		out.Conflict = c.partOf(b, o, r.Actor)
		if open {
			out.Can = c.canDispute(b, o, r.Actor, out.Escalated, out.Conflict)
		}
	})
	return out, s.trail(ctx, tell, r, o, &out)
}

// partOf reports whether the caller, or her family, has a part in a dispute.
func (c *call) partOf(b *ledger.Book, o *ledger.DisputeOpened, opener ledger.AccountID) bool {
	for _, other := range [...]ledger.AccountID{o.Account, opener, o.Against, o.Proposer} {
		if other != "" && b.Related(c.account, other) {
			return true
		}
	}
	return false
}

func (c *call) canDispute(b *ledger.Book, o *ledger.DisputeOpened, opener ledger.AccountID, escalated, conflict bool) []string {
	can := []string{}
	if !conflict && (c.holds(organizer) || escalated && c.holds(ledger.RoleCommittee)) {
		can = append(can, "resolve")
	}
	if _, deed := b.Deed(o.Target); c.account == opener || c.speaksFor(b, o.Account) && !deed {
		can = append(can, "withdraw")
	}
	return can
}

// trailMax bounds how much of a member's history after a dispute is looked through for what became of it.
const trailMax = 500

// trail finds what became of a dispute: escalated, decided, the reversal of its line, and what was given again for it.
func (s *Server) trail(ctx context.Context, tell *teller, opened *ledger.Record, o *ledger.DisputeOpened, out *disputeItem) error {
	for before, looked := ledger.Seq(0), 0; looked < trailMax; {
		page, _, err := s.view.History(ctx, o.Account, before, view.PageMax)
		if err != nil {
			return fmt.Errorf("read trail: %w", err)
		}
		for i := range page {
			r := &page[i].Record
			if looked++; r.Seq <= opened.Seq {
				looked = trailMax
				break
			}
			if err := s.traced(ctx, tell, r, opened.Seq, o.Target, out); err != nil {
				return err
			}
			before = r.Seq
		}
		if len(page) < view.PageMax {
			break
		}
	}
	slices.Reverse(out.Trail)
	return nil
}

// traced adds a record to the trail if it belongs there.
func (s *Server) traced(ctx context.Context, tell *teller, r *ledger.Record, dispute, target ledger.Seq, out *disputeItem) error {
	e, note := trailStep{Seq: r.Seq, Time: Time(r.Time), Kind: strings.ReplaceAll(r.Kind.String(), "-", "_")}, ""
	switch b := r.Body.(type) {
	case *ledger.DisputeEscalated:
		if b.Dispute != dispute {
			return nil
		}
		e.Zh, e.En = "到期没有结果，已升级，评议会也可以决定。", "Not decided in time: passed on, the committee may decide too."
		out.Escalated = true
	case *ledger.DisputeResolved:
		if b.Dispute != dispute {
			return nil
		}
		e.Zh, e.En = outcomeWords(b.Outcome)
		out.State, note = string(b.Outcome), b.Note
	case *ledger.Reversed:
		if b.Target != target {
			return nil
		}
		e.Zh, e.En = "已冲正："+tell.reasons.zh(string(b.Reason)), "Reversed: "+tell.reasons.en(string(b.Reason))
	case *ledger.Adjusted:
		if b.Dispute != dispute {
			return nil
		}
		e.Zh, e.En = fmt.Sprintf("另外补记 %d 积分、%d 分钟。", b.Points, b.Minutes), fmt.Sprintf("%d points and %d minutes were booked for it.", b.Points, b.Minutes)
	default:
		return nil
	}
	words, err := s.note(ctx, note)
	e.Words = words
	out.Trail = append(out.Trail, e)
	return err
}
