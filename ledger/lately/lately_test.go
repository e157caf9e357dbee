package lately_test

import (
	"strconv"
	"testing"

	"moralbank.example/bank/ledger/lately"
)

// What was used lately is there, the newest of it, and what is older than the bound is not.
func TestMemory(t *testing.T) {
	const each, bound = 1000, 100_000
	m := lately.New[int](bound)
	find := func(key string) int { v, _ := m.Find([]byte(key)); return v }
	if _, ok := m.Find([]byte("a")); ok {
		t.Fatal("an empty memory knows something")
	}
	m.Add("a", 1, each)
	m.Add("a", 2, each)
	if find("a") != 2 {
		t.Fatal("the older one was given")
	}
	key := func(i int) string { return strconv.Itoa(100_000 + i) }
	held := func(n int) (held int) {
		for i := range n {
			if find(key(i)) != 0 {
				held++
			}
		}
		return held
	}
	const fits = bound / (each + 106)
	for i := range 5 * fits {
		m.Add(key(i), i+1, each)
		if find(key(i)) != i+1 {
			t.Fatalf("%d is forgotten at once", i)
		}
		if i == fits/2 && find("a") != 2 {
			t.Fatal("forgotten although there was room")
		}
		if n := held(i + 1); n < min(i+1, fits) || n > 2*(fits+2) {
			t.Fatalf("after %d, %d things of 1,106 bytes are kept within %d bytes", i+1, n, 2*bound)
		}
	}
	if find("a") != 0 {
		t.Fatal("kept although others came")
	}
	last := key(5*fits - 1)
	m.Drop(last)
	if _, ok := m.Find([]byte(last)); ok {
		t.Fatal("dropped, and found")
	}
}
