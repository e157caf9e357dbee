package api

import (
	"context"
	"errors"
	"fmt"

	"moralbank.example/bank/api/qr"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// The results of a scan. A repeat is a calm answer, not a refusal.
const (
	resultIn      = "checked_in"
	resultOut     = "checked_out"
	resultAlready = "already"
)

// attended is what became of a scan or a tick.
type attended struct {
	Result  string           `json:"result" enum:"checked_in,checked_out,already"`
	Account ledger.AccountID `json:"account"`
	Masked  string           `json:"masked_name"`
	Name    string           `json:"name,omitempty"`
	At      Time             `json:"at"`
	Seq     ledger.Seq       `json:"seq" doc:"The record that says so"`
	Zh      string           `json:"zh"`
	En      string           `json:"en"`
}

type scanInput struct {
	Keyed

	ID   pathID `path:"id"`
	Body struct {
		Code string `json:"code" minLength:"1" maxLength:"512" doc:"The check-in code of a phone (93) or a card (92)"`
	}
}

// scan is the leader's scanner: a member's check-in code or card, in when she is not in, else out. Grade B.
func (s *Server) scan(ctx context.Context, c *call, in *scanInput) (attended, error) {
	v, err := s.running(ctx, c, in.ID)
	if err != nil {
		return attended{}, err
	}
	records, err := s.first(ctx, c)
	if err != nil {
		return attended{}, err
	}
	if records != nil {
		return s.scannedBefore(ctx, c, &v, in, records)
	}
	table := "door " + string(c.account) // whose wrong codes are counted together
	if t := s.limiter.Till(table); !t.OK {
		return attended{}, s.slowDown(t)
	}
	shown, err := s.atDoor(ctx, in.Body.Code)
	if err != nil {
		s.guessed(c, table, err)
		return attended{}, err
	}
	do := &ledger.Scan{Activity: v.Activity, Account: shown.account, Path: ledger.PathLeader, Live: true, Handle: shown.handle, Step: shown.step}
	return s.attend(ctx, c, &v, do, 0)
}

// scannedBefore answers a retry. Of what the code said, only whose it is counts: its step may be long over.
func (s *Server) scannedBefore(ctx context.Context, c *call, v *ledger.ActivityView, in *scanInput, records []ledger.Record) (attended, error) {
	do := &ledger.Scan{Activity: v.Activity, Account: records[0].Subject(), Path: ledger.PathLeader}
	code, err := qr.ParseDoor(in.Body.Code)
	if err != nil {
		return attended{}, err
	}
	if holder, err := s.holder(ctx, code, roster.CheckIn); err != nil || holder != do.Account {
		return attended{}, errors.Join(err, fail(string(ledger.CodeKeyReused), "field", "code"))
	}
	if err := s.again(c, records, do); err != nil {
		return attended{}, err
	}
	return s.attendedBy(ctx, c, v, &records[0])
}

// atDoor reads a code at a door: whose it is, and for a phone's code its step.
func (s *Server) atDoor(ctx context.Context, text string) (shownCode, error) {
	code, err := qr.ParseDoor(text)
	if err != nil {
		return shownCode{}, err
	}
	return s.read20(ctx, code, roster.CheckIn)
}

type attestInput struct {
	Keyed

	ID   pathID `path:"id"`
	Body struct {
		Account ledger.AccountID `json:"account" minLength:"1" maxLength:"48"`
		In      *Time            `json:"in_at,omitempty" doc:"When she came; a time ahead means now"`
		Out     *Time            `json:"out_at,omitempty" doc:"When she left; not ahead of now"`
	}
}

// attest is the leader's word from the list of names: she came, she left, or both. Without a time it means now: in when she
// is not in, else out. Grade C.
func (s *Server) attest(ctx context.Context, c *call, in *attestInput) (attended, error) {
	v, err := s.running(ctx, c, in.ID)
	if err != nil {
		return attended{}, err
	}
	do := func(d ledger.Direction) *ledger.Scan {
		return &ledger.Scan{Activity: v.Activity, Account: in.Body.Account, Path: ledger.PathList, Direction: d}
	}
	if in.Body.In == nil && in.Body.Out == nil {
		return s.attend(ctx, c, &v, do(ledger.Auto), 0)
	}
	var last attended
	if in.Body.In != nil {
		if last, err = s.attend(ctx, c, &v, do(ledger.In), min(ledger.Time(*in.Body.In), c.now)); err != nil {
			return last, err
		}
	}
	if in.Body.Out == nil {
		return last, nil
	}
	if in.Body.In != nil { // the second half of one tick has a key of its own, so that a retry goes on where the first was cut off
		c.key = ledger.DerivedKey("attest out", string(c.key))
	}
	return s.attend(ctx, c, &v, do(ledger.Out), ledger.Time(*in.Body.Out))
}

// attend submits a presence that the caller attests. at is when it was; 0 is now.
func (s *Server) attend(ctx context.Context, c *call, v *ledger.ActivityView, do *ledger.Scan, at ledger.Time) (attended, error) {
	cmd := s.command(c, do)
	cmd.Effective = at
	records, err := s.submitAs(ctx, c, &cmd)
	if r, ok := errors.AsType[*ledger.Refusal](err); ok && (r.Code == ledger.CodeAlreadyIn || r.Code == ledger.CodeAlreadyOut) {
		return s.attendedAlready(ctx, c, v, do.Account, r)
	}
	if err != nil {
		return attended{}, err
	}
	return s.attendedBy(ctx, c, v, &records[0])
}

// attendedBy is the answer that a record gives.
func (s *Server) attendedBy(ctx context.Context, c *call, v *ledger.ActivityView, r *ledger.Record) (attended, error) {
	a, err := s.whoAttended(ctx, c, v, r.Subject())
	a.At, a.Seq = Time(r.At()), r.Seq
	a.Result = resultIn
	a.Zh, a.En = a.called("已签到", "is checked in")
	if r.Kind == ledger.KindCheckedOut {
		a.Result = resultOut
		a.Zh, a.En = a.called("已签退", "is checked out")
	}
	return a, err
}

func (s *Server) attendedAlready(ctx context.Context, c *call, v *ledger.ActivityView, id ledger.AccountID, r *ledger.Refusal) (attended, error) {
	a, err := s.whoAttended(ctx, c, v, id)
	a.At, a.Seq, a.Result = Time(r.At), r.Seq, resultAlready
	clock := s.clock(r.At)
	a.Zh, a.En = a.called(clock+" 已经签到", "was checked in at "+clock)
	if r.Code == ledger.CodeAlreadyOut {
		a.Zh, a.En = a.called(clock+" 已经签退", "was checked out at "+clock)
	}
	return a, err
}

func (s *Server) whoAttended(ctx context.Context, c *call, v *ledger.ActivityView, id ledger.AccountID) (attended, error) {
	name := s.roster.Name(id)
	a := attended{Account: id, Masked: roster.Mask(name)}
	shows, err := s.nameShows(ctx, c, v, id)
	if shows {
		a.Name = name
	}
	return a, err
}

// called puts the name before what happened.
func (a *attended) called(zh, en string) (inZh, inEn string) {
	name := a.Name
	if name == "" {
		name = a.Masked
	}
	return name + " " + zh + "。", name + " " + en + "."
}

// clock is the local time of day of a moment, such as 09:02.
func (s *Server) clock(t ledger.Time) string {
	text := ""
	s.view.Read(func(b *ledger.Book) {
		m := int64(t-b.DayStarts(b.DayOf(t))) / 60_000
		text = fmt.Sprintf("%02d:%02d", m/60, m%60)
	})
	return text
}
