package seal

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// Hash is a SHA-256: an entry, a node or a root of the tree.
type Hash = tlog.Hash

// levels is how high a tree can grow: sizes stay below 2^53, as every number in the ledger.
const levels = 53

// Frontier is the ragged edge of the tree: the roots of the perfect subtrees, left to right, that the size's binary
// digits name. It is all that appending and the root need. The zero Frontier is the empty tree.
//
// It is a plain value of 1.7 KB: a copy is independent, so that a batch which is not committed is simply dropped.
type Frontier struct {
	size int64
	edge [levels]Hash // edge[l] is in use when bit l of size is set
}

// EntryOf is the tree's entry for a record line: SHA-256(line).
func EntryOf(line []byte) Hash { return sha256.Sum256(line) }

// LeafOf is the leaf hash of an entry: SHA-256(0x00 || entry), RFC 6962 section 2.1.
func LeafOf(entry Hash) Hash {
	var buf [1 + len(entry)]byte
	copy(buf[1:], entry[:])
	return sha256.Sum256(buf[:])
}

// FrontierOf is the edge of the tree with these entries.
func FrontierOf(entries []Hash) Frontier {
	var f Frontier
	for _, e := range entries {
		f.Append(e)
	}
	return f
}

// Append adds an entry: as adding one to a binary number, equal subtrees merge and carry upward. Amortized it costs
// two hashes.
func (f *Frontier) Append(entry Hash) { f.AppendLeaf(LeafOf(entry)) }

// AppendLeaf adds an entry whose leaf hash has been computed elsewhere, so that replay can hash on another core.
func (f *Frontier) AppendLeaf(leaf Hash) {
	carry := bits.TrailingZeros64(^uint64(f.size)) //nolint:gosec // never negative
	for l := range carry {
		leaf = tlog.NodeHash(f.edge[l], leaf)
	}
	f.edge[carry] = leaf
	f.size++
}

// Size is the number of entries.
func (f *Frontier) Size() int64 { return f.size }

// Root is the tree's root; of the empty tree, SHA-256 of nothing (RFC 6962 section 2.1).
func (f *Frontier) Root() Hash {
	if root, some := f.over(Hash{}, false); some {
		return root
	}
	return sha256.Sum256(nil)
}

// over is the root of this tree with another, smaller one to the right of it, if there is some; false when both are empty.
func (f *Frontier) over(right Hash, some bool) (Hash, bool) {
	for rest := uint64(f.size); rest != 0; rest &= rest - 1 { //nolint:gosec // never negative
		if h := &f.edge[bits.TrailingZeros64(rest)]; some {
			right = tlog.NodeHash(*h, right)
		} else {
			right, some = *h, true
		}
	}
	return right, some
}

// Edge gives the roots of the perfect subtrees, the smallest first: with Size, all that the frontier is.
func (f *Frontier) Edge() []Hash {
	edge := make([]Hash, 0, bits.OnesCount64(uint64(f.size))) //nolint:gosec // never negative
	for l := range levels {
		if f.size>>l&1 == 1 {
			edge = append(edge, f.edge[l])
		}
	}
	return edge
}

// errEdge : a size and an edge that do not belong together.
var errEdge = errors.New("not the edge of a tree of this size")

// FrontierAt is the frontier of which Size and Edge gave these. Whether it is the right one only its Root can say.
func FrontierAt(size int64, edge []Hash) (Frontier, error) {
	f := Frontier{size: size}
	if size < 0 || size >= 1<<levels || bits.OnesCount64(uint64(size)) != len(edge) {
		return Frontier{}, fmt.Errorf("%w: %d subtrees, size %d", errEdge, len(edge), size)
	}
	for l := range levels {
		if size>>l&1 == 1 {
			f.edge[l], edge = edge[0], edge[1:]
		}
	}
	return f, nil
}
