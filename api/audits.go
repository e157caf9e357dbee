package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
	"moralbank.example/bank/ledger/seal"
)

// auditorState is an auditor and what she signed last: she read every record again and found it right.
type auditorState struct {
	Name    string `json:"name"`
	About   string `json:"about" doc:"Who she is, and who named or removed her"`
	Key     string `json:"verifier_key"`
	Removed bool   `json:"removed,omitempty"`
	Size    int64  `json:"size,omitempty" doc:"Records that she replayed; absent before her first signature"`
	At      *Time  `json:"at,omitempty" doc:"When she signed, as she states"`
	Note    string `json:"checkpoint,omitempty" doc:"The checkpoint with her signature"`
}

// readerState is somebody who may read everything: named by whom, since when.
type readerState struct {
	Name string `json:"name" doc:"Masked"`
	By   string `json:"named_by" doc:"Masked"`
	At   Time   `json:"since"`
}

// auditorsOut adds who audits these books, and who named them.
func (s *Server) auditorsOut(out *publicCheckpoint) {
	out.Auditors, out.Readers = []auditorState{}, []readerState{}
	if s.auditors != nil {
		for _, a := range s.auditors.List() {
			out.Auditors = append(out.Auditors, auditorOut(&a))
		}
	}
	var holders []ledger.Holder
	s.view.Read(func(b *ledger.Book) { holders = b.HoldersOf(ledger.RoleAuditor) })
	for _, h := range holders {
		out.Readers = append(out.Readers, readerState{roster.Mask(s.roster.Name(h.Account)), s.maskedActor(h.By), Time(h.At)})
	}
}

func auditorOut(a *seal.Audit) auditorState {
	return auditorState{Name: a.Name, About: a.About, Key: a.Key, Removed: a.Removed, Size: a.Size, At: timeOut(a.At), Note: string(a.Note)}
}

type auditInput struct {
	Body struct {
		Checkpoint string `json:"checkpoint" minLength:"1" maxLength:"65536" doc:"As moralbank verify --sign wrote it"`
	}
}

// takeAudit stores an auditor's signature, after it has been verified against these books.
func (s *Server) takeAudit(ctx context.Context, _ *call, in *auditInput) (auditorState, error) {
	if s.sealed == nil || s.auditors == nil || s.sealed.Published() == nil {
		return auditorState{}, fail(codeNotFound)
	}
	a, err := s.auditors.Take(ctx, s.sealed.Published(), []byte(in.Body.Checkpoint))
	switch {
	case errors.Is(err, seal.ErrNotAuditor), errors.Is(err, seal.ErrCheckpoint), errors.Is(err, seal.ErrNotFound):
		return auditorState{}, fail(codeAuditUnsigned)
	case errors.Is(err, seal.ErrBack):
		return auditorState{}, fail(codeAuditOld)
	case errors.Is(err, seal.ErrFork):
		s.log.LogAttrs(ctx, slog.LevelError, "an auditor has replayed other books than these", slog.String("error", err.Error()))
		return auditorState{}, fail(codeAuditFork)
	case err != nil:
		return auditorState{}, fmt.Errorf("take audit: %w", err)
	}
	return auditorOut(&a), nil
}
