package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"syscall"
	"testing"
	"time"

	"moralbank.example/bank/api/auth"
	"moralbank.example/bank/api/qr"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/engine"
	"moralbank.example/bank/ledger/roster"
)

// What went wrong, and what people and programs are told of it.
func TestWhatErrorsSay(t *testing.T) {
	for _, test := range []struct {
		name   string
		err    error
		code   string
		status int
		retry  bool
	}{
		{"queue full", fmt.Errorf("submit: %w", engine.ErrBusy), codeBusy, 503, true},
		{"passwords busy", auth.ErrBusy, codeBusy, 503, true},
		{"clock jumped", engine.ErrClock, codeClock, 503, true},
		{"disk full", engine.ErrNoSpace, codeNoSpace, 503, true},
		{"disk full, people", fmt.Errorf("sign in: %w", roster.ErrNoSpace), codeNoSpace, 503, true},
		{"disk full, a file", fmt.Errorf("rewrite keyring: %w", syscall.ENOSPC), codeNoSpace, 503, true},
		{"disk full, and perhaps it was written", fmt.Errorf("%w: %w", engine.ErrUnknownOutcome, engine.ErrNoSpace), codeOutcomeUnknown, 503, true},
		{"deadline passed while it was written", fmt.Errorf("%w: %w", engine.ErrUnknownOutcome, context.DeadlineExceeded), codeOutcomeUnknown, 503, true},
		{"deadline passed before it was begun", fmt.Errorf("not begun: %w", context.DeadlineExceeded), codeTimeout, 503, true},
		{"stopping", engine.ErrStopped, codeStopping, 503, true},
		{"a law would have been broken", engine.ErrQuarantined, codeInternal, 500, false},
		{"anything else", errors.New("open /data/badger: input/output error"), codeInternal, 500, false},
		{"the rules say no", &ledger.Refusal{Code: ledger.CodeBalanceShort, Need: 40}, "balance_short", 409, false},
		{"a code of another shop", qr.RefusedWeChat, "code_wechat_pay", 422, false},
		{"a weak password", auth.WeakShort, "password_short", 422, false},
		{"a field of the roster", &roster.InvalidError{Field: "name", Zh: "姓名应为 1 至 40 个字", En: "a name has 1 to 40 characters"}, codeFieldInvalid, 422, false},
	} {
		o := oopsOf(test.err)
		if o.code != test.code || texts[o.code].status != test.status || (o.wait > 0) != test.retry {
			t.Errorf("%s: %+v", test.name, o)
		}
	}
	o := oopsOf(&ledger.Refusal{Code: ledger.CodePINRequired, Used: 80, Limit: 90, Reset: 1_795_403_045_678, Subject: "m/wang"})
	want := map[string]any{"used": int64(80), "limit": int64(90), "reset": "2026-11-23T03:04:05.678Z", "account": ledger.AccountID("m/wang")}
	if fmt.Sprint(o.fields) != fmt.Sprint(want) {
		t.Errorf("fields %v", o.fields)
	}
	if o := oopsOf(&ledger.Refusal{Code: ledger.CodeBalanceShort, Need: 40}); o.fields["available"] != int64(0) {
		t.Errorf("an empty purse is not named: %v", o.fields)
	}
	if o := fail(codeBusy).retry(time.Millisecond); o.wait != time.Second {
		t.Errorf("Retry-After is whole seconds: %v", o.wait)
	}
}

// A fault says nothing of what went wrong; the log does.
func TestFaultsAreQuiet(t *testing.T) {
	b := openBank(t)
	zhou := b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	if err := b.server.roster.Close(); err != nil {
		t.Fatal(err)
	}
	a := zhou.get("/v1/devices")
	if a.status != http.StatusInternalServerError || a.text("code") != codeInternal {
		t.Errorf("%d %s", a.status, a.raw)
	}
}
