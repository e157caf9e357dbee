package roster

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"sync"
)

// Keyring holds the key of each person (and of each sealed file) in one small file outside the store.
//
// The file is rewritten whole: temporary file, fsync, rename, fsync of the directory; a power cut leaves the old ring or the new
// one. After each rewrite the replaced file is overwritten with zeros and synced. That is best effort only: an SSD, a
// copy-on-write or journalled-data file system, a snapshot or a backup may keep old blocks. What is promised: the
// current file holds no destroyed key, and the store holds none at all. The remedy for the rest is an encrypted disk.
type Keyring struct {
	path string
	mu   sync.RWMutex
	ring ring
}

// keysMax bounds the ring: 30,000 residents and their photos, many times over (21 MiB).
const keysMax = 250_000

type personKey [32]byte

// ring is what the file says. Its maps are replaced whole, never changed in place.
type ring struct {
	id     [16]byte // ties the ring to one store
	server [32]byte // keys the hashes of short secrets (card numbers, desk codes)
	keys   map[string]personKey
}

// What can be wrong with a keyring.
var (
	// ErrKeyringLost says that the store is there and its keyring file is not: nothing sealed can be read.
	ErrKeyringLost = errors.New("roster: keyring file is missing; restore it from its own backup, the personal data cannot be read without it")
	// ErrKeyringDamaged says that the file is not a whole keyring of a version this program knows.
	ErrKeyringDamaged = errors.New("roster: keyring file is damaged or of an unknown version; restore it from its own backup")
	// ErrKeyringForeign says that the ring belongs to another store.
	ErrKeyringForeign = errors.New("roster: keyring belongs to another roster")
	// ErrKeyringOpenToOthers says that others than the owner may read the file.
	ErrKeyringOpenToOthers = errors.New("roster: keyring file can be read by others; set its mode to 0600")
	// ErrNoKey says that a sealed row has no key: its person was erased, or the ring is older than the row.
	ErrNoKey = errors.New("roster: no key for this id: erased, or the keyring is older than the data")
)

// CreateKeyring makes a new ring with a new file at path; it refuses to replace a file.
func CreateKeyring(path string) (*Keyring, error) {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("create keyring: %w", fs.ErrExist)
	}
	k := &Keyring{path: path, ring: ring{keys: map[string]personKey{}}}
	_, _ = rand.Read(k.ring.id[:]) // never fails: crypto/rand ends the process instead
	_, _ = rand.Read(k.ring.server[:])
	if err := replaceFile(path, k.ring.encode()); err != nil {
		return nil, fmt.Errorf("create keyring: %w", err)
	}
	return k, nil
}

// OpenKeyring reads the ring at path and removes what an interrupted rewrite left beside it.
// ErrKeyringLost, ErrKeyringDamaged and ErrKeyringOpenToOthers tell what is wrong.
func OpenKeyring(path string) (*Keyring, error) {
	raw, err := readPrivate(path)
	if err != nil {
		return nil, fmt.Errorf("open keyring %s: %w", filepath.Base(path), err)
	}
	decoded, err := decodeRing(raw)
	if err != nil {
		return nil, fmt.Errorf("open keyring %s: %w", filepath.Base(path), err)
	}
	if err := dropLeftover(path); err != nil {
		return nil, fmt.Errorf("open keyring %s: %w", filepath.Base(path), err)
	}
	return &Keyring{path: path, ring: decoded}, nil
}

// Add makes a key for each id that has none, with one rewrite of the file however many there are.
func (k *Keyring) Add(ids ...string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	next := maps.Clone(k.ring.keys)
	for _, id := range ids {
		if id == "" || len(id) > keyIDMax {
			return fmt.Errorf("add key: id of %d bytes", len(id))
		}
		if _, ok := next[id]; ok {
			continue
		}
		var key personKey
		_, _ = rand.Read(key[:])
		next[id] = key
	}
	if len(next) == len(k.ring.keys) {
		return nil
	}
	if len(next) > keysMax {
		return fmt.Errorf("add %d keys: %w: at most %d", len(ids), ErrTooLarge, keysMax)
	}
	return k.rewrite(next)
}

// AddMissing adds the keys of an older or newer copy of this keyring that it lacks, with one rewrite, and tells how many: a keyring that was
// put back lacks those of later people, whose rows cannot be read. It brings back destroyed keys too; see DestroyErased. The errors are
// those of OpenKeyring for either file, and ErrKeyringForeign. No server may run.
func AddMissing(dir, copied string) (n int, err error) {
	ring, err := OpenKeyring(filepath.Join(dir, keyringFile))
	if err != nil {
		return 0, err
	}
	other, err := OpenKeyring(copied)
	if err != nil {
		return 0, err
	}
	if !ring.belongsTo(other.ring.id[:]) {
		return 0, ErrKeyringForeign
	}
	all := maps.Clone(other.ring.keys)
	maps.Copy(all, ring.ring.keys) // what is here is never replaced
	if n = len(all) - len(ring.ring.keys); n == 0 {
		return 0, nil
	}
	if len(all) > keysMax {
		return 0, fmt.Errorf("add %d keys: %w: at most %d", n, ErrTooLarge, keysMax)
	}
	return n, ring.rewrite(all)
}

// Destroy forgets the keys of ids for good, with one rewrite, and none if the ring holds none of them.
// When it fails the keys may still be in the file: call it again, as every start does.
func (k *Keyring) Destroy(ids ...string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	next := maps.Clone(k.ring.keys)
	for _, id := range ids {
		delete(next, id)
	}
	if len(next) == len(k.ring.keys) {
		return nil
	}
	return k.rewrite(next)
}

// Has reports whether id has a key.
func (k *Keyring) Has(id string) bool {
	_, ok := k.key(id)
	return ok
}

// Len is how many keys the ring holds.
func (k *Keyring) Len() int {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return len(k.ring.keys)
}

func (k *Keyring) rewrite(keys map[string]personKey) error {
	next := k.ring
	next.keys = keys
	raw := next.encode()
	defer clear(raw)
	if err := replaceFile(k.path, raw); err != nil {
		return fmt.Errorf("rewrite keyring: %w", err)
	}
	k.ring = next
	return nil
}

func (k *Keyring) key(id string) (personKey, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	key, ok := k.ring.keys[id]
	return key, ok
}

// mac is HMAC-SHA256 under the ring's server key of a labelled text: for hashes of what is too short to be a secret.
func (k *Keyring) mac(label, text string) []byte {
	h := hmac.New(sha256.New, k.ring.server[:])
	h.Write([]byte(label))
	h.Write([]byte{0})
	h.Write([]byte(text))
	return h.Sum(nil)
}

func (k *Keyring) belongsTo(id []byte) bool { return bytes.Equal(k.ring.id[:], id) }
