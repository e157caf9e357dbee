package api

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// importKept is how long an uploaded file waits for its commit, in milliseconds: a day, sealed under a key of its own.
const importKept = ledger.Time(24 * 3600_000)

const importBlob = "import"

type importInput struct {
	RawBody huma.MultipartFormFiles[struct {
		File huma.FormFile `form:"file" required:"true" doc:"A spreadsheet of people: XLSX or CSV with a header line"`
	}]
}

type importPreview struct {
	Import  roster.BlobID `json:"import"`
	Hash    string        `json:"file_sha256"`
	Unknown []string      `json:"unknown_columns" doc:"Headers that were not understood; their cells are left out"`
	Rows    []importRow   `json:"rows"`
	Counts  importCounts  `json:"counts"`
}

type importCounts struct {
	Rows     int            `json:"rows"`
	New      int            `json:"new"`
	Matched  int            `json:"matched" doc:"People who are in the roster already; nothing of theirs is changed"`
	Faulty   int            `json:"faulty"`
	Points   ledger.Points  `json:"points" doc:"Opening balances in the file: not imported by this step"`
	Minutes  ledger.Minutes `json:"minutes"`
	Warnings int            `json:"warnings"`
}

type importRow struct {
	Line     int              `json:"line"`
	Masked   string           `json:"name_masked"`
	Result   string           `json:"result" enum:"new,matched,faulty"`
	Team     ledger.TeamID    `json:"team,omitempty"`
	Org      ledger.OrgID     `json:"organization,omitempty"`
	Errors   []cellError      `json:"errors"`
	Warnings []cellError      `json:"warnings"`
	Match    ledger.AccountID `json:"match,omitempty"`
	Similar  []similar        `json:"similar,omitempty" doc:"May be the same person: a human decides"`
}

type cellError struct {
	Column string `json:"column"`
	Code   string `json:"code"`
	Zh     string `json:"zh"`
	En     string `json:"en"`
}

type similar struct {
	Account ledger.AccountID `json:"account"`
	Masked  string           `json:"name_masked"`
	By      []roster.Column  `json:"by"`
	Differs []roster.Column  `json:"differs"`
}

// previewImport reads an uploaded file, says what a commit would do, and keeps the file, sealed, for a day. Nothing is changed.
func (s *Server) previewImport(ctx context.Context, c *call, in *importInput) (importPreview, error) {
	content, err := readUpload(in.RawBody.Form)
	if err != nil {
		return importPreview{}, err
	}
	p, err := s.previewOf(ctx, c, content)
	if err != nil {
		return importPreview{}, err
	}
	blob, err := s.roster.PutBlob(ctx, c.by(), importBlob, "", content, s.time()+importKept)
	if err != nil {
		return importPreview{}, fmt.Errorf("keep import: %w", err)
	}
	if err := s.hideStrangers(ctx, c, &p); err != nil {
		return importPreview{}, err
	}
	return s.previewOut(blob.ID, &p), nil
}

// hideStrangers takes out of a preview who the people are that rows resemble, where the caller may not see them: an upload must
// not tell whose a phone number is, or when somebody was born. Whom she may see and did is noted.
func (s *Server) hideStrangers(ctx context.Context, c *call, p *roster.Preview) error {
	var seen []ledger.AccountID
	err := s.read(ctx, c, func(b *ledger.Book) {
		hidden := func(id ledger.AccountID) bool { return c.sight(b, id) == unseen }
		for i := range p.Rows {
			row := &p.Rows[i]
			row.Similar = slices.DeleteFunc(slices.Clone(row.Similar), func(x roster.Similar) bool { return hidden(x.Account) })
			for _, x := range row.Similar {
				seen = append(seen, x.Account)
			}
		}
	})
	if err != nil {
		return err
	}
	slices.Sort(seen)
	return s.saw(ctx, c, "import", slices.Compact(seen)...)
}

func readUpload(form *multipart.Form) ([]byte, error) {
	if form == nil || len(form.File["file"]) != 1 {
		return nil, fail(codeFieldInvalid, "field", "file")
	}
	f, err := form.File["file"][0].Open()
	if err != nil {
		return nil, fmt.Errorf("open upload: %w", err)
	}
	content, err := io.ReadAll(io.LimitReader(f, roster.SheetBytesMax+1))
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("read upload: %w", err)
	}
	if len(content) > roster.SheetBytesMax {
		return nil, fail(codeBodyTooLarge)
	}
	return content, nil
}

// previewOf reads a file against the roster as it is now.
func (s *Server) previewOf(ctx context.Context, c *call, content []byte) (roster.Preview, error) {
	sheet, err := roster.Parse(bytes.NewReader(content), roster.AutoFile)
	switch {
	case errors.Is(err, roster.ErrSheetKind):
		return roster.Preview{}, fail(codeSheetKind)
	case errors.Is(err, roster.ErrSheetHeader):
		return roster.Preview{}, fail(codeSheetHeader)
	case errors.Is(err, roster.ErrSheetTwice):
		return roster.Preview{}, fail(codeSheetTwice)
	case errors.Is(err, roster.ErrSheetTooLong):
		return roster.Preview{}, fail(codeSheetTooLong)
	case errors.Is(err, roster.ErrTooLarge):
		return roster.Preview{}, fail(codeBodyTooLarge)
	case err != nil:
		return roster.Preview{}, fail(codeSheetKind) // a damaged workbook: the library's words help nobody
	}
	var today roster.Date
	if err := s.read(ctx, c, func(b *ledger.Book) { today = s.today(b) }); err != nil {
		return roster.Preview{}, err
	}
	p, err := s.roster.Preview(ctx, sheet, today)
	if err != nil {
		return p, fmt.Errorf("preview import: %w", err)
	}
	for i := range p.Rows {
		judge(c, &p, &p.Rows[i])
	}
	return p, nil
}

// judge adds what the door has to say about a row: who could not be recognized again, whose groups the caller may not
// fill, and what is not imported yet.
func judge(c *call, p *roster.Preview, row *roster.PreviewRow) {
	sound := len(row.Errors) == 0
	if nameless(row) {
		row.Errors = append(row.Errors, unknowable)
	}
	for _, g := range groupsOf(row.Team, row.Org) {
		if !c.mayGroup(g) {
			row.Errors = append(row.Errors, roster.CellError{
				Column: roster.ColTeam, Code: string(ledger.CodeNotEntitled), Zh: "您不能往这个队伍或组织里加人，请社区组织者导入",
				En: "You may not put people into this group; ask the organizer",
			})
		}
	}
	switch {
	case !sound || len(row.Errors) == 0:
	case row.Match != "":
		p.Matched, p.Faulty = p.Matched-1, p.Faulty+1
	default:
		p.New, p.Faulty = p.New-1, p.Faulty+1
	}
	if row.Points != 0 || row.Minutes != 0 {
		row.Warnings = append(row.Warnings, roster.CellError{
			Column: roster.ColPoints, Code: "opening_balance", Zh: "期初积分和时长不在这一步导入，要由两位负责人另行核定",
			En: "Opening balances are not imported by this step: two people approve them apart",
		})
	}
}

func (s *Server) previewOut(id roster.BlobID, p *roster.Preview) importPreview {
	out := importPreview{
		Import: id, Hash: hex.EncodeToString(p.Hash[:]), Unknown: p.Unknown, Rows: make([]importRow, 0, len(p.Rows)),
		Counts: importCounts{Rows: len(p.Rows), New: p.New, Matched: p.Matched, Faulty: p.Faulty, Points: p.Points, Minutes: p.Minutes},
	}
	if out.Unknown == nil {
		out.Unknown = []string{}
	}
	for i := range p.Rows {
		row := &p.Rows[i]
		r := importRow{
			Line: row.Line, Masked: roster.Mask(row.Person.Name), Result: "new", Team: row.Team, Org: row.Org,
			Errors: cellsOut(row.Errors), Warnings: cellsOut(row.Warnings), Match: row.Match,
		}
		switch {
		case len(row.Errors) > 0:
			r.Result = "faulty"
		case row.Match != "":
			r.Result = "matched"
		}
		for _, x := range row.Similar {
			r.Similar = append(r.Similar, similar{x.Account, roster.Mask(s.roster.Name(x.Account)), notNil(x.By), notNil(x.Differs)})
		}
		out.Counts.Warnings += len(r.Warnings)
		out.Rows = append(out.Rows, r)
	}
	return out
}

func cellsOut(all []roster.CellError) []cellError {
	out := make([]cellError, 0, len(all))
	for _, e := range all {
		out = append(out, cellError{string(e.Column), e.Code, e.Zh, e.En})
	}
	return out
}

func notNil[T any](all []T) []T {
	if all == nil {
		return []T{}
	}
	return all
}
