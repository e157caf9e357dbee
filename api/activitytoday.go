package api

import (
	"context"
	"slices"

	"moralbank.example/bank/ledger"
)

// todayPage is a member's day.
type todayPage struct {
	Activities []todayActivity `json:"activities"`
}

type todayActivity struct {
	ActivityBrief

	Attendance *attendance `json:"attendance,omitempty"`
	NextStep   string      `json:"next_step" enum:"check_in,check_out,wait_close,done"`
}

// getToday lists today's activities of the caller's teams and organizations, of the whole community for somebody who is in none,
// and those where she was; each with her next step.
func (s *Server) getToday(ctx context.Context, c *call, _ *none) (todayPage, error) {
	out := todayPage{Activities: []todayActivity{}}
	var mine []ledger.ActivityView
	now := s.time()
	err := s.read(ctx, c, func(b *ledger.Book) {
		groups := b.Groups(c.account)
		from := b.DayStarts(b.DayOf(now))
		to := b.DayStarts(b.DayOf(now) + 1)
		for _, brief := range b.Activities(func(v *ledger.ActivityView) bool { return v.Start < to && v.End > from }) {
			v, _ := b.Activity(brief.Activity)
			ours := len(groups) == 0 || slices.Contains(groups, ledger.Group(v.Team)) || slices.Contains(groups, ledger.Group(v.Org))
			waits := ours && v.Stage == ledger.StageOpen && now < v.End
			if waits || presence(&v, c.account) != nil {
				mine = append(mine, v)
			}
		}
	})
	if err != nil {
		return out, err
	}
	for i := range mine {
		one, err := s.todayActivity(ctx, c, &mine[i])
		if err != nil {
			return out, err
		}
		out.Activities = append(out.Activities, one)
	}
	return out, nil
}

func (s *Server) todayActivity(ctx context.Context, c *call, v *ledger.ActivityView) (todayActivity, error) {
	brief, err := s.activityBrief(ctx, c, v)
	out := todayActivity{ActivityBrief: brief, NextStep: "check_in"}
	if err != nil {
		return out, err
	}
	p := presence(v, c.account)
	if p == nil {
		return out, nil
	}
	switch {
	case v.Stage != ledger.StageOpen:
		out.NextStep = "done"
	case p.Out != 0:
		out.NextStep = "wait_close"
	default:
		out.NextStep = "check_out"
	}
	a, err := s.attendance(ctx, c, v, p)
	out.Attendance = &a
	return out, err
}

// presence is a member's at an activity; nil when she was not there.
func presence(v *ledger.ActivityView, id ledger.AccountID) *ledger.AttendanceView {
	for i := range v.People {
		if v.People[i].Account == id {
			return &v.People[i]
		}
	}
	return nil
}
