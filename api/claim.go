package api

import (
	"context"
	"errors"
	"fmt"
	"time"

	"moralbank.example/bank/api/auth"
	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

const claimLife = time.Duration(roster.ClaimLife) * time.Millisecond

type claimInput struct {
	Body struct {
		Station string `json:"station" minLength:"1" maxLength:"48"`
		OTP     string `json:"otp,omitempty" maxLength:"64" doc:"Absent on a printed poster"`
	}
}

type claimed struct {
	Claim  claimOut `json:"claim"`
	Signed bool     `json:"signed_in"`
	Known  bool     `json:"known_device" doc:"People are known on this device: one may sign in by PIN. On any other none is asked for"`
}

type claimOut struct {
	Station  string      `json:"station_name"`
	Activity activityRef `json:"activity"`
	Scanned  Time        `json:"scanned_at"`
	Expires  Time        `json:"expires_at"`
	Grade    string      `json:"graded" enum:"A,B" doc:"The best that this scan can give"`
}

// claim keeps a scan of a station's code: first the time, then the question who it was. It is posted by our own page, since
// messengers fetch links by themselves.
func (s *Server) claim(ctx context.Context, c *call, in *claimInput) (claimed, error) {
	if v := s.limiter.Scan(c.address); !v.OK {
		return claimed{}, s.slowDown(v)
	}
	station, err := s.roster.Station(ctx, in.Body.Station)
	if errors.Is(err, roster.ErrNotFound) {
		return claimed{}, fail(codeStationUnknown)
	}
	if err != nil {
		return claimed{}, err
	}
	v, step, err := s.scanned(ctx, c, station.ID, in.Body.OTP)
	if err != nil {
		return claimed{}, err
	}
	ref, err := s.activityRef(ctx, &v)
	if err != nil {
		return claimed{}, err
	}
	now := s.time()
	token, err := s.roster.NewClaim(ctx, station.ID, v.Activity, step, now)
	if err != nil {
		return claimed{}, fmt.Errorf("keep scan: %w", err)
	}
	auth.CookieClaim.Set(c.w, token, claimLife)
	d, known, err := s.knownDevice(ctx, c)
	if err != nil {
		return claimed{}, err
	}
	out := claimed{
		Claim:  claimOut{Station: station.Zh, Activity: ref, Scanned: Time(now), Expires: Time(now + roster.ClaimLife), Grade: "A"},
		Signed: c.account != "", Known: known && (d.Kind == roster.Phone || d.Kind == roster.Leader),
	}
	if step == 0 {
		out.Claim.Grade = "B"
	}
	return out, nil
}

type useClaimInput struct{ Keyed }

type claimUsed struct {
	Result   string         `json:"result" enum:"checked_in,checked_out,already"`
	Activity activityRef    `json:"activity"`
	At       Time           `json:"at"`
	SoFar    ledger.Minutes `json:"minutes_so_far,omitempty"`
	Seq      ledger.Seq     `json:"seq"`
	Zh       string         `json:"zh"`
	En       string         `json:"en"`
}

// useClaim is the scan in the name of whoever has signed in meanwhile, at the time of the scan. Of those who share a phone,
// one may use each scan; the second member of a phone at one activity is taken, but not as seen live.
func (s *Server) useClaim(ctx context.Context, c *call, _ *useClaimInput) (claimUsed, error) {
	records, err := s.first(ctx, c)
	if err != nil {
		return claimUsed{}, err
	}
	if records != nil {
		return s.claimedBefore(ctx, c, records)
	}
	token, ok := auth.CookieClaim.Read(c.r)
	if !ok {
		return claimUsed{}, fail(codeClaimMissing)
	}
	claim, err := s.takeClaim(ctx, c, token)
	if err != nil {
		return claimUsed{}, err
	}
	v, err := s.activity(ctx, c, claim.Activity)
	if err != nil {
		return claimUsed{}, err
	}
	do := &ledger.Scan{Activity: claim.Activity, Account: c.account, Path: ledger.PathPoster}
	if claim.Step != 0 {
		do.Path = ledger.PathStation
		if do.Live, err = s.firstOnPhone(ctx, c, &v); err != nil {
			return claimUsed{}, err
		}
	}
	cmd := s.command(c, do)
	cmd.Effective = claim.Scanned
	records, err = s.submitAs(ctx, c, &cmd)
	if r, ok := errors.AsType[*ledger.Refusal](err); ok && (r.Code == ledger.CodeAlreadyIn || r.Code == ledger.CodeAlreadyOut) {
		auth.CookieClaim.Clear(c.w)
		return s.claimAlready(ctx, c, &v, r)
	}
	if err != nil {
		return claimUsed{}, err
	}
	auth.CookieClaim.Clear(c.w)
	return s.claimDone(ctx, &v, &records[0])
}

// takeClaim gives the caller the scan that the cookie stands for. Trying again is hers; another member scans for herself.
func (s *Server) takeClaim(ctx context.Context, c *call, token string) (roster.Claim, error) {
	claim, err := s.roster.UseClaim(ctx, token, c.account, s.time())
	switch {
	case err == nil, errors.Is(err, roster.ErrUsed) && claim.UsedBy == c.account && s.time() < claim.Expires:
		return claim, nil
	case errors.Is(err, roster.ErrUsed) && claim.UsedBy != c.account:
		return claim, fail(codeClaimUsed)
	case errors.Is(err, roster.ErrExpired) && s.engine.Stats().ClockNotBelieved:
		return claim, s.late(codeClaimMissing)
	case errors.Is(err, roster.ErrUsed), errors.Is(err, roster.ErrNotFound), errors.Is(err, roster.ErrExpired), errors.Is(err, roster.ErrRevoked):
		auth.CookieClaim.Clear(c.w)
		return claim, fail(codeClaimMissing)
	}
	return claim, fmt.Errorf("use scan: %w", err)
}

// claimedBefore answers a retry from the record that the first try made: the cookie may be gone.
func (s *Server) claimedBefore(ctx context.Context, c *call, records []ledger.Record) (claimUsed, error) {
	r := &records[0]
	do := &ledger.Scan{Account: c.account}
	switch b := r.Body.(type) {
	case *ledger.CheckedIn:
		do.Activity, do.Path = b.Activity, b.Path
	case *ledger.CheckedOut:
		do.Activity, do.Path = b.Activity, b.Path
	}
	if err := s.again(c, records, do); err != nil {
		return claimUsed{}, err
	}
	v, err := s.activity(ctx, c, do.Activity)
	if err != nil {
		return claimUsed{}, err
	}
	return s.claimDone(ctx, &v, r)
}

func (s *Server) claimDone(ctx context.Context, v *ledger.ActivityView, r *ledger.Record) (claimUsed, error) {
	ref, err := s.activityRef(ctx, v)
	out := claimUsed{Result: resultIn, Activity: ref, At: Time(r.At()), Seq: r.Seq}
	out.Zh, out.En = "已签到 "+s.clock(r.At())+"，走的时候再扫一次。", "Checked in at "+s.clock(r.At())+". Please scan again when you leave."
	if r.Kind == ledger.KindCheckedOut {
		out.Result = resultOut
		out.SoFar = servedSoFar(v, r.Subject(), r.At())
		out.Zh = fmt.Sprintf("已签退 %s，服务 %d 分钟，辛苦了。", s.clock(r.At()), out.SoFar)
		out.En = fmt.Sprintf("Checked out at %s after %d minutes. Thank you.", s.clock(r.At()), out.SoFar)
	}
	return out, err
}

// claimAlready is the calm answer to a second scan.
func (s *Server) claimAlready(ctx context.Context, c *call, v *ledger.ActivityView, r *ledger.Refusal) (claimUsed, error) {
	ref, err := s.activityRef(ctx, v)
	out := claimUsed{Result: resultAlready, Activity: ref, At: Time(r.At), Seq: r.Seq}
	at := s.clock(r.At)
	if r.Code == ledger.CodeAlreadyOut {
		out.SoFar = servedSoFar(v, c.account, r.At)
		out.Zh, out.En = "您 "+at+" 已经签退了，辛苦了。", "You checked out at "+at+". Thank you."
		return out, err
	}
	out.SoFar = servedSoFar(v, c.account, s.time())
	out.Zh, out.En = "您 "+at+" 已经签到了，不用再扫。", "You checked in at "+at+"; there is no need to scan again."
	return out, err
}

// servedSoFar is the overlap of a presence with the scheduled time up to a moment, in whole minutes.
func servedSoFar(v *ledger.ActivityView, id ledger.AccountID, until ledger.Time) ledger.Minutes {
	p := presence(v, id)
	if p == nil {
		return 0
	}
	return ledger.Minutes(max(0, min(until, v.End)-max(p.In, v.Start)) / 60_000)
}
