package api

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"moralbank.example/bank/api/qr"
	"moralbank.example/bank/ledger"
)

// deedStep is how far a deed has come after a step.
type deedStep struct {
	Deed  ledger.Seq `json:"deed"`
	Seq   ledger.Seq `json:"seq" doc:"The record of this step"`
	Stage string     `json:"stage" enum:"asked,voting,passed,notice,refused"`
	Ends  *Time      `json:"ends,omitempty" doc:"Of the public notice, when it began"`
	Zh    string     `json:"zh"`
	En    string     `json:"en"`
}

// stepOut reads off the records of a step what became of the deed.
func stepOut(deed ledger.Seq, records []ledger.Record, stage, zh, en string) deedStep {
	out := deedStep{Deed: deed, Seq: records[0].Seq, Stage: stage, Zh: zh, En: en}
	for i := range records {
		switch b := records[i].Body.(type) {
		case *ledger.DeedNoticed:
			out.Stage, out.Ends = "notice", moment(b.Ends)
			out.Zh, out.En = "已通过，开始公示。", "Passed. The public notice has begun."
		case *ledger.DeedRefused:
			out.Stage = "refused"
			if b.Reason == ledger.ReasonVoted {
				out.Zh, out.En = "评议会没有通过，这件好人好事已退回。", "The committee did not agree; the deed is returned."
			}
		case *ledger.DeedVoted:
			if b.Passed {
				out.Stage, out.Zh, out.En = "passed", "已通过，等社区组织者同意后公示。", "Passed. It waits for an organizer's consent."
			}
		}
	}
	return out
}

type confirmDeedInput struct {
	Keyed
	Numbered

	Body struct {
		Card string `json:"card,omitempty" maxLength:"64" doc:"Her card as scanned, where staff say it for her"`
	}
}

// confirmDeed is the beneficiary's word that it was so; for an elder without a phone, staff with her card.
func (s *Server) confirmDeed(ctx context.Context, c *call, in *confirmDeedInput) (deedStep, error) {
	card, err := s.handedCard(ctx, c, in.Body.Card)
	if err != nil {
		return deedStep{}, err
	}
	records, err := s.submit(ctx, c, &ledger.ConfirmDeed{Deed: in.Seq, Card: card})
	if err != nil {
		return deedStep{}, err
	}
	return stepOut(in.Seq, records, "voting", "已确认，请评议会评议。", "Confirmed. The committee votes now."), nil
}

// refuseDeed ends a deed: taken back by who told it, or denied by who should have received it.
func (s *Server) refuseDeed(ctx context.Context, c *call, in *confirmDeedInput) (deedStep, error) {
	card, err := s.handedCard(ctx, c, in.Body.Card)
	if err != nil {
		return deedStep{}, err
	}
	records, err := s.submit(ctx, c, &ledger.RefuseDeed{Deed: in.Seq, Card: card})
	if err != nil {
		return deedStep{}, err
	}
	return stepOut(in.Seq, records, "refused", "已退回，不公开，也不影响任何人。", "Returned. Nothing of it is public, and nobody is worse off."), nil
}

// handedCard is the card that the member at the desk hands over; none when there is no number. Wrong numbers are counted
// against who types them.
func (s *Server) handedCard(ctx context.Context, c *call, number string) (ledger.CardID, error) {
	number = strings.TrimSpace(number)
	if number == "" {
		return "", nil
	}
	table := "desk " + string(c.account)
	if v := s.limiter.Till(table); !v.OK {
		return "", s.slowDown(v)
	}
	code, err := qr.Parse(number)
	if err != nil {
		return "", err
	}
	if code.Kind != qr.KindCard {
		return "", fail(string(ledger.CodeCardUnknown))
	}
	card, err := s.cardShown(ctx, code)
	if err != nil {
		s.guessed(c, table, err)
		return "", err
	}
	return card.ID, nil
}

type voteDeedInput struct {
	Keyed
	Numbered

	Body struct {
		Yes    bool          `json:"yes"`
		Points ledger.Points `json:"points,omitempty" minimum:"0" maximum:"10000" doc:"Of a range: what she would give"`
		Lift   bool          `json:"lift,omitempty" doc:"She would lift the month's limit"`
	}
}

// voteDeed is a committee member's 同意 or 不同意. Whoever has a part in the deed cannot vote; the rules say so.
func (s *Server) voteDeed(ctx context.Context, c *call, in *voteDeedInput) (deedStep, error) {
	records, err := s.submit(ctx, c, &ledger.VoteDeed{Deed: in.Seq, Yes: in.Body.Yes, Points: in.Body.Points, Lift: in.Body.Lift})
	if err != nil {
		return deedStep{}, err
	}
	return stepOut(in.Seq, records, "voting", "已投票。票数够了就有结果。", "Your vote is in. Enough votes decide."), nil
}

type keyedDeed struct {
	Keyed
	Numbered
}

// consentDeed is the community's consent to what the committee passed; the public notice begins.
func (s *Server) consentDeed(ctx context.Context, c *call, in *keyedDeed) (deedStep, error) {
	records, err := s.submit(ctx, c, &ledger.NoticeDeed{Deed: in.Seq})
	if err != nil {
		return deedStep{}, err
	}
	return stepOut(in.Seq, records, "notice", "已同意，开始公示。", "Agreed. The public notice has begun."), nil
}

type objectDeedInput struct {
	Keyed
	Numbered

	Body struct {
		Reason string `json:"reason_code" enum:"wrong_person,wrong_time,suspicion,other"`
		Words  string `json:"words" minLength:"1" maxLength:"1000" doc:"For the organizer who looks into it; nobody else reads it"`
	}
}

// objectDeed is an objection during the public notice, by anybody who is a member. The notice waits until it is decided.
func (s *Server) objectDeed(ctx context.Context, c *call, in *objectDeedInput) (disputeMade, error) {
	var v ledger.DeedView
	open := false
	if err := s.read(ctx, c, func(b *ledger.Book) { v, open = b.Deed(in.Seq) }); err != nil {
		return disputeMade{}, err
	}
	do := &ledger.Dispute{Seq: in.Seq, Account: v.Account, Reason: reasonIn(in.Body.Reason)}
	records, err := s.first(ctx, c)
	if err != nil {
		return disputeMade{}, err
	}
	if records != nil {
		do.Account = records[0].Subject()
		return disputeOut(records), s.again(c, records, do)
	}
	if !open || v.Stage != ledger.DeedNotice {
		return disputeMade{}, fail(string(ledger.CodeDeedStage))
	}
	records, err = s.noted(ctx, c, v.Account, in.Body.Words, func(note string) ([]ledger.Record, error) {
		do.Note = note
		return s.submit(ctx, c, do)
	})
	if err != nil {
		return disputeMade{}, err
	}
	return disputeOut(records), nil
}

// noted stores words that somebody typed about a member, and does what they belong to. Words of something that was refused
// belong to nothing and are dropped; without words nothing is stored.
func (s *Server) noted(ctx context.Context, c *call, about ledger.AccountID, words string, do func(note string) ([]ledger.Record, error)) ([]ledger.Record, error) {
	if strings.TrimSpace(words) == "" {
		return do("")
	}
	note, err := s.roster.PutReason(ctx, c.by(), about, words)
	if err != nil {
		return nil, fmt.Errorf("store reason: %w", err)
	}
	records, err := do(string(note))
	if _, refused := errors.AsType[*ledger.Refusal](err); refused {
		return nil, errors.Join(err, s.roster.DropReason(ctx, note))
	}
	return records, err
}
