package roster

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"moralbank.example/bank/ledger"
)

// Activity is the text of an activity: what the law wants to see in a service record (民政部令第67号) and the ledger does not
// hold. Window, kind, capacity and multiplier are in the ledger.
type Activity struct {
	ID      ledger.ActivityID `json:"id"`
	Title   string            `json:"title"`
	Place   string            `json:"place"`
	Content string            `json:"content"`
	Lead    ledger.AccountID  `json:"lead"` // the person in charge: an account, never a name
	Team    ledger.TeamID     `json:"team,omitempty"`
	Org     ledger.OrgID      `json:"org,omitempty"`
	Station string            `json:"station,omitempty"`
	Salt    []byte            `json:"salt"` // of the commitment that stands in the ledger
	Demo    bool              `json:"demo,omitempty"`
}

// SaltBytes is the length of a commitment's salt.
const SaltBytes = 16

// Missing names the fields that the law requires and that are empty: publishing is blocked while there are any.
func (a Activity) Missing() []string {
	var missing []string
	for _, f := range []struct{ name, value string }{
		{"title", a.Title}, {"place", a.Place}, {"content", a.Content}, {"lead", string(a.Lead)}, {"team", string(a.Team) + string(a.Org)},
	} {
		if f.value == "" {
			missing = append(missing, f.name)
		}
	}
	return missing
}

// Canonical is the text that Commit covers: one JSON object of fixed field order, without the salt.
func (a Activity) Canonical() string {
	raw, err := json.Marshal(struct {
		ID      ledger.ActivityID `json:"id"`
		Title   string            `json:"title"`
		Place   string            `json:"place"`
		Content string            `json:"content"`
		Lead    ledger.AccountID  `json:"lead"`
		Team    ledger.TeamID     `json:"team"`
		Org     ledger.OrgID      `json:"org"`
	}{a.ID, a.Title, a.Place, a.Content, a.Lead, a.Team, a.Org})
	if err != nil {
		panic("roster: strings always encode: " + err.Error())
	}
	return string(raw)
}

// Commit is the salted commitment to a text that stands in the ledger: SHA-256(salt || text). With 16 random bytes of salt
// a short text cannot be guessed from it, and another text cannot be shown for it.
func Commit(text string, salt []byte) [sha256.Size]byte {
	if len(salt) != SaltBytes {
		panic(fmt.Sprintf("roster: a salt has %d bytes, not %d", SaltBytes, len(salt)))
	}
	h := sha256.New()
	h.Write(salt)
	h.Write([]byte(text))
	return [sha256.Size]byte(h.Sum(nil))
}

// PutActivity stores or replaces an activity's text under a new salt, and returns it with the commitment to put in the
// ledger. *InvalidError when a field is too long; empty ones may be filled later, see Missing.
func (r *Roster) PutActivity(ctx context.Context, by By, a Activity) (Activity, [sha256.Size]byte, error) {
	a.Salt = newSeed()
	var none [sha256.Size]byte
	switch {
	case !validRowID(string(a.ID)):
		return a, none, invalid("id", "活动编号不对", "not an activity id")
	case !plainText(a.Title, titleMax):
		return a, none, invalid("title", "标题最多 60 个字", "a title has at most 60 characters")
	case !plainText(a.Place, placeMax):
		return a, none, invalid("place", "地点最多 80 个字", "a place has at most 80 characters")
	case !utf8.ValidString(a.Content) || utf8.RuneCountInString(a.Content) > bodyMax:
		return a, none, invalid("content", "内容最多 4000 个字", "content has at most 4000 characters")
	case a.Lead != "" && ledger.ClassOf(a.Lead) != ledger.ClassMember:
		return a, none, invalid("lead", "负责人应为成员", "the person in charge is a member")
	}
	if err := r.replace(ctx, by, "act", string(a.ID), a); err != nil {
		return a, none, err
	}
	return a, Commit(a.Canonical(), a.Salt), nil
}

// Activity reads an activity's text.
func (r *Roster) Activity(ctx context.Context, id ledger.ActivityID) (Activity, error) {
	return readOne[Activity](ctx, r, "act:"+string(id))
}

// Activities lists all activity texts, by id.
func (r *Roster) Activities(ctx context.Context) ([]Activity, error) {
	return list[Activity](ctx, r.store, "act:")
}
