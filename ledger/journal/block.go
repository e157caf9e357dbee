package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

type (
	// Height numbers the blocks of one journal: dense, from 1. Zero means "before the first block".
	Height int64
	// Seq numbers the lines of one journal: dense, from 1. Zero means "before the first line".
	Seq int64
	// Hash is a SHA-256.
	Hash [sha256.Size]byte
)

// The limits of a block and of one Append.
const (
	LinesMax        = 200       // lines in a block
	BlockBytesMax   = 128 << 10 // bytes of an encoded block
	AppendBlocksMax = 16        // blocks in one Append
)

const (
	blockMagic   = "MBBK"
	blockVersion = 1
	blockFixed   = 104 // bytes before the line ends
	blockDomain  = "moralbank.example/journal/block\n"
	numberMax    = 1 << 53 // a reader in JavaScript loses precision from here on
)

// Block is one group commit: up to LinesMax record lines and what ties them to the blocks before.
type Block struct {
	Height   Height
	FirstSeq Seq      // seq of Lines[0]
	Time     int64    // milliseconds since 1970-01-01T00:00:00Z
	Prev     Hash     // hash of the block before; zero in block 1
	TreeSize int64    // entries of the Merkle tree after this block
	Root     Hash     // root of that tree
	Lines    [][]byte // 1 to LinesMax, opaque, none empty
}

// LastSeq is the seq of the last line.
func (b Block) LastSeq() Seq { return b.FirstSeq + Seq(len(b.Lines)) - 1 }

// Line gives the line with this seq without copying; ok is false when the block does not hold it.
func (b Block) Line(seq Seq) (line []byte, ok bool) {
	if seq < b.FirstSeq || seq > b.LastSeq() {
		return nil, false
	}
	return b.Lines[seq-b.FirstSeq], true
}

// Size is the number of bytes that Encode would give.
func (b Block) Size() int {
	n := blockFixed + 4*len(b.Lines)
	for _, l := range b.Lines {
		n += len(l)
	}
	return n
}

// Encode gives the bytes of the package comment, or ErrInvalid when b breaks a limit.
func (b Block) Encode() ([]byte, error) {
	if err := b.check(); err != nil {
		return nil, err
	}
	p := b.appendFrame(make([]byte, 0, b.Size()))
	for _, l := range b.Lines {
		p = append(p, l...)
	}
	return p, nil
}

// Hash is HashBytes of what Encode would give, without putting it together; ErrInvalid when b breaks a limit.
func (b Block) Hash() (Hash, error) {
	if err := b.check(); err != nil {
		return Hash{}, err
	}
	var frame [len(blockDomain) + blockFixed + 4*LinesMax]byte
	h := sha256.New()
	h.Write(b.appendFrame(append(frame[:0], blockDomain...)))
	for _, l := range b.Lines {
		h.Write(l)
	}
	return Hash(h.Sum(nil)), nil
}

// appendFrame adds all of the encoded block that stands before its lines.
func (b Block) appendFrame(p []byte) []byte {
	p = append(p, blockMagic...)
	p = binary.BigEndian.AppendUint16(p, blockVersion)
	p = binary.BigEndian.AppendUint16(p, uint16(len(b.Lines))) //nolint:gosec // at most LinesMax
	p = appendInt(p, int64(b.Height), int64(b.FirstSeq), b.Time)
	p = append(p, b.Prev[:]...)
	p = appendInt(p, b.TreeSize)
	p = append(p, b.Root[:]...)
	end := 0
	for _, l := range b.Lines {
		end += len(l)
		p = binary.BigEndian.AppendUint32(p, uint32(end)) //nolint:gosec // at most BlockBytesMax
	}
	return p
}

// check refuses what the format cannot say.
func (b Block) check() error {
	switch {
	case b.Height < 1 || b.Height >= numberMax:
		return fmt.Errorf("%w: height %d", ErrInvalid, b.Height)
	case b.FirstSeq < 1 || b.LastSeq() >= numberMax:
		return fmt.Errorf("%w: first seq %d of block %d", ErrInvalid, b.FirstSeq, b.Height)
	case b.Time < 0 || b.Time >= numberMax:
		return fmt.Errorf("%w: time %d of block %d", ErrInvalid, b.Time, b.Height)
	case b.TreeSize < 0 || b.TreeSize >= numberMax:
		return fmt.Errorf("%w: tree size %d of block %d", ErrInvalid, b.TreeSize, b.Height)
	case len(b.Lines) < 1 || len(b.Lines) > LinesMax:
		return fmt.Errorf("%w: %d lines in block %d, 1 to %d allowed", ErrInvalid, len(b.Lines), b.Height, LinesMax)
	case b.Size() > BlockBytesMax:
		return fmt.Errorf("%w: %d bytes in block %d, at most %d allowed", ErrInvalid, b.Size(), b.Height, BlockBytesMax)
	}
	for i, l := range b.Lines {
		if len(l) == 0 {
			return fmt.Errorf("%w: line %d of block %d is empty", ErrInvalid, i, b.Height)
		}
	}
	return nil
}

// HashBytes is the hash of an encoded block.
func HashBytes(encoded []byte) Hash {
	h := sha256.New()
	h.Write([]byte(blockDomain))
	h.Write(encoded)
	return Hash(h.Sum(nil))
}

// DecodeBlock reads an encoded block. The lines of the answer share p's memory. Whatever it accepts encodes to p again;
// everything else is ErrCorrupt, and no input makes it panic. It does not know the hash that p ought to have.
func DecodeBlock(p []byte) (Block, error) {
	n, err := lineCount(p)
	if err != nil {
		return Block{}, err
	}
	b := Block{
		Height:   Height(readInt(p[8:])),
		FirstSeq: Seq(readInt(p[16:])),
		Time:     readInt(p[24:]),
		Prev:     Hash(p[32:64]),
		TreeSize: readInt(p[64:]),
		Root:     Hash(p[72:104]),
		Lines:    make([][]byte, n),
	}
	for i := range n {
		if b.Lines[i], err = lineAt(p, n, i); err != nil {
			return Block{}, err
		}
	}
	if err := b.check(); err != nil {
		return Block{}, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return b, nil
}

// LineBytes finds one line in an encoded block without looking at the others; the answer shares p's memory.
// ErrNotFound: the block does not hold seq. The caller has checked the hash.
func LineBytes(p []byte, seq Seq) ([]byte, error) {
	n, err := lineCount(p)
	if err != nil {
		return nil, err
	}
	first := Seq(readInt(p[16:]))
	if seq < first || seq >= first+Seq(n) {
		return nil, fmt.Errorf("%w: seq %d in a block of %d to %d", ErrNotFound, seq, first, first+Seq(n)-1)
	}
	return lineAt(p, n, int(seq-first))
}

// lineCount checks the frame of an encoded block: magic, version, and that all line ends and bytes are there.
func lineCount(p []byte) (int, error) {
	if len(p) < blockFixed || len(p) > BlockBytesMax || !bytes.HasPrefix(p, []byte(blockMagic)) {
		return 0, fmt.Errorf("%w: not a block (%d bytes)", ErrCorrupt, len(p))
	}
	if v := binary.BigEndian.Uint16(p[4:]); v != blockVersion {
		return 0, fmt.Errorf("%w: block version %d", ErrCorrupt, v)
	}
	n := int(binary.BigEndian.Uint16(p[6:]))
	if n < 1 || n > LinesMax || len(p) < blockFixed+4*n {
		return 0, fmt.Errorf("%w: %d lines in %d bytes", ErrCorrupt, n, len(p))
	}
	if end := lineEnd(p, n-1); end != len(p)-blockFixed-4*n {
		return 0, fmt.Errorf("%w: lines end at %d in %d bytes", ErrCorrupt, end, len(p))
	}
	return n, nil
}

// lineAt slices line i of n out of an encoded block that lineCount has accepted.
func lineAt(p []byte, n, i int) ([]byte, error) {
	body := p[blockFixed+4*n:]
	start := 0
	if i > 0 {
		start = lineEnd(p, i-1)
	}
	end := lineEnd(p, i)
	if start >= end || end > len(body) {
		return nil, fmt.Errorf("%w: line %d from %d to %d of %d", ErrCorrupt, i, start, end, len(body))
	}
	return body[start:end:end], nil
}

func lineEnd(p []byte, i int) int { return int(binary.BigEndian.Uint32(p[blockFixed+4*i:])) }

// appendInt writes non-negative numbers below 2^53, checked before.
func appendInt(p []byte, vs ...int64) []byte {
	for _, v := range vs {
		p = binary.BigEndian.AppendUint64(p, uint64(v)) //nolint:gosec // never negative
	}
	return p
}

// readInt may give a negative number on hostile bytes; the checks that follow refuse it.
func readInt(p []byte) int64 { return int64(binary.BigEndian.Uint64(p)) } //nolint:gosec // see above
