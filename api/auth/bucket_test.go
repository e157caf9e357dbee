package auth

import (
	"strconv"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The limiter keeps one moment per key; the model keeps the tries and refills them by the clock, the way one would explain it.
func TestBucketAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := Rule{Burst: rapid.IntRange(1, 6).Draw(t, "burst"), Refill: 10 * time.Second}
		c := newClock()
		l := newLimiter("x", rule, c.now)
		missing := time.Duration(0) // how long until the model's bucket is full
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			left := rule.Burst - int((missing+rule.Refill-1)/rule.Refill)
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0, 1:
				v := l.take("k")
				if v.OK != (left > 0) || v.OK && v.Left != left-1 {
					t.Fatalf("take: %+v, model has %d", v, left)
				}
				if v.OK {
					missing += rule.Refill
				} else if wait := v.ResetAt.Sub(c.now()); wait <= 0 || missing-wait != time.Duration(rule.Burst-1)*rule.Refill {
					t.Fatalf("wait %v, model misses %v", wait, missing)
				}
			case 2:
				l.giveBack("k")
				missing = max(missing-rule.Refill, 0)
			case 3:
				d := time.Duration(rapid.IntRange(0, 25_000).Draw(t, "ms")) * time.Millisecond
				c.move(d)
				missing = max(missing-d, 0)
			}
		}
	})
}

// The clock was set back by a day: nobody waits for a day, and whoever slipped once before is not shut out. A till was.
func TestBucketClockSetBack(t *testing.T) {
	c := newClock()
	rule := Rule{Burst: 2, Refill: time.Minute}
	l := newLimiter("x", rule, c.now)
	l.take("slipped once")
	l.take("shut")
	l.take("shut")
	c.move(-24 * time.Hour)
	if v := l.peek("slipped once"); !v.OK || v.Left != rule.Burst {
		t.Errorf("%+v", v)
	}
	for left := range rule.Burst {
		if v := l.take("shut"); !v.OK || v.Left != rule.Burst-1-left {
			t.Errorf("%+v", v)
		}
	}
	v := l.take("shut") // it counts on, by the clock that it has now
	if w := l.throttled(); v.OK || len(w) != 1 || !w[0].ResetAt.Equal(v.ResetAt) {
		t.Errorf("%+v %+v", v, w)
	}
	c.move(rule.Refill)
	if v := l.take("shut"); !v.OK {
		t.Errorf("a minute later: %+v", v)
	}
}

// A flood of invented names must not push out the account that is being guessed at.
func TestFloodDoesNotFreeTheThrottled(t *testing.T) {
	c := newClock()
	l := newLimiter("x", Rule{Burst: 5, Refill: time.Minute}, c.now)
	for range 5 {
		l.take("victim")
	}
	for i := range 3 * bucketsMax {
		l.take(strconv.Itoa(i))
	}
	if len(l.full) > bucketsMax {
		t.Errorf("%d keys", len(l.full))
	}
	if v := l.peek("victim"); v.OK {
		t.Errorf("the flood freed it: %+v", v)
	}
}

// Many at once have the burst between them, not each; run with -race.
func TestBucketAtOnce(t *testing.T) {
	l := newLimiter("x", Rule{Burst: 100, Refill: time.Minute}, newClock().now)
	var all sync.WaitGroup
	var mu sync.Mutex
	through := 0
	for range 8 {
		all.Go(func() {
			for range 50 {
				if l.take("k").OK {
					mu.Lock()
					through++
					mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	if through != 100 {
		t.Errorf("%d got through", through)
	}
}
