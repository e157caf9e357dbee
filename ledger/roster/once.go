package roster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"moralbank.example/bank/ledger"
)

// Answers about things that are used once, run out, or are taken back.
var (
	// ErrUsed says that the one use has been made; what was used is returned beside it.
	ErrUsed = errors.New("roster: already used")
	// ErrExpired says that its time is over.
	ErrExpired = errors.New("roster: expired")
	// ErrRevoked says that it was taken back.
	ErrRevoked = errors.New("roster: revoked")
)

// once is what all things of one use have in common.
type once struct {
	Account ledger.AccountID `json:"account,omitempty"` // for whom
	Expires ledger.Time      `json:"expires"`           // not usable from this moment on
	Used    ledger.Time      `json:"used,omitempty"`    // zero while unused
	Revoked ledger.Time      `json:"revoked,omitempty"`
}

// usable answers whether it may be used at now. Revoked is told before used, used before expired.
func (o once) usable(now ledger.Time) error {
	switch {
	case o.Revoked != 0:
		return ErrRevoked
	case o.Used != 0:
		return ErrUsed
	case now >= o.Expires:
		return ErrExpired
	}
	return nil
}

// update reads the row at key, lets edit change the value and name further changes, and commits it all if nothing moved;
// else again. The value is returned beside an error of edit. edit may run more than once.
func update[T any](ctx context.Context, r *Roster, key string, edit func(*T) ([]Change, error)) (T, error) {
	var v T
	err := retry(func() error {
		v = *new(T)
		version, err := r.read(ctx, key, &v)
		if err != nil {
			return err
		}
		more, err := edit(&v)
		if err != nil {
			return err
		}
		row, err := put(key, v, version)
		if err != nil {
			return err
		}
		return r.store.Commit(ctx, append(more, row)...)
	})
	return v, err
}

// How long a spent or expired thing can still be named as such, in milliseconds. Claims are made by strangers, so they go
// soonest.
const (
	overdueKept ledger.Time = 7 * 24 * 3600 * 1000
	scanKept    ledger.Time = 3600 * 1000
)

// SweepExpired deletes the enrolment codes and sessions that ended more than 7 days before now, and the claims and desk codes
// that ended more than an hour before, and tells how many. Run it hourly.
func (r *Roster) SweepExpired(ctx context.Context, now ledger.Time) (int, error) {
	swept := 0
	for _, kind := range []struct {
		prefix, own string
		kept        ledger.Time
	}{
		{"once:enrolment:", "enrolment", overdueKept},
		{"once:claim:", "", scanKept},
		{"once:code:", "code", scanKept},
		{"session:", "session", overdueKept},
	} {
		n, err := r.sweepOwned(ctx, now-kind.kept, kind.prefix, kind.own)
		swept += n
		if err != nil {
			return swept, fmt.Errorf("sweep %s: %w", kind.prefix, err)
		}
	}
	return swept, nil
}

func (r *Roster) sweepOwned(ctx context.Context, before ledger.Time, prefix, kind string) (int, error) {
	n := 0
	for row, err := range r.store.Scan(ctx, prefix) {
		if err != nil {
			return n, err
		}
		var o once
		if err := json.Unmarshal(row.Value, &o); err != nil {
			return n, fmt.Errorf("decode roster row %s: %w", row.Key, err)
		}
		if before < o.Expires {
			continue
		}
		if o.Account != "" && kind != "" {
			if err := r.remove(ctx, owned(o.Account, kind, strings.TrimPrefix(row.Key, prefix))); err != nil {
				return n, err
			}
		}
		if err := r.remove(ctx, row.Key); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
