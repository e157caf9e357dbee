package auth

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// bucketsMax bounds how many keys one limiter remembers (about 150 bytes each).
const bucketsMax = 20_000

// bucketSample is how many are looked at to find one to forget.
const bucketSample = 8

// Rule is a token bucket: Burst tries at once, and one more every Refill.
type Rule struct {
	Burst  int
	Refill time.Duration
}

// Verdict is a limiter's answer. It says when to come back, never that somebody is shut out.
type Verdict struct {
	OK      bool
	Left    int       // tries that remain now
	ResetAt time.Time // when the next try is free; the time asked when OK
	By      string    // which limit refused: "pair" (account and address), "account", "address", "device", "scan", "till", "lookup"
}

// limiter counts tries by key. A bucket is kept as the moment at which it will be full again: one number, nothing to
// refill, and a full bucket is the same as none. Safe for concurrent use.
type limiter struct {
	name string
	rule Rule
	now  func() time.Time

	mu   sync.Mutex
	full map[string]time.Time // key -> when its bucket is full again
}

func newLimiter(name string, rule Rule, now func() time.Time) *limiter {
	return &limiter{name: name, rule: rule, now: now, full: map[string]time.Time{}}
}

// take uses one try of key if there is one.
func (l *limiter) take(key string) Verdict {
	at := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	full := l.fullAt(key, at)
	v := l.verdict(full, at)
	if v.OK {
		l.put(key, full.Add(l.rule.Refill), at)
		v.Left--
	}
	return v
}

// peek says what take would, and uses nothing.
func (l *limiter) peek(key string) Verdict {
	at := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.verdict(l.fullAt(key, at), at)
}

// giveBack returns one try, after one that was not a guess.
func (l *limiter) giveBack(key string) {
	at := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	full := l.fullAt(key, at).Add(-l.rule.Refill)
	if !full.After(at) {
		delete(l.full, key)
		return
	}
	l.full[key] = full
}

// reset makes the bucket of key full.
func (l *limiter) reset(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.full, key)
}

// resetPrefix makes every bucket full whose key starts with prefix.
func (l *limiter) resetPrefix(prefix string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	maps.DeleteFunc(l.full, func(key string, _ time.Time) bool { return strings.HasPrefix(key, prefix) })
}

// verdict computes the answer from when the bucket is full again, which is not before at.
func (l *limiter) verdict(full, at time.Time) Verdict {
	used := int((full.Sub(at) + l.rule.Refill - 1) / l.rule.Refill) // begun refills count as used
	if left := l.rule.Burst - used; left > 0 {
		return Verdict{OK: true, Left: left, ResetAt: at}
	}
	free := full.Add(-time.Duration(l.rule.Burst-1) * l.rule.Refill)
	return Verdict{ResetAt: free, By: l.name}
}

// fullAt returns when the bucket of key is full again, not before at. One that would take longer than an empty bucket is of a clock
// that was set back since. How much of it was used cannot be told any more, and it is forgotten: else one slip of the morning
// would shut a till for a while, and a guesser does not set our clock. The caller holds mu.
func (l *limiter) fullAt(key string, at time.Time) time.Time {
	full := l.full[key]
	if full.After(at.Add(time.Duration(l.rule.Burst) * l.rule.Refill)) {
		delete(l.full, key)
		return at
	}
	if full.Before(at) {
		return at
	}
	return full
}

// put remembers a bucket. When full it forgets, of a random few, the one with the most tries left: a flood of
// new keys pushes out itself, not those who are being slowed down. The caller holds mu.
func (l *limiter) put(key string, full, at time.Time) {
	if _, ok := l.full[key]; !ok && len(l.full) >= bucketsMax {
		first, left := "", bucketSample
		for k, f := range l.full {
			if first == "" || f.Before(l.full[first]) {
				first = k
			}
			if left--; left == 0 || f.Before(at) {
				break
			}
		}
		delete(l.full, first)
	}
	l.full[key] = full
}

// Throttled is one key that has no try left now.
type Throttled struct {
	Limit   string // as Verdict.By
	Key     string
	ResetAt time.Time
}

// throttled lists the keys without a try, the longest wait first.
func (l *limiter) throttled() []Throttled {
	at := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	var list []Throttled
	for k := range l.full {
		if v := l.verdict(l.fullAt(k, at), at); !v.OK {
			list = append(list, Throttled{Limit: l.name, Key: k, ResetAt: v.ResetAt})
		}
	}
	slices.SortFunc(list, func(a, b Throttled) int {
		return cmp.Or(b.ResetAt.Compare(a.ResetAt), cmp.Compare(a.Key, b.Key))
	})
	return list
}
