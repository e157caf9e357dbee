package roster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"moralbank.example/bank/ledger"
)

const (
	personKind   = "person"
	personPrefix = "person:"
	// PeopleMax bounds one AddPeople.
	PeopleMax = 5000
	addBatch  = 40 // people in one commit: two rows each, within changesMax and changesBytesMax
)

func personRow(a ledger.AccountID) string { return personPrefix + string(a) }

// AddPeople adds new people: one rewrite of the keyring for all, then rows in batches. *InvalidError when a field cannot
// stand, ErrExists when an account is there already; both are found before anything is written. After any other error a
// first part may have been added, each person whole: the accounts that Has knows.
func (r *Roster) AddPeople(ctx context.Context, by By, people ...Person) error {
	r.people.Lock()
	defer r.people.Unlock()
	if len(people) > PeopleMax {
		return fmt.Errorf("add people: %w: %d of at most %d", ErrTooLarge, len(people), PeopleMax)
	}
	ids := make([]string, 0, len(people))
	seen := make(map[ledger.AccountID]bool, len(people))
	for _, p := range people {
		if err := p.Check(); err != nil {
			return err
		}
		if seen[p.Account] || r.index.has(p.Account) {
			return fmt.Errorf("add %s: %w", p.Account, ErrExists)
		}
		seen[p.Account] = true
		ids = append(ids, string(p.Account))
	}
	if err := r.ring.Add(ids...); err != nil {
		return err
	}
	for part := range slices.Chunk(people, addBatch) {
		if err := r.addPart(ctx, by, part); err != nil {
			return err
		}
	}
	return nil
}

func (r *Roster) addPart(ctx context.Context, by By, people []Person) error {
	changes := make([]Change, 0, 2*len(people))
	for _, p := range people {
		row, err := r.sealPerson(p, 0)
		if err != nil {
			return err
		}
		note, err := r.audit(by, string(p.Account), "person_added", Person{Account: p.Account}.changed(p)...)
		if err != nil {
			return err
		}
		changes = append(changes, row, note)
	}
	err := r.store.Commit(ctx, changes...)
	if errors.Is(err, ErrTooLarge) && len(people) > 1 {
		half := len(people) / 2
		return errors.Join(r.addPart(ctx, by, people[:half]), r.addPart(ctx, by, people[half:]))
	}
	if errors.Is(err, ErrChanged) {
		return fmt.Errorf("add people: %w", ErrExists)
	}
	if err != nil {
		return fmt.Errorf("add people: %w", err)
	}
	for _, p := range people {
		r.index.put(p)
	}
	return nil
}

// Has reports whether the account is a person of the roster.
func (r *Roster) Has(a ledger.AccountID) bool { return r.index.has(a) }

// Person reads one person. ErrNotFound after erasure or for an unknown account; ErrNoKey if only the row is there.
func (r *Roster) Person(ctx context.Context, a ledger.AccountID) (Person, error) {
	p, _, err := r.readPerson(ctx, a)
	return p, err
}

func (r *Roster) readPerson(ctx context.Context, a ledger.AccountID) (Person, Version, error) {
	row, err := r.store.Get(ctx, personRow(a))
	if err != nil {
		return Person{}, 0, fmt.Errorf("read person: %w", err)
	}
	p, err := r.openPerson(a, row.Value)
	return p, row.Version, err
}

// ChangePerson lets change edit the person and stores the result, if anything differs. change may run more than once
// and may refuse with an error, which is returned as it is. The account cannot be changed.
func (r *Roster) ChangePerson(ctx context.Context, by By, a ledger.AccountID, change func(*Person) error) (Person, error) {
	r.people.Lock()
	defer r.people.Unlock()
	var now Person
	err := retry(func() error {
		was, version, err := r.readPerson(ctx, a)
		if err != nil {
			return err
		}
		now = was
		now.Consents = slices.Clone(was.Consents)
		if err := change(&now); err != nil {
			return err
		}
		now.Account = a
		if err := now.Check(); err != nil {
			return err
		}
		fields := was.changed(now)
		if len(fields) == 0 {
			return nil
		}
		row, err := r.sealPerson(now, version)
		if err != nil {
			return err
		}
		note, err := r.audit(by, string(a), "person_changed", fields...)
		if err != nil {
			return err
		}
		return r.store.Commit(ctx, row, note)
	})
	if err != nil {
		return Person{}, err
	}
	r.index.put(now)
	return now, nil
}

func (r *Roster) sealPerson(p Person, was Version) (Change, error) {
	plain, err := json.Marshal(p)
	if err != nil {
		return Change{}, fmt.Errorf("encode person: %w", err)
	}
	sealed, err := r.ring.seal(string(p.Account), personKind, plain)
	if err != nil {
		return Change{}, fmt.Errorf("seal person: %w", err)
	}
	return Change{Key: personRow(p.Account), Value: sealed, Was: was}, nil
}

func (r *Roster) openPerson(a ledger.AccountID, sealed []byte) (Person, error) {
	plain, err := r.ring.unseal(string(a), personKind, sealed)
	if err != nil {
		return Person{}, fmt.Errorf("person %s: %w", a, err)
	}
	var p Person
	if err := json.Unmarshal(plain, &p); err != nil {
		return Person{}, fmt.Errorf("decode person %s: %w", a, ErrSeal)
	}
	return p, nil
}
