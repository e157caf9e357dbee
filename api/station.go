package api

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"sync"

	"moralbank.example/bank/api/auth"
	"moralbank.example/bank/api/qr"
	"moralbank.example/bank/ledger"
)

// stationSession is an activity's opening of a station: the key that its codes are made with. It ends with the activity.
type stationSession struct {
	id       string
	station  string
	activity ledger.ActivityID
	key      qr.StationKey
}

const (
	sessionsMax  = 256 // sessions at once
	atStationMax = 8   // of one station: each code that comes in is tried on all of them
)

// stations are the running sessions, in memory. A restart forgets them, and with them codes of the last minute at most: the page
// that shows the code asks for it every few seconds, and asking opens a new session. Safe for concurrent use.
type stations struct {
	mu   sync.Mutex
	open map[ledger.ActivityID]*stationSession
}

// begin is the session of an activity, a new one when it has none; false when there is no room.
func (x *stations) begin(id ledger.ActivityID, station string) (_ *stationSession, fresh, ok bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if s := x.open[id]; s != nil {
		return s, false, true
	}
	here := 0
	for _, s := range x.open {
		if s.station == station {
			here++
		}
	}
	if len(x.open) >= sessionsMax || here >= atStationMax {
		return nil, false, false
	}
	if x.open == nil {
		x.open = map[ledger.ActivityID]*stationSession{}
	}
	s := &stationSession{id: auth.NewID(), station: station, activity: id, key: qr.NewStationKey()}
	x.open[id] = s
	return s, true, true
}

// at lists the sessions of a station.
func (x *stations) at(station string) []*stationSession {
	x.mu.Lock()
	defer x.mu.Unlock()
	var here []*stationSession
	for _, s := range x.open {
		if s.station == station {
			here = append(here, s)
		}
	}
	return here
}

// end forgets an activity's session: every code of it is dead.
func (x *stations) end(id ledger.ActivityID) {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.open, id)
}

// sweep ends the sessions of activities that are no longer open.
func (x *stations) sweep(b *ledger.Book) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for id := range x.open {
		if v, ok := b.Activity(id); !ok || v.Stage != ledger.StageOpen {
			delete(x.open, id)
		}
	}
}

type stationSessionInput struct {
	Keyed

	ID pathID `path:"id"`
}

type stationOpened struct {
	Session string `json:"session"`
	Station string `json:"station"`
}

// openStation begins to show an activity's code on this device.
func (s *Server) openStation(ctx context.Context, c *call, in *stationSessionInput) (stationOpened, error) {
	session, err := s.session(ctx, c, in.ID, true)
	if err != nil {
		return stationOpened{}, err
	}
	return stationOpened{Session: session.id, Station: session.station}, nil
}

// session is the station session of an activity that the caller runs. Who shows the code, and on which device, is noted in the
// roster's audit when showing begins, and when the page has to open the session again after a restart.
func (s *Server) session(ctx context.Context, c *call, id pathID, begins bool) (*stationSession, error) {
	v, err := s.running(ctx, c, id)
	if err != nil {
		return nil, err
	}
	if v.Stage != ledger.StageOpen {
		s.stations.end(v.Activity)
		return nil, fail(string(ledger.CodeActivityClosed))
	}
	words, err := s.activityWords(ctx, v.Activity)
	if err != nil {
		return nil, err
	}
	if words.Station == "" {
		return nil, fail(codeStationMissing)
	}
	session, fresh, ok := s.stations.begin(v.Activity, words.Station)
	if !ok {
		s.view.Read(s.stations.sweep)
		if session, fresh, ok = s.stations.begin(v.Activity, words.Station); !ok {
			return nil, fail(codeStationFull)
		}
	}
	if fresh || begins {
		if err := s.roster.Note(ctx, c.by(), "activity/"+string(v.Activity), "station_shown"); err != nil {
			return nil, fmt.Errorf("note station: %w", err)
		}
	}
	return session, nil
}

type stationCodeInput struct {
	ID   pathID `path:"id"`
	Form string `query:"form" enum:"svg,png" default:"svg"`
}

type stationCode struct {
	URL        string `json:"url"`
	SVG        string `json:"svg,omitempty"`
	PNG        string `json:"png,omitempty" doc:"With form=png: the picture in base64"`
	Until      Time   `json:"valid_until" doc:"When the next code is shown; this one is taken for 30 seconds more"`
	In         int    `json:"in_count"`
	ServerTime Time   `json:"server_time"`
}

// getStationCode is the code that the station shows now.
func (s *Server) getStationCode(ctx context.Context, c *call, in *stationCodeInput) (stationCode, error) {
	session, err := s.session(ctx, c, in.ID, false)
	if err != nil {
		return stationCode{}, err
	}
	now := s.now()
	step := qr.StepAt(now)
	out := stationCode{
		URL: s.origin.URL(qr.Link{
			Kind: qr.LinkStation, Station: session.station, OTP: session.key.OTP(session.station, session.id, step),
		}),
		Until: Time((step + 1).Start().UnixMilli()), ServerTime: Time(now.UnixMilli()),
	}
	s.view.Read(func(b *ledger.Book) {
		if v, ok := b.Activity(session.activity); ok {
			out.In = len(v.People)
		}
	})
	if in.Form == "png" {
		png, err := s.drawer.PNG(out.URL, 8)
		out.PNG = base64.StdEncoding.EncodeToString(png)
		return out, wrap(err, "draw station code")
	}
	svg, err := s.drawer.SVG(out.URL, "签到码 Check-in code")
	out.SVG = string(svg)
	return out, wrap(err, "draw station code")
}

func wrap(err error, doing string) error {
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

// scanned finds the activity whose code a station's link carries, and the code's step; 0 for a poster, which has no code.
func (s *Server) scanned(ctx context.Context, c *call, station, otp string) (ledger.ActivityView, int64, error) {
	if otp == "" {
		v, err := s.onlyOneAt(ctx, c, station)
		return v, 0, err
	}
	for _, x := range s.stations.at(station) {
		step, ok := x.key.Verify(station, x.id, otp, s.now())
		if !ok {
			continue
		}
		v, err := s.activity(ctx, c, x.activity)
		if err == nil && v.Stage != ledger.StageOpen {
			s.stations.end(x.activity)
			err = fail(string(ledger.CodeActivityClosed))
		}
		return v, int64(step), err
	}
	return ledger.ActivityView{}, 0, s.late(codeScanExpired)
}

// onlyOneAt is the activity that takes check-ins at a station now: what a printed poster means. Two would need a guess.
func (s *Server) onlyOneAt(ctx context.Context, c *call, station string) (ledger.ActivityView, error) {
	var open []ledger.ActivityView
	now := s.time()
	err := s.read(ctx, c, func(b *ledger.Book) {
		early := ledger.Time(b.Rules().EarlyMinutes) * 60_000
		open = b.Activities(func(v *ledger.ActivityView) bool { return v.Stage == ledger.StageOpen && now >= v.Start-early })
		for i := range open {
			open[i], _ = b.Activity(open[i].Activity)
		}
	})
	if err != nil {
		return ledger.ActivityView{}, err
	}
	var failed error
	open = slices.DeleteFunc(open, func(v ledger.ActivityView) bool {
		words, err := s.activityWords(ctx, v.Activity)
		if err != nil {
			failed = err
		}
		return words.Station != station
	})
	switch {
	case failed != nil:
		return ledger.ActivityView{}, failed
	case len(open) == 0:
		return ledger.ActivityView{}, fail(codeStationIdle)
	case len(open) > 1:
		return ledger.ActivityView{}, fail(codeStationMany)
	}
	return open[0], nil
}
