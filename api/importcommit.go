package api

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

func newReader(p []byte) io.Reader { return bytes.NewReader(p) }

type commitImportInput struct {
	Keyed

	ID pathID `path:"id"`
}

type importResult struct {
	Created int `json:"created" doc:"People of this file who have an account now, those of an earlier try included"`
	Skipped int `json:"skipped" doc:"Rows of people who were there before, or with errors"`
}

// commitImport opens the accounts of a previewed file's new people and puts them into their groups. Every step has a key
// that follows from the file and the line, so that a retry, by anybody and however often, goes on where the last one was
// cut off and makes nobody twice. People who are there already are not changed.
func (s *Server) commitImport(ctx context.Context, c *call, in *commitImportInput) (importResult, error) {
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
	batch := newImportBatch(&preview)
	if err := s.openAccounts(ctx, c, batch); err != nil {
		return importResult{}, err
	}
	if err := s.enterPeople(ctx, c, batch); err != nil {
		return importResult{}, err
	}
	if err := s.joinGroups(ctx, c, batch); err != nil {
		return importResult{}, err
	}
	return importResult{Created: len(batch.people), Skipped: len(preview.Rows) - len(batch.people)}, nil
}

// importBatch is the new people of a file, each with the account that its line stands for.
type importBatch struct {
	hash   string
	people []*roster.PreviewRow
}

// newImportBatch takes the rows without errors that are new, or that an earlier try of this file made.
func newImportBatch(p *roster.Preview) *importBatch {
	b := &importBatch{hash: hex.EncodeToString(p.Hash[:])}
	good := map[int]*roster.PreviewRow{}
	for i := range p.Rows {
		row := &p.Rows[i]
		row.Person.Account = b.account(row.Line)
		if len(row.Errors) > 0 {
			continue
		}
		good[row.Line] = row
		if row.Match == "" || row.Match == row.Person.Account {
			b.people = append(b.people, row)
		} else {
			row.Person.Account = row.Match
		}
	}
	for _, row := range b.people {
		if guardian := good[row.GuardianLine]; row.GuardianLine != 0 && guardian != nil {
			row.Person.Guardian = guardian.Person.Account
		}
	}
	return b
}

func (b *importBatch) account(line int) ledger.AccountID {
	return ledger.MemberAccount(derivedID("import", b.hash, strconv.Itoa(line)))
}

func (b *importBatch) key(row *roster.PreviewRow, step string) ledger.Key {
	return ledger.DerivedKey("import", b.hash, strconv.Itoa(row.Line), step)
}

// openAccounts opens those without a guardian first: a guardian of the file must be there before her ward.
func (s *Server) openAccounts(ctx context.Context, c *call, b *importBatch) error {
	for _, wards := range [...]bool{false, true} {
		err := s.each(ctx, b.people, func(ctx context.Context, row *roster.PreviewRow) error {
			if (row.Person.Guardian != "") != wards {
				return nil
			}
			return s.step(ctx, c, b.key(row, "open"), &ledger.OpenAccount{Account: row.Person.Account, Guardian: row.Person.Guardian}, ledger.CodeAccountExists)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// step submits one command of an import; already is the refusal that says that it was done before, by somebody else.
func (s *Server) step(ctx context.Context, c *call, key ledger.Key, do ledger.Verb, already ledger.Code) error {
	cmd := s.command(c, do)
	cmd.Key = key
	answer, err := s.engine.Submit(ctx, &cmd)
	switch {
	case err != nil:
		return fmt.Errorf("import: %w", err)
	case answer.Refusal != nil && answer.Refusal.Code != already:
		return answer.Refusal
	}
	return nil
}

func (s *Server) enterPeople(ctx context.Context, c *call, b *importBatch) error {
	people := make([]roster.Person, 0, len(b.people))
	for _, row := range b.people {
		if !s.roster.Has(row.Person.Account) {
			people = append(people, row.Person)
		}
	}
	if len(people) == 0 {
		return nil
	}
	if err := s.roster.AddPeople(ctx, c.by(), people...); err != nil {
		return fmt.Errorf("import people: %w", err)
	}
	return nil
}

func (s *Server) joinGroups(ctx context.Context, c *call, b *importBatch) error {
	return s.each(ctx, b.people, func(ctx context.Context, row *roster.PreviewRow) error {
		for _, g := range groupsOf(row.Team, row.Org) {
			err := s.step(ctx, c, b.key(row, string(g)), &ledger.Join{Account: row.Person.Account, Group: g}, ledger.CodeMembershipExists)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// atOnce is how many commands of an import wait for the writer at the same time: they share its syncs.
const atOnce = 32

// each does the rows, some at once, and stops at the first error.
func (s *Server) each(ctx context.Context, rows []*roster.PreviewRow, do func(context.Context, *roster.PreviewRow) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	work := make(chan *roster.PreviewRow)
	var all sync.WaitGroup
	for range min(atOnce, len(rows)) {
		all.Go(func() {
			for row := range work {
				if ctx.Err() != nil {
					continue
				}
				if err := do(ctx, row); err != nil {
					cancel(err)
				}
			}
		})
	}
	for _, row := range rows {
		work <- row
	}
	close(work)
	all.Wait()
	return context.Cause(ctx)
}
