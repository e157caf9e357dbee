package api

import (
	"context"

	"moralbank.example/bank/ledger"
)

type joinInput struct {
	Keyed

	ID   pathID `path:"id"`
	Body struct {
		Group ledger.Group `json:"group" minLength:"1" maxLength:"48" doc:"Id of a team or organization"`
	}
}

// join puts a member into a team or organization, at the desk. The rules would let a leader do it for her own team; the
// door does not, because whoever is in a team is seen by its leader.
func (s *Server) join(ctx context.Context, c *call, in *joinInput) error {
	id := ledger.AccountID(in.ID.plain())
	names, err := s.words(ctx)
	if err != nil {
		return err
	}
	if !names.group(in.Body.Group) {
		return fail(codeTeamUnknown, "field", "group")
	}
	_, err = s.submit(ctx, c, &ledger.Join{Account: id, Group: in.Body.Group})
	return err
}

type leaveInput struct {
	Keyed

	ID    pathID `path:"id"`
	Group pathID `path:"group"`
}

func (s *Server) leave(ctx context.Context, c *call, in *leaveInput) error {
	_, err := s.submit(ctx, c, &ledger.Leave{Account: ledger.AccountID(in.ID.plain()), Group: ledger.Group(in.Group.plain())})
	return err
}

type freezeInput struct {
	Keyed

	ID   pathID `path:"id"`
	Body struct {
		Reason string `json:"reason_code" enum:"suspicion,request,lost,other"`
	}
}

// freeze rests an account; thaw wakes it.
func (s *Server) freeze(ctx context.Context, c *call, in *freezeInput) error {
	_, err := s.submit(ctx, c, &ledger.Freeze{Account: ledger.AccountID(in.ID.plain()), Reason: reasonIn(in.Body.Reason)})
	return err
}

type thawInput struct {
	Keyed

	ID pathID `path:"id"`
}

func (s *Server) thaw(ctx context.Context, c *call, in *thawInput) error {
	_, err := s.submit(ctx, c, &ledger.Thaw{Account: ledger.AccountID(in.ID.plain())})
	return err
}
