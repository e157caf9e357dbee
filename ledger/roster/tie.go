package roster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"moralbank.example/bank/ledger"
)

// A roster is tied twice, each time by a row that is not sealed: it says nothing of anybody.
const (
	metaKey   = "meta:ring"   // 16 bytes: the id of its keyring
	ledgerKey = "meta:ledger" // 32 bytes: the hash of the first block of its ledger (decision 0090)
)

// ErrLedgerForeign says that the roster is that of another ledger.
var ErrLedgerForeign = errors.New("roster: the list of people belongs to another ledger")

// Tie compares the roster with the ledger whose first block has this hash; zero for a ledger without a block. A roster that is not tied yet
// is tied now, durably, if nobody is in it or the ledger knows one of its people at least; without known nothing is written.
// ErrLedgerForeign when it is tied to another ledger, or holds people of whom the ledger knows nobody.
func (r *Roster) Tie(ctx context.Context, first [32]byte, known func(ledger.AccountID) bool) error {
	row, err := r.store.Get(ctx, ledgerKey)
	switch {
	case err == nil:
		return sameLedger(row.Value, first)
	case !errors.Is(err, ErrNotFound):
		return fmt.Errorf("tie roster to ledger: %w", err)
	case known == nil:
		return nil
	}
	if all := append(r.Accounts(), r.Unreadable()...); len(all) > 0 && !slices.ContainsFunc(all, known) {
		return fmt.Errorf("%w: it knows none of the %d people", ErrLedgerForeign, len(all))
	}
	if first == [32]byte{} {
		return nil // not founded yet
	}
	if err := r.store.Commit(ctx, Change{Key: ledgerKey, Value: first[:]}); err != nil {
		return fmt.Errorf("tie roster to ledger: %w", err)
	}
	return nil
}

// sameLedger compares the row of a roster with the first block of books.
func sameLedger(row []byte, first [32]byte) error {
	switch {
	case bytes.Equal(row, first[:]):
		return nil
	case first == [32]byte{}:
		return fmt.Errorf("%w: there are no books here, and the list is of those that begin with block %.8x", ErrLedgerForeign, row)
	}
	return fmt.Errorf("%w: its first block is %.8x, the list is of %.8x", ErrLedgerForeign, first, row)
}
