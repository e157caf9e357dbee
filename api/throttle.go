package api

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// The general throttle. Sign-ins, scans and wrong codes have finer ones of their own in auth; this one keeps a single
// address, or one account from many addresses, from taking the whole machine. A community centre of 400 people behind one
// router stays far below it.
const (
	throttleRate  = rate.Limit(100) // requests a second of an address, and of an account
	throttleBurst = 600
	throttleMax   = 20_000 // addresses and accounts remembered, about 150 bytes each
)

// throttle counts requests by address and account. Safe for concurrent use.
type throttle struct {
	mu    sync.Mutex
	known map[string]*rate.Limiter
}

func newThrottle() *throttle { return &throttle{known: map[string]*rate.Limiter{}} }

// take uses one request of key, or says how long to wait.
func (t *throttle) take(key string, now time.Time) (wait time.Duration) {
	t.mu.Lock()
	l := t.known[key]
	if l == nil {
		if len(t.known) >= throttleMax {
			t.forget(now)
		}
		l = rate.NewLimiter(throttleRate, throttleBurst)
		t.known[key] = l
	}
	t.mu.Unlock()
	if l.AllowN(now, 1) {
		return 0
	}
	return time.Second
}

// throttleSample is how many are looked at to make room for a new one.
const throttleSample = 16

// forget drops, of a random few, those who have all their requests back, and one at least. The caller holds mu.
func (t *throttle) forget(now time.Time) {
	left, last := throttleSample, ""
	for key, l := range t.known {
		if l.TokensAt(now) >= throttleBurst {
			delete(t.known, key)
		}
		last = key
		if left--; left == 0 {
			break
		}
	}
	delete(t.known, last)
}
