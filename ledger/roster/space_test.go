package roster

import (
	"errors"
	"math"
	"os"
	"testing"
)

func openStore(t *testing.T) *Badger {
	t.Helper()
	b, err := OpenBadger(t.TempDir()+"/roster", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b
}

// Writing a row to a full disk ended the process: Badger's files are mapped, and the disk answers with a signal. Now it is
// refused before Badger is touched, and the next one with room goes well.
func TestStoreOnAFullDisk(t *testing.T) {
	b, free := openStore(t), int64(math.MaxInt64)
	b.free = func(string) (int64, error) { return free, nil }
	row := func(key string) error { return b.Commit(t.Context(), Change{Key: key, Value: []byte("value")}) }
	if err := row("one"); err != nil {
		t.Fatal(err)
	}
	for _, free = range []int64{reserveBytes - 1, 0} {
		if err := row("two"); !errors.Is(err, ErrNoSpace) || b.Cause() != nil {
			t.Fatalf("%d bytes free: %v, cause %v", free, err, b.Cause())
		}
		if got, err := b.Get(t.Context(), "one"); err != nil || string(got.Value) != "value" {
			t.Fatalf("reading does not go on: %v", err)
		}
	}
	free = reserveBytes
	if err := row("two"); err != nil {
		t.Fatal(err)
	}
}

// After a write that failed the store is dead, and says so to whoever has to end the process.
func TestStoreDies(t *testing.T) {
	b := openStore(t)
	if err := b.Commit(t.Context(), Change{Key: "one", Value: []byte("value")}); err != nil || b.Cause() != nil {
		t.Fatal(err, b.Cause())
	}
	if err := b.count.f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := b.Commit(t.Context(), Change{Key: "two", Value: []byte("value")}); !errors.Is(err, os.ErrClosed) {
		t.Fatalf("a count that cannot be written: %v", err)
	}
	<-b.Dead()
	if !errors.Is(b.Cause(), os.ErrClosed) {
		t.Errorf("cause: %v", b.Cause())
	}
	if err := b.Commit(t.Context(), Change{Key: "three", Value: []byte("value")}); err == nil {
		t.Error("a dead store was written to")
	}
}
