package api

import (
	"context"
	"fmt"
	"sync"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
	"moralbank.example/bank/ledger/view"
)

// phones remembers who was first to scan on each phone at an activity: a second member on one phone is allowed, but her scans
// are not counted as seen live. After a restart the check-ins of the books say it again.
// Safe for concurrent use.
type phones struct {
	mu    sync.Mutex
	first map[ledger.ActivityID]map[string]ledger.AccountID
}

const phonesMax = 512 // activities remembered

// forget drops an activity that is over.
func (x *phones) forget(id ledger.ActivityID) {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.first, id)
}

// firstOnPhone reports whether nobody else scanned at this activity on the phone that the call comes from.
func (s *Server) firstOnPhone(ctx context.Context, c *call, v *ledger.ActivityView) (bool, error) {
	phone := "session " + string(c.session)
	d, known, err := s.knownDevice(ctx, c)
	switch {
	case err != nil:
		return false, err
	case known:
		phone = string(d.ID)
	case c.device != "":
		phone = string(c.device)
	}
	x := &s.phones
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.first[v.Activity] == nil {
		before, err := s.checkIns(ctx, v)
		if err != nil {
			return false, err
		}
		if len(x.first) >= phonesMax || x.first == nil {
			x.first = map[ledger.ActivityID]map[string]ledger.AccountID{}
		}
		x.first[v.Activity] = before
	}
	first := x.first[v.Activity]
	if first[phone] == "" {
		first[phone] = c.account
	}
	return first[phone] == c.account && d.Kind != roster.Kiosk && d.Kind != roster.Till, nil
}

// checkIns reads from the books which phone each member checked in with.
func (s *Server) checkIns(ctx context.Context, v *ledger.ActivityView) (map[string]ledger.AccountID, error) {
	first := map[string]ledger.AccountID{}
	if len(v.People) == 0 {
		return first, nil
	}
	f := view.Filter{Kind: ledger.KindCheckedIn, From: v.OpenedAt}
	for before := ledger.Seq(0); ; {
		page, err := s.view.Records(ctx, f, before, view.PageMax)
		if err != nil {
			return nil, fmt.Errorf("read check-ins: %w", err)
		}
		for i := range page.Entries {
			r := &page.Entries[i].Record
			if b, ok := r.Body.(*ledger.CheckedIn); ok && b.Activity == v.Activity && b.Path == ledger.PathStation && r.Via.Kind() == ledger.DevicePhone {
				first[string(r.Via)] = b.Account // the newest come first: the oldest stays
			}
		}
		if before = page.Next; before == 0 {
			return first, nil
		}
	}
}
