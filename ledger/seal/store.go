package seal

import (
	"context"
	"encoding/binary"
)

// Store keeps full bundles and tiles. It is derived and may be lost; it lags behind the journal. One goroutine writes.
type Store interface {
	// Cursor is the number of entries whose full bundles and tiles are in; 0 if never written.
	Cursor(ctx context.Context) (int64, error)
	// Write stores tiles, each of them again if need be, and then moves the cursor, durable when it returns.
	Write(ctx context.Context, tiles []Tile, cursor int64) error
	// Get gives a tile's hashes in memory of the caller's own; ok is false if it is not there.
	Get(ctx context.Context, level int, n int64) (hashes []byte, ok bool, err error)
}

// Tile is one full bundle or tile as it is stored: 256 hashes of 32 bytes.
type Tile struct {
	Level  int   // 0 holds entries, from 1 on tree hashes
	N      int64 // from 0
	Hashes []byte
}

// storeName is the name of our cursor in an index.
const storeName = "tiles"

// index is what Over needs of an index of the journal, in that package's own types.
type index[S ~int64, P ~struct{ Key, Value []byte }] interface {
	Cursor(ctx context.Context, name string) (S, error)
	Write(ctx context.Context, name string, puts []P, cursor S) error
	Get(ctx context.Context, key []byte) (value []byte, ok bool, err error)
}

// Over is the Store in an index of the journal, under keys of its own: "t/", the level in one byte, N in eight.
func Over[S ~int64, P ~struct{ Key, Value []byte }](x index[S, P]) Store { return over[S, P]{x} }

type over[S ~int64, P ~struct{ Key, Value []byte }] struct{ index index[S, P] }

func (o over[S, P]) Cursor(ctx context.Context) (int64, error) {
	n, err := o.index.Cursor(ctx, storeName)
	return int64(n), err
}

func (o over[S, P]) Write(ctx context.Context, tiles []Tile, cursor int64) error {
	puts := make([]P, len(tiles))
	for i, t := range tiles {
		puts[i] = P{Key: tileKey(t.Level, t.N), Value: t.Hashes}
	}
	return o.index.Write(ctx, storeName, puts, S(cursor))
}

func (o over[S, P]) Get(ctx context.Context, level int, n int64) ([]byte, bool, error) {
	return o.index.Get(ctx, tileKey(level, n))
}

func tileKey(level int, n int64) []byte {
	return binary.BigEndian.AppendUint64([]byte{'t', '/', byte(level)}, uint64(n)) //nolint:gosec // 0 to 6; never negative
}
