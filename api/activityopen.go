package api

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

type openActivityInput struct {
	Keyed

	Body struct {
		Title   string           `json:"title,omitempty" maxLength:"60"`
		Kind    string           `json:"kind,omitempty" maxLength:"48"`
		Place   string           `json:"place,omitempty" maxLength:"80"`
		Content string           `json:"content,omitempty" maxLength:"4000"`
		Team    ledger.TeamID    `json:"team,omitempty" maxLength:"48"`
		Org     ledger.OrgID     `json:"org,omitempty" maxLength:"48"`
		Station string           `json:"station,omitempty" maxLength:"48"`
		Start   *Time            `json:"start,omitempty"`
		End     *Time            `json:"end,omitempty"`
		Charge  ledger.AccountID `json:"person_in_charge,omitempty" maxLength:"48" doc:"The caller when absent"`
	}
}

// openActivity announces an activity. Its words go to the roster, a salted commitment to them and all that the rules need
// to the books. Publishing is blocked while a field that the law asks of a service record is missing (民政部令第67号).
func (s *Server) openActivity(ctx context.Context, c *call, in *openActivityInput) (activityPage, error) {
	x := &in.Body
	if x.Charge == "" {
		x.Charge = c.account
	}
	words := roster.Activity{
		ID:    ledger.ActivityID("a/" + derivedID("activity", c.scope(), string(c.key))),
		Title: strings.TrimSpace(x.Title), Place: strings.TrimSpace(x.Place), Content: strings.TrimSpace(x.Content),
		Lead: x.Charge, Team: x.Team, Org: x.Org, Station: x.Station,
	}
	if field := missing(in, &words); field != "" {
		return activityPage{}, fail(codeLegalField, "field", field)
	}
	do := &ledger.OpenActivity{
		Activity: words.ID, Type: x.Kind, Team: x.Team, Org: x.Org, Start: ledger.Time(*x.Start), End: ledger.Time(*x.End), Charge: x.Charge,
	}
	s.opening.Lock() // two tries at once must not salt the text twice
	defer s.opening.Unlock()
	records, err := s.first(ctx, c)
	if err != nil {
		return activityPage{}, err
	}
	if records != nil {
		if err := s.again(c, records, do); err != nil {
			return activityPage{}, err
		}
		return s.getActivity(ctx, c, &activityPath{pathID(words.ID)})
	}
	if err := s.mayOpen(ctx, c, do, &words); err != nil {
		return activityPage{}, err
	}
	text, err := s.commitText(ctx, c, &words)
	if err != nil {
		return activityPage{}, err
	}
	do.Text = hex.EncodeToString(text[:])
	if _, err := s.submit(ctx, c, do); err != nil {
		return activityPage{}, err
	}
	return s.getActivity(ctx, c, &activityPath{pathID(words.ID)})
}

// missing names the first field that the law asks for and that is empty, as the request spells it.
func missing(in *openActivityInput, words *roster.Activity) string {
	if names := words.Missing(); len(names) > 0 {
		return strings.Replace(names[0], "lead", "person_in_charge", 1)
	}
	switch {
	case in.Body.Team == "":
		return "team"
	case in.Body.Kind == "":
		return "kind"
	case in.Body.Start == nil:
		return "start"
	case in.Body.End == nil:
		return "end"
	}
	return ""
}

// mayOpen refuses what could not be opened anyway, before its words are stored.
func (s *Server) mayOpen(ctx context.Context, c *call, do *ledger.OpenActivity, words *roster.Activity) error {
	names, err := s.words(ctx)
	if err != nil {
		return err
	}
	if !names.group(ledger.Group(do.Team)) || do.Org != "" && !names.group(ledger.Group(do.Org)) {
		return fail(codeTeamUnknown, "field", "team")
	}
	v := ledger.ActivityView{ActivityOpened: ledger.ActivityOpened{Team: do.Team, Org: do.Org}}
	if !c.runs(&v) {
		return fail(string(ledger.CodeNotEntitled))
	}
	if words.Station == "" {
		return nil
	}
	_, err = s.roster.Station(ctx, words.Station)
	if errors.Is(err, roster.ErrNotFound) {
		return fail(codeStationUnknown, "field", "station")
	}
	return err
}

// commitText stores the words and gives the commitment to them. Words that an earlier try stored keep their salt: the books may
// hold its commitment already.
func (s *Server) commitText(ctx context.Context, c *call, words *roster.Activity) (text [32]byte, err error) {
	old, err := s.roster.Activity(ctx, words.ID)
	switch {
	case err == nil && old.Canonical() == words.Canonical():
		return roster.Commit(old.Canonical(), old.Salt), nil
	case err == nil:
		return text, fail(string(ledger.CodeKeyReused), "field", "content")
	case !errors.Is(err, roster.ErrNotFound):
		return text, fmt.Errorf("read activity text: %w", err)
	}
	_, text, err = s.roster.PutActivity(ctx, c.by(), *words)
	return text, err
}
