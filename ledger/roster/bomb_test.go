package roster

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// rezip rewrites one part of a workbook.
func rezip(t *testing.T, raw []byte, part string, edit func(string) string) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	must(t, err)
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range in.File {
		r, err := f.Open()
		must(t, err)
		text, err := io.ReadAll(r)
		must(t, err)
		if f.Name == part {
			text = []byte(edit(string(text)))
		}
		w, err := z.Create(f.Name)
		must(t, err)
		_, err = w.Write(text)
		must(t, err)
	}
	must(t, z.Close())
	return out.Bytes()
}

// One short row that says it is the two-billionth made the reader walk through all rows before it.
func TestParseDoesNotWalkToFarRows(t *testing.T) {
	plain := workbook(t, func(f *excelize.File) {
		must(t, f.SetSheetRow("Sheet1", "A1", &[]any{"姓名"}))
		must(t, f.SetSheetRow("Sheet1", "A2", &[]any{"赵伟"}))
	})
	for _, far := range []string{"99999", "1048576", "2000000000", "9223372036854775807", "-5", "x"} {
		raw := rezip(t, plain, "xl/worksheets/sheet1.xml", func(s string) string {
			return strings.NewReplacer(`r="2"`, `r="`+far+`"`, `r="A2"`, `r="A`+far+`"`).Replace(s)
		})
		sheet, err := Parse(bytes.NewReader(raw), XLSXFile)
		if far == "99999" {
			if err != nil || len(sheet.Rows) != 1 || sheet.Rows[0].Line != 99999 {
				t.Errorf("row %s: %+v, %v", far, sheet.Rows, err)
			}
		} else if err == nil && len(sheet.Rows) > 1 {
			t.Errorf("row %s: %+v", far, sheet.Rows)
		}
	}
}
