package roster

import (
	"context"
	"fmt"
)

// Ended counts what EndAll ended.
type Ended struct{ Sessions, Devices, Handles, Enrolments int }

// EndAll ends every session, device credential, handle and open enrolment code: after a restore nobody can tell which of them
// had been revoked since the backup (decision 0080). Cards stay: the ledger knows theirs.
// It may be called again after an error.
func (r *Roster) EndAll(ctx context.Context, by By) (Ended, error) {
	var ended Ended
	sessions, err := r.RevokeSessions(ctx, by.At, func(Session) bool { return true })
	if ended.Sessions = len(sessions); err != nil {
		return ended, fmt.Errorf("end sessions: %w", err)
	}
	devices, err := r.Devices(ctx)
	if err != nil {
		return ended, fmt.Errorf("end devices: %w", err)
	}
	for _, d := range devices {
		if d.Revoked != 0 {
			continue
		}
		if err := r.RevokeDevice(ctx, by, d.ID); err != nil {
			return ended, fmt.Errorf("end device %s: %w", d.ID, err)
		}
		ended.Devices++
	}
	handles, err := list[Handle](ctx, r.store, "handle:")
	if err != nil {
		return ended, fmt.Errorf("end handles: %w", err)
	}
	for _, h := range handles {
		if h.Revoked != 0 {
			continue
		}
		if err := r.RevokeHandle(ctx, by, h.Purpose, h.Digits); err != nil {
			return ended, fmt.Errorf("end handle of %s: %w", h.Account, err)
		}
		ended.Handles++
	}
	codes, err := list[Enrolment](ctx, r.store, "once:enrolment:")
	if err != nil {
		return ended, fmt.Errorf("end enrolments: %w", err)
	}
	for _, e := range codes {
		if e.usable(by.At) != nil {
			continue
		}
		if err := r.RevokeEnrolment(ctx, by, e.ID); err != nil {
			return ended, fmt.Errorf("end enrolment: %w", err)
		}
		ended.Enrolments++
	}
	return ended, nil
}
