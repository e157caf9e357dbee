package api

import (
	"context"
	"errors"
	"fmt"

	"moralbank.example/bank/api/qr"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

type cardItem struct {
	ID        ledger.CardID    `json:"id"`
	State     string           `json:"state" enum:"printed,active,revoked"`
	Account   ledger.AccountID `json:"account,omitempty"`
	Sheet     roster.SheetID   `json:"sheet"`
	Printed   Time             `json:"printed_at"`
	Activated *Time            `json:"activated_at,omitempty"`
	Revoked   *Time            `json:"revoked_at,omitempty"`
}

func cardOut(x *roster.Card) cardItem {
	return cardItem{
		ID: x.ID, State: string(x.State), Account: x.Account, Sheet: x.Sheet, Printed: Time(x.Printed),
		Activated: moment(x.Activated), Revoked: moment(x.Revoked),
	}
}

type printCardsInput struct {
	Body struct {
		Count int `json:"count" minimum:"1" maximum:"100"`
	}
}

type printedCards struct {
	Sheet  roster.SheetID   `json:"sheet" doc:"The first page"`
	Sheets []roster.SheetID `json:"sheets" doc:"All pages, ten cards each"`
	Cards  []printedCard    `json:"cards"`
}

type printedCard struct {
	ID     ledger.CardID  `json:"id"`
	Sheet  roster.SheetID `json:"sheet"`
	Number string         `json:"number" doc:"Twenty digits in groups of four; shown on this page only, stored nowhere"`
	SVG    string         `json:"svg"`
}

// printCards makes pages of new cards. They pay nothing until each is handed over.
func (s *Server) printCards(ctx context.Context, c *call, in *printCardsInput) (printedCards, error) {
	out := printedCards{Sheets: []roster.SheetID{}, Cards: []printedCard{}}
	for left := in.Body.Count; left > 0; left -= roster.SheetCards {
		n := min(left, roster.SheetCards)
		codes := make([]qr.Code, n)
		numbers := make([]string, n)
		for i := range codes {
			codes[i] = qr.NewCard().Code()
			numbers[i] = codes[i].Digits()
		}
		sheet, cards, err := s.roster.NewSheet(ctx, c.by(), numbers)
		if err != nil {
			return out, fmt.Errorf("print cards: %w", err)
		}
		out.Sheets = append(out.Sheets, sheet.ID)
		for i := range cards {
			svg, err := s.drawer.SVG(numbers[i], "爱心卡")
			if err != nil {
				return out, fmt.Errorf("draw card: %w", err)
			}
			out.Cards = append(out.Cards, printedCard{ID: cards[i].ID, Sheet: sheet.ID, Number: codes[i].Spaced(), SVG: string(svg)})
		}
	}
	out.Sheet = out.Sheets[0]
	return out, nil
}

type activateCardInput struct {
	Keyed

	Body struct {
		Number  string           `json:"number" minLength:"1" maxLength:"64" doc:"As scanned or typed"`
		Account ledger.AccountID `json:"account" minLength:"3" maxLength:"48"`
	}
}

// activateCard hands a printed card over: the record first, then the roster. A retry goes on where the first try was cut off.
func (s *Server) activateCard(ctx context.Context, c *call, in *activateCardInput) (cardItem, error) {
	code, err := qr.Parse(in.Body.Number)
	if err != nil {
		return cardItem{}, err
	}
	card, err := s.roster.CardByNumber(ctx, code.Digits())
	if errors.Is(err, roster.ErrNotFound) {
		return cardItem{}, fail(codeCardNumber)
	}
	if err != nil {
		return cardItem{}, fmt.Errorf("find card: %w", err)
	}
	if _, err := s.submit(ctx, c, &ledger.IssueCard{Card: card.ID, Account: in.Body.Account}); err != nil {
		return cardItem{}, err
	}
	card, err = s.roster.ActivateCard(ctx, c.by(), card.ID, in.Body.Account)
	switch {
	case errors.Is(err, roster.ErrUsed) && card.Account == in.Body.Account: // by the try before this one
	case errors.Is(err, roster.ErrRevoked):
		return cardItem{}, fail(string(ledger.CodeCardRevoked))
	case err != nil:
		return cardItem{}, fmt.Errorf("activate card: %w", err)
	}
	return cardOut(&card), nil
}

type revokeCardInput struct {
	Keyed

	ID   pathID `path:"id"`
	Body struct {
		Reason string `json:"reason_code" enum:"lost,spoiled,replaced,request,suspicion,other"`
	}
}

// revokeCard ends a card: from this moment its holder pays nothing for what others do with it.
func (s *Server) revokeCard(ctx context.Context, c *call, in *revokeCardInput) (cardItem, error) {
	id := ledger.CardID(in.ID.plain())
	if _, err := s.roster.Card(ctx, id); errors.Is(err, roster.ErrNotFound) { // the books let one end that was printed and never handed over
		return cardItem{}, fail(string(ledger.CodeCardUnknown))
	} else if err != nil {
		return cardItem{}, fmt.Errorf("read card: %w", err)
	}
	if _, err := s.submit(ctx, c, &ledger.RevokeCard{Card: id, Reason: reasonIn(in.Body.Reason)}); err != nil {
		return cardItem{}, err
	}
	card, err := s.roster.RevokeCard(ctx, c.by(), id)
	if err != nil {
		return cardItem{}, fmt.Errorf("revoke card: %w", err)
	}
	return cardOut(&card), nil
}

type listCardsInput struct {
	Account ledger.AccountID `query:"account" required:"true" maxLength:"48" pattern:"^[a-z0-9/-]*$"`
}

func (s *Server) listCards(ctx context.Context, c *call, in *listCardsInput) (list[cardItem], error) {
	id, seen, err := s.subject(ctx, c, pathID(in.Account))
	if err != nil {
		return list[cardItem]{}, err
	}
	if seen < whole {
		return list[cardItem]{}, fail(string(ledger.CodeNotEntitled))
	}
	cards, err := s.roster.CardsOf(ctx, id)
	if err != nil {
		return list[cardItem]{}, fmt.Errorf("read cards: %w", err)
	}
	items := make([]cardItem, 0, len(cards))
	for i := range cards {
		items = append(items, cardOut(&cards[i]))
	}
	return listOf(c, items, ""), nil
}
