package seal

import (
	"bytes"
	"errors"
	"testing"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/tlog"
)

// theirs is the tree as golang.org/x/mod keeps it, of the same lines.
type theirs struct {
	reference
	t *testing.T
}

func (r *theirs) upTo(n int64) *theirs {
	for r.size < n {
		r.add(r.t, EntryOf(lineAt(r.size)))
	}
	return r
}

// at is their tree of the first n entries.
func (r *theirs) at(n int64) tlog.Tree {
	h, err := tlog.TreeHash(n, r)
	if err != nil {
		r.t.Fatal(err)
	}
	return tlog.Tree{N: n, Hash: h}
}

// same asks for a tile of ours by its public address and compares it with theirs.
func (r *theirs) same(p *Published, tile tlog.Tile) {
	r.t.Helper()
	got, err := p.Resource(r.t.Context(), torchwood.TilePath(tile))
	if err != nil {
		r.t.Fatalf("size %d: %s: %v", p.Size, torchwood.TilePath(tile), err)
	}
	var want []byte
	if tile.L >= 0 {
		if want, err = tlog.ReadTileData(tile, r); err != nil {
			r.t.Fatal(err)
		}
	} else {
		for i := range tile.W {
			entry := EntryOf(lineAt(tile.N*width + int64(i)))
			want = append(append(want, 0, 32), entry[:]...)
		}
	}
	if !bytes.Equal(got, want) {
		r.t.Fatalf("size %d: %s differs", p.Size, torchwood.TilePath(tile))
	}
}

// Each size from 0 to 1200, with a restart before each: root, every tile and bundle at its full width, proofs.
func TestTilesAgreeWithTlogAtEverySize(t *testing.T) {
	w, r := newWorld(t), &theirs{t: t}
	for n := int64(0); n <= 1200; n++ {
		w.books.add(n)
		p := w.restarted(t)
		want := r.upTo(n).at(n)
		if p.Size != n || p.Root != want.Hash {
			t.Fatalf("size %d: root %v of %d, want %v", n, p.Root, p.Size, want.Hash)
		}
		for level := range 3 {
			for i := int64(0); widthOf(n, level, i) > 0; i++ {
				r.same(p, tlog.Tile{H: 8, L: level, N: i, W: int(widthOf(n, level, i))})
				if level == 0 {
					r.same(p, tlog.Tile{H: 8, L: -1, N: i, W: int(widthOf(n, level, i))})
				}
			}
		}
		for _, i := range []int64{0, n / 3, n - 1} {
			if i >= 0 && i < n {
				r.proves(p, i)
			}
		}
		r.extends(p, n/2)
	}
}

func (r *theirs) proves(p *Published, i int64) {
	r.t.Helper()
	proof, err := p.Prove(r.t.Context(), i)
	if err != nil {
		r.t.Fatal(err)
	}
	if err := tlog.CheckRecord(proof, p.Size, r.at(p.Size).Hash, i, LeafOf(EntryOf(lineAt(i)))); err != nil {
		r.t.Fatalf("size %d: entry %d: %v", p.Size, i, err)
	}
}

func (r *theirs) extends(p *Published, old int64) {
	r.t.Helper()
	proof, err := p.ProveSince(r.t.Context(), old)
	if err != nil {
		r.t.Fatal(err)
	}
	if old > 0 {
		if err := tlog.CheckTree(proof, p.Size, r.at(p.Size).Hash, old, r.at(old).Hash); err != nil {
			r.t.Fatalf("from %d to %d: %v", old, p.Size, err)
		}
	}
	if root, err := p.RootAt(r.t.Context(), old); err != nil || old > 0 && root != r.at(old).Hash {
		r.t.Fatalf("root at %d: %v %v", old, root, err)
	}
}

// The sizes where a level of tiles becomes full, with a restart at each.
func TestTilesAgreeWithTlogWhereTilesFill(t *testing.T) {
	w, r := newWorld(t), &theirs{t: t}
	for _, n := range []int64{1, 2, 3, 255, 256, 257, 511, 512, 513, 65535, 65536, 65537, 65791, 65792, 65793, 131071, 131072, 131073} {
		w.books.add(n)
		p := w.sealed(t).Published()
		want := r.upTo(n).at(n)
		if p.Size != n || p.Root != want.Hash {
			t.Fatalf("size %d: root %v of %d, want %v", n, p.Root, p.Size, want.Hash)
		}
		for level := range 4 {
			last := (n>>(8*level) - 1) / width
			for _, i := range []int64{0, last / 2, last - 1, last} {
				full := widthOf(n, level, i)
				for _, cut := range []int64{1, full / 2, full - 1, full} {
					if i < 0 || cut < 1 || cut > full {
						continue
					}
					r.same(p, tlog.Tile{H: 8, L: level, N: i, W: int(cut)})
					if level == 0 {
						r.same(p, tlog.Tile{H: 8, L: -1, N: i, W: int(cut)})
					}
				}
			}
		}
		for _, i := range []int64{0, n / 2, n - 1, n - n%width, n - n%width - 1} {
			if i >= 0 && i < n {
				r.proves(p, i)
				r.extends(p, i+1)
			}
		}
	}
}

// What is not there, not yet there, or not spelled as C2SP tlog-tiles spells it.
func TestTileRefusals(t *testing.T) {
	w := newWorld(t)
	w.books.add(256)
	p := w.sealed(t).Published()
	for _, good := range []string{"tile/0/000", "tile/1/000.p/1", "tile/entries/000", "tile/0/000.p/255", "tile/entries/000.p/1"} {
		if _, err := p.Resource(t.Context(), good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{
		"", "tile", "tile/", "tile/0", "tile/0/", "tile/0/0", "tile/00/000", "tile/0/x000/000", "tile/0/000.p/08", "tile/0/000.p/256",
		"tile/0/000.p/0", "tile/0/000.p/-1", "tile/0/000.p/", "tile/data/000", "tile/8/data/000", "tile/64/000", "tile/-1/000",
		"tile/0/001", "tile/0/001.p/1", "tile/1/000", "tile/1/000.p/2", "tile/2/000.p/1", "tile/entries/001.p/1", "tile/entries/x001/000",
		"tile/0/+00", "tile/0/1000", "tile/0/000/", "/tile/0/000", "tile/0/000.p/1/", "tile/entries/entries/000", "tile/63/000.p/1",
		"tile/0/x999/x999/x999/x999/x999/999", "tile/0/x999/x999/x999/x999/x999/x999/999", "tile/0/x000/x000/000", "tile/ 0/000",
	} {
		if _, err := p.Resource(t.Context(), bad); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: %v, want ErrNotFound", bad, err)
		}
	}
	if _, err := p.Prove(t.Context(), 256); !errors.Is(err, ErrNotFound) {
		t.Errorf("proof beyond the tree: %v", err)
	}
	if _, err := p.Prove(t.Context(), -1); !errors.Is(err, ErrNotFound) {
		t.Errorf("proof before the tree: %v", err)
	}
	if _, err := p.ProveSince(t.Context(), 257); !errors.Is(err, ErrNotFound) {
		t.Errorf("proof from a larger tree: %v", err)
	}
}

// An old published tree stays as it was while the log grows past it.
func TestPublishedNeverChanges(t *testing.T) {
	w, r := newWorld(t), &theirs{t: t}
	w.books.add(250)
	l := w.sealed(t)
	old := l.Published()
	for n := int64(251); n < 800; n += 7 {
		w.books.add(n)
		if err := l.advance(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	r.upTo(250)
	r.same(old, tlog.Tile{H: 8, L: 0, N: 0, W: 250})
	r.same(old, tlog.Tile{H: 8, L: -1, N: 0, W: 250})
	r.proves(old, 249)
	if _, err := old.Resource(t.Context(), "tile/0/000"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a tile beyond its checkpoint: %v", err)
	}
}

// Stored tiles that are lost, damaged, or of another ledger are built anew at the next start, and never served.
func TestTilesAreRebuilt(t *testing.T) {
	for name, spoil := range map[string]func(*memoryIndex){
		"lost":    func(x *memoryIndex) { x.pairs, x.cursor = map[string][]byte{}, 0 },
		"missing": func(x *memoryIndex) { delete(x.pairs, string(tileKey(0, 1))) },
		"ahead":   func(x *memoryIndex) { x.cursor = 1 << 20 },
		"odd":     func(x *memoryIndex) { x.cursor++ },
		"flipped": func(x *memoryIndex) { x.pairs[string(tileKey(0, 2))][77] ^= 1 },
		"short":   func(x *memoryIndex) { x.pairs[string(tileKey(0, 0))] = []byte("short") },
	} {
		t.Run(name, func(t *testing.T) {
			w, r := newWorld(t), &theirs{t: t}
			w.books.add(1000)
			served := w.sealed(t).Published()
			spoil(w.index)
			for _, n := range []int64{0, 1, 2} { // served right, or not at all
				got, err := served.Resource(t.Context(), torchwood.TilePath(tlog.Tile{H: 8, L: -1, N: n, W: width}))
				if err == nil && EntryOf(got) != EntryOf(r.bundle(n)) {
					t.Errorf("a damaged bundle %d was served", n)
				}
			}
			w.books.add(1100)
			p := w.sealed(t).Published()
			if want := r.upTo(1100).at(1100); p.Root != want.Hash {
				t.Fatalf("root %v, want %v", p.Root, want.Hash)
			}
			for n := range int64(4) {
				r.same(p, tlog.Tile{H: 8, L: 0, N: n, W: width})
			}
		})
	}
}

func (r *theirs) bundle(n int64) []byte {
	var p []byte
	for i := range int64(width) {
		entry := EntryOf(lineAt(n*width + i))
		p = append(append(p, 0, 32), entry[:]...)
	}
	return p
}

// tileOf is the last bundle of a tree.
func tileOf(size int64) tlog.Tile {
	n := (size - 1) / width
	return tlog.Tile{H: 8, L: -1, N: n, W: int(widthOf(size, 0, n))}
}

// Whatever the address, the answer is the tile that it names, whole, or ErrNotFound.
func FuzzResource(f *testing.F) {
	var e edge
	store := Over(&memoryIndex{pairs: map[string][]byte{}})
	for i := range int64(700) {
		if full := e.grow(nil, entryAt(i)); len(full) > 0 {
			if err := store.Write(f.Context(), full, e.size); err != nil {
				f.Fatal(err)
			}
		}
	}
	p := &Published{Size: 700, Root: e.root(), edge: e, store: store}
	for _, path := range []string{"tile/0/000", "tile/1/000.p/2", "tile/entries/002.p/9", "tile/63/x999/x999/x999/x999/x999/999", "tile/0/x001/000", ""} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		body, err := p.Resource(t.Context(), path)
		if errors.Is(err, ErrNotFound) {
			return
		}
		tile, perr := ParseTilePath(path)
		if err != nil || perr != nil || torchwood.TilePath(tile) != path {
			t.Fatalf("%q: %v %v", path, err, perr)
		}
		if each := map[bool]int{true: 34, false: 32}[tile.L < 0]; len(body) != each*tile.W {
			t.Fatalf("%q: %d bytes", path, len(body))
		}
	})
}
