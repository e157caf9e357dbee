package roster

import (
	"context"
	"fmt"
	"slices"

	"moralbank.example/bank/ledger"
)

// Audit is one line of the change log: who did what to which fields of what, and when. It holds no value, old or new,
// so it outlives an erasure without telling anything of the person.
type Audit struct {
	Subject string           `json:"subject"` // an account id, or a kind and an id such as "team/t1"
	Action  string           `json:"action"`
	Fields  []string         `json:"fields,omitempty"`
	Actor   ledger.AccountID `json:"actor,omitempty"`
	Device  ledger.DeviceID  `json:"device,omitempty"`
	At      ledger.Time      `json:"at"`
}

// audit is the change that notes an action, to be committed together with what it notes.
func (r *Roster) audit(by By, subject, action string, fields ...string) (Change, error) {
	line := Audit{Subject: subject, Action: action, Fields: fields, Actor: by.Actor, Device: by.Device, At: by.At}
	order := fmt.Sprintf("%08d", r.lines.Add(1)%1e8) // of lines in one millisecond
	return put("audit:"+subject+":"+stamp(by.At)+":"+order+NewID(), line, 0)
}

// Note writes an audit line about something that changes nothing in the roster, such as a station's code being shown on a device.
func (r *Roster) Note(ctx context.Context, by By, subject, action string, fields ...string) error {
	line, err := r.audit(by, subject, action, fields...)
	if err != nil {
		return err
	}
	if err := r.store.Commit(ctx, line); err != nil {
		return fmt.Errorf("note %s: %w", action, err)
	}
	return nil
}

// stamp is a time whose text sorts as the time does.
func stamp(t ledger.Time) string { return fmt.Sprintf("%015d", max(t, 0)) }

// AuditOf lists what was done to one subject, newest first, at most limit lines.
func (r *Roster) AuditOf(ctx context.Context, subject string, limit int) ([]Audit, error) {
	lines, err := list[Audit](ctx, r.store, "audit:"+subject+":")
	if err != nil {
		return nil, fmt.Errorf("read audit: %w", err)
	}
	slices.Reverse(lines)
	return lines[:min(len(lines), max(limit, 0))], nil
}

// AuditBetween lists all changes with from <= time < to, oldest first, at most limit lines.
func (r *Roster) AuditBetween(ctx context.Context, from, to ledger.Time, limit int) ([]Audit, error) {
	lines, err := list[Audit](ctx, r.store, "audit:")
	if err != nil {
		return nil, fmt.Errorf("read audit: %w", err)
	}
	lines = slices.DeleteFunc(lines, func(a Audit) bool { return a.At < from || a.At >= to })
	slices.SortStableFunc(lines, func(a, b Audit) int { return int(min(max(a.At-b.At, -1), 1)) })
	return lines[:min(len(lines), max(limit, 0))], nil
}
