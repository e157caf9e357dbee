package ledger

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// What is packed comes back as it was, whatever stands in it; what is cut short or spoilt is refused or is other presences, and
// nothing makes it panic.
func TestPack(t *testing.T) {
	f := filler{rand.New(rand.NewPCG(3, 9))}
	for range 200 {
		a := new(activity)
		f.fill(reflect.ValueOf(&a.people).Elem())
		for i := range a.people {
			t := &a.people[i]
			if f.IntN(2) == 0 {
				t.inPath, t.outPath = pastPaths[f.IntN(len(pastPaths))], pastPaths[f.IntN(len(pastPaths))]
			}
			if f.IntN(2) == 0 {
				t.out, t.outSeq, t.award, t.live = 0, 0, 0, false
			}
		}
		people := slices.Clone(a.people)
		a.pack()
		if a.people != nil || !slices.Equal(a.presences(), people) {
			t.Fatalf("%+v\nwas %+v", a.presences(), people)
		}
		for n := range len(a.past) {
			if got, err := a.past[:n].unpack(); err == nil && len(got) == len(people) {
				t.Fatalf("%d of %d bytes are the whole", n, len(a.past))
			}
			spoilt := []byte(a.past)
			spoilt[n] ^= 1 << f.IntN(8)
			if got, err := past(spoilt).unpack(); err == nil && slices.Equal(got, people) {
				t.Fatalf("a bit of byte %d means nothing", n)
			}
		}
	}
	if a := new(activity); len(a.presences()) != 0 || a.past != "" {
		t.Error("presences of nobody")
	}
}
