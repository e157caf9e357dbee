package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"moralbank.example/bank/api/auth"
	"moralbank.example/bank/api/qr"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/engine"
	"moralbank.example/bank/ledger/roster"
)

// Problem is every answer that is not a good one (RFC 9457). Zh and En are sentences for people; Fields are the facts
// behind the code, for programs.
type Problem struct {
	Type      string         `json:"type" doc:"A page about this code, or about:blank"`
	Title     string         `json:"title"`
	Status    int            `json:"status"`
	Detail    string         `json:"detail" doc:"The English sentence"`
	Code      string         `json:"code" doc:"Stable; a code once published keeps its meaning"`
	Zh        string         `json:"zh" doc:"What to do next, in Chinese"`
	En        string         `json:"en" doc:"What to do next, in English"`
	RequestID string         `json:"request_id"`
	Fields    map[string]any `json:"fields,omitempty"`
	Seq       ledger.Seq     `json:"seq,omitempty" doc:"The record that already did it"`
}

// Error implements error.
func (p *Problem) Error() string { return p.Code }

// GetStatus is what huma asks an error for.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is what huma asks a body for.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// oops is a refusal by the api itself: a code of the table and the facts behind it.
type oops struct {
	code   string
	fields map[string]any
	zh, en string        // in place of the table's, where a sentence needs the field's own words
	wait   time.Duration // Retry-After
	seq    ledger.Seq
}

// Error implements error.
func (o *oops) Error() string { return "api: " + o.code }

// fail makes a refusal: its code, then names and values of its fields.
func fail(code string, fields ...any) *oops {
	o := &oops{code: code}
	for i := 0; i+1 < len(fields); i += 2 {
		if o.fields == nil {
			o.fields = map[string]any{}
		}
		name, _ := fields[i].(string)
		o.fields[name] = fields[i+1]
	}
	return o
}

// retry says when to come back.
func (o *oops) retry(wait time.Duration) *oops {
	o.wait = max(wait, time.Second)
	return o
}

// oopsOf names what went wrong. A fault is codeInternal; its detail is for the log only.
func oopsOf(err error) *oops {
	if o, ok := errors.AsType[*oops](err); ok {
		return o
	}
	if r, ok := errors.AsType[*ledger.Refusal](err); ok {
		return refused(r)
	}
	if r, ok := errors.AsType[qr.Refusal](err); ok {
		return fail(string(r))
	}
	if w, ok := errors.AsType[auth.Weak](err); ok {
		return fail(string(w))
	}
	if v, ok := errors.AsType[*roster.InvalidError](err); ok {
		o := fail(codeFieldInvalid, "field", v.Field)
		o.zh, o.en = v.Zh+"。请改一下再提交。", strings.ToUpper(v.En[:1])+v.En[1:]+". Please change it and send it again."
		return o
	}
	switch {
	case errors.Is(err, engine.ErrUnknownOutcome): // before ErrNoSpace, which it may wrap
		return fail(codeOutcomeUnknown).retry(2 * time.Second)
	case errors.Is(err, engine.ErrBusy), errors.Is(err, auth.ErrBusy):
		return fail(codeBusy).retry(2 * time.Second)
	case errors.Is(err, engine.ErrClock):
		return fail(codeClock).retry(time.Minute)
	case errors.Is(err, engine.ErrNoSpace), errors.Is(err, roster.ErrNoSpace), errors.Is(err, syscall.ENOSPC):
		return fail(codeNoSpace).retry(time.Minute)
	case errors.Is(err, engine.ErrStopped):
		return fail(codeStopping).retry(5 * time.Second)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return fail(codeTimeout).retry(2 * time.Second)
	}
	return fail(codeInternal)
}

// refused is a refusal by the rules with all the facts that it gives.
func refused(r *ledger.Refusal) *oops {
	o := fail(string(r.Code))
	o.seq = r.Seq
	o.fields = map[string]any{}
	for _, f := range [...]struct {
		name string
		n    int64
	}{{"need", r.Need}, {"available", r.Available}, {"used", r.Used}, {"limit", r.Limit}} {
		if f.n != 0 {
			o.fields[f.name] = f.n
		}
	}
	if r.Code == ledger.CodeBalanceShort || r.Code == ledger.CodeBudgetShort {
		o.fields["available"] = r.Available
	}
	for _, f := range [...]struct {
		name string
		t    ledger.Time
	}{{"reset", r.Reset}, {"time", r.At}} {
		if f.t != 0 {
			o.fields[f.name] = stamp(f.t)
		}
	}
	if r.Field != "" {
		o.fields["field"] = r.Field
	}
	if r.Subject != "" {
		o.fields["account"] = r.Subject
	}
	if len(o.fields) == 0 {
		o.fields = nil
	}
	return o
}

// problem makes the answer to an error, and logs what is our fault.
func (s *Server) problem(c *call, err error) *Problem {
	o := oopsOf(err)
	if o.code == codeInternal || o.code == codeOutcomeUnknown || errors.Is(err, engine.ErrQuarantined) {
		s.log.LogAttrs(c.r.Context(), slog.LevelError, "fault", slog.String("request", c.id), slog.String("error", err.Error()))
	}
	p := problemOf(c, o)
	p.Type = s.origin.String() + "/problems/" + o.code
	s.metrics.refusal(o.code)
	return p
}

// problemOf is the answer for a code; its headers go onto the call's answer.
func problemOf(c *call, o *oops) *Problem {
	t, known := texts[o.code]
	if !known {
		t = texts[codeInternal]
		o = fail(codeInternal)
	}
	p := &Problem{
		Type: "about:blank", Title: http.StatusText(t.status), Status: t.status, Code: o.code,
		Zh: t.zh, En: t.en, Fields: o.fields, Seq: o.seq,
	}
	if o.zh != "" {
		p.Zh, p.En = o.zh, o.en
	}
	p.Detail = p.En
	if c != nil {
		p.RequestID = c.id
		c.code = o.code
		if o.wait > 0 {
			c.w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(o.wait.Seconds()))))
		}
		c.stamp()
	}
	return p
}

// refuse writes the answer to an error where no route does it.
func (s *Server) refuse(c *call, err error) {
	p := s.problem(c, err)
	c.w.Header().Set("Content-Type", p.ContentType(""))
	c.w.WriteHeader(p.Status)
	_ = json.NewEncoder(c.w).Encode(p) // the client is gone, or it is sent
}

// faultyRequest is what huma found wrong with a request before any handler saw it. It names the places, never the
// values: a value may be somebody's name.
func faultyRequest(c *call, status int, errs []error) *Problem {
	code := codeFieldInvalid
	switch status {
	case http.StatusBadRequest:
		code = codeBodyMalformed
	case http.StatusRequestTimeout:
		code = codeTimeout
	case http.StatusRequestEntityTooLarge:
		code = codeBodyTooLarge
	case http.StatusUnsupportedMediaType:
		code = codeMediaType
	case http.StatusInternalServerError:
		code = codeInternal
	}
	if c != nil && c.overlong {
		code = codeBodyTooLarge
	}
	var places []map[string]string
	for _, err := range errs {
		if d, ok := errors.AsType[*huma.ErrorDetail](err); ok && code == codeFieldInvalid {
			places = append(places, map[string]string{"field": d.Location, "message": d.Message})
		}
	}
	o := fail(code)
	if len(places) > 0 {
		o.fields = map[string]any{"errors": places, "field": places[0]["field"]}
	}
	return problemOf(c, o)
}

// explain is a page of plain text about one code: what Problem.Type leads to.
func (s *Server) explain(w http.ResponseWriter, r *http.Request) {
	t, known := texts[strings.TrimPrefix(r.URL.Path, "/problems/")]
	if !known {
		s.refuse(callOf(r.Context()), fail(codeRouteUnknown))
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write([]byte(t.zh + "\n" + t.en + "\n"))
}
