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

func codes(errs []CellError) string {
	var all []string
	for _, e := range errs {
		all = append(all, e.Code)
	}
	return strings.Join(all, " ")
}

func TestPreviewTellsWhatIsWrongWithEachCell(t *testing.T) {
	r := seeded(t)
	head := "姓名,手机,出生日期,志愿服务队,社会组织,监护人手机,期初积分,期初时长\n"
	for _, c := range []struct{ line, errors, warnings string }{
		{"周杰,13919230020,1990-01-01,,,,10,1", "", ""},
		{"周杰,,,,,,,", "", "birth_missing"},
		{",13919230020,1990-01-01,,,,,", "name_unreadable", ""},
		{"12345,,1990-01-01,,,,,", "name_unreadable", ""},
		{"周杰,0931-8250000,1990-01-01,,,,,", "phone_unreadable", ""},
		{"周杰,1391923002,1990-01-01,,,,,", "phone_unreadable", ""},
		{"周杰,１３９１９２３００２０,1990-01-01,,,,,", "", ""},
		{"周杰,1.391923002E10,1990-01-01,,,,,", "", ""},
		{"周杰,,1990-02-30,,,,,", "birth_unreadable", ""},
		{"周杰,,3/8/1956,,,,,", "birth_unreadable", ""},
		{"周杰,,1990年1月,,,,,", "birth_unreadable", ""},
		{"周杰,,62010219560308123X,,,,,", "birth_id_number", ""},
		{"周杰,,2027-01-01,,,,,", "birth_implausible", ""},
		{"周杰,,1900-01-01,,,,,", "birth_implausible", ""},
		{"周杰,,1990-01-01,红队,,,,", "team_unknown", ""},
		{"周杰,,1990-01-01,,某某社,,,", "org_unknown", ""},
		{"周杰,,1990-01-01,,,,-5,", "points_unreadable", ""},
		{"周杰,,1990-01-01,,,,1.5,", "points_unreadable", ""},
		{"周杰,,1990-01-01,,,,100001,", "points_too_many", ""},
		{"周杰,,1990-01-01,,,,,很多", "hours_unreadable", ""},
		{"周杰,,1990-01-01,,,,,20000.1", "hours_too_many", ""},
		{"周杰,,1990-01-01,,,,999999999999,99999999999999", "points_unreadable hours_unreadable", ""},
		{"周小杰,,2013-01-01,,,,,", "guardian_missing", ""},
		{"周小杰,,2012-11-23,,,,,", "", ""}, // fourteen today
		{"周小杰,,2013-01-01,,,13900000000,,", "guardian_unknown", ""},
		{"周小杰,,2013-01-01,,,12,,", "guardian_phone_unreadable", ""},
		{"周小杰,13893470002,2013-01-01,,,13893470002,,", "", "similar_person"}, // shares the phone of her guardian Li
		{"李建国,,1970-10-02,,,,,", "", "similar_person"},
	} {
		sheet, err := Parse(strings.NewReader(head+c.line), CSVFile)
		must(t, err)
		p, err := r.Preview(t.Context(), sheet, today)
		must(t, err)
		row := p.Rows[0]
		if codes(row.Errors) != c.errors || codes(row.Warnings) != c.warnings || (p.Faulty == 1) != (c.errors != "") {
			t.Errorf("%s: errors %q, warnings %q; want %q, %q", c.line, codes(row.Errors), codes(row.Warnings), c.errors, c.warnings)
		}
		for _, e := range append(row.Errors, row.Warnings...) {
			if e.Zh == "" || e.En == "" || e.Column == "" {
				t.Errorf("%s: %+v", c.line, e)
			}
		}
	}
}

func TestPreviewFindsRepeatsInTheFile(t *testing.T) {
	r := seeded(t)
	sheet, err := Parse(strings.NewReader(`姓名,手机,生日
周杰,13919230020,1990-01-01
周 杰,13919230020,
周杰,,19900101
周杰,13919230021,1991-01-01
吴燕,13919230020,1992-01-01
周杰,,
`), CSVFile)
	must(t, err)
	p, err := r.Preview(t.Context(), sheet, today)
	must(t, err)
	var same []int
	for _, row := range p.Rows {
		same = append(same, row.SameAs)
	}
	if !slices.Equal(same, []int{0, 2, 2, 0, 0, 0}) || p.Faulty != 2 || p.New != 4 {
		t.Errorf("repeats %v, %d faulty, %d new", same, p.Faulty, p.New)
	}
	if got := codes(p.Rows[4].Warnings); got != "phone_shared" {
		t.Errorf("a family that shares a phone: %q", got)
	}
}

func TestPreviewMatchesPeopleWhoAreThereAndChangesNothing(t *testing.T) {
	r := seeded(t)
	must(t, r.AddPeople(t.Context(), desk,
		Person{Account: "m/twin000001", Name: "马强", Birth: "1980-01-01"}, Person{Account: "m/twin000002", Name: "马强", Birth: "1980-01-01"}))
	before := rows(t, r.store)
	sheet, err := Parse(strings.NewReader(`姓名,手机,出生日期,监护人手机,期初积分
王桂兰,13919230001,1950-01-01,,10
欧阳秀英,13999999999,1961-02-28,,20
李小红,13893470002,1999-01-01,,30
李小明,,2015-06-01,13893470002,40
马强,,1980-01-01,,50
`), CSVFile)
	must(t, err)
	p, err := r.Preview(t.Context(), sheet, today)
	must(t, err)
	if p.Matched != 3 || p.New != 1 || p.Faulty != 1 || p.Points != 100 {
		t.Errorf("%d matched, %d new, %d faulty, %d points", p.Matched, p.New, p.Faulty, p.Points)
	}
	for i, want := range []ledger.AccountID{wang, ouyang, "", child, ""} {
		if p.Rows[i].Match != want {
			t.Errorf("line %d is %q, want %q", p.Rows[i].Line, p.Rows[i].Match, want)
		}
	}
	if s := p.Rows[0].Similar; len(s) != 1 || !slices.Equal(s[0].Differs, []Column{ColBirth}) || !slices.Equal(s[0].By, []Column{ColName, ColPhone}) {
		t.Errorf("another birth date is proposed so: %+v", s)
	}
	if s := p.Rows[1].Similar; len(s) != 1 || !slices.Equal(s[0].Differs, []Column{ColPhone}) {
		t.Errorf("another phone is proposed so: %+v", s)
	}
	if p.Rows[3].Person.Guardian != li {
		t.Errorf("the guardian is %q", p.Rows[3].Person.Guardian)
	}
	if got := codes(p.Rows[4].Errors); got != "several_matches" {
		t.Errorf("one of two namesakes: %q", got)
	}
	if after := rows(t, r.store); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Error("a preview changed the roster")
	}
}

func TestHoursBecomeMinutes(t *testing.T) {
	for text, want := range map[string]ledger.Minutes{
		"0": 0, "1": 60, "12.5": 750, "12.5小时": 750, "0.1": 6, "0.01": 1, "12.300000000000001": 738, "12.299999999999999": 738, "0.3333": 20, "750分钟": 750,
		"12小时30分": 750, "12:30": 750, "１２．５": 750, "1,000": 60000, "20000": 1200000, " 3 小时 ": 180,
	} {
		if got, bad := cellMinutes(text); bad != nil || got != want {
			t.Errorf("%q is %d minutes, %v; want %d", text, got, bad, want)
		}
	}
}

func TestNobodyIsHerOwnGuardian(t *testing.T) {
	r := seeded(t)
	must(t, r.AddPeople(t.Context(), desk, Person{Account: "m/child00002", Name: "周小杰", Phone: "13919230030"}))
	sheet, err := Parse(strings.NewReader("姓名,手机,出生日期,监护人手机\n周小杰,13919230030,2015-01-01,13919230030\n吴小燕,13919230031,2015-01-01,13919230031\n"), CSVFile)
	must(t, err)
	p, err := r.Preview(t.Context(), sheet, today)
	must(t, err)
	for _, row := range p.Rows {
		if codes(row.Errors) != "guardian_unknown" {
			t.Errorf("line %d: %q, guardian %q on line %d", row.Line, codes(row.Errors), row.Person.Guardian, row.GuardianLine)
		}
	}
}

func TestDayNumbers(t *testing.T) {
	for text, want := range map[string][2]Date{
		"1": {"1900-01-01", "1904-01-02"}, "59": {"1900-02-28", "1904-02-29"}, "60": {"", "1904-03-01"}, "61": {"1900-03-01", "1904-03-02"},
		"20522": {"1956-03-08", "1960-03-09"}, "20522.75": {"1956-03-08", "1960-03-09"}, "45292": {"2024-01-01", "2028-01-02"},
	} {
		if got := [2]Date{serialDate(text, false), serialDate(text, true)}; got != want {
			t.Errorf("day %s is %v, want %v", text, got, want)
		}
	}
}

func TestCellsAreTidied(t *testing.T) {
	for text, want := range map[string]string{
		" 赵伟\u00a0": "赵伟", "赵\x01伟\x7f": "赵伟", "\ufeff赵\u200b伟": "赵伟", "赵\u202e伟": "赵伟", "a\r\nb\tc": "a  b c", "\u3000": "",
		strings.Repeat("长", 600): strings.Repeat("长", 500),
	} {
		if got := tidy(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
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
