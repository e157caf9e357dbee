package api

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"moralbank.example/bank/ledger/intake"
	"moralbank.example/bank/ledger/roster"
)

type commitImportInput struct {
	Keyed

	ID pathID `path:"id"`
}

type importResult struct {
	Created int   `json:"created" doc:"People who were not there"`
	Skipped int   `json:"skipped" doc:"Rows of people who were, or with errors"`
	Joined  int   `json:"joined" doc:"New memberships of teams and organizations"`
	Faulty  []int `json:"faulty" doc:"Lines left out because of their errors"`
	Opening []int `json:"opening" doc:"Lines with opening balances, which two people approve apart"`
}

// imports lets one file in at a time: two commits of one file at once would both find its people new.
type imports struct {
	mu   sync.Mutex
	done map[string]importResult // by scope and key, for a retry after a lost answer; under mu
}

// importsMax bounds how many results are remembered. One that is forgotten costs a retry that finds everybody there.
const importsMax = 64

// commitImport carries out a previewed file: accounts, people and groups (package intake). It may be cut short and done again;
// who is there already is matched and not changed.
func (s *Server) commitImport(ctx context.Context, c *call, in *commitImportInput) (importResult, error) {
	s.imports.mu.Lock()
	defer s.imports.mu.Unlock()
	retry := c.scope() + " " + string(c.key) + " " + string(in.ID)
	if first, ok := s.imports.done[retry]; ok {
		c.replayed = true
		return first, nil
	}
	blob, content, err := s.roster.Blob(ctx, roster.BlobID(in.ID.plain()), s.time())
	switch {
	case errors.Is(err, roster.ErrNotFound), errors.Is(err, roster.ErrExpired):
		return importResult{}, fail(codeImportGone)
	case err != nil:
		return importResult{}, fmt.Errorf("read import: %w", err)
	case blob.Kind != importBlob:
		return importResult{}, fail(codeImportGone)
	}
	preview, err := s.previewOf(ctx, c, content)
	if err != nil {
		return importResult{}, err
	}
	desk := intake.Desk{Engine: s.engine, Roster: s.roster, By: c.by()}
	res, err := desk.Commit(ctx, preview)
	if err != nil {
		return importResult{}, fmt.Errorf("import: %w", err)
	}
	c.seq = max(c.seq, s.engine.Seq())
	out := importResult{
		Created: res.Created, Skipped: res.Known + len(res.Faulty), Joined: res.Joined,
		Faulty: notNil(res.Faulty), Opening: notNil(res.Opening),
	}
	if len(s.imports.done) >= importsMax || s.imports.done == nil {
		s.imports.done = map[string]importResult{}
	}
	s.imports.done[retry] = out
	return out, nil
}

// nameless is a row that a second import of the same file could not recognize: it would make the person twice.
func nameless(row *roster.PreviewRow) bool {
	return row.Match == "" && row.Person.Phone == "" && row.Person.Birth == ""
}

// unknowable is what such a row is told.
var unknowable = roster.CellError{
	Column: roster.ColBirth, Code: "not_recognizable", Zh: "请填手机号或出生日期，否则下次导入认不出是同一个人",
	En: "Give a phone number or a date of birth, or the next import would not recognize this person",
}
