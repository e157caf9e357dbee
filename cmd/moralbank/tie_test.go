package main

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"moralbank.example/bank/ledger/roster"
)

// peopleFiles are the list of people and what belongs to it.
var peopleFiles = []string{"roster", "roster.count", keyringFile}

// swapPeople puts the list of people of one directory in the place of another's.
func swapPeople(t *testing.T, from, to string) {
	t.Helper()
	for _, name := range peopleFiles {
		if err := errors.Join(os.RemoveAll(filepath.Join(to, name)), putBack(from, to, name)); err != nil {
			t.Fatal(err)
		}
	}
}

// untie takes the row of the ledger away, as rosters were before there was one.
func untie(t *testing.T, dir string) {
	t.Helper()
	store, err := roster.OpenBadger(filepath.Join(dir, "roster"), nil)
	if err != nil {
		t.Fatal(err)
	}
	row, err := store.Get(t.Context(), "meta:ledger")
	if err == nil {
		err = store.Commit(t.Context(), roster.Change{Key: row.Key, Was: row.Version, Delete: true})
	}
	if err = errors.Join(err, store.Close()); err != nil {
		t.Fatal(err)
	}
}

// The list of people, its count and its keyring, all of another ledger, were served without a word.
func TestPeopleOfAnotherLedger(t *testing.T) {
	o, other := newOffice(t), newOffice(t)
	ours := snapshotOf(t, o.dir)
	list := filepath.Join(t.TempDir(), "members.csv")
	write(t, list, "姓名,手机,出生日期\n李建国,13900000002,1950-01-01\n")
	start := []string{"import", "--data", o.dir, list}
	foreign := func() {
		t.Helper()
		for _, args := range [][]string{
			start,
			{"backup", "-q", "--data", o.dir, "--to", filepath.Join(t.TempDir(), "usb")},
			{"repair", "-q", "--data", o.dir},
			{"repair", "-q", "--data", o.dir, "--people-complete"},
			{"key", "new-origin", "bank.example/next", "--data", o.dir},
		} {
			refused(t, []string{"名册不是这个账本的", "moralbank restore"}, args...)
		}
	}
	swapPeople(t, other.dir, o.dir)
	foreign()
	untie(t, o.dir) // nor does one from before the tie come in: the books know nobody of it
	refused(t, []string{"名册不是这个账本的"}, start...)
	swapPeople(t, ours, o.dir)
	untie(t, o.dir) // our own is tied by the next start, and stays so
	done(t, start...)
	done(t, "verify", "-q", "--data", o.dir)
	swapPeople(t, other.dir, o.dir)
	foreign()
}

// The keyring of another ledger's backup was put in the place of a damaged one, and that was called mended.
func TestKeyringOfAnotherLedger(t *testing.T) {
	o, other := newOffice(t), newOffice(t)
	whole := read(t, o.file(keyringFile))
	damaged := string(flipped(whole, len(whole)-3))
	list := filepath.Join(t.TempDir(), "empty.csv")
	write(t, list, "姓名,手机\n")
	for _, there := range []string{damaged, read(t, other.file(keyringFile)), ""} {
		if write(t, o.file(keyringFile), there); there == "" {
			if err := os.Remove(o.file(keyringFile)); err != nil {
				t.Fatal(err)
			}
		}
		refused(t, []string{"不是一对", "没有改动", "钥匙备份"}, "repair", "-q", "--data", o.dir, "--keys", other.keys, "--identity", other.identity)
		if p, err := os.ReadFile(o.file(keyringFile)); string(p) != there || there == "" && err == nil {
			t.Fatalf("the keyring was changed: %v", err)
		}
		if left, err := filepath.Glob(o.file("key*-*")); err != nil || len(left) > 0 {
			t.Fatalf("left behind: %v %v", left, err)
		}
		done(t, "repair", "-q", "--data", o.dir, "--keys", o.keys, "--identity", o.identity)
		done(t, "import", "--data", o.dir, list)
		kept, err := filepath.Glob(o.file(keyringFile + "-damaged-*"))
		for _, path := range kept {
			err = errors.Join(err, os.Remove(path))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// An older keyring of the same ledger was taken without a word: nobody saw that names were gone, and a newer backup could not bring them back.
func TestOlderKeyring(t *testing.T) {
	o := newOffice(t)
	early := read(t, o.file(keyringFile))
	join := func(name string) {
		t.Helper()
		list := filepath.Join(t.TempDir(), "members.csv")
		write(t, list, "姓名,手机,出生日期\n"+name+",13900000002,1950-01-01\n")
		done(t, "import", "--data", o.dir, list)
	}
	join("李建国")
	newer, identity := filepath.Join(t.TempDir(), "newer.age"), filepath.Join(t.TempDir(), "zhao")
	zhao, qian := strings.TrimSpace(done(t, "backup", "identity", "--out", identity)), strings.TrimSpace(done(t, "backup", "identity", "--out", identity+"-2"))
	done(t, "backup", "keys", "--data", o.dir, "--to", newer, "--recipient", zhao, "--recipient", qian)
	write(t, o.file(keyringFile), early)
	join("张三") // her key is in no backup, and must stay
	repair := []string{"repair", "-q", "--data", o.dir}
	for _, args := range [][]string{repair, append(slices.Clone(repair), "--keys", o.keys, "--identity", o.identity)} {
		if said := done(t, args...); !strings.Contains(said, "1 位居民的姓名读不出来") {
			t.Fatal(said)
		}
	}
	other := newOffice(t)
	refused(t, []string{"不是一对", "没有改动"}, append(slices.Clone(repair), "--keys", other.keys, "--identity", other.identity)...)
	if said := done(t, append(slices.Clone(repair), "--keys", newer, "--identity", identity)...); strings.Contains(said, "读不出来") {
		t.Fatal(said)
	}
	r, err := roster.Open(t.Context(), o.dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if all, lost := r.Accounts(), r.Unreadable(); len(all) != 3 || len(lost) > 0 {
		t.Errorf("%d people, %d without a key", len(all), len(lost))
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
}

// The key of another ledger of the same name was called whole, while every start refused it and asked for a backup of the books.
func TestLogKeyOfAnotherLedger(t *testing.T) {
	o, other := newOffice(t), newOffice(t)
	repair := []string{"repair", "-q", "--data", o.dir}
	theirs := append(slices.Clone(repair), "--keys", other.keys, "--identity", other.identity, "--checkpoint")
	ours := append(slices.Clone(repair), "--keys", o.keys, "--identity", o.identity, "--checkpoint", o.second)
	list := filepath.Join(t.TempDir(), "empty.csv")
	write(t, list, "姓名,手机\n")
	for _, mark := range []string{"whole", "gone"} {
		write(t, o.file(logKeyFile), read(t, other.file(logKeyFile)))
		if mark == "gone" {
			if err := os.Remove(o.file(markFile)); err != nil {
				t.Fatal(err)
			}
		} else {
			for _, args := range [][]string{{"import", "--data", o.dir, list}, repair, append(slices.Clone(repair), "--checkpoint", o.second)} {
				refused(t, []string{o.file(logKeyFile), "不是一对", "repair --data " + o.dir + " --keys", "--checkpoint"}, args...)
			}
			refused(t, []string{"不是一对", "没有改动", "钥匙备份"}, append(theirs, o.second)...)
		}
		refused(t, nil, append(theirs, other.second)...) // all of it theirs but the books
		if _, err := os.Stat(o.file(markFile)); err == nil != (mark == "whole") || read(t, o.file(logKeyFile)) != read(t, other.file(logKeyFile)) {
			t.Fatalf("key or mark was changed: %v", err)
		}
		done(t, ours...)
		done(t, "import", "--data", o.dir, list)
		done(t, "verify", "-q", "--data", o.dir)
	}
}

// A list of before, its count removed, was declared complete by somebody who did not know: the books know who is missing.
func TestOlderPeopleAreNotComplete(t *testing.T) {
	o := newOffice(t)
	early := snapshotOf(t, o.dir)
	list := filepath.Join(t.TempDir(), "members.csv")
	write(t, list, "姓名,手机,出生日期\n李建国,13900000002,1950-01-01\n")
	done(t, "import", "--data", o.dir, list)
	ours := snapshotOf(t, o.dir)
	repair := []string{"repair", "-q", "--data", o.dir, "--people-complete"}
	swapPeople(t, early, o.dir)
	if err := os.Remove(o.file("roster.count")); err != nil {
		t.Fatal(err)
	}
	refused(t, []string{"名册文件有损坏", "1 of the 2 people", "moralbank restore"}, repair...)
	if _, err := os.Stat(o.file("roster.count")); err == nil {
		t.Fatal("a count was made")
	}
	swapPeople(t, ours, o.dir)
	if err := os.Remove(o.file("roster.count")); err != nil {
		t.Fatal(err)
	}
	done(t, repair...)
}

// Where the whole list was gone, somebody who "knew that nobody is missing" was told that the count was right, of 0 changes.
func TestPeopleGoneAreNotComplete(t *testing.T) {
	o := newOffice(t)
	if err := errors.Join(os.RemoveAll(o.file("roster")), os.Remove(o.file("roster.count"))); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		refused(t, []string{"名册文件有损坏", "moralbank restore"}, "repair", "-q", "--data", o.dir, "--people-complete")
		refused(t, []string{"名册文件有损坏", "moralbank restore"}, "repair", "-q", "--data", o.dir)
		if _, err := os.Stat(o.file("roster.count")); err == nil {
			t.Fatal("a count was made")
		}
	}
}

// Whatever a start refuses for a small file, plain repair names too, all of them at once, with the command that helps; it said "whole".
func TestRepairNamesWhatItCannotMend(t *testing.T) {
	o := newOffice(t)
	repair := []string{"repair", "-q", "--data", o.dir}
	if said := done(t, repair...); !strings.Contains(said, "完好，无需修复") {
		t.Fatal(said)
	}
	whole := snapshotOf(t, o.dir)
	command := "moralbank repair --data " + o.dir
	harms := map[string]struct {
		harm  func(path string) error
		words []string
	}{
		markFile:       {os.Remove, []string{command + " --checkpoint"}},
		keyringFile:    {os.Remove, []string{command + " --keys"}},
		logKeyFile:     {os.Remove, []string{command + " --keys", "--checkpoint"}},
		"roster.count": {os.Remove, []string{"moralbank repair --people-complete --data " + o.dir}},
		"roster":       {os.RemoveAll, []string{"moralbank restore"}},
		witnessesFile:  {scribble, []string{"nano " + o.file(witnessesFile)}},
		auditorsFile:   {scribble, []string{"nano " + o.file(auditorsFile)}},
		auditsFile:     {scribble, []string{"rm " + o.file(auditsFile)}},
		timersFile:     {scribble, []string{"rm " + o.file(timersFile)}},
	}
	for _, name := range []string{keyringFile, logKeyFile, signingKeysFile} {
		harms[name+" "] = struct {
			harm  func(path string) error
			words []string
		}{openUp, []string{"chmod 600 " + o.file(name)}}
	}
	for _, key := range slices.Sorted(maps.Keys(harms)) {
		name, h := strings.TrimSpace(key), harms[key]
		if err := h.harm(o.file(name)); err != nil {
			t.Fatal(err)
		}
		words := append(h.words, o.file(name))
		refused(t, words, "serve", "--data", o.dir, "--listen", "127.0.0.1:0")
		if said := refused(t, words, repair...); strings.Contains(said, "无需修复") {
			t.Errorf("%s: %s", key, said)
		}
		err := os.RemoveAll(o.file(name))
		if _, had := os.Lstat(filepath.Join(whole, name)); err == nil && had == nil {
			err = putBack(whole, o.dir, name)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{witnessesFile, auditsFile} {
		if err := scribble(o.file(name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(o.file("roster.count")); err != nil {
		t.Fatal(err)
	}
	refused(t, []string{"--people-complete", "nano " + o.file(witnessesFile)}, repair...)
}

// A directory where a file belongs, or the other way round, was told in English only, or of another file.
func TestNotAFile(t *testing.T) {
	o := newOffice(t)
	whole := snapshotOf(t, o.dir)
	for _, name := range []string{markFile, settingsFile, "roster.count", "roster", "tail", timersFile, witnessesFile, auditorsFile, auditsFile} {
		path := o.file(name)
		err := os.RemoveAll(path)
		if name == "roster" || name == "tail" {
			err = errors.Join(err, scribble(path))
		} else {
			err = errors.Join(err, os.Mkdir(path, 0o700))
		}
		if err != nil {
			t.Fatal(err)
		}
		words := []string{"mv " + path + " " + path + ".aside", "moralbank repair --data " + o.dir}
		refused(t, words, "serve", "--data", o.dir, "--listen", "127.0.0.1:0")
		refused(t, words, "repair", "-q", "--data", o.dir)
		err = os.Rename(path, path+".aside")
		if _, had := os.Lstat(filepath.Join(whole, name)); err == nil && had == nil {
			err = putBack(whole, o.dir, name)
		}
		if err != nil {
			t.Fatal(err)
		}
		done(t, "repair", "-q", "--data", o.dir)
	}
}

func scribble(path string) error { return os.WriteFile(path, []byte("witness street\n"), 0o600) }

func openUp(path string) error { return os.Chmod(path, 0o644) }
