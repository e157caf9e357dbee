package roster

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"moralbank.example/bank/ledger"
)

func TestRefreshTokensRotate(t *testing.T) {
	eachStore(t, func(t *testing.T, r *Roster) {
		t.Helper()
		ctx := t.Context()
		s, token, err := r.NewSession(ctx, wang, "phone/1", noon, noon+30*day)
		must(t, err)
		tokens := []string{token}
		for i := range 4 {
			got, next, err := r.Rotate(ctx, token, noon+ledger.Time(i+1)*day)
			must(t, err)
			if got.ID != s.ID || got.Account != wang || got.Device != "phone/1" {
				t.Fatalf("rotated into %+v", got)
			}
			token = next
			tokens = append(tokens, token)
		}
		for i, secret := range tokens {
			wantClean(t, r, strings.SplitN(secret, ".", 2)[1])
			for _, other := range tokens[i+1:] {
				if secret == other {
					t.Fatal("a token came back")
				}
			}
		}
		_, _, err = r.Rotate(ctx, tokens[1], noon+5*day)
		wantErr(t, "an old token", err, ErrReused)
		_, _, err = r.Rotate(ctx, token, noon+5*day)
		wantErr(t, "the newest token after the theft was noticed", err, ErrRevoked)
		got, err := r.Session(ctx, s.ID, noon+5*day)
		wantErr(t, "the session", err, ErrRevoked)
		if got.Revoked != noon+5*day {
			t.Errorf("revoked at %d", got.Revoked)
		}
	})
}

// A reply lost on a bad line, and two tabs at once: the same successor, and nobody is signed out.
func TestRotateAgainBringsTheSameSuccessor(t *testing.T) {
	eachStore(t, func(t *testing.T, r *Roster) {
		t.Helper()
		ctx := t.Context()
		_, token, err := r.NewSession(ctx, wang, "phone/1", noon, noon+30*day)
		must(t, err)
		var mu sync.Mutex
		successors := map[string]int{}
		won := race(t, func(int) error {
			_, next, err := r.Rotate(ctx, token, noon+day)
			mu.Lock()
			defer mu.Unlock()
			successors[next]++
			return err
		}, nil)
		if won != 16 || len(successors) != 1 {
			t.Fatalf("%d of 16 tabs go on, with %d different tokens", won, len(successors))
		}
		_, again, err := r.Rotate(ctx, token, noon+day+RotateGrace-1)
		if err != nil || successors[again] == 0 {
			t.Errorf("a retry just in time: %v", err)
		}
		_, _, err = r.Rotate(ctx, token, noon+day+RotateGrace)
		wantErr(t, "the same token later", err, ErrReused)
	})
}

func TestReuseIsNoticedHoweverManyTry(t *testing.T) {
	eachStore(t, func(t *testing.T, r *Roster) {
		t.Helper()
		ctx := t.Context()
		s, stolen, err := r.NewSession(ctx, wang, "phone/1", noon, noon+30*day)
		must(t, err)
		_, _, err = r.Rotate(ctx, stolen, noon+day)
		must(t, err)
		var mu sync.Mutex
		noticed := 0
		won := race(t, func(int) error {
			_, _, err := r.Rotate(ctx, stolen, noon+2*day)
			mu.Lock()
			defer mu.Unlock()
			if errors.Is(err, ErrReused) {
				noticed++
				return ErrRevoked
			}
			return err
		}, ErrRevoked)
		if won != 0 || noticed != 1 {
			t.Errorf("%d thieves go on, noticed %d times", won, noticed)
		}
		_, err = r.Session(ctx, s.ID, noon+2*day)
		wantErr(t, "the session", err, ErrRevoked)
	})
}

// Session ids are no secret: whoever knows one must not be able to end the session with an invented token.
func TestInventedTokensRevokeNothing(t *testing.T) {
	ctx := t.Context()
	r := peopled(t)
	s, token, err := r.NewSession(ctx, wang, "phone/1", noon, noon+30*day)
	must(t, err)
	other, otherToken, err := r.NewSession(ctx, li, "phone/2", noon, noon+30*day)
	must(t, err)
	secret := func(token string) string { _, s, _ := strings.Cut(token, "."); return s }
	for _, forged := range []string{
		"", ".", string(s.ID), string(s.ID) + ".", string(s.ID) + "." + NewToken(), string(s.ID) + "." + secret(otherToken),
		string(s.ID) + "." + NewToken() + NewToken(), token + "A", token[:len(token)-1], string(other.ID) + "." + secret(token),
	} {
		_, _, err = r.Rotate(ctx, forged, noon+day)
		wantErr(t, "token "+forged, err, ErrNotFound)
	}
	if _, _, err = r.Rotate(ctx, token, noon+day); err != nil {
		t.Errorf("the true token afterwards: %v", err)
	}
}

func TestSessionsEnd(t *testing.T) {
	ctx := t.Context()
	r := peopled(t)
	s, token, err := r.NewSession(ctx, wang, "phone/1", noon, noon+day)
	must(t, err)
	_, _, err = r.Rotate(ctx, token, noon+day)
	wantErr(t, "an expired session", err, ErrExpired)
	_, err = r.Session(ctx, s.ID, noon+day)
	wantErr(t, "an expired session", err, ErrExpired)
	must(t, r.RevokeSession(ctx, s.ID, noon+1))
	must(t, r.RevokeSession(ctx, s.ID, noon+2))
	must(t, r.RevokeSession(ctx, "unknown000", noon))
	if got, err := r.Session(ctx, s.ID, noon+1); got.Revoked != noon+1 {
		t.Errorf("signed out at %d, %v", got.Revoked, err)
	}
	for range 3 {
		_, _, err = r.NewSession(ctx, wang, "phone/1", noon, noon+day)
		must(t, err)
	}
	_, _, err = r.NewSession(ctx, li, "phone/2", noon, noon+day)
	must(t, err)
	ended, err := r.RevokeSessions(ctx, noon+3, func(s Session) bool { return s.Device == "phone/1" })
	if err != nil || len(ended) != 3 {
		t.Errorf("ended %v, %v; want the three live ones of that phone", ended, err)
	}
	if ended, err = r.RevokeSessions(ctx, noon+4, func(Session) bool { return true }); err != nil || len(ended) != 1 {
		t.Errorf("after a restore: ended %v, %v", ended, err)
	}
}

func TestSweepExpired(t *testing.T) {
	ctx := t.Context()
	r := peopled(t)
	bare := len(rows(t, r.store))
	_, _, err := r.NewSession(ctx, wang, "phone/1", noon, noon+day)
	must(t, err)
	_, err = r.NewClaim(ctx, "s1", "a/clean00000", 1, noon)
	must(t, err)
	_, err = r.NewDeskCode(ctx, wang, "pay", noon)
	must(t, err)
	_, _, err = r.NewEnrolment(ctx, desk, wang, Enrolment{Kind: EnrolMember}, noon+day)
	must(t, err)
	_, live, err := r.NewSession(ctx, wang, "phone/1", noon, noon+30*day)
	must(t, err)
	for _, c := range []struct {
		now  ledger.Time
		want int
	}{
		{noon + ClaimLife, 0}, // for a while they are still told as expired
		{noon + day, 2},       // the claim and the desk code
		{noon + 7*day, 0},
		{noon + 8*day, 2}, // the enrolment and the session
	} {
		if n, err := r.SweepExpired(ctx, c.now); n != c.want || err != nil {
			t.Errorf("%d hours on: swept %d, %v; want %d", (c.now-noon)*24/day, n, err, c.want)
		}
	}
	if left := len(rows(t, r.store)) - bare; left != 3 { // the live session, its owner row, the audit line of the enrolment
		t.Errorf("%d rows left", left)
	}
	if _, _, err := r.Rotate(ctx, live, noon+9*day); err != nil {
		t.Errorf("the live session: %v", err)
	}
}
