package roster

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"moralbank.example/bank/ledger"
)

func TestAfterARestoreEverybodySignsInAnew(t *testing.T) {
	ctx := t.Context()
	r := newRoster(t)
	furnish(t, r)
	_, token, err := r.NewSession(ctx, wang, "phone/1", noon, noon+day)
	must(t, err)
	code, _, err := r.NewEnrolment(ctx, desk, "", Enrolment{Kind: EnrolOperator}, noon+day)
	must(t, err)
	ended, err := r.EndAll(ctx, at(noon+1))
	if err != nil || ended != (Ended{Sessions: 3, Devices: 2, Handles: 1, Enrolments: 2}) {
		t.Errorf("ended %+v, %v", ended, err)
	}
	_, _, err = r.Rotate(ctx, token, noon+2)
	wantErr(t, "a session", err, ErrRevoked)
	_, err = r.UseEnrolment(ctx, at(noon+2), code)
	wantErr(t, "an enrolment", err, ErrRevoked)
	card, err := r.CardByNumber(ctx, "92000000000000000012")
	if err != nil || card.State != CardActive {
		t.Errorf("a card: %+v, %v", card, err)
	}
	if ended, err = r.EndAll(ctx, at(noon+3)); err != nil || ended != (Ended{}) {
		t.Errorf("again: %+v, %v", ended, err)
	}
}

func TestImportIsDecidedOnceAndItsFileGoes(t *testing.T) {
	eachStore(t, func(t *testing.T, r *Roster) {
		t.Helper()
		ctx := t.Context()
		keys := r.ring.Len()
		opened, sheet, err := r.OpenImport(ctx, desk, []byte(chineseSheet), AutoFile)
		must(t, err)
		wantClean(t, r, "赵", "13919230009", "139 1923")
		again, kept, err := r.ImportOf(ctx, opened.ID, noon+1)
		if err != nil || again.State != ImportOpen || fmt.Sprint(kept) != fmt.Sprint(sheet) || again.Rows != 3 {
			t.Errorf("kept %+v, %v", again, err)
		}
		accounts := []ledger.AccountID{"m/new0000001", "m/new0000002", "m/new0000003"}
		if won := race(t, func(int) error {
			_, err := r.DecideImport(ctx, at(noon+2), opened.ID, ImportDone, accounts)
			return err
		}, ErrUsed); won != 1 {
			t.Errorf("%d carried one import out", won)
		}
		again, kept, err = r.ImportOf(ctx, opened.ID, noon+2) // a crash here must not lose the people
		if err != nil || again.State != ImportDone || !slices.Equal(again.Accounts, accounts) || len(kept.Rows) != 3 {
			t.Errorf("after the decision: %+v, %d rows, %v", again, len(kept.Rows), err)
		}
		must(t, r.FinishImport(ctx, at(noon+2), opened.ID))
		must(t, r.FinishImport(ctx, at(noon+2), opened.ID))
		if _, kept, err = r.ImportOf(ctx, opened.ID, noon+2); err != nil || len(kept.Rows) != 0 {
			t.Errorf("after the end the file still has %d rows, %v", len(kept.Rows), err)
		}
		if r.ring.Len() != keys {
			t.Error("the file's key is left")
		}
		for _, row := range rows(t, r.store) {
			if strings.HasPrefix(row.Key, "blob") {
				t.Errorf("row %s of the file is left", row.Key)
			}
		}
		if won := race(t, func(int) error {
			i, err := r.UndoImport(ctx, at(noon+3), opened.ID)
			if err == nil && !slices.Equal(i.Accounts, accounts) {
				t.Errorf("undoing takes back %v", i.Accounts)
			}
			return err
		}, ErrUsed); won != 1 {
			t.Errorf("%d took one import back", won)
		}
		if all, err := r.Imports(ctx); err != nil || len(all) != 1 || all[0].State != ImportUndone || all[0].Hash != sheet.Hash {
			t.Errorf("imports %v, %v", all, err)
		}
	})
}

func TestImportRunsOut(t *testing.T) {
	ctx := t.Context()
	r := peopled(t)
	i, _, err := r.OpenImport(ctx, desk, []byte(chineseSheet), CSVFile)
	must(t, err)
	_, _, err = r.ImportOf(ctx, i.ID, noon+ImportLife)
	wantErr(t, "after 7 days", err, ErrExpired)
	_, err = r.SweepBlobs(ctx, at(noon+ImportLife))
	must(t, err)
	_, _, err = r.ImportOf(ctx, i.ID, noon+ImportLife)
	wantErr(t, "after the sweep", err, ErrExpired)
	wantField(t, "finished undecided", r.FinishImport(ctx, desk, i.ID), "state")
	_, err = r.DecideImport(ctx, desk, i.ID, ImportRefused, []ledger.AccountID{wang})
	wantField(t, "refused with accounts", err, "state")
	_, err = r.DecideImport(ctx, desk, i.ID, ImportRefused, nil)
	must(t, err)
	_, err = r.UndoImport(ctx, desk, i.ID)
	wantErr(t, "undo of a refused one", err, ErrUsed)
	_, _, err = r.OpenImport(ctx, desk, []byte("x"), CSVFile)
	wantErr(t, "no sheet", err, ErrSheetHeader)
	_, _, err = r.ImportOf(ctx, "unknown000", noon)
	wantErr(t, "unknown", err, ErrNotFound)
}

// A full import of 5,000 people fits in its row.
func TestImportRowTakesTheLargestSheet(t *testing.T) {
	ctx := t.Context()
	r := newRoster(t)
	i, _, err := r.OpenImport(ctx, desk, []byte(chineseSheet), CSVFile)
	must(t, err)
	accounts := make([]ledger.AccountID, SheetRowsMax)
	for n := range accounts {
		accounts[n] = ledger.MemberAccount(NewID())
	}
	_, err = r.DecideImport(ctx, desk, i.ID, ImportDone, accounts)
	must(t, err)
}

func TestPublicNames(t *testing.T) {
	r := peopled(t)
	open := func(a ledger.AccountID) {
		_, err := r.ChangePerson(t.Context(), desk, a, func(p *Person) error { p.FullName = true; return nil })
		must(t, err)
	}
	if got := r.PublicName(wang, today); !allDigits(got[:4], 4) {
		t.Errorf("without consent: %q", got)
	}
	open(wang)
	open(child)
	if got := r.PublicName(wang, today); got != "王桂兰" {
		t.Errorf("with consent: %q", got)
	}
	if got := r.PublicName(child, today); !allDigits(got[:4], 4) {
		t.Errorf("a minor with consent: %q", got)
	}
	for i := range 20 {
		must(t, r.AddPeople(t.Context(), desk, Person{Account: ledger.AccountID(fmt.Sprintf("m/l%09d", i)), Name: "李某"}))
	}
	if minor, adult := r.PublicName(child, today), r.PublicName(li, today); !allDigits(minor[:4], 4) || adult != "李**" {
		t.Errorf("with a common surname a minor is %q and an adult %q", minor, adult)
	}
	must(t, r.AddPeople(t.Context(), desk, Person{Account: "m/ageless000", Name: "周杰", FullName: true}))
	if got := r.PublicName("m/ageless000", today); !allDigits(got[:4], 4) {
		t.Errorf("of unknown age, with consent: %q", got)
	}
	if got := r.Wards(li); !slices.Equal(got, []ledger.AccountID{child}) || len(r.Wards(wang)) != 0 || len(r.Wards("")) != 0 {
		t.Errorf("children of Li: %v", got)
	}
}
