package audit_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/audit"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/memjournal"
	"moralbank.example/bank/ledger/ledgertest"
)

func verify(t *testing.T, records []ledger.Record) (audit.Report, error) {
	t.Helper()
	j := memjournal.New()
	ledgertest.Seal(t, j, records)
	return audit.Verify(t.Context(), j, nil)
}

func TestHonestBooks(t *testing.T) {
	s := ledgertest.Morning(t)
	seen := ledger.Seq(0)
	j := memjournal.New()
	ledgertest.Seal(t, j, s.Records)
	r, err := audit.Verify(t.Context(), j, func(done, _ ledger.Seq) { seen = done })
	if err != nil {
		t.Fatal(err)
	}
	if r.Records != s.Book.Seq() || seen != r.Records || r.Issued != 40 || r.Outstanding != 40 || r.Redeemed != 0 || r.Minutes != 239 ||
		r.Awards != 1 || r.Meals != 1 || r.Reversals != 1 || r.Members != 4 {
		t.Errorf("%+v, progress up to %d", r, seen)
	}
}

// A forger with the whole machine seals what he wrote as if it had been so: every hash fits. The rules still tell.
func TestForgeriesThatAreSealedAnew(t *testing.T) {
	for name, f := range map[string]struct {
		kind  ledger.Kind
		forge func(r *ledger.Record)
		want  string
	}{
		"an award of more points than its minutes earn": {ledger.KindAwarded, func(r *ledger.Record) {
			w := *r.Body.(*ledger.Awarded)
			w.Points, w.Earned = 400, 400
			r.Body = &w
			post(r, "m/wang", 360)
			post(r, "i/t1", -360)
		}, "earn 40 points"},
		"an award of more minutes than the closing found": {ledger.KindAwarded, func(r *ledger.Record) {
			w := *r.Body.(*ledger.Awarded)
			w.Minutes = 480
			r.Body = &w
		}, "no such award due"},
		"a confirmation by who closed the activity": {ledger.KindActivityConfirmed, func(r *ledger.Record) { r.Actor = "m/li" }, "her own activity"},
		"a confirmation by somebody without a role": {ledger.KindActivityConfirmed, func(r *ledger.Record) { r.Actor = "m/chen" }, "may not confirm"},
		"a meal by who is no cashier":               {ledger.KindRedeemed, func(r *ledger.Record) { r.Actor = "m/li" }, "not a cashier"},
		"a meal for a point": {ledger.KindRedeemed, func(r *ledger.Record) {
			x := *r.Body.(*ledger.Redeemed)
			x.Points = 1
			r.Body = &x
		}, "no price"},
		"a meal on somebody else's card": {ledger.KindRedeemed, func(r *ledger.Record) {
			x := *r.Body.(*ledger.Redeemed)
			x.Card = "k/li"
			r.Body = &x
		}, "not a card of"},
		"a meal that moves other points than it says": {ledger.KindRedeemed, func(r *ledger.Record) {
			post(r, "m/wang", 5)
			post(r, "c/c1", -5)
		}, "does not move"},
		"a scan for somebody else": {ledger.KindCheckedIn, func(r *ledger.Record) { r.Actor = "m/li" }, "scanned for"},
		"a posting out of nothing": {ledger.KindRedeemed, func(r *ledger.Record) { post(r, "c/c1", 5) }, "sum to zero"},
		"a balance that is not":    {ledger.KindReversed, func(r *ledger.Record) { r.Postings[0].Balance++ }, "states balance"},
		"a record dated back":      {ledger.KindCheckedOut, func(r *ledger.Record) { r.Time -= 5 * 3600_000 }, "dated before"},
		"a key used twice":         {ledger.KindCardIssued, func(r *ledger.Record) { r.Key = ledger.DerivedKey("test", "2") }, "key was used"},
		"another rulebook":         {ledger.KindAwarded, func(r *ledger.Record) { r.Rulebook = 2 }, "not in the books"},
	} {
		t.Run(name, func(t *testing.T) {
			s := ledgertest.Morning(t)
			records := slices.Clone(s.Records)
			i := slices.IndexFunc(records, func(r ledger.Record) bool { return r.Kind == f.kind })
			records[i].Postings = slices.Clone(records[i].Postings)
			f.forge(&records[i])
			_, err := verify(t, records)
			found, ok := errors.AsType[*audit.Finding](err)
			if !ok || found.Seq != records[i].Seq || !strings.Contains(err.Error(), f.want) {
				t.Errorf("found %v; want record %d, %q", err, records[i].Seq, f.want)
			}
		})
	}
}

// post changes the points and the balance that a posting states.
func post(r *ledger.Record, id ledger.AccountID, by int64) {
	for i := range r.Postings {
		if p := &r.Postings[i]; p.Account == id && p.Unit == ledger.UnitPoints {
			p.Amount += by
			p.Balance += by
		}
	}
}

// A header that states another root than its records have, in a chain that fits.
func TestRootOfAnotherTree(t *testing.T) {
	s := ledgertest.Morning(t)
	j := memjournal.New()
	ledgertest.Seal(t, j, s.Records)
	head := j.Head()
	line, err := j.Line(t.Context(), head.Seq)
	if err != nil {
		t.Fatal(err)
	}
	again := strings.Replace(string(line), `{"seq":19,`, `{"seq":20,`, 1)
	b := journal.Block{
		Height: head.Height + 1, FirstSeq: head.Seq + 1, Time: int64(s.Now), Prev: head.Hash, TreeSize: head.TreeSize + 1,
		Root: head.Root, Lines: [][]byte{[]byte(again)},
	}
	if _, err := j.Append(t.Context(), head, []journal.Block{b}); err != nil {
		t.Fatal(err)
	}
	_, err = audit.Verify(t.Context(), j, nil)
	if found, ok := errors.AsType[*audit.Finding](err); !ok || found.Block != int64(b.Height) {
		t.Errorf("found %v", err)
	}
}
