package api

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"moralbank.example/bank/ledger"
)

// The bounds of a bulk.
const (
	bulkMax      = 1000      // commands
	bulkBytesMax = 512 << 10 // of the body
	bulkAbreast  = 64        // commands of one bulk under way at once, so that it does not fill the writer's queue alone
)

type bulkInput struct {
	Body struct {
		Commands []bulkCommand `json:"commands" minItems:"1" maxItems:"1000" doc:"Carried out side by side: one must not wait for another"`
	}
}

// bulkCommand is one of the commands that the API takes singly, with the key that it would have there. Exactly one of redeem
// and attest is given.
type bulkCommand struct {
	Key    string      `json:"key" maxLength:"36" doc:"Idempotency-Key of this command"`
	Redeem *bulkRedeem `json:"redeem,omitempty" doc:"As POST /v1/redemptions at this till"`
	Attest *bulkAttest `json:"attest,omitempty" doc:"As POST /v1/activities/{id}/attest"`
}

// bulkRedeem is a redemption from a list. It takes no PIN: whoever gives one stands at the till.
type bulkRedeem struct {
	Code  string `json:"code" minLength:"1" maxLength:"512"`
	Meal  string `json:"meal,omitempty" maxLength:"48"`
	Small bool   `json:"small,omitempty"`
}

type bulkAttest struct {
	Activity pathID           `json:"activity"`
	Account  ledger.AccountID `json:"account" minLength:"1" maxLength:"48"`
	In       *Time            `json:"in_at,omitempty"`
	Out      *Time            `json:"out_at,omitempty"`
}

// bulkResult is what became of one command: what its own route would have answered.
type bulkResult struct {
	Key      string    `json:"key"`
	Status   int       `json:"status" doc:"As the command's own route would have answered"`
	Replayed bool      `json:"replayed,omitempty" doc:"The first answer to the key, given again"`
	Redeemed *Redeemed `json:"redeemed,omitempty"`
	Attended *attended `json:"attended,omitempty"`
	Problem  *Problem  `json:"problem,omitempty"`
}

type bulkOut struct {
	Results []bulkResult `json:"results" doc:"In the order of the commands"`
	Done    int          `json:"done"`
	Refused int          `json:"refused"`
}

// bulk carries out up to a thousand commands in the caller's name. Each stands alone: its own key, its own check of what the
// caller may do, its own result; a list that was cut off is sent again as it is.
func (s *Server) bulk(ctx context.Context, c *call, in *bulkInput) (bulkOut, error) {
	leave, err := s.crowd.list()
	if err != nil {
		return bulkOut{}, err
	}
	defer leave()
	out := bulkOut{Results: make([]bulkResult, len(in.Body.Commands))}
	calls := make([]call, len(in.Body.Commands))
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(bulkAbreast, len(calls)) {
		wait.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(calls)); i = next.Add(1) - 1 {
				calls[i] = c.part()
				out.Results[i] = s.bulkOne(ctx, &calls[i], &in.Body.Commands[i])
			}
		})
	}
	wait.Wait()
	for i := range calls {
		c.seq = max(c.seq, calls[i].seq)
		if out.Results[i].Problem == nil {
			out.Done++
		} else {
			out.Refused++
		}
	}
	return out, nil
}

// part is a call for one command of this one. Headers that its answer would have go nowhere.
func (c *call) part() call {
	p := *c
	p.w, p.key, p.replayed, p.status, p.code = nowhere{}, "", false, 0, ""
	return p
}

// nowhere takes the headers of an answer that is part of another.
type nowhere struct{}

func (nowhere) Header() http.Header         { return http.Header{} }
func (nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (nowhere) WriteHeader(int)             {}

func (s *Server) bulkOne(ctx context.Context, c *call, cmd *bulkCommand) bulkResult {
	out := bulkResult{Key: cmd.Key, Status: http.StatusOK}
	c.key = ledger.Key(strings.ToLower(cmd.Key))
	err := s.bulkDo(ctx, c, cmd, &out)
	out.Replayed = c.replayed
	if err != nil {
		out.Problem = s.problem(c, err)
		out.Status, out.Redeemed, out.Attended = out.Problem.Status, nil, nil
	}
	return out
}

// bulkDo calls the command's own handler.
func (s *Server) bulkDo(ctx context.Context, c *call, cmd *bulkCommand, out *bulkResult) error {
	switch {
	case !ledger.ValidKey(c.key):
		return fail(codeKeyMalformed)
	case (cmd.Redeem == nil) == (cmd.Attest == nil):
		return fail(codeFieldInvalid, "field", "redeem")
	case cmd.Redeem != nil:
		var in redeemInput
		in.Body.Code, in.Body.Meal, in.Body.Small = cmd.Redeem.Code, cmd.Redeem.Meal, cmd.Redeem.Small
		got, err := s.redeem(ctx, c, &in)
		out.Redeemed = &got
		return err
	default:
		in := attestInput{ID: cmd.Attest.Activity}
		in.Body.Account, in.Body.In, in.Body.Out = cmd.Attest.Account, cmd.Attest.In, cmd.Attest.Out
		got, err := s.attest(ctx, c, &in)
		out.Attended = &got
		return err
	}
}
