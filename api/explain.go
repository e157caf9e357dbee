package api

import (
	"context"
	"fmt"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/explain"
)

// step is one reason: a record, a rule, or both.
type step struct {
	Seq     ledger.Seq `json:"seq,omitempty" doc:"The record; absent for a rule alone"`
	At      *Time      `json:"at,omitempty"`
	Rule    string     `json:"rule,omitempty" doc:"The rulebook's field, as the record line spells it"`
	Edition int        `json:"edition,omitempty" doc:"Of the rulebook"`
	Amount  int64      `json:"amount" doc:"What it changed, in the unit of the answer"`
	Zh      string     `json:"zh"`
	En      string     `json:"en"`
}

func stepsOut(steps []explain.Step) []step {
	out := make([]step, 0, len(steps))
	for i := range steps {
		s := &steps[i]
		out = append(out, step{s.Seq, moment(s.At), s.Rule, s.Edition, s.Amount, s.Text.Zh, s.Text.En})
	}
	return out
}

// why is an answer to why something is as it is.
type why struct {
	Zh    string     `json:"zh"`
	En    string     `json:"en"`
	Unit  string     `json:"unit,omitempty" enum:"points,minutes"`
	Value int64      `json:"value"`
	Holds bool       `json:"holds_true" doc:"The steps add up to the value"`
	Steps []step     `json:"steps"`
	Next  string     `json:"next_cursor,omitempty" doc:"Ask again with this cursor for what came before"`
	Seq   ledger.Seq `json:"seq"`
}

func (c *call) why(a *explain.Answer) why {
	out := why{Zh: a.Text.Zh, En: a.Text.En, Value: a.Value, Holds: a.Holds, Steps: stepsOut(a.Steps), Seq: c.seq}
	if a.Unit != ledger.UnitUnknown {
		out.Unit = a.Unit.String()
	}
	return out
}

// edition is the rulebook of an edition; the one in force when the books have none of that number.
func (s *Server) edition(n int) *ledger.Rulebook {
	var k *ledger.Rulebook
	s.view.Read(func(b *ledger.Book) {
		if k = b.Edition(n); k == nil {
			k = b.Rules()
		}
	})
	if k == nil {
		return ledger.DefaultRulebook()
	}
	return k
}

type explainBalanceInput struct {
	Paged

	ID   pathID `path:"id"`
	Unit string `query:"unit" enum:"points,minutes,available" default:"points"`
}

// explainBalance says why an account holds what it does: a page of the records that changed it, the newest ones, with what came
// before them as one step; or why only so much of it can be spent.
func (s *Server) explainBalance(ctx context.Context, c *call, in *explainBalanceInput) (why, error) {
	id := ledger.AccountID(in.ID.plain())
	before, err := cursorSeq(in.Cursor)
	if err != nil {
		return why{}, err
	}
	now, err := s.whole(ctx, c, id)
	if err != nil {
		return why{}, err
	}
	if in.Unit == "available" {
		a := explain.Available(now, c.now, s.edition(0))
		return c.why(&a), nil
	}
	unit := ledger.UnitPoints
	if in.Unit == ledger.UnitMinutes.String() {
		unit = ledger.UnitMinutes
	}
	entries, at, err := s.view.History(ctx, id, before, in.Limit)
	if err != nil {
		return why{}, fmt.Errorf("read history: %w", err)
	}
	c.seq = max(c.seq, at)
	words, err := s.wordings(ctx)
	if err != nil {
		return why{}, err
	}
	records := make([]ledger.Record, 0, len(entries))
	for i := range entries {
		records = append(records, entries[i].Record)
	}
	a := explain.Balance(id, unit, records, s.edition(0), words)
	out := c.why(&a)
	if len(entries) == in.Limit {
		out.Next = cursorOut(decimal(entries[len(entries)-1].Record.Seq))
	}
	return out, s.saw(ctx, c, "explain", id)
}

// whole is an account that the caller may see everything of; to others it does not exist.
func (s *Server) whole(ctx context.Context, c *call, id ledger.AccountID) (*ledger.AccountView, error) {
	var found *ledger.AccountView
	err := s.read(ctx, c, func(b *ledger.Book) {
		may := c.seesAll()
		if ledger.ClassOf(id) == ledger.ClassMember {
			may = c.sight(b, id) == whole
		}
		if v, ok := b.View(id); ok && may {
			found = &v
		}
	})
	if err == nil && found == nil {
		err = fail(string(ledger.CodeAccountUnknown))
	}
	return found, err
}

// explainRecordWhy says which rules made a record, step by step: of an award its minutes and its points, of anything else what it
// says in a sentence.
func (s *Server) explainRecordWhy(ctx context.Context, c *call, in *recordPath) (why, error) {
	stored, err := s.record(ctx, in.Seq)
	if err != nil {
		return why{}, err
	}
	r := &stored.Record
	name, err := s.mayRead(c, r)
	if err != nil {
		return why{}, err
	}
	c.seq = max(c.seq, s.engine.Seq())
	names, err := s.naming(ctx, name)
	if err != nil {
		return why{}, err
	}
	rules := s.edition(r.Rulebook)
	a := explain.Answer{Text: names.Record(r), Holds: true}
	if points, ok := explain.Award(r, rules); ok {
		a = points
		act, found, err := s.view.Activity(ctx, r.Activity())
		if err != nil {
			return why{}, fmt.Errorf("read activity: %w", err)
		}
		if minutes, ok := explain.Minutes(r, rules, act.Start, act.End, act.ClosedAt); ok && found {
			for i := range minutes.Steps {
				minutes.Steps[i].Amount = 0 // minutes, which are never converted into points
			}
			a.Steps, a.Holds = append(minutes.Steps, a.Steps...), a.Holds && minutes.Holds
		}
	} else if deed, ok := explain.DeedAward(r, rules, names.Words); ok {
		a = deed
	} else {
		a.Steps = []explain.Step{{Seq: r.Seq, At: r.At(), Edition: r.Rulebook, Text: a.Text}}
	}
	if names.failed != nil {
		return why{}, names.failed
	}
	out := c.why(&a)
	if subject := r.Subject(); subject != "" {
		return out, s.saw(ctx, c, "explain", subject)
	}
	return out, nil
}

type explainRefusalInput struct {
	Code      string     `path:"code" maxLength:"40"`
	Need      int64      `query:"need" doc:"The facts that the problem carried, as far as it did"`
	Available int64      `query:"available"`
	Used      int64      `query:"used"`
	Limit     int64      `query:"limit"`
	Seq       ledger.Seq `query:"seq" minimum:"0" maximum:"9007199254740991"`
	Reset     string     `query:"reset" maxLength:"40"`
}

// explainRefusal says which rule is behind a refusal of the rules, and how the facts that it carried bear it out. It reads nothing
// of anybody.
func (s *Server) explainRefusal(ctx context.Context, c *call, in *explainRefusalInput) (why, error) {
	reset, err := s.momentIn("reset", in.Reset, 0)
	if err != nil {
		return why{}, err
	}
	if err := s.catchUp(ctx); err != nil {
		return why{}, err
	}
	c.seq = max(c.seq, s.view.Seq())
	a := explain.Refusal(&ledger.Refusal{
		Code: ledger.Code(in.Code), Need: in.Need, Available: in.Available, Used: in.Used, Limit: in.Limit, Seq: in.Seq, Reset: reset,
	}, s.edition(0))
	if a.Text.Zh == "" {
		return why{}, fail(codeNotFound)
	}
	return c.why(&a), nil
}
