package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"moralbank.example/bank/ledger/seal"
)

// asked runs a verb in this process, and gives its exit code and all that it said.
func asked(args ...string) (code int, said string) {
	var out bytes.Buffer
	code = run(args, &out, &out)
	return code, out.String()
}

// done runs a verb that must go well.
func done(t *testing.T, args ...string) string {
	t.Helper()
	code, said := asked(args...)
	if code != 0 {
		t.Fatalf("%s: exit %d\n%s", strings.Join(args, " "), code, said)
	}
	return said
}

// refused runs a verb that must not, and must say each of the words, in both languages. It gives all that was said.
func refused(t *testing.T, words []string, args ...string) string {
	t.Helper()
	code, said := asked(args...)
	if code != 1 {
		t.Errorf("%s: exit %d\n%s", strings.Join(args, " "), code, said)
	}
	for _, w := range words {
		if !strings.Contains(said, w) {
			t.Errorf("%s does not say %q:\n%s", strings.Join(args, " "), w, said)
		}
	}
	if strings.HasPrefix(said, "moralbank: ") || strings.Contains(said, "\nmoralbank: ") {
		t.Errorf("%s is said in English only:\n%s", strings.Join(args, " "), said)
	}
	return said
}

// office is a small ledger with a backup of its keys, and the checkpoints of two days as somebody outside keeps them.
type office struct{ dir, keys, identity, first, second string }

func newOffice(t *testing.T) office {
	t.Helper()
	at := t.TempDir()
	o := office{filepath.Join(at, "books"), filepath.Join(at, "keys.age"), filepath.Join(at, "li"), filepath.Join(at, "first"), filepath.Join(at, "second")}
	list := filepath.Join(at, "members.csv")
	done(t, "init", "--data", o.dir, "--origin", "bank.example/office")
	o.note(t, o.first)
	write(t, list, "姓名,手机,出生日期\n王秀英,13900000001,1951-03-02\n")
	done(t, "import", "--data", o.dir, list)
	o.note(t, o.second)
	li, wang := strings.TrimSpace(done(t, "backup", "identity", "--out", o.identity)), strings.TrimSpace(done(t, "backup", "identity", "--out", filepath.Join(at, "wang")))
	done(t, "backup", "keys", "--data", o.dir, "--to", o.keys, "--recipient", li, "--recipient", wang)
	return o
}

// note keeps the checkpoint that was signed last.
func (o office) note(t *testing.T, to string) {
	t.Helper()
	g, err := seal.OpenGuard(filepath.Join(o.dir, markFile))
	if err != nil {
		t.Fatal(err)
	}
	m, _ := g.Mark()
	write(t, to, string(m.Checkpoint))
}

func (o office) file(name string) string { return filepath.Join(o.dir, name) }

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	p, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(p)
}

// Each small file, damaged and missing: what is said names it and the one command that helps, and that command does.
func TestSmallFiles(t *testing.T) {
	o := newOffice(t)
	list := filepath.Join(t.TempDir(), "empty.csv")
	write(t, list, "姓名,手机\n")
	start := []string{"import", "--data", o.dir, list}
	repair := "moralbank repair --data " + o.dir
	withKeys := []string{"repair", "-q", "--data", o.dir, "--keys", o.keys, "--identity", o.identity}
	for _, c := range []struct {
		name  string
		words []string // beside the file's name
		fix   []string
	}{
		{markFile, []string{"指纹", repair + " --checkpoint"}, []string{"repair", "-q", "--data", o.dir, "--checkpoint", o.second}},
		{keyringFile, []string{"名册钥匙", repair + " --keys"}, withKeys},
		{logKeyFile, []string{"签名钥匙", repair + " --keys", "--checkpoint"}, append(withKeys, "--checkpoint", o.second)},
		{signingKeysFile, []string{"重新生成", repair}, []string{"repair", "-q", "--data", o.dir}},
		{"roster.count", []string{"确知名册不缺人", "moralbank repair --people-complete --data " + o.dir}, []string{"repair", "-q", "--data", o.dir, "--people-complete"}},
	} {
		whole := read(t, o.file(c.name))
		for what, harm := range map[string]func() error{
			"gone":    func() error { return os.Remove(o.file(c.name)) },
			"flipped": func() error { return os.WriteFile(o.file(c.name), flipped(whole, len(whole)-3), 0o600) },
		} {
			if err := harm(); err != nil {
				t.Fatal(err)
			}
			refused(t, append(c.words, c.name), start...)
			said := done(t, c.fix...)
			if code, still := asked(start...); code != 0 {
				t.Fatalf("%s %s: after\n%s\nit says\n%s", c.name, what, said, still)
			}
		}
	}
	done(t, "verify", "-q", "--data", o.dir)
}

func flipped(text string, at int) []byte {
	p := []byte(text)
	p[at] ^= 1
	return p
}

// A key file that others may read is named with the command that hides it.
func TestKeyFilesOpenToOthers(t *testing.T) {
	o := newOffice(t)
	for _, name := range []string{keyringFile, logKeyFile, signingKeysFile} {
		if err := os.Chmod(o.file(name), 0o644); err != nil {
			t.Fatal(err)
		}
		refused(t, []string{"chmod 600 " + o.file(name), "别的用户也能读"}, "serve", "--data", o.dir, "--listen", "127.0.0.1:0")
		if err := os.Chmod(o.file(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// A bit in an address was taken for the address. Now each bit of the settings that means something is seen.
func TestSettingsFlipped(t *testing.T) {
	o := newOffice(t)
	whole := read(t, o.file(settingsFile))
	var want, got settings
	if err := json.Unmarshal([]byte(whole), &want); err != nil {
		t.Fatal(err)
	}
	harmless := 0
	for at := range whole {
		for bit := range 8 {
			p := []byte(whole)
			p[at] ^= 1 << bit
			write(t, o.file(settingsFile), string(p))
			var err error
			if got, err = readSettings(o.dir); err != nil {
				if said := err.(*plainError); !strings.Contains(said.zh, o.file(settingsFile)) || !strings.Contains(said.zh, "> "+o.file(settingsFile)) || !strings.Contains(said.zh, want.Origin) { //nolint:errorlint,forcetypeassert // it must be one
					t.Fatalf("byte %d, bit %d: %s", at, bit, said.zh)
				}
				continue
			}
			if harmless++; got != want {
				t.Fatalf("byte %d, bit %d: %+v", at, bit, got)
			}
		}
	}
	t.Logf("%d of %d bits mean nothing", harmless, 8*len(whole))
	// A person writes the three fields: the next start takes them and adds the sum.
	write(t, o.file(settingsFile), `{"origin":"bank.example/office","community":"彩虹城","publicUrl":"https://rainbow.example"}`)
	done(t, "backup", "-q", "--data", o.dir, "--to", filepath.Join(t.TempDir(), "usb")) // reads only
	list := filepath.Join(t.TempDir(), "empty.csv")
	write(t, list, "姓名,手机\n")
	done(t, "import", "--data", o.dir, list)
	if s, err := readSettings(o.dir); err != nil || s.PublicURL != "https://rainbow.example" || s.Sum != s.sum() {
		t.Errorf("%+v %v", s, err)
	}
	write(t, o.file(settingsFile), strings.Replace(whole, "office", "0ffice", 1))
	refused(t, []string{"origin 是 bank.example/0ffice", "写的却是 bank.example/office"}, "verify", "--data", o.dir)
	if err := os.Remove(o.file(settingsFile)); err != nil {
		t.Fatal(err)
	}
	refused(t, []string{"找不到", "community", "publicUrl"}, "serve", "--data", o.dir)
}

// The mark is what tells books that were rolled back. Who damages it and puts older ones in their place gets no new one, whatever
// checkpoint of those is shown.
func TestRepairIsNoWayAroundTheMark(t *testing.T) {
	o := newOffice(t)
	early := snapshotOf(t, o.dir)
	list := filepath.Join(t.TempDir(), "members.csv")
	write(t, list, "姓名,手机,出生日期\n李建国,13900000002,1950-01-01\n")
	done(t, "import", "--data", o.dir, list)
	newest := filepath.Join(t.TempDir(), "newest")
	o.note(t, newest)
	late := read(t, o.file(markFile))
	repair := func(checkpoint ...string) []string {
		args := []string{"repair", "-q", "--data", early}
		for _, c := range checkpoint {
			args = append(args, "--checkpoint", c)
		}
		return args
	}
	mark := filepath.Join(early, markFile)
	write(t, mark, late) // whole: it is never replaced
	refused(t, []string{"key new-origin"}, repair(o.second)...)
	write(t, mark, string(flipped(late, 30))) // its note is still there, and signed
	refused(t, []string{"--checkpoint"}, repair()...)
	refused(t, []string{"缺少已签名的记录"}, repair(o.second)...)
	if err := os.Remove(mark); err != nil {
		t.Fatal(err)
	}
	refused(t, []string{"缺少已签名的记录"}, repair(newest)...)
	refused(t, []string{"缺少已签名的记录"}, repair(o.second, newest)...)
	if _, err := os.Stat(mark); err == nil {
		t.Fatal("a mark was written")
	}
	stranger := newOffice(t)
	refused(t, []string{"不是本账本签名的"}, repair(stranger.second)...)
	refused(t, []string{"不是本账本签名的"}, repair(list)...)

	// The key comes back only to books that are shown to be the newest: restore leaves it out where nothing shows it.
	if err := os.Remove(o.file(logKeyFile)); err != nil {
		t.Fatal(err)
	}
	back := []string{"repair", "-q", "--data", o.dir, "--keys", o.keys, "--identity", o.identity, "--checkpoint"}
	refused(t, []string{"证明不了什么"}, append(back, o.second)...)
	if _, err := os.Stat(o.file(logKeyFile)); err == nil {
		t.Fatal("the key was put back")
	}
	done(t, append(back, newest)...)
	done(t, "verify", "-q", "--data", o.dir)
	if left, err := filepath.Glob(o.file("keys-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// A damaged mark is kept beside the new one, which follows the checkpoint that was brought; where none is to be had, the books go on
// under another name.
func TestDamagedMarkIsKept(t *testing.T) {
	o := newOffice(t)
	harmed := flipped(read(t, o.file(markFile)), 30)
	write(t, o.file(markFile), string(harmed))
	said := done(t, "repair", "-q", "--data", o.dir, "--checkpoint", o.first)
	kept, err := filepath.Glob(o.file(markFile) + "-damaged-*")
	if err != nil || len(kept) != 1 || read(t, kept[0]) != string(harmed) || !strings.Contains(said, kept[0]) {
		t.Fatalf("kept %v, %v\n%s", kept, err, said)
	}
	g, err := seal.OpenGuard(o.file(markFile))
	if m, ok := g.Mark(); err != nil || !ok || string(m.Checkpoint) != read(t, o.second) { // that of the damaged one, which was newer
		t.Fatalf("%+v %v", m, err)
	}
	write(t, o.file(markFile), string(harmed))
	done(t, "key", "new-origin", "bank.example/next", "--data", o.dir)
	done(t, "verify", "-q", "--data", o.dir)
}

// A list that a person writes is named with its line, and the file of signatures with what helps.
func TestListsByHand(t *testing.T) {
	o := newOffice(t)
	for name, words := range map[string][]string{
		witnessesFile: {"witness street", "nano " + o.file(witnessesFile)},
		auditorsFile:  {"witness street", "nano " + o.file(auditorsFile)},
		auditsFile:    {"rm " + o.file(auditsFile)},
		timersFile:    {"rm " + o.file(timersFile)},
	} {
		write(t, o.file(name), "witness street\n")
		refused(t, append(words, o.file(name)), "serve", "--data", o.dir, "--listen", "127.0.0.1:0")
		if err := os.Remove(o.file(name)); err != nil {
			t.Fatal(err)
		}
	}
}
