package roster

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

func newRing(t *testing.T) (*Keyring, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), keyringFile)
	k, err := CreateKeyring(path)
	if err != nil {
		t.Fatal(err)
	}
	return k, path
}

func TestKeyringRemembers(t *testing.T) {
	k, path := newRing(t)
	if err := k.Add("m/aaaaaaaaaa", "m/bbbbbbbbbb"); err != nil {
		t.Fatal(err)
	}
	first, _ := k.key("m/aaaaaaaaaa")
	if err := k.Add("m/aaaaaaaaaa"); err != nil {
		t.Fatal(err)
	}
	again, err := OpenKeyring(path)
	if err != nil {
		t.Fatal(err)
	}
	key, ok := again.key("m/aaaaaaaaaa")
	other, _ := again.key("m/bbbbbbbbbb")
	if !ok || key != first || key == other || again.Len() != 2 || again.ring.id != k.ring.id || again.ring.server != k.ring.server {
		t.Errorf("the file does not say what the ring said: %d keys", again.Len())
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
}

// An import of 320 people must not rewrite the file 320 times.
func TestKeyringRewritesOncePerBatch(t *testing.T) {
	k, path := newRing(t)
	links := 0
	seen, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	step := func(do func() error, want int) {
		t.Helper()
		if err := do(); err != nil {
			t.Fatal(err)
		}
		now, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if os.SameFile(seen, now) != (want == 0) {
			t.Errorf("after %d keys: rewritten %v, want %d rewrites", k.Len(), !os.SameFile(seen, now), want)
		}
		seen = now
		links++
	}
	ids := make([]string, 320)
	for i := range ids {
		ids[i] = fmt.Sprintf("m/%010d", i)
	}
	step(func() error { return k.Add(ids...) }, 1)
	step(func() error { return k.Add(ids...) }, 0)
	step(func() error { return k.Destroy("m/unknown") }, 0)
	step(func() error { return k.Destroy(ids[:100]...) }, 1)
	if k.Len() != 220 || links != 4 {
		t.Errorf("%d keys left, want 220", k.Len())
	}
}

func TestKeyringDestroysKeysFromTheFile(t *testing.T) {
	k, path := newRing(t)
	if err := k.Add("m/aaaaaaaaaa", "m/bbbbbbbbbb"); err != nil {
		t.Fatal(err)
	}
	key, _ := k.key("m/aaaaaaaaaa")
	old, err := os.Open(path) // the replaced file, still reachable through this handle
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	if err := k.Destroy("m/aaaaaaaaaa"); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw, key[:]) || bytes.Contains(raw, []byte("m/aaaaaaaaaa")) {
		t.Error("the destroyed key is in the file")
	}
	replaced := make([]byte, 4096)
	n, _ := old.Read(replaced)
	if n == 0 || len(bytes.Trim(replaced[:n], "\x00")) != 0 {
		t.Error("the replaced file was not overwritten with zeros")
	}
	if _, err := k.seal("m/aaaaaaaaaa", "person", []byte("x")); !errors.Is(err, ErrNoKey) {
		t.Errorf("seal with a destroyed key: %v, want ErrNoKey", err)
	}
}

// A hard link may be somebody's backup: replacing the file must not blank it.
func TestKeyringLeavesHardLinkedBackupsAlone(t *testing.T) {
	k, path := newRing(t)
	backup := path + ".backup"
	if err := os.Link(path, backup); err != nil {
		t.Skipf("no hard links here: %v", err)
	}
	if err := k.Add("m/aaaaaaaaaa"); err != nil {
		t.Fatal(err)
	}
	if b, err := OpenKeyring(backup); err != nil || b.Len() != 0 {
		t.Errorf("the backup: %v", err)
	}
}

func TestKeyringRefusesWhatIsNotItsFile(t *testing.T) {
	k, path := newRing(t)
	if err := k.Add("m/aaaaaaaaaa"); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write := func(raw []byte, mode os.FileMode) {
		t.Helper()
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	for i := range good { // every single flipped bit is noticed
		bad := bytes.Clone(good)
		bad[i] ^= 1 << (i % 8)
		write(bad, 0o600)
		if _, err := OpenKeyring(path); !errors.Is(err, ErrKeyringDamaged) {
			t.Fatalf("byte %d flipped: %v, want ErrKeyringDamaged", i, err)
		}
	}
	for n := range len(good) { // every torn length too
		write(good[:n], 0o600)
		if _, err := OpenKeyring(path); !errors.Is(err, ErrKeyringDamaged) {
			t.Fatalf("cut to %d bytes: %v, want ErrKeyringDamaged", n, err)
		}
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o660, 0o644} {
		write(good, mode)
		if _, err := OpenKeyring(path); !errors.Is(err, ErrKeyringOpenToOthers) {
			t.Errorf("mode %o: %v, want ErrKeyringOpenToOthers", mode, err)
		}
	}
	write(good, 0o600)
	if _, err := OpenKeyring(path); err != nil {
		t.Errorf("the good file again: %v", err)
	}
	if _, err := CreateKeyring(path); !errors.Is(err, os.ErrExist) {
		t.Errorf("create over a ring: %v, want ErrExist", err)
	}
	if err := os.Rename(path, path+".away"); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenKeyring(path); !errors.Is(err, ErrKeyringLost) {
		t.Errorf("no file: %v, want ErrKeyringLost", err)
	}
	if err := os.Symlink(path+".away", path); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenKeyring(path); err == nil {
		t.Error("followed a symbolic link")
	}
}

func TestKeyringSurvivesAnInterruptedRewrite(t *testing.T) {
	k, path := newRing(t)
	if err := k.Add("m/aaaaaaaaaa"); err != nil {
		t.Fatal(err)
	}
	for _, left := range [][]byte{nil, []byte("half"), bytes.Repeat([]byte("k"), 5000)} {
		if err := os.WriteFile(tempOf(path), left, 0o600); err != nil {
			t.Fatal(err)
		}
		again, err := OpenKeyring(path)
		if err != nil || !again.Has("m/aaaaaaaaaa") {
			t.Fatalf("with %d bytes left over: %v", len(left), err)
		}
		if _, err := os.Stat(tempOf(path)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the leftover stays: %v", err)
		}
	}
}

// When the disk refuses the rewrite, the old ring stays, on disk and in memory.
func TestKeyringKeepsTheOldRingWhenTheRewriteFails(t *testing.T) {
	k, path := newRing(t)
	if err := k.Add("m/aaaaaaaaaa"); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(tempOf(path), 0o700); err != nil { // a directory in the way of the temporary file
		t.Fatal(err)
	}
	if err := k.Add("m/bbbbbbbbbb"); err == nil {
		t.Fatal("a rewrite that could not be written succeeded")
	}
	if k.Has("m/bbbbbbbbbb") || !k.Has("m/aaaaaaaaaa") {
		t.Error("memory says what the file does not")
	}
	if err := k.Destroy("m/aaaaaaaaaa"); err == nil || !k.Has("m/aaaaaaaaaa") {
		t.Errorf("a destroy that failed must say so: %v", err)
	}
	if err := os.Remove(tempOf(path)); err != nil {
		t.Fatal(err)
	}
	if err := k.Add("m/bbbbbbbbbb"); err != nil {
		t.Errorf("after the disk has room again: %v", err)
	}
}

func TestKeyringIsSafeForManyGoroutines(t *testing.T) {
	k, path := newRing(t)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			id := fmt.Sprintf("m/%010d", i)
			if err := k.Add(id); err != nil {
				t.Errorf("add: %v", err)
			}
			sealed, err := k.seal(id, "person", []byte(id))
			if err != nil {
				t.Errorf("seal: %v", err)
			}
			if plain, err := k.unseal(id, "person", sealed); err != nil || string(plain) != id {
				t.Errorf("unseal: %q, %v", plain, err)
			}
		})
	}
	all.Wait()
	if again, err := OpenKeyring(path); err != nil || again.Len() != 8 {
		t.Errorf("on disk: %v", err)
	}
}

func TestSealedValuesStayWhereTheyBelong(t *testing.T) {
	k, _ := newRing(t)
	if err := k.Add("m/aaaaaaaaaa", "m/bbbbbbbbbb"); err != nil {
		t.Fatal(err)
	}
	sealed, err := k.seal("m/aaaaaaaaaa", "secret/pin", []byte("hash of 123456"))
	if err != nil {
		t.Fatal(err)
	}
	twice, err := k.seal("m/aaaaaaaaaa", "secret/pin", []byte("hash of 123456"))
	if err != nil || bytes.Equal(sealed, twice) {
		t.Errorf("two seals of one text are equal: %v", err)
	}
	for name, try := range map[string]struct {
		id, kind string
		sealed   []byte
	}{
		"another person":  {"m/bbbbbbbbbb", "secret/pin", sealed},
		"another field":   {"m/aaaaaaaaaa", "secret/password", sealed},
		"another version": {"m/aaaaaaaaaa", "secret/pin", append([]byte{2}, sealed[1:]...)},
		"cut short":       {"m/aaaaaaaaaa", "secret/pin", sealed[:len(sealed)-1]},
		"a nonce only":    {"m/aaaaaaaaaa", "secret/pin", sealed[:13]},
		"nothing":         {"m/aaaaaaaaaa", "secret/pin", nil},
	} {
		if plain, err := k.unseal(try.id, try.kind, try.sealed); !errors.Is(err, ErrSeal) {
			t.Errorf("moved to %s: %q, %v; want ErrSeal", name, plain, err)
		}
	}
	for i := range sealed {
		bad := bytes.Clone(sealed)
		bad[i] ^= 0x10
		if _, err := k.unseal("m/aaaaaaaaaa", "secret/pin", bad); !errors.Is(err, ErrSeal) {
			t.Fatalf("byte %d flipped: %v", i, err)
		}
	}
}

func FuzzDecodeRing(f *testing.F) {
	r := ring{keys: map[string]personKey{"m/aaaaaaaaaa": {1}, "blob/bbbbbbbbbb": {2}}}
	f.Add(r.encode())
	f.Add(ring{}.encode())
	f.Add([]byte("MBKEYRNG"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := decodeRing(raw)
		if err != nil {
			if !errors.Is(err, ErrKeyringDamaged) {
				t.Fatalf("error %v", err)
			}
			return
		}
		if !bytes.Equal(r.encode(), raw) {
			t.Fatal("accepted bytes that it would not write")
		}
	})
}
