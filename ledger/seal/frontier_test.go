package seal

import (
	"encoding/binary"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// reference is the tree as golang.org/x/mod keeps it: every hash stored.
type reference struct {
	hashes []tlog.Hash
	size   int64
}

func (r *reference) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = r.hashes[x]
	}
	return out, nil
}

func (r *reference) add(t *testing.T, entry Hash) {
	t.Helper()
	more, err := tlog.StoredHashes(r.size, entry[:], r)
	if err != nil {
		t.Fatal(err)
	}
	r.hashes = append(r.hashes, more...)
	r.size++
}

func (r *reference) root(t *testing.T) Hash {
	t.Helper()
	h, err := tlog.TreeHash(r.size, r)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func entryAt(i int64) Hash {
	return EntryOf(binary.BigEndian.AppendUint64([]byte("record line "), uint64(i)))
}

func TestFrontierAgreesWithTlog(t *testing.T) {
	check := func(n int64) bool { return n <= 1200 || n >= 65535 }
	const last = 65800
	var (
		ref     reference
		f       Frontier
		entries []Hash
	)
	for n := int64(0); n <= last; n++ {
		if check(n) {
			want := ref.root(t)
			if got := f.Root(); got != want || f.Size() != n {
				t.Fatalf("size %d: root %v of %d entries, want %v", n, got, f.Size(), want)
			}
		}
		entries = append(entries, entryAt(n))
		ref.add(t, entries[n])
		f.Append(entries[n])
	}
	for _, n := range []int{0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 65535, 65536, 65537, 65792} {
		again := FrontierOf(entries[:n])
		if want, err := tlog.TreeHash(int64(n), &ref); err != nil || again.Root() != want {
			t.Errorf("rebuilt at size %d: root %v, want %v (%v)", n, again.Root(), want, err)
		}
	}
}

func TestFrontierCopyIsIndependent(t *testing.T) {
	var f Frontier
	for i := range int64(777) {
		f.Append(entryAt(i))
	}
	before, kept := f.Root(), f
	for i := range int64(300) {
		f.Append(entryAt(1000 + i))
	}
	if kept.Root() != before || kept.Size() != 777 || f.Root() == before {
		t.Fatalf("copy at size %d has root %v, want %v", kept.Size(), kept.Root(), before)
	}
}

func TestLeafIsTlogRecordHash(t *testing.T) {
	e := entryAt(7)
	if got, want := LeafOf(e), tlog.RecordHash(e[:]); got != want {
		t.Fatalf("leaf %v, want %v", got, want)
	}
}

func BenchmarkFrontierAppend(b *testing.B) {
	var f Frontier
	e := entryAt(1)
	b.ReportAllocs()
	for b.Loop() {
		f.Append(e)
	}
}

func BenchmarkFrontierRoot(b *testing.B) {
	var f Frontier
	for i := range int64(1<<16 - 1) {
		f.Append(entryAt(i))
	}
	b.ReportAllocs()
	for b.Loop() {
		f.Root()
	}
}
