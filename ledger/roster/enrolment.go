package roster

import (
	"context"
	"fmt"

	"moralbank.example/bank/ledger"
)

// EnrolKind is what an enrolment code makes of the one who uses it.
type EnrolKind string

// The kinds of enrolment.
const (
	EnrolMember   EnrolKind = "member"   // signs a member in on a new phone
	EnrolDevice   EnrolKind = "device"   // makes a till, kiosk or leader's device of a browser
	EnrolOperator EnrolKind = "operator" // the first operator, or a new one
)

// Enrolment is a one-time code that lets somebody in. Only the SHA-256 of its token is stored.
type Enrolment struct {
	once

	ID      string           `json:"id"` // the hash of its token: names it, does not open it
	Kind    EnrolKind        `json:"kind"`
	Device  DeviceKind       `json:"device,omitempty"`  // what EnrolDevice makes
	Canteen ledger.CanteenID `json:"canteen,omitempty"` // where such a till stands
	Team    ledger.TeamID    `json:"team,omitempty"`    // whose leader's device it becomes
	Maker   ledger.AccountID `json:"maker,omitempty"`
	Made    ledger.Time      `json:"made"`
	Proof   ledger.Proof     `json:"proof,omitempty"` // what showed the maker that the member was there
	Card    ledger.CardID    `json:"card,omitempty"`  // the card, where that was it
}

// EnrolmentLife is the longest life of an enrolment code, in milliseconds: 7 days, for printed ones.
const EnrolmentLife ledger.Time = 7 * 24 * 3600 * 1000

// NewEnrolment makes a code for account (a member's or operator's; empty for a device) that ends at expires, and returns
// its token, which is stored nowhere. Of what, the fields Kind, Device, Canteen, Team, Proof and Card count.
func (r *Roster) NewEnrolment(ctx context.Context, by By, account ledger.AccountID, what Enrolment, expires ledger.Time) (string, Enrolment, error) {
	switch what.Kind {
	case EnrolMember:
		if !r.Has(account) {
			return "", Enrolment{}, fmt.Errorf("enrol: %w", ErrNotFound)
		}
	case EnrolDevice, EnrolOperator:
	default:
		return "", Enrolment{}, invalid("kind", "没有这种登记码", "no such kind of enrolment")
	}
	if expires <= by.At || expires > by.At+EnrolmentLife {
		return "", Enrolment{}, invalid("expires", "登记码最长 7 天有效", "an enrolment code lives at most 7 days")
	}
	token := NewToken()
	e := Enrolment{
		once: once{Account: account, Expires: expires}, ID: tokenHash(token), Kind: what.Kind,
		Device: what.Device, Canteen: what.Canteen, Team: what.Team, Maker: by.Actor, Made: by.At, Proof: what.Proof, Card: what.Card,
	}
	row, err := put("once:enrolment:"+e.ID, e, 0)
	if err != nil {
		return "", Enrolment{}, err
	}
	note, err := r.audit(by, "enrolment/"+e.ID[:12], "enrolment_made", string(e.Kind))
	if err != nil {
		return "", Enrolment{}, err
	}
	changes := []Change{row, note}
	if account != "" {
		changes = append(changes, Change{Key: owned(account, "enrolment", e.ID)})
	}
	if err := r.store.Commit(ctx, changes...); err != nil {
		return "", Enrolment{}, fmt.Errorf("make enrolment: %w", err)
	}
	return token, e, nil
}

// EnrolmentOf reads the enrolment of a token without using it, with ErrUsed, ErrExpired or ErrRevoked beside it if so.
// ErrNotFound for a token that never was.
func (r *Roster) EnrolmentOf(ctx context.Context, token string, now ledger.Time) (Enrolment, error) {
	var e Enrolment
	if !validToken(token) {
		return e, ErrNotFound
	}
	if _, err := r.read(ctx, "once:enrolment:"+tokenHash(token), &e); err != nil {
		return Enrolment{}, err
	}
	return e, e.usable(now)
}

// UseEnrolment uses the code of a token: of all who try, one succeeds. Errors as of EnrolmentOf.
func (r *Roster) UseEnrolment(ctx context.Context, by By, token string) (Enrolment, error) {
	if !validToken(token) {
		return Enrolment{}, ErrNotFound
	}
	return r.endEnrolment(ctx, by, tokenHash(token), "enrolment_used", func(e *Enrolment) error {
		if err := e.usable(by.At); err != nil {
			return err
		}
		e.Used = by.At
		return nil
	})
}

// RevokeEnrolment takes an unused code back, by its ID.
func (r *Roster) RevokeEnrolment(ctx context.Context, by By, id string) error {
	_, err := r.endEnrolment(ctx, by, id, "enrolment_revoked", func(e *Enrolment) error {
		if e.Used != 0 {
			return ErrUsed
		}
		if e.Revoked == 0 {
			e.Revoked = by.At
		}
		return nil
	})
	return err
}

func (r *Roster) endEnrolment(ctx context.Context, by By, id, action string, end func(*Enrolment) error) (Enrolment, error) {
	return update(ctx, r, "once:enrolment:"+id, func(e *Enrolment) ([]Change, error) {
		if err := end(e); err != nil {
			return nil, err
		}
		note, err := r.audit(by, "enrolment/"+e.ID[:12], action)
		return []Change{note}, err
	})
}
