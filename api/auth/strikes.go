package auth

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

const (
	// strikesMax is how many wrong PINs fall to the no-PIN limit.
	strikesMax = 5
	// strikesLife is how long after the last wrong one they are forgotten: the next day's lunch starts fresh.
	strikesLife = 20 * time.Hour
	// struckMax bounds how many cards are counted.
	struckMax = 20_000
)

// Strikes counts wrong PINs by card or account. After five the PIN is no longer looked at and the holder pays within the limit
// that needs none; she is never blocked. It is in memory: a restart gives five more tries. Safe for
// concurrent use.
type Strikes struct {
	now func() time.Time

	mu    sync.Mutex
	cards map[string]strike
}

type strike struct {
	wrong int
	last  time.Time
}

// PINState says how a holder stands.
type PINState struct {
	Key     string
	Left    int       // wrong tries that remain; 0: do not look at a PIN, the no-PIN limit holds
	ResetAt time.Time // when all five are back; zero when all five are there
}

// Fallen says that the PIN must not be looked at: even the right one is no proof after so many guesses.
func (p PINState) Fallen() bool { return p.Left == 0 }

// NewStrikes returns a Strikes with nothing counted.
func NewStrikes(now func() time.Time) *Strikes {
	return &Strikes{now: now, cards: map[string]strike{}}
}

// Try takes one of the five tries before the PIN is checked, so that many tills at once have five between them. When
// ok is false none was left: do not check.
func (s *Strikes) Try(key string) (PINState, bool) {
	at := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.live(key, at)
	if c.wrong >= strikesMax {
		return state(key, c), false
	}
	if _, counted := s.cards[key]; !counted && len(s.cards) >= struckMax {
		s.forgetOne(at)
	}
	c = strike{wrong: c.wrong + 1, last: at}
	s.cards[key] = c
	return state(key, c), true
}

// Reset gives all five tries back: after the right PIN, a new PIN, or a second staff member's attest.
func (s *Strikes) Reset(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.cards, key)
}

// State says how key stands, and uses nothing.
func (s *Strikes) State(key string) PINState {
	at := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	return state(key, s.live(key, at))
}

// FallenList lists those who are held to the no-PIN limit now, the latest last, for the desk that calls them.
func (s *Strikes) FallenList() []PINState {
	at := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []PINState
	for k := range s.cards {
		if st := state(k, s.live(k, at)); st.Fallen() {
			list = append(list, st)
		}
	}
	slices.SortFunc(list, func(a, b PINState) int { return cmp.Or(a.ResetAt.Compare(b.ResetAt), cmp.Compare(a.Key, b.Key)) })
	return list
}

// live returns the count that still holds. The caller holds mu.
func (s *Strikes) live(key string, at time.Time) strike {
	c := s.cards[key]
	if !at.Before(c.last.Add(strikesLife)) {
		return strike{}
	}
	if c.last.After(at) {
		c.last = at // the clock was set back
		s.cards[key] = c
	}
	return c
}

// forgetOne drops an old count, or of a random few the lowest: guesses at new cards push out each other first. The caller holds mu.
func (s *Strikes) forgetOne(at time.Time) {
	first, left := "", bucketSample
	for k, c := range s.cards {
		if !at.Before(c.last.Add(strikesLife)) {
			first = k
			break
		}
		if first == "" || c.wrong < s.cards[first].wrong {
			first = k
		}
		if left--; left == 0 {
			break
		}
	}
	delete(s.cards, first)
}

func state(key string, c strike) PINState {
	st := PINState{Key: key, Left: strikesMax - c.wrong}
	if c.wrong > 0 {
		st.ResetAt = c.last.Add(strikesLife)
	}
	return st
}
