package badgerjournal

import (
	"errors"

	"moralbank.example/bank/ledger/badgerfiles"
	"moralbank.example/bank/ledger/journal"
)

// checkTables names a table or a manifest that Badger must not be given.
func checkTables(dir string) error { return flawed(badgerfiles.Check(dir)) }

// flawed makes a flaw of Badger's files a Damage.
func flawed(err error) error {
	if f, ok := errors.AsType[*badgerfiles.Flaw](err); ok {
		return &journal.Damage{Kind: "table", File: f.File, What: f.What + ": run repair, or restore a backup"}
	}
	return err
}
