package audit

import (
	"context"
	"crypto/sha256"
	"fmt"
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
	keys    [][16]byte // of (scope, key)
	err     error      // why the block, or the line after the last record, cannot be read
	unread  bool       // the journal could not give it
	bare    bool       // lines only: there is no header to look at
}

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
		encoded, err := p.block.Encode()
		if err != nil {
			p.err = err
			return
		}
		p.head = journal.HeadOf(p.block, encoded)
	}
	n := len(p.block.Lines)
	p.records, p.leaves, p.keys = make([]ledger.Record, 0, n), make([]seal.Hash, 0, n), make([][16]byte, 0, n)
	for _, line := range p.block.Lines {
		r, err := ledger.ParseLine(line)
		if err != nil {
			p.err = fmt.Errorf("the line cannot be read: %w", err)
			return
		}
		sum := sha256.Sum256([]byte(r.Scope() + "\x00" + string(r.Key)))
		p.records = append(p.records, r)
		p.leaves = append(p.leaves, seal.LeafOf(seal.EntryOf(line)))
		p.keys = append(p.keys, [16]byte(sum[:16]))
	}
}
