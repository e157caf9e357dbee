package journal

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// The bytes of a frame, see the package comment.
const (
	frameMagic   = "MBTF"
	frameVersion = 1
	frameFixed   = 24

	// FrameAlign is what the start of every frame is a multiple of, in bytes.
	FrameAlign = 8
	// FrameBytesMax bounds a frame: sixteen full blocks, their lengths, the head.
	FrameBytesMax = frameFixed + headBytes + AppendBlocksMax*(4+BlockBytesMax) + FrameAlign
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Frame is one Append as it stands in a log file: all its blocks or none.
type Frame struct {
	Generation int64
	Head       Head
	Blocks     [][]byte // encoded
	Starts     []int    // where each block begins in the frame
	Size       int      // bytes in the file, padding included
}

// AppendFrame adds to p the frame of encoded blocks, which Chain gave together with head. The first frame in p must
// start at a multiple of FrameAlign.
func AppendFrame(p []byte, generation int64, head Head, encoded [][]byte) []byte {
	start := len(p)
	p = append(p, frameMagic...)
	p = binary.BigEndian.AppendUint16(p, frameVersion)
	p = binary.BigEndian.AppendUint16(p, uint16(len(encoded))) //nolint:gosec // at most AppendBlocksMax
	p = appendInt(p, generation)
	p = append(p, 0, 0, 0, 0, 0, 0, 0, 0)
	p = append(p, head.Encode()...)
	for _, e := range encoded {
		p = binary.BigEndian.AppendUint32(p, uint32(len(e))) //nolint:gosec // at most BlockBytesMax
		p = append(p, e...)
	}
	f := p[start:]
	binary.BigEndian.PutUint32(f[16:], uint32(len(f)-frameFixed)) //nolint:gosec // at most FrameBytesMax
	binary.BigEndian.PutUint32(f[20:], frameSum(f))
	for (len(p)-start)%FrameAlign != 0 {
		p = append(p, 0)
	}
	return p
}

// DecodeFrame reads the frame at the start of p, which may go on after it. ErrCorrupt is everything else: zeros, a torn
// frame, a flipped bit. It never panics. The blocks share p's memory; their hashes are not checked here.
func DecodeFrame(p []byte) (Frame, error) {
	if len(p) < frameFixed+headBytes || !bytes.HasPrefix(p, []byte(frameMagic)) {
		return Frame{}, fmt.Errorf("%w: no frame", ErrCorrupt)
	}
	if v := binary.BigEndian.Uint16(p[4:]); v != frameVersion {
		return Frame{}, fmt.Errorf("%w: frame version %d", ErrCorrupt, v)
	}
	size := frameFixed + int(binary.BigEndian.Uint32(p[16:]))
	padded := (size + FrameAlign - 1) / FrameAlign * FrameAlign
	if padded > len(p) || padded > FrameBytesMax || size < frameFixed+headBytes {
		return Frame{}, fmt.Errorf("%w: frame of %d bytes in %d", ErrCorrupt, size, len(p))
	}
	if sum := frameSum(p[:size]); sum != binary.BigEndian.Uint32(p[20:]) {
		return Frame{}, fmt.Errorf("%w: frame checksum %08x", ErrCorrupt, sum)
	}
	for _, c := range p[size:padded] {
		if c != 0 {
			return Frame{}, fmt.Errorf("%w: frame padding", ErrCorrupt)
		}
	}
	f := Frame{Generation: readInt(p[8:]), Size: padded}
	if err := f.decodePayload(p[frameFixed:size], int(binary.BigEndian.Uint16(p[6:]))); err != nil {
		return Frame{}, err
	}
	return f, nil
}

func (f *Frame) decodePayload(p []byte, n int) error {
	var err error
	if f.Head, err = DecodeHead(p[:headBytes]); err != nil {
		return err
	}
	if n < 1 || n > AppendBlocksMax {
		return fmt.Errorf("%w: frame of %d blocks", ErrCorrupt, n)
	}
	at := frameFixed + headBytes
	p = p[headBytes:]
	for range n {
		if len(p) < 4 {
			return fmt.Errorf("%w: frame ends in a length", ErrCorrupt)
		}
		size := int(binary.BigEndian.Uint32(p))
		if p = p[4:]; size > len(p) {
			return fmt.Errorf("%w: frame ends in a block", ErrCorrupt)
		}
		f.Blocks = append(f.Blocks, p[:size:size])
		f.Starts = append(f.Starts, at+4)
		at += 4 + size
		p = p[size:]
	}
	if len(p) != 0 {
		return fmt.Errorf("%w: %d bytes after the last block of a frame", ErrCorrupt, len(p))
	}
	return nil
}

// FindFrame gives the next multiple of FrameAlign, from the offset at on, where a frame may begin in p; len(p) if nowhere.
func FindFrame(p []byte, at int) int {
	for at < len(p) {
		i := bytes.Index(p[at:], []byte(frameMagic))
		if i < 0 {
			break
		}
		if at += i; at%FrameAlign == 0 {
			return at
		}
		at++
	}
	return len(p)
}

// frameSum covers everything of a frame but the checksum itself.
func frameSum(f []byte) uint32 {
	return crc32.Update(crc32.Checksum(f[:20], castagnoli), castagnoli, f[frameFixed:])
}
