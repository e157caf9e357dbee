package roster

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
)

// FileKind is what an imported file is.
type FileKind string

// The kinds of files. AutoFile looks at the first bytes.
const (
	AutoFile FileKind = ""
	CSVFile  FileKind = "csv"
	XLSXFile FileKind = "xlsx"
)

// Column is a column that the import understands.
type Column string

// The columns, as they are named in errors and by the API.
const (
	ColName      Column = "name"
	ColPhone     Column = "phone"
	ColBirth     Column = "birth"
	ColBuilding  Column = "building"
	ColTeam      Column = "team"
	ColOrg       Column = "org"
	ColGuardian  Column = "guardian_phone"
	ColEmergency Column = "emergency"
	ColPoints    Column = "points"
	ColHours     Column = "hours"
	ColNote      Column = "note"
)

// Sheet is a parsed file: text cells under known columns. Nothing in it has been believed yet, see Preview.
type Sheet struct {
	Hash    [sha256.Size]byte // of the file's bytes, recorded in the ledger
	Kind    FileKind
	Columns []Column // known ones, in the file's order
	Unknown []string // headers that were not understood; their cells are left out
	Rows    []SheetRow

	Since1904 bool // day numbers count from 1904 (old Mac workbooks), not from 1900
}

// SheetRow is one line of a file.
type SheetRow struct {
	Line  int // as a person counts in the file, from 1
	Cells map[Column]string
}

// Bounds of a file.
const (
	// SheetRowsMax is how many people one file may hold.
	SheetRowsMax = 5000
	// SheetBytesMax is how large one file may be: 8 MiB.
	SheetBytesMax = 8 << 20
	linesMax      = SheetRowsMax + headerLookMax
	headerLookMax = 10  // lines above the header: titles, notes
	columnsMax    = 64  // cells looked at in one line
	cellMax       = 500 // characters
)

// What can be wrong with a whole file. What is wrong with single cells is told by Preview.
var (
	// ErrSheetKind says that the bytes are neither text nor an XLSX workbook (old .xls too).
	ErrSheetKind = errors.New("roster: neither a CSV text nor an XLSX workbook")
	// ErrSheetHeader says that no line holds a name column.
	ErrSheetHeader = errors.New("roster: no header line with a name column (姓名)")
	// ErrSheetTooLong says that a file holds more than SheetRowsMax people.
	ErrSheetTooLong = errors.New("roster: more than 5000 rows")
	// ErrSheetTwice says that two columns of the header mean the same.
	ErrSheetTwice = errors.New("roster: two columns mean the same")
)

// Parse reads a spreadsheet of people: CSV in UTF-8 (with or without BOM), UTF-16 or GB18030 as Excel writes it in China, or
// the first visible sheet of an XLSX workbook with one. ErrTooLarge above SheetBytesMax; ErrSheet... for what cannot be read at all.
// Formulas are never worked out: in CSV such a cell is its text, in XLSX the result that the spreadsheet program left in it.
func Parse(r io.Reader, kind FileKind) (Sheet, error) {
	raw, err := io.ReadAll(io.LimitReader(r, SheetBytesMax+1))
	if err != nil {
		return Sheet{}, fmt.Errorf("read file: %w", err)
	}
	if len(raw) > SheetBytesMax {
		return Sheet{}, fmt.Errorf("read file: %w: more than 8 MiB", ErrTooLarge)
	}
	if kind == AutoFile {
		kind = CSVFile
		if bytes.HasPrefix(raw, []byte("PK\x03\x04")) {
			kind = XLSXFile
		}
	}
	var lines []textLine
	var since1904 bool
	switch kind {
	case CSVFile:
		lines, err = readCSV(raw)
	case XLSXFile:
		lines, since1904, err = readXLSX(raw)
	case AutoFile:
		err = ErrSheetKind
	default:
		err = ErrSheetKind
	}
	if err != nil {
		return Sheet{}, err
	}
	sheet, err := assemble(lines)
	if err != nil {
		return Sheet{}, err
	}
	sheet.Hash, sheet.Kind, sheet.Since1904 = sha256.Sum256(raw), kind, since1904
	return sheet, nil
}

// textLine is a line of any file: its number and its cells as text.
type textLine struct {
	number int
	cells  []string
}

func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { return tidy(c) != "" })
}

func hasHeader(lines []textLine) bool {
	for _, line := range lines[:min(len(lines), headerLookMax)] {
		if columns, _, _ := header(line.cells); columns != nil {
			return true
		}
	}
	return false
}

// assemble finds the header and puts the cells below it under their columns.
func assemble(lines []textLine) (Sheet, error) {
	for i, line := range lines[:min(len(lines), headerLookMax)] {
		columns, unknown, err := header(line.cells)
		if err != nil {
			return Sheet{}, err
		}
		if columns == nil {
			continue
		}
		sheet := Sheet{Unknown: unknown}
		for _, c := range columns {
			if c != "" {
				sheet.Columns = append(sheet.Columns, c)
			}
		}
		for _, below := range lines[i+1:] {
			row := SheetRow{Line: below.number, Cells: pick(below.cells, columns)}
			if len(row.Cells) == 0 {
				continue
			}
			if len(sheet.Rows) == SheetRowsMax {
				return Sheet{}, ErrSheetTooLong
			}
			sheet.Rows = append(sheet.Rows, row)
		}
		return sheet, nil
	}
	return Sheet{}, ErrSheetHeader
}

// pick is the cells that stand under a known column and hold something.
func pick(cells []string, columns []Column) map[Column]string {
	picked := map[Column]string{}
	for n := range min(len(cells), len(columns)) {
		if text := tidy(cells[n]); columns[n] != "" && text != "" {
			picked[columns[n]] = text
		}
	}
	return picked
}
