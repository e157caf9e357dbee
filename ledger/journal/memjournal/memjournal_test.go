package memjournal_test

import (
	"testing"

	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/journaltest"
	"moralbank.example/bank/ledger/journal/memjournal"
)

func fresh(*testing.T) journaltest.Factory {
	d := memjournal.NewDisk()
	return journaltest.Factory{
		Open: func() (journal.Journal, error) {
			j, err := memjournal.Open(d)
			if err != nil {
				return nil, err
			}
			return j, nil
		},
		OpenIndex: func() (journal.Index, error) { return memjournal.OpenIndex(d), nil },
	}
}

func TestConformance(t *testing.T) { journaltest.Run(t, fresh) }
