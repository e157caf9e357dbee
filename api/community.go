package api

import (
	"context"
	"fmt"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

type community struct {
	Name          string           `json:"name"`
	Demo          bool             `json:"demo"`
	Host          string           `json:"host"`
	Teams         []teamBrief      `json:"teams"`
	Organizations []orgBrief       `json:"organizations"`
	Canteens      []placeBrief     `json:"canteens"`
	Stations      []placeBrief     `json:"stations"`
	Kinds         []activityBranch `json:"kinds"`
}

type teamBrief struct {
	ID     ledger.TeamID `json:"id"`
	Zh     string        `json:"name_zh"`
	En     string        `json:"name_en"`
	Colour string        `json:"colour"`
}

type orgBrief struct {
	ID ledger.OrgID `json:"id"`
	Zh string       `json:"name_zh"`
	En string       `json:"name_en"`
}

type placeBrief struct {
	ID    string `json:"id"`
	Zh    string `json:"name_zh"`
	En    string `json:"name_en"`
	Place string `json:"place"`
}

// activityBranch is a kind of activity.
type activityBranch struct {
	ID      string `json:"id"`
	Zh      string `json:"name_zh"`
	En      string `json:"name_en"`
	Counts  bool   `json:"counts" doc:"Whether it counts as service"`
	Percent int    `json:"multiplier_percent"`
}

// getCommunity is what everybody may know of the community: its teams, places and kinds of activity.
func (s *Server) getCommunity(ctx context.Context, c *call, _ *none) (community, error) {
	out := community{Name: s.community, Host: s.origin.String()}
	var kinds []ledger.ActivityKind
	err := s.read(ctx, c, func(b *ledger.Book) {
		out.Demo = b.Demo()
		if k := b.Rules(); k != nil {
			kinds = k.ActivityKinds // a rulebook is never changed
		}
	})
	if err != nil {
		return out, err
	}
	words, err := s.words(ctx)
	if err != nil {
		return out, err
	}
	out.Teams, out.Organizations, out.Canteens = []teamBrief{}, []orgBrief{}, []placeBrief{}
	for _, t := range words.teams {
		out.Teams = append(out.Teams, teamBrief{t.ID, t.Zh, t.En, string(t.Colour)})
	}
	for _, o := range words.orgs {
		out.Organizations = append(out.Organizations, orgBrief{o.ID, o.Zh, o.En})
	}
	for _, x := range words.canteens {
		out.Canteens = append(out.Canteens, placeBrief{string(x.ID), x.Zh, x.En, x.Place})
	}
	stations, err := s.roster.Stations(ctx)
	if err != nil {
		return out, err
	}
	out.Stations = make([]placeBrief, 0, len(stations))
	for _, x := range stations {
		out.Stations = append(out.Stations, placeBrief{x.ID, x.Zh, x.En, x.Place})
	}
	names, err := s.texts(ctx, roster.ActivityKind)
	if err != nil {
		return out, err
	}
	out.Kinds = make([]activityBranch, 0, len(kinds))
	for _, k := range kinds {
		out.Kinds = append(out.Kinds, activityBranch{k.ID, names.zh(k.ID), names.en(k.ID), k.Counts, k.Percent})
	}
	return out, nil
}

// words are the names of what a role can be held in, read once for an answer.
type words struct {
	teams    []roster.Team
	orgs     []roster.Org
	canteens []roster.Canteen
}

func (s *Server) words(ctx context.Context) (w words, err error) {
	if w.teams, err = s.roster.Teams(ctx); err != nil {
		return w, fmt.Errorf("read teams: %w", err)
	}
	if w.orgs, err = s.roster.Orgs(ctx); err != nil {
		return w, fmt.Errorf("read organizations: %w", err)
	}
	if w.canteens, err = s.roster.Canteens(ctx); err != nil {
		return w, fmt.Errorf("read canteens: %w", err)
	}
	return w, nil
}

// scope is the name of where a role holds; the id itself where the roster has no name.
func (w *words) scope(at ledger.Scope) string {
	if at == ledger.ScopeCommunity {
		return "全社区"
	}
	for _, t := range w.teams {
		if string(t.ID) == string(at) {
			return t.Zh
		}
	}
	for _, o := range w.orgs {
		if string(o.ID) == string(at) {
			return o.Zh
		}
	}
	for _, x := range w.canteens {
		if string(x.ID) == string(at) {
			return x.Zh
		}
	}
	return string(at)
}

// scopeEn is the same in English.
func (w *words) scopeEn(at ledger.Scope) string {
	if at == ledger.ScopeCommunity {
		return "the community"
	}
	for _, t := range w.teams {
		if string(t.ID) == string(at) && t.En != "" {
			return t.En
		}
	}
	for _, o := range w.orgs {
		if string(o.ID) == string(at) && o.En != "" {
			return o.En
		}
	}
	return w.scope(at)
}

// wording maps the codes of one kind to their words.
type wording map[string]roster.Text

func (s *Server) texts(ctx context.Context, kind roster.TextKind) (wording, error) {
	all, err := s.roster.Texts(ctx, kind)
	if err != nil {
		return nil, fmt.Errorf("read texts: %w", err)
	}
	w := make(wording, len(all))
	for _, t := range all {
		w[t.Code] = t
	}
	return w, nil
}

func (w wording) zh(code string) string {
	if t, ok := w[code]; ok {
		return t.Zh
	}
	return code
}

func (w wording) en(code string) string {
	if t, ok := w[code]; ok && t.En != "" {
		return t.En
	}
	return code
}

type publicTotals struct {
	Community   string        `json:"community_name"`
	Demo        bool          `json:"demo"`
	Records     ledger.Seq    `json:"records"`
	Seq         ledger.Seq    `json:"seq"`
	Issued      ledger.Points `json:"issued"`
	Redeemed    ledger.Points `json:"redeemed"`
	Expired     ledger.Points `json:"expired"`
	Outstanding ledger.Points `json:"outstanding"`
	HoldsTrue   bool          `json:"holds_true" doc:"issued - redeemed - expired = outstanding, counted two ways"`
}

// totals is the public page's line: no person, no team, no organization.
func (s *Server) totals(ctx context.Context, c *call, _ *none) (publicTotals, error) {
	out := publicTotals{Community: s.community}
	if err := s.read(ctx, c, func(b *ledger.Book) { out.Demo = b.Demo() }); err != nil {
		return out, err
	}
	t, err := s.view.Truth(ctx)
	if err != nil {
		return out, fmt.Errorf("read the line of truth: %w", err)
	}
	c.seq = max(c.seq, t.Seq)
	out.Records, out.Seq = t.Records, t.Seq
	out.Issued, out.Redeemed, out.Expired, out.Outstanding, out.HoldsTrue = t.Issued, t.Redeemed, t.Expired, t.Outstanding, t.Holds
	return out, nil
}
