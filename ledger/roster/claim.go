package roster

import (
	"context"
	"fmt"

	"moralbank.example/bank/ledger"
)

// Claim keeps a scan of a station's code while its bearer signs in (claim first, sign in after).
type Claim struct {
	once

	Station  string            `json:"station"`
	Activity ledger.ActivityID `json:"activity"`
	Step     int64             `json:"step"` // the 30-second step of the code; 0 for a printed poster without one
	Scanned  ledger.Time       `json:"scanned"`
	UsedBy   ledger.AccountID  `json:"used_by,omitempty"`
}

// ClaimLife is how long a claim waits for its bearer, in milliseconds: 15 minutes.
const ClaimLife ledger.Time = 15 * 60 * 1000

// NewClaim keeps a scan and returns the token that brings it back. Only the token's hash is stored.
func (r *Roster) NewClaim(ctx context.Context, station string, activity ledger.ActivityID, step int64, scanned ledger.Time) (string, error) {
	if station == "" || len(station) > idBytesMax || len(activity) > idBytesMax {
		return "", invalid("station", "签到点不对", "not a station")
	}
	token := NewToken()
	c := Claim{once: once{Expires: scanned + ClaimLife}, Station: station, Activity: activity, Step: step, Scanned: scanned}
	row, err := put("once:claim:"+tokenHash(token), c, 0)
	if err != nil {
		return "", err
	}
	if err := r.store.Commit(ctx, row); err != nil {
		return "", fmt.Errorf("keep claim: %w", err)
	}
	return token, nil
}

// ClaimOf reads a claim without using it; errors as of UseClaim.
func (r *Roster) ClaimOf(ctx context.Context, token string, now ledger.Time) (Claim, error) {
	var c Claim
	if !validToken(token) {
		return c, ErrNotFound
	}
	if _, err := r.read(ctx, "once:claim:"+tokenHash(token), &c); err != nil {
		return Claim{}, err
	}
	return c, c.usable(now)
}

// UseClaim gives the claim to one member: of all who try, one succeeds, also when the same member tries again. The others
// get ErrUsed with the claim, whose UsedBy says whether it was they themselves (a retry) or somebody else.
func (r *Roster) UseClaim(ctx context.Context, token string, member ledger.AccountID, now ledger.Time) (Claim, error) {
	if !validToken(token) {
		return Claim{}, ErrNotFound
	}
	return update(ctx, r, "once:claim:"+tokenHash(token), func(c *Claim) ([]Change, error) {
		if err := c.usable(now); err != nil {
			return nil, err
		}
		c.Used, c.UsedBy = now, member
		return nil, nil
	})
}
