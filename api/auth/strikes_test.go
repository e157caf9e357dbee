package auth

import (
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Five wrong PINs: the sixth is not looked at, right or wrong. The next day starts fresh.
func TestStrikes(t *testing.T) {
	c := newClock()
	s := NewStrikes(c.now)
	if st := s.State("card-1"); st.Left != strikesMax || !st.ResetAt.IsZero() || st.Fallen() {
		t.Errorf("at the start: %+v", st)
	}
	for i := range strikesMax {
		st, ok := s.Try("card-1")
		if !ok || st.Left != strikesMax-1-i || !st.ResetAt.Equal(c.now().Add(strikesLife)) {
			t.Errorf("try %d: %+v %v", i, st, ok)
		}
	}
	if st, ok := s.Try("card-1"); ok || !st.Fallen() {
		t.Errorf("the sixth: %+v %v", st, ok)
	}
	if list := s.FallenList(); len(list) != 1 || list[0].Key != "card-1" {
		t.Errorf("%+v", list)
	}
	if _, ok := s.Try("card-2"); !ok {
		t.Error("another card")
	}
	c.move(strikesLife)
	if st := s.State("card-1"); st.Left != strikesMax || len(s.FallenList()) != 0 {
		t.Errorf("the next day: %+v", st)
	}
	if st, ok := s.Try("card-1"); !ok || st.Left != strikesMax-1 {
		t.Errorf("the next day's first: %+v %v", st, ok)
	}
}

// The right PIN, or a second staff member who knows her, gives all tries back.
func TestStrikesReset(t *testing.T) {
	s := NewStrikes(newClock().now)
	for range 10 {
		s.Try("card-1")
	}
	s.Reset("card-1")
	if st, ok := s.Try("card-1"); !ok || st.Left != strikesMax-1 {
		t.Errorf("%+v %v", st, ok)
	}
}

// Two tills, one stolen card: five tries between them.
func TestStrikesAtOnce(t *testing.T) {
	s := NewStrikes(newClock().now)
	var all sync.WaitGroup
	var through atomic.Int32
	for range 8 {
		all.Go(func() {
			for range 10 {
				if _, ok := s.Try("card-1"); ok {
					through.Add(1)
				}
			}
		})
	}
	all.Wait()
	if through.Load() != strikesMax {
		t.Errorf("%d were looked at", through.Load())
	}
}

func TestStrikesAreBounded(t *testing.T) {
	c := newClock()
	s := NewStrikes(c.now)
	for range strikesMax {
		s.Try("fallen")
	}
	for i := range 2 * struckMax {
		s.Try(strconv.Itoa(i))
	}
	if len(s.cards) > struckMax {
		t.Errorf("%d cards", len(s.cards))
	}
	if !s.State("fallen").Fallen() {
		t.Error("guesses at other cards gave the fallen one new tries")
	}
}

// The clock was set back by a week: the count ends within its usual time.
func TestStrikesClockSetBack(t *testing.T) {
	c := newClock()
	s := NewStrikes(c.now)
	for range strikesMax {
		s.Try("card-1")
	}
	c.move(-7 * 24 * time.Hour)
	if st := s.State("card-1"); !st.Fallen() || st.ResetAt.Sub(c.now()) > strikesLife {
		t.Errorf("%+v at %v", st, c.now())
	}
	c.move(strikesLife)
	if st := s.State("card-1"); st.Fallen() {
		t.Errorf("a day later: %+v", st)
	}
}
