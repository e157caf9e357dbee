package api

import (
	"context"
	"net/http"
	"net/netip"
	"slices"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// call is one request on its way: who asks, from where, and what the answer must say. One goroutine owns it.
type call struct {
	id      string // Request-Id
	address netip.Addr
	w       http.ResponseWriter
	r       *http.Request
	now     ledger.Time // when it came in

	account ledger.AccountID // who asks; "" when signed out
	device  ledger.DeviceID  // the enrolled device of the session, if any
	session roster.SessionID
	bearer  bool           // the token came in the Authorization header
	grants  []ledger.Grant // the roles that the account holds now
	frozen  bool
	key     ledger.Key // of a write

	seq      ledger.Seq // what the answer was computed at
	replayed bool       // the answer is the first one, given again
	status   int        // of a good answer; 0 is the route's own
	code     string     // of the refusal, for the log
	overlong bool       // the body was longer than the route takes
}

type callKey struct{}

// callOf is the call that a request's context carries; nil outside of a request.
func callOf(ctx context.Context) *call {
	c, _ := ctx.Value(callKey{}).(*call)
	return c
}

// via is the device or channel that a command of this call comes through.
func (c *call) via() ledger.DeviceID {
	switch {
	case c.device != "":
		return c.device
	case c.bearer:
		return ledger.ViaAPI
	default:
		return ledger.ViaWeb
	}
}

// by is the same for the roster's audit lines.
func (c *call) by() roster.By { return roster.By{Actor: c.account, Device: c.via(), At: c.now} }

// holds reports whether the caller holds one of these roles in any scope.
func (c *call) holds(roles ...ledger.Role) bool {
	return slices.ContainsFunc(c.grants, func(g ledger.Grant) bool { return slices.Contains(roles, g.Role) })
}

// holdsIn reports whether the caller holds the role in this scope.
func (c *call) holdsIn(role ledger.Role, scope ledger.Scope) bool {
	return slices.ContainsFunc(c.grants, func(g ledger.Grant) bool { return g.Role == role && g.Scope == scope })
}

// scope is whose keys the key of this call belongs to.
func (c *call) scope() string {
	cmd := ledger.Command{Actor: c.account, Via: c.via()}
	return cmd.Scope()
}
