package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
)

// Mark says how far the books are known to have come: the end of the journal, its tree, and the checkpoint that was
// last signed over it. The zero Mark is that of the empty ledger.
type Mark struct {
	Height     int64  // of the last block
	Seq        int64  // of the last record
	Block      Hash   // of the last block, as the journal chains it
	Size       int64  // entries of the tree
	Root       Hash   // of the tree
	Checkpoint []byte // the last signed note (C2SP tlog-checkpoint), whole; empty before the first
}

// checkpointMax bounds a signed note with its witnesses, in bytes.
const checkpointMax = 64 << 10

const markTitle = "moralbank mark v1\n"

// ErrMark : a mark file is not what Encode writes.
var ErrMark = errors.New("not a mark")

// Encode gives the bytes of the mark file: six lines and the note, then a SHA-256 over all of them.
//
//	moralbank mark v1
//	height <decimal>
//	seq <decimal>
//	block <64 hex digits>
//	size <decimal>
//	root <64 hex digits>
//	checkpoint <decimal: its bytes>
//	<the note>sum <64 hex digits>
func (m Mark) Encode() []byte {
	p := fmt.Appendf(nil, "%sheight %d\nseq %d\nblock %x\nsize %d\nroot %x\ncheckpoint %d\n",
		markTitle, m.Height, m.Seq, m.Block[:], m.Size, m.Root[:], len(m.Checkpoint))
	p = append(p, m.Checkpoint...)
	return fmt.Appendf(p, "sum %x\n", sha256.Sum256(p))
}

// DecodeMark reads exactly what Encode writes; anything else is an error that says so.
func DecodeMark(p []byte) (Mark, error) {
	rest, ok := bytes.CutPrefix(p, []byte(markTitle))
	if !ok {
		return Mark{}, fmt.Errorf("%w: it does not begin with %q", ErrMark, markTitle[:len(markTitle)-1])
	}
	r := markReader{rest: rest}
	m := Mark{Height: r.number("height"), Seq: r.number("seq"), Block: r.hash("block"), Size: r.number("size"), Root: r.hash("root")}
	n := r.number("checkpoint")
	if r.err == nil && (n > checkpointMax || n > int64(len(r.rest))) {
		r.err = fmt.Errorf("%w: a checkpoint of %d bytes", ErrMark, n)
	}
	if r.err != nil {
		return Mark{}, r.err
	}
	if n > 0 {
		m.Checkpoint = bytes.Clone(r.rest[:n])
	}
	if !bytes.Equal(m.Encode(), p) {
		return Mark{}, fmt.Errorf("%w: its sum does not match", ErrMark)
	}
	return m, nil
}

// NoteIn gives the signed note in the bytes of a mark file that is damaged elsewhere, as far as one can be found. It is not verified,
// and nil where there is none.
func NoteIn(p []byte) []byte {
	_, rest, _ := bytes.Cut(p, []byte("\ncheckpoint "))
	_, rest, _ = bytes.Cut(rest, []byte("\n"))
	return bytes.Clone(rest[:max(bytes.LastIndex(rest, []byte("sum ")), 0)])
}

// markReader takes the lines of a mark one by one, and keeps the first error.
type markReader struct {
	rest []byte
	err  error
}

func (r *markReader) line(name string) string {
	line, rest, ok := bytes.Cut(r.rest, []byte("\n"))
	value, named := bytes.CutPrefix(line, []byte(name+" "))
	if r.err == nil && (!ok || !named) {
		r.err = fmt.Errorf("%w: no line %q", ErrMark, name)
	}
	r.rest = rest
	return string(value)
}

func (r *markReader) number(name string) int64 {
	n, err := strconv.ParseUint(r.line(name), 10, levels)
	if r.err == nil && err != nil {
		r.err = fmt.Errorf("%w: line %q: %w", ErrMark, name, err)
	}
	return int64(n)
}

func (r *markReader) hash(name string) (h Hash) {
	p, err := hex.DecodeString(r.line(name))
	if r.err == nil && (err != nil || len(p) != len(h)) {
		r.err = fmt.Errorf("%w: line %q is not a hash", ErrMark, name)
	}
	copy(h[:], p)
	return h
}
