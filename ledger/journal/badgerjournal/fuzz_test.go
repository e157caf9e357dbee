package badgerjournal

import (
	"path/filepath"
	"testing"

	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/journaltest"
)

// FuzzScanSegment: whatever stands in a segment of the tail, reading it does not panic, and what it takes for blocks is
// dense, inside of the file, and what stands there.
func FuzzScanSegment(f *testing.F) {
	var p []byte
	head := journal.Head{}
	for i := range 3 {
		encoded, next, err := journal.Chain(head, journaltest.Next(head, 1+i%2, 2, ""))
		if err != nil {
			f.Fatal(err)
		}
		p, head = journal.AppendFrame(p, 1, next, encoded), next
	}
	f.Add(p)
	f.Add(p[:len(p)-9])
	f.Add(append(append([]byte(nil), p...), p...))
	f.Add([]byte("MBTF"))
	f.Fuzz(func(t *testing.T, p []byte) {
		s := tailState{number: 1}
		s.scan(filepath.Join(t.Name(), segmentName(1)), p)
		next := journal.Seq(0)
		for i, at := range s.spots {
			if at.offset < 0 || at.offset+int64(at.size) > int64(len(p)) || at.last < at.first {
				t.Fatalf("spot %d: %+v in %d bytes", i, at, len(p))
			}
			if i > 0 && s.damage == nil && at.first != next {
				t.Fatalf("spot %d begins at %d, not %d, and no damage is noted", i, at.first, next)
			}
			next = at.last + 1
		}
		if s.end > int64(len(p)) {
			t.Fatalf("ends at %d of %d bytes", s.end, len(p))
		}
	})
}
