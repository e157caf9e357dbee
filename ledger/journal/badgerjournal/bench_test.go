package badgerjournal

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"moralbank.example/bank/ledger/journal"
)

// benchBlock follows head with lines of 300 bytes.
func benchBlock(head journal.Head, lines int) []journal.Block {
	b := journal.Block{Height: head.Height + 1, FirstSeq: head.Seq + 1, Prev: head.Hash, TreeSize: int64(head.Seq) + int64(lines)}
	for i := range lines {
		line := bytes.Repeat([]byte{'x'}, 300)
		copy(line, fmt.Sprint(int(head.Seq)+i))
		b.Lines = append(b.Lines, line)
	}
	return []journal.Block{b}
}

func BenchmarkAppend(b *testing.B) {
	for _, lines := range []int{1, 64} {
		b.Run(fmt.Sprintf("lines=%d", lines), func(b *testing.B) {
			j, err := Open(b.Context(), testOptions(b.TempDir()))
			if err != nil {
				b.Fatal(err)
			}
			defer j.Close()
			for b.Loop() {
				if _, err := j.Append(b.Context(), j.Head(), benchBlock(j.Head(), lines)); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*lines)/b.Elapsed().Seconds(), "records/s")
		})
	}
}

// BenchmarkBareFile is the physical limit: the bytes of the same blocks into a preallocated file, with fdatasync.
func BenchmarkBareFile(b *testing.B) {
	for _, lines := range []int{1, 64} {
		b.Run(fmt.Sprintf("lines=%d", lines), func(b *testing.B) {
			dir := b.TempDir()
			if err := prepareSpare(dir, ""); err != nil {
				b.Fatal(err)
			}
			f, err := os.OpenFile(filepath.Join(dir, spareName), os.O_RDWR, 0)
			if err != nil {
				b.Fatal(err)
			}
			defer f.Close()
			p := make([]byte, benchBlock(journal.Head{}, lines)[0].Size())
			for i := range p {
				p[i] = byte(i)
			}
			at := int64(0)
			for b.Loop() {
				if at+int64(len(p)) > segmentBytes {
					at = 0
				}
				if _, err := f.WriteAt(p, at); err != nil {
					b.Fatal(err)
				}
				if err := fdatasync(f); err != nil {
					b.Fatal(err)
				}
				at += int64(len(p))
			}
			b.ReportMetric(float64(b.N*lines)/b.Elapsed().Seconds(), "records/s")
		})
	}
}

func BenchmarkLine(b *testing.B) {
	j, err := Open(b.Context(), testOptions(b.TempDir()))
	if err != nil {
		b.Fatal(err)
	}
	defer j.Close()
	for range 500 {
		if _, err := j.Append(b.Context(), j.Head(), benchBlock(j.Head(), 64)); err != nil {
			b.Fatal(err)
		}
	}
	for seq := journal.Seq(1); b.Loop(); seq = seq*31%j.Head().Seq + 1 {
		if _, err := j.Line(b.Context(), seq); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpen is a start with as many full blocks as the number says, nothing in the page cache dropped.
func BenchmarkOpen(b *testing.B) {
	for _, blocks := range []int{2_000} {
		b.Run(fmt.Sprintf("blocks=%d", blocks), func(b *testing.B) {
			o := testOptions(b.TempDir())
			j, err := Open(b.Context(), o)
			if err != nil {
				b.Fatal(err)
			}
			for range blocks {
				if _, err := j.Append(b.Context(), j.Head(), benchBlock(j.Head(), journal.LinesMax)); err != nil {
					b.Fatal(err)
				}
			}
			for b.Loop() {
				if err := j.Close(); err != nil {
					b.Fatal(err)
				}
				if j, err = Open(b.Context(), o); err != nil {
					b.Fatal(err)
				}
			}
			if err := j.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
}
