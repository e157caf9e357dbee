package api

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// activityPage is one activity with who came.
type activityPage struct {
	ActivityBrief

	Content     string       `json:"content"`
	In          int          `json:"in_count" doc:"Who came"`
	Out         int          `json:"out_count" doc:"Who left again"`
	Attendances []attendance `json:"attendances" doc:"All, for those who run it and auditors; the caller's own for everybody else"`
	Headcount   *int         `json:"headcount,omitempty"`
	Pending     int          `json:"awards_pending" doc:"Awards of the closed activity that are still being posted"`
	Oddities    []oddity     `json:"oddities" doc:"What to look at before confirming; for those who run it and auditors"`
	Mine        bool         `json:"mine" doc:"The caller runs it"`
	Seq         ledger.Seq   `json:"seq"`
}

// attendance is one member's presence.
type attendance struct {
	Account ledger.AccountID `json:"account"`
	Masked  string           `json:"masked_name"`
	Name    string           `json:"name,omitempty"`
	In      Time             `json:"in_at"`
	Out     *Time            `json:"out_at,omitempty"`
	Grade   string           `json:"grade,omitempty" enum:"A,B,C,D" doc:"Known when the activity is closed"`
	Flags   []string         `json:"flags" doc:"forgot, not_live, poster, leader, list, elsewhere, family, waiting, reversed"`
	Minutes ledger.Minutes   `json:"minutes,omitempty"`
	Points  ledger.Points    `json:"points,omitempty"`
}

func (s *Server) getActivity(ctx context.Context, c *call, in *activityPath) (activityPage, error) {
	v, err := s.activity(ctx, c, ledger.ActivityID(in.ID.plain()))
	if err != nil {
		return activityPage{}, err
	}
	out := activityPage{
		Attendances: []attendance{}, Oddities: []oddity{}, In: len(v.People), Pending: v.Pending, Seq: c.seq, Mine: c.runs(&v),
	}
	if out.ActivityBrief, err = s.activityBrief(ctx, c, &v); err != nil {
		return out, err
	}
	words, err := s.activityWords(ctx, v.Activity)
	if err != nil {
		return out, err
	}
	out.Content = words.Content
	if v.Stage != ledger.StageOpen {
		out.Headcount = &v.Headcount
	}
	for _, p := range v.People {
		if p.Out != 0 {
			out.Out++
		}
	}
	entitled := out.Mine || c.holds(ledger.RoleAuditor)
	if out.Oddities, err = s.oddities(ctx, c, v.Activity, entitled); err != nil {
		return out, err
	}
	out.Attendances, err = s.attendances(ctx, c, &v, out.Oddities, entitled)
	return out, err
}

// attendances lists who came: all of them for those who run the activity and auditors, herself for anybody else.
func (s *Server) attendances(ctx context.Context, c *call, v *ledger.ActivityView, odd []oddity, entitled bool) ([]attendance, error) {
	items := make([]attendance, 0, len(v.People))
	var seen []ledger.AccountID
	for i := range v.People {
		p := &v.People[i]
		if !entitled && p.Account != c.account {
			continue
		}
		a, err := s.attendance(ctx, c, v, p)
		if err != nil {
			return nil, err
		}
		for _, o := range odd {
			if flag := o.flag(); flag != "" && o.about(p.Account) {
				a.Flags = append(a.Flags, flag)
			}
		}
		if a.Name != "" {
			seen = append(seen, p.Account)
		}
		items = append(items, a)
	}
	return items, s.saw(ctx, c, "attendance", seen...)
}

func (s *Server) attendance(ctx context.Context, c *call, v *ledger.ActivityView, p *ledger.AttendanceView) (attendance, error) {
	name := s.roster.Name(p.Account)
	a := attendance{
		Account: p.Account, Masked: roster.Mask(name), In: Time(p.In), Out: moment(p.Out), Flags: []string{},
	}
	seen, err := s.nameShows(ctx, c, v, p.Account)
	if err != nil {
		return a, err
	}
	if seen {
		a.Name = name
	}
	if p.Out == 0 && (v.Stage != ledger.StageOpen || s.time() >= v.End) {
		a.Flags = append(a.Flags, "forgot")
	}
	for _, path := range [...]ledger.Path{p.InPath, p.OutPath} {
		if flag := pathFlag(path, p.Live); flag != "" && (len(a.Flags) == 0 || a.Flags[len(a.Flags)-1] != flag) {
			a.Flags = append(a.Flags, flag)
		}
	}
	if v.Stage == ledger.StageOpen || !v.Counts {
		return a, nil
	}
	return a, s.addAward(ctx, &a, v.Activity)
}

// pathFlag is what makes a presence less than two live scans.
func pathFlag(p ledger.Path, live bool) string {
	switch p {
	case ledger.PathStation:
		if !live {
			return "not_live"
		}
	case ledger.PathPoster, ledger.PathLeader, ledger.PathList:
		return string(p)
	}
	return ""
}

// addAward adds what the closing brought the member. The award is found by the key that follows from activity and member.
func (s *Server) addAward(ctx context.Context, a *attendance, id ledger.ActivityID) error {
	records, found, err := s.engine.First(ctx, string(ledger.ActorTimer), ledger.DerivedKey("award", string(id), string(a.Account)))
	if err != nil {
		return fmt.Errorf("find award: %w", err)
	}
	if !found {
		return nil
	}
	w, ok := records[0].Body.(*ledger.Awarded)
	if !ok {
		return nil
	}
	a.Grade, a.Minutes, a.Points = strings.ToUpper(string(w.Grade)), w.Minutes, w.Points
	if w.Waiting > 0 {
		a.Flags = append(a.Flags, "waiting")
	}
	s.view.Read(func(b *ledger.Book) {
		if b.ReversedBy(records[0].Seq) != 0 {
			a.Flags = append(a.Flags, "reversed")
		}
	})
	return nil
}

// minorShown is how long after an activity its leaders still see a minor's name, in milliseconds.
const minorShown = ledger.Time(24 * 3600_000)

// nameShows says whether the caller sees this member's name on this activity's page: her own, and all for organizers and
// auditors. Leaders and admins see those of adults, and of minors from the activity's start to 24 hours after it.
func (s *Server) nameShows(ctx context.Context, c *call, v *ledger.ActivityView, id ledger.AccountID) (bool, error) {
	switch now := s.time(); {
	case id == c.account || c.holds(organizer, ledger.RoleAuditor):
		return true, nil
	case !c.runs(v):
		return false, nil
	case now >= v.Start && now <= v.End+minorShown:
		return true, nil
	}
	p, err := s.roster.Person(ctx, id)
	if errors.Is(err, roster.ErrNotFound) || errors.Is(err, roster.ErrNoKey) {
		return false, nil // erased
	}
	if err != nil {
		return false, fmt.Errorf("read person: %w", err)
	}
	var today roster.Date
	s.view.Read(func(b *ledger.Book) { today = s.today(b) })
	return !p.Birth.Minor(today), nil
}
