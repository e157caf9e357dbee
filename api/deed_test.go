package api

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// jury is a council with a committee of three.
type jury struct {
	*council
	judges []*person
}

func newJury(t *testing.T) *jury {
	t.Helper()
	j := &jury{council: newCouncil(t)}
	for i, name := range []string{"马评", "高评", "林评"} {
		id := j.add(name, fmt.Sprintf("1370000000%d", i))
		j.grantByTwo(id, ledger.RoleCommittee, "community")
		p := j.enrolled(id)
		j.judges = append(j.judges, p)
	}
	return j
}

// grantByTwo gives a role as a founded community does: one organizer asks, the other agrees.
func (k *council) grantByTwo(id ledger.AccountID, role ledger.Role, scope string) {
	k.t.Helper()
	a := k.zhou.post("/v1/members/"+inPath(id)+"/roles", obj{"role": roleOut(role), "scope": scope}).is(202)
	k.sun.post(fmt.Sprintf("/v1/proposals/%d/approve", a.number("proposal")), obj{}).is(200)
}

// cameraPhoto is a JPEG with what a camera writes beside the pixels: an EXIF segment that names a place.
func cameraPhoto(t *testing.T) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 32, 24))
	for x := range 32 {
		m.Set(x, 12, color.RGBA{200, 30, 30, 255})
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	exif := []byte("Exif\x00\x00GPSLatitude 36.5N Lanzhou camera-serial-77")
	segment := append([]byte{0xff, 0xe1, 0, byte(len(exif) + 2)}, exif...)
	return slices.Concat(b.Bytes()[:2], segment, b.Bytes()[2:])
}

// A neighbour's help from the first word to the points: filed with a photo, confirmed by the one who was helped, voted on by
// those who have no part in it, shown masked to everybody, objected to, cleared, and awarded by the timer.
func TestGoodDeed(t *testing.T) {
	j := newJury(t)
	wang, liu, other := j.add("王芳", "13900000001"), j.add("刘婆婆", "13900000002"), j.enrolled(j.add("路人", "13900000003"))
	j.root("j-wang", &ledger.Join{Account: wang, Group: "t1"})
	phone, hers := j.enrolled(wang), j.enrolled(liu)
	form := obj{
		"type": "neighbour-help", "day": "2026-11-20", "words": "帮刘婆婆把煤气罐扛上六楼。", "photo": base64.StdEncoding.EncodeToString(cameraPhoto(t)),
		"beneficiary": obj{"name": "刘婆婆", "phone": "13900000002"},
	}
	key := newKey()
	filed := phone.post("/v1/deeds", form, under(key)).is(200)
	seq := filed.number("seq")
	if filed.text("stage") != "asked" || filed.text("by") != "self" || filed.text("beneficiary_name") != "刘**" || filed.text("doer_name") != "王芳" || filed.number("points") != 5 {
		t.Errorf("%s", filed.raw)
	}
	if again := phone.post("/v1/deeds", form, under(key)).is(200); again.number("seq") != seq || again.header.Get(headerReplayed) != "true" {
		t.Errorf("a retry: %s", again.raw)
	}
	path := fmt.Sprintf("/v1/deeds/%d", seq)
	// What the camera wrote beside the picture is gone; strangers see neither words nor photo.
	told := hers.get(path + "/evidence").is(200)
	photo := must(base64.StdEncoding.DecodeString(told.text("photo")))(t)
	if _, err := jpeg.Decode(bytes.NewReader(photo)); err != nil || bytes.Contains(photo, []byte("GPS")) || bytes.Contains(photo, []byte("Exif")) || told.text("words") != form["words"] {
		t.Errorf("evidence: %v %q", err, told.text("words"))
	}
	other.get(path+"/evidence").no(404, "deed_unknown")
	other.post(path+"/confirm", obj{}).no(403, "not_entitled")
	j.judges[0].post(path+"/vote", obj{"yes": true}).no(409, "deed_stage")
	if mine := hers.get("/v1/me/deeds").is(200); fmt.Sprint(mine.at("items", 0, "can")) != "[confirm deny]" || mine.text("items", 0, "doer_name") != "王**" {
		t.Errorf("%s", mine.raw)
	}
	hers.post(path+"/confirm", obj{}).is(200)

	// One of the committee is in the doer's team: she sees why she does not vote, and the rules hold her to it.
	j.root("j-judge", &ledger.Join{Account: j.judges[2].account, Group: "t1"})
	if a := j.judges[2].get("/v1/deeds?stage=voting").is(200); a.at("items", 0, "conflict") != true || a.length("items", 0, "can") != 0 || a.number("items", 0, "quorum") != 2 || a.text("items", 0, "beneficiary_name") != "刘婆婆" {
		t.Errorf("%s", a.raw)
	}
	j.judges[2].post(path+"/vote", obj{"yes": true}).no(403, "conflict")
	other.get("/v1/deeds").no(403, "not_entitled")
	if a := j.judges[0].post(path+"/vote", obj{"yes": true}).is(200); a.text("stage") != "voting" {
		t.Errorf("%s", a.raw)
	}
	j.judges[0].post(path+"/vote", obj{"yes": true}).no(409, "already_voted")
	if a := j.judges[1].post(path+"/vote", obj{"yes": true}).is(200); a.text("stage") != "notice" || a.text("ends") != "2026-11-30T16:00:00.000Z" {
		t.Errorf("%s", a.raw)
	}

	// The public notice: category, week, team; a number and two stars, since few are called 王.
	shown := j.stranger().get("/v1/public/notices").is(200)
	if n := shown.text("items", 0, "name"); len(n) != 6 || !strings.HasSuffix(n, "**") || shown.text("items", 0, "week") != "2026-11-16" || shown.text("items", 0, "team") != "t1" || shown.header.Get("X-Robots-Tag") != "noindex" {
		t.Errorf("%s", shown.raw)
	}
	for _, secret := range []string{"王芳", "刘", "煤气", "139", string(wang), string(liu)} {
		if strings.Contains(string(shown.raw), secret) {
			t.Errorf("the notice tells %q: %s", secret, shown.raw)
		}
	}
	made := other.post(path+"/object", obj{"reason_code": "suspicion", "words": "那天她不在家。"}).is(200)
	other.post(path+"/object", obj{"reason_code": "other", "words": "再说一次"}).no(409, "already_disputed")
	if a := j.stranger().get("/v1/public/notices").is(200); a.at("items", 0, "halted") != true {
		t.Errorf("%s", a.raw)
	}
	j.zhou.post(fmt.Sprintf("/v1/disputes/%d/resolve", made.number("dispute")), obj{"outcome": "rejected", "words": "邻居和物业都证实了。"}).is(200)

	j.until(time.Date(2026, 11, 30, 16, 1, 0, 0, time.UTC), phone)
	j.waitFor(func(b *ledger.Book) bool { _, open := b.Deed(ledger.Seq(seq)); return !open })
	if a := phone.get("/v1/me").is(200); a.number("balance", "available") != 5 {
		t.Errorf("%s", a.raw)
	}
	phone.get(path+"/evidence").no(404, "deed_unknown")
	// Thirty days after the decision words and photo are gone, key and all.
	j.server.keepHouse(context.Background())
	j.clock.pass(31 * 24 * time.Hour)
	j.server.keepHouse(context.Background())
	if _, err := j.server.roster.Evidence(t.Context(), roster.BlobID(j.photoOf(seq)), 1); err == nil {
		t.Error("the evidence is still there")
	}
}

// waitFor waits for what the engine's timer does.
func (b *bank) waitFor(done func(*ledger.Book) bool) {
	b.t.Helper()
	for b.t.Context().Err() == nil {
		_, changed := b.server.view.Changed()
		over := false
		b.server.view.Read(func(k *ledger.Book) { over = done(k) })
		if over {
			return
		}
		<-changed
	}
}

func (b *bank) photoOf(deed int64) string {
	e := must(b.server.view.Record(b.t.Context(), ledger.Seq(deed)))(b.t)
	return e.Record.Body.(*ledger.DeedFiled).Photo
}

// What a filing must bring, and who may be named in it.
func TestFileDeedRefused(t *testing.T) {
	j := newJury(t)
	wang := j.enrolled(j.add("王芳", "13900000001"))
	j.add("刘婆婆", "13900000002")
	whole := obj{"type": "neighbour-help", "day": "2026-11-20", "words": "帮忙买菜", "beneficiary": obj{"name": "刘婆婆", "phone": "13900000002"}}
	for _, test := range []struct {
		change obj
		status int
		code   string
	}{
		{obj{"type": "nothing"}, 422, "kind_unknown"},
		{obj{"day": "2026-11-24"}, 422, "bad_command"},
		{obj{"day": "2026-10-01"}, 422, "bad_command"},
		{obj{"day": "yesterday!"}, 422, codeFieldInvalid},
		{obj{"words": ""}, 422, codeFieldInvalid},
		{obj{"beneficiary": nil}, 422, "bad_command"},
		{obj{"beneficiary": obj{"name": "刘婆婆", "phone": "13900000001"}}, 404, codePersonUnmatched},
		{obj{"beneficiary": obj{"name": "王芳", "phone": "13900000002"}}, 404, codePersonUnmatched},
		{obj{"beneficiary": obj{"account": j.zhou.account}}, 404, "account_unknown"},
		{obj{"photo": base64.StdEncoding.EncodeToString([]byte("no picture"))}, 422, codePhotoKind},
		{obj{"photo": base64.StdEncoding.EncodeToString(make([]byte, photoBytesMax+1))}, 413, codePhotoTooLarge},
	} {
		form := maps.Clone(whole)
		for k, v := range test.change {
			if form[k] = v; v == nil {
				delete(form, k)
			}
		}
		wang.post("/v1/deeds", form).no(test.status, test.code)
	}
	// Tries to find people are counted, and nothing of what was refused is kept.
	for range 12 {
		wang.post("/v1/deeds", obj{"type": "hazard", "day": "2026-11-20", "words": "x", "doer": obj{"name": "某", "phone": "13999999999"}})
	}
	wang.post("/v1/deeds", whole).no(http.StatusTooManyRequests, codeRateLimited)
	if files := must(j.server.roster.DecideEvidence(t.Context(), roster.By{Actor: ledger.ActorRoot, At: j.server.time() + dayMillis*10}, nil))(t); files != 0 {
		t.Errorf("%d pieces of evidence belong to nothing", files)
	}
}

// Who should have received it says no; and who filed a deed takes it back. Neither leaves a mark.
func TestDeedReturned(t *testing.T) {
	j := newJury(t)
	wang, liu := j.enrolled(j.add("王芳", "13900000001")), j.add("刘婆婆", "13900000002")
	number, _ := j.card(liu)
	form := obj{"type": "neighbour-help", "day": "2026-11-20", "words": "帮忙买菜", "beneficiary": obj{"name": "刘婆婆", "phone": "13900000002"}}
	seq := wang.post("/v1/deeds", form).is(200).number("seq")
	path := fmt.Sprintf("/v1/deeds/%d", seq)
	j.zhou.post(path+"/refuse", obj{}).no(403, "not_entitled")
	if a := j.zhou.post(path+"/refuse", obj{"card": number}).is(200); a.text("stage") != "refused" {
		t.Errorf("%s", a.raw)
	}
	// The pair rests no longer: what was refused does not count.
	seq = wang.post("/v1/deeds", form).is(200).number("seq")
	path = fmt.Sprintf("/v1/deeds/%d", seq)
	j.zhou.post(path+"/confirm", obj{"card": number}).is(200)
	wang.post(path+"/refuse", obj{}).is(200)
	if a := wang.get("/v1/me/deeds").is(200); a.length("items") != 0 {
		t.Errorf("%s", a.raw)
	}
}

// Bravery has a range that the committee decides, and takes the community's consent.
func TestBraveryTakesConsent(t *testing.T) {
	j := newJury(t)
	wang := j.enrolled(j.add("王芳", "13900000001"))
	seq := wang.post("/v1/deeds", obj{"type": "bravery", "day": "2026-11-20", "words": "跳进河里救起落水的孩子。"}).is(200).number("seq")
	path := fmt.Sprintf("/v1/deeds/%d", seq)
	j.judges[0].post(path+"/vote", obj{"yes": true}).no(422, "deed_points")
	for i, p := range []int{60, 200, 80} {
		j.judges[i].post(path+"/vote", obj{"yes": true, "points": p}).is(200)
	}
	if a := j.zhou.get("/v1/deeds?stage=passed").is(200); a.number("items", 0, "points") != 80 || fmt.Sprint(a.at("items", 0, "can")) != "[consent]" {
		t.Errorf("%s", a.raw)
	}
	if a := j.zhou.post(path+"/consent", obj{}).is(200); a.text("stage") != "notice" {
		t.Errorf("%s", a.raw)
	}
}
