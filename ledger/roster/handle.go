package roster

import (
	"context"
	"fmt"

	"moralbank.example/bank/ledger"
)

// Purpose is what a handle is for; its value is the prefix of the code that the phone shows.
type Purpose string

// The purposes. Tills refuse CheckIn, leaders refuse Pay.
const (
	Pay     Purpose = "91"
	CheckIn Purpose = "93"
)

// Handle is the revocable nine digits in a code shown by a phone. Its TOTP key is sealed under the person's key.
type Handle struct {
	Digits  string           `json:"digits"`
	Purpose Purpose          `json:"purpose"`
	Account ledger.AccountID `json:"account"`
	Device  ledger.DeviceID  `json:"device"`
	Created ledger.Time      `json:"created"`
	Revoked ledger.Time      `json:"revoked,omitempty"`
	Sealed  []byte           `json:"sealed"` // the TOTP key
}

const (
	handleDigits = 9
	totpBytesMin = 20 // RFC 4226 section 4, R6: at least 128 bits, 160 recommended
	totpBytesMax = 64
	handleKind   = "handle"
)

func handleID(p Purpose, digits string) string  { return string(p) + ":" + digits }
func handleRow(p Purpose, digits string) string { return "handle:" + handleID(p, digits) }
func handleSeal(p Purpose, digits string) string {
	return "totp/" + string(p) + "/" + digits
}

// NewHandle makes a random unused handle for a person's device, with the TOTP key that the device was given.
func (r *Roster) NewHandle(ctx context.Context, by By, p Purpose, a ledger.AccountID, device ledger.DeviceID, totp []byte) (Handle, error) {
	var h Handle
	err := retry(func() error {
		var changes []Change
		var err error
		if h, changes, err = r.newHandle(by, p, a, device, totp); err != nil {
			return err
		}
		return r.store.Commit(ctx, changes...)
	})
	if err != nil {
		return Handle{}, fmt.Errorf("make handle: %w", err)
	}
	return h, nil
}

// newHandle draws digits and prepares the commit, which fails with ErrChanged if they are taken.
func (r *Roster) newHandle(by By, p Purpose, a ledger.AccountID, device ledger.DeviceID, totp []byte) (Handle, []Change, error) {
	switch p {
	case Pay, CheckIn:
	default:
		return Handle{}, nil, invalid("purpose", "没有这种码", "no such purpose")
	}
	if len(totp) < totpBytesMin || len(totp) > totpBytesMax {
		return Handle{}, nil, invalid("totp", "动态码密钥长度不对", "a TOTP key has 20 to 64 bytes")
	}
	digits := newDigits(handleDigits)
	sealed, err := r.ring.seal(string(a), handleSeal(p, digits), totp)
	if err != nil {
		return Handle{}, nil, err
	}
	h := Handle{Digits: digits, Purpose: p, Account: a, Device: device, Created: by.At, Sealed: sealed}
	row, err := put(handleRow(p, digits), h, 0)
	if err != nil {
		return Handle{}, nil, err
	}
	note, err := r.audit(by, string(a), "handle_made", string(p))
	if err != nil {
		return Handle{}, nil, err
	}
	return h, []Change{row, {Key: owned(a, handleKind, handleID(p, digits))}, note}, nil
}

// Handle finds a handle and its TOTP key. ErrNotFound if there never was one or its person was erased; ErrRevoked,
// with the handle, if it was taken back.
func (r *Roster) Handle(ctx context.Context, p Purpose, digits string) (Handle, []byte, error) {
	if !allDigits(digits, handleDigits) {
		return Handle{}, nil, ErrNotFound
	}
	var h Handle
	if _, err := r.read(ctx, handleRow(p, digits), &h); err != nil {
		return Handle{}, nil, err
	}
	if h.Revoked != 0 {
		return h, nil, ErrRevoked
	}
	totp, err := r.ring.unseal(string(h.Account), handleSeal(p, digits), h.Sealed)
	if err != nil {
		return Handle{}, nil, fmt.Errorf("handle of %s: %w", h.Account, err)
	}
	return h, totp, nil
}

// HandlesOf lists an account's handles, revoked ones too.
func (r *Roster) HandlesOf(ctx context.Context, a ledger.AccountID) ([]Handle, error) {
	return ownedBy(ctx, r, a, handleKind, func(id string) string { return "handle:" + id }, func(h Handle) bool { return h.Account == a })
}

// RotateHandle replaces a handle by a new one with a new key, for the same person and device, in one commit (monthly, or when
// a phone was lent). ErrRevoked if it is no longer in use.
func (r *Roster) RotateHandle(ctx context.Context, by By, p Purpose, digits string, totp []byte) (Handle, error) {
	var next Handle
	_, err := update(ctx, r, handleRow(p, digits), func(h *Handle) ([]Change, error) {
		if h.Revoked != 0 {
			return nil, ErrRevoked
		}
		var changes []Change
		var err error
		if next, changes, err = r.newHandle(by, p, h.Account, h.Device, totp); err != nil {
			return nil, err
		}
		h.Revoked = by.At
		return changes, nil
	})
	if err != nil {
		return Handle{}, fmt.Errorf("rotate handle: %w", err)
	}
	return next, nil
}

// RevokeHandle ends a handle at once. Revoking again changes nothing.
func (r *Roster) RevokeHandle(ctx context.Context, by By, p Purpose, digits string) error {
	_, err := update(ctx, r, handleRow(p, digits), func(h *Handle) ([]Change, error) {
		if h.Revoked != 0 {
			return nil, nil
		}
		h.Revoked = by.At
		note, err := r.audit(by, string(h.Account), "handle_revoked", string(p))
		return []Change{note}, err
	})
	return err
}
