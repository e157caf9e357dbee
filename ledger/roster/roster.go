package roster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"

	"moralbank.example/bank/ledger"
)

// Roster is the open room: a store, the keyring that unseals it, and the search index in memory.
// All methods may be called from many goroutines.
type Roster struct {
	store Store
	ring  *Keyring

	people sync.Mutex // serializes changes of people, so that the index follows the rows and an erased name cannot come back
	index  *index
	lines  atomic.Uint64 // audit lines written since the start
}

// By says who does something, and when: it stands in every audit line.
type By struct {
	Actor  ledger.AccountID // empty for the system itself
	Device ledger.DeviceID  // the device or a channel such as "cli"
	At     ledger.Time      // milliseconds, given by the caller
}

// ErrExists says that what is to be made is already there.
var ErrExists = errors.New("roster: already exists")

const (
	storeDir    = "roster"
	keyringFile = "keyring"
)

// Create makes a new roster in a data directory: dir/roster and dir/keyring.
func Create(ctx context.Context, dir string, log *slog.Logger) (*Roster, error) {
	ring, err := CreateKeyring(filepath.Join(dir, keyringFile))
	if err != nil {
		return nil, err
	}
	store, err := OpenBadger(filepath.Join(dir, storeDir), log)
	if err != nil {
		return nil, err
	}
	return orClose(New(ctx, Remember(store), ring))(store)
}

// Open opens the roster that Create or Load made in a data directory. ErrKeyringLost, ErrKeyringDamaged, ErrKeyringForeign and
// ErrKeyringOpenToOthers say what is wrong with the keyring, ErrStoreDamaged that there is no store: none is made then. Call Tie and
// DestroyErased before serving.
func Open(ctx context.Context, dir string, log *slog.Logger) (*Roster, error) {
	ring, err := OpenKeyring(filepath.Join(dir, keyringFile))
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, storeDir)
	if err := used(path); err != nil {
		return nil, err
	}
	store, err := OpenBadger(path, log)
	if err != nil {
		return nil, err
	}
	if _, err := ringOf(store.db); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return orClose(New(ctx, Remember(store), ring))(store)
}

func orClose(r *Roster, err error) func(Store) (*Roster, error) {
	return func(s Store) (*Roster, error) {
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
		return r, nil
	}
}

// New joins a store and its keyring: it ties an empty store to a new ring, checks the tie of a used one, and builds the index.
// ErrStoreDamaged when the store is empty and the ring is not: the people that its keys are of are gone.
// The roster owns the store from here on.
func New(ctx context.Context, store Store, ring *Keyring) (*Roster, error) {
	r := &Roster{store: store, ring: ring, index: newIndex()}
	row, err := store.Get(ctx, metaKey)
	switch {
	case errors.Is(err, ErrNotFound) && ring.Len() > 0:
		return nil, fmt.Errorf("%w: the roster is empty, and its keyring holds the keys of %d people and files", ErrStoreDamaged, ring.Len())
	case errors.Is(err, ErrNotFound):
		err = store.Commit(ctx, Change{Key: metaKey, Value: ring.ring.id[:]})
		if err != nil {
			return nil, fmt.Errorf("tie roster to keyring: %w", err)
		}
	case err != nil:
		return nil, err
	case !ring.belongsTo(row.Value):
		return nil, ErrKeyringForeign
	}
	if err := r.rebuild(ctx); err != nil {
		return nil, fmt.Errorf("build roster index: %w", err)
	}
	return r, nil
}

// Dead is closed when a write of rows has failed: the process must end, and a new start tells what the disk holds.
func (r *Roster) Dead() <-chan struct{} { return r.store.Dead() }

// Cause is why Dead is closed; nil before.
func (r *Roster) Cause() error { return r.store.Cause() }

// Close closes the store. Requests must have ended.
func (r *Roster) Close() error { return r.store.Close() }

// tries bounds read-decide-write loops: with so many losers in a row something else is wrong.
const tries = 64

// retry runs decide until its commit meets unchanged rows.
func retry(decide func() error) error {
	for range tries {
		if err := decide(); !errors.Is(err, ErrChanged) {
			return err
		}
	}
	return ErrChanged
}

// read decodes the row at key into v and tells its version. ErrNotFound if there is none.
func (r *Roster) read(ctx context.Context, key string, v any) (Version, error) {
	row, err := r.store.Get(ctx, key)
	if err != nil {
		return 0, err
	}
	if err := json.Unmarshal(row.Value, v); err != nil {
		return 0, fmt.Errorf("decode roster row %s: %w", key, err)
	}
	return row.Version, nil
}

// put is the change that stores v at key if it is still at version was.
func put(key string, v any, was Version) (Change, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return Change{}, fmt.Errorf("encode roster row %s: %w", key, err)
	}
	return Change{Key: key, Value: raw, Was: was}, nil
}

// list decodes every row under prefix, ascending by key.
func list[T any](ctx context.Context, s Store, prefix string) ([]T, error) {
	var all []T
	for row, err := range s.Scan(ctx, prefix) {
		if err != nil {
			return nil, err
		}
		var v T
		if err := json.Unmarshal(row.Value, &v); err != nil {
			return nil, fmt.Errorf("decode roster row %s: %w", row.Key, err)
		}
		all = append(all, v)
	}
	return all, nil
}

// owned is the key that ties a thing to the account that owns it, so that erasing finds it without reading everything.
// ':' occurs in no id, so no account's prefix is the start of another's.
func owned(a ledger.AccountID, kind, id string) string {
	return "own:" + string(a) + ":" + kind + ":" + id
}
