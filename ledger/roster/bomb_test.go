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

// A short row may claim to be any row: the last of a sheet is read as such, one beyond is refused at once.
func TestParseReadsFarRowsAndRefusesImpossibleOnes(t *testing.T) {
	plain := workbook(t, func(f *excelize.File) {
		must(t, f.SetSheetRow("Sheet1", "A1", &[]any{"姓名"}))
		must(t, f.SetSheetRow("Sheet1", "A2", &[]any{"赵伟"}))
	})
	for far, line := range map[string]int{
		"99999": 99999, "1048576": 1048576, "1048577": 0, "2000000000": 0, "9223372036854775807": 0, "-5": 0, "x": 0,
	} {
		raw := rezip(t, plain, "xl/worksheets/sheet1.xml", func(s string) string {
			return strings.NewReplacer(`r="2"`, `r="`+far+`"`, `r="A2"`, `r="A`+far+`"`).Replace(s)
		})
		sheet, err := Parse(bytes.NewReader(raw), XLSXFile)
		if line == 0 {
			wantErr(t, "row "+far, err, ErrSheetKind)
		} else if err != nil || len(sheet.Rows) != 1 || sheet.Rows[0].Line != line {
			t.Errorf("row %s: %+v, %v", far, sheet.Rows, err)
		}
	}
}
