package auth

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// RFC 8037 appendix A: the private key, the public key and its thumbprint.
func TestRFC8037(t *testing.T) {
	seed, _ := base64.RawURLEncoding.DecodeString("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
	k := keyFromSeed(seed, time.Time{})
	if got := publicJWK(k.id, k.public); got.X != "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" ||
		got.ID != "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k" || got.KeyType != "OKP" || got.Curve != "Ed25519" {
		t.Errorf("%+v", got)
	}
}

func TestKeysFile(t *testing.T) {
	c := newClock()
	k := keysAt(t, c)
	info, err := os.Stat(k.path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v %v", info.Mode(), err)
	}
	if _, err := CreateKeys(k.path, c.now); !errors.Is(err, os.ErrExist) {
		t.Errorf("a second CreateKeys: %v", err)
	}
	if err := k.Rotate(); err != nil {
		t.Fatal(err)
	}
	if info, err = os.Stat(k.path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("after rotation: %v %v", info.Mode(), err)
	}
	again, err := OpenKeys(k.path, c.now)
	if err != nil || !bytes.Equal(again.JWKS(), k.JWKS()) {
		t.Errorf("opened again: %v\n%s\n%s", err, again.JWKS(), k.JWKS())
	}
	if err := os.Chmod(k.path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenKeys(k.path, c.now); !errors.Is(err, ErrExposed) {
		t.Errorf("a file that the group can read: %v", err)
	}
	if _, err := OpenKeys(k.path+"-missing", c.now); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}

// A retired key must not sign again, not even from a stolen copy of the file; its tokens end on their own.
func TestRotate(t *testing.T) {
	c := newClock()
	k := keysAt(t, c)
	s := NewSigner(k, "https://bank.example", "bank", c.now)
	token, _, err := s.Sign("m/1", "", "s1")
	if err != nil {
		t.Fatal(err)
	}
	first, seed := k.set.Load().signing.id, k.set.Load().signing.private.Seed()
	c.move(time.Minute)
	if err := k.Rotate(); err != nil {
		t.Fatal(err)
	}
	raw, _ := os.ReadFile(k.path)
	if bytes.Contains(raw, []byte(base64.StdEncoding.EncodeToString(seed))) {
		t.Error("the file still holds the private half of the old key")
	}
	if id, since := k.SigningID(); id == first || !since.Equal(c.now()) {
		t.Errorf("signing key %s since %v", id, since)
	}
	reopened, err := OpenKeys(k.path, c.now)
	if err != nil {
		t.Fatal(err)
	}
	for _, keys := range []*Keys{k, reopened} {
		if _, err := NewSigner(keys, "https://bank.example", "bank", c.now).Verify(token); err != nil {
			t.Errorf("a token of the old key: %v", err)
		}
		if !strings.Contains(string(keys.JWKS()), first) {
			t.Error("the old key is not published")
		}
	}
	c.move(tokenLife + leeway)
	if strings.Contains(string(k.JWKS()), first) {
		t.Error("the old key is still published after its last token")
	}
	if err := k.Rotate(); err != nil {
		t.Fatal(err)
	}
	if raw, _ = os.ReadFile(k.path); bytes.Contains(raw, []byte(first)) {
		t.Error("the old key is still in the file after its last token")
	}
}

// The key file was stolen: every token in the world ends, also those that were verified a moment ago.
func TestReplace(t *testing.T) {
	c := newClock()
	k := keysAt(t, c)
	s := NewSigner(k, "https://bank.example", "bank", c.now)
	token, _, _ := s.Sign("m/1", "", "s1")
	if _, err := s.Verify(token); err != nil {
		t.Fatal(err)
	}
	if err := k.Replace(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Verify(token); !errors.Is(err, ErrToken) {
		t.Errorf("a remembered token of a stolen key: %v", err)
	}
	var doc struct{ Keys []jwk }
	if err := json.Unmarshal(k.JWKS(), &doc); err != nil || len(doc.Keys) != 1 {
		t.Errorf("%v %v", doc, err)
	}
}

func TestRotateIsBounded(t *testing.T) {
	c := newClock()
	k := keysAt(t, c)
	var err error
	turns := 0
	for ; err == nil && turns < 2*keysMax; turns++ {
		err = k.Rotate()
	}
	if !errors.Is(err, ErrTooManyKeys) || turns != keysMax {
		t.Errorf("after %d turns: %v", turns, err)
	}
	if _, err := OpenKeys(k.path, c.now); err != nil {
		t.Errorf("the full file: %v", err)
	}
	c.move(tokenLife + leeway)
	if err := k.Rotate(); err != nil {
		t.Errorf("a quarter of an hour later: %v", err)
	}
}

// The disk refuses: the old key goes on signing, and a restart finds it.
func TestRotateThatFails(t *testing.T) {
	c := newClock()
	k := keysAt(t, c)
	before, _ := k.SigningID()
	if err := os.Mkdir(k.path+".new", 0o700); err != nil { // in the way of the file beside
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(k.path+".new", "x"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := k.Rotate(); err == nil {
		t.Fatal("no error")
	}
	if id, _ := k.SigningID(); id != before {
		t.Error("a key signs that is not on disk")
	}
	again, err := OpenKeys(k.path, c.now)
	if err != nil {
		t.Fatal(err)
	}
	if id, _ := again.SigningID(); id != before {
		t.Error("the file changed")
	}
}

// The power went while a rotation was writing: the half file beside does not count, and is overwritten.
func TestRotateAfterPowerCut(t *testing.T) {
	c := newClock()
	k := keysAt(t, c)
	if err := os.WriteFile(k.path+".new", []byte(`{"kid":"half`), 0o600); err != nil {
		t.Fatal(err)
	}
	again, err := OpenKeys(k.path, c.now)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Rotate(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(k.path + ".new"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("left behind: %v", err)
	}
}

func TestDecodeKeysRefuses(t *testing.T) {
	one, two := newKey(time.UnixMilli(1)), newKey(time.UnixMilli(2))
	old := two
	old.private, old.until = nil, time.UnixMilli(3)
	good := string(encodeKeys([]key{one, old}))
	if keys, err := decodeKeys([]byte(good)); err != nil || len(keys) != 2 {
		t.Fatalf("the good file: %v", err)
	}
	lines := strings.SplitAfter(good, "\n")
	for name, raw := range map[string]string{
		"empty":                 "",
		"not json":              "hello\n",
		"cut":                   good[:len(good)-9],
		"retired first":         lines[1] + lines[0],
		"two that sign":         lines[0] + string(encodeKeys([]key{two})),
		"the same twice":        good + lines[1],
		"another's kid":         strings.Replace(good, one.id, two.id, 1),
		"short seed":            strings.Replace(lines[0], `"seed":"`, `"seed":"AA","x":"`, 1),
		"unknown field":         strings.Replace(lines[0], `"kid"`, `"kidd":1,"kid"`, 1),
		"two objects on a line": strings.TrimSpace(lines[0]) + lines[0],
		"an empty line":         lines[0] + "\n" + lines[1],
		"too many":              lines[0] + strings.Repeat(lines[1], keysMax),
	} {
		if keys, err := decodeKeys([]byte(raw)); !errors.Is(err, ErrKeyFile) {
			t.Errorf("%s: %d keys, %v", name, len(keys), err)
		}
	}
}

func FuzzDecodeKeys(f *testing.F) {
	seed, _ := hex.DecodeString(strings.Repeat("07", ed25519.SeedSize))
	one := keyFromSeed(seed, time.UnixMilli(1))
	old := keyFromSeed(bytes.Repeat([]byte{9}, ed25519.SeedSize), time.UnixMilli(2))
	old.private, old.until = nil, time.UnixMilli(3)
	f.Add(encodeKeys([]key{one, old}))
	f.Add([]byte("{}\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		keys, err := decodeKeys(raw)
		if err != nil {
			return
		}
		again, err := decodeKeys(encodeKeys(keys))
		if err != nil || len(again) != len(keys) || again[0].id != keys[0].id {
			t.Fatalf("accepted, but not read back: %v", err)
		}
	})
}
