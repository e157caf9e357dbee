package backup

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"

	"moralbank.example/bank/ledger/journal"
)

// Source is what is copied: a journal, or a backup of one.
type Source interface {
	Head() journal.Head
	Block(ctx context.Context, seq journal.Seq) (journal.Block, error)
	Blocks(ctx context.Context, from journal.Seq) iter.Seq2[journal.Block, error]
}

// Stream is something of the caller's that goes with the books; Write is called once.
type Stream struct {
	Name  string // letters, digits and '-'
	Write func(ctx context.Context, w io.Writer) error
}

// Options say what a backup is made of, beside the blocks.
type Options struct {
	Origin     string
	Now        int64  // milliseconds since 1970-01-01T00:00:00Z
	Checkpoint []byte // the last signed one, at or before the source's head; nil before the first
	Keys       string // verifier keys of the log, one a line
	Streams    []Stream
	Progress   func(done, total journal.Seq) // may be nil
}

// partMax is how large a file of blocks grows before the next is begun: a USB disk with FAT takes up to 4 GiB.
const partMax = 512 << 20

// Make copies to dir what the source holds at the time of the call and an earlier backup into dir does not, and the streams
// anew. Blocks that are appended meanwhile are left for the next. When it fails, the backup before is as it was.
//
// ErrForeign: dir holds another ledger, or one that this source has not continued. ErrDamaged: the manifest in dir is not whole.
func Make(ctx context.Context, dir string, src Source, o Options) (*Manifest, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make backup folder: %w", err)
	}
	head := src.Head() // before the streams: they may know more than the books copied, never less
	m, err := previous(ctx, dir, src, o.Origin)
	if err != nil {
		return nil, err
	}
	w := writer{dir: dir, m: m, head: head, progress: o.Progress}
	if err := w.blocks(ctx, src); err != nil {
		return nil, err
	}
	old := slices.Clone(m.Streams)
	m.Streams = nil
	m.Runs++
	for _, s := range o.Streams {
		if err := w.stream(ctx, s); err != nil {
			return nil, err
		}
	}
	m.Made, m.Head, m.Checkpoint, m.Keys = o.Now, endOf(head), string(o.Checkpoint), o.Keys
	if err := m.write(dir); err != nil {
		return nil, err
	}
	return m, w.sweep(old)
}

// previous is the manifest to go on from; one without parts for an empty folder.
func previous(ctx context.Context, dir string, src Source, origin string) (*Manifest, error) {
	m, err := readManifest(dir)
	if errors.Is(err, ErrNone) {
		return &Manifest{Version: manifestVersion, Origin: origin, Head: endOf(journal.Head{})}, nil
	}
	if err != nil {
		return nil, err
	}
	known, err := m.Head.head()
	if err != nil {
		return nil, err
	}
	if m.Origin != origin {
		return nil, fmt.Errorf("%w: the folder holds %q, this is %q", ErrForeign, m.Origin, origin)
	}
	if known.Seq > src.Head().Seq {
		return nil, fmt.Errorf("%w: the folder has %d records, the ledger only %d", ErrForeign, known.Seq, src.Head().Seq)
	}
	if known.Seq == 0 {
		return m, nil
	}
	b, err := src.Block(ctx, known.Seq)
	if err != nil {
		return nil, fmt.Errorf("read block of record %d: %w", known.Seq, err)
	}
	p, err := b.Encode()
	if err != nil {
		return nil, fmt.Errorf("read block of record %d: %w", known.Seq, err)
	}
	if journal.HashBytes(p) != known.Hash {
		return nil, fmt.Errorf("%w: record %d is in another block there", ErrForeign, known.Seq)
	}
	return m, nil
}

// writer makes one backup.
type writer struct {
	dir      string
	m        *Manifest
	head     journal.Head // of what is copied
	progress func(done, total journal.Seq)

	out  *output // the part that is being written; nil between two
	part Part
}

// blocks writes those after the manifest's head as new parts.
func (w *writer) blocks(ctx context.Context, src Source) (err error) {
	if w.m.Head.Seq == w.head.Seq {
		return nil
	}
	defer func() {
		if err != nil && w.out != nil {
			err = errors.Join(err, w.out.drop())
		}
	}()
	for b, err := range src.Blocks(ctx, w.m.Head.Seq+1) {
		switch {
		case err != nil:
			return fmt.Errorf("read the ledger: %w", err)
		case ctx.Err() != nil:
			return fmt.Errorf("back up: %w", context.Cause(ctx))
		case b.Height > w.head.Height:
			return w.endPart()
		}
		if err := w.block(&b); err != nil {
			return err
		}
		if w.progress != nil {
			w.progress(b.LastSeq(), w.head.Seq)
		}
	}
	return w.endPart()
}

func (w *writer) block(b *journal.Block) (err error) {
	if w.out == nil {
		if w.out, err = create(w.dir, fmt.Sprintf("blocks-%012d", b.Height)); err != nil {
			return err
		}
		w.part = Part{FirstHeight: b.Height, FirstSeq: b.FirstSeq}
	}
	p, err := b.Encode()
	if err != nil {
		return fmt.Errorf("encode block %d: %w", b.Height, err)
	}
	var size [4]byte
	binary.BigEndian.PutUint32(size[:], uint32(len(p))) //nolint:gosec // at most BlockBytesMax
	if _, err := w.out.Write(append(size[:], p...)); err != nil {
		return fmt.Errorf("write backup: %w", err)
	}
	w.part.LastHeight, w.part.LastSeq = b.Height, b.LastSeq()
	if w.out.bytes >= partMax {
		return w.endPart()
	}
	return nil
}

func (w *writer) endPart() (err error) {
	if w.out == nil {
		return nil
	}
	out := w.out
	w.out = nil
	if w.part.File, err = out.keep(); err != nil {
		return err
	}
	w.m.Parts = append(w.m.Parts, w.part)
	return nil
}

func (w *writer) stream(ctx context.Context, s Stream) error {
	out, err := create(w.dir, fmt.Sprintf("%s-%d", s.Name, w.m.Runs))
	if err != nil {
		return err
	}
	if err := s.Write(ctx, out); err != nil {
		return errors.Join(fmt.Errorf("back up %s: %w", s.Name, err), out.drop())
	}
	f, err := out.keep()
	if err != nil {
		return err
	}
	f.Name = s.Name
	w.m.Streams = append(w.m.Streams, f)
	return nil
}

// sweep removes the streams that the new manifest no longer names, overwriting nothing: they hold sealed rows only.
func (w *writer) sweep(old []File) error {
	var errs []error
	for _, f := range old {
		if !slices.ContainsFunc(w.m.Streams, func(n File) bool { return n.File == f.File }) {
			errs = append(errs, os.Remove(filepath.Join(w.dir, f.File)))
		}
	}
	return errors.Join(errs...)
}
