package audit

import (
	"context"
	"fmt"
	"hash/maphash"
	"iter"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/seal"
)

// prepared is a block with everything done that needs no other block: the work that the other cores do while one judges.
type prepared struct {
	block   journal.Block
	head    journal.Head // of a journal that ends with this block
	records []ledger.Record
	leaves  []seal.Hash
	keys    []keyMark
	err     error // why the block, or the line after the last record, cannot be read
	unread  bool  // the journal could not give it
	bare    bool  // lines only: there is no header to look at
}

// keyMark stands for a (scope, key) while one verification lasts: 128 bits of hashes whose seeds nobody knows before, so that
// nobody can make two keys that look like one.
type keyMark [2]uint64

var markSeeds = [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}

// The bounds of what is prepared ahead.
const (
	aheadLines   = 512 // in one piece of work
	aheadBatches = 16  // pieces under way
)

// prepare reads blocks in order. It ends with them, an error, or ctx.
func prepare(ctx context.Context, blocks iter.Seq2[journal.Block, error], bare bool) <-chan <-chan []prepared {
	out := make(chan (<-chan []prepared), aheadBatches)
	go func() {
		defer close(out)
		var batch []prepared
		lines := 0
		hand := func() bool {
			done := make(chan []prepared, 1)
			work := batch
			go func() {
				for i := range work {
					work[i].read()
				}
				done <- work
			}()
			batch, lines = nil, 0
			select {
			case out <- done:
				return true
			case <-ctx.Done():
				return false
			}
		}
		for b, err := range blocks {
			batch = append(batch, prepared{block: b, err: err, unread: err != nil, bare: bare})
			if lines += len(b.Lines); (lines >= aheadLines || err != nil) && !hand() {
				return
			}
		}
		if len(batch) > 0 {
			hand()
		}
	}()
	return out
}

// read encodes, parses and hashes. It stops at the first line that cannot be read.
func (p *prepared) read() {
	if p.err != nil {
		return
	}
	if !p.bare {
		hash, err := p.block.Hash()
		if err != nil {
			p.err = err
			return
		}
		b := &p.block
		p.head = journal.Head{Height: b.Height, Seq: b.LastSeq(), Hash: hash, TreeSize: b.TreeSize, Root: b.Root}
	}
	n := len(p.block.Lines)
	p.records, p.leaves, p.keys = make([]ledger.Record, 0, n), make([]seal.Hash, 0, n), make([]keyMark, 0, n)
	var text []byte
	for _, line := range p.block.Lines {
		r, err := ledger.ParseLine(line)
		if err != nil {
			p.err = fmt.Errorf("the line cannot be read: %w", err)
			return
		}
		text = append(append(append(text[:0], r.Scope()...), 0), r.Key...)
		p.records = append(p.records, r)
		p.leaves = append(p.leaves, seal.LeafOf(seal.EntryOf(line)))
		p.keys = append(p.keys, keyMark{maphash.Bytes(markSeeds[0], text), maphash.Bytes(markSeeds[1], text)})
	}
}
