package api

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"moralbank.example/bank/ledger"
)

// upload sends a file as a page does.
func (p *person) upload(name string, content []byte) reply {
	p.b.t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part := must(w.CreateFormFile("file", name))(p.b.t)
	_, _ = part.Write(content)
	if err := w.Close(); err != nil {
		p.b.t.Fatal(err)
	}
	return p.post("/v1/imports", form.String(), func(r *http.Request) { r.Header.Set("Content-Type", w.FormDataContentType()) })
}

const people = `姓名,手机,出生日期,楼栋,队伍,监护人手机,积分
王桂英,13900000001,1946-02-03,A区12栋,彩虹100先锋号,,
张小明,,2018-05-06,A区12栋,,13900000001,
周敏,13800000001,1980-05-05,,,,
李错,139,1980-05-05,,,,
欧阳兰,13900000005,1955-05-05,,夕阳行助老队,,120
`

func TestImport(t *testing.T) {
	k := newCouncil(t)
	p := k.zhou.upload("people.csv", []byte(people)).is(200)
	if p.number("counts", "rows") != 5 || p.number("counts", "new") != 3 || p.number("counts", "matched") != 1 || p.number("counts", "faulty") != 1 {
		t.Fatalf("%s", p.raw)
	}
	if p.text("rows", 0, "name_masked") != "王**" || p.text("rows", 2, "match") != string(k.zhou.account) || p.text("rows", 3, "errors", 0, "column") != "phone" || p.length("rows", 4, "warnings") == 0 {
		t.Errorf("%s", p.raw)
	}
	if strings.Contains(string(p.raw), "王桂英") || strings.Contains(string(p.raw), "13900000001") {
		t.Errorf("the preview repeats personal data: %s", p.raw)
	}
	before := k.server.engine.Seq()
	if n := k.zhou.get("/v1/members?query=13900000001").length("items"); n != 0 {
		t.Error("the preview changed something")
	}
	at, key := "/v1/imports/"+p.text("import")+"/commit", newKey()
	r := k.zhou.post(at, obj{}, under(key)).is(200)
	if r.number("created") != 3 || r.number("skipped") != 2 {
		t.Errorf("%s", r.raw)
	}
	made := k.server.engine.Seq() - before
	if made != 5 { // three accounts, two teams
		t.Errorf("%d records", made)
	}
	if again := k.zhou.post(at, obj{}, under(key)).is(200); again.number("created") != 3 || again.header.Get(headerReplayed) != "true" {
		t.Errorf("a retry: %s", again.raw)
	}
	// However often, and by whomever: nobody is made twice.
	for _, who := range []*person{k.zhou, k.sun} {
		if r := who.post(at, obj{}).is(200); r.number("created") != 0 || r.number("skipped") != 5 {
			t.Errorf("again: %s", r.raw)
		}
	}
	if again := k.zhou.upload("again.csv", []byte(people)).is(200); again.number("counts", "new") != 0 || again.number("counts", "matched") != 4 {
		t.Errorf("the file again: %s", again.raw)
	}
	if n := k.server.engine.Seq() - before; n != made {
		t.Errorf("%d records after retries, %d before", n, made)
	}
	child := k.zhou.get("/v1/members?query=%E5%BC%A0%E5%B0%8F%E6%98%8E").is(200)
	if d := k.zhou.get("/v1/members/" + inPath(child.text("items", 0, "account"))).is(200); d.text("person", "guardian_name") != "王桂英" {
		t.Errorf("%s", d.raw)
	}
	k.clock.pass(25 * time.Hour)
	k.zhou.signIn("13800000001")
	k.zhou.post(at, obj{}).no(404, codeImportGone)
}

// Somebody with a name and nothing else could not be recognized by the next import, and would be made twice.
func TestImportOfABareName(t *testing.T) {
	b := openBank(t)
	zhou := b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	p := zhou.upload("x.csv", []byte("姓名,手机\n王一,\n")).is(200)
	if p.text("rows", 0, "errors", 0, "code") != "not_recognizable" || p.number("counts", "faulty") != 1 {
		t.Errorf("%s", p.raw)
	}
	if r := zhou.post("/v1/imports/"+p.text("import")+"/commit", obj{}).is(200); r.number("created") != 0 {
		t.Errorf("%s", r.raw)
	}
}

func TestImportRefusals(t *testing.T) {
	k := newCouncil(t)
	for _, test := range []struct {
		name, file string
		status     int
		code       string
	}{
		{"old workbook", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 422, codeSheetKind},
		{"half a workbook", "PK\x03\x04 and no more", 422, codeSheetKind},
		{"no names", "电话,楼栋\n1,2\n", 422, codeSheetHeader},
		{"two phones", "姓名,手机,手机号\n王,1,2\n", 422, codeSheetTwice},
		{"too many", "姓名\n" + strings.Repeat("王一\n", 5001), 422, codeSheetTooLong},
		{"too large", "姓名\n" + strings.Repeat("x", 9<<20), 413, codeBodyTooLarge},
	} {
		if a := k.zhou.upload("x", []byte(test.file)); a.status != test.status || a.body["code"] != test.code {
			t.Errorf("%s: %d %.300s", test.name, a.status, a.raw)
		}
	}
	k.zhou.post("/v1/imports", obj{}).is(422)
	k.li.upload("x", []byte(people)).no(403, "not_entitled")
	k.zhou.post("/v1/imports/nonsense/commit", obj{}).no(404, codeImportGone)
}

// An organization's admin imports into her own organization, and nowhere else.
func TestImportByOrgAdmin(t *testing.T) {
	b := openBank(t)
	admin := b.signedIn("刘伟", "13800000006", in(ledger.RoleOrgAdmin, "o4"))
	p := admin.upload("x.csv", []byte("姓名,手机,组织,队伍\n甲乙,13900000001,银龄互助社,\n丙丁,13900000002,,夕阳行助老队\n")).is(200)
	if p.text("rows", 0, "result") != "new" || p.text("rows", 1, "errors", 0, "code") != "not_entitled" || p.number("counts", "faulty") != 1 {
		t.Fatalf("%s", p.raw)
	}
	if r := admin.post("/v1/imports/"+p.text("import")+"/commit", obj{}).is(200); r.number("created") != 1 {
		t.Errorf("%s", r.raw)
	}
	if m := admin.get("/v1/members").is(200); m.length("items") != 1 || m.text("items", 0, "name") != "甲乙" {
		t.Errorf("%s", m.raw)
	}
}

// A large file: the commands share the writer's syncs.
func TestLargeImport(t *testing.T) {
	b := openBank(t)
	zhou := b.signedIn("周敏", "13800000001", everywhere(ledger.RoleOrganizer))
	var file strings.Builder
	file.WriteString("姓名,手机,队伍\n")
	for i := range 300 {
		fmt.Fprintf(&file, "居民%c%c,139%08d,t%d\n", '一'+rune(i/20), '丁'+rune(i%20), i, i%7+1)
	}
	p := zhou.upload("x.csv", []byte(file.String())).is(200)
	if r := zhou.post("/v1/imports/"+p.text("import")+"/commit", obj{}).is(200); r.number("created") != 300 {
		t.Errorf("%s", r.raw)
	}
	if m := zhou.get("/v1/members?limit=100&team=t1").is(200); m.length("items") != 43 {
		t.Errorf("%d in t1", m.length("items"))
	}
}
