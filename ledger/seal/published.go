package seal

import (
	"context"
	"errors"
	"fmt"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"
)

// ErrNotFound : the published tree does not reach so far, now; or the address names no tile at all.
var ErrNotFound = errors.New("seal: not in the published tree")

// ErrTiles : a stored tile is missing or is not the one that was stored. A restart builds it anew from the journal.
var ErrTiles = errors.New("seal: a stored tile is damaged")

// Published is a checkpoint and the tree under it. It is never changed; readers keep it as long as they like.
type Published struct {
	Origin string
	Size   int64
	Root   Hash
	Note   []byte // the checkpoint with every signature: C2SP signed-note. Not to be changed

	edge  edge
	store Store
}

// Resource gives the bytes at the address of a tile or a bundle, as in C2SP tlog-tiles: "tile/0/x001/234",
// "tile/entries/000.p/7". ErrNotFound for an address that is not canonical, or beyond the checkpoint. A partial tile is
// given for ever, also after it has become full.
func (p *Published) Resource(ctx context.Context, path string) ([]byte, error) {
	t, err := ParseTilePath(path)
	if err != nil {
		return nil, err
	}
	level := max(t.L, 0)
	row, err := p.row(ctx, level, t.N, t.W)
	if err != nil {
		return nil, err
	}
	if len(row) == width {
		if err := p.check(ctx, level, t.N, row); err != nil {
			return nil, err
		}
	}
	row = row[:t.W]
	if t.L >= 0 {
		return tileBytes(t.L, row), nil
	}
	bundle := make([]byte, 0, len(row)*(2+len(Hash{})))
	for _, h := range row {
		if bundle, err = torchwood.AppendTileEntry(bundle, h[:]); err != nil {
			return nil, fmt.Errorf("bundle %d: %w", t.N, err)
		}
	}
	return bundle, nil
}

// ParseTilePath reads the address of a tile or bundle and accepts only the one spelling of C2SP tlog-tiles, at levels
// that a tree can have (0 to 63); anything else is ErrNotFound. L is -1 for a bundle.
func ParseTilePath(path string) (tlog.Tile, error) {
	t, err := torchwood.ParseTilePath(path)
	if err != nil || t.L < -1 || t.L > 63 || torchwood.TilePath(t) != path {
		return tlog.Tile{}, fmt.Errorf("%w: %q names no tile", ErrNotFound, path)
	}
	return t, nil
}

// tileBytes are the hashes of a tile. Level 0 is hashed from the bundle: storing it would double the cost of an entry.
func tileBytes(level int, row []Hash) []byte {
	if level > 0 {
		return join(row)
	}
	leaves := make([]Hash, len(row))
	for i, entry := range row {
		leaves[i] = LeafOf(entry)
	}
	return join(leaves)
}

// row gives the hashes that the published tree has of a tile, as they were stored, if there are w of them at least.
func (p *Published) row(ctx context.Context, level int, n int64, w int) ([]Hash, error) {
	if has := widthOf(p.Size, level, n); w < 1 || int64(w) > has {
		return nil, fmt.Errorf("%w: tile %d/%d of width %d in a tree of %d", ErrNotFound, level, n, w, p.Size)
	}
	return p.edge.row(ctx, p.store, level, n)
}

// check compares a full tile with the hash that stands for it one level higher.
func (p *Published) check(ctx context.Context, level int, n int64, row []Hash) error {
	above, err := p.edge.row(ctx, p.store, level+1, n/width)
	if err != nil {
		return err
	}
	if above[n%width] != tileRoot(level, row) {
		return fmt.Errorf("%w: tile %d/%d does not hash to what stands above it", ErrTiles, level, n)
	}
	return nil
}

// Prove gives the proof that entry index (seq - 1) is in this tree: RFC 6962 section 2.1.1. Every tile that it is made
// of is checked against the root. ErrNotFound if the tree does not hold the entry.
func (p *Published) Prove(ctx context.Context, index int64) (tlog.RecordProof, error) {
	if index < 0 || index >= p.Size {
		return nil, fmt.Errorf("%w: index %d in a tree of %d", ErrNotFound, index, p.Size)
	}
	proof, err := tlog.ProveRecord(p.Size, index, p.hashes(ctx))
	if err != nil {
		return nil, fmt.Errorf("prove entry %d in a tree of %d: %w", index, p.Size, err)
	}
	return proof, nil
}

// ProveSince gives the proof that this tree extends its own first old entries: RFC 6962 section 2.1.2.
func (p *Published) ProveSince(ctx context.Context, old int64) (tlog.TreeProof, error) {
	if old < 0 || old > p.Size {
		return nil, fmt.Errorf("%w: size %d in a tree of %d", ErrNotFound, old, p.Size)
	}
	if old == 0 || old == p.Size {
		return tlog.TreeProof{}, nil
	}
	proof, err := tlog.ProveTree(p.Size, old, p.hashes(ctx))
	if err != nil {
		return nil, fmt.Errorf("prove that a tree of %d extends one of %d: %w", p.Size, old, err)
	}
	return proof, nil
}

// RootAt is the root of the tree's first n entries.
func (p *Published) RootAt(ctx context.Context, n int64) (Hash, error) {
	switch {
	case n < 0 || n > p.Size:
		return Hash{}, fmt.Errorf("%w: size %d in a tree of %d", ErrNotFound, n, p.Size)
	case n == 0:
		return (&Frontier{}).Root(), nil
	}
	root, err := tlog.TreeHash(n, p.hashes(ctx))
	if err != nil {
		return Hash{}, fmt.Errorf("root of the first %d entries of %d: %w", n, p.Size, err)
	}
	return root, nil
}

// Receipt gives the proof of an entry as text: C2SP tlog-proof, with the checkpoint. extra is the record line, for its
// holder alone, or nil for everybody.
func (p *Published) Receipt(ctx context.Context, index int64, extra []byte) ([]byte, error) {
	proof, err := p.Prove(ctx, index)
	if err != nil {
		return nil, err
	}
	if extra == nil {
		return torchwood.FormatProof(index, proof, p.Note), nil
	}
	return torchwood.FormatProofWithExtraData(index, extra, proof, p.Note), nil
}

// hashes reads tree hashes through the tiles, each checked against the root by package tlog.
func (p *Published) hashes(ctx context.Context) tlog.HashReader {
	return tlog.TileHashReader(tlog.Tree{N: p.Size, Hash: p.Root}, tileReader{ctx, p})
}

// tileReader is tlog.TileReader, which knows no context.
type tileReader struct {
	ctx context.Context //nolint:containedctx // lives for one call of hashes
	p   *Published
}

func (r tileReader) Height() int                     { return height }
func (r tileReader) SaveTiles([]tlog.Tile, [][]byte) {}
func (r tileReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, t := range tiles {
		row, err := r.p.row(r.ctx, t.L, t.N, t.W)
		if err != nil {
			return nil, err
		}
		data[i] = tileBytes(t.L, row[:t.W])
	}
	return data, nil
}
