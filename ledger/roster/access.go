package roster

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"moralbank.example/bank/ledger"
)

// Access is one line of the access log: who looked at whom, on which page.
type Access struct {
	Actor  ledger.AccountID   `json:"actor,omitempty"`
	Device ledger.DeviceID    `json:"device,omitempty"`
	At     ledger.Time        `json:"at"`
	What   string             `json:"what"` // a code of the page or list: "person", "search", "sheet"
	Whom   []ledger.AccountID `json:"whom"`
}

// AccessKept is how long access lines are kept, in milliseconds: 180 days.
const AccessKept ledger.Time = 180 * 24 * 3600 * 1000

const accessWhomMax = 500

// Saw notes that by looked at the people whom. Longer lists become several lines.
func (r *Roster) Saw(ctx context.Context, by By, what string, whom ...ledger.AccountID) error {
	for part := range slices.Chunk(whom, accessWhomMax) {
		line := Access{Actor: by.Actor, Device: by.Device, At: by.At, What: what, Whom: part}
		c, err := put("access:"+stamp(by.At)+":"+NewID(), line, 0)
		if err != nil {
			return err
		}
		if err := r.store.Commit(ctx, c); err != nil {
			return fmt.Errorf("note access: %w", err)
		}
	}
	return nil
}

// AccessTo lists who looked at one person since a time, newest first, at most limit lines. Others seen in the same
// list are left out of the answer, so that it can be shown to the person.
func (r *Roster) AccessTo(ctx context.Context, whom ledger.AccountID, since ledger.Time, limit int) ([]Access, error) {
	lines, err := r.accesses(ctx, since, limit, func(a Access) bool { return slices.Contains(a.Whom, whom) })
	for i := range lines {
		lines[i].Whom = []ledger.AccountID{whom}
	}
	return lines, err
}

// AccessBy lists whom one actor looked at since a time, newest first, at most limit lines.
func (r *Roster) AccessBy(ctx context.Context, actor ledger.AccountID, since ledger.Time, limit int) ([]Access, error) {
	return r.accesses(ctx, since, limit, func(a Access) bool { return a.Actor == actor })
}

func (r *Roster) accesses(ctx context.Context, since ledger.Time, limit int, keep func(Access) bool) ([]Access, error) {
	lines, err := list[Access](ctx, r.store, "access:")
	if err != nil {
		return nil, fmt.Errorf("read access log: %w", err)
	}
	lines = slices.DeleteFunc(lines, func(a Access) bool { return a.At < since || !keep(a) })
	slices.Reverse(lines)
	return lines[:min(len(lines), max(limit, 0))], nil
}

// SweepAccess deletes the access lines older than AccessKept at now, and tells how many.
func (r *Roster) SweepAccess(ctx context.Context, now ledger.Time) (int, error) {
	edge := "access:" + stamp(now-AccessKept)
	return r.sweep(ctx, "access:", func(row Row) (bool, error) { return strings.Compare(row.Key, edge) < 0, nil })
}

// sweep deletes the rows under prefix that old says may go.
func (r *Roster) sweep(ctx context.Context, prefix string, old func(Row) (bool, error)) (int, error) {
	var gone []Change
	for row, err := range r.store.Scan(ctx, prefix) {
		if err != nil {
			return 0, err
		}
		may, err := old(row)
		if err != nil {
			return 0, err
		}
		if may {
			gone = append(gone, Change{Key: row.Key, Was: row.Version, Delete: true})
		}
	}
	return len(gone), r.commitAll(ctx, gone)
}

// commitAll commits changes in parts that fit; each part is whole, all of them together are not. Call again after an error.
func (r *Roster) commitAll(ctx context.Context, changes []Change) error {
	for part := range slices.Chunk(changes, changesMax) {
		if err := r.store.Commit(ctx, part...); err != nil {
			return err
		}
	}
	return nil
}
