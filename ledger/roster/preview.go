package roster

import (
	"context"
	"crypto/sha256"
	"fmt"

	"moralbank.example/bank/ledger"
)

// Preview is what an import would do, for a person to look at. It changes nothing, and what it proposes for people who are
// there already (phone, birth date, guardian) is never carried out by an import: somebody changes it at the desk, or nobody.
type Preview struct {
	Hash    [sha256.Size]byte `json:"hash"`
	Unknown []string          `json:"unknown,omitempty"`
	Rows    []PreviewRow      `json:"rows"`
	New     int               `json:"new"`     // rows that would add a person
	Matched int               `json:"matched"` // rows of people who are there
	Faulty  int               `json:"faulty"`  // rows with errors: neither
	Points  ledger.Points     `json:"points"`  // sums over the rows without errors
	Minutes ledger.Minutes    `json:"minutes"`
}

// PreviewRow is one row, read.
type PreviewRow struct {
	Line          int              `json:"line"`
	Person        Person           `json:"person"` // without account; Guardian only if the guardian is in the roster
	GuardianPhone string           `json:"guardian_phone,omitempty"`
	GuardianLine  int              `json:"guardian_line,omitempty"` // the guardian's own row in this file, else 0
	Team          ledger.TeamID    `json:"team,omitempty"`
	Org           ledger.OrgID     `json:"org,omitempty"`
	Points        ledger.Points    `json:"points"`
	Minutes       ledger.Minutes   `json:"minutes"`
	Note          string           `json:"note,omitempty"`
	Errors        []CellError      `json:"errors,omitempty"`   // the row cannot be imported
	Warnings      []CellError      `json:"warnings,omitempty"` // worth a look
	SameAs        int              `json:"same_as,omitempty"`  // an earlier line of the same person, else 0
	Match         ledger.AccountID `json:"match,omitempty"`    // this is that person: name with phone, or name with birth date
	Similar       []Similar        `json:"similar,omitempty"`  // may be that person; a human decides
}

// Similar is somebody of the roster who resembles a row, or whose entry differs from it.
type Similar struct {
	Account ledger.AccountID `json:"account"`
	By      []Column         `json:"by"`                // what agrees
	Differs []Column         `json:"differs,omitempty"` // what the file says otherwise: proposals, not carried out
}

// Preview reads a sheet against the roster as it is. day is the day on which ages count.
func (r *Roster) Preview(ctx context.Context, sheet Sheet, day Date) (Preview, error) {
	if !day.Valid() {
		return Preview{}, invalid("day", "日期不对", "not a day")
	}
	groups, err := r.groups(ctx)
	if err != nil {
		return Preview{}, fmt.Errorf("preview import: %w", err)
	}
	p := Preview{Hash: sheet.Hash, Unknown: sheet.Unknown, Rows: make([]PreviewRow, 0, len(sheet.Rows))}
	for _, row := range sheet.Rows[:min(len(sheet.Rows), SheetRowsMax)] {
		p.Rows = append(p.Rows, readRow(row, groups, sheet.Since1904, day))
	}
	r.index.mu.RLock()
	faces := newFaceFinder(r.index)
	r.index.mu.RUnlock()
	markRepeats(p.Rows)
	for i := range p.Rows {
		faces.match(&p.Rows[i])
	}
	faces.guardians(p.Rows, day)
	for _, row := range p.Rows {
		p.count(row)
	}
	return p, nil
}

func (p *Preview) count(row PreviewRow) {
	switch {
	case len(row.Errors) > 0:
		p.Faulty++
		return
	case row.Match != "":
		p.Matched++
	default:
		p.New++
	}
	p.Points += row.Points
	p.Minutes += row.Minutes
}

// groups maps what people write for a team or organization to its id.
type groups struct {
	teams map[string]ledger.TeamID
	orgs  map[string]ledger.OrgID
}

func (r *Roster) groups(ctx context.Context) (groups, error) {
	g := groups{teams: map[string]ledger.TeamID{}, orgs: map[string]ledger.OrgID{}}
	teams, err := r.Teams(ctx)
	if err != nil {
		return g, err
	}
	for _, t := range teams {
		g.teams[fold(t.Zh)], g.teams[fold(t.En)], g.teams[fold(string(t.ID))] = t.ID, t.ID, t.ID
	}
	orgs, err := r.Orgs(ctx)
	if err != nil {
		return g, err
	}
	for _, o := range orgs {
		g.orgs[fold(o.Zh)], g.orgs[fold(o.En)], g.orgs[fold(string(o.ID))] = o.ID, o.ID, o.ID
	}
	return g, nil
}

// readRow reads the cells of one row and collects what is wrong with each.
func readRow(row SheetRow, g groups, since1904 bool, day Date) PreviewRow {
	out := PreviewRow{Line: row.Line, Note: clip(row.Cells[ColNote], noteMax)}
	p := &out.Person
	fault := func(e *CellError) {
		if e != nil {
			out.Errors = append(out.Errors, *e)
		}
	}
	var ok bool
	var bad *CellError
	if p.Name = cellName(row.Cells[ColName]); !validName(p.Name) {
		p.Name = ""
		fault(&CellError{ColName, "name_unreadable", "姓名空着或含有不是文字的内容", "The name is empty or holds something else than letters"})
	}
	if text := row.Cells[ColPhone]; text != "" {
		if p.Phone, ok = cellPhone(text); !ok {
			p.Phone = ""
			fault(&CellError{ColPhone, "phone_unreadable", "手机号应为 11 位数字，没有可以空着", "A mobile number has 11 digits; leave it empty if there is none"})
		}
	}
	if text := row.Cells[ColBirth]; text != "" {
		p.Birth, bad = cellBirth(text, since1904, day)
		fault(bad)
	} else {
		out.Warnings = append(out.Warnings, CellError{ColBirth, "birth_missing", "没有出生日期，无法判断年龄段", "Without a date of birth the age group is unknown"})
	}
	if text := row.Cells[ColGuardian]; text != "" {
		if out.GuardianPhone, ok = cellPhone(text); !ok {
			out.GuardianPhone = ""
			fault(&CellError{ColGuardian, "guardian_phone_unreadable", "监护人手机号应为 11 位数字", "The guardian's number has 11 digits"})
		}
	}
	p.Building, p.Emergency = clip(row.Cells[ColBuilding], buildingMax), clip(row.Cells[ColEmergency], emergencyMax)
	if text := row.Cells[ColTeam]; text != "" {
		if out.Team, ok = g.teams[fold(text)]; !ok {
			fault(&CellError{ColTeam, "team_unknown", "没有这支志愿服务队", "No such team"})
		}
	}
	if text := row.Cells[ColOrg]; text != "" {
		if out.Org, ok = g.orgs[fold(text)]; !ok {
			fault(&CellError{ColOrg, "org_unknown", "没有这个社会组织", "No such organization"})
		}
	}
	if text := row.Cells[ColPoints]; text != "" {
		out.Points, bad = cellPoints(text)
		fault(bad)
	}
	if text := row.Cells[ColHours]; text != "" {
		out.Minutes, bad = cellMinutes(text)
		fault(bad)
	}
	return out
}
