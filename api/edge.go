package api

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"

	"github.com/gin-gonic/gin"

	"moralbank.example/bank/api/auth"
	"moralbank.example/bank/ledger"
)

// The edge is what every request passes before anybody asks who it is from.

const (
	headerRequest  = "Request-Id"
	headerSeq      = "Ledger-Seq"
	headerReplayed = "Idempotency-Replayed"
	headerKey      = "Idempotency-Key"
)

// trace gives the request its id and its call, and writes one line of the log when it is answered. The line holds
// the route's template, never the path: ids and tokens stand in paths.
func (s *Server) trace(g *gin.Context) {
	began := s.now()
	c := &call{
		id: auth.NewID(), address: s.client(g.Request), w: g.Writer,
		now: ledger.Time(began.UnixMilli()), seq: s.engine.Seq(),
	}
	g.Request = g.Request.WithContext(context.WithValue(g.Request.Context(), callKey{}, c))
	c.r = g.Request
	g.Header(headerRequest, c.id)
	c.stamp()
	g.Next()
	route, took := g.FullPath(), s.now().Sub(began)
	if route == "" {
		route = "(page)"
		if strings.HasPrefix(g.Request.URL.Path, "/v1/") {
			route = "(none)"
		}
	}
	s.metrics.observe(g.Request.Method, route, g.Writer.Status(), took)
	s.log.LogAttrs(c.r.Context(), levelOf(g.Writer.Status()), "request",
		slog.String("request", c.id), slog.String("method", g.Request.Method), slog.String("route", route),
		slog.Int("status", g.Writer.Status()), slog.String("code", c.code), slog.Int("bytes", max(g.Writer.Size(), 0)),
		slog.Duration("took", took), slog.Int64("seq", int64(c.seq)), slog.Bool("replayed", c.replayed))
}

func levelOf(status int) slog.Level {
	if status >= http.StatusInternalServerError {
		return slog.LevelWarn
	}
	return slog.LevelInfo
}

// stamp puts the seq, and whether this is a replay, on the answer. It is called again when the seq is known better.
func (c *call) stamp() {
	c.w.Header().Set(headerSeq, decimal(c.seq))
	if c.replayed {
		c.w.Header().Set(headerReplayed, "true")
	}
}

// survive answers 500 when a handler panics. The process goes on: what the books need to stop for, the engine stops for.
func (s *Server) survive(g *gin.Context) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		c := callOf(g.Request.Context())
		s.log.LogAttrs(c.r.Context(), slog.LevelError, "panic", slog.String("request", c.id), slog.Any("panic", p),
			slog.String("stack", string(debug.Stack())))
		s.metrics.panics.Add(1)
		if g.Writer.Written() {
			g.Abort()
			return
		}
		s.refuse(c, fail(codeInternal))
		g.Abort()
	}()
	g.Next()
}

// secure sets the headers that keep a browser from guessing. The pages set their own Content-Security-Policy.
func secure(g *gin.Context) {
	h := g.Writer.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Frame-Options", "DENY")
	if strings.HasPrefix(g.Request.URL.Path, "/v1/") {
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	}
	if g.Request.TLS != nil {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	g.Next()
}

// through makes a step of the router of a wrapper of handlers.
func through(wrap func(http.Handler) http.Handler) gin.HandlerFunc {
	return func(g *gin.Context) {
		passed := false
		wrap(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { passed = true })).ServeHTTP(g.Writer, g.Request)
		if !passed {
			g.Abort()
		}
	}
}

func (s *Server) foreignOrigin(_ http.ResponseWriter, r *http.Request) {
	s.refuse(callOf(r.Context()), fail(codeCrossOrigin))
}

// slow turns away an address that asks more often than a whole community behind one router does.
func (s *Server) slow(g *gin.Context) {
	c := callOf(g.Request.Context())
	if err := s.tooFast(c, auth.AddressKey(c.address)); err != nil {
		s.refuse(c, err)
		g.Abort()
		return
	}
	g.Next()
}

// tooFast uses one request of an address or account. Programs on this machine are not slowed: whoever runs them has the machine.
func (s *Server) tooFast(c *call, key string) error {
	if s.local(c) {
		return nil
	}
	if wait := s.throttle.take(key, s.now()); wait > 0 {
		return fail(codeRateLimited).retry(wait)
	}
	return nil
}

// client is the address that a request comes from: the connection's, or the last one in X-Forwarded-For that is not
// a proxy of ours.
func (s *Server) client(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	at := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && s.trusted(at); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		at = hop.Unmap()
	}
	return at
}

func (s *Server) trusted(a netip.Addr) bool {
	for _, p := range s.proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// local reports whether the request was made on this machine and not handed on by a proxy. A proxy that stands on this machine and
// hides where a request came from must be named (Options.Proxies); what comes through it is never local.
func (s *Server) local(c *call) bool {
	peer, err := netip.ParseAddrPort(c.r.RemoteAddr)
	return err == nil && peer.Addr().Unmap().IsLoopback() && !s.trusted(peer.Addr().Unmap()) &&
		c.r.Header.Get("X-Forwarded-For") == "" && c.r.Header.Get("Forwarded") == ""
}

// unrouted hands on to the pages what is not ours.
func (s *Server) unrouted(g *gin.Context) {
	c := callOf(g.Request.Context())
	if s.web == nil || strings.HasPrefix(g.Request.URL.Path, "/v1/") || g.Request.Method != http.MethodGet && g.Request.Method != http.MethodHead {
		s.refuse(c, fail(codeRouteUnknown))
		return
	}
	g.Status(http.StatusOK) // the router presets 404; the pages say it themselves where it is true
	s.web.ServeHTTP(g.Writer, g.Request)
}
