package seal

import (
	"context"
	"slices"
	"testing"
	"time"
)

// grown is a published tree of n entries, as many tiles high as one of ten million from 65,537 on.
func grown(b *testing.B, n int64) *Published {
	b.Helper()
	index := &memoryIndex{pairs: map[string][]byte{}}
	store := Over(index)
	var e edge
	var full []Tile
	for i := range n {
		if full = e.grow(full, entryAt(i)); len(full) >= growChunk || i == n-1 {
			if err := store.Write(context.Background(), full, e.size-e.size%width); err != nil {
				b.Fatal(err)
			}
			full = full[:0]
		}
	}
	return &Published{Origin: testOrigin, Size: n, Root: e.root(), Note: []byte("note\n"), edge: e, store: store}
}

// BenchmarkProve is an inclusion proof with every tile that it is made of checked against the root.
func BenchmarkProve(b *testing.B) {
	const n = 1<<20 + 12_345
	p := grown(b, n)
	var took []time.Duration
	i := int64(0)
	b.ReportAllocs()
	for b.Loop() {
		i = (i*6_364_136_223 + 1_442_695_041) & (1<<20 - 1)
		began := time.Now()
		if _, err := p.Prove(b.Context(), i); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-us")
}

// BenchmarkGrow is what an entry costs behind the commit: its leaf, its share of the nodes, and its place in a bundle.
func BenchmarkGrow(b *testing.B) {
	var e edge
	var full []Tile
	entry := entryAt(1)
	b.ReportAllocs()
	for b.Loop() {
		full = e.grow(full[:0], entry)
	}
}
