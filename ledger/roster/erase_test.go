package roster

import (
	"bytes"
	"crypto/sha256"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"moralbank.example/bank/ledger"
)

// furnish gives Wang one of everything that a person can own, and returns what was sealed of her, row by row.
func furnish(t *testing.T, r *Roster) map[string][]byte {
	t.Helper()
	ctx := t.Context()
	must(t, r.AddPeople(ctx, desk, people()...))
	must(t, r.SetSecret(ctx, desk, wang, Password, "$argon2id$of wang"))
	must(t, r.SetSecret(ctx, desk, wang, PIN, "$argon2id$of 135790"))
	h, err := r.NewHandle(ctx, desk, Pay, wang, "phone/1", bytes.Repeat([]byte("wangtotp"), 4))
	must(t, err)
	_, cards, err := r.NewSheet(ctx, desk, []string{"92000000000000000012", "92000000000000000020"})
	must(t, err)
	_, err = r.ActivateCard(ctx, desk, cards[0].ID, wang)
	must(t, err)
	d, _, err := r.AddDevice(ctx, desk, Device{Kind: Phone, Members: []ledger.AccountID{wang}})
	must(t, err)
	shared, _, err := r.AddDevice(ctx, desk, Device{Kind: Phone, Members: []ledger.AccountID{li, wang}})
	must(t, err)
	_, _, err = r.NewSession(ctx, wang, d.ID, noon, noon+day)
	must(t, err)
	_, _, err = r.NewSession(ctx, li, shared.ID, noon, noon+day)
	must(t, err)
	_, _, err = r.NewEnrolment(ctx, desk, wang, Enrolment{Kind: EnrolMember}, noon+day)
	must(t, err)
	_, err = r.NewDeskCode(ctx, wang, "pay", noon)
	must(t, err)
	reason, err := r.PutReason(ctx, desk, wang, "王桂兰说没有吃到午餐")
	must(t, err)
	_, err = r.PutReason(ctx, desk, "", "王桂兰家门口的活动改期")
	must(t, err)
	photo, err := r.PutBlob(ctx, desk, "photo", wang, bytes.Repeat([]byte("王桂兰的照片"), 10), noon+30*day)
	must(t, err)
	sealed := map[string][]byte{string(wang) + "\x00totp/91/" + h.Digits: h.Sealed}
	for key, row := range map[string]string{
		string(wang) + "\x00person":                           personRow(wang),
		string(wang) + "\x00secret/password":                  secretRow(wang, Password),
		string(wang) + "\x00secret/pin":                       secretRow(wang, PIN),
		blobKey(photo.ID) + "\x00" + blobPartRow(photo.ID, 0): blobPartRow(photo.ID, 0),
	} {
		got, err := r.store.Get(ctx, row)
		must(t, err)
		sealed[key] = got.Value
	}
	var stored reasonStored
	_, err = r.read(ctx, reasonRow(reason), &stored)
	must(t, err)
	sealed[string(wang)+"\x00reason/"+string(reason)] = stored.Sealed
	return sealed
}

// openers counts, for each sealed value, how many of the 32-byte strings found anywhere in the directory's files open it.
func openers(t *testing.T, dir string, sealed map[string][]byte) map[string]int {
	t.Helper()
	found := map[string]int{}
	tried := map[personKey]bool{{}: true}
	for _, raw := range files(t, dir) {
		for i := 0; i+32 <= len(raw); i++ {
			key := personKey(raw[i : i+32])
			if tried[key] {
				continue
			}
			tried[key] = true
			for name, value := range sealed {
				id, kind, _ := strings.Cut(name, "\x00")
				k := Keyring{ring: ring{keys: map[string]personKey{id: key}}}
				if _, err := k.unseal(id, kind, value); err == nil {
					found[name]++
				}
			}
		}
	}
	return found
}

// files reads every file below dir.
func files(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		all[path] = raw
		return err
	}))
	return all
}

// plain is what nobody may find in any file at any time: it is sealed from the first moment on.
var plain = []string{
	"王桂兰", "13919230001", "1944-03-08", "王建国", "A区12栋", "奶奶", "我同意彩虹城", "$argon2id$", "wangtotp", "没有吃到", "改期", "的照片",
	"92000000000000000012", "李建国", "13893470002", "2015-06-01", "欧阳",
}

func grep(t *testing.T, when, dir string) {
	t.Helper()
	known := false
	for path, raw := range files(t, dir) {
		known = known || bytes.Contains(raw, []byte("夕阳行助老队"))
		for _, text := range plain {
			if bytes.Contains(raw, []byte(text)) || strings.Contains(path, text) {
				t.Errorf("%s: %s holds %q", when, filepath.Base(path), text)
			}
		}
	}
	if !known {
		t.Errorf("%s: the search does not even find a team's name, so it proves nothing", when)
	}
}

// What is erased cannot be read: every key found in any file is tried against the rows, and the directory is searched for
// the plaintext, before compaction, after it, and after another start.
func TestErasedPeopleCannotBeReadFromAnyFile(t *testing.T) {
	ctx := t.Context()
	r, dir := onDisk(t)
	must(t, r.PutTeam(ctx, desk, Team{ID: "t2", Zh: "夕阳行助老队", Colour: Orange}))
	sealed := furnish(t, r)
	grep(t, "before erasure", dir)
	if found := openers(t, dir, sealed); len(found) != len(sealed) {
		t.Fatalf("before erasure %d of %d sealed values open with a key from the files: the test would prove nothing", len(found), len(sealed))
	}
	must(t, r.Erase(ctx, desk, wang))
	check := func(when string) {
		t.Helper()
		grep(t, when, dir)
		if found := openers(t, dir, sealed); len(found) != 0 {
			t.Errorf("%s: keys in the files open %v", when, found)
		}
	}
	check("after erasure, before compaction")
	if raw := concat(files(t, filepath.Join(dir, storeDir))); !bytes.Contains(raw, sealed[string(wang)+"\x00person"]) {
		t.Log("the store has already dropped the deleted bytes: the key test is stricter than it needs to be")
	}
	must(t, r.Close())
	check("after compaction and close")
	r, err := Open(ctx, dir, nil)
	must(t, err)
	defer r.Close()
	check("after another start")
	if p, err := r.Person(ctx, li); err != nil || p.Name != "李建国" {
		t.Errorf("another person after the erasure: %q, %v", p.Name, err)
	}
}

func concat(all map[string][]byte) []byte {
	var out []byte
	for _, raw := range all {
		out = append(out, raw...)
	}
	return out
}

func TestEraseLeavesNothingThatNamesThePerson(t *testing.T) {
	ctx := t.Context()
	r := newRoster(t)
	furnish(t, r)
	must(t, r.Erase(ctx, desk, wang))
	wantErased(t, r)
	if hits := r.Search("王", 10); len(hits) != 0 || r.Name(wang) != "" || len(r.ByPhone("13919230001")) != 0 {
		t.Errorf("memory still knows her: %v", hits)
	}
	card, err := r.CardByNumber(ctx, "92000000000000000012")
	if err != nil || card.State != CardRevoked || card.Account != "" {
		t.Errorf("her card at the till: %+v, %v; want a revoked card of nobody", card, err)
	}
	lines, err := r.AuditOf(ctx, string(wang), 100)
	must(t, err)
	if len(lines) == 0 || lines[0].Action != "person_erased" {
		t.Errorf("the audit does not say that she was erased: %v", lines)
	}
	if devices, err := r.DevicesOf(ctx, li); err != nil || len(devices) != 1 || !slices.Equal(devices[0].Members, []ledger.AccountID{li}) {
		t.Errorf("the phone that Li shared with her: %v, %v", devices, err)
	}
	if sessions, err := r.SessionsOf(ctx, li); err != nil || len(sessions) != 1 {
		t.Errorf("Li's session: %v, %v", sessions, err)
	}
	before := len(rows(t, r.store))
	must(t, r.Erase(ctx, desk, wang))
	if after := len(rows(t, r.store)); after != before {
		t.Errorf("erasing again wrote %d rows", after-before)
	}
}

// wantErased checks that no row is tied to Wang any more, but for audit lines.
func wantErased(t *testing.T, r *Roster) {
	t.Helper()
	for _, row := range rows(t, r.store) {
		if !strings.HasPrefix(row.Key, "audit:") && (strings.Contains(row.Key, string(wang)) || bytes.Contains(row.Value, []byte(wang))) {
			t.Errorf("row %s is still tied to her", row.Key)
		}
		if strings.HasPrefix(row.Key, "blob") {
			t.Errorf("row %s of her photo is still there", row.Key)
		}
	}
	if r.ring.Has(string(wang)) || r.ring.Len() != 4 { // three people, and the texts about nobody
		t.Errorf("the ring holds %d keys, hers: %v", r.ring.Len(), r.ring.Has(string(wang)))
	}
	_, err := r.Person(t.Context(), wang)
	wantErr(t, "person", err, ErrNotFound)
}

// A power cut after any commit of an erasure: the next start finishes it.
func TestEraseCutShortAnywhereIsFinishedByTheNextStart(t *testing.T) {
	for cut := 0; ; cut++ {
		ctx := t.Context()
		ring := mustRing(t)
		store := &failing{Store: NewMemory(), left: 1 << 30}
		r, err := New(ctx, store, ring)
		must(t, err)
		furnish(t, r)
		store.left = cut
		failed := r.Erase(ctx, desk, wang) != nil
		if r.Name(wang) != "" || ring.Has(string(wang)) {
			t.Fatalf("cut after %d commits: the key is destroyed first, whatever happens to the rows", cut)
		}
		ring, err = OpenKeyring(ring.path)
		must(t, err)
		r, err = New(ctx, store.Store, ring)
		must(t, err)
		must(t, r.DestroyErased(ctx, desk, wang))
		wantErased(t, r)
		if len(r.Unreadable()) != 0 {
			t.Errorf("cut after %d commits: unreadable %v", cut, r.Unreadable())
		}
		if !failed {
			if cut < 10 {
				t.Errorf("an erasure of %d commits: the test cut too little", cut)
			}
			return
		}
	}
}

// A restored backup brings the key and the rows back; the ledger remembers the erasure, and the start repeats it.
func TestRestoredBackupIsErasedAgainAtStart(t *testing.T) {
	ctx := t.Context()
	r, dir := onDisk(t)
	must(t, r.AddPeople(ctx, desk, people()...))
	must(t, r.Close())
	backup := t.TempDir()
	must(t, os.CopyFS(filepath.Join(backup, "data"), os.DirFS(dir)))
	r, err := Open(ctx, dir, nil)
	must(t, err)
	must(t, r.Erase(ctx, desk, wang))
	must(t, r.Close())
	restored := filepath.Join(backup, "data")
	must(t, os.Chmod(filepath.Join(restored, keyringFile), 0o600))
	r, err = Open(ctx, restored, nil)
	must(t, err)
	defer r.Close()
	if r.Name(wang) != "王桂兰" {
		t.Fatal("the backup does not hold her: the test would prove nothing")
	}
	must(t, r.DestroyErased(ctx, desk, wang, "m/neverthere"))
	if r.Name(wang) != "" || r.ring.Has(string(wang)) || r.Len() != 3 {
		t.Errorf("she is back after a restore: %q", r.Name(wang))
	}
}

func TestOpenSaysWhatIsWrongWithTheKeyring(t *testing.T) {
	ctx := t.Context()
	r, dir := onDisk(t)
	must(t, r.AddPeople(ctx, desk, people()...))
	must(t, r.Close())
	path := filepath.Join(dir, keyringFile)
	mine, err := os.ReadFile(path)
	must(t, err)
	must(t, os.Remove(path))
	_, err = Open(ctx, dir, nil)
	wantErr(t, "no keyring", err, ErrKeyringLost)
	_, err = CreateKeyring(path)
	must(t, err)
	_, err = Open(ctx, dir, nil)
	wantErr(t, "a new keyring", err, ErrKeyringForeign)
	must(t, os.WriteFile(path, mine[:len(mine)-1], 0o600))
	_, err = Open(ctx, dir, nil)
	wantErr(t, "a torn keyring", err, ErrKeyringDamaged)
	must(t, os.WriteFile(path, mine, 0o600))
	r, err = Open(ctx, dir, nil)
	must(t, err)
	defer r.Close()
	if r.Len() != 4 || len(r.Unreadable()) != 0 {
		t.Errorf("%d people, unreadable %v", r.Len(), r.Unreadable())
	}
}

// A keyring older than the store is no reason to stop, but is told.
func TestOpenListsPeopleWhoseKeyIsMissing(t *testing.T) {
	ctx := t.Context()
	ring := mustRing(t)
	store := NewMemory()
	r, err := New(ctx, store, ring)
	must(t, err)
	must(t, r.AddPeople(ctx, desk, people()[:2]...))
	old, err := os.ReadFile(ring.path)
	must(t, err)
	must(t, r.AddPeople(ctx, desk, people()[2:]...))
	must(t, os.WriteFile(ring.path, old, 0o600))
	ring, err = OpenKeyring(ring.path)
	must(t, err)
	r, err = New(ctx, store, ring)
	must(t, err)
	if got := r.Unreadable(); !slices.Equal(got, []ledger.AccountID{child, ouyang}) || r.Len() != 2 {
		t.Errorf("unreadable %v of %d readable", got, r.Len())
	}
	_, err = r.Person(ctx, child)
	wantErr(t, "a person without a key", err, ErrNoKey)
}

func TestBlobHashTellsNothingWithoutTheKeyring(t *testing.T) {
	r := peopled(t)
	b, err := r.PutBlob(t.Context(), desk, "photo", wang, []byte("small"), noon+day)
	must(t, err)
	if b.Hash == sha256.Sum256([]byte("small")) {
		t.Error("the stored hash lets anybody test a guess of the content")
	}
}

// A cut of the power cannot be had in a test; that every commit is synced is an option that must stay on.
func TestBadgerSyncsEveryCommitAndWritesNoValueLog(t *testing.T) {
	b, err := OpenBadger(t.TempDir(), nil)
	must(t, err)
	defer b.Close()
	if o := b.db.Opts(); !o.SyncWrites || o.ValueThreshold <= RowBytesMax || o.MemTableSize != 8<<20 {
		t.Errorf("sync %v, threshold %d, memtable %d", o.SyncWrites, o.ValueThreshold, o.MemTableSize)
	}
}
