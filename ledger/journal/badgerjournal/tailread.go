package badgerjournal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"

	"moralbank.example/bank/ledger/journal"
)

// tailState is what a reading of the tail found.
type tailState struct {
	segments []int64         // numbers, ascending
	number   int64           // of the newest segment, 0 if there is none
	end      int64           // behind the last frame of the newest segment
	rest     rest            // what stands there
	spots    []spot          // one for each block, heights ascending; dense unless there is damage
	head     journal.Head    // after the last block
	damage   *journal.Damage // the first one
}

// rest is what stands behind the last frame of a segment.
type rest uint8

const (
	restNothing rest = iota // zeros, or a whole frame of before the segment was used again
	restTorn                // a frame that begins and is not whole: an Append was cut short
	restEarlier             // no beginning of a frame: the inside of one of before the segment was used again
)

// restOf tells the bytes where a frame should begin, and none can be read. A frame begins on a multiple of eight bytes, which a
// power cut leaves old or makes new together: either its magic is there, or nothing of its first sector is. Then the old bytes
// stand there, and whether later sectors of it were written does not matter: it was never answered, or the database holds it.
func restOf(p []byte) rest {
	first := p[:journal.FrameAlign]
	switch {
	case bytes.Equal(first, make([]byte, journal.FrameAlign)):
		return restNothing
	case journal.FindFrame(first, 0) == 0:
		return restTorn
	}
	return restEarlier
}

// spot is where a block stands in the tail.
type spot struct {
	height      journal.Height
	first, last journal.Seq
	hash        journal.Hash
	segment     int64
	offset      int64
	size        int
}

// find gives the spots of the blocks that hold exactly the seqs of g; ok is false if the tail does not hold them all.
func (s tailState) find(g gap) (found []spot, ok bool) {
	i := s.search(g.from)
	for next := g.from; i < len(s.spots) && s.spots[i].first == next && s.spots[i].last <= g.to; i++ {
		found = append(found, s.spots[i])
		next = s.spots[i].last + 1
	}
	return found, len(found) > 0 && found[len(found)-1].last == g.to
}

// unharmed tells whether the last frame is the last one that was ever written whole, as far as the tail can tell.
func (s tailState) unharmed() bool { return len(s.spots) > 0 && s.damage == nil && s.rest != restTorn }

// search gives the first spot that ends at seq or later.
func (s tailState) search(seq journal.Seq) int {
	return sort.Search(len(s.spots), func(i int) bool { return s.spots[i].last >= seq })
}

// readTail reads all segments in order. Damage is noted in the answer; err is a failure to read at all.
func readTail(dir string) (tailState, error) {
	var s tailState
	files, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, fmt.Errorf("read tail: %w", err)
	}
	for _, f := range files {
		if n, ok := segmentNumber(f.Name()); ok {
			s.segments = append(s.segments, n)
		}
	}
	slices.Sort(s.segments)
	buf := make([]byte, segmentBytes)
	for i, n := range s.segments {
		path := filepath.Join(dir, segmentName(n))
		if i > 0 && n != s.number+1 {
			s.note(path, fmt.Sprintf("segment %s is missing before it", segmentName(s.number+1)))
		}
		s.number, s.end, s.rest = n, 0, restNothing
		if err := s.read(path, buf); err != nil {
			return s, err
		}
	}
	if len(s.segments) > 0 && s.segments[0] > 1 && len(s.segments) < tailSegments {
		s.note(filepath.Join(dir, segmentName(s.segments[0]-1)), "missing: the tail is shorter than it was kept")
	}
	return s, nil
}

// read takes one segment; buf has segmentBytes.
func (s *tailState) read(path string, buf []byte) error {
	f, err := os.Open(path) //nolint:gosec // a segment of ours
	if err != nil {
		return fmt.Errorf("read tail: %w", err)
	}
	size, err := io.ReadFull(f, buf)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		s.note(path, fmt.Sprintf("has %d bytes, not %d", size, segmentBytes))
		err = nil
	}
	s.scan(path, buf[:size])
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("read tail: %w", err)
	}
	return nil
}

// scan takes the frames of one segment. Bytes that are no frame do no harm as long as the next frame follows the last.
func (s *tailState) scan(path string, p []byte) {
	for at := 0; at+journal.FrameAlign <= len(p); {
		f, err := journal.DecodeFrame(p[at:])
		switch {
		case err != nil:
			if int64(at) == s.end {
				s.rest = restOf(p[at:])
			}
			at = journal.FindFrame(p, at+journal.FrameAlign)
		case f.Generation < s.number: // what stood in the file before
			at += f.Size
		case f.Generation > s.number:
			s.note(path, "holds a frame of segment "+segmentName(f.Generation))
			at += f.Size
		default:
			s.take(path, f, int64(at))
			at += f.Size
			s.end = int64(at)
		}
	}
}

// take adds a frame. If it does not follow the frames before, something between them is damaged.
func (s *tailState) take(path string, f journal.Frame, at int64) {
	blocks := make([]journal.Block, len(f.Blocks))
	for i, e := range f.Blocks {
		var err error
		if blocks[i], err = journal.DecodeBlock(e); err != nil {
			s.note(path, err.Error())
			return
		}
	}
	if len(s.spots) > 0 && !s.head.Precedes(blocks[0]) {
		s.note(path, fmt.Sprintf("the frame at %d holds block %d, not what follows %v", at, blocks[0].Height, s.head))
		if blocks[0].Height <= s.head.Height {
			return
		}
	}
	if len(s.spots) == 0 && at != 0 {
		s.note(path, fmt.Sprintf("the first frame stands at %d, not at 0", at))
	}
	for i, b := range blocks {
		hash := f.Head.Hash
		if i+1 < len(blocks) {
			hash = blocks[i+1].Prev
		}
		s.spots = append(s.spots, spot{
			height: b.Height, first: b.FirstSeq, last: b.LastSeq(), hash: hash,
			segment: s.number, offset: at + int64(f.Starts[i]), size: len(f.Blocks[i]),
		})
	}
	s.head = f.Head
}

// note keeps the first damage.
func (s *tailState) note(path, what string) {
	if s.damage == nil {
		s.damage = &journal.Damage{
			Kind: "tail", File: path, Height: s.head.Height + 1, Seq: s.head.Seq + 1,
			What: what + "; repair writes the tail again from the database",
		}
	}
}

// readSpot reads a block back and checks its hash.
func readSpot(dir string, at spot) (journal.Block, []byte, error) {
	path := filepath.Join(dir, segmentName(at.segment))
	f, err := os.Open(path) //nolint:gosec // a segment of ours
	if err != nil {
		return journal.Block{}, nil, fmt.Errorf("read tail: %w", err)
	}
	p := make([]byte, at.size)
	_, err = f.ReadAt(p, at.offset)
	if err := errors.Join(err, f.Close()); err != nil {
		return journal.Block{}, nil, fmt.Errorf("read tail: %w", err)
	}
	if journal.HashBytes(p) != at.hash {
		return journal.Block{}, nil, &journal.Damage{Kind: "tail", File: path, Height: at.height, Seq: at.first, What: "the hash does not match"}
	}
	b, err := journal.DecodeBlock(p)
	return b, p, err
}
