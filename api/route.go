package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"moralbank.example/bank/ledger"
)

// answer is a good answer as huma wants it.
type answer[T any] struct {
	Status   int
	Seq      ledger.Seq `header:"Ledger-Seq" doc:"The record up to which the books were read"`
	Replayed string     `header:"Idempotency-Replayed" doc:"true when this is the first answer to the key, given again"`
	Body     T
}

// empty is a good answer without a body: 204.
type empty struct {
	Seq      ledger.Seq `header:"Ledger-Seq" doc:"The record up to which the books were read"`
	Replayed string     `header:"Idempotency-Replayed" doc:"true when this is the first answer to the key, given again"`
}

// Keyed is the header of a write of the ledger. The guard has read it before a handler is called.
type Keyed struct {
	Key string `header:"Idempotency-Key" required:"true" doc:"A UUID that the client makes once for each thing that it wants done; a retry carries the same one"`
}

// Paged is what every list takes.
type Paged struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"50"`
	Cursor string `query:"cursor" maxLength:"200" doc:"next_cursor of the page before"`
}

// none is the input of a route that takes nothing.
type none struct{}

// list is a page of a list.
type list[T any] struct {
	Items []T        `json:"items"`
	Next  string     `json:"next_cursor,omitempty" doc:"Ask again with this cursor; absent at the end"`
	Seq   ledger.Seq `json:"seq"`
}

func listOf[T any](c *call, items []T, next string) list[T] {
	if items == nil {
		items = []T{}
	}
	return list[T]{Items: items, Next: cursorOut(next), Seq: c.seq}
}

// route is one line of the table: how it is asked for, its name, who may ask, and who answers.
func route[I, O any](s *Server, at, name string, who need, h func(context.Context, *call, *I) (O, error)) {
	huma.Register(s.api, s.operation(at, name, who), func(ctx context.Context, in *I) (*answer[O], error) {
		c := callOf(ctx)
		body, err := work(ctx, s, c, in, h)
		c.stamp()
		if err != nil {
			return nil, s.problem(c, err)
		}
		status := c.status
		if status == 0 {
			status = http.StatusOK
		}
		return &answer[O]{Status: status, Seq: c.seq, Replayed: c.replay(), Body: body}, nil
	})
}

// done is route for an answer without a body.
func done[I any](s *Server, at, name string, who need, h func(context.Context, *call, *I) error) {
	huma.Register(s.api, s.operation(at, name, who), func(ctx context.Context, in *I) (*empty, error) {
		c := callOf(ctx)
		_, err := work(ctx, s, c, in, func(ctx context.Context, c *call, in *I) (none, error) { return none{}, h(ctx, c, in) })
		c.stamp()
		if err != nil {
			return nil, s.problem(c, err)
		}
		return &empty{Seq: c.seq, Replayed: c.replay()}, nil
	})
}

// work calls a handler, if there is room for one more.
func work[I, O any](ctx context.Context, s *Server, c *call, in *I, h func(context.Context, *call, *I) (O, error)) (out O, err error) {
	leave, err := s.crowd.enter()
	if err != nil {
		return out, err
	}
	defer leave()
	return h(ctx, c, in)
}

// accepted says in the document that a POST, or where there is none a DELETE, may also answer 202, when it waits for a second person.
func (s *Server) accepted(path string) {
	op := s.api.OpenAPI().Paths[path].Post
	if op == nil {
		op = s.api.OpenAPI().Paths[path].Delete
	}
	later := *op.Responses["200"]
	later.Description = "Waits for another person's approval"
	op.Responses["202"] = &later
}

func (c *call) replay() string {
	if c.replayed {
		return "true"
	}
	return ""
}

// operation is a route as the document tells it.
func (s *Server) operation(at, name string, who need) huma.Operation {
	method, path, _ := strings.Cut(at, " ")
	id := strings.NewReplacer("'s", "", " ", "-").Replace(strings.ToLower(name))
	op := huma.Operation{
		Method: method, Path: path, OperationID: id, Summary: strings.ToUpper(name[:1]) + name[1:],
		MaxBodyBytes: who.bodyMax(), BodyReadTimeout: who.bodyLimit(), Middlewares: huma.Middlewares{s.guard(who)},
		Tags: []string{strings.Split(path, "/")[2]},
	}
	if who.account {
		op.Security = []map[string][]string{{"cookie": {}}, {"bearer": {}}}
		roles := []string{"member"}
		if who.roles != nil {
			roles = nil
			for _, r := range who.roles {
				roles = append(roles, roleOut(r))
			}
		}
		op.Extensions = map[string]any{"x-roles": roles}
	}
	return op
}
