package auth

import (
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"
)

// Sign-out works at once, also for a token that was verified a moment ago, and for that session only.
func TestEndSession(t *testing.T) {
	c := newClock()
	s := signerAt(t, c)
	phone, seen, till := mustSign(t, s, "m/1", "", "s1"), mustSign(t, s, "m/1", "", "s1"), mustSign(t, s, "m/1", "", "s2")
	if _, err := s.Verify(seen); err != nil {
		t.Fatal(err)
	}
	s.End("s1")
	for name, token := range map[string]string{"never seen": phone, "remembered": seen} {
		if _, err := s.Verify(token); !errors.Is(err, ErrToken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Verify(till); err != nil {
		t.Errorf("the other session: %v", err)
	}
	c.move(tokenLife + leeway)
	if _, err := s.Verify(mustSign(t, s, "m/1", "", "s1")); !errors.Is(err, ErrToken) {
		t.Errorf("forgotten while a token could still live: %v", err)
	}
}

// After a restart nobody knows which sessions were ended just before: all refresh, and new tokens work in the same second.
func TestEndAllBefore(t *testing.T) {
	c := newClock()
	s := signerAt(t, c)
	old := mustSign(t, s, "m/1", "", "s1")
	c.move(200 * time.Millisecond)
	s.EndAllBefore(c.now())
	if _, err := s.Verify(old); !errors.Is(err, ErrToken) {
		t.Errorf("an old token: %v", err)
	}
	if _, err := s.Verify(mustSign(t, s, "m/1", "", "s1")); err != nil {
		t.Errorf("a new token: %v", err)
	}
	s.EndAllBefore(c.now().Add(-time.Hour)) // must not let old tokens back in
	if _, err := s.Verify(old); !errors.Is(err, ErrToken) {
		t.Errorf("an old token after a lower floor: %v", err)
	}
}

// The mini-PC started with a clock a year ahead, and was set right. People must be able to sign in.
func TestClockSetBack(t *testing.T) {
	c := newClock()
	s := signerAt(t, c)
	before := mustSign(t, s, "m/1", "", "s1")
	c.move(365 * 24 * time.Hour)
	s.EndAllBefore(c.now())
	ahead := mustSign(t, s, "m/1", "", "s1")
	c.move(-365 * 24 * time.Hour)
	if _, err := s.Verify(mustSign(t, s, "m/1", "", "s1")); err != nil {
		t.Errorf("a new token: %v", err)
	}
	for name, token := range map[string]string{"from before": before, "from the wrong year": ahead} {
		if _, err := s.Verify(token); !errors.Is(err, ErrToken) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// More sessions end at once than fit: then all refresh, and no ended one is let back in.
func TestManyEndedSessions(t *testing.T) {
	c := newClock()
	s := signerAt(t, c)
	ended, bystander := mustSign(t, s, "m/1", "", "s0"), mustSign(t, s, "m/2", "", "other")
	for i := range endedMax + 10 {
		s.End("s" + strconv.Itoa(i))
	}
	if n := len(s.verified.sessions); n > endedMax {
		t.Errorf("%d sessions remembered", n)
	}
	for name, token := range map[string]string{"ended": ended, "bystander": bystander} {
		if _, err := s.Verify(token); !errors.Is(err, ErrToken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Verify(mustSign(t, s, "m/2", "", "other")); err != nil {
		t.Errorf("the bystander's refreshed token: %v", err)
	}
}

// Sessions that ended long ago make room without disturbing anybody.
func TestEndedSessionsAreForgotten(t *testing.T) {
	c := newClock()
	s := signerAt(t, c)
	for i := range endedMax {
		s.End("s" + strconv.Itoa(i))
	}
	c.move(tokenLife + 2*leeway + time.Second)
	token := mustSign(t, s, "m/1", "", "other")
	s.End("last")
	if _, err := s.Verify(token); err != nil || len(s.verified.sessions) != 1 {
		t.Errorf("%v, %d remembered", err, len(s.verified.sessions))
	}
}

func TestVerifiedIsBounded(t *testing.T) {
	c := newClock()
	v := newVerified()
	for i := range verifiedMax + 100 {
		v.keep(strconv.Itoa(i), remembered{claims: Claims{Expires: c.now().Add(time.Duration(i) * time.Second)}}, c.now())
	}
	if len(v.tokens) != verifiedMax {
		t.Errorf("%d remembered", len(v.tokens))
	}
	if _, ok := v.recall(strconv.Itoa(verifiedMax + 99)); !ok {
		t.Error("the newest was not kept")
	}
}

// Many requests, a sign-out and a rotation at once; run with -race. After End has returned nobody gets in.
func TestSignerAtOnce(t *testing.T) {
	c := newClock()
	s := signerAt(t, c)
	token := mustSign(t, s, "m/1", "", "s1")
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 200 {
				if _, err := s.Verify(token); err != nil && !errors.Is(err, ErrToken) {
					t.Error(err)
				}
			}
		})
	}
	all.Go(func() {
		if err := s.keys.Rotate(); err != nil {
			t.Error(err)
		}
		s.keys.JWKS()
	})
	all.Go(func() {
		s.End("s1")
		if _, err := s.Verify(token); !errors.Is(err, ErrToken) {
			t.Errorf("after sign-out: %v", err)
		}
	})
	all.Wait()
}

func BenchmarkVerify(b *testing.B) {
	s := signerAt(b, newClock())
	token := mustSign(b, s, "m/1", "d1", "s1")
	b.Run("in full", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.parse(token); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("remembered", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := s.Verify(token); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("remembered, both cores", func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if _, err := s.Verify(token); err != nil {
					b.Error(err)
				}
			}
		})
	})
}

func BenchmarkSign(b *testing.B) {
	s := signerAt(b, newClock())
	for b.Loop() {
		if _, _, err := s.Sign("m/1", "d1", "s1"); err != nil {
			b.Fatal(err)
		}
	}
}
