package view

import (
	"strconv"
	"testing"
)

// The memory of a sheet keeps what was used lately, answers with the newest, and stays within its bound.
func TestMemory(t *testing.T) {
	var m memory
	if m.find([]byte("a")) != nil {
		t.Fatal("an empty memory knows a value")
	}
	first, second := &text{1}, &text{2}
	m.add("a", first, 1)
	m.add("a", second, 1)
	if m.find([]byte("a")) != second {
		t.Fatal("the older value was given")
	}
	fits := memoryBytes / (len("000000") + cellBytes + 1000)
	for i := range 3 * fits {
		key := strconv.Itoa(100_000 + i)
		c := &text{}
		m.add(key, c, 1000)
		if m.find([]byte(key)) != c {
			t.Fatalf("value %d is forgotten at once", i)
		}
		if i == fits/2 && m.find([]byte("a")) != second {
			t.Fatal("forgotten although there was room")
		}
		if n := len(m.newer) + len(m.older); n > 2*(fits+2) {
			t.Fatalf("%d values of 1,106 bytes are kept within %d bytes", n, 2*memoryBytes)
		}
	}
	if m.find([]byte("a")) != nil {
		t.Fatal("kept although others came")
	}
}
