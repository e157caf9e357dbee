package badgerjournal

import (
	"context"
	"fmt"
	"math"

	"github.com/dgraph-io/badger/v4"

	"moralbank.example/bank/ledger/journal"
)

// survey is what a walk over the keys found: where blocks are missing, and keys that belong nowhere.
type survey struct {
	blocks journal.Height // how many keys of blocks
	last   journal.Seq    // of the last of them
	gaps   []gap
	strays [][]byte // keys that overlap the one before
	head   journal.Head
	noHead error // why the head cannot be read
}

// gap is a range of seqs that no block holds.
type gap struct{ from, to journal.Seq }

const gapsMax = 1000 // more than these are not listed: the journal is beyond repair by the tail

// survey walks over the keys, which proves that no seq is missing: each key says its last seq and its number of lines. A key above
// end and above the head is a stray; end 0 says nothing. Badger's iterator copies each value too, so it reads the whole journal:
// see glance.
func (s store) survey(ctx context.Context, end journal.Seq) (v survey, err error) {
	return s.surveyFrom(ctx, nil, end)
}

// surveyFrom is survey when these keys are known to be the first ones.
func (s store) surveyFrom(ctx context.Context, first tableKeys, end journal.Seq) (v survey, err error) {
	if v.head, v.noHead = s.readHead(); v.noHead != nil && end == 0 {
		end = math.MaxInt64
	}
	end = max(end, v.head.Seq)
	from := blockPrefix
	for i := range first {
		v.note(blockKey(first[i].last), journal.Seq(first[i].lines), end)
		from = blockKey(v.last + 1)
	}
	err = s.view(newest, func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{Prefix: blockPrefix})
		defer it.Close()
		for it.Seek(from); it.Valid() && len(v.gaps)+len(v.strays) < gapsMax; it.Next() {
			if v.blocks%1024 == 0 && ctx.Err() != nil {
				return context.Cause(ctx)
			}
			v.note(it.Item().Key(), journal.Seq(it.Item().UserMeta()), end)
		}
		return nil
	})
	if err != nil {
		return v, fmt.Errorf("survey: %w", err)
	}
	if end > v.last && end < math.MaxInt64 {
		v.gaps = append(v.gaps, gap{v.last + 1, end})
	}
	return v, nil
}

func (v *survey) note(key []byte, lines, end journal.Seq) {
	last := keySeq(key)
	first := last - lines + 1
	if last < 1 || last > end || lines < 1 || lines > journal.LinesMax || first <= v.last {
		v.strays = append(v.strays, append([]byte(nil), key...))
		return
	}
	if first > v.last+1 {
		v.gaps = append(v.gaps, gap{v.last + 1, first - 1})
	}
	v.blocks++
	v.last = last
}

// whole tells whether nothing is missing and the head fits. A hole may be as large as the whole journal.
func (v survey) whole() bool {
	return len(v.gaps) == 0 && len(v.strays) == 0 && v.noHead == nil && v.head.Seq == v.last && v.head.Height == v.blocks
}

// doubt takes the stored head for damaged where it claims more than the last block, the end of the tail and the signed head: an
// Append is answered once the tail holds it too, so beyond the end of a tail that is unharmed nothing was answered.
func (f *files) doubt(v *survey) {
	end := max(v.last, f.found.head.Seq, f.opt.MinHead.Seq)
	if v.noHead != nil || v.head.Seq <= end || !f.found.unharmed() {
		return
	}
	v.noHead = fmt.Errorf("says seq %d, the last block and the tail end at %d", v.head.Seq, end)
	v.head = journal.Head{}
	if n := len(v.gaps) - 1; n >= 0 && v.gaps[n].to > end { // the hole up to it is none
		if v.gaps[n].to = end; v.gaps[n].from > end {
			v.gaps = v.gaps[:n]
		}
	}
}

// damage names the first thing wrong, nil if nothing is.
func (v survey) damage(s store) error {
	switch {
	case v.whole():
		return nil
	case len(v.strays) > 0:
		return s.damage(0, keySeq(v.strays[0]), "a key stands where it overlaps another; repair removes it")
	case v.noHead != nil:
		return &journal.Damage{Kind: "head", File: s.dir, What: v.noHead.Error() + "; repair derives it from the last block"}
	case len(v.gaps) > 0:
		g := v.gaps[0]
		return s.damage(0, g.from, fmt.Sprintf("no block holds seq %d to %d, %d such holes, and the tail does not reach there: restore a backup", g.from, g.to, len(v.gaps)))
	default:
		return &journal.Damage{
			Kind: "head", File: s.dir, Height: v.head.Height, Seq: v.head.Seq,
			What: fmt.Sprintf("does not fit %d blocks that end at seq %d; repair derives it from the last block", v.blocks, v.last),
		}
	}
}

// checkNewest reads the last blocks, up to most of them, with their hashes, their chain, and the head at their end.
func (s store) checkNewest(head journal.Head, most journal.Seq) error {
	if head.Height == 0 {
		return nil
	}
	seq := max(1, head.Seq-most+1)
	var prev journal.Head
	for seq <= head.Seq {
		blocks, err := s.read(newest, seq, chunkBlocks)
		if err != nil {
			return err
		}
		for i := range blocks {
			b := &blocks[i].block
			if prev.Height > 0 && !prev.Precedes(*b) {
				return s.damage(b.Height, b.FirstSeq, fmt.Sprintf("does not follow %v", prev))
			}
			prev = blocks[i].head()
			seq = prev.Seq + 1
		}
	}
	if prev != head {
		return &journal.Damage{Kind: "head", File: s.dir, Height: head.Height, Seq: head.Seq, What: fmt.Sprintf("the last block ends at %v", prev)}
	}
	return nil
}

// checkSeeks finds every block by its seq, as a reader does who asks for one record: a bit flipped in the offsets of a
// table hides a block from a search that a walk still meets, and one in the version of its key from all who read at the head.
func (s store) checkSeeks(ctx context.Context, head journal.Head) error {
	for seq := journal.Seq(1); seq <= head.Seq; {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		p, err := s.read(head.Height, seq, 1)
		if err != nil {
			return err
		}
		b := &p[0].block
		if b.FirstSeq != seq {
			return s.damage(b.Height-1, seq, fmt.Sprintf("a search does not find it; it finds the one that begins at %d", b.FirstSeq))
		}
		seq = b.LastSeq() + 1
	}
	return nil
}
