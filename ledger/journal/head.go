package journal

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

const (
	headMagic   = "MBHD"
	headVersion = 1
	headBytes   = 94
)

// Head says where a journal ends. The zero Head is that of an empty journal. Two heads are equal only if every field is.
type Head struct {
	Height   Height
	Seq      Seq   // seq of the last line
	Hash     Hash  // hash of the last block
	TreeSize int64 // of the last block
	Root     Hash  // of the last block
}

// String names a head for messages: height, seq and the first bytes of the hash.
func (h Head) String() string { return fmt.Sprintf("height %d seq %d %x", h.Height, h.Seq, h.Hash[:4]) }

// HeadOf is the head of a journal whose last block is b and encodes to encoded.
func HeadOf(b Block, encoded []byte) Head {
	return Head{Height: b.Height, Seq: b.LastSeq(), Hash: HashBytes(encoded), TreeSize: b.TreeSize, Root: b.Root}
}

// Encode gives the bytes of the package comment.
func (h Head) Encode() []byte {
	p := make([]byte, 0, headBytes)
	p = append(p, headMagic...)
	p = binary.BigEndian.AppendUint16(p, headVersion)
	p = appendInt(p, int64(h.Height), int64(h.Seq))
	p = append(p, h.Hash[:]...)
	p = appendInt(p, h.TreeSize)
	return append(p, h.Root[:]...)
}

// DecodeHead reads what Encode wrote, else ErrCorrupt.
func DecodeHead(p []byte) (Head, error) {
	if len(p) != headBytes || !bytes.HasPrefix(p, []byte(headMagic)) {
		return Head{}, fmt.Errorf("%w: not a head (%d bytes)", ErrCorrupt, len(p))
	}
	if v := binary.BigEndian.Uint16(p[4:]); v != headVersion {
		return Head{}, fmt.Errorf("%w: head version %d", ErrCorrupt, v)
	}
	h := Head{
		Height:   Height(readInt(p[6:])),
		Seq:      Seq(readInt(p[14:])),
		Hash:     Hash(p[22:54]),
		TreeSize: readInt(p[54:]),
		Root:     Hash(p[62:94]),
	}
	for _, n := range []int64{int64(h.Height), int64(h.Seq), h.TreeSize} {
		if n < 0 || n >= numberMax {
			return Head{}, fmt.Errorf("%w: a head with the number %d", ErrCorrupt, n)
		}
	}
	return h, nil
}

// Chain encodes blocks and checks that they follow prev without a gap: height, seq and hash. It gives the encoded
// blocks and the head after the last; ErrInvalid when they do not follow or break a limit. Every Append starts with it.
func Chain(prev Head, blocks []Block) (encoded [][]byte, head Head, err error) {
	if len(blocks) < 1 || len(blocks) > AppendBlocksMax {
		return nil, Head{}, fmt.Errorf("%w: %d blocks in one append, 1 to %d allowed", ErrInvalid, len(blocks), AppendBlocksMax)
	}
	head = prev
	encoded = make([][]byte, len(blocks))
	for i, b := range blocks {
		if !head.Precedes(b) {
			return nil, Head{}, fmt.Errorf("%w: block %d from seq %d does not follow %v", ErrInvalid, b.Height, b.FirstSeq, head)
		}
		if encoded[i], err = b.Encode(); err != nil {
			return nil, Head{}, err
		}
		head = HeadOf(b, encoded[i])
	}
	return encoded, head, nil
}

// Precedes tells whether b is the next block after h: height, seq and hash.
func (h Head) Precedes(b Block) bool {
	return b.Height == h.Height+1 && b.FirstSeq == h.Seq+1 && b.Prev == h.Hash
}
