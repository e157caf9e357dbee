package api

import (
	"context"

	"moralbank.example/bank/ledger"
)

// who names another member in a request: by account where the caller may know it, else by name and phone number together.
type who struct {
	Account ledger.AccountID `json:"account,omitempty" maxLength:"48" doc:"Of somebody that the caller sees: herself, family, a ward, her team, or anybody for staff"`
	Name    string           `json:"name,omitempty" maxLength:"40" doc:"With phone: both as the roster has them"`
	Phone   string           `json:"phone,omitempty" maxLength:"20"`
}

// resolve finds out who is meant. A name and phone number that do not belong together look like nobody's, and tries are
// counted: whoever knows both knows the person.
func (s *Server) resolve(ctx context.Context, c *call, w *who, field string) (ledger.AccountID, error) {
	if w.Account != "" {
		known := false
		err := s.read(ctx, c, func(b *ledger.Book) { known = c.sight(b, w.Account) > unseen || b.Related(c.account, w.Account) })
		if err == nil && !known {
			err = fail(string(ledger.CodeAccountUnknown), "field", field)
		}
		return w.Account, err
	}
	if v := s.limiter.Person(string(c.account)); !v.OK {
		return "", s.slowDown(v)
	}
	var found []ledger.AccountID
	for _, id := range s.roster.ByPhone(w.Phone) {
		if s.roster.Name(id) == w.Name {
			found = append(found, id)
		}
	}
	if len(found) != 1 {
		return "", fail(codePersonUnmatched, "field", field)
	}
	return found[0], s.saw(ctx, c, "named", found[0])
}
