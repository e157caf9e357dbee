package api

import "moralbank.example/bank/ledger"

// The roles, short, so that a line of the table stays one line.
const (
	leader    = ledger.RoleLeader
	orgAdmin  = ledger.RoleOrgAdmin
	cashier   = ledger.RoleCashier
	organizer = ledger.RoleOrganizer
	operator  = ledger.RoleOperator
)

// routes is the one table: how it is asked for, its name, who may ask, and who answers. The OpenAPI document is made
// from it. Handlers narrow rights down to scopes; the rules have the last word on every write.
func (s *Server) routes() {
	// Who is there.
	route(s, "POST /v1/first-operator", "name the first operator", anybody, s.firstOperator)
	route(s, "POST /v1/sign-in", "sign in", anybody, s.signIn)
	route(s, "POST /v1/sign-in/enrolment", "use an enrolment code", anybody, s.enrol)
	route(s, "POST /v1/sign-in/pin", "sign in by PIN", anybody, s.pinSignIn)
	route(s, "GET /v1/device/profiles", "list people known on this device", anybody, s.profiles)
	route(s, "POST /v1/refresh", "refresh the session", anybody, s.refresh)
	done(s, "POST /v1/sign-out", "sign out", anybody, s.signOut)
	route(s, "GET /v1/me", "get me", anybody, s.getMe)
	done(s, "POST /v1/me/pin", "set my PIN", member, s.setPIN)
	done(s, "POST /v1/me/password", "set my password", member, s.setPassword)
	route(s, "POST /v1/me/code-key", "make a code key", member, s.makeCodeKey)

	// The community.
	route(s, "GET /v1/community", "get community", anybody, s.getCommunity)
	route(s, "GET /v1/public/totals", "get public totals", anybody, s.totals)
}
