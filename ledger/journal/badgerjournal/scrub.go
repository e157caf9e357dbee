package badgerjournal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"moralbank.example/bank/ledger/journal"
)

// Scrub reads every block from the first to the head of now, by a walk and by a search, checks hash, chain and density, and
// then every sealed segment of the tail. It gives the first damage by name, nil if there is none. each, if not nil, sees every
// block that was found whole, in order; what it returns ends the scrub, and the time it takes slows it down. It runs beside
// readers and the writer.
func (j *Journal) Scrub(ctx context.Context, each func(journal.Block) error) error {
	head, prev := j.Head(), journal.Head{}
	for b, err := range j.Blocks(ctx, 1) {
		if err != nil {
			return fmt.Errorf("scrub: %w", err)
		}
		if !prev.Precedes(b) {
			return fmt.Errorf("scrub: %w", j.store.damage(b.Height, b.FirstSeq, fmt.Sprintf("does not follow %v", prev)))
		}
		encoded, err := b.Encode()
		if err != nil {
			return fmt.Errorf("scrub: %w", err)
		}
		prev = journal.HeadOf(b, encoded)
		if _, err := j.Block(ctx, b.FirstSeq); err != nil { // a search finds what a walk has met
			return fmt.Errorf("scrub: %w", err)
		}
		if each != nil {
			if err := each(b); err != nil {
				return fmt.Errorf("scrub: %w", err)
			}
		}
	}
	if prev.Seq < head.Seq || prev.Height == head.Height && prev != head {
		return fmt.Errorf("scrub: %w", &journal.Damage{Kind: "head", File: j.store.dir, Height: head.Height, Seq: head.Seq, What: fmt.Sprintf("the blocks end at %v", prev)})
	}
	return j.scrubTail(ctx)
}

// scrubTail reads the sealed segments one by one. One that is recycled meanwhile has nothing to say any more.
func (j *Journal) scrubTail(ctx context.Context) error {
	j.write.Lock()
	sealed := slices.Clone(j.tail.sealed)
	j.write.Unlock()
	buf := make([]byte, segmentBytes)
	for _, n := range sealed {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		path := filepath.Join(j.tail.dir, segmentName(n))
		one := tailState{number: n}
		err := one.read(path, buf)
		switch {
		case errors.Is(err, fs.ErrNotExist), !j.isSealed(n):
			continue
		case err != nil:
			return fmt.Errorf("scrub: %w", err)
		case one.damage != nil:
			return fmt.Errorf("scrub: %w", one.damage)
		case len(one.spots) == 0:
			return fmt.Errorf("scrub: %w", &journal.Damage{Kind: "tail", File: path, What: "holds no frame; repair writes the tail again from the database"})
		}
	}
	return nil
}

func (j *Journal) isSealed(n int64) bool {
	j.write.Lock()
	defer j.write.Unlock()
	return slices.Contains(j.tail.sealed, n)
}
