package api

import (
	"context"
	"errors"
	"fmt"

	"moralbank.example/bank/ledger"
)

// first is what this call's key made before, if anything. Handlers ask right after authentication, before they look at
// code, PIN or price: a retry after a lost answer must meet its first answer, not "code used".
func (s *Server) first(ctx context.Context, c *call) ([]ledger.Record, error) {
	records, found, err := s.engine.First(ctx, c.scope(), c.key)
	if err != nil {
		return nil, fmt.Errorf("look up the key: %w", err)
	}
	if found {
		c.seq = max(c.seq, s.engine.Seq(), records[len(records)-1].Seq)
	}
	return records, nil
}

// again checks that a retry asks for what its key did first, and marks the answer as a replay.
func (s *Server) again(c *call, records []ledger.Record, do ledger.Verb) error {
	cmd := s.command(c, do)
	if r := ledger.SameCommand(&records[0], &cmd); r != nil {
		return r
	}
	c.replayed = true
	return nil
}

// firstOf is first and again for what may have become a proposal: what this call's key did before, if anything.
func (s *Server) firstOf(ctx context.Context, c *call, do ledger.Verb) ([]ledger.Record, error) {
	records, err := s.first(ctx, c)
	if err != nil || records == nil {
		return nil, err
	}
	if records[0].Kind == ledger.KindProposed {
		do = &ledger.Propose{Do: do}
	}
	return records, s.again(c, records, do)
}

// together is submit for what may take two people: done at once where the rules let one person, else the proposal that another
// approves, under the same key.
func (s *Server) together(ctx context.Context, c *call, do ledger.Verb) ([]ledger.Record, error) {
	records, err := s.submit(ctx, c, do)
	if r, ok := errors.AsType[*ledger.Refusal](err); ok && r.Code == ledger.CodeSecondPerson {
		return s.submit(ctx, c, &ledger.Propose{Do: do})
	}
	return records, err
}

// command is what the caller asks for, in the caller's own name.
func (s *Server) command(c *call, do ledger.Verb) ledger.Command {
	return ledger.Command{Key: c.key, Actor: c.account, Via: c.via(), Do: do}
}

// submit hands the caller's command to the writer and waits until its records are durable. A refusal is an error.
func (s *Server) submit(ctx context.Context, c *call, do ledger.Verb) ([]ledger.Record, error) {
	cmd := s.command(c, do)
	return s.submitAs(ctx, c, &cmd)
}

// submitAs is submit for a command with a key or in a name of its own: a step that follows from the caller's command, or
// something that the machine's console does.
func (s *Server) submitAs(ctx context.Context, c *call, cmd *ledger.Command) ([]ledger.Record, error) {
	answer, err := s.ledger(ctx, cmd)
	if err != nil {
		return nil, fmt.Errorf("submit: %w", err)
	}
	c.seq = max(c.seq, answer.Seq)
	if answer.Refusal != nil {
		return nil, answer.Refusal
	}
	if cmd.Key == c.key && answer.Replayed {
		c.replayed = true
	}
	return answer.Records, nil
}
