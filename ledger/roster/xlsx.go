package roster

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/xuri/excelize/v2"
)

// unzipMax is what a workbook may unfold to, in bytes; a zip bomb is refused. excelize keeps what is under its XML limit in
// memory, so with both limits equal it never writes people's data to a temporary file.
const unzipMax = 48 << 20

// readXLSX reads the first visible sheet that has a header, streaming. Cells are read raw, so that a date is a day number whatever its format;
// of a formula the remembered result counts, as text: nothing is worked out here. since1904 tells from which year days are counted.
func readXLSX(raw []byte) (lines []textLine, since1904 bool, err error) {
	defer func() {
		if recover() != nil { // the file is a stranger's: what the library chokes on is no workbook
			lines, err = nil, fmt.Errorf("%w: damaged workbook", ErrSheetKind)
		}
	}()
	book, err := excelize.OpenReader(bytes.NewReader(raw), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: unzipMax, UnzipXMLSizeLimit: unzipMax,
	})
	if err != nil {
		return nil, false, fmt.Errorf("%w: %w", ErrSheetKind, err)
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	props, err := book.GetWorkbookProps()
	if err != nil {
		return nil, false, fmt.Errorf("%w: %w", ErrSheetKind, err)
	}
	since1904 = props.Date1904 != nil && *props.Date1904
	for _, name := range book.GetSheetList() {
		if visible, err := book.GetSheetVisible(name); err == nil && !visible {
			continue
		}
		lines, err := readTab(book, name)
		if err != nil {
			return nil, false, err
		}
		if hasHeader(lines) {
			return lines, since1904, nil
		}
	}
	return nil, false, ErrSheetHeader
}

func readTab(book *excelize.File, name string) ([]textLine, error) {
	rows, err := book.Rows(name)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSheetKind, err)
	}
	defer rows.Close()
	var lines []textLine
	for number := 1; rows.Next(); number++ {
		cells, err := rows.Columns()
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrSheetKind, err)
		}
		if blank(cells) {
			continue
		}
		if len(lines) == linesMax {
			return nil, ErrSheetTooLong
		}
		lines = append(lines, textLine{number: number, cells: slices.Clone(cells[:min(len(cells), columnsMax)])})
	}
	if err := rows.Error(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSheetKind, err)
	}
	return lines, nil
}
