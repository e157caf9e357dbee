package roster

import (
	"errors"
	"testing"

	"moralbank.example/bank/ledger"
)

func everybody(ledger.AccountID) bool { return true }

func nobody(ledger.AccountID) bool { return false }

// The people of one ledger beside the books of another were opened without a word: nothing tied them.
func TestTieToLedger(t *testing.T) {
	ours, theirs := [32]byte{1}, [32]byte{2}
	r := newRoster(t)
	must(t, r.Tie(t.Context(), [32]byte{}, nobody)) // not founded yet
	must(t, r.Tie(t.Context(), theirs, nil))        // only compared
	must(t, r.Tie(t.Context(), ours, nobody))       // and from here on tied
	must(t, r.AddPeople(t.Context(), desk, people()...))
	for range 2 {
		must(t, r.Tie(t.Context(), ours, nobody))
		must(t, r.Tie(t.Context(), ours, nil))
		for _, other := range [][32]byte{theirs, {}} {
			if err := r.Tie(t.Context(), other, everybody); !errors.Is(err, ErrLedgerForeign) {
				t.Fatalf("tied to %x: %v", other[:2], err)
			}
		}
	}
}

// A roster from before there was a tie is tied to the ledger that knows its people, and to no other.
func TestTieOfAnOlderRoster(t *testing.T) {
	r := newRoster(t)
	must(t, r.AddPeople(t.Context(), desk, people()...))
	for _, first := range [][32]byte{{1}, {}} {
		if err := r.Tie(t.Context(), first, nobody); !errors.Is(err, ErrLedgerForeign) {
			t.Fatalf("tied: %v", err)
		}
	}
	all := r.Accounts()
	r.index = newIndex()
	r.index.unread = all // an older keyring came with it: nobody of them can be read
	if err := r.Tie(t.Context(), [32]byte{1}, nobody); !errors.Is(err, ErrLedgerForeign) {
		t.Fatalf("tied with people nobody can read: %v", err)
	}
	must(t, r.Tie(t.Context(), [32]byte{2}, func(a ledger.AccountID) bool { return a == li }))
	if err := r.Tie(t.Context(), [32]byte{1}, everybody); !errors.Is(err, ErrLedgerForeign) {
		t.Fatalf("tied again: %v", err)
	}
}
