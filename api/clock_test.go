package api

import (
	"context"
	"testing"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// jump sets the wall clock, as an operator or a dead battery does; the monotonic one does not notice.
func (h *hands) jump(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = h.at.Add(d)
}

// A clock that jumped: nothing is recorded, reading goes on, and the answer says who can help.
func TestClockJump(t *testing.T) {
	b := openBank(t)
	zhou := b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	b.clock.jump(8 * time.Minute)
	zhou.post("/v1/members", obj{"name": "某人"}).no(503, codeClock)
	zhou.get("/v1/members").is(200)
	if a := zhou.get("/v1/needs").is(200); a.text("items", 0, "code") != codeClock || a.text("items", 0, "zh") == "" {
		t.Errorf("the console does not tell of it: %s", a.raw)
	}
	if a := b.stranger().get("/readyz").is(200); string(a.raw) != "ready, reading only: the clock is not believed\n" {
		t.Errorf("%s", a.raw)
	}
	b.server.engine.ConfirmClock()
	zhou.post("/v1/members", obj{"name": "某人"}).is(200)
}

// A code that was right when it was made was called out of date, and counted as a guess, when it was the server's clock that
// had jumped: the till slowed down, and people looked at their phones. So was a link.
func TestCodesWhileTheClockIsWrong(t *testing.T) {
	h := newHall(t)
	phone := h.enrolled(h.add("王芳", ""))
	codes := phone.codes("91")
	link := h.code(h.add("李小强", "13800000078"))
	for _, off := range []time.Duration{6 * time.Minute, -6 * time.Minute} {
		code := codes.pay()
		h.clock.jump(off)
		h.till.post("/v1/refresh", obj{}).is(200) // as the page does when its token is of another time
		for range 40 {                            // more than a till may get wrong
			h.till.post("/v1/redemptions", obj{"code": code}).no(503, codeClock)
		}
		h.clock.jump(-off) // it came back by itself
	}
	h.till.post("/v1/redemptions", obj{"code": codes.pay()}).no(409, string(ledger.CodeBalanceShort))
	h.clock.jump(3 * 24 * time.Hour)
	h.stranger().post("/v1/sign-in/enrolment", obj{"token": link}).no(503, codeClock)
	h.clock.jump(-3 * 24 * time.Hour)
	h.stranger().post("/v1/sign-in/enrolment", obj{"token": link}).is(200)
}

// What is destroyed when its time is over was destroyed by a clock that nobody believed, and could not be brought back. After a
// jump that was confirmed it goes day by day, as all that the clock does by itself.
func TestNothingIsDestroyedByAWrongClock(t *testing.T) {
	b := openBank(t)
	link := b.code(b.add("王芳", ""))
	stays := func(when string) {
		t.Helper()
		b.server.keepHouse(context.Background())
		if _, err := b.server.roster.EnrolmentOf(t.Context(), link, b.server.time()); err != roster.ErrExpired { //nolint:errorlint // it is gone, or its time is over
			t.Errorf("%s: %v, want %v", when, err, roster.ErrExpired)
		}
	}
	b.clock.jump(200 * 24 * time.Hour)
	stays("a clock that is not believed")
	b.server.engine.ConfirmClock()
	stays("confirmed once")
	for range 200 {
		b.server.engine.ConfirmClock()
	}
	b.server.keepHouse(context.Background())
	if _, err := b.server.roster.EnrolmentOf(t.Context(), link, b.server.time()); err != roster.ErrNotFound { //nolint:errorlint // see above
		t.Errorf("confirmed day by day: %v, want %v", err, roster.ErrNotFound)
	}
}
