package api

import (
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
)

// crowdOfOne is how many requests a processor works on at once: some 3 ms of redemptions. On two processors sixty-four people who
// press the button in the same moment are served; of a thousand most are told at once to come again, which their pages do by
// themselves, and nobody's answer takes more than twice as long as in an ordinary rush.
const crowdOfOne = 32

// crowd counts the requests that are worked on. One whose body is still coming in, or whose answer is still going out, is not
// among them: a slow line keeps nobody else out. Safe for concurrent use.
type crowd struct {
	most   int64
	in     atomic.Int64
	lists  atomic.Int64 // of them, bulks
	turned atomic.Int64 // away, since the start

	mu    sync.Mutex
	bytes int64            // of large bodies that are held
	whose map[string]int64 // of them, by account or address
}

func newCrowd() *crowd {
	return &crowd{most: crowdOfOne * int64(runtime.GOMAXPROCS(0)), whose: map[string]int64{}}
}

// The bounds of what bodies may hold of the memory, a slow one as well: some two and a half times as much is used while one is parsed.
const (
	bodySmall     = 16 << 10          // such a body is not counted
	bodiesMostOne = uploadMax         // of one account, or one address of somebody unknown: one spreadsheet
	bodiesMost    = 4 * bodiesMostOne // of everybody
)

// hold makes room for a body of so many bytes until drop is called, or says that there is none.
func (c *crowd) hold(who string, n int64) (drop func(), err error) {
	if n <= bodySmall {
		return func() {}, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.bytes+n > bodiesMost || c.whose[who]+n > bodiesMostOne {
		return nil, c.turnAway()
	}
	c.bytes += n
	c.whose[who] += n
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.bytes -= n
		if c.whose[who] -= n; c.whose[who] == 0 {
			delete(c.whose, who)
		}
	}, nil
}

// listsOfOne is how many bulks a processor works on at once: each has many commands under way.
const listsOfOne = 4

// list makes room for one more bulk among the requests that are worked on.
func (c *crowd) list() (leave func(), err error) {
	if c.lists.Add(1)*crowdOfOne > c.most*listsOfOne {
		c.lists.Add(-1)
		return nil, c.turnAway()
	}
	return func() { c.lists.Add(-1) }, nil
}

// enter makes room for one more until leave is called, or says that there is none.
func (c *crowd) enter() (leave func(), err error) {
	if c.in.Add(1) > c.most {
		c.in.Add(-1)
		return nil, c.turnAway()
	}
	return c.leave, nil
}

func (c *crowd) leave() { c.in.Add(-1) }

func (c *crowd) turnAway() error {
	c.turned.Add(1)
	return fail(codeBusy).retry(time.Second)
}

// crowded turns away before anything is read, as long as there is no room.
func (s *Server) crowded(g *gin.Context) {
	if s.crowd.in.Load() >= s.crowd.most && strings.HasPrefix(g.Request.URL.Path, "/v1/") {
		s.refuse(callOf(g.Request.Context()), s.crowd.turnAway())
		g.Abort()
		return
	}
	g.Next()
}
