package roster

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"moralbank.example/bank/ledger"
)

const chineseSheet = `彩虹城社区志愿者名册,,,,,,,,,,
姓名,手机,出生日期,楼栋,志愿服务队,社会组织,监护人手机,紧急联系人,期初积分,期初时长,备注
赵 伟,139 1923 0009,1956-3-8,A区1栋,夕阳行助老队,银龄互助社,,赵敏,120,12.5,老党员
钱小宝,,2016/9/1,A区2栋,,,13919230009,,,,
,,,,,,,,,,
孙丽,+86-13893470003,1990年1月2日,B区3栋,t3,o9,,,0,3小时20分,"多行
备注"
`

func encodings(t *testing.T, text string) map[string][]byte {
	t.Helper()
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
	must(t, err)
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(strings.ReplaceAll(text, ",", "\t")))
	must(t, err)
	return map[string][]byte{
		"utf-8": []byte(text), "utf-8 with bom": []byte("\ufeff" + text), "gb18030": gb, "utf-16 with tabs": utf16,
		"crlf": []byte(strings.ReplaceAll(text, "\n", "\r\n")), "semicolons": []byte(strings.ReplaceAll(text, ",", ";")),
	}
}

func seeded(t *testing.T) *Roster {
	t.Helper()
	r := peopled(t)
	must(t, r.Seed(t.Context(), desk, DefaultCommunity()))
	return r
}

func TestImportReadsWhatExcelWritesInChina(t *testing.T) {
	r := seeded(t)
	for name, raw := range encodings(t, chineseSheet) {
		sheet, err := Parse(bytes.NewReader(raw), CSVFile)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if sheet.Hash != sha256.Sum256(raw) || len(sheet.Rows) != 3 || len(sheet.Columns) != 11 || len(sheet.Unknown) != 0 {
			t.Errorf("%s: %d rows, %d columns, unknown %v", name, len(sheet.Rows), len(sheet.Columns), sheet.Unknown)
		}
		wantThree(t, name, r, sheet)
	}
}

// wantThree checks the preview of chineseSheet.
func wantThree(t *testing.T, name string, r *Roster, sheet Sheet) {
	t.Helper()
	p, err := r.Preview(t.Context(), sheet, today)
	must(t, err)
	if len(p.Rows) != 3 || p.New != 3 || p.Matched != 0 || p.Faulty != 0 || p.Points != 120 || p.Minutes != 950 {
		t.Fatalf("%s: %+v", name, p)
	}
	zhao, bao, sun := p.Rows[0], p.Rows[1], p.Rows[2]
	if zhao.Person.Name != "赵伟" || zhao.Person.Phone != "13919230009" || zhao.Person.Birth != "1956-03-08" || zhao.Person.Building != "A区1栋" ||
		zhao.Person.Emergency != "赵敏" || zhao.Team != "t2" || zhao.Org != "o4" || zhao.Points != 120 || zhao.Minutes != 750 || zhao.Note != "老党员" || zhao.Line != 3 {
		t.Errorf("%s: first row %+v", name, zhao)
	}
	if bao.Person.Name != "钱小宝" || bao.Person.Phone != "" || bao.Person.Birth != "2016-09-01" || bao.GuardianLine != 3 || bao.GuardianPhone != "13919230009" || bao.Line != 4 {
		t.Errorf("%s: a child whose guardian is in the file: %+v", name, bao)
	}
	if sun.Person.Phone != "13893470003" || sun.Person.Birth != "1990-01-02" || sun.Team != "t3" || sun.Org != "o9" || sun.Minutes != 200 || sun.Note != "多行 备注" || sun.Line != 6 {
		t.Errorf("%s: third row %+v", name, sun)
	}
}

// workbook writes rows as a spreadsheet program does: numbers as numbers, dates as styled day numbers.
func workbook(t *testing.T, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	fill(f)
	var out bytes.Buffer
	must(t, f.Write(&out))
	must(t, f.Close())
	return out.Bytes()
}

func TestImportReadsWorkbooks(t *testing.T) {
	r := seeded(t)
	raw := workbook(t, func(f *excelize.File) {
		_, err := f.NewSheet("说明")
		must(t, err)
		must(t, f.SetSheetName("Sheet1", "封面"))
		must(t, f.SetSheetRow("封面", "A1", &[]any{"2026 年导入"}))
		_, err = f.NewSheet("名册")
		must(t, err)
		must(t, f.SetSheetRow("名册", "A1", &[]any{"彩虹城社区志愿者名册"}))
		must(t, f.SetSheetRow("名册", "A2", &[]any{"姓名*", "手机号码", "出生日期（必填）", "楼栋", "志愿服务队", "社会组织", "监护人手机", "紧急联系人", "期初积分", "期初时长(小时)", "备注"}))
		date, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		must(t, err)
		must(t, f.SetSheetRow("名册", "A3", &[]any{"赵 伟", 13919230009, 20522, "A区1栋", "夕阳行助老队", "银龄互助社", nil, "赵敏", 120, 12.5, "老党员"}))
		must(t, f.SetCellStyle("名册", "C3", "C3", date))
		must(t, f.SetSheetRow("名册", "A4", &[]any{"钱小宝", nil, "2016/9/1", "A区2栋", nil, nil, 13919230009}))
		must(t, f.SetSheetRow("名册", "A6", &[]any{"孙丽", "13893470003", 19900102, "B区3栋", "T3", "O9", nil, nil, 0, "3小时20分", "多行\n备注"}))
	})
	for _, kind := range []FileKind{XLSXFile, AutoFile} {
		sheet, err := Parse(bytes.NewReader(raw), kind)
		must(t, err)
		if sheet.Kind != XLSXFile || sheet.Hash != sha256.Sum256(raw) {
			t.Errorf("kind %q", sheet.Kind)
		}
		wantThree(t, "workbook", r, sheet)
	}
}

func TestFormulasAreText(t *testing.T) {
	raw := workbook(t, func(f *excelize.File) {
		must(t, f.SetSheetRow("Sheet1", "A1", &[]any{"姓名", "期初积分"}))
		must(t, f.SetSheetRow("Sheet1", "A2", &[]any{"赵伟", 5}))
		must(t, f.SetCellFormula("Sheet1", "B2", "1000*1000"))
	})
	sheet, err := Parse(bytes.NewReader(raw), XLSXFile)
	must(t, err)
	if got := sheet.Rows[0].Cells[ColPoints]; got == "1000000" {
		t.Errorf("a formula was worked out: %q", got)
	}
	sheet, err = Parse(strings.NewReader("姓名,期初积分,备注\n\"=HYPERLINK(\"\"http://x\"\")\",=1+1,=cmd|' /C calc'!A0\n"), CSVFile)
	must(t, err)
	p, err := seeded(t).Preview(t.Context(), sheet, today)
	must(t, err)
	if codes(p.Rows[0].Errors) != "name_unreadable points_unreadable" || p.Rows[0].Person.Name != "" {
		t.Errorf("formulas in a CSV: %+v", p.Rows[0])
	}
}

func TestImportOfAnOldMacWorkbook(t *testing.T) {
	raw := workbook(t, func(f *excelize.File) {
		yes := true
		must(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
		must(t, f.SetSheetRow("Sheet1", "A1", &[]any{"Name", "Birthday"}))
		must(t, f.SetSheetRow("Sheet1", "A2", &[]any{"Anna Li", 19060}))
	})
	sheet, err := Parse(bytes.NewReader(raw), AutoFile)
	must(t, err)
	p, err := seeded(t).Preview(t.Context(), sheet, today)
	must(t, err)
	if p.Rows[0].Person.Birth != "1956-03-08" {
		t.Errorf("born %s", p.Rows[0].Person.Birth)
	}
}

func TestParseRefusesWhatIsNoSheet(t *testing.T) {
	var wide strings.Builder
	wide.WriteString("姓名\n")
	for i := range SheetRowsMax + 1 {
		fmt.Fprintf(&wide, "赵%d\n", i)
	}
	xls := []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old Excel, \x00\x00\xff\xff")
	for _, c := range []struct {
		name string
		raw  []byte
		kind FileKind
		want error
	}{
		{"nothing", nil, AutoFile, ErrSheetHeader},
		{"no header", []byte("赵伟,13919230009\n"), AutoFile, ErrSheetHeader},
		{"header too far down", []byte(strings.Repeat("x\n", 10) + "姓名\n赵伟\n"), AutoFile, ErrSheetHeader},
		{"two name columns", []byte("姓名,名字\n赵伟,赵伟\n"), AutoFile, ErrSheetTwice},
		{"too long", []byte(wide.String()), AutoFile, ErrSheetTooLong},
		{"too large", bytes.Repeat([]byte("姓名,\n"), SheetBytesMax/8+1), AutoFile, ErrTooLarge},
		{"old Excel", xls, AutoFile, ErrSheetKind},
		{"a picture as a workbook", []byte("\x89PNG\r\n"), XLSXFile, ErrSheetKind},
		{"a torn workbook", []byte("PK\x03\x04torn"), AutoFile, ErrSheetKind},
		{"a workbook as CSV", []byte("PK\x03\x04\x00\x00"), CSVFile, ErrSheetKind},
		{"another kind", []byte("姓名\n赵伟\n"), "ods", ErrSheetKind},
	} {
		if _, err := Parse(bytes.NewReader(c.raw), c.kind); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	if sheet, err := Parse(strings.NewReader(wide.String()[:len(wide.String())-len("赵5000\n")]), AutoFile); err != nil || len(sheet.Rows) != SheetRowsMax {
		t.Errorf("%d rows, %v: 5,000 are allowed", len(sheet.Rows), err)
	}
	// An export with formatted but empty lines at the end is no longer than its people.
	if sheet, err := Parse(strings.NewReader("姓名,手机\n赵伟,\n"+strings.Repeat(",\n", 50_000)), AutoFile); err != nil || len(sheet.Rows) != 1 {
		t.Errorf("%d rows, %v", len(sheet.Rows), err)
	}
}

// A workbook of a few kilobytes may unfold to gigabytes: in one cell text, in a cell far to the right of each row, or in rows.
func TestParseRefusesBombs(t *testing.T) {
	var bomb bytes.Buffer
	z := zip.NewWriter(&bomb)
	for _, part := range []string{"[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"} {
		w, err := z.Create(part)
		must(t, err)
		_, err = w.Write(bytes.Repeat([]byte(" "), unzipMax/2))
		must(t, err)
	}
	must(t, z.Close())
	if bomb.Len() > SheetBytesMax/10 {
		t.Fatalf("the bomb has %d bytes", bomb.Len())
	}
	_, err := Parse(&bomb, XLSXFile)
	if !errors.Is(err, ErrSheetKind) || !strings.Contains(err.Error(), "exceeds") {
		t.Errorf("a bomb: %v", err)
	}
	wide := workbook(t, func(f *excelize.File) {
		must(t, f.SetSheetRow("Sheet1", "A1", &[]any{"姓名"}))
		for i := range 300 {
			must(t, f.SetCellStr("Sheet1", fmt.Sprintf("A%d", i+2), fmt.Sprint("赵", i)))
			must(t, f.SetCellStr("Sheet1", fmt.Sprintf("XFD%d", i+2), "x"))
		}
	})
	sheet, err := Parse(bytes.NewReader(wide), XLSXFile)
	if err != nil || len(sheet.Rows) != 300 {
		t.Errorf("%d rows, %v", len(sheet.Rows), err)
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{chineseSheet, "姓名\n", "name;phone\nA;1\n", "\ufeff姓名,手机\n\"", "\xff\xfe\x01", "姓名,姓名"} {
		f.Add([]byte(text))
	}
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(chineseSheet))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(gb)
	book := excelize.NewFile()
	var out bytes.Buffer
	if err := errors.Join(book.SetSheetRow("Sheet1", "A1", &[]any{"姓名", "手机"}), book.SetSheetRow("Sheet1", "A2", &[]any{"赵伟", 13919230009}), book.Write(&out)); err != nil {
		f.Fatal(err)
	}
	f.Add(out.Bytes())
	groups := groups{teams: map[string]ledger.TeamID{}, orgs: map[string]ledger.OrgID{}}
	f.Fuzz(func(t *testing.T, raw []byte) {
		sheet, err := Parse(bytes.NewReader(raw), AutoFile)
		if err != nil {
			return
		}
		if len(sheet.Rows) > SheetRowsMax || !slices.Contains(sheet.Columns, ColName) {
			t.Fatalf("%d rows under %v", len(sheet.Rows), sheet.Columns)
		}
		var read []PreviewRow
		for _, row := range sheet.Rows {
			one := readRow(row, groups, sheet.Since1904, today)
			one.Person.Account = wang
			if len(one.Errors) == 0 {
				if err := one.Person.Check(); err != nil {
					t.Fatalf("a row without errors could not be added: %v: %+v", err, one.Person)
				}
			}
			read = append(read, one)
		}
		markRepeats(read)
	})
}
