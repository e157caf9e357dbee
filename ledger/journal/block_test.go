package journal

import (
	"bytes"
	"encoding/hex"
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"
)

// vector is the block, head and frame of docs/format-journal.md.
func vector(t *testing.T) (b Block, encoded []byte, head Head) {
	t.Helper()
	b = Block{
		Height: 2, FirstSeq: 4, Time: 1_700_000_000_123, TreeSize: 5,
		Lines: [][]byte{[]byte(`{"k":"award","n":7}`), []byte(`{"k":"redeem","n":-7}`)},
	}
	for i := range b.Prev {
		b.Prev[i], b.Root[i] = byte(i), 0xff-byte(i)
	}
	encoded, err := b.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return b, encoded, HeadOf(b, encoded)
}

// documented gives the hex block that follows a heading in the format document.
func documented(t *testing.T, heading string) string {
	t.Helper()
	doc, err := os.ReadFile("../../docs/format-journal.md")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile("(?s)" + regexp.QuoteMeta(heading) + ".*?```\n(.*?)```").FindSubmatch(doc)
	if m == nil {
		t.Fatalf("no vector under %q", heading)
	}
	return strings.Join(strings.Fields(string(m[1])), "")
}

// TestVectors: a change of one byte of the format fails here.
func TestVectors(t *testing.T) {
	_, encoded, head := vector(t)
	for heading, got := range map[string][]byte{
		"### Vector: block": encoded,
		"### Vector: hash":  head.Hash[:],
		"### Vector: head":  head.Encode(),
		"### Vector: frame": AppendFrame(nil, 3, head, [][]byte{encoded}),
	} {
		if want := documented(t, heading); hex.EncodeToString(got) != want {
			t.Errorf("%s:\n got %x\nwant %s", heading, got, want)
		}
	}
}

func TestBlockRoundTrip(t *testing.T) {
	b, encoded, head := vector(t)
	got, err := DecodeBlock(encoded)
	if err != nil {
		t.Fatal(err)
	}
	again, err := got.Encode()
	if err != nil || !bytes.Equal(again, encoded) || got.LastSeq() != 5 || got.Root != b.Root || got.Prev != b.Prev || got.Time != b.Time {
		t.Fatalf("%+v, %v", got, err)
	}
	for seq, want := range map[Seq]string{4: `{"k":"award","n":7}`, 5: `{"k":"redeem","n":-7}`} {
		if l, err := LineBytes(encoded, seq); err != nil || string(l) != want {
			t.Errorf("line %d: %q, %v", seq, l, err)
		}
	}
	for _, seq := range []Seq{-1, 0, 3, 6} {
		if _, err := LineBytes(encoded, seq); !errors.Is(err, ErrNotFound) {
			t.Errorf("line %d: %v", seq, err)
		}
	}
	if h, err := DecodeHead(head.Encode()); err != nil || h != head {
		t.Errorf("head: %+v, %v", h, err)
	}
}

// TestEveryBit: whatever bit of a block is flipped, it is refused or has another hash; no bit is without meaning.
func TestEveryBit(t *testing.T) {
	_, encoded, head := vector(t)
	for i := range len(encoded) * 8 {
		p := bytes.Clone(encoded)
		p[i/8] ^= 1 << (i % 8)
		b, err := DecodeBlock(p)
		if err != nil {
			if !errors.Is(err, ErrCorrupt) {
				t.Fatalf("bit %d: %v", i, err)
			}
			continue
		}
		if again, err := b.Encode(); err != nil || !bytes.Equal(again, p) {
			t.Fatalf("bit %d: accepted, but encodes to other bytes: %v", i, err)
		}
		if HashBytes(p) == head.Hash {
			t.Fatalf("bit %d does not change the hash", i)
		}
	}
	frame := AppendFrame(nil, 3, head, [][]byte{encoded})
	for i := range len(frame) * 8 {
		p := bytes.Clone(frame)
		p[i/8] ^= 1 << (i % 8)
		if _, err := DecodeFrame(p); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("bit %d of a frame: %v", i, err)
		}
	}
	for n := range frame {
		if _, err := DecodeFrame(frame[:n]); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("%d of %d bytes of a frame: %v", n, len(frame), err)
		}
	}
	if f, err := DecodeFrame(append(frame, 1, 2, 3)); err != nil || f.Size != len(frame) || f.Generation != 3 || f.Head != head {
		t.Fatalf("a frame and more: %+v, %v", f, err)
	}
}

func TestFindFrame(t *testing.T) {
	_, encoded, head := vector(t)
	p := make([]byte, 40)
	copy(p[12:], frameMagic) // not aligned: no frame
	p = AppendFrame(p, 1, head, [][]byte{encoded})
	if at := FindFrame(p, 0); at != 40 {
		t.Errorf("found at %d, want 40", at)
	}
	if at := FindFrame(p, 41); at != len(p) {
		t.Errorf("found at %d, want none", at)
	}
}

func FuzzDecodeBlock(f *testing.F) {
	b := Block{Height: 1, FirstSeq: 1, Lines: [][]byte{[]byte("a"), []byte("bc")}}
	encoded, err := b.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(encoded)
	f.Add(encoded[:100])
	f.Fuzz(func(t *testing.T, p []byte) {
		for _, seq := range []Seq{0, 1, 2, 1 << 60} {
			if l, err := LineBytes(p, seq); err == nil && len(l) == 0 {
				t.Fatal("an empty line")
			}
		}
		b, err := DecodeBlock(p)
		if err != nil {
			if !errors.Is(err, ErrCorrupt) {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		if again, err := b.Encode(); err != nil || !bytes.Equal(again, p) {
			t.Fatalf("accepted, but encodes to other bytes: %v", err)
		}
	})
}

func FuzzDecodeFrame(f *testing.F) {
	b := Block{Height: 1, FirstSeq: 1, Lines: [][]byte{[]byte("a"), []byte("bc")}}
	encoded, err := b.Encode()
	if err != nil {
		f.Fatal(err)
	}
	frame := AppendFrame(nil, 1, HeadOf(b, encoded), [][]byte{encoded})
	f.Add(frame)
	f.Fuzz(func(t *testing.T, p []byte) {
		// A fuzzer does not find checksums: set it right, so that what lies behind it is tried too.
		if len(p) >= frameFixed+headBytes {
			size := min(len(p), frameFixed+int(p[18])<<8+int(p[19]))
			copy(p, frameMagic)
			copy(p[20:24], sumBytes(p[:max(size, frameFixed)]))
		}
		fr, err := DecodeFrame(p)
		if err != nil {
			if !errors.Is(err, ErrCorrupt) {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		if again := AppendFrame(nil, fr.Generation, fr.Head, fr.Blocks); !bytes.Equal(again, p[:fr.Size]) {
			t.Fatal("accepted, but encodes to other bytes")
		}
	})
}

func sumBytes(f []byte) []byte {
	s := frameSum(f)
	return []byte{byte(s >> 24), byte(s >> 16), byte(s >> 8), byte(s)}
}

func FuzzDecodeHead(f *testing.F) {
	f.Add(Head{Height: 1, Seq: 2, TreeSize: 2}.Encode())
	f.Fuzz(func(t *testing.T, p []byte) {
		h, err := DecodeHead(p)
		if err == nil && !bytes.Equal(h.Encode(), p) {
			t.Fatal("accepted, but encodes to other bytes")
		}
	})
}
