package badgerjournal

import (
	"fmt"
	"testing"

	"moralbank.example/bank/ledger/journal"
)

// TestFlippedBitInWriteAheadFile: Badger opens without a word with the commits behind the bit gone; the tail puts them back.
func TestFlippedBitInWriteAheadFile(t *testing.T) {
	o := testOptions(t.TempDir())
	head := grow(t, open(t, o), 200, 3)
	for _, offset := range []int64{30, 1000, 5_000, 20_000, 70_000} {
		t.Run(fmt.Sprint(offset), func(t *testing.T) {
			o := o
			o.Dir = killed(t, o.Dir)
			o.Log = testLog(t)
			o.MinHead = head
			flip(t, one(t, o.badgerDir(), "*.mem"), offset)

			lost, err := openBadger(journalOptions(killed(t, o.badgerDir()), o.withDefaults().Log))
			if err != nil {
				t.Fatal(err)
			}
			stored, err := store{db: lost}.readHead()
			closeIt(t, lost)
			if err != nil || stored.Height >= head.Height {
				t.Fatalf("badger alone still has %v, %v: the flip hit nothing", stored, err)
			}
			whole(t, o, head)
			_ = journal.Head{}
		})
	}
}
