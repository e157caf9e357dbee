package seal

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// auditor makes a key and the line by which the file names her.
func (w *world) auditor(t *testing.T, word, name, about string) (a *Auditor, line string) {
	t.Helper()
	path := filepath.Join(w.dir, name)
	if _, err := CreateKey(path, "auditor.example/"+name, rand.Reader); err != nil {
		t.Fatal(err)
	}
	a, err := OpenAuditor(path, "auditor.example/"+name)
	if err != nil {
		t.Fatal(err)
	}
	return a, word + " " + name + " " + a.VerifierKey() + " " + about + "\n"
}

// What a named auditor signs is kept and told, with who named her; nobody else's signature is, nor one over other books.
func TestAuditors(t *testing.T) {
	w := newWorld(t)
	w.books.add(300)
	l := w.sealed(t)
	p := l.Published()
	zheng, line := w.auditor(t, "auditor", "zheng", "郑静，由民政局指定")
	chen, gone := w.auditor(t, "removed", "chen", "陈立，任满")
	stranger, _ := w.auditor(t, "auditor", "stranger", "-")
	who, signed := filepath.Join(w.dir, "auditors"), filepath.Join(w.dir, "audits")
	if err := os.WriteFile(who, []byte("# who replays the books\n"+line+gone), 0o600); err != nil {
		t.Fatal(err)
	}
	open := func() *Auditors {
		a, err := OpenAuditors(who, signed)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	a := open()
	cosign := func(by *Auditor, note []byte) []byte {
		out, err := by.Cosign(note)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	if one, err := a.Take(t.Context(), p, cosign(zheng, p.Note)); err != nil || one.Name != "zheng" || one.Size != 300 {
		t.Fatalf("%+v %v", one, err)
	}
	for name, bad := range map[string][]byte{
		"nobody's": p.Note, "a stranger's": cosign(stranger, p.Note), "a removed auditor's": cosign(chen, p.Note), "no note": []byte("hello"),
		"a changed one": []byte(strings.Replace(string(cosign(zheng, p.Note)), "\n300\n", "\n301\n", 1)),
	} {
		if _, err := a.Take(t.Context(), p, bad); !errors.Is(err, ErrNotAuditor) {
			t.Errorf("%s signature: %v", name, err)
		}
	}
	key, err := OpenKey(filepath.Join(w.dir, "log-key"), testOrigin)
	if err != nil {
		t.Fatal(err)
	}
	other, err := key.Sign(200, Hash{1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Take(t.Context(), p, cosign(zheng, other)); !errors.Is(err, ErrFork) {
		t.Errorf("other books: %v", err)
	}
	root, err := p.RootAt(t.Context(), 200)
	if err != nil {
		t.Fatal(err)
	}
	older, err := key.Sign(200, root)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Take(t.Context(), p, cosign(zheng, older)); !errors.Is(err, ErrBack) {
		t.Errorf("an older one: %v", err)
	}
	if all := open().List(); len(all) != 2 || all[0].Size != 300 || all[0].About != "郑静，由民政局指定" || all[0].At.IsZero() || !all[1].Removed || all[1].Size != 0 {
		t.Errorf("after a restart: %+v", all)
	}
	for _, bad := range []string{"auditor zheng", "auditor zheng " + w.key.VerifierKeys()[0] + " who", "witness a b c d"} {
		if err := os.WriteFile(who, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenAuditors(who, signed); err == nil {
			t.Errorf("accepted %q", bad)
		}
	}
}
