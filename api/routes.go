package api

import "moralbank.example/bank/ledger"

// The roles, short, so that a line of the table stays one line.
const (
	leader    = ledger.RoleLeader
	orgAdmin  = ledger.RoleOrgAdmin
	cashier   = ledger.RoleCashier
	committee = ledger.RoleCommittee
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

	// Members, their roles, cards and devices.
	route(s, "GET /v1/members", "list members", readers(organizer, operator, orgAdmin, leader), s.listMembers)
	route(s, "POST /v1/members", "open a member's account", staff(organizer, operator, orgAdmin).keyed(), s.createMember)
	route(s, "GET /v1/members/{id}", "get a member", member, s.getMember)
	route(s, "PATCH /v1/members/{id}", "change a member", member, s.changeMember)
	route(s, "GET /v1/members/{id}/history", "list a member's history", member, s.memberHistory)
	route(s, "POST /v1/members/{id}/enrolment", "make an enrolment code", staff(organizer, operator, leader), s.makeEnrolment)
	done(s, "POST /v1/members/{id}/groups", "put a member into a group", staff(organizer, operator).keyed(), s.join)
	done(s, "DELETE /v1/members/{id}/groups/{group}", "take a member out of a group", member.keyed(), s.leave)
	done(s, "POST /v1/members/{id}/freeze", "freeze an account", staff(organizer).keyed(), s.freeze)
	done(s, "POST /v1/members/{id}/thaw", "thaw an account", staff(organizer).keyed(), s.thaw)
	route(s, "POST /v1/members/{id}/roles", "give a role", staff(organizer, operator).keyed(), s.grantRole)
	s.accepted("/v1/members/{id}/roles")
	route(s, "DELETE /v1/members/{id}/roles/{role}/{scope}", "take a role away", staff(organizer, operator).keyed(), s.revokeRole)
	s.accepted("/v1/members/{id}/roles/{role}/{scope}")
	route(s, "GET /v1/slowed", "list who is slowed down", readers(organizer, operator), s.listSlowed)
	done(s, "POST /v1/members/{id}/forgive", "give a member all tries back", staff(organizer, operator), s.forgive)
	route(s, "GET /v1/proposals", "list proposals", readers(organizer, operator), s.listProposals)
	route(s, "GET /v1/proposals/{seq}/effect", "what an approval would write", readers(organizer), s.proposalEffects)
	route(s, "POST /v1/proposals/{seq}/approve", "approve a proposal", staff(organizer).keyed(), s.approve)
	route(s, "POST /v1/proposals/{seq}/refuse", "refuse a proposal", staff(organizer, operator).keyed(), s.refuseProposal)
	route(s, "GET /v1/devices", "list devices", readers(organizer, operator), s.listDevices)
	route(s, "POST /v1/devices/enrolment", "make a till's enrolment code", staff(organizer, operator), s.makeDeviceEnrolment)
	done(s, "POST /v1/devices/{id}/revoke", "revoke a device", member.keyed(), s.revokeDevice)
	route(s, "GET /v1/cards", "list a member's cards", member, s.listCards)
	route(s, "POST /v1/cards/sheets", "print cards", staff(organizer, operator), s.printCards)
	route(s, "POST /v1/cards/activate", "hand a card over", staff(organizer, operator).keyed(), s.activateCard)
	route(s, "POST /v1/cards/{id}/revoke", "revoke a card", member.keyed(), s.revokeCard)
	route(s, "POST /v1/imports", "preview an import", staff(organizer, operator, orgAdmin).upload().long(), s.previewImport)
	route(s, "POST /v1/imports/{id}/commit", "commit an import", staff(organizer, operator, orgAdmin).keyed().long(), s.commitImport)
	route(s, "GET /v1/me/history", "list my history", member, s.myHistory)
	route(s, "GET /v1/accounts/{id}/balance", "get a balance", member, s.accountBalance)

	s.service()
	s.verdicts()
}

// service is the second page of the table.
func (s *Server) service() {
	// Activities and check-in.
	route(s, "GET /v1/activities", "list activities", member, s.listActivities)
	route(s, "POST /v1/activities", "open an activity", staff(leader, orgAdmin, organizer).keyed(), s.openActivity)
	route(s, "GET /v1/activities/{id}", "get an activity", member, s.getActivity)
	route(s, "POST /v1/activities/{id}/extend", "move an activity's end", member.keyed(), s.extendActivity)
	route(s, "POST /v1/activities/{id}/station-session", "show the check-in code", member.keyed(), s.openStation)
	route(s, "GET /v1/activities/{id}/station-code", "get the check-in code", member, s.getStationCode)
	route(s, "POST /v1/activities/{id}/scan", "scan a member in or out", member.keyed(), s.scan)
	route(s, "POST /v1/activities/{id}/attest", "attest a presence", member.keyed(), s.attest)
	route(s, "POST /v1/activities/{id}/close", "close an activity", member.keyed(), s.closeActivity)
	route(s, "POST /v1/activities/{id}/confirm", "confirm an activity", staff(orgAdmin, organizer).keyed(), s.confirmActivity)
	route(s, "GET /v1/me/today", "get my day", member, s.getToday)
	route(s, "POST /v1/claims", "keep a scan", anybody, s.claim)
	route(s, "POST /v1/claims/use", "use a scan", member.keyed(), s.useClaim)

	// The canteen.
	route(s, "GET /v1/till", "get the till", staff(cashier), s.getTill)
	route(s, "GET /v1/till/recent", "list recent redemptions", staff(cashier), s.recent)
	route(s, "POST /v1/redemptions", "redeem a meal", staff(cashier).keyed(), s.redeem)
	route(s, "POST /v1/redemptions/{seq}/void", "void a redemption", staff(cashier).keyed(), s.void)
	route(s, "POST /v1/redemptions/{seq}/again", "serve a meal that the member did not have", staff(cashier).keyed(), s.serveAgain)

	// Many commands at once.
	route(s, "POST /v1/bulk", "carry out many commands", member.listed(), s.bulk)

	// The books.
	route(s, "GET /v1/ledger/summary", "get the line of truth", readers(organizer, operator), s.getSummary)
	route(s, "POST /v1/ledger/audits", "hand in an auditor's signature", staff(ledger.RoleAuditor), s.takeAudit)
	route(s, "GET /v1/ledger/trial-balance", "get the trial balance", readers(organizer, operator), s.trialBalance)
	route(s, "GET /v1/ledger/liabilities", "get liabilities by age", readers(organizer, operator), s.liabilitiesByAge)
	route(s, "GET /v1/ledger/budgets", "list mint budgets", readers(organizer, operator, orgAdmin, leader), s.budgets)
	route(s, "GET /v1/sums", "list sums", readers(organizer, operator, orgAdmin, leader, cashier), s.sums)
	route(s, "GET /v1/ledger/lines", "list record lines", staff(ledger.RoleAuditor), s.getLines)
	route(s, "GET /v1/records", "list records", readers(organizer, orgAdmin, leader), s.listRecords)
	route(s, "GET /v1/records/{seq}", "get a record", member, s.getRecord)
	route(s, "GET /v1/records/{seq}/receipt", "get a receipt", member, s.getReceipt)
	route(s, "POST /v1/records/{seq}/link", "make the short link of a receipt", member, s.linkReceipt)
	route(s, "POST /v1/records/{seq}/reverse", "reverse a record", staff(organizer).keyed(), s.reverse)
	s.accepted("/v1/records/{seq}/reverse")
	route(s, "GET /v1/explain/accounts/{id}", "say why an account holds what it does", member, s.explainBalance)
	route(s, "GET /v1/explain/records/{seq}", "say why a record is as it is", member, s.explainRecordWhy)
	route(s, "GET /v1/explain/refusals/{code}", "say which rule is behind a refusal", member, s.explainRefusal)
	route(s, "GET /v1/needs", "list what needs a person", readers(organizer, operator, orgAdmin, leader, ledger.RoleCommittee), s.needs)
	s.events()

	// The community.
	route(s, "GET /v1/community", "get community", anybody, s.getCommunity)
	route(s, "GET /v1/public/rankings", "get the public ranking of a month", anybody, s.rankings)
	route(s, "GET /v1/public/totals", "get public totals", anybody, s.totals)
	route(s, "GET /v1/public/checkpoint", "get the public checkpoint", anybody, s.getCheckpoint)
	route(s, "GET /v1/public/receipts/{token}", "open a printed receipt", anybody, s.getPublicReceipt)
	route(s, "POST /v1/public/receipts", "look up a printed receipt", anybody, s.lookupReceipt)
}

// verdicts is the third page: what people tell of, object to, and decide for each other.
func (s *Server) verdicts() {
	// Good deeds.
	route(s, "GET /v1/deeds/kinds", "list kinds of good deeds", anybody, s.listDeedKinds)
	route(s, "GET /v1/deeds", "list deeds", readers(committee, organizer), s.listDeeds)
	route(s, "POST /v1/deeds", "file a good deed", member.keyed().photo(), s.fileDeed)
	route(s, "GET /v1/me/deeds", "list my deeds", member, s.myDeeds)
	route(s, "GET /v1/deeds/{seq}/evidence", "get what was told of a deed", member, s.getEvidence)
	route(s, "POST /v1/deeds/{seq}/confirm", "confirm a deed", member.keyed(), s.confirmDeed)
	route(s, "POST /v1/deeds/{seq}/refuse", "take a deed back or deny it", member.keyed(), s.refuseDeed)
	route(s, "POST /v1/deeds/{seq}/vote", "vote on a deed", staff(committee).keyed(), s.voteDeed)
	route(s, "POST /v1/deeds/{seq}/consent", "consent to a deed", staff(organizer).keyed(), s.consentDeed)
	route(s, "POST /v1/deeds/{seq}/object", "object to a deed", member.keyed(), s.objectDeed)
	route(s, "GET /v1/public/notices", "list public notices", anybody, s.listNotices)

	// Disputes.
	route(s, "POST /v1/records/{seq}/dispute", "dispute a record", member.keyed(), s.openDispute)
	route(s, "GET /v1/me/disputes", "list my disputes", member, s.myDisputes)
	route(s, "GET /v1/disputes", "list disputes", readers(organizer, committee), s.listDisputes)
	route(s, "POST /v1/disputes/{seq}/resolve", "decide a dispute", staff(organizer, committee).keyed(), s.resolveDispute)
	route(s, "POST /v1/disputes/{seq}/withdraw", "withdraw a dispute", member.keyed(), s.withdrawDispute)

	// Family, gifts and booked meals.
	route(s, "GET /v1/me/family", "get my family", member, s.myFamily)
	route(s, "POST /v1/gifts", "give points to family", member.keyed(), s.give)
	route(s, "POST /v1/donations", "donate points", member.keyed(), s.donate)
	route(s, "POST /v1/families", "link a family", staff(organizer).keyed(), s.linkFamily)
	done(s, "DELETE /v1/members/{id}/family", "unlink from the family", member.keyed(), s.unlinkFamily)
	route(s, "GET /v1/me/bookings", "list my bookings", member, s.listBookings)
	route(s, "POST /v1/bookings", "book a meal", member.keyed(), s.book)
	done(s, "DELETE /v1/bookings/{seq}", "cancel a booking", member.keyed(), s.cancelBooking)
	route(s, "GET /v1/kitchen", "get the kitchen list", readers(cashier, organizer), s.getKitchen)
}
