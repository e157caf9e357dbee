package badgerjournal

import (
	"testing"

	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/journaltest"
)

// testOptions use any disk down to its last byte.
func testOptions(dir string) Options { return Options{Dir: dir, Reserve: 1} }

func fresh(t *testing.T) journaltest.Factory {
	t.Helper()
	o := testOptions(t.TempDir())
	return journaltest.Factory{
		Open: func() (journal.Journal, error) {
			j, err := Open(t.Context(), o)
			if err != nil {
				return nil, err
			}
			return j, nil
		},
		OpenIndex: func() (journal.Index, error) {
			x, err := OpenIndex(t.Context(), o)
			if err != nil {
				return nil, err
			}
			return x, nil
		},
	}
}

func TestConformance(t *testing.T) { journaltest.Run(t, fresh) }
