package roster

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"moralbank.example/bank/ledger"
)

// DeskCode is the ten digits that a member reads out at a desk where the scanner fails: one use, 10 minutes.
type DeskCode struct {
	once

	Purpose string `json:"purpose"` // "pay" or "check_in": a code for one is no code for the other
}

const (
	// DeskCodeLife is how long a desk code lives, in milliseconds: 10 minutes.
	DeskCodeLife   ledger.Time = 10 * 60 * 1000
	deskCodeDigits             = 10
)

// Ten digits can be tried out, so the stored hash is keyed with the keyring's server key.
func (r *Roster) deskCodeID(digits string) string {
	return hex.EncodeToString(r.ring.mac("desk code", digits))
}

// NewDeskCode makes a code for the account and returns its digits, which are stored nowhere.
func (r *Roster) NewDeskCode(ctx context.Context, account ledger.AccountID, purpose string, now ledger.Time) (string, error) {
	if purpose == "" || len(purpose) > codeMax {
		return "", invalid("purpose", "用途不对", "not a purpose")
	}
	var digits string
	err := retry(func() error {
		digits = newDigits(deskCodeDigits)
		id := r.deskCodeID(digits)
		row, err := put("once:code:"+id, DeskCode{once: once{Account: account, Expires: now + DeskCodeLife}, Purpose: purpose}, 0)
		if err != nil {
			return err
		}
		return r.store.Commit(ctx, row, Change{Key: owned(account, "code", id)})
	})
	if err != nil {
		return "", fmt.Errorf("make desk code: %w", err)
	}
	return digits, nil
}

// UseDeskCode uses a code: of all who try, one succeeds. ErrNotFound for wrong digits or another purpose, so that guessing
// tells nothing more; ErrUsed and ErrExpired for a code that was right. Callers throttle wrong ones.
func (r *Roster) UseDeskCode(ctx context.Context, digits, purpose string, now ledger.Time) (DeskCode, error) {
	if !allDigits(digits, deskCodeDigits) {
		return DeskCode{}, ErrNotFound
	}
	code, err := update(ctx, r, "once:code:"+r.deskCodeID(digits), func(c *DeskCode) ([]Change, error) {
		if c.Purpose != purpose {
			return nil, ErrNotFound
		}
		if err := c.usable(now); err != nil {
			return nil, err
		}
		c.Used = now
		return nil, nil
	})
	if errors.Is(err, ErrNotFound) {
		return DeskCode{}, ErrNotFound
	}
	return code, err
}
