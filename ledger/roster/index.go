package roster

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"moralbank.example/bank/ledger"
)

// index is the search index: names and phones, in memory only, gone with the process. 30,000 people are a few megabytes and
// a search reads them all in about three milliseconds (BenchmarkSearch30000), so it is a map and not a tree.
type index struct {
	mu       sync.RWMutex
	faces    map[ledger.AccountID]face
	phones   map[string][]ledger.AccountID // a phone may be shared
	surnames map[string]int                // people by surname, for public notices
	unread   []ledger.AccountID            // rows without a key
}

// face is what a search looks at.
type face struct {
	name     string
	folded   string // the name as fold writes it
	phone    string
	birth    Date
	guardian ledger.AccountID
	building string
	open     bool // the full name may be public
}

func newIndex() *index {
	return &index{faces: map[ledger.AccountID]face{}, phones: map[string][]ledger.AccountID{}, surnames: map[string]int{}}
}

// rebuild reads every person once. A row without a key is listed, not fatal: its person was erased and the delete was cut
// short, or the keyring is an older backup.
func (r *Roster) rebuild(ctx context.Context) error {
	for row, err := range r.store.Scan(ctx, personPrefix) {
		if err != nil {
			return err
		}
		a := ledger.AccountID(strings.TrimPrefix(row.Key, personPrefix))
		p, err := r.openPerson(a, row.Value)
		switch {
		case errors.Is(err, ErrNoKey):
			r.index.unread = append(r.index.unread, a)
		case err != nil:
			return err
		default:
			r.index.put(p)
		}
	}
	return nil
}

// Unreadable lists the people found at open whose rows have no key: after DestroyErased, any left here say that the keyring
// is older than the store.
func (r *Roster) Unreadable() []ledger.AccountID {
	r.index.mu.RLock()
	defer r.index.mu.RUnlock()
	return slices.Clone(r.index.unread)
}

// Len is how many people the roster holds.
func (r *Roster) Len() int {
	r.index.mu.RLock()
	defer r.index.mu.RUnlock()
	return len(r.index.faces)
}

// Accounts lists all people, ascending by account.
func (r *Roster) Accounts() []ledger.AccountID {
	r.index.mu.RLock()
	defer r.index.mu.RUnlock()
	all := make([]ledger.AccountID, 0, len(r.index.faces))
	for a := range r.index.faces {
		all = append(all, a)
	}
	slices.Sort(all)
	return all
}

// Name is the full name of a person, "" for an unknown or erased one. It reads memory only.
func (r *Roster) Name(a ledger.AccountID) string {
	r.index.mu.RLock()
	defer r.index.mu.RUnlock()
	return r.index.faces[a].name
}

// Minor reports whether a person is known to be under 18 on day. It reads memory only.
func (r *Roster) Minor(a ledger.AccountID, day Date) bool {
	r.index.mu.RLock()
	defer r.index.mu.RUnlock()
	return r.index.faces[a].birth.Minor(day)
}

// ByPhone lists the people who have this phone: several where a family shares one.
func (r *Roster) ByPhone(phone string) []ledger.AccountID {
	r.index.mu.RLock()
	defer r.index.mu.RUnlock()
	return slices.Clone(r.index.phones[phone])
}

// Wards lists the people whose guardian is a, ascending by account.
func (r *Roster) Wards(a ledger.AccountID) []ledger.AccountID {
	r.index.mu.RLock()
	defer r.index.mu.RUnlock()
	var wards []ledger.AccountID
	for ward, f := range r.index.faces {
		if f.guardian == a && a != "" {
			wards = append(wards, ward)
		}
	}
	slices.Sort(wards)
	return wards
}

// Hit is one person found.
type Hit struct {
	Account ledger.AccountID
	Name    string
}

const (
	queryMax = 64  // bytes of a search text
	hitsMax  = 200 // people in one answer
)

// Search finds people whose name holds the text, those whose name begins with it first, or, for four digits or more, whose
// phone begins or ends with it. At most limit hits (and never more than 200), in a stable order.
func (r *Roster) Search(text string, limit int) []Hit {
	text = fold(text)
	limit = min(limit, hitsMax)
	if text == "" || len(text) > queryMax || limit <= 0 {
		return nil
	}
	digits := len(text) >= 4 && allDigits(text, len(text))
	type ranked struct {
		Hit
		rank int
	}
	var found []ranked
	r.index.mu.RLock()
	for a, f := range r.index.faces {
		rank := -1
		switch {
		case strings.HasPrefix(f.folded, text):
			rank = 0
		case strings.Contains(f.folded, text):
			rank = 1
		case digits && (strings.HasPrefix(f.phone, text) || strings.HasSuffix(f.phone, text)):
			rank = 2
		}
		if rank >= 0 {
			found = append(found, ranked{Hit{a, f.name}, rank})
		}
	}
	r.index.mu.RUnlock()
	slices.SortFunc(found, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), strings.Compare(a.Name, b.Name), strings.Compare(string(a.Account), string(b.Account)))
	})
	hits := make([]Hit, 0, min(len(found), limit))
	for _, f := range found[:min(len(found), limit)] {
		hits = append(hits, f.Hit)
	}
	return hits
}

// fold makes spellings of one name equal: case, spaces and the dots within transcribed names.
func fold(s string) string { return strings.ToLower(nameGaps.Replace(strings.TrimSpace(s))) }

var nameGaps = strings.NewReplacer(" ", "", "\u3000", "", "·", "", "•", "", "・", "")

func (x *index) has(a ledger.AccountID) bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	_, ok := x.faces[a]
	return ok
}

func (x *index) put(p Person) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.forget(p.Account)
	x.faces[p.Account] = face{name: p.Name, folded: fold(p.Name), phone: p.Phone, birth: p.Birth, guardian: p.Guardian, building: p.Building, open: p.FullName}
	x.surnames[Surname(p.Name)]++
	if p.Phone != "" {
		x.phones[p.Phone] = append(x.phones[p.Phone], p.Account)
		slices.Sort(x.phones[p.Phone])
	}
}

func (x *index) drop(a ledger.AccountID) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.forget(a)
	x.unread = slices.DeleteFunc(x.unread, func(u ledger.AccountID) bool { return u == a })
}

// forget removes a from the maps; the lock is held.
func (x *index) forget(a ledger.AccountID) {
	f, ok := x.faces[a]
	if !ok {
		return
	}
	delete(x.faces, a)
	surname := Surname(f.name)
	if x.surnames[surname]--; x.surnames[surname] == 0 {
		delete(x.surnames, surname)
	}
	if f.phone == "" {
		return
	}
	rest := slices.DeleteFunc(slices.Clone(x.phones[f.phone]), func(o ledger.AccountID) bool { return o == a })
	if len(rest) == 0 {
		delete(x.phones, f.phone)
		return
	}
	x.phones[f.phone] = rest
}
