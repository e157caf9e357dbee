package badgerjournal

import (
	"flag"
	"testing"

	"moralbank.example/bank/ledger/journal/journaltest"
)

// TestModel runs fewer rounds than rapid's hundred: each opens real files several times. -rapid.checks=N asks for others.
func TestModel(t *testing.T) {
	if f := flag.Lookup("rapid.checks"); f != nil && f.Value.String() == f.DefValue {
		if err := f.Value.Set("6"); err != nil {
			t.Fatal(err)
		}
	}
	journaltest.Model(t, fresh)
}
