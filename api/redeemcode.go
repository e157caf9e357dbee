package api

import (
	"context"
	"errors"
	"fmt"

	"moralbank.example/bank/api/qr"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/engine"
	"moralbank.example/bank/ledger/roster"
)

// shownCode is a code that was read and checked: whose it is, and what the record names of it.
type shownCode struct {
	account ledger.AccountID
	handle  ledger.Handle
	step    int64
	phone   ledger.DeviceID // that shows the code
	card    ledger.CardID
}

// read20 finds out whose a parsed code is. A phone's code must be of this half minute or its neighbours; a card must be in
// use. Whether it was used before is for the rules.
func (s *Server) read20(ctx context.Context, code qr.Code, purpose roster.Purpose) (shownCode, error) {
	if code.Kind == qr.KindCard {
		card, err := s.cardShown(ctx, code)
		return shownCode{account: card.Account, card: card.ID}, err
	}
	h, secret, err := s.roster.Handle(ctx, purpose, string(code.Handle))
	switch {
	case errors.Is(err, roster.ErrNotFound), errors.Is(err, roster.ErrNoKey):
		return shownCode{}, qr.RefusedStale // nobody's: it looks like one of another time
	case errors.Is(err, roster.ErrRevoked):
		return shownCode{}, fail(codeCodeRevoked)
	case err != nil:
		return shownCode{}, fmt.Errorf("read handle: %w", err)
	}
	step, ok := qr.Secret(secret).Verify(code.OTP, s.now())
	if !ok {
		return shownCode{}, s.late(string(qr.RefusedStale))
	}
	return shownCode{account: h.Account, handle: ledger.Handle(h.Digits), step: int64(step), phone: h.Device}, nil
}

// late is the refusal of what is of another time; while it is our own clock that is not believed, that.
func (s *Server) late(code string) *oops {
	if s.engine.Stats().ClockNotBelieved {
		return oopsOf(engine.ErrClock)
	}
	return fail(code)
}

// cardShown is the card of a code, if it can be used. Unknown, not handed over and revoked ones each have their answer.
func (s *Server) cardShown(ctx context.Context, code qr.Code) (roster.Card, error) {
	card, err := s.roster.CardByNumber(ctx, code.Digits())
	switch {
	case errors.Is(err, roster.ErrNotFound):
		return card, fail(string(ledger.CodeCardUnknown))
	case err != nil:
		return card, fmt.Errorf("read card: %w", err)
	}
	switch card.State {
	case roster.CardActive:
		return card, nil
	case roster.CardPrinted:
		return card, fail(codeCardInactive)
	case roster.CardRevoked:
	}
	return card, fail(string(ledger.CodeCardRevoked))
}

// holder is whose a code is, used or stale or revoked: what a retry is compared by.
func (s *Server) holder(ctx context.Context, code qr.Code, purpose roster.Purpose) (ledger.AccountID, error) {
	if code.Kind == qr.KindCard {
		card, err := s.roster.CardByNumber(ctx, code.Digits())
		if err != nil && !errors.Is(err, roster.ErrNotFound) {
			return "", fmt.Errorf("read card: %w", err)
		}
		return card.Account, nil
	}
	h, _, err := s.roster.Handle(ctx, purpose, string(code.Handle))
	if err != nil && !errors.Is(err, roster.ErrRevoked) && !errors.Is(err, roster.ErrNotFound) && !errors.Is(err, roster.ErrNoKey) {
		return "", fmt.Errorf("read handle: %w", err)
	}
	return h.Account, nil
}

// guessed counts a code that reads well and is nobody's, or not of now, against the table that it was shown at: never against
// a member. A code that was misread tells a guesser nothing and is not counted.
func (s *Server) guessed(c *call, table string, err error) {
	o := oopsOf(err)
	switch o.code {
	case string(ledger.CodeCardUnknown), string(qr.RefusedStale), codeCodeRevoked:
		s.limiter.WrongCode(table)
	}
	if o.code != codeInternal {
		s.security(c, o.code, "")
	}
}
