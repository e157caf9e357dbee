package api

import (
	"context"
	"fmt"

	"moralbank.example/bank/ledger"
)

type historyInput struct{ Paged }

// myHistory is the caller's own records, the newest first.
func (s *Server) myHistory(ctx context.Context, c *call, in *historyInput) (list[entry], error) {
	return s.history(ctx, c, c.account, &in.Paged)
}

type memberHistoryInput struct {
	Paged

	ID pathID `path:"id"`
}

func (s *Server) memberHistory(ctx context.Context, c *call, in *memberHistoryInput) (list[entry], error) {
	id, seen, err := s.subject(ctx, c, in.ID)
	if err != nil {
		return list[entry]{}, err
	}
	if seen < whole {
		return list[entry]{}, fail(string(ledger.CodeNotEntitled))
	}
	if err := s.saw(ctx, c, "history", id); err != nil {
		return list[entry]{}, err
	}
	return s.history(ctx, c, id, &in.Paged)
}

func (s *Server) history(ctx context.Context, c *call, id ledger.AccountID, in *Paged) (list[entry], error) {
	before, err := cursorSeq(in.Cursor)
	if err != nil {
		return list[entry]{}, err
	}
	if err := s.catchUp(ctx); err != nil {
		return list[entry]{}, err
	}
	records, at, err := s.view.History(ctx, id, before, in.Limit)
	if err != nil {
		return list[entry]{}, fmt.Errorf("read history: %w", err)
	}
	c.seq = max(c.seq, at)
	tell, err := s.teller(ctx)
	if err != nil {
		return list[entry]{}, err
	}
	items := make([]entry, 0, len(records))
	for i := range records {
		e, err := tell.entry(ctx, &records[i].Record, id)
		if err != nil {
			return list[entry]{}, err
		}
		items = append(items, e)
	}
	next := ""
	if len(items) == in.Limit {
		next = decimal(items[len(items)-1].Seq)
	}
	return listOf(c, items, next), nil
}
