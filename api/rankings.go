package api

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
	"moralbank.example/bank/ledger/view"
)

// ranked is a team or a person in a public list.
type ranked struct {
	Name    string         `json:"name" doc:"Of a team its own; of a person the full name with her consent, else masked or a number"`
	En      string         `json:"name_en,omitempty"`
	Minutes ledger.Minutes `json:"minutes"`
	People  int            `json:"people,omitempty"`
}

// ranking is who served how long in a month, as the public may know it.
type ranking struct {
	Month  string     `json:"month" example:"2026-05"`
	Teams  []ranked   `json:"teams" doc:"Teams of ten people and more who served"`
	People []ranked   `json:"people" doc:"The ten who served longest; none when fewer than ten served"`
	Seq    ledger.Seq `json:"seq"`
}

// rankedMost is how many people a public list names.
const rankedMost = 10

type rankingInput struct {
	Month string `query:"month" maxLength:"7" doc:"YYYY-MM; the month under way when absent"`
}

// rankings is the public list of a month: no number of fewer than ten people, no full name without consent, no minors.
func (s *Server) rankings(ctx context.Context, c *call, in *rankingInput) (ranking, error) {
	var m ledger.Month
	var today roster.Date
	if err := s.read(ctx, c, func(b *ledger.Book) { m, today = b.MonthOf(c.now), s.today(b) }); err != nil {
		return ranking{}, err
	}
	if in.Month != "" {
		day, err := dayIn(in.Month + "-01")
		if err != nil {
			return ranking{}, fail(codeFieldInvalid, "field", "month")
		}
		s.view.Read(func(b *ledger.Book) { m = b.MonthOf(b.DayStarts(day)) })
	}
	out := ranking{Month: month(m), Teams: []ranked{}, People: []ranked{}}
	teams, err := s.scopesOf(ctx, "team")
	if err != nil {
		return out, err
	}
	for _, t := range teams {
		served, seq, err := s.servedIn(ctx, ledger.Scope(t.id), m)
		if err != nil {
			return out, err
		}
		c.seq = max(c.seq, seq)
		if len(served) >= tooFew {
			out.Teams = append(out.Teams, ranked{Name: t.zh, En: t.en, Minutes: together(served), People: len(served)})
		}
	}
	slices.SortStableFunc(out.Teams, func(a, b ranked) int { return cmp.Compare(b.Minutes, a.Minutes) })
	served, seq, err := s.servedIn(ctx, view.ScopeAll, m)
	if err != nil {
		return out, err
	}
	c.seq = max(c.seq, seq)
	if len(served) >= tooFew {
		out.People = s.longest(served, today)
	}
	out.Seq = c.seq
	return out, nil
}

// servedIn is who served in a month.
func (s *Server) servedIn(ctx context.Context, x ledger.Scope, m ledger.Month) ([]view.Person, ledger.Seq, error) {
	people, seq, err := s.view.People(ctx, x, m, m)
	if err != nil {
		return nil, seq, fmt.Errorf("read who served: %w", err)
	}
	return slices.DeleteFunc(people, func(p view.Person) bool { return p.Minutes <= 0 }), seq, nil
}

func together(people []view.Person) (sum ledger.Minutes) {
	for i := range people {
		sum += people[i].Minutes
	}
	return sum
}

// longest are the adults who served longest, named as they agreed to be.
func (s *Server) longest(people []view.Person, today roster.Date) []ranked {
	slices.SortStableFunc(people, func(a, b view.Person) int { return cmp.Compare(b.Minutes, a.Minutes) })
	out := []ranked{}
	for i := range people {
		if len(out) == rankedMost {
			break
		}
		if id := people[i].Account; s.roster.Adult(id, today) {
			out = append(out, ranked{Name: s.roster.PublicName(id, today), Minutes: people[i].Minutes})
		}
	}
	return out
}
