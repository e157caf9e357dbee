package backup

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"

	"moralbank.example/bank/ledger/journal"
)

// Backup is a folder that Make has written, opened for reading. It is read like a journal.
type Backup struct {
	dir  string
	m    *Manifest
	head journal.Head
}

// Open reads the manifest and checks that its parts follow each other from the first block to the head; the files are checked
// as they are read. ErrNone, ErrDamaged.
func Open(dir string) (*Backup, error) {
	m, err := readManifest(dir)
	if err != nil {
		return nil, err
	}
	b := &Backup{dir: dir, m: m}
	if b.head, err = m.Head.head(); err != nil {
		return nil, err
	}
	height, seq := journal.Height(0), journal.Seq(0)
	for _, p := range m.Parts {
		if p.FirstHeight != height+1 || p.FirstSeq != seq+1 || p.LastHeight < p.FirstHeight || p.LastSeq < p.FirstSeq {
			return nil, fmt.Errorf("%w: %s begins with record %d, after record %d", ErrDamaged, p.File.File, p.FirstSeq, seq)
		}
		height, seq = p.LastHeight, p.LastSeq
	}
	if height != b.head.Height || seq != b.head.Seq {
		return nil, fmt.Errorf("%w: the parts end with record %d, the head is record %d", ErrDamaged, seq, b.head.Seq)
	}
	return b, nil
}

// Manifest says what is in the backup. Read only.
func (b *Backup) Manifest() *Manifest { return b.m }

// Head is the end of the copied journal.
func (b *Backup) Head() journal.Head { return b.head }

// Block gives the block that holds seq. It reads the file up to there: for the end of a backup that is continued, not for a server.
func (b *Backup) Block(ctx context.Context, seq journal.Seq) (journal.Block, error) {
	for block, err := range b.Blocks(ctx, seq) {
		return block, err
	}
	return journal.Block{}, fmt.Errorf("%w: record %d", journal.ErrNotFound, seq)
}

// Blocks gives the blocks from the one that holds seq up to the head, in order, each checked against the chain and, at the end of
// each file, against the manifest. A fault is the last pair given.
func (b *Backup) Blocks(ctx context.Context, from journal.Seq) iter.Seq2[journal.Block, error] {
	return func(yield func(journal.Block, error) bool) {
		var prev journal.Head
		for _, p := range b.m.Parts {
			if p.LastSeq < from {
				continue
			}
			for block, err := range b.part(ctx, p, &prev) {
				if err == nil && block.LastSeq() < from {
					continue
				}
				if !yield(block, err) || err != nil {
					return
				}
			}
		}
		if prev.Height != 0 && prev != b.head {
			yield(journal.Block{}, fmt.Errorf("%w: the blocks end at %v, the manifest says %v", ErrDamaged, prev, b.head))
		}
	}
}

// part gives the blocks of one file. prev is the head before it; the zero head where reading begins within the ledger.
func (b *Backup) part(ctx context.Context, p Part, prev *journal.Head) iter.Seq2[journal.Block, error] {
	return func(yield func(journal.Block, error) bool) {
		in, err := open(b.dir, p.File)
		if err != nil {
			yield(journal.Block{}, err)
			return
		}
		defer in.Close()
		first := prev.Height == 0 && p.FirstHeight > 1
		for {
			raw, err := readBlock(in)
			if errors.Is(err, io.EOF) {
				break
			}
			block := journal.Block{}
			if err == nil {
				block, err = journal.DecodeBlock(raw)
			}
			if err == nil && !first && !prev.Precedes(block) {
				err = fmt.Errorf("block %d does not follow %v", block.Height, *prev)
			}
			if err == nil && ctx.Err() != nil {
				yield(journal.Block{}, fmt.Errorf("read backup: %w", context.Cause(ctx)))
				return
			}
			if err != nil {
				yield(journal.Block{}, fmt.Errorf("%w: %s after record %d: %w", ErrDamaged, p.File.File, prev.Seq, err))
				return
			}
			first, *prev = false, journal.HeadOf(block, raw)
			if !yield(block, nil) {
				return
			}
		}
		if prev.Seq != p.LastSeq {
			yield(journal.Block{}, fmt.Errorf("%w: %s ends with record %d of %d", ErrDamaged, p.File.File, prev.Seq, p.LastSeq))
		}
	}
}

// readBlock reads a length and that many bytes; io.EOF only between two blocks.
func readBlock(r io.Reader) ([]byte, error) {
	var size [4]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(size[:])
	if n > journal.BlockBytesMax {
		return nil, fmt.Errorf("a block of %d bytes", n)
	}
	p := make([]byte, n)
	if _, err := io.ReadFull(r, p); err != nil {
		return nil, fmt.Errorf("a block is cut short: %w", errors.Join(err, io.ErrUnexpectedEOF))
	}
	return p, nil
}

// Stream opens a stream by its name. Its last bytes come with ErrDamaged where they are not those that were written; what was
// read before must not be trusted until io.EOF. journal.ErrNotFound: the backup has no such stream.
func (b *Backup) Stream(name string) (io.ReadCloser, error) {
	for _, f := range b.m.Streams {
		if f.Name == name {
			return open(b.dir, f)
		}
	}
	return nil, fmt.Errorf("%w: stream %s", journal.ErrNotFound, name)
}

// Check reads every file against the manifest: nothing is missing, cut or changed.
func (b *Backup) Check() error {
	for _, f := range b.m.files() {
		in, err := open(b.dir, f)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, in)
		if err = errors.Join(err, in.Close()); err != nil {
			return err
		}
	}
	return nil
}

// Restore appends every block to an empty journal. The caller has verified the backup, and verifies the journal again before it
// is used. ErrUsed: the journal is not empty.
func (b *Backup) Restore(ctx context.Context, j journal.Journal, progress func(done, total journal.Seq)) error {
	head := j.Head()
	if head != (journal.Head{}) {
		return fmt.Errorf("%w: it ends at %v", ErrUsed, head)
	}
	var batch []journal.Block
	flush := func() (err error) {
		if len(batch) > 0 {
			head, err = j.Append(ctx, head, batch)
			batch = batch[:0]
		}
		if err == nil && progress != nil {
			progress(head.Seq, b.head.Seq)
		}
		return err
	}
	for block, err := range b.Blocks(ctx, 1) {
		if err != nil {
			return err
		}
		if batch = append(batch, block); len(batch) == journal.AppendBlocksMax {
			if err := flush(); err != nil {
				return fmt.Errorf("restore up to record %d: %w", block.LastSeq(), err)
			}
		}
	}
	if err := flush(); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	if head != b.head {
		return fmt.Errorf("%w: restored up to %v of %v", ErrDamaged, head, b.head)
	}
	return nil
}
