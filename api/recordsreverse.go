package api

import (
	"context"
	"fmt"
	"net/http"

	"moralbank.example/bank/ledger"
)

type reverseInput struct {
	Keyed

	Seq  ledger.Seq `path:"seq" minimum:"1" maximum:"9007199254740991"`
	Body struct {
		Reason  string         `json:"reason" minLength:"1" maxLength:"1000" doc:"In words; kept in the roster, not in the books"`
		Code    string         `json:"reason_code" enum:"wrong_person,wrong_meal,wrong_time,not_served,other"`
		Points  ledger.Points  `json:"points,omitempty" minimum:"0" doc:"A part; the whole when absent"`
		Minutes ledger.Minutes `json:"minutes,omitempty" minimum:"0"`
	}
}

// reversal is what became of the wish to reverse: done, or waiting for another person (status 202).
type reversal struct {
	RecordBrief

	Proposal ledger.Seq `json:"proposal,omitempty" doc:"Waits for another person's approval (status 202)"`
	MessageZ string     `json:"zh"`
	MessageE string     `json:"en"`
}

// reverse reverses a redemption or an award. Where the rules ask for two people it makes the proposal, under the same key.
func (s *Server) reverse(ctx context.Context, c *call, in *reverseInput) (reversal, error) {
	do := &ledger.Reverse{Seq: in.Seq, Points: in.Body.Points, Minutes: in.Body.Minutes, Reason: reasonIn(in.Body.Code)}
	records, err := s.firstOf(ctx, c, do)
	if err != nil {
		return reversal{}, err
	}
	if records != nil {
		return s.reversalOut(c, &records[0]), nil
	}
	target, err := s.record(ctx, in.Seq)
	if err != nil {
		return reversal{}, err
	}
	if !reversible(&target.Record) {
		return reversal{}, fail(string(ledger.CodeNotReversible))
	}
	var by ledger.Seq
	s.view.Read(func(b *ledger.Book) { by = b.ReversedBy(in.Seq) })
	if by != 0 { // before the words are stored: they would belong to nothing
		return reversal{}, &ledger.Refusal{Code: ledger.CodeAlreadyReversed, Seq: by}
	}
	note, err := s.roster.PutReason(ctx, c.by(), target.Record.Subject(), in.Body.Reason)
	if err != nil {
		return reversal{}, fmt.Errorf("store reason: %w", err)
	}
	do.Note = string(note)
	if records, err = s.together(ctx, c, do); err != nil {
		return reversal{}, err
	}
	return s.reversalOut(c, &records[0]), nil
}

func (s *Server) reversalOut(c *call, r *ledger.Record) reversal {
	out := reversal{
		RecordBrief: s.recordBrief(c, r),
		MessageZ:    "已冲正，原记录保留，居民能看到原因。", MessageE: "Reversed. The first record stays, and the member sees why.",
	}
	if r.Kind == ledger.KindProposed {
		c.status = http.StatusAccepted
		out.Proposal = r.Seq
		out.MessageZ, out.MessageE = "申请已提交，等另一位组织者同意后冲正。", "Proposed. It is reversed when another organizer approves."
	}
	return out
}
