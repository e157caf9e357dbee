package api

import (
	"context"
	"errors"
	"fmt"

	"moralbank.example/bank/ledger"
)

// disputeMade is a dispute that was just opened.
type disputeMade struct {
	Dispute   ledger.Seq    `json:"dispute"`
	Target    ledger.Seq    `json:"target"`
	Pinned    ledger.Points `json:"pinned" doc:"Points of the line that neither can be spent nor expire until it is decided"`
	Escalates Time          `json:"escalates" doc:"When the working days for a decision are over"`
	Ends      Time          `json:"ends"`
	Zh        string        `json:"zh"`
	En        string        `json:"en"`
}

func disputeOut(records []ledger.Record) disputeMade {
	out := disputeMade{
		Dispute: records[0].Seq,
		Zh:      "已收到您的异议。10 个工作日内会有人核对并答复您，结果在“我的异议”里看。",
		En:      "Your objection is in. Somebody looks into it within ten working days; you see the answer under My objections.",
	}
	if b, ok := records[0].Body.(*ledger.DisputeOpened); ok {
		out.Target, out.Escalates, out.Ends = b.Target, Time(b.Escalates), Time(b.Ends)
		for _, l := range b.Lots {
			out.Pinned += l.Points
		}
	}
	return out
}

type openDisputeInput struct {
	Keyed

	Seq  ledger.Seq `path:"seq" minimum:"1" maximum:"9007199254740991"`
	Body struct {
		Account ledger.AccountID `json:"account,omitempty" maxLength:"48" doc:"Whose line it is, for a guardian; the caller when absent"`
		Card    string           `json:"card,omitempty" maxLength:"64" doc:"Her card as scanned, where staff file it for her"`
		Reason  string           `json:"reason_code" enum:"wrong_person,wrong_meal,wrong_time,not_served,other"`
		Words   string           `json:"words,omitempty" maxLength:"1000"`
	}
}

// openDispute is 有误 on a line: one tap and a reason. For an elder without a phone staff file it with her card.
func (s *Server) openDispute(ctx context.Context, c *call, in *openDisputeInput) (disputeMade, error) {
	do := &ledger.Dispute{Seq: in.Seq, Account: in.Body.Account, Reason: reasonIn(in.Body.Reason)}
	var err error
	if do.Card, err = s.handedCard(ctx, c, in.Body.Card); err != nil {
		return disputeMade{}, err
	}
	s.view.Read(func(b *ledger.Book) {
		if id, r := b.CardHolder(do.Card); r == nil && do.Card != "" {
			do.Account = id
		}
	})
	if do.Account == "" {
		do.Account = c.account
	}
	records, err := s.first(ctx, c)
	if err != nil {
		return disputeMade{}, err
	}
	if records != nil {
		return disputeOut(records), s.again(c, records, do)
	}
	records, err = s.noted(ctx, c, do.Account, in.Body.Words, func(note string) ([]ledger.Record, error) {
		do.Note = note
		return s.submit(ctx, c, do)
	})
	if err != nil {
		return disputeMade{}, err
	}
	return disputeOut(records), nil
}

type resolveInput struct {
	Keyed
	Numbered

	Body struct {
		Outcome string `json:"outcome" enum:"upheld,rejected"`
		Words   string `json:"words" minLength:"1" maxLength:"1000" doc:"The answer, for the member to read"`
		Reverse bool   `json:"reverse,omitempty" doc:"With upheld: reverse the line too, at once or as a proposal where that takes two"`
	}
}

type disputeEnded struct {
	Dispute  ledger.Seq `json:"dispute"`
	Seq      ledger.Seq `json:"seq"`
	Outcome  string     `json:"outcome" enum:"upheld,rejected,withdrawn,lapsed"`
	Reversed ledger.Seq `json:"reversed,omitempty" doc:"The record that reverses the line"`
	Proposal ledger.Seq `json:"proposal,omitempty" doc:"Its reversal waits for another person"`
	Refused  string     `json:"not_reversed,omitempty" doc:"The code why the line could not be reversed; the decision stands"`
	Zh       string     `json:"zh"`
	En       string     `json:"en"`
}

// resolveDispute decides a dispute. What an upheld one changes follows as records of its own, and the member sees both.
func (s *Server) resolveDispute(ctx context.Context, c *call, in *resolveInput) (disputeEnded, error) {
	do := &ledger.ResolveDispute{Dispute: in.Seq, Outcome: ledger.Outcome(in.Body.Outcome)}
	records, err := s.first(ctx, c)
	if err != nil {
		return disputeEnded{}, err
	}
	if records == nil {
		var about ledger.AccountID
		err = s.read(ctx, c, func(b *ledger.Book) {
			if p, open := undecided(b, in.Seq); open {
				about = p.Account
			}
		})
		if err != nil {
			return disputeEnded{}, err
		}
		if about == "" {
			return disputeEnded{}, fail(string(ledger.CodeDisputeUnknown))
		}
		records, err = s.noted(ctx, c, about, in.Body.Words, func(note string) ([]ledger.Record, error) {
			do.Note = note
			return s.submit(ctx, c, do)
		})
	} else {
		err = s.again(c, records, do)
	}
	if err != nil {
		return disputeEnded{}, err
	}
	out := endedOut(records)
	if b, ok := records[0].Body.(*ledger.DisputeResolved); ok && in.Body.Reverse && b.Outcome == ledger.OutcomeUpheld {
		err = s.reverseDisputed(ctx, c, b, &out)
	}
	return out, err
}

// reverseDisputed reverses the line of an upheld dispute under a key that follows from the decision's, so that a retry goes on
// where the first try was cut off. Where it cannot be reversed the decision still stands, and the answer says why.
func (s *Server) reverseDisputed(ctx context.Context, c *call, b *ledger.DisputeResolved, out *disputeEnded) error {
	opened, err := s.record(ctx, b.Dispute)
	if err != nil {
		return err
	}
	o, ok := opened.Record.Body.(*ledger.DisputeOpened)
	if !ok {
		return fmt.Errorf("record %d opens no dispute", b.Dispute)
	}
	reverse := &ledger.Reverse{Seq: b.Target, Reason: o.Reason, Note: b.Note}
	cmd := s.command(c, reverse)
	cmd.Key = ledger.DerivedKey("upheld", string(c.key))
	records, err := s.submitAs(ctx, c, &cmd)
	if r, refused := errors.AsType[*ledger.Refusal](err); refused && r.Code == ledger.CodeSecondPerson {
		cmd = s.command(c, &ledger.Propose{Do: reverse})
		cmd.Key = ledger.DerivedKey("upheld-propose", string(c.key))
		records, err = s.submitAs(ctx, c, &cmd)
	}
	if r, refused := errors.AsType[*ledger.Refusal](err); refused {
		out.Refused = string(r.Code)
		out.Zh += "但原记录没有冲正：" + texts[out.Refused].zh
		out.En += " The line itself was not reversed: " + texts[out.Refused].en
		return nil
	}
	if err != nil {
		return err
	}
	if records[0].Kind == ledger.KindProposed {
		out.Proposal = records[0].Seq
		out.Zh += "冲正要两个人，已提交申请，等另一位组织者同意。"
		out.En += " The reversal takes two people; it waits for another organizer."
		return nil
	}
	out.Reversed = records[0].Seq
	out.Zh += "原记录已冲正。"
	out.En += " The line is reversed."
	return nil
}

func endedOut(records []ledger.Record) disputeEnded {
	out := disputeEnded{Seq: records[0].Seq}
	b, ok := records[0].Body.(*ledger.DisputeResolved)
	if !ok {
		return out
	}
	out.Dispute, out.Outcome = b.Dispute, string(b.Outcome)
	out.Zh, out.En = outcomeWords(b.Outcome)
	return out
}

// outcomeWords is how a dispute ended, in a sentence.
func outcomeWords(o ledger.Outcome) (zh, en string) {
	switch o {
	case ledger.OutcomeUpheld:
		return "异议成立。", "The objection is upheld."
	case ledger.OutcomeRejected:
		return "核对过了，这一条没有错。", "It was looked into: the line is right."
	case ledger.OutcomeWithdrawn:
		return "异议已撤回。", "The objection was withdrawn."
	case ledger.OutcomeLapsed:
		return "到期没有结果，异议自动结束，积分照常可用。", "Nobody decided in time. It has ended, and the points can be used."
	}
	return string(o), string(o)
}

type withdrawDisputeInput struct {
	Keyed
	Numbered
}

// withdrawDispute takes a dispute back: by the member or who filed it for her.
func (s *Server) withdrawDispute(ctx context.Context, c *call, in *withdrawDisputeInput) (disputeEnded, error) {
	records, err := s.submit(ctx, c, &ledger.ResolveDispute{Dispute: in.Seq, Outcome: ledger.OutcomeWithdrawn})
	if err != nil {
		return disputeEnded{}, err
	}
	return endedOut(records), nil
}

// undecided is an open dispute.
func undecided(b *ledger.Book, seq ledger.Seq) (ledger.DisputeView, bool) {
	for _, p := range b.Disputes() {
		if p.Seq == seq {
			return p, true
		}
	}
	return ledger.DisputeView{}, false
}
