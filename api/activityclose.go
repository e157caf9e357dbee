package api

import (
	"context"
	"time"

	"moralbank.example/bank/ledger"
)

type extendActivityInput struct {
	Keyed

	ID   pathID `path:"id"`
	Body struct {
		End Time `json:"end"`
	}
}

// extendActivity moves the end of an open activity.
func (s *Server) extendActivity(ctx context.Context, c *call, in *extendActivityInput) (activityPage, error) {
	id := ledger.ActivityID(in.ID.plain())
	if _, err := s.submit(ctx, c, &ledger.ExtendActivity{Activity: id, End: ledger.Time(in.Body.End)}); err != nil {
		return activityPage{}, err
	}
	return s.getActivity(ctx, c, &activityPath{in.ID})
}

type closeActivityInput struct {
	Keyed

	ID   pathID `path:"id"`
	Body struct {
		Headcount int  `json:"headcount" minimum:"0" maximum:"100000" doc:"How many the leader counted"`
		Forgotten bool `json:"confirm_forgotten,omitempty" doc:"Those who did not check out are counted to the scheduled end"`
	}
}

// closeActivity ends an activity with the leader's headcount. Its awards follow one by one from the engine's timer; the
// answer waits for them a moment, and says how many are still to come.
func (s *Server) closeActivity(ctx context.Context, c *call, in *closeActivityInput) (activityPage, error) {
	id := ledger.ActivityID(in.ID.plain())
	do := &ledger.CloseActivity{Activity: id, Headcount: in.Body.Headcount}
	records, err := s.first(ctx, c)
	if err != nil {
		return activityPage{}, err
	}
	if records == nil && !in.Body.Forgotten {
		v, err := s.activity(ctx, c, id)
		if err != nil {
			return activityPage{}, err
		}
		if who := those(&v, func(p *ledger.AttendanceView) bool { return p.Out == 0 }); who != nil && c.runs(&v) {
			return activityPage{}, fail(codeForgottenOpen, "count", len(who))
		}
	}
	if _, err := s.submit(ctx, c, do); err != nil {
		return activityPage{}, err
	}
	s.stations.end(id)
	s.phones.forget(id)
	if err := s.awaitAwards(ctx, id); err != nil {
		return activityPage{}, err
	}
	return s.getActivity(ctx, c, &activityPath{in.ID})
}

// awardsWait is how long the answer to a closing waits for its awards.
const awardsWait = 2 * time.Second

// awaitAwards waits until the awards of a closed activity are posted, but not long: the page shows how many are pending.
func (s *Server) awaitAwards(ctx context.Context, id ledger.ActivityID) error {
	limit, cancel := context.WithTimeout(ctx, awardsWait)
	defer cancel()
	for {
		_, moved := s.view.Changed()
		pending := 0
		if err := s.catchUp(ctx); err != nil {
			return err
		}
		s.view.Read(func(b *ledger.Book) {
			if v, ok := b.Activity(id); ok {
				pending = v.Pending
			}
		})
		if pending == 0 {
			return nil
		}
		select {
		case <-moved:
		case <-limit.Done():
			return ctx.Err()
		}
	}
}

type confirmActivityInput struct {
	Keyed

	ID pathID `path:"id"`
}

// confirmActivity lets the points of a closed activity be spent. The rules ask for another person than the one in charge and
// the one who closed it, and no family of theirs.
func (s *Server) confirmActivity(ctx context.Context, c *call, in *confirmActivityInput) (activityPage, error) {
	id := ledger.ActivityID(in.ID.plain())
	if _, err := s.submit(ctx, c, &ledger.ConfirmActivity{Activity: id}); err != nil {
		return activityPage{}, err
	}
	return s.getActivity(ctx, c, &activityPath{in.ID})
}
