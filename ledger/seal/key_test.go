package seal

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log-key")
	k, err := CreateKey(path, testOrigin, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v %v", info.Mode(), err)
	}
	if _, err := CreateKey(path, testOrigin, rand.Reader); !errors.Is(err, ErrKeyExists) {
		t.Errorf("overwritten: %v", err)
	}
	if _, err := OpenKey(path, "bank.example/other"); !errors.Is(err, ErrKey) {
		t.Errorf("of another origin: %v", err)
	}
	again, err := OpenKey(path, testOrigin)
	if err != nil || again.VerifierKeys()[0] != k.VerifierKeys()[0] {
		t.Fatalf("read back %v, %v", again, err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range whole {
		bad := bytes.Clone(whole)
		bad[i] ^= 1
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if k, err := OpenKey(path, testOrigin); err == nil {
			t.Fatalf("byte %d changed, and it opens with %v", i, k.VerifierKeys())
		} else if strings.Contains(err.Error(), string(whole[60:90])) {
			t.Fatalf("the error tells the secret: %v", err)
		}
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenKey(path, testOrigin); !errors.Is(err, ErrKeyOpenToOthers) {
		t.Errorf("readable by others: %v", err)
	}
	for _, origin := range []string{"", "two words", "a+b", "https://bank.example", "银行", "tab\tbed"} {
		if err := ValidOrigin(origin); err == nil {
			t.Errorf("origin %q is accepted", origin)
		}
	}
}

// After a rotation both keys verify, old receipts stay good, and the next rotation drops the oldest key.
func TestRotation(t *testing.T) {
	w := newWorld(t)
	w.books.add(10)
	before := w.sealed(t)
	early, err := before.Published().Receipt(t.Context(), 3, lineAt(3))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(w.dir, "log-key")
	rotated, err := RotateKey(path, testOrigin, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	w.books.add(20)
	after := w.sealed(t)
	for _, vkey := range rotated.VerifierKeys() {
		v, err := note.NewVerifier(vkey)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := note.Open(after.Published().Note, note.VerifierList(v)); err != nil {
			t.Errorf("%s: %v", vkey, err)
		}
	}
	if rotated.VerifierKeys()[1] != before.VerifierKeys()[0] || !bytes.HasPrefix(after.PolicyText(), []byte("log "+rotated.VerifierKeys()[0]+"\n")) {
		t.Errorf("keys %v after %v, policy %s", rotated.VerifierKeys(), before.VerifierKeys(), after.PolicyText())
	}
	// Who has only log.txt of today still verifies a receipt of before; with the newest key alone, it would not.
	both, err := ParsePolicy(after.PolicyText())
	if err != nil {
		t.Fatal(err)
	}
	if r, err := OpenReceipt(early, both); err != nil || r.Index != 3 {
		t.Errorf("a receipt of before the rotation: %v", err)
	}
	newest, err := LogPolicy(rotated.VerifierKeys()[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenReceipt(early, newest); !errors.Is(err, ErrCheckpoint) {
		t.Errorf("signed by a key that did not exist: %v", err)
	}
	last, err := RotateKey(path, testOrigin, rand.Reader)
	if err != nil || len(last.VerifierKeys()) != 2 || last.VerifierKeys()[1] != rotated.VerifierKeys()[0] {
		t.Fatalf("%v %v", last.VerifierKeys(), err)
	}
	if l, err := w.open(); err != nil || !bytes.Contains(l.Published().Note, []byte("\n\n\u2014 "+testOrigin)) {
		t.Fatalf("after the second rotation: %v", err)
	} else if _, err := OpenCheckpoint(l.Published().Note, l.policy); err != nil {
		t.Errorf("not signed by the newest key without new records: %v", err)
	}
}
