package badgerjournal

import (
	"bytes"
	"slices"
	"sync"

	"moralbank.example/bank/ledger/journal"
)

// The newest blocks that are kept in memory: a second of the busiest rush, minutes of any other.
const (
	recentBytes  = 8 << 20
	recentBlocks = 4096
)

// recent is the newest blocks as they were written. Who follows the journal, and who asks again for what was just answered,
// reads them without Badger and without hashing them anew: this process made them. Only what is published is in it.
type recent struct {
	mu     sync.RWMutex
	blocks []recentBlock // ascending and dense, the newest last
	bytes  int
}

type recentBlock struct {
	first, last journal.Seq
	hash        journal.Hash
	encoded     []byte // never changed
}

// add takes the blocks of one Append, and lets the oldest go.
func (r *recent) add(head journal.Head, blocks []journal.Block, encoded [][]byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, b := range blocks {
		r.blocks = append(r.blocks, recentBlock{b.FirstSeq, b.LastSeq(), hashOf(i, head, blocks, encoded), encoded[i]})
		r.bytes += len(encoded[i])
	}
	drop := 0
	for ; r.bytes > recentBytes || len(r.blocks)-drop > recentBlocks; drop++ {
		r.bytes -= len(r.blocks[drop].encoded)
		r.blocks[drop] = recentBlock{}
	}
	r.blocks = r.blocks[drop:] // appending moves what is left, now and then
}

// from gives up to most blocks, and about chunkBytes, from the one that holds seq on; none when it is older than what is kept.
func (r *recent) from(seq journal.Seq, most int) []recentBlock {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if len(r.blocks) == 0 || seq < r.blocks[0].first {
		return nil
	}
	i, _ := slices.BinarySearchFunc(r.blocks, seq, func(b recentBlock, seq journal.Seq) int { return int(b.last - seq) })
	end, size := i, 0
	for ; end < len(r.blocks) && end-i < most && size < chunkBytes; end++ {
		size += len(r.blocks[end].encoded)
	}
	return slices.Clone(r.blocks[i:end])
}

// stored gives the block in memory of the caller's own.
func (b *recentBlock) stored() (stored, error) {
	p := bytes.Clone(b.encoded)
	block, err := journal.DecodeBlock(p)
	return stored{block, b.hash, p}, err
}
