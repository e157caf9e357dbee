package api

import (
	"context"
	"fmt"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/explain"
	"moralbank.example/bank/ledger/roster"
)

// naming is what a sentence about records needs of the roster, for somebody who may see these names. It lives for one answer:
// failed says whether a name could not be read.
type naming struct {
	explain.Names

	failed error
}

// naming reads the words that every answer needs; titles of activities are read as they come up.
func (s *Server) naming(ctx context.Context, name func(ledger.AccountID) string) (*naming, error) {
	groups, err := s.words(ctx)
	if err != nil {
		return nil, err
	}
	n := &naming{Names: explain.Names{Person: name, Scope: func(at ledger.Scope) explain.Text { return explain.Text{Zh: groups.scope(at), En: groups.scopeEn(at)} }}}
	if n.Words, err = s.wordings(ctx); err != nil {
		return nil, err
	}
	n.Activity = func(id ledger.ActivityID) string {
		words, err := s.activityWords(ctx, id)
		if err != nil {
			n.failed = fmt.Errorf("read the title of an activity: %w", err)
		}
		if words.Title == "" {
			return string(id)
		}
		return words.Title
	}
	return n, nil
}

// wordings is what meals, deeds, reasons and kinds of activity are called.
func (s *Server) wordings(ctx context.Context) (explain.Words, error) {
	all := map[string]wording{}
	for kind, of := range map[string]roster.TextKind{"meal": roster.MealKind, "reason": roster.ReasonKind, "deed": roster.DeedKind, "activity": roster.ActivityKind} {
		w, err := s.texts(ctx, of)
		if err != nil {
			return nil, err
		}
		all[kind] = w
	}
	return func(kind, id string) explain.Text { return explain.Text{Zh: all[kind].zh(id), En: all[kind].en(id)} }, nil
}

// explainRecord says in a plain sentence what a record says.
func (s *Server) explainRecord(ctx context.Context, r *ledger.Record, name func(ledger.AccountID) string) (zh, en string, err error) {
	n, err := s.naming(ctx, name)
	if err != nil {
		return "", "", err
	}
	t := n.Record(r)
	return t.Zh, t.En, n.failed
}
