package api

import (
	"context"
	"strings"

	"moralbank.example/bank/ledger"
)

// slowed is somebody, or something, that is being slowed down now.
type slowed struct {
	Limit   string           `json:"limit" doc:"What is counted: account, device, address, scan, till, lookup, person, pin"`
	Account ledger.AccountID `json:"account,omitempty" doc:"Absent where it is an address, or a number that nobody has"`
	Name    string           `json:"name,omitempty"`
	Till    ledger.DeviceID  `json:"till,omitempty"`
	Reset   Time             `json:"reset" doc:"When the next try is free"`
}

// listSlowed shows whom the throttles hold back, so that the desk can help: nobody is locked out without being seen.
func (s *Server) listSlowed(_ context.Context, c *call, _ *none) (list[slowed], error) {
	var items []slowed
	add := func(limit, key string, reset int64) {
		account, device, _ := strings.Cut(key, " ")
		x := slowed{Limit: limit, Reset: Time(reset)}
		if id := ledger.AccountID(account); s.roster.Has(id) {
			x.Account, x.Name = id, s.roster.Name(id)
		} else if ledger.DeviceID(account).Kind() == ledger.DeviceTill && device == "" {
			x.Till = ledger.DeviceID(account)
		}
		items = append(items, x)
	}
	for _, t := range s.limiter.Throttled() {
		add(t.Limit, t.Key, t.ResetAt.UnixMilli())
	}
	for _, f := range s.strikes.FallenList() {
		add("pin", f.Key, f.ResetAt.UnixMilli())
	}
	return listOf(c, items, ""), nil
}

// forgive gives a member all tries back, at once: the button at the desk.
func (s *Server) forgive(ctx context.Context, c *call, in *memberPath) error {
	id, _, err := s.subject(ctx, c, in.ID)
	if err != nil {
		return err
	}
	s.limiter.Forgive(string(id))
	for _, f := range s.strikes.FallenList() {
		if account, _, _ := strings.Cut(f.Key, " "); account == string(id) {
			s.strikes.Reset(f.Key)
		}
	}
	s.security(c, "forgiven", id)
	return nil
}
