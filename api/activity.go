package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// The states of an activity as pages know them.
const (
	stateOpen      = "open"
	stateRunning   = "running"
	stateClosed    = "closed"
	stateConfirmed = "confirmed"
)

// ActivityBrief is an activity as lists show it.
type ActivityBrief struct {
	ID         ledger.ActivityID `json:"id"`
	Title      string            `json:"title"`
	Kind       string            `json:"kind"`
	Place      string            `json:"place"`
	Team       ledger.TeamID     `json:"team"`
	Org        ledger.OrgID      `json:"org,omitempty"`
	Station    string            `json:"station"`
	Start      Time              `json:"start"`
	End        Time              `json:"end"`
	State      string            `json:"state" enum:"open,running,closed,confirmed" doc:"open: announced; running: under way; closed: its points wait for confirmation"`
	ChargeName string            `json:"person_in_charge_name"`
	Counts     bool              `json:"counts" doc:"Whether it counts as service"`
	Percent    int               `json:"multiplier_percent"`
}

type listActivitiesInput struct {
	Paged

	Team  ledger.TeamID `query:"team" maxLength:"48"`
	Day   string        `query:"day" pattern:"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" doc:"A local day, YYYY-MM-DD: what takes place in it, the earliest first"`
	State string        `query:"state" enum:"open,running,closed,confirmed"`
}

// listActivities lists the activities that the book holds: those to come, those that wait, and confirmed ones of the last
// two months. The latest comes first, or with a day the earliest.
func (s *Server) listActivities(ctx context.Context, c *call, in *listActivitiesInput) (list[ActivityBrief], error) {
	after, err := spotIn(in.Cursor)
	if err != nil {
		return list[ActivityBrief]{}, err
	}
	day, err := dayIn(in.Day)
	if err != nil {
		return list[ActivityBrief]{}, err
	}
	now := s.time()
	var found []ledger.ActivityView
	err = s.read(ctx, c, func(b *ledger.Book) {
		from, to := b.DayStarts(day), b.DayStarts(day+1)
		found = b.Activities(func(v *ledger.ActivityView) bool {
			return (in.Team == "" || v.Team == in.Team) && (in.State == "" || stateOf(v, now) == in.State) &&
				(in.Day == "" || v.Start < to && v.End > from) && (after == spot{} || after.before(v, in.Day == ""))
		})
	})
	if err != nil {
		return list[ActivityBrief]{}, err
	}
	if in.Day == "" {
		slices.Reverse(found)
	}
	more := len(found) > in.Limit
	found = found[:min(len(found), in.Limit)]
	items := make([]ActivityBrief, 0, len(found))
	for i := range found {
		item, err := s.activityBrief(ctx, c, &found[i])
		if err != nil {
			return list[ActivityBrief]{}, err
		}
		items = append(items, item)
	}
	next := ""
	if more {
		last := found[len(found)-1]
		next = spot{last.Start, last.Activity}.String()
	}
	return listOf(c, items, next), nil
}

// spot is a place in the list of activities.
type spot struct {
	start ledger.Time
	id    ledger.ActivityID
}

func (p spot) String() string { return strconv.FormatInt(int64(p.start), 10) + " " + string(p.id) }

// before reports whether an activity comes after the spot in the list.
func (p spot) before(v *ledger.ActivityView, latestFirst bool) bool {
	order := cmp.Or(cmp.Compare(p.start, v.Start), cmp.Compare(p.id, v.Activity))
	return order > 0 && latestFirst || order < 0 && !latestFirst
}

func spotIn(cursor string) (spot, error) {
	if cursor == "" {
		return spot{}, nil
	}
	text, err := cursorIn(cursor)
	if err != nil {
		return spot{}, err
	}
	start, id, ok := strings.Cut(text, " ")
	n, err := strconv.ParseInt(start, 10, 64)
	if !ok || err != nil {
		return spot{}, fail(codeCursor)
	}
	return spot{ledger.Time(n), ledger.ActivityID(id)}, nil
}

// dayIn reads a local day; 0 for none.
func dayIn(text string) (ledger.Day, error) {
	if text == "" {
		return 0, nil
	}
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, fail(codeFieldInvalid, "field", "day")
	}
	return ledger.Day(at.Unix() / 86_400), nil //nolint:gosec // years have four digits
}

// dateOf is a local day as YYYY-MM-DD.
func dateOf(d ledger.Day) string { return time.Unix(int64(d)*86_400, 0).UTC().Format(time.DateOnly) }

// stateOf is how far an activity has come at a moment.
func stateOf(v *ledger.ActivityView, now ledger.Time) string {
	switch v.Stage {
	case ledger.StageClosed:
		return stateClosed
	case ledger.StageConfirmed:
		return stateConfirmed
	case ledger.StageOpen:
		if now >= v.Start {
			return stateRunning
		}
	}
	return stateOpen
}

// activityBrief puts the roster's words to an activity of the books.
func (s *Server) activityBrief(ctx context.Context, c *call, v *ledger.ActivityView) (ActivityBrief, error) {
	words, err := s.activityWords(ctx, v.Activity)
	if err != nil {
		return ActivityBrief{}, err
	}
	name := s.roster.Name(v.Charge)
	if !c.runs(v) && !c.holds(leader, orgAdmin, organizer, operator, ledger.RoleAuditor) {
		name = roster.Mask(name)
	}
	return ActivityBrief{
		ID: v.Activity, Title: words.Title, Kind: v.Type, Place: words.Place, Team: v.Team, Org: v.Org, Station: words.Station,
		Start: Time(v.Start), End: Time(v.End), State: stateOf(v, s.time()), ChargeName: name, Counts: v.Counts, Percent: v.Percent,
	}, nil
}

// activityWords is the text of an activity; where the roster has lost it, its id stands for the title.
func (s *Server) activityWords(ctx context.Context, id ledger.ActivityID) (roster.Activity, error) {
	words, err := s.roster.Activity(ctx, id)
	if errors.Is(err, roster.ErrNotFound) {
		return roster.Activity{ID: id, Title: string(id)}, nil
	}
	if err != nil {
		return words, fmt.Errorf("read activity text: %w", err)
	}
	return words, nil
}

// activityRef is an activity as other things mention it.
func (s *Server) activityRef(ctx context.Context, v *ledger.ActivityView) (activityRef, error) {
	words, err := s.activityWords(ctx, v.Activity)
	if err != nil {
		return activityRef{}, err
	}
	team, err := s.roster.Team(ctx, v.Team)
	if err != nil && !errors.Is(err, roster.ErrNotFound) {
		return activityRef{}, fmt.Errorf("read team: %w", err)
	}
	return activityRef{ID: v.Activity, Title: words.Title, Place: words.Place, Start: Time(v.Start), End: Time(v.End), TeamName: team.Zh}, nil
}

// runs reports whether the caller runs an activity, as the rules say it: its person in charge, a leader of its team, an admin
// of its organization, or an organizer.
func (c *call) runs(v *ledger.ActivityView) bool {
	return c.account != "" && c.account == v.Charge && !c.frozen || c.holdsIn(leader, ledger.Scope(v.Team)) ||
		v.Org != "" && c.holdsIn(orgAdmin, ledger.Scope(v.Org)) || c.holdsIn(organizer, ledger.ScopeCommunity)
}

type activityPath struct {
	ID pathID `path:"id"`
}

// activity is one of the books, from the book or, when that has let it go, from the view's index.
func (s *Server) activity(ctx context.Context, c *call, id ledger.ActivityID) (ledger.ActivityView, error) {
	if err := s.catchUp(ctx); err != nil {
		return ledger.ActivityView{}, err
	}
	c.seq = max(c.seq, s.view.Seq())
	v, found, err := s.view.Activity(ctx, id)
	switch {
	case err != nil:
		return v, fmt.Errorf("read activity: %w", err)
	case !found:
		return v, fail(string(ledger.CodeActivityUnknown))
	}
	return v, nil
}

// running is an activity that the caller runs.
func (s *Server) running(ctx context.Context, c *call, id pathID) (ledger.ActivityView, error) {
	v, err := s.activity(ctx, c, ledger.ActivityID(id.plain()))
	if err == nil && !c.runs(&v) {
		err = fail(string(ledger.CodeNotEntitled))
	}
	return v, err
}
