package api

import (
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
)

// crowdOfOne is how many requests a processor works on at once: some 4 ms of redemptions. On two processors ninety-six people who
// press the button in the same moment are served; of a thousand most are told at once to come again, which their pages do by
// themselves, and nobody's answer takes more than twice as long as in an ordinary rush.
const crowdOfOne = 48

// crowd counts the requests that are worked on. One whose body is still coming in, or whose answer is still going out, is not
// among them: a slow line keeps nobody else out. Safe for concurrent use.
type crowd struct {
	most   int64
	in     atomic.Int64
	turned atomic.Int64 // away, since the start
}

func newCrowd() *crowd { return &crowd{most: crowdOfOne * int64(runtime.GOMAXPROCS(0))} }

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
