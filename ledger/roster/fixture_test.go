package roster

import (
	"context"
	"errors"
	"iter"
	"path/filepath"
	"testing"

	"moralbank.example/bank/ledger"
)

// The people of the tests. 2026-11-23 is "today".
const (
	wang   ledger.AccountID = "m/wang000000"
	li     ledger.AccountID = "m/li00000000"
	child  ledger.AccountID = "m/child00000"
	ouyang ledger.AccountID = "m/ouyang0000"

	today Date        = "2026-11-23"
	noon  ledger.Time = 1_795_406_400_000
	day   ledger.Time = 24 * 3600 * 1000
)

var desk = By{Actor: "m/organizer0", Device: "cli", At: noon}

func at(t ledger.Time) By { return By{Actor: desk.Actor, Device: desk.Device, At: t} }

func people() []Person {
	return []Person{
		{
			Account: wang, Name: "王桂兰", Phone: "13919230001", Birth: "1944-03-08", Building: "A区12栋", Emergency: "王建国 13893470002", Demo: true,
			LargeName: "奶奶", Consents: []Consent{{Code: "join", Text: "我同意彩虹城道德银行保存我的姓名", By: wang, At: noon}},
		},
		{Account: li, Name: "李建国", Phone: "13893470002", Birth: "1970-10-01", Building: "A区12栋", Demo: true},
		{Account: child, Name: "李小明", Birth: "2015-06-01", Guardian: li, Demo: true},
		{Account: ouyang, Name: "欧阳秀英", Birth: "1961-02-28", Demo: true},
	}
}

// newRoster is an open roster over memory with nobody in it.
func newRoster(t *testing.T) *Roster {
	t.Helper()
	r, err := New(t.Context(), NewMemory(), mustRing(t))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func mustRing(t *testing.T) *Keyring {
	t.Helper()
	k, err := CreateKeyring(filepath.Join(t.TempDir(), keyringFile))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// peopled is an open roster over memory with the people of the tests.
func peopled(t *testing.T) *Roster {
	t.Helper()
	r := newRoster(t)
	must(t, r.AddPeople(t.Context(), desk, people()...))
	return r
}

// onDisk is a new roster in a directory of its own.
func onDisk(t *testing.T) (*Roster, string) {
	t.Helper()
	dir := t.TempDir()
	r, err := Create(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r, dir
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantErr(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func wantField(t *testing.T, what string, got error, field string) {
	t.Helper()
	e, ok := errors.AsType[*InvalidError](got)
	if !ok || e.Field != field || e.Zh == "" || e.En == "" {
		t.Errorf("%s: %v, want an invalid %s in both languages", what, got, field)
	}
}

// failing is a store whose commits fail from the n-th on, as a disk that goes away.
type failing struct {
	Store
	left int
}

var errDisk = errors.New("disk went away")

func (f *failing) Commit(ctx context.Context, changes ...Change) error {
	if f.left--; f.left < 0 {
		return errDisk
	}
	return f.Store.Commit(ctx, changes...)
}

// rows is everything that a store holds.
func rows(t *testing.T, s Store) []Row {
	t.Helper()
	return collect(t, s.Scan(t.Context(), ""))
}

func collect(t *testing.T, all iter.Seq2[Row, error]) []Row {
	t.Helper()
	var out []Row
	for row, err := range all {
		must(t, err)
		out = append(out, row)
	}
	return out
}
