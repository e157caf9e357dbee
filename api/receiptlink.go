package api

import (
	"context"
	"errors"
	"fmt"

	"moralbank.example/bank/api/qr"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/explain"
	"moralbank.example/bank/ledger/roster"
)

// printedReceipt is what stands on the paper, and all that the public page tells of a record: when, what, how much.
type printedReceipt struct {
	Seq            ledger.Seq     `json:"seq"`
	Time           Time           `json:"time"`
	Date           string         `json:"date" doc:"The community's day of it, YYYY-MM-DD: needed to look it up by typing"`
	TitleZh        string         `json:"title_zh"`
	TitleEn        string         `json:"title_en"`
	Points         ledger.Points  `json:"points"`
	Minutes        ledger.Minutes `json:"minutes"`
	BalancePoints  *int64         `json:"balance_points,omitempty"`
	BalanceMinutes *int64         `json:"balance_minutes,omitempty"`
	Amount         int64          `json:"amount" doc:"The amount to type, without sign: points where some moved, else minutes"`
}

// receiptSlip is a receipt to print: what it says, and where anybody who holds the paper can check it.
type receiptSlip struct {
	Printed printedReceipt `json:"printed"`
	URL     string         `json:"url" doc:"Of the public page: 130 random-looking bits, of which only the hash is stored"`
	Code    string         `json:"code" doc:"To type at /r, beside date and amount"`
	Picture string         `json:"svg" doc:"The address as a code to scan"`
}

// linkReceipt makes the short link of a record for the member that it is about, the cashier who made it, and organizers.
func (s *Server) linkReceipt(ctx context.Context, c *call, in *recordPath) (receiptSlip, error) {
	if s.sealed == nil {
		return receiptSlip{}, fail(codeNotFound)
	}
	stored, err := s.record(ctx, in.Seq)
	if err != nil {
		return receiptSlip{}, err
	}
	r := &stored.Record
	subject := r.Subject()
	if subject == "" || subject != c.account && !c.holds(organizer) && (r.Actor != c.account || !c.holds(cashier)) {
		return receiptSlip{}, fail(string(ledger.CodeRecordUnknown))
	}
	token, code, err := s.roster.LinkReceipt(ctx, c.by(), subject, in.Seq)
	if errors.Is(err, roster.ErrNotFound) {
		return receiptSlip{}, fail(string(ledger.CodeRecordUnknown))
	}
	if err != nil {
		return receiptSlip{}, fmt.Errorf("link receipt: %w", err)
	}
	c.seq = max(c.seq, s.engine.Seq())
	out := receiptSlip{Printed: s.printed(r, subject), URL: s.origin.URL(qr.Link{Kind: qr.LinkReceipt, Token: token}), Code: code[:4] + "-" + code[4:8] + "-" + code[8:]}
	picture, err := s.drawer.SVG(out.URL, "凭条 Receipt")
	if err != nil {
		return receiptSlip{}, fmt.Errorf("draw receipt code: %w", err)
	}
	out.Picture = string(picture)
	return out, s.saw(ctx, c, "receipt", subject)
}

// printed is what a receipt says of a record to the member that it is about.
func (s *Server) printed(r *ledger.Record, about ledger.AccountID) printedReceipt {
	kind := explain.Kind(r.Kind)
	e := entry{}
	for i := range r.Postings {
		e.add(&r.Postings[i], about)
	}
	out := printedReceipt{
		Seq: r.Seq, Time: Time(r.Time), TitleZh: kind.Zh, TitleEn: kind.En, Points: e.Points, Minutes: e.Minutes,
		BalancePoints: e.BalancePoints, BalanceMinutes: e.BalanceMinutes, Amount: int64(e.Points),
	}
	if out.Amount == 0 {
		out.Amount = int64(e.Minutes)
	}
	out.Amount = max(out.Amount, -out.Amount)
	s.view.Read(func(b *ledger.Book) { out.Date = dayOut(b, r.Time) })
	return out
}

// dayOut is the community's day of a moment.
func dayOut(b *ledger.Book, at ledger.Time) string {
	return dateOf(b.DayOf(at))
}

// publicReceipt is what the public page of a printed link shows and checks: the paper's words, and the receipt itself, which the
// page verifies in the reader's browser against the policy.
type publicReceipt struct {
	Printed printedReceipt `json:"printed"`
	Receipt string         `json:"receipt" doc:"C2SP tlog-proof with the record line: whoever has the paper has it from the holder"`
	File    string         `json:"file"`
	Policy  string         `json:"policy" doc:"As served at /log.txt"`
}

type receiptTokenInput struct {
	Token string `path:"token" maxLength:"40"`
}

// getPublicReceipt opens a printed link. Whoever has the token has the paper.
func (s *Server) getPublicReceipt(ctx context.Context, c *call, in *receiptTokenInput) (publicReceipt, error) {
	link, err := s.roster.ReceiptByToken(ctx, in.Token)
	if err != nil {
		return publicReceipt{}, receiptGone(err)
	}
	return s.openReceipt(ctx, c, &link)
}

type receiptLookupInput struct {
	Body struct {
		Code   string `json:"code" minLength:"10" maxLength:"20" doc:"As printed under the picture"`
		Date   string `json:"date" format:"date" doc:"As printed, YYYY-MM-DD"`
		Amount int64  `json:"amount" minimum:"0" maximum:"9007199254740991" doc:"As printed, without sign"`
	}
}

// lookupReceipt opens a receipt by what is typed from the paper. What is wrong is not said, and guessing is slowed.
func (s *Server) lookupReceipt(ctx context.Context, c *call, in *receiptLookupInput) (publicReceipt, error) {
	if v := s.limiter.Lookup(c.address); !v.OK {
		return publicReceipt{}, s.slowDown(v)
	}
	link, err := s.roster.ReceiptByCode(ctx, in.Body.Code)
	if err != nil {
		return publicReceipt{}, receiptGone(err)
	}
	out, err := s.openReceipt(ctx, c, &link)
	if err == nil && (out.Printed.Date != in.Body.Date || out.Printed.Amount != in.Body.Amount) {
		return publicReceipt{}, fail(codeReceiptUnknown)
	}
	return out, err
}

func receiptGone(err error) error {
	if errors.Is(err, roster.ErrNotFound) {
		return fail(codeReceiptUnknown)
	}
	return fmt.Errorf("read receipt link: %w", err)
}

// openReceipt gives the record of a link with its proof.
func (s *Server) openReceipt(ctx context.Context, c *call, link *roster.ReceiptLink) (publicReceipt, error) {
	if s.sealed == nil {
		return publicReceipt{}, fail(codeReceiptUnknown)
	}
	stored, err := s.record(ctx, link.Seq)
	if err != nil {
		return publicReceipt{}, err
	}
	text, _, err := s.receiptText(ctx, link.Seq, stored.Line)
	if err != nil {
		return publicReceipt{}, err
	}
	c.seq = max(c.seq, s.engine.Seq())
	return publicReceipt{
		Printed: s.printed(&stored.Record, link.Account), Receipt: string(text), File: receiptFile(link.Seq), Policy: string(s.sealed.PolicyText()),
	}, nil
}
