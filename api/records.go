package api

import (
	"context"
	"fmt"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/explain"
	"moralbank.example/bank/ledger/roster"
	"moralbank.example/bank/ledger/view"
)

// RecordBrief is a record as lists show it.
type RecordBrief struct {
	Seq         ledger.Seq       `json:"seq"`
	Time        Time             `json:"time"`
	Kind        string           `json:"kind"`
	Zh          string           `json:"kind_zh"`
	En          string           `json:"kind_en"`
	Actor       ledger.AccountID `json:"actor"`
	ActorName   string           `json:"actor_name,omitempty"`
	Account     ledger.AccountID `json:"account,omitempty" doc:"The member that it is about"`
	AccountName string           `json:"account_name,omitempty"`
	Points      ledger.Points    `json:"points,omitempty" doc:"That it moved into (or, below zero, out of) that member's account"`
	Minutes     ledger.Minutes   `json:"minutes,omitempty"`
	ReversedBy  ledger.Seq       `json:"reversed_by,omitempty"`
}

type listRecordsInput struct {
	Paged

	Account  ledger.AccountID  `query:"account" maxLength:"48" pattern:"^[a-z0-9/-]*$" doc:"Records that post to it, or are about it"`
	Activity ledger.ActivityID `query:"activity" maxLength:"48" pattern:"^[a-z0-9/-]*$" doc:"Records of an activity: announced, attended, awarded, reversed"`
	Scope    ledger.Scope      `query:"scope" maxLength:"48" pattern:"^[a-z0-9/-]*$" doc:"Records of a team, organization or canteen: its activities, members, roles and budget"`
	Kind     string            `query:"kind" maxLength:"40"`
	From     string            `query:"from" maxLength:"40" doc:"RFC 3339, or a local day YYYY-MM-DD; included"`
	To       string            `query:"to" maxLength:"40" doc:"RFC 3339: not included; a local day: included"`
}

// listRecords lists the records of the ledger, the newest first. A page may be short, or empty, and still have a next one. A leader
// or an organization's admin lists what her own group did, with masked names.
func (s *Server) listRecords(ctx context.Context, c *call, in *listRecordsInput) (list[RecordBrief], error) {
	before, err := cursorSeq(in.Cursor)
	if err != nil {
		return list[RecordBrief]{}, err
	}
	f := view.Filter{Account: in.Account, Activity: in.Activity, Scope: in.Scope}
	if all := c.holds(organizer, ledger.RoleAuditor); !all && (in.Scope == "" || in.Account != "" || in.Activity != "" || !c.mayRead(in.Scope)) {
		return list[RecordBrief]{}, fail(string(ledger.CodeNotEntitled))
	}
	if in.Kind != "" {
		known := false
		if f.Kind, known = ledger.ParseKind(in.Kind); !known {
			return list[RecordBrief]{}, fail(codeFieldInvalid, "field", "kind")
		}
	}
	if f.From, err = s.momentIn("from", in.From, 0); err != nil {
		return list[RecordBrief]{}, err
	}
	if f.To, err = s.momentIn("to", in.To, 1); err != nil {
		return list[RecordBrief]{}, err
	}
	if err := s.catchUp(ctx); err != nil {
		return list[RecordBrief]{}, err
	}
	page, err := s.view.Records(ctx, f, before, in.Limit)
	if err != nil {
		return list[RecordBrief]{}, fmt.Errorf("list records: %w", err)
	}
	c.seq = max(c.seq, page.Seq)
	items := make([]RecordBrief, 0, len(page.Entries))
	var seen []ledger.AccountID
	for i := range page.Entries {
		item := s.recordBrief(c, &page.Entries[i].Record)
		if item.AccountName != "" {
			seen = append(seen, item.Account)
		}
		items = append(items, item)
	}
	next := ""
	if page.Next > 0 {
		next = decimal(page.Next)
	}
	return listOf(c, items, next), s.saw(ctx, c, "records", seen...)
}

// momentIn reads a time of a query, or the start of a local day so many days later; 0 for none.
func (s *Server) momentIn(field, text string, days ledger.Day) (at ledger.Time, err error) {
	if text == "" {
		return 0, nil
	}
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return ledger.Time(t.UnixMilli()), nil
	}
	day, err := dayIn(text)
	if err != nil {
		return 0, fail(codeFieldInvalid, "field", field)
	}
	s.view.Read(func(b *ledger.Book) { at = b.DayStarts(day + days) })
	return at, nil
}

// recordBrief describes a record, with names to those who may see all of them.
func (s *Server) recordBrief(c *call, r *ledger.Record) RecordBrief {
	words, name := explain.Kind(r.Kind), s.actorName
	if !c.holds(organizer, ledger.RoleAuditor) {
		name = s.maskedActor
	}
	out := RecordBrief{
		Seq: r.Seq, Time: Time(r.Time), Kind: r.Kind.String(), Zh: words.Zh, En: words.En, Actor: r.Actor, ActorName: name(r.Actor),
		Account: r.Subject(),
	}
	if out.Account != "" {
		out.AccountName = name(out.Account)
	}
	for i := range r.Postings {
		p := &r.Postings[i]
		if p.Account != out.Account {
			continue
		}
		switch p.Unit {
		case ledger.UnitPoints:
			out.Points = ledger.Points(p.Amount)
		case ledger.UnitMinutes:
			out.Minutes = ledger.Minutes(p.Amount)
		case ledger.UnitUnknown:
		}
	}
	s.view.Read(func(b *ledger.Book) { out.ReversedBy = b.ReversedBy(r.Seq) })
	return out
}

// actorName is who acted, as people say it.
func (s *Server) actorName(id ledger.AccountID) string {
	switch id {
	case ledger.ActorRoot:
		return "本机控制台"
	case ledger.ActorTimer:
		return "系统定时"
	}
	return s.roster.Name(id)
}

// maskedActor is the same for somebody who may not see names.
func (s *Server) maskedActor(id ledger.AccountID) string {
	if ledger.ClassOf(id) == ledger.ClassMember {
		return roster.Mask(s.roster.Name(id))
	}
	return s.actorName(id)
}
