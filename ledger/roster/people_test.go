package roster

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"moralbank.example/bank/ledger"
)

func TestPeopleAreKeptAsGiven(t *testing.T) {
	r, dir := onDisk(t)
	must(t, r.AddPeople(t.Context(), desk, people()...))
	must(t, r.Close())
	r, err := Open(t.Context(), dir, nil)
	must(t, err)
	defer r.Close()
	for _, want := range people() {
		got, err := r.Person(t.Context(), want.Account)
		if err != nil || len(want.changed(got)) != 0 || got.Account != want.Account {
			t.Errorf("%s: %+v, %v", want.Name, got, err)
		}
		if r.Name(want.Account) != want.Name || !r.Has(want.Account) {
			t.Errorf("%s is not in the index after a restart", want.Name)
		}
	}
	_, err = r.Person(t.Context(), "m/nobody0000")
	wantErr(t, "an unknown account", err, ErrNotFound)
}

func TestPersonFields(t *testing.T) {
	good := people()[0]
	for _, c := range []struct {
		field  string
		change func(*Person)
	}{
		{"account", func(p *Person) { p.Account = "" }},
		{"account", func(p *Person) { p.Account = "c/c1" }},
		{"account", func(p *Person) { p.Account = "m/王桂兰" }},
		{"name", func(p *Person) { p.Name = "" }},
		{"name", func(p *Person) { p.Name = "   " }},
		{"name", func(p *Person) { p.Name = "12345" }},
		{"name", func(p *Person) { p.Name = "=HYPERLINK" }},
		{"name", func(p *Person) { p.Name = "王\n桂兰" }},
		{"name", func(p *Person) { p.Name = "王\u202e桂兰" }},
		{"name", func(p *Person) { p.Name = "\xff\xfe" }},
		{"name", func(p *Person) { p.Name = strings.Repeat("王", 41) }},
		{"phone", func(p *Person) { p.Phone = "0931-8250000" }},
		{"phone", func(p *Person) { p.Phone = "1391923000" }},
		{"phone", func(p *Person) { p.Phone = "12919230001" }},
		{"phone", func(p *Person) { p.Phone = "１３９１９２３０００１" }},
		{"birth", func(p *Person) { p.Birth = "1944-02-30" }},
		{"birth", func(p *Person) { p.Birth = "1944-2-3" }},
		{"birth", func(p *Person) { p.Birth = "1899-12-31" }},
		{"building", func(p *Person) { p.Building = strings.Repeat("楼", 41) }},
		{"guardian", func(p *Person) { p.Guardian = p.Account }},
		{"guardian", func(p *Person) { p.Guardian = "t1" }},
		{"emergency", func(p *Person) { p.Emergency = "a\x00b" }},
		{"large_name", func(p *Person) { p.LargeName = strings.Repeat("奶", 13) }},
		{"consents", func(p *Person) { p.Consents = []Consent{{Code: "join"}} }},
		{"consents", func(p *Person) { p.Consents = make([]Consent, 21) }},
	} {
		p := good
		c.change(&p)
		wantField(t, fmt.Sprintf("%+v", p), p.Check(), c.field)
	}
	for _, name := range []string{"张三", "欧阳娜娜", "迪丽热巴·迪力木拉提", "Anna Li", "O'Neil", "𠮷野家", "阿卜杜拉", "张三2"} {
		p := good
		p.Name, p.Phone, p.Birth = name, "", ""
		if err := p.Check(); err != nil {
			t.Errorf("%s without phone and birth date: %v", name, err)
		}
	}
}

func TestAddPeopleIsRefusedBeforeAnythingIsWritten(t *testing.T) {
	r := peopled(t)
	before, keys := len(rows(t, r.store)), r.ring.Len()
	fresh := Person{Account: "m/new0000000", Name: "新人"}
	bad := Person{Account: "m/bad0000000"}
	wantField(t, "a person without a name", r.AddPeople(t.Context(), desk, fresh, bad), "name")
	wantErr(t, "somebody who is there", r.AddPeople(t.Context(), desk, fresh, people()[0]), ErrExists)
	wantErr(t, "one person twice", r.AddPeople(t.Context(), desk, fresh, fresh), ErrExists)
	wantErr(t, "too many", r.AddPeople(t.Context(), desk, make([]Person, PeopleMax+1)...), ErrTooLarge)
	if after := len(rows(t, r.store)); after != before || r.ring.Len() != keys || r.Has("m/new0000000") {
		t.Errorf("%d rows and %d keys were written all the same", after-before, r.ring.Len()-keys)
	}
}

func TestAddPeopleTakesAWholeImport(t *testing.T) {
	r, dir := onDisk(t)
	many := make([]Person, 320)
	for i := range many {
		many[i] = Person{
			Account: ledger.AccountID(fmt.Sprintf("m/p%09d", i)), Name: fmt.Sprintf("赵%s", strings.Repeat("伟", 1+i%2)), Birth: "1960-01-01",
			Consents: []Consent{{Code: "join", Text: strings.Repeat("同", 1000), By: "m/p000000000", At: noon}, {Code: "photo", Text: strings.Repeat("意", 1000), By: "m/p000000000", At: noon}}, // makes batches that must be split
		}
	}
	must(t, r.AddPeople(t.Context(), desk, many...))
	must(t, r.Close())
	r, err := Open(t.Context(), dir, nil)
	must(t, err)
	defer r.Close()
	if r.Len() != 320 || len(r.Accounts()) != 320 || r.ring.Len() != 320 {
		t.Errorf("%d people, %d keys", r.Len(), r.ring.Len())
	}
}

func TestChangePerson(t *testing.T) {
	ctx := t.Context()
	r := peopled(t)
	got, err := r.ChangePerson(ctx, at(noon+1), wang, func(p *Person) error {
		p.Name, p.Phone, p.Hardship, p.Account = "王桂芳", "13999999999", true, li
		return nil
	})
	must(t, err)
	if got.Account != wang || got.Name != "王桂芳" || !got.Hardship || r.Name(wang) != "王桂芳" || r.Name(li) != "李建国" {
		t.Errorf("changed to %+v", got)
	}
	if len(r.ByPhone("13919230001")) != 0 || !slices.Equal(r.ByPhone("13999999999"), []ledger.AccountID{wang}) {
		t.Error("the old phone still finds her, or the new one does not")
	}
	lines, err := r.AuditOf(ctx, string(wang), 10)
	must(t, err)
	want := Audit{Subject: string(wang), Action: "person_changed", Fields: []string{"name", "phone", "hardship"}, Actor: desk.Actor, Device: "cli", At: noon + 1}
	if len(lines) != 2 || fmt.Sprint(lines[0]) != fmt.Sprint(want) {
		t.Errorf("audit %v, want %v first", lines, want)
	}
	_, err = r.ChangePerson(ctx, at(noon+2), wang, func(*Person) error { return nil })
	must(t, err)
	if lines, _ = r.AuditOf(ctx, string(wang), 10); len(lines) != 2 {
		t.Errorf("a change of nothing left a line: %v", lines)
	}
	_, err = r.ChangePerson(ctx, desk, wang, func(p *Person) error { p.Phone = "110"; return nil })
	wantField(t, "a bad phone", err, "phone")
	mine := errors.New("not allowed")
	_, err = r.ChangePerson(ctx, desk, wang, func(*Person) error { return mine })
	wantErr(t, "the caller's own refusal", err, mine)
	_, err = r.ChangePerson(ctx, desk, "m/nobody0000", func(*Person) error { return nil })
	wantErr(t, "an unknown person", err, ErrNotFound)
}

func TestChangesOfOnePersonAllCount(t *testing.T) {
	r, _ := onDisk(t)
	defer r.Close()
	must(t, r.AddPeople(t.Context(), desk, people()[0]))
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			_, err := r.ChangePerson(t.Context(), desk, wang, func(p *Person) error {
				p.Consents = append(p.Consents, Consent{Code: fmt.Sprint("c", i), Text: "同意", By: wang, At: noon})
				return nil
			})
			if err != nil {
				t.Errorf("change %d: %v", i, err)
			}
		})
	}
	all.Wait()
	p, err := r.Person(t.Context(), wang)
	if err != nil || len(p.Consents) != 13 {
		t.Errorf("%d consents, %v; want 13", len(p.Consents), err)
	}
}

// A change that races an erasure must not bring the name back into memory or rows.
func TestEraseWinsAgainstChanges(t *testing.T) {
	for range 20 {
		r := peopled(t)
		var all sync.WaitGroup
		for i := range 4 {
			all.Go(func() {
				_, err := r.ChangePerson(t.Context(), desk, wang, func(p *Person) error { p.Building = fmt.Sprint(i); return nil })
				if err != nil && !errors.Is(err, ErrNotFound) {
					t.Errorf("change: %v", err)
				}
			})
		}
		all.Go(func() {
			if err := r.Erase(t.Context(), desk, wang); err != nil {
				t.Errorf("erase: %v", err)
			}
		})
		all.Wait()
		_, err := r.Person(t.Context(), wang)
		wantErr(t, "after erasure", err, ErrNotFound)
		if r.Name(wang) != "" {
			t.Fatal("the name came back")
		}
	}
}

func TestSearch(t *testing.T) {
	r := peopled(t)
	must(t, r.AddPeople(t.Context(), desk,
		Person{Account: "m/x000000001", Name: "张桂兰", Phone: "13919230001"},
		Person{Account: "m/x000000002", Name: "迪丽热巴·迪力木拉提"},
		Person{Account: "m/x000000003", Name: "Anna Li"}))
	for _, c := range []struct {
		text  string
		limit int
		want  string
	}{
		{"王", 10, "王桂兰"},
		{"桂兰", 10, "张桂兰 王桂兰"},
		{"李", 10, "李小明 李建国"},
		{"秀", 10, "欧阳秀英"},
		{"欧阳", 10, "欧阳秀英"},
		{"迪丽热巴迪力", 10, "迪丽热巴·迪力木拉提"},
		{"anna", 10, "Anna Li"},
		{"ANNAL", 10, "Anna Li"},
		{"0001", 10, "张桂兰 王桂兰"},
		{"1389347", 10, "李建国"},
		{"13893470002", 10, "李建国"},
		{"893", 10, ""}, // too short for a phone
		{"9347", 10, ""},
		{"李", 1, "李小明"},
		{"李", 0, ""},
		{"", 10, ""},
		{"  王 桂 兰 ", 10, "王桂兰"},
		{strings.Repeat("王", 30), 10, ""},
		{"%", 10, ""},
	} {
		var names []string
		for _, h := range r.Search(c.text, c.limit) {
			names = append(names, h.Name)
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("search %q: %q, want %q", c.text, got, c.want)
		}
	}
	if got := r.ByPhone("13919230001"); len(got) != 2 {
		t.Errorf("a shared phone finds %v", got)
	}
}

func TestAgesAndTiers(t *testing.T) {
	for _, c := range []struct {
		birth    Date
		on       Date
		hardship bool
		age      int
		tier     Tier
	}{
		{"1944-03-08", today, false, 82, Tier80},
		{"1946-11-23", today, false, 80, Tier80}, // the birthday itself
		{"1946-11-24", today, false, 79, Tier60},
		{"1966-11-23", today, false, 60, Tier60},
		{"1966-11-24", today, false, 59, TierNone},
		{"1966-11-24", today, true, 59, TierHardship},
		{"1950-01-01", today, true, 76, TierHardship},
		{"1944-03-08", today, true, 82, Tier80},
		{"", today, false, -1, TierNone},
		{"", today, true, -1, TierHardship},
		{"2030-01-01", today, false, -1, TierNone},
		{"1960-02-29", "2026-02-28", false, 65, Tier60},
		{"1960-02-29", "2026-03-01", false, 66, Tier60},
		{"1960-02-29", "2024-02-29", false, 64, Tier60},
		{"2012-11-24", today, false, 13, TierNone},
	} {
		p := Person{Birth: c.birth, Hardship: c.hardship}
		if age, tier := c.birth.Age(c.on), TierOf(p, c.on); age != c.age || tier != c.tier {
			t.Errorf("born %s, on %s, hardship %v: %d years, tier %s; want %d, %s", c.birth, c.on, c.hardship, age, tier, c.age, c.tier)
		}
	}
	for birth, want := range map[Date][2]bool{
		"2012-11-24": {true, true}, "2012-11-23": {false, true}, "2008-11-24": {false, true}, "2008-11-23": {false, false}, "": {false, false},
	} {
		if birth.NeedsGuardian(today) != want[0] || birth.Minor(today) != want[1] {
			t.Errorf("born %s: guardian %v, minor %v", birth, birth.NeedsGuardian(today), birth.Minor(today))
		}
	}
}

func TestMask(t *testing.T) {
	for name, want := range map[string]string{
		"张三": "张**", "张三丰": "张**", "张": "张**", "": "**", "欧阳娜娜": "欧阳**", "欧阳锋": "欧阳**", "欧阳": "欧**", "司马懿": "司马**",
		"诸葛孔明": "诸葛**", "单于": "单**", "东方": "东**", "迪丽热巴·迪力木拉提": "迪**", "Anna Li": "A**", "𠮷野": "𠮷**", " 王五": "王**", "第五伦": "第五**",
	} {
		if got := Mask(name); got != want {
			t.Errorf("Mask(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestNoticeNamesHideRareSurnames(t *testing.T) {
	r := peopled(t)
	rare := r.NoticeName(ouyang)
	if len(rare) != 6 || !allDigits(rare[:4], 4) || rare[4:] != "**" || rare != r.NoticeName(ouyang) {
		t.Errorf("a rare surname stands as %q, want four digits and two stars", rare)
	}
	for i := range 19 {
		must(t, r.AddPeople(t.Context(), desk, Person{Account: ledger.AccountID(fmt.Sprintf("m/w%09d", i)), Name: "王某"}))
		want := i == 18 // 王桂兰 and 19 more
		if got := r.NoticeName(wang); (got == "王**") != want {
			t.Errorf("with %d of the surname: %q", i+2, got)
		}
	}
	must(t, r.Erase(t.Context(), desk, "m/w000000000"))
	if got := r.NoticeName(wang); got == "王**" {
		t.Error("19 of a surname are too few")
	}
	if got := r.NoticeName("m/w000000000"); !strings.HasSuffix(got, "**") || !allDigits(got[:4], 4) {
		t.Errorf("an erased person stands as %q", got)
	}
}

func TestAuditAndAccessHoldNoPersonalData(t *testing.T) {
	ctx := t.Context()
	r := peopled(t)
	_, err := r.ChangePerson(ctx, at(noon+1), wang, func(p *Person) error { p.Phone = "13999999999"; return nil })
	must(t, err)
	must(t, r.Saw(ctx, at(noon+2), "person", wang, li))
	for _, row := range rows(t, r.store) {
		for _, text := range []string{"王", "李", "欧阳", "139", "138", "1944", "A区"} {
			if strings.Contains(string(row.Value)+row.Key, text) && !strings.HasPrefix(row.Key, "person:") {
				t.Errorf("row %s holds %q", row.Key, text)
			}
		}
	}
	lines, err := r.AuditBetween(ctx, noon+1, noon+2, 10)
	must(t, err)
	if len(lines) != 1 || lines[0].Action != "person_changed" {
		t.Errorf("audit of that millisecond: %v", lines)
	}
	if lines, err = r.AuditBetween(ctx, 0, noon+9, 3); err != nil || len(lines) != 3 {
		t.Errorf("limit of 3 lines: %d, %v", len(lines), err)
	}
}

func TestAccessLogTellsWhoLookedAtWhom(t *testing.T) {
	ctx := t.Context()
	r := newRoster(t)
	leader := By{Actor: "m/leader0000", Device: "web", At: noon}
	must(t, r.Saw(ctx, leader, "list", wang, li, child))
	leader.At += day
	must(t, r.Saw(ctx, leader, "person", wang))
	must(t, r.Saw(ctx, leader, "search"))
	other := By{Actor: "m/other00000", At: noon + 2*day}
	must(t, r.Saw(ctx, other, "person", li))
	lines, err := r.AccessTo(ctx, wang, 0, 10)
	must(t, err)
	if len(lines) != 2 || lines[0].What != "person" || lines[1].What != "list" || !slices.Equal(lines[1].Whom, []ledger.AccountID{wang}) {
		t.Errorf("who looked at Wang: %v", lines)
	}
	if lines, err = r.AccessBy(ctx, "m/leader0000", noon+1, 10); err != nil || len(lines) != 1 {
		t.Errorf("whom the leader saw since: %v, %v", lines, err)
	}
	whom := make([]ledger.AccountID, 1200)
	for i := range whom {
		whom[i] = ledger.AccountID(fmt.Sprintf("m/n%09d", i))
	}
	must(t, r.Saw(ctx, other, "export", whom...))
	if lines, err = r.AccessTo(ctx, whom[1199], 0, 10); err != nil || len(lines) != 1 {
		t.Errorf("the last of a long list: %v, %v", lines, err)
	}
}

func TestAccessLinesAreKept180Days(t *testing.T) {
	ctx := t.Context()
	r := newRoster(t)
	for i := range ledger.Time(250) {
		must(t, r.Saw(ctx, By{Actor: li, At: noon + i*day}, "person", wang))
	}
	n, err := r.SweepAccess(ctx, noon+249*day)
	must(t, err)
	lines, err := r.AccessTo(ctx, wang, 0, 1000)
	must(t, err)
	if n != 69 || len(lines) != 181 || lines[len(lines)-1].At != noon+69*day {
		t.Errorf("swept %d, %d left, the oldest %d days old", n, len(lines), (noon+249*day-lines[len(lines)-1].At)/day)
	}
}
