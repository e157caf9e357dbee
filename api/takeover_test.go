package api

import (
	"strings"
	"testing"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// token is the part of an enrolment code's link that is used.
func (a reply) token() string {
	a.t.Helper()
	_, token, _ := strings.Cut(a.text("url"), "/e/")
	return token
}

// A leader's code is for somebody who has nothing to lose, also on the day on which it is used: else she would keep one for
// later, and open the account that has grown since.
func TestLeadersCodeGoesStale(t *testing.T) {
	b := openBank(t)
	li := b.signedIn("李强", "13800000003", in(ledger.RoleLeader, "t1"))
	fresh, other := b.add("新队员", ""), b.add("另一位", "")
	b.root("j1", &ledger.Join{Account: fresh, Group: "t1"})
	b.root("j2", &ledger.Join{Account: other, Group: "t1"})
	kept := li.post("/v1/members/"+inPath(fresh)+"/enrolment", obj{"printed": true}).is(200).token()
	b.clock.pass(time.Minute)
	phone := b.enrolled(fresh)
	phone.post("/v1/me/pin", obj{"pin": "739154"}).is(204)
	b.stranger().post("/v1/sign-in/enrolment", obj{"token": kept}).no(410, codeEnrolmentOver)
	phone.get("/v1/me").is(200)
	if n := len(must(b.server.roster.DevicesOf(t.Context(), fresh))(t)); n != 1 {
		t.Errorf("%d phones", n)
	}
	good := li.post("/v1/members/"+inPath(other)+"/enrolment", obj{"printed": true}).is(200).token()
	b.stranger().post("/v1/sign-in/enrolment", obj{"token": good}).is(200)
}

// Of several codes for one member the first phone ends the others, whoever made them.
func TestOlderCodesEnd(t *testing.T) {
	b := openBank(t)
	zhou := b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	wang := b.add("王芳", "13800000002")
	kept := zhou.post("/v1/members/"+inPath(wang)+"/enrolment", obj{"printed": true}).is(200).token()
	b.clock.pass(time.Minute)
	b.enrolled(wang).get("/v1/me").is(200)
	b.stranger().post("/v1/sign-in/enrolment", obj{"token": kept}).no(410, codeEnrolmentOver)
}

// An organizer who could make a code for another one and use it herself would be both of the two people that a proposal takes.
func TestNobodyEnrolsAsAnotherOrganizer(t *testing.T) {
	b := openBank(t)
	zhou := b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	sun := b.add("孙丽", "13800000009")
	b.root("role", &ledger.GrantRole{Account: sun, Role: ledger.RoleOrganizer, Scope: ledger.ScopeCommunity})
	path := "/v1/members/" + inPath(sun) + "/enrolment"
	first := zhou.post(path, obj{}).is(200).token() // her first phone
	phone := b.stranger()
	phone.post("/v1/sign-in/enrolment", obj{"token": first}).is(200)
	zhou.post(path, obj{}).no(403, codeStaffPassword)
	// A card that the organizer hands out herself proves nothing here, nor does ending the phone.
	sheet := zhou.post("/v1/cards/sheets", obj{"count": 1}).is(200)
	number := sheet.text("cards", 0, "number")
	zhou.post("/v1/cards/activate", obj{"number": number, "account": sun}).is(200)
	zhou.post(path, obj{"card": number}).no(403, codeStaffPassword)
	phone.post("/v1/me/pin", obj{"pin": "739154"}).is(204)
	zhou.post(path, obj{"pin": "739154"}).is(200)
	device := must(b.server.roster.DevicesOf(t.Context(), sun))(t)[0].ID
	zhou.post("/v1/devices/"+inPath(device)+"/revoke", obj{}).is(204)
	zhou.post(path, obj{"card": number}).no(403, codeStaffPassword)
	// With a password the code alone opens nothing, so it may be made.
	by := roster.By{Actor: ledger.ActorRoot, Device: ledger.ViaCLI, At: b.server.time()}
	if err := b.server.roster.SetSecret(t.Context(), by, sun, roster.Password, must(cheapHash())(t)); err != nil {
		t.Fatal(err)
	}
	again := zhou.post(path, obj{"card": number}).is(200).token()
	b.stranger().post("/v1/sign-in/enrolment", obj{"token": again}).no(422, codePasswordNeeded)
}

// A printed code is made also when the clock moves on while it is made.
func TestPrintedCodeWhileTheClockMoves(t *testing.T) {
	b := openBank(t)
	zhou := b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	wang := b.add("王芳", "")
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(50 * time.Microsecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				b.clock.pass(time.Millisecond)
			}
		}
	}()
	for range 20 {
		if a := zhou.post("/v1/members/"+inPath(wang)+"/enrolment", obj{"printed": true}); a.status != 200 {
			t.Errorf("%d %s", a.status, a.raw)
			break
		}
	}
	close(stop)
	<-stopped
}
