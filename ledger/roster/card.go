package roster

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"moralbank.example/bank/ledger"
)

// CardState is where a printed card stands.
type CardState string

// The states of a card, in order; a card never goes back.
const (
	CardPrinted CardState = "printed" // not yet anybody's: pays nothing
	CardActive  CardState = "active"
	CardRevoked CardState = "revoked"
)

// Card is a printed card (爱心卡). Its number is stored as a keyed hash only: a stolen store is no list of card numbers.
type Card struct {
	ID        ledger.CardID    `json:"id"`
	Account   ledger.AccountID `json:"account,omitempty"` // empty until handed over, and after erasure
	State     CardState        `json:"state"`
	Sheet     SheetID          `json:"sheet"`
	Number    string           `json:"number"` // the keyed hash
	Printed   ledger.Time      `json:"printed"`
	Activated ledger.Time      `json:"activated,omitempty"`
	Revoked   ledger.Time      `json:"revoked,omitempty"`
}

// SheetID names a printed sheet of cards.
type SheetID string

// CardSheet is one printed page, counted card by card.
type CardSheet struct {
	ID      SheetID          `json:"id"`
	Cards   []ledger.CardID  `json:"cards"`
	Maker   ledger.AccountID `json:"maker,omitempty"`
	Printed ledger.Time      `json:"printed"`
}

const (
	// SheetCards is how many cards a page (A4) takes.
	SheetCards = 10
	cardDigits = 20
)

func cardRow(id ledger.CardID) string { return "card:" + string(id) }
func sheetRow(id SheetID) string      { return "sheet:" + string(id) }

func (r *Roster) numberHash(number string) string {
	return hex.EncodeToString(r.ring.mac("card number", number))
}

// NewSheet stores one page of new cards with these 20-digit numbers, all inactive, all or none. The cards come in the
// order of the numbers. ErrExists if a number is taken.
func (r *Roster) NewSheet(ctx context.Context, by By, numbers []string) (CardSheet, []Card, error) {
	if len(numbers) == 0 || len(numbers) > SheetCards {
		return CardSheet{}, nil, invalid("numbers", "一页 1 至 10 张卡", "a page takes 1 to 10 cards")
	}
	sheet := CardSheet{ID: SheetID(NewID()), Maker: by.Actor, Printed: by.At}
	cards := make([]Card, 0, len(numbers))
	changes := make([]Change, 0, 2*len(numbers)+2)
	for _, number := range numbers {
		if !allDigits(number, cardDigits) {
			return CardSheet{}, nil, invalid("numbers", "卡号应为 20 位数字", "a card number has 20 digits")
		}
		card := Card{ID: ledger.CardID(NewID()), State: CardPrinted, Sheet: sheet.ID, Number: r.numberHash(number), Printed: by.At}
		row, err := put(cardRow(card.ID), card, 0)
		if err != nil {
			return CardSheet{}, nil, err
		}
		changes = append(changes, row, Change{Key: "card-number:" + card.Number, Value: []byte(card.ID)})
		cards = append(cards, card)
		sheet.Cards = append(sheet.Cards, card.ID)
	}
	row, err := put(sheetRow(sheet.ID), sheet, 0)
	if err != nil {
		return CardSheet{}, nil, err
	}
	note, err := r.audit(by, "sheet/"+string(sheet.ID), "cards_printed")
	if err != nil {
		return CardSheet{}, nil, err
	}
	err = r.store.Commit(ctx, append(changes, row, note)...)
	if errors.Is(err, ErrChanged) {
		return CardSheet{}, nil, fmt.Errorf("new card sheet: %w", ErrExists)
	}
	if err != nil {
		return CardSheet{}, nil, fmt.Errorf("new card sheet: %w", err)
	}
	return sheet, cards, nil
}

// Sheets lists all printed pages.
func (r *Roster) Sheets(ctx context.Context) ([]CardSheet, error) {
	return list[CardSheet](ctx, r.store, "sheet:")
}

// SheetOf reads one page and its cards as they stand now.
func (r *Roster) SheetOf(ctx context.Context, id SheetID) (CardSheet, []Card, error) {
	var sheet CardSheet
	if _, err := r.read(ctx, sheetRow(id), &sheet); err != nil {
		return CardSheet{}, nil, err
	}
	cards := make([]Card, 0, len(sheet.Cards))
	for _, card := range sheet.Cards {
		c, err := r.Card(ctx, card)
		if err != nil {
			return CardSheet{}, nil, err
		}
		cards = append(cards, c)
	}
	return sheet, cards, nil
}

// Card reads one card by its id.
func (r *Roster) Card(ctx context.Context, id ledger.CardID) (Card, error) {
	var c Card
	_, err := r.read(ctx, cardRow(id), &c)
	return c, err
}

// CardByNumber finds the card that bears this number, in any state. ErrNotFound if there is none.
func (r *Roster) CardByNumber(ctx context.Context, number string) (Card, error) {
	if !allDigits(number, cardDigits) {
		return Card{}, ErrNotFound
	}
	row, err := r.store.Get(ctx, "card-number:"+r.numberHash(number))
	if err != nil {
		return Card{}, err
	}
	return r.Card(ctx, ledger.CardID(row.Value))
}

// CardsOf lists an account's cards, active and revoked.
func (r *Roster) CardsOf(ctx context.Context, a ledger.AccountID) ([]Card, error) {
	return ownedBy(ctx, r, a, "card", func(id string) string { return cardRow(ledger.CardID(id)) }, func(c Card) bool { return c.Account == a })
}

// ActivateCard hands a printed card over to a person: of all who try, one succeeds. ErrUsed if it was handed over before,
// ErrRevoked if it was spoiled or lost, ErrNotFound if there is no such card or person.
func (r *Roster) ActivateCard(ctx context.Context, by By, id ledger.CardID, a ledger.AccountID) (Card, error) {
	if !r.Has(a) {
		return Card{}, fmt.Errorf("activate card for %s: %w", a, ErrNotFound)
	}
	return update(ctx, r, cardRow(id), func(c *Card) ([]Change, error) {
		switch c.State {
		case CardPrinted:
		case CardActive:
			return nil, ErrUsed
		case CardRevoked:
			return nil, ErrRevoked
		}
		c.State, c.Account, c.Activated = CardActive, a, by.At
		note, err := r.audit(by, "card/"+string(id), "card_activated")
		return []Change{note, {Key: owned(a, "card", string(id))}}, err
	})
}

// RevokeCard ends a card for good: lost, replaced, or spoiled before it was handed over. Revoking again changes nothing.
func (r *Roster) RevokeCard(ctx context.Context, by By, id ledger.CardID) (Card, error) {
	return update(ctx, r, cardRow(id), func(c *Card) ([]Change, error) {
		if c.State == CardRevoked {
			return nil, nil
		}
		c.State, c.Revoked = CardRevoked, by.At
		note, err := r.audit(by, "card/"+string(id), "card_revoked")
		return []Change{note}, err
	})
}

// orphanCard keeps the card of an erased person as a revoked one, so that sheets still count right.
func (r *Roster) orphanCard(ctx context.Context, id ledger.CardID) error {
	_, err := update(ctx, r, cardRow(id), func(c *Card) ([]Change, error) {
		c.Account, c.State = "", CardRevoked
		return nil, nil
	})
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// ownedBy reads the things of one kind that an account owns and that keep says are still its own.
func ownedBy[T any](ctx context.Context, r *Roster, a ledger.AccountID, kind string, row func(id string) string, keep func(T) bool) ([]T, error) {
	var all []T
	prefix := owned(a, kind, "")
	for index, err := range r.store.Scan(ctx, prefix) {
		if err != nil {
			return nil, err
		}
		var v T
		_, err := r.read(ctx, row(strings.TrimPrefix(index.Key, prefix)), &v)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if keep(v) {
			all = append(all, v)
		}
	}
	return all, nil
}
