package roster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"moralbank.example/bank/ledger"
)

// Nothing in this file is about a person: these are the words that the screens put to the ledger's codes.
// Each Put stores or replaces a whole entry and leaves an audit line.

// Team is a volunteer team (志愿服务队).
type Team struct {
	ID     ledger.TeamID `json:"id"`
	Zh     string        `json:"zh"`
	En     string        `json:"en"`
	Colour Colour        `json:"colour"`
	Demo   bool          `json:"demo,omitempty"`
}

// Colour is one of the seven colour words of the teams; the design maps it to a shade.
type Colour string

// The colours of the rainbow, in its order.
const (
	Red    Colour = "红"
	Orange Colour = "橙"
	Yellow Colour = "黄"
	Green  Colour = "绿"
	Cyan   Colour = "青"
	Blue   Colour = "蓝"
	Purple Colour = "紫"
)

// Org is an incubated social organization (社会组织).
type Org struct {
	ID   ledger.OrgID `json:"id"`
	Zh   string       `json:"zh"`
	En   string       `json:"en"`
	Demo bool         `json:"demo,omitempty"`
}

// Canteen is a place where meals are redeemed.
type Canteen struct {
	ID    ledger.CanteenID `json:"id"`
	Zh    string           `json:"zh"`
	En    string           `json:"en"`
	Place string           `json:"place"`
	Demo  bool             `json:"demo,omitempty"`
}

// Station is a place with a check-in code (签到点).
type Station struct {
	ID    string `json:"id"`
	Zh    string `json:"zh"`
	En    string `json:"en"`
	Place string `json:"place"`
	Demo  bool   `json:"demo,omitempty"`
}

// TextKind says what a Text gives words to.
type TextKind string

// The kinds of texts, each with codes of its own.
const (
	ActivityKind TextKind = "activity" // kinds of activities
	DeedKind     TextKind = "deed"     // categories of good deeds
	MealKind     TextKind = "meal"     // dishes of the menu
	ReasonKind   TextKind = "reason"   // stock reasons that a ledger record names by code
)

// Text is the wording of a code that stands in the ledger or its rulebook. Rates and prices are the rulebook's, not ours.
type Text struct {
	Kind   TextKind `json:"kind"`
	Code   string   `json:"code"`
	Zh     string   `json:"zh"`
	En     string   `json:"en"`
	NoteZh string   `json:"note_zh,omitempty"` // one more line: what counts, what is in the dish
	NoteEn string   `json:"note_en,omitempty"`
	Order  int      `json:"order"` // place in lists
	Hidden bool     `json:"hidden,omitempty"`
	Demo   bool     `json:"demo,omitempty"`
}

const (
	titleMax = 60   // characters
	placeMax = 80   // characters
	noteMax  = 400  // characters
	bodyMax  = 4000 // characters
)

// PutTeam stores or replaces a team.
func (r *Roster) PutTeam(ctx context.Context, by By, t Team) error {
	switch t.Colour {
	case Red, Orange, Yellow, Green, Cyan, Blue, Purple:
	default:
		return invalid("colour", "颜色应为红橙黄绿青蓝紫之一", "a colour is one of 红橙黄绿青蓝紫")
	}
	return r.putWords(ctx, by, "team", string(t.ID), t, t.Zh, t.En, "")
}

// Teams lists the teams by id.
func (r *Roster) Teams(ctx context.Context) ([]Team, error) {
	return listByID(ctx, r.store, "team:", func(v Team) string { return string(v.ID) })
}

// Team reads one team.
func (r *Roster) Team(ctx context.Context, id ledger.TeamID) (Team, error) {
	return readOne[Team](ctx, r, "team:"+string(id))
}

// PutOrg stores or replaces an organization.
func (r *Roster) PutOrg(ctx context.Context, by By, o Org) error {
	return r.putWords(ctx, by, "org", string(o.ID), o, o.Zh, o.En, "")
}

// Orgs lists the organizations by id.
func (r *Roster) Orgs(ctx context.Context) ([]Org, error) {
	return listByID(ctx, r.store, "org:", func(v Org) string { return string(v.ID) })
}

// Org reads one organization.
func (r *Roster) Org(ctx context.Context, id ledger.OrgID) (Org, error) {
	return readOne[Org](ctx, r, "org:"+string(id))
}

// PutCanteen stores or replaces a canteen.
func (r *Roster) PutCanteen(ctx context.Context, by By, c Canteen) error {
	return r.putWords(ctx, by, "canteen", string(c.ID), c, c.Zh, c.En, c.Place)
}

// Canteens lists the canteens by id.
func (r *Roster) Canteens(ctx context.Context) ([]Canteen, error) {
	return listByID(ctx, r.store, "canteen:", func(v Canteen) string { return string(v.ID) })
}

// PutStation stores or replaces a station.
func (r *Roster) PutStation(ctx context.Context, by By, s Station) error {
	return r.putWords(ctx, by, "station", s.ID, s, s.Zh, s.En, s.Place)
}

// Stations lists the stations by id.
func (r *Roster) Stations(ctx context.Context) ([]Station, error) {
	return listByID(ctx, r.store, "station:", func(v Station) string { return v.ID })
}

// Station reads one station.
func (r *Roster) Station(ctx context.Context, id string) (Station, error) {
	return readOne[Station](ctx, r, "station:"+id)
}

// PutText stores or replaces the wording of a code.
func (r *Roster) PutText(ctx context.Context, by By, t Text) error {
	switch t.Kind {
	case ActivityKind, DeedKind, MealKind, ReasonKind:
	default:
		return invalid("kind", "没有这类文字", "no such kind of text")
	}
	if !plainText(t.NoteZh, noteMax) || !plainText(t.NoteEn, noteMax) {
		return invalid("note", "说明最多 400 个字", "a note has at most 400 characters")
	}
	return r.putWords(ctx, by, "text", string(t.Kind)+"/"+t.Code, t, t.Zh, t.En, "")
}

// Texts lists the wordings of one kind in their order.
func (r *Roster) Texts(ctx context.Context, kind TextKind) ([]Text, error) {
	texts, err := list[Text](ctx, r.store, "text:"+string(kind)+"/")
	slices.SortStableFunc(texts, func(a, b Text) int { return cmp.Compare(a.Order, b.Order) })
	return texts, err
}

// Text reads the wording of one code.
func (r *Roster) Text(ctx context.Context, kind TextKind, code string) (Text, error) {
	return readOne[Text](ctx, r, "text:"+string(kind)+"/"+code)
}

// putWords checks what all these entries share and stores v at kind:id.
func (r *Roster) putWords(ctx context.Context, by By, kind, id string, v any, zh, en, place string) error {
	switch {
	case !validRowID(id):
		return invalid("id", "编号只能用小写字母、数字、横线", "an id is 1 to 48 of a-z 0-9 / - _")
	case zh == "" || !plainText(zh, titleMax):
		return invalid("zh", "中文名应为 1 至 60 个字", "a Chinese name has 1 to 60 characters")
	case !plainText(en, titleMax):
		return invalid("en", "英文名最多 60 个字符", "an English name has at most 60 characters")
	case !plainText(place, placeMax):
		return invalid("place", "地点最多 80 个字", "a place has at most 80 characters")
	}
	return r.replace(ctx, by, kind, id, v)
}

// replace stores v at kind:id whatever was there, with an audit line.
func (r *Roster) replace(ctx context.Context, by By, kind, id string, v any) error {
	key := kind + ":" + id
	return retry(func() error {
		was, err := r.version(ctx, key)
		if err != nil {
			return err
		}
		row, err := put(key, v, was)
		if err != nil {
			return err
		}
		action := kind + "_changed"
		if was == 0 {
			action = kind + "_added"
		}
		note, err := r.audit(by, kind+"/"+id, action)
		if err != nil {
			return err
		}
		return r.store.Commit(ctx, row, note)
	})
}

// listByID lists as people count: o2 before o10.
func listByID[T any](ctx context.Context, s Store, prefix string, id func(T) string) ([]T, error) {
	all, err := list[T](ctx, s, prefix)
	slices.SortFunc(all, func(a, b T) int {
		return cmp.Or(cmp.Compare(len(id(a)), len(id(b))), strings.Compare(id(a), id(b)))
	})
	return all, err
}

func readOne[T any](ctx context.Context, r *Roster, key string) (T, error) {
	var v T
	_, err := r.read(ctx, key, &v)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return v, fmt.Errorf("read %s: %w", key, err)
	}
	return v, err
}

// validRowID is the alphabet of the ledger's ids and '_', so that no id can hold the ':' between the parts of a key.
func validRowID(s string) bool {
	if s == "" || len(s) > idBytesMax {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '/' && c != '-' && c != '_' {
			return false
		}
	}
	return true
}
