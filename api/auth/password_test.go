package auth

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
)

func TestPassword(t *testing.T) {
	p := NewPasswords(2)
	stored, err := p.Hash(t.Context(), "correct horse")
	if err != nil || !strings.HasPrefix(stored, "$argon2id$v=19$m=19456,t=2,p=1$") || len(stored) != 97 {
		t.Fatalf("%q %v", stored, err)
	}
	for secret, want := range map[string]Match{
		"correct horse": {OK: true}, "correct horsf": {}, "": {}, "Correct horse": {}, strings.Repeat("x", secretMax+1): {},
	} {
		if got, err := p.Verify(t.Context(), stored, secret); err != nil || got != want {
			t.Errorf("Verify %q: %+v %v", secret, got, err)
		}
	}
	if again, _ := p.Hash(t.Context(), "correct horse"); again == stored {
		t.Error("two hashes of one password are alike")
	}
	if _, err := p.Hash(t.Context(), strings.Repeat("x", secretMax+1)); !errors.Is(err, WeakLong) {
		t.Errorf("an endless password: %v", err)
	}
}

// One keyboard sends é as one character, another as two; to a person it is one password.
func TestPasswordNormalised(t *testing.T) {
	p := NewPasswords(1)
	stored, err := p.Hash(t.Context(), "caf\u00e9 au lait")
	if err != nil {
		t.Fatal(err)
	}
	if m, err := p.Verify(t.Context(), stored, "cafe\u0301 au lait"); err != nil || !m.OK {
		t.Errorf("%+v %v", m, err)
	}
}

// foreignHash was written by the reference implementation: echo -n password | argon2 somesalt -id -t 2 -k 64 -p 1 -e
const foreignHash = "$argon2id$v=19$m=64,t=2,p=1$c29tZXNhbHQ$FqGkmHNGCd0BRW2kBt6fPZ2pPmyGwwChL8FGUhTOSSI"

// What another implementation hashed is right here, and due for
// our parameters.
func TestForeignHash(t *testing.T) {
	p := NewPasswords(1)
	stored := foreignHash
	if m, err := p.Verify(t.Context(), stored, "password"); err != nil || m != (Match{OK: true, Rehash: true}) {
		t.Errorf("%+v %v", m, err)
	}
	if m, err := p.Verify(t.Context(), stored, "passwort"); err != nil || m != (Match{}) {
		t.Errorf("%+v %v", m, err)
	}
}

// An account that does not exist costs the same work: the very same derivation runs.
func TestUnknownAccount(t *testing.T) {
	p := NewPasswords(1)
	if p.nobody.cost != current || len(p.nobody.salt) != saltLen || len(p.nobody.sum) != sumLen {
		t.Errorf("nobody costs %+v", p.nobody.cost)
	}
	for _, secret := range []string{"", "correct horse"} {
		if m, err := p.Verify(t.Context(), "", secret); err != nil || m != (Match{}) {
			t.Errorf("%+v %v", m, err)
		}
	}
	busy := fill(p)
	if _, err := p.Verify(t.Context(), "", "x"); !errors.Is(err, ErrBusy) {
		t.Errorf("nobody did not queue: %v", err)
	}
	busy()
}

// fill takes every place in the queue, and returns what frees them.
func fill(p *Passwords) func() {
	for range cap(p.waiting) {
		p.waiting <- struct{}{}
	}
	return func() {
		for range cap(p.waiting) {
			<-p.waiting
		}
	}
}

// A storm of sign-ins: the turns that run are bounded, those that wait are bounded, the rest come back later.
func TestPasswordStorm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPasswords(2)
		release, running := make(chan struct{}), make(chan struct{}, 1000)
		results := make(chan error, 1000)
		for range 2 + waitMax {
			go func() {
				results <- p.run(t.Context(), func() { running <- struct{}{}; <-release })
			}()
		}
		synctest.Wait()
		if len(running) != 2 {
			t.Errorf("%d run at once", len(running))
		}
		if err := p.run(t.Context(), func() {}); !errors.Is(err, ErrBusy) {
			t.Errorf("one too many: %v", err)
		}
		close(release)
		for range 2 + waitMax {
			if err := <-results; err != nil {
				t.Error(err)
			}
		}
		if err := p.run(t.Context(), func() {}); err != nil {
			t.Errorf("after the storm: %v", err)
		}
	})
}

// Who gives up waiting leaves the queue.
func TestPasswordGivesUp(t *testing.T) {
	p := NewPasswords(1)
	p.turns <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Hash(ctx, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if len(p.waiting) != 0 {
		t.Error("still in the queue")
	}
	<-p.turns
	if _, err := p.Hash(t.Context(), "x"); err != nil {
		t.Errorf("%v", err)
	}
}

func TestParsePHCRefuses(t *testing.T) {
	good := phc{cost: current, salt: make([]byte, 16), sum: make([]byte, 32)}.String()
	if _, err := parsePHC(good); err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]string{
		"nothing":            "",
		"plain text":         "hunter2",
		"argon2i":            strings.Replace(good, "argon2id", "argon2i", 1),
		"another version":    strings.Replace(good, "v=19", "v=16", 1),
		"4 GB of memory":     strings.Replace(good, "m=19456", "m=4194304", 1),
		"memory beyond bits": strings.Replace(good, "m=19456", "m=4294986752", 1),
		"no memory":          strings.Replace(good, "m=19456", "m=0", 1),
		"a thousand passes":  strings.Replace(good, "t=2", "t=1000", 1),
		"no pass":            strings.Replace(good, "t=2", "t=0", 1),
		"many threads":       strings.Replace(good, "p=1", "p=200", 1),
		"no thread":          strings.Replace(good, "p=1", "p=0", 1),
		"other order":        strings.Replace(good, "t=2,p=1", "p=1,t=2", 1),
		"leading zero":       strings.Replace(good, "t=2", "t=02", 1),
		"a parameter more":   strings.Replace(good, "p=1", "p=1,x=1", 1),
		"short salt":         phc{cost: current, salt: make([]byte, 7), sum: make([]byte, 32)}.String(),
		"short sum":          phc{cost: current, salt: make([]byte, 16), sum: make([]byte, 15)}.String(),
		"long sum":           phc{cost: current, salt: make([]byte, 16), sum: make([]byte, 300)}.String(),
		"cut":                good[:40],
		"a line end":         good + "\n",
		"a part more":        good + "$",
	} {
		if p, err := parsePHC(s); !errors.Is(err, errPHC) {
			t.Errorf("%s: %v %v", name, p.cost, err)
		}
	}
	if _, err := NewPasswords(1).Verify(t.Context(), "hunter2", "hunter2"); !errors.Is(err, errPHC) {
		t.Errorf("a password stored in the clear: %v", err)
	}
}

func FuzzParsePHC(f *testing.F) {
	f.Add(phc{cost: current, salt: make([]byte, 16), sum: make([]byte, 32)}.String())
	f.Add("$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := parsePHC(s)
		if err != nil {
			return
		}
		if p.String() != s || p.cost.memory > memoryMax || p.cost.passes > passesMax || p.cost.threads > threadsMax {
			t.Fatalf("accepted %q as %q", s, p)
		}
	})
}

func BenchmarkPassword(b *testing.B) {
	p := NewPasswords(1)
	stored, err := p.Hash(b.Context(), "correct horse")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if m, err := p.Verify(b.Context(), stored, "correct horse"); err != nil || !m.OK {
			b.Fatal(err)
		}
	}
}
