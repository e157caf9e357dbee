package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"moralbank.example/bank/api/auth"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// need says who may ask for a route, and what the request must bring.
type need struct {
	account bool          // somebody is signed in
	roles   []ledger.Role // and holds one of these; nil asks for none
	key     bool          // a write of the ledger: Idempotency-Key
	body    int64         // bytes that the body may have; 0 means bodyMax
	limit   time.Duration // how long it may take; 0 means answerLimit
}

// Bounds of a request.
const (
	bodyMax     = 64 << 10
	uploadMax   = roster.SheetBytesMax + 64<<10
	answerLimit = 10 * time.Second
	importLimit = 5 * time.Minute
	bodyLimit   = 10 * time.Second // for a body to arrive
	uploadLimit = 2 * time.Minute  // for a file, over a poor line
)

// Who may ask. The handlers narrow it down to scopes; the rules have the last word on writes.
var (
	anybody = need{}
	member  = need{account: true}
)

// staff is holders of one of these roles.
func staff(roles ...ledger.Role) need { return need{account: true, roles: roles} }

// readers is the same for reading: auditors read everything.
func readers(roles ...ledger.Role) need { return staff(append(roles, ledger.RoleAuditor)...) }

// keyed is the same for a write of the ledger.
func (n need) keyed() need { n.key = true; return n }

// listed is the same for a list of commands, each with a key of its own.
func (n need) listed() need { n.body = bulkBytesMax; return n }

// upload is the same for a file.
func (n need) upload() need { n.body = uploadMax; return n }

// photo is the same for a body that may carry a photo.
func (n need) photo() need { n.body = photoBodyMax; return n }

// long is the same for a request that may take minutes.
func (n need) long() need { n.limit = importLimit; return n }

// guard lets a request through to its handler: who asks, whether they may, and which key a write carries.
func (s *Server) guard(n need) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		c := callOf(ctx.Context())
		limit := n.limit
		if limit == 0 {
			limit = answerLimit
		}
		bounded, cancel := context.WithTimeout(ctx.Context(), limit)
		defer cancel()
		c.r.Body = &boundedBody{http.MaxBytesReader(c.w, c.r.Body, n.bodyMax()+1), c}
		if err := s.admit(bounded, c, n); err != nil {
			s.write(ctx, s.problem(c, err))
			return
		}
		drop, err := s.crowd.hold(cmp.Or(string(c.account), auth.AddressKey(c.address)), n.bytesOf(c.r))
		if err != nil {
			s.write(ctx, s.problem(c, err))
			return
		}
		defer drop()
		next(huma.WithContext(ctx, bounded))
	}
}

// bytesOf is how much the body of a request may hold of the memory.
func (n need) bytesOf(r *http.Request) int64 {
	if r.ContentLength < 0 {
		return n.bodyMax()
	}
	return min(r.ContentLength, n.bodyMax())
}

// boundedBody remembers on the call that the body was too long: the parsers between here and the answer forget why they failed.
type boundedBody struct {
	io.ReadCloser

	c *call
}

func (b *boundedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if _, over := errors.AsType[*http.MaxBytesError](err); over {
		b.c.overlong = true
	}
	return n, err
}

func (n need) bodyLimit() time.Duration {
	if n.body == 0 {
		return bodyLimit
	}
	return uploadLimit
}

func (n need) bodyMax() int64 {
	if n.body == 0 {
		return bodyMax
	}
	return n.body
}

// write sends a problem from where huma's handler was not reached.
func (s *Server) write(ctx huma.Context, p *Problem) {
	ctx.SetHeader("Content-Type", p.ContentType(""))
	ctx.SetStatus(p.Status)
	_ = json.NewEncoder(ctx.BodyWriter()).Encode(p) // the client is gone, or it is sent
}

func (s *Server) admit(ctx context.Context, c *call, n need) error {
	if err := s.identify(c); err != nil && n.account {
		return err
	}
	if c.account != "" {
		if err := s.tooFast(c, string(c.account)); err != nil {
			return err
		}
	}
	if err := s.entitle(ctx, c, n); err != nil {
		return err
	}
	if !n.key {
		return nil
	}
	key := ledger.Key(strings.ToLower(c.r.Header.Get(headerKey)))
	switch {
	case key == "":
		return fail(codeKeyMissing)
	case !ledger.ValidKey(key):
		return fail(codeKeyMalformed)
	}
	c.key = key
	return nil
}

// identify reads the access token: from the Authorization header, else from the cookie.
func (s *Server) identify(c *call) error {
	token, found := strings.CutPrefix(c.r.Header.Get("Authorization"), "Bearer ")
	c.bearer = found
	if !found {
		if token, found = auth.CookieSession.Read(c.r); !found {
			return fail(codeSignedOut)
		}
	}
	claims, err := s.signer.Verify(token)
	if err != nil {
		return fail(codeSignedOut)
	}
	c.account, c.device = ledger.AccountID(claims.Account), ledger.DeviceID(claims.Device)
	c.session = roster.SessionID(claims.Session)
	return nil
}

// entitle looks up in the books, as they are now, what the caller may do.
func (s *Server) entitle(ctx context.Context, c *call, n need) error {
	if c.account == "" {
		return nil
	}
	open, revoked := false, false
	err := s.read(ctx, c, func(b *ledger.Book) {
		v, ok := b.View(c.account)
		open, c.frozen = ok && v.State != ledger.StateClosed, v.State == ledger.StateFrozen
		if d, ok := b.Device(c.device); ok {
			revoked = d.Revoked
		}
		if open && !c.frozen {
			c.grants = b.Grants(c.account)
		}
	})
	switch {
	case err != nil:
		return err
	case !open || revoked:
		c.account, c.grants = "", nil
		if n.account {
			return fail(codeSignedOut)
		}
	case n.roles != nil && !c.holds(n.roles...):
		return fail(string(ledger.CodeNotEntitled))
	}
	return nil
}
