package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"moralbank.example/bank/api/auth"
	"moralbank.example/bank/api/qr"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/engine"
	"moralbank.example/bank/ledger/roster"
	"moralbank.example/bank/ledger/seal"
	"moralbank.example/bank/ledger/view"
)

// Options say what a server stands on. Engine, View, Roster, Keys, Host and Now must be there.
type Options struct {
	Engine *engine.Engine
	View   *view.View
	Roster *roster.Roster
	Keys   *auth.Keys     // of access tokens
	Sealed *seal.Log      // the signed log; nil serves none
	Audits *seal.Auditors // whose signatures the public page shows; nil names nobody

	// Submit is where commands go; nil is Engine.Submit. The benchmark puts a ledger here that answers at once, to know
	// what everything else costs.
	Submit func(context.Context, *ledger.Command) (engine.Answer, error)

	Scrubbed func() error // what the last reading of all files found; nil: nobody reads them

	Host      string // public address, "https://HOST", or "http://127.0.0.1:PORT" for a demo
	Community string // its name as people say it
	Now       func() time.Time
	Logger    *slog.Logger   // nil discards
	Web       http.Handler   // the pages; nil answers 404 for them
	Proxies   []netip.Prefix // reverse proxies whose X-Forwarded-For is believed
}

// Server answers HTTP. Its methods may be called by any goroutine. It closes nothing: engine, view and roster are
// closed by whoever opened them, after the last request has ended.
type Server struct {
	engine   *engine.Engine
	view     *view.View
	roster   *roster.Roster
	sealed   *seal.Log      // nil: none is served
	auditors *seal.Auditors // nil: nobody is named
	ledger   func(context.Context, *ledger.Command) (engine.Answer, error)
	scrubbed func() error

	keys      *auth.Keys
	signer    *auth.Signer
	passwords *auth.Passwords // sign-in
	pins      *auth.Passwords // at tills, so that a storm of sign-ins is not theirs
	limiter   *auth.Limiter
	strikes   *auth.Strikes
	throttle  *throttle
	crowd     *crowd
	drawer    *qr.Drawer
	nameless  [32]byte // keys the hash that stands for a phone number nobody has

	origin    qr.Origin
	community string
	now       func() time.Time
	log       *slog.Logger
	web       http.Handler
	proxies   []netip.Prefix
	metrics   *metrics
	draining  atomic.Bool

	opening  sync.Mutex   // while an activity's text is being salted
	filing   sync.Mutex   // while a deed's words and photo are stored
	voiding  sync.Mutex   // while a cashier's voids are counted
	stations stations     // that show a code now
	streams  streams      // of live updates
	phones   phones       // who was first on each phone, by activity
	meals    refusedMeals // of today
	imports  imports

	api      huma.API
	document func() ([]byte, error) // made once: the routes do not change
	handler  http.Handler
}

// picturesMax is how many drawn codes are remembered: 3 to 12 kB each.
const picturesMax = 256

// New builds the server. Sessions go on over a restart; access tokens of before are refused, so everybody refreshes once.
func New(o Options) (*Server, error) {
	if o.Engine == nil || o.View == nil || o.Roster == nil || o.Keys == nil || o.Now == nil {
		return nil, errors.New("api: engine, view, roster, keys and clock are needed")
	}
	origin, err := qr.NewOrigin(o.Host)
	if err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Submit == nil {
		o.Submit = o.Engine.Submit
	}
	if o.Scrubbed == nil {
		o.Scrubbed = func() error { return nil }
	}
	s := &Server{
		engine: o.Engine, view: o.View, roster: o.Roster, keys: o.Keys, sealed: o.Sealed, auditors: o.Audits, ledger: o.Submit, scrubbed: o.Scrubbed,
		signer:    auth.NewSigner(o.Keys, origin.String(), "moralbank", o.Now),
		passwords: auth.NewPasswords(runtime.NumCPU()), pins: auth.NewPasswords(runtime.NumCPU()),
		limiter: auth.NewLimiter(o.Now), strikes: auth.NewStrikes(o.Now), throttle: newThrottle(), crowd: newCrowd(),
		drawer: qr.NewDrawer(picturesMax), nameless: randomKey(),
		origin: origin, community: o.Community, now: o.Now, log: o.Logger, web: o.Web,
		proxies: o.Proxies, metrics: newMetrics(),
	}
	s.signer.EndAllBefore(o.Now())
	if err := s.build(); err != nil {
		return nil, err
	}
	return s, nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Drain makes readiness answer no, so that a balancer sends no more; requests are still answered.
func (s *Server) Drain() { s.draining.Store(true) }

// time is the moment as the ledger counts it. The engine stamps records by its own clock.
func (s *Server) time() ledger.Time { return ledger.Time(s.now().UnixMilli()) }

// globals sets what gin and huma keep in package variables, once for the process.
var globals = sync.OnceFunc(func() {
	gin.SetMode(gin.ReleaseMode)
	huma.DefaultArrayNullable = false // our lists are [] when empty, never null
	huma.NewError = func(status int, _ string, errs ...error) huma.StatusError { return faultyRequest(nil, status, errs) }
	huma.NewErrorWithContext = func(ctx huma.Context, status int, _ string, errs ...error) huma.StatusError {
		return faultyRequest(callOf(ctx.Context()), status, errs)
	}
	humagin.MultipartMaxMemory = uploadMax // an uploaded sheet never touches the disk in the clear
})

// build puts together router, edge and routes.
func (s *Server) build() error {
	globals()
	router := gin.New()
	router.HandleMethodNotAllowed = true
	router.RedirectTrailingSlash = false
	sameOrigin, err := auth.SameOrigin(http.HandlerFunc(s.foreignOrigin))
	if err != nil {
		return fmt.Errorf("api: %w", err)
	}
	router.Use(s.trace, s.survive, secure, s.crowded, through(sameOrigin), s.slow)
	router.NoRoute(s.unrouted)
	router.NoMethod(func(g *gin.Context) { s.refuse(callOf(g.Request.Context()), fail(codeMethod)) })
	s.api = humagin.New(router, document())
	s.routes()
	s.document = sync.OnceValues(s.Document)
	s.plain(router)
	s.tlog(router)
	s.handler = router
	return nil
}

// document is the head of the OpenAPI document.
func document() huma.Config {
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "道德银行 Moral Bank", Version: "1",
				Description: "Every answer carries Ledger-Seq and Request-Id. Writes of the ledger need Idempotency-Key (a UUID). Refusals are application/problem+json (RFC 9457) with a stable code.",
			},
			Servers: []*huma.Server{{URL: "/"}},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"cookie": {Type: "apiKey", In: "cookie", Name: string(auth.CookieSession)},
					"bearer": {Type: "http", Scheme: "bearer", BearerFormat: "JWT"},
				},
			},
		},
		Formats:       map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat}, // "json" is what it takes problem+json for
		DefaultFormat: "application/json",
	}
}

// readLimit bounds how long a read waits for the view to see what is durable.
const readLimit = 2 * time.Second

// read calls f with the books as of everything that is durable now. f must be short and keep nothing.
func (s *Server) read(ctx context.Context, c *call, f func(*ledger.Book)) error {
	if err := s.catchUp(ctx); err != nil {
		return err
	}
	s.view.Read(func(b *ledger.Book) {
		c.seq = max(c.seq, b.Seq())
		f(b)
	})
	return nil
}

// catchUp waits until the view has seen all that is durable. On a full disk the view may be behind until there is room: then
// what it has is the answer, and the answer's seq says so.
func (s *Server) catchUp(ctx context.Context) error {
	seq := s.engine.Seq()
	if s.view.Seq() >= seq { // nearly always, and a timer costs more than the reading
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, readLimit)
	defer cancel()
	if err := s.view.CatchUp(ctx, seq); err != nil && !errors.Is(err, view.ErrNoSpace) {
		return fmt.Errorf("wait for the view: %w", err)
	}
	return nil
}
