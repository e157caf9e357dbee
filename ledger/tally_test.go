package ledger_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/ledgertest"
)

// The sums of the postings are the book's; a posting more or less, and a book of another moment, are told.
func TestTally(t *testing.T) {
	records := ledgertest.Morning(t).Records
	book := ledger.NewBook()
	var all, without ledger.Tally
	var left ledger.AccountID
	for i := range records {
		r := records[i]
		if err := book.Fold(&r); err != nil {
			t.Fatal(err)
		}
		if err := all.Add(&r); err != nil {
			t.Fatal(err)
		}
		if len(r.Postings) > 0 && left == "" {
			left = min(r.Postings[0].Account, r.Postings[len(r.Postings)-1].Account)
			r.Postings = nil
		}
		if err := without.Add(&r); err != nil {
			t.Fatal(err)
		}
	}
	if left == "" {
		t.Fatal("nothing was posted")
	}
	if err := all.Compare(book); err != nil {
		t.Errorf("an honest book: %v", err)
	}
	if err := without.Compare(book); !errors.Is(err, ledger.ErrTally) || !strings.Contains(err.Error(), string(left)) {
		t.Errorf("a record less: %v, want one that names %s", err, left)
	}
	if err := all.Compare(ledger.NewBook()); !errors.Is(err, ledger.ErrTally) {
		t.Errorf("a book of another moment: %v", err)
	}
	var torn ledger.Tally // of a journal with a record that cannot be read: the award
	forged := ledger.NewBook()
	for i := range records {
		r := records[i]
		err := error(nil)
		if r.Kind == ledger.KindAwarded {
			torn.Lose()
		} else {
			err = torn.Add(&r)
		}
		if i == len(records)-1 { // the meal is given back: a point too many
			r.Postings = slices.Clone(r.Postings)
			r.Postings[0].Balance--
			r.Postings[1].Balance++
		}
		if err := errors.Join(err, forged.Fold(&r)); err != nil {
			t.Fatal(err)
		}
	}
	if err := torn.Compare(book); err != nil {
		t.Errorf("an honest book, a record unreadable: %v", err)
	}
	if err := torn.Compare(forged); !errors.Is(err, ledger.ErrTally) {
		t.Errorf("a forged book, another record unreadable: %v", err)
	}
	if err := all.Add(&records[0]); !errors.Is(err, ledger.ErrTally) {
		t.Errorf("a record again: %v", err)
	}
}
