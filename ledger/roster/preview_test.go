package roster

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"moralbank.example/bank/ledger"
)

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
