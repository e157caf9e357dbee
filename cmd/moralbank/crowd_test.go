package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
)

// crowd are clients that go on taking soy milk, whatever they are told, until they have had as many as they may.
type crowd struct {
	cancel context.CancelFunc
	gone   sync.WaitGroup

	mu   sync.Mutex
	more *sync.Cond
	may  int
	last map[string]*reply // by problem code; "" for a good one
	told map[string]int
}

// crowdIn lets so many clients in.
func (l *lunch) crowdIn(t *testing.T, s *server, clients int) *crowd {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	c := &crowd{cancel: cancel, last: map[string]*reply{}, told: map[string]int{}}
	c.more = sync.NewCond(&c.mu)
	t.Cleanup(c.leave)
	for range clients {
		c.gone.Go(func() {
			for c.wait(ctx) {
				key := string(newKey())
				body := l.bodyOf(key)
				l.mu.Lock()
				l.asked[key] = body
				l.mu.Unlock()
				r := l.meal(ctx, t, s.url, key, body)
				if r == nil {
					return
				}
				c.note(r)
			}
		})
	}
	return c
}

// wait is until more meals may be taken; false when it is time to leave.
func (c *crowd) wait(ctx context.Context) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for ctx.Err() == nil && c.told[""] >= c.may {
		c.more.Wait()
	}
	return ctx.Err() == nil
}

// allow lets the crowd take so many meals more. A card can be used some 13 times a day.
func (c *crowd) allow(meals int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.may = c.told[""] + meals
	c.more.Broadcast()
}

func (c *crowd) note(r *reply) {
	var p struct{ Code string }
	_ = json.Unmarshal(r.body, &p)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last[p.Code] = r
	c.told[p.Code]++
}

// heard is how often a code was the answer, and the last such answer.
func (c *crowd) heard(code string) (int, *reply) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.told[code], c.last[code]
}

// eat waits until so many meals more have been taken.
func (c *crowd) eat(t *testing.T, meals int) {
	t.Helper()
	before, _ := c.heard("")
	c.allow(meals)
	eventually(t, fmt.Sprintf("%d more meals", meals), func() bool { n, _ := c.heard(""); return n >= before+meals })
}

func (c *crowd) leave() {
	c.cancel()
	c.more.Broadcast()
	c.gone.Wait()
}
