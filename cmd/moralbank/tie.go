package main

import (
	"context"
	"fmt"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/backup"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/roster"
)

// tie holds the list of people against the books, and ties one that is not tied yet (decision 0090).
func (h *house) tie(ctx context.Context) error {
	return tied(ctx, h.roster, h.journal, func(a ledger.AccountID) (known bool) {
		h.view.Read(func(b *ledger.Book) { _, known = b.View(a) })
		return known
	})
}

// tied holds a list of people against the first block of books, which stays whatever becomes of them: a new name, a restore, a repair.
// Without known it only compares.
func tied(ctx context.Context, people *roster.Roster, books backup.Source, known func(ledger.AccountID) bool) error {
	first, err := firstBlock(ctx, books)
	if err != nil {
		return err
	}
	return people.Tie(ctx, first, known)
}

// firstBlock is the hash of the first block of books; zero where there is none.
func firstBlock(ctx context.Context, books backup.Source) (first journal.Hash, err error) {
	if books.Head().Height == 0 {
		return first, nil
	}
	b, err := books.Block(ctx, 1)
	if err == nil {
		first, err = b.Hash()
	}
	if err != nil {
		return first, fmt.Errorf("first block: %w", err)
	}
	return first, nil
}
