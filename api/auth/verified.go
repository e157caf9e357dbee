package auth

import (
	"sync"
	"time"
)

const (
	// verifiedMax bounds how many tokens are remembered (about 700 bytes each).
	verifiedMax = 8192
	// endedMax bounds how many ended sessions are remembered; each is forgotten when its last token has ended.
	endedMax = 8192
	// evictSample is how many remembered tokens are looked at to find one to forget.
	evictSample = 16
)

// remembered is a token that was checked in full: the key it was checked with and what it says.
type remembered struct {
	kid    string
	claims Claims
}

// verified remembers good tokens and ended sessions. What it holds is never better than what Verify checks again each time.
type verified struct {
	mu       sync.RWMutex
	tokens   map[string]remembered
	sessions map[string]time.Time // ended session -> when its last token has ended
	floor    time.Time            // tokens issued at or before it are refused
}

func newVerified() *verified {
	return &verified{tokens: map[string]remembered{}, sessions: map[string]time.Time{}}
}

func (v *verified) recall(token string) (remembered, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	r, ok := v.tokens[token]
	return r, ok
}

// keep remembers a token. When full it forgets, of a random few, the one that ends first: one that has ended, mostly.
func (v *verified) keep(token string, r remembered, at time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.tokens) >= verifiedMax {
		v.forgetOne(at)
	}
	v.tokens[token] = r
}

// forgetOne relies on the random order in which Go walks a map. The caller holds mu.
func (v *verified) forgetOne(at time.Time) {
	first, left := "", evictSample
	for token, r := range v.tokens {
		if first == "" || r.claims.Expires.Before(v.tokens[first].claims.Expires) {
			first = token
		}
		if left--; left == 0 || r.claims.Expires.Before(at) {
			break
		}
	}
	delete(v.tokens, first)
}

// ended says whether the token's session was ended, or all tokens of its age were.
func (v *verified) ended(c Claims) bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	_, gone := v.sessions[c.Session]
	return gone || !c.Issued.After(v.floor)
}

// end remembers an ended session for as long as a token of it can live. When too many sessions end at once, it refuses all
// tokens of up to now instead: everybody refreshes, and nobody who was sent away stays.
func (v *verified) end(session string, at time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.sessions) >= endedMax {
		for s, until := range v.sessions {
			if until.Before(at) {
				delete(v.sessions, s)
			}
		}
	}
	if len(v.sessions) >= endedMax {
		v.raise(at)
		clear(v.sessions)
	}
	v.sessions[session] = at.Add(tokenLife + 2*leeway)
}

// issueAt returns the second to issue a token in: the one that holds at, or the first after the floor. A token made in the
// very second of the floor would else be refused; Verify allows for more clock skew than that second.
// A floor far ahead comes from a clock that was wrong and is set back since: it is lowered to now, which still refuses all that was
// issued before; what was issued under the wrong clock is refused for not being of this time.
func (v *verified) issueAt(at time.Time) time.Time {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.floor.After(at.Add(leeway)) {
		v.floor = at
	}
	at = at.Truncate(time.Second)
	if at.After(v.floor) {
		return at
	}
	return v.floor.Truncate(time.Second).Add(time.Second)
}

func (v *verified) endAllBefore(t time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.raise(t)
}

// raise does not lower the floor. The caller holds mu.
func (v *verified) raise(t time.Time) {
	if t.After(v.floor) {
		v.floor = t
	}
}
