// Package memjournal is a journal and an index in memory, for the engine's simulator, for tests, and for a demo
// that leaves nothing behind.
//
// It promises all that the port promises, with a Disk in place of the disk: the same frames as in the tail file, and a
// restart (Open) that reads them back byte by byte. A Faults hook makes an Append crash, tear, fail to sync or find the
// disk full; Flip damages what is stored. It never touches a file, so its durability ends with the process.
package memjournal

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sort"
	"sync"

	"moralbank.example/bank/ledger/journal"
)

// Disk is what survives a restart: the log of frames and the index. Give it to Open after a crash.
type Disk struct {
	Faults Faults // set before Open; nil never goes wrong
	Left   Left   // of an append that CrashTorn interrupts; nil: its first half

	mu       sync.Mutex
	log      []byte // frames of generation 1
	spots    []spot // one for each block in log; owned by the open journal
	attempts int
	opened   *Journal
	index    map[string][]byte
}

// spot is where a block stands in the log.
type spot struct {
	last     journal.Seq
	from, to int
	hash     journal.Hash
}

const generation = 1

// NewDisk is an empty disk.
func NewDisk() *Disk { return &Disk{index: map[string][]byte{}} }

// Crash is the end of the machine between two appends: whoever had the disk open writes no more.
func (d *Disk) Crash() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.opened = nil
}

// Clone is another disk with the same bytes, without faults.
func (d *Disk) Clone() *Disk {
	d.mu.Lock()
	defer d.mu.Unlock()
	return &Disk{log: bytes.Clone(d.log), spots: slices.Clone(d.spots), index: maps.Clone(d.index)}
}

// Size is how many bytes of blocks the disk holds.
func (d *Disk) Size() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.log)
}

// End is where the block that holds seq ends, in bytes from the start of the disk.
func (d *Disk) End(seq journal.Seq) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	i := sort.Search(len(d.spots), func(i int) bool { return d.spots[i].last >= seq })
	return d.spots[i].to
}

// FlipBit turns one bit of the blocks' bytes; the same again turns it back.
func (d *Disk) FlipBit(at int, bit uint) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.log[at] ^= 1 << (bit % 8)
}

// Flip turns one bit of the block that holds seq, past its header, as a failing disk would.
func (d *Disk) Flip(seq journal.Seq) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range d.spots {
		if s.last >= seq {
			d.log[s.to-1] ^= 0x10
			return nil
		}
	}
	return fmt.Errorf("flip: %w: seq %d", journal.ErrNotFound, seq)
}

// replay reads the log as a restart does: it cuts a torn frame off the end, and refuses one in the middle.
func (d *Disk) replay() (journal.Head, error) {
	var head journal.Head
	d.spots = nil
	off := 0
	for off < len(d.log) {
		f, err := journal.DecodeFrame(d.log[off:])
		if err != nil {
			if wholeFrameAfter(d.log[off:]) {
				return journal.Head{}, &journal.Damage{
					Kind: "frame", File: "memory", Height: head.Height + 1, Seq: head.Seq + 1, What: "a bad frame with whole ones after it",
				}
			}
			d.log = d.log[:off]
			return head, nil
		}
		if head, err = d.addSpots(head, f, off); err != nil {
			return journal.Head{}, err
		}
		off += f.Size
	}
	return head, nil
}

// addSpots notes where the blocks of a frame stand, and checks that they follow head.
func (d *Disk) addSpots(head journal.Head, f journal.Frame, off int) (journal.Head, error) {
	for i, e := range f.Blocks {
		b, err := journal.DecodeBlock(e)
		if err != nil {
			return head, fmt.Errorf("frame at %d: %w", off, err)
		}
		if !head.Precedes(b) {
			return head, &journal.Damage{Kind: "frame", File: "memory", Height: b.Height, Seq: b.FirstSeq, What: "does not follow the frame before"}
		}
		head = journal.HeadOf(b, e)
		from := off + f.Starts[i]
		d.spots = append(d.spots, spot{last: head.Seq, from: from, to: from + len(e), hash: head.Hash})
	}
	return head, nil
}

// wholeFrameAfter tells whether any whole frame begins behind the start of p.
func wholeFrameAfter(p []byte) bool {
	for i := journal.FindFrame(p, 1); i < len(p); i = journal.FindFrame(p, i+1) {
		if _, err := journal.DecodeFrame(p[i:]); err == nil {
			return true
		}
	}
	return false
}

// read gives the bytes of the block that holds seq after their hash was checked; the caller does not change them.
func (d *Disk) read(seq journal.Seq) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	i := sort.Search(len(d.spots), func(i int) bool { return d.spots[i].last >= seq })
	s := d.spots[i]
	p := bytes.Clone(d.log[s.from:s.to])
	if journal.HashBytes(p) != s.hash {
		return nil, &journal.Damage{Kind: "block", File: "memory", Height: journal.Height(i + 1), Seq: s.last, What: "the hash does not match"}
	}
	return p, nil
}

var errCrashed = errors.New("the simulated machine has crashed")
