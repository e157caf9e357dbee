package seal

import (
	"context"
	"fmt"
	"slices"

	"filippo.io/torchwood"
)

const (
	width  = torchwood.TileWidth  // hashes in a full tile
	height = torchwood.TileHeight // of a tile, in levels of the tree
	rows   = 7                    // levels of tiles: 256^7 is more than 2^53
)

// edge is the ragged right side of the tiles: of each level the hashes of the tile that is not full yet. Beside the
// stored tiles it is all there is to know about a tree. A copy stays as it is while the original grows.
type edge struct {
	size int64
	rows [rows][]Hash // rows[0]: entries; rows[l]: roots of the tiles below
}

// grow adds an entry, and gives the tiles that became full by it, lowest first.
func (e *edge) grow(full []Tile, entry Hash) []Tile {
	hash := entry
	for l := range e.rows {
		if e.rows[l] == nil {
			e.rows[l] = make([]Hash, 0, width)
		}
		// Copies of this edge share the array up to their own lengths, and this goes behind them.
		e.rows[l] = append(e.rows[l], hash)
		if len(e.rows[l]) < width {
			break
		}
		full = append(full, Tile{Level: l, N: e.size >> (height * (l + 1)), Hashes: join(e.rows[l])})
		hash = tileRoot(l, e.rows[l])
		e.rows[l] = nil
	}
	e.size++
	return full
}

// root is the root of the whole tree: its perfect subtrees, right to left.
func (e *edge) root() Hash {
	var right Hash
	some := false
	for l, row := range e.rows {
		f := frontierOf(l, row)
		right, some = f.over(right, some)
	}
	if !some {
		return (&Frontier{}).Root()
	}
	return right
}

// tileRoot is the root of a full tile of this level.
func tileRoot(level int, row []Hash) Hash {
	f := frontierOf(level, row)
	return f.Root()
}

func frontierOf(level int, row []Hash) Frontier {
	if level == 0 {
		return FrontierOf(row)
	}
	var f Frontier
	for _, h := range row {
		f.AppendLeaf(h)
	}
	return f
}

// widthOf is how many hashes tile n of a level has in a tree of this size: 0 to 256.
func widthOf(size int64, level int, n int64) int64 {
	if level >= rows || n > size { // n*width below may not overflow
		return 0
	}
	return min(max(size>>(height*level)-n*width, 0), width)
}

// load is the edge of the first size entries, of which every full bundle is stored: size is a multiple of 256. What is
// missing or has another length is ErrTiles; whether the hashes are right shows in the root.
func load(ctx context.Context, s Store, size int64) (edge, error) {
	e := edge{size: size}
	for l := 1; l < rows; l++ {
		n := size >> (height * l)
		for i := n - n%width; i < n; i++ {
			row, err := stored(ctx, s, l-1, i)
			if err != nil {
				return edge{}, err
			}
			if e.rows[l] == nil {
				e.rows[l] = make([]Hash, 0, width)
			}
			e.rows[l] = append(e.rows[l], tileRoot(l-1, row))
		}
	}
	return e, nil
}

// stored reads a full tile.
func stored(ctx context.Context, s Store, level int, n int64) ([]Hash, error) {
	p, ok, err := s.Get(ctx, level, n)
	if err != nil {
		return nil, fmt.Errorf("read tile %d/%d: %w", level, n, err)
	}
	if !ok || len(p) != width*len(Hash{}) {
		return nil, fmt.Errorf("%w: tile %d/%d has %d bytes", ErrTiles, level, n, len(p))
	}
	return split(p), nil
}

// row gives the hashes of a tile as far as this edge knows them: entries at level 0, else tree hashes.
func (e *edge) row(ctx context.Context, s Store, level int, n int64) ([]Hash, error) {
	if widthOf(e.size, level, n) == width {
		return stored(ctx, s, level, n)
	}
	if n == e.size>>(height*(level+1)) {
		return e.rows[level], nil
	}
	return nil, nil
}

// at is the edge of the first n entries of this tree.
func (e *edge) at(ctx context.Context, s Store, n int64) (edge, error) {
	old := edge{size: n}
	for l := range old.rows {
		w := (n >> (height * l)) % width
		if w == 0 {
			continue
		}
		row, err := e.row(ctx, s, l, n>>(height*(l+1)))
		if err != nil {
			return edge{}, err
		}
		old.rows[l] = row[:w:w] // nothing that grows may write behind it
	}
	return old, nil
}

func join(row []Hash) []byte {
	p := make([]byte, 0, len(row)*len(Hash{}))
	for _, h := range row {
		p = append(p, h[:]...)
	}
	return p
}

func split(p []byte) []Hash {
	row := make([]Hash, 0, width)
	for h := range slices.Chunk(p, len(Hash{})) {
		row = append(row, Hash(h))
	}
	return row
}
