package seal

import (
	"errors"
	"testing"
)

// Every stored tile is compared with the lines: honest ones agree, and one bit of any of them, or one that is missing, is named.
func TestCompareTiles(t *testing.T) {
	w := newWorld(t)
	w.books.add(70_000)
	w.sealed(t)
	store := Over(w.index)
	var told []int64
	n, err := CompareTiles(t.Context(), w.books, store, func(done, total int64) { told = append(told, done, total) })
	if want := int64(70_000/256 + 70_000/65536); err != nil || n != want {
		t.Fatalf("%d tiles, want %d: %v", n, want, err)
	}
	if last := len(told) - 2; last < 0 || told[last] != told[last+1] || told[last] != 70_000/256*256 {
		t.Fatalf("progress: %v", told)
	}
	for _, at := range []struct {
		level int
		n     int64
	}{{0, 0}, {0, 272}, {1, 0}} {
		key := string(tileKey(at.level, at.n))
		value := w.index.pairs[key]
		value[511] ^= 4
		if _, err := CompareTiles(t.Context(), w.books, store, nil); !errors.Is(err, ErrTiles) {
			t.Errorf("tile %d/%d with a flipped bit: %v", at.level, at.n, err)
		}
		value[511] ^= 4
		delete(w.index.pairs, key)
		if _, err := CompareTiles(t.Context(), w.books, store, nil); !errors.Is(err, ErrTiles) {
			t.Errorf("tile %d/%d missing: %v", at.level, at.n, err)
		}
		w.index.pairs[key] = value
	}
	if _, err := CompareTiles(t.Context(), new(books).add(300), store, nil); !errors.Is(err, ErrTiles) {
		t.Errorf("tiles beyond the books: %v", err)
	}
}
