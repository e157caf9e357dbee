package api

import (
	"context"
	"fmt"

	"moralbank.example/bank/ledger"
)

// ledgerLines are records as they are stored: what an auditor's own program verifies against the signed checkpoint.
type ledgerLines struct {
	From  ledger.Seq `json:"from"`
	Lines []string   `json:"lines" doc:"Each as it is stored and hashed, without LF; empty at the end of the books"`
}

type ledgerLinesInput struct {
	From  ledger.Seq `query:"from" minimum:"1" maximum:"9007199254740991" default:"1"`
	Limit int        `query:"limit" minimum:"1" maximum:"1000" default:"500"`
}

// getLines gives a run of record lines to auditors. Whom they are about stands in the access log.
func (s *Server) getLines(ctx context.Context, c *call, in *ledgerLinesInput) (ledgerLines, error) {
	out := ledgerLines{From: in.From, Lines: []string{}}
	end := s.engine.Seq()
	c.seq = max(c.seq, end)
	if in.From > end {
		return out, nil
	}
	end = min(end, in.From+ledger.Seq(in.Limit)-1)
	seen := map[ledger.AccountID]bool{}
	var whom []ledger.AccountID
	for stored, err := range s.engine.Follow(ctx, in.From) {
		if err != nil {
			return out, fmt.Errorf("read lines: %w", err)
		}
		out.Lines = append(out.Lines, string(stored.Line))
		if id := stored.Record.Subject(); id != "" && !seen[id] {
			seen[id] = true
			whom = append(whom, id)
		}
		if stored.Record.Seq == end {
			break
		}
	}
	return out, s.saw(ctx, c, "lines", whom...)
}
