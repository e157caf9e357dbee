package badgerfiles

import (
	"errors"
	"os"
	"testing"
)

// The kernel names who has locked a file, and forgets it with the lock.
func TestHolder(t *testing.T) {
	open := func() *os.File {
		f, err := os.OpenFile(t.TempDir()+"/LOCK", os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Close() })
		return f
	}
	first := open()
	second, err := os.Open(first.Name())
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if err := Lock(first); err != nil {
		t.Fatal(err)
	}
	err = Lock(second)
	if h, ok := errors.AsType[*Held](err); !ok || h.PID != os.Getpid() || !errors.Is(err, ErrLocked) {
		t.Fatalf("a second lock: %v, want a Held of pid %d", err, os.Getpid())
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if pid := holder(second); pid != 0 {
		t.Errorf("pid %d holds a file that nobody has locked", pid)
	}
	if err := Lock(second); err != nil {
		t.Errorf("after the first was closed: %v", err)
	}
}

func TestHolderOf(t *testing.T) {
	const locks = `1: POSIX  ADVISORY  WRITE 700 fe:00:12 0 EOF
2: FLOCK  ADVISORY  WRITE 708 fe:00:123 0 EOF
2: -> FLOCK  ADVISORY  WRITE 709 fe:00:12 0 EOF
3: FLOCK  ADVISORY  WRITE 710 fe:01:12 0 EOF
4: FLOCK  ADVISORY  WRITE 0 fe:00:14 0 EOF
5: FLOCK
`
	for place, want := range map[string]int{"fe:00:123": 708, "fe:01:12": 710, "fe:00:12": 0, "fe:00:14": 0, "": 0} {
		if got := holderOf(locks, place); got != want {
			t.Errorf("%q is held by %d, want %d", place, got, want)
		}
	}
}
