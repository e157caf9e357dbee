package snapshot

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/seal"
)

// State is what the records up to Head amount to.
type State struct {
	Head journal.Head
	Edge seal.Frontier // of the tree at Head
	Book *ledger.Book  // at Head.Seq
}

var (
	// ErrDamaged : the file is no snapshot, or not the bytes that were written.
	ErrDamaged = errors.New("snapshot: damaged")
	// ErrForeign : it is whole, but of another program, another version, or another ledger.
	ErrForeign = errors.New("snapshot: not of this program and ledger")
)

const title = "moralbank snapshot v1"

// lineMax bounds a line, in bytes: the owners of one month's lots stand in one.
const lineMax = 64 << 20

// sink writes lines and sums them.
type sink struct {
	to  *bufio.Writer
	sum hash.Hash
}

func (s *sink) line(p []byte) error {
	s.sum.Write(p)
	s.sum.Write([]byte{'\n'})
	if _, err := s.to.Write(p); err != nil {
		return err
	}
	return s.to.WriteByte('\n')
}

// Encode writes the bytes of the package comment.
func Encode(to io.Writer, program string, s *State) error {
	out := sink{bufio.NewWriterSize(to, 1<<16), sha256.New()}
	edge := make([]byte, 0, sha256.Size)
	for _, h := range s.Edge.Edge() {
		edge = append(edge, h[:]...)
	}
	for _, line := range []string{
		title, "program " + program, "head " + hex.EncodeToString(s.Head.Encode()), "edge " + hex.EncodeToString(edge),
	} {
		if err := out.line([]byte(line)); err != nil {
			return fmt.Errorf("snapshot: %w", err)
		}
	}
	if err := s.Book.WriteSnapshot(out.line); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	if _, err := fmt.Fprintf(out.to, "sum %x\n", out.sum.Sum(nil)); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	if err := out.to.Flush(); err != nil {
		return fmt.Errorf("snapshot: %w", err)
	}
	return nil
}

// Header is what a snapshot says before its book.
type Header struct {
	Program string
	Head    journal.Head
	Edge    seal.Frontier
}

// source reads lines; the last must be the sum of those before.
type source struct {
	lines *bufio.Scanner
	sum   hash.Hash // of all lines so far
}

func newSource(from io.Reader) *source {
	s := &source{lines: bufio.NewScanner(from), sum: sha256.New()}
	s.lines.Buffer(make([]byte, 1<<16), lineMax)
	s.lines.Split(wholeLines)
	return s
}

// wholeLines gives each line without its LF; what is cut off before the LF is no line.
func wholeLines(data []byte, atEOF bool) (advance int, line []byte, err error) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1, data[:i], nil
	}
	if atEOF && len(data) > 0 {
		return 0, nil, io.ErrUnexpectedEOF
	}
	return 0, nil, nil
}

var sumPrefix = []byte("sum ")

// line gives the next line, nil after the last one before the sum, which it has checked then.
func (s *source) line() ([]byte, error) {
	if !s.lines.Scan() {
		return nil, fmt.Errorf("%w: it ends without its sum (%w)", ErrDamaged, cmp.Or(s.lines.Err(), io.ErrUnexpectedEOF))
	}
	p := s.lines.Bytes()
	stated, last := bytes.CutPrefix(p, sumPrefix)
	if !last {
		s.sum.Write(p)
		s.sum.Write([]byte{'\n'})
		return p, nil
	}
	if want := hex.AppendEncode(nil, s.sum.Sum(nil)); !bytes.Equal(stated, want) {
		return nil, fmt.Errorf("%w: its sum does not match", ErrDamaged)
	}
	if s.lines.Scan() || s.lines.Err() != nil {
		return nil, fmt.Errorf("%w: bytes after its sum", ErrDamaged)
	}
	return nil, nil
}

func (s *source) value(name string) (string, error) {
	p, err := s.line()
	if err != nil {
		return "", err
	}
	value, ok := bytes.CutPrefix(p, []byte(name+" "))
	if !ok {
		return "", fmt.Errorf("%w: no line says %s", ErrDamaged, name)
	}
	return string(value), nil
}

func (s *source) header() (h Header, err error) {
	first, err := s.line()
	if err != nil {
		return h, err
	}
	if string(first) != title {
		return h, fmt.Errorf("%w: it does not begin with %q", ErrDamaged, title)
	}
	if h.Program, err = s.value("program"); err != nil {
		return h, err
	}
	head, err := s.value("head")
	if err != nil {
		return h, err
	}
	edge, err := s.value("edge")
	if err != nil {
		return h, err
	}
	raw, err := hex.DecodeString(head)
	if err == nil {
		h.Head, err = journal.DecodeHead(raw)
	}
	if err == nil {
		h.Edge, err = edgeOf(h.Head.TreeSize, edge)
	}
	if err != nil {
		return h, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if root := journal.Hash(h.Edge.Root()); root != h.Head.Root {
		return h, fmt.Errorf("%w: its edge hashes to %x, its head states %x", ErrDamaged, root[:4], h.Head.Root[:4])
	}
	return h, nil
}

func edgeOf(size int64, text string) (seal.Frontier, error) {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw)%sha256.Size != 0 {
		return seal.Frontier{}, fmt.Errorf("an edge of %d digits", len(text))
	}
	edge := make([]seal.Hash, len(raw)/sha256.Size)
	for i := range edge {
		copy(edge[i][:], raw[i*sha256.Size:])
	}
	return seal.FrontierAt(size, edge)
}

// Decode reads what Encode of the same program wrote. ErrDamaged, ErrForeign, or the reader's error.
func Decode(from io.Reader, program string) (*State, error) {
	src := newSource(from)
	h, err := src.header()
	if err != nil {
		return nil, err
	}
	if h.Program != program {
		return nil, fmt.Errorf("%w: it was written by program %.12s, this is %.12s", ErrForeign, h.Program, program)
	}
	book, err := ledger.ReadSnapshot(src.line)
	switch {
	case errors.Is(err, ledger.ErrSnapshotVersion):
		return nil, fmt.Errorf("%w: %w", ErrForeign, err)
	case errors.Is(err, ledger.ErrSnapshot):
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	case err != nil:
		return nil, err
	case int64(book.Seq()) != int64(h.Head.Seq):
		return nil, fmt.Errorf("%w: a book at record %d under a head at %d", ErrDamaged, book.Seq(), h.Head.Seq)
	}
	return &State{Head: h.Head, Edge: h.Edge, Book: book}, nil
}
