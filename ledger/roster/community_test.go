package roster

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
)

func TestDefaultCommunity(t *testing.T) {
	ctx := t.Context()
	r := newRoster(t)
	c := DefaultCommunity()
	must(t, r.Seed(ctx, desk, c))
	must(t, r.Seed(ctx, desk, c))
	teams, err := r.Teams(ctx)
	must(t, err)
	var rainbow []string
	for _, team := range teams {
		rainbow = append(rainbow, string(team.Colour)+team.Zh)
		if !team.Demo || team.En == "" {
			t.Errorf("team %s: demo %v, English %q", team.Zh, team.Demo, team.En)
		}
	}
	if got := strings.Join(rainbow, " "); got != "红彩虹100先锋号 橙夕阳行助老队 黄向日葵宣讲队 绿和谐号助学队 青全都管便民队 蓝蓝精灵平安队 紫和事佬调解队" {
		t.Errorf("teams %s", got)
	}
	orgs, err := r.Orgs(ctx)
	if err != nil || len(orgs) != 13 {
		t.Errorf("%d organizations, %v; want 13", len(orgs), err)
	}
	for kind, want := range map[TextKind]int{ActivityKind: 15, DeedKind: 12, MealKind: 9, ReasonKind: 16} {
		texts, err := r.Texts(ctx, kind)
		if err != nil || len(texts) != want {
			t.Errorf("%d texts of %s, %v; want %d", len(texts), kind, err, want)
		}
		for _, text := range texts {
			if text.En == "" || text.Order == 0 || !text.Demo || strings.ContainsAny(text.Code, "_:") {
				t.Errorf("text %+v", text)
			}
		}
	}
	if noodles, err := r.Text(ctx, MealKind, "beef-noodles"); err != nil || noodles.Zh != "牛肉面" {
		t.Errorf("%+v, %v", noodles, err)
	}
	if canteens, err := r.Canteens(ctx); err != nil || len(canteens) != 1 || canteens[0].Zh != "爸妈食堂" {
		t.Errorf("canteens %v, %v", canteens, err)
	}
	stations, err := r.Stations(ctx)
	if err != nil || len(stations) == 0 {
		t.Errorf("stations %v, %v", stations, err)
	}
	if s, err := r.Station(ctx, "s1"); err != nil || s != stations[0] {
		t.Errorf("station %v, %v", s, err)
	}
	lines, err := r.AuditOf(ctx, "team/t1", 10)
	if err != nil || len(lines) != 2 || lines[0].Action != "team_changed" || lines[1].Action != "team_added" {
		t.Errorf("audit of a team seeded twice: %v, %v", lines, err)
	}
}

func TestWordsAreChecked(t *testing.T) {
	ctx := t.Context()
	r := newRoster(t)
	wantField(t, "a grey team", r.PutTeam(ctx, desk, Team{ID: "t8", Zh: "灰队", Colour: "灰"}), "colour")
	wantField(t, "a nameless team", r.PutTeam(ctx, desk, Team{ID: "t8", Colour: Red}), "zh")
	wantField(t, "an id that breaks keys", r.PutOrg(ctx, desk, Org{ID: "o1:x", Zh: "组织"}), "id")
	wantField(t, "no id", r.PutOrg(ctx, desk, Org{Zh: "组织"}), "id")
	wantField(t, "a long place", r.PutStation(ctx, desk, Station{ID: "s9", Zh: "站", Place: strings.Repeat("远", 81)}), "place")
	wantField(t, "no kind of text", r.PutText(ctx, desk, Text{Kind: "poem", Code: "x", Zh: "诗"}), "kind")
	wantField(t, "a long note", r.PutText(ctx, desk, Text{Kind: MealKind, Code: "x", Zh: "面", NoteZh: strings.Repeat("面", 401)}), "note")
	wantField(t, "English too long", r.PutCanteen(ctx, desk, Canteen{ID: "c9", Zh: "食堂", En: strings.Repeat("x", 61)}), "en")
	_, err := r.Team(ctx, "t8")
	wantErr(t, "a refused team", err, ErrNotFound)
	_, err = r.Org(ctx, "o1")
	wantErr(t, "a refused organization", err, ErrNotFound)
}

func TestActivityTextsAndTheirCommitment(t *testing.T) {
	ctx := t.Context()
	r := newRoster(t)
	a := Activity{ID: "a/clean00000", Title: "周末大扫除", Place: "彩虹广场", Content: "清理小广告<br>\n捡拾垃圾", Lead: wang, Team: "t1"}
	stored, promise, err := r.PutActivity(ctx, desk, a)
	must(t, err)
	read, err := r.Activity(ctx, a.ID)
	must(t, err)
	if len(stored.Salt) != SaltBytes || Commit(read.Canonical(), read.Salt) != promise {
		t.Error("what is stored does not open the commitment")
	}
	for what, change := range map[string]func(*Activity){
		"title": func(a *Activity) { a.Title += "!" }, "place": func(a *Activity) { a.Place = "" }, "content": func(a *Activity) { a.Content += " " },
		"lead": func(a *Activity) { a.Lead = li }, "team": func(a *Activity) { a.Team = "t2" }, "org": func(a *Activity) { a.Org = "o1" },
		"id": func(a *Activity) { a.ID = "a/other00000" }, "salt": func(a *Activity) { a.Salt = newSeed() },
	} {
		other := read
		change(&other)
		if Commit(other.Canonical(), other.Salt) == promise {
			t.Errorf("another %s opens the same commitment", what)
		}
	}
	_, again, err := r.PutActivity(ctx, desk, a)
	must(t, err)
	if again == promise {
		t.Error("the same text commits to the same value: it could be guessed")
	}
	if missing := (Activity{ID: "a/x"}).Missing(); !slices.Equal(missing, []string{"title", "place", "content", "lead", "team"}) {
		t.Errorf("missing %v", missing)
	}
	if missing := read.Missing(); len(missing) != 0 {
		t.Errorf("nothing is missing, but %v", missing)
	}
	_, _, err = r.PutActivity(ctx, desk, Activity{ID: "a/x", Title: strings.Repeat("长", 61)})
	wantField(t, "a long title", err, "title")
	_, _, err = r.PutActivity(ctx, desk, Activity{ID: "a/x", Lead: "王桂兰"})
	wantField(t, "a name in place of an account", err, "lead")
	if all, err := r.Activities(ctx); err != nil || len(all) != 1 {
		t.Errorf("%d activities, %v", len(all), err)
	}
}

// The vector binds for ever: ledger records hold commitments made so.
func TestCommitVector(t *testing.T) {
	a := Activity{ID: "a/0123456789", Title: "扫楼道", Place: "A区", Content: "一起来", Lead: wang, Team: "t1", Org: "o8"}
	const canonical = `{"id":"a/0123456789","title":"扫楼道","place":"A区","content":"一起来","lead":"m/wang000000","team":"t1","org":"o8"}`
	salt := []byte("0123456789abcdef")
	if a.Canonical() != canonical {
		t.Errorf("canonical text %s", a.Canonical())
	}
	got := Commit(a.Canonical(), salt)
	if want := sha256.Sum256([]byte("0123456789abcdef" + canonical)); got != want {
		t.Errorf("commitment %s", hex.EncodeToString(got[:]))
	}
	defer func() {
		if recover() == nil {
			t.Error("a short salt was taken")
		}
	}()
	Commit("x", salt[:15])
}

func TestReasons(t *testing.T) {
	ctx := t.Context()
	r := peopled(t)
	about, err := r.PutReason(ctx, desk, wang, "王桂兰说没吃到")
	must(t, err)
	none, err := r.PutReason(ctx, desk, "", "活动改期，王桂兰来电")
	must(t, err)
	wantClean(t, r, "王桂兰", "改期")
	if got, err := r.Reason(ctx, about); err != nil || got != (Reason{ID: about, About: wang, Text: "王桂兰说没吃到", By: desk.Actor, At: noon}) {
		t.Errorf("%+v, %v", got, err)
	}
	must(t, r.Erase(ctx, desk, wang))
	_, err = r.Reason(ctx, about)
	wantErr(t, "about an erased member", err, ErrNotFound)
	if got, err := r.Reason(ctx, none); err != nil || got.Text == "" {
		t.Errorf("about nobody: %+v, %v", got, err)
	}
	_, err = r.PutReason(ctx, desk, wang, "再来")
	wantErr(t, "about an erased member", err, ErrNoKey)
	for what, text := range map[string]string{"empty": "", "long": strings.Repeat("长", 1001), "bytes": "\xff"} {
		_, err = r.PutReason(ctx, desk, li, text)
		wantField(t, what, err, "reason")
	}
}

func TestBlobs(t *testing.T) {
	ctx := t.Context()
	r := peopled(t)
	photo := []byte(strings.Repeat("照片的内容", 40_000)) // ten parts
	b, err := r.PutBlob(ctx, desk, "photo", wang, photo, noon+30*day)
	must(t, err)
	wantClean(t, r, "照片的内容")
	if got, content, err := r.Blob(ctx, b.ID, noon); err != nil || string(content) != string(photo) || got != b {
		t.Errorf("%d bytes, %v", len(content), err)
	}
	_, _, err = r.Blob(ctx, b.ID, noon+30*day)
	wantErr(t, "after 30 days", err, ErrExpired)
	first, err := r.store.Get(ctx, blobPartRow(b.ID, 0))
	must(t, err)
	second, err := r.store.Get(ctx, blobPartRow(b.ID, 1))
	must(t, err)
	must(t, r.store.Commit(ctx, Change{Key: first.Key, Value: second.Value, Was: first.Version}, Change{Key: second.Key, Value: first.Value, Was: second.Version}))
	_, _, err = r.Blob(ctx, b.ID, noon)
	wantErr(t, "with two parts exchanged", err, ErrSeal)
	whole, err := r.PutBlob(ctx, desk, "photo", li, photo, noon+3*day)
	must(t, err)
	_, err = update(ctx, r, blobRow(whole.ID), func(b *Blob) ([]Change, error) { b.Parts--; return nil, nil })
	must(t, err)
	_, _, err = r.Blob(ctx, whole.ID, noon)
	wantErr(t, "cut short", err, ErrSeal)
	must(t, r.DropBlob(ctx, desk, whole.ID))
	short, err := r.PutBlob(ctx, desk, "import", "", []byte("sheet"), noon+day)
	must(t, err)
	if n, err := r.SweepBlobs(ctx, at(noon+2*day)); n != 1 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	_, _, err = r.Blob(ctx, short.ID, noon)
	wantErr(t, "a swept file", err, ErrNotFound)
	must(t, r.DropBlob(ctx, desk, b.ID))
	must(t, r.DropBlob(ctx, desk, b.ID))
	for _, row := range rows(t, r.store) {
		if strings.HasPrefix(row.Key, "blob") || strings.Contains(row.Key, ":blob:") {
			t.Errorf("row %s is left", row.Key)
		}
	}
	if r.ring.Len() != 4 {
		t.Errorf("%d keys are left, want one a person", r.ring.Len())
	}
	_, err = r.PutBlob(ctx, desk, "photo", wang, make([]byte, BlobBytesMax+1), noon+day)
	wantErr(t, "too large", err, ErrTooLarge)
	_, err = r.PutBlob(ctx, desk, "王桂兰.jpg", wang, photo, noon+day)
	wantField(t, "a file's name as its kind", err, "kind")
}

func TestIDs(t *testing.T) {
	seen := map[string]bool{}
	for range 2000 {
		id, token := NewID(), NewToken()
		if len(id) != 10 || strings.Trim(id, crockford) != "" || seen[id] || !validToken(token) || seen[token] {
			t.Fatalf("id %q, token %q", id, token)
		}
		seen[id], seen[token] = true, true
	}
	counts := map[byte]int{}
	for _, c := range []byte(newDigits(20_000)) {
		counts[c]++
	}
	for c := byte('0'); c <= '9'; c++ { // 2,000 each; six standard deviations are 255
		if counts[c] < 1700 || counts[c] > 2300 {
			t.Errorf("digit %c came %d times of 20,000", c, counts[c])
		}
	}
}
