package auth

import (
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// clock is a clock that stands still until it is moved. It starts on a Monday at half past eleven.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 3, 2, 11, 30, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func keysAt(tb testing.TB, c *clock) *Keys {
	tb.Helper()
	k, err := CreateKeys(filepath.Join(tb.TempDir(), "signing-keys"), c.now)
	if err != nil {
		tb.Fatal(err)
	}
	return k
}
