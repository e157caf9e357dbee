package seal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Guard keeps the mark in a small file outside the database, so that a database which was rolled back, cut short or
// swapped is seen at the next start. Whoever owns the ledger stores a mark on an interval of at most a second and at
// close; between two marks the journal's own tail file holds the proof. One goroutine uses a Guard.
type Guard struct {
	path   string
	mark   Mark // as it stands in the file
	exists bool
}

// ErrBack refuses a mark that is behind the one in the file: the guard never forgets progress.
var ErrBack = errors.New("guard: the mark would go back")

// markFileMax bounds the file, in bytes.
const markFileMax = checkpointMax + 1<<10

// OpenGuard reads the mark file at path. A missing file is no error: Mark then reports false. A damaged one is.
func OpenGuard(path string) (*Guard, error) {
	g := &Guard{path: path}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return g, nil
	case err != nil:
		return nil, fmt.Errorf("open guard: %w", err)
	case info.Size() > markFileMax:
		return nil, fmt.Errorf("open guard %s: %w: %d bytes", path, errMark, info.Size())
	}
	p, err := os.ReadFile(path) //nolint:gosec // the operator's own path
	if err != nil {
		return nil, fmt.Errorf("open guard: %w", err)
	}
	if g.mark, err = DecodeMark(p); err != nil {
		return nil, fmt.Errorf("open guard %s: %w", path, err)
	}
	g.exists = true
	return g, nil
}

// Mark is the mark in the file; false when there is no file yet.
func (g *Guard) Mark() (Mark, bool) { return g.mark, g.exists }

// Store replaces the mark: it is whole on the disk when Store returns nil, and the old one is there otherwise. A mark
// without a checkpoint keeps the one before. ErrBack when it is behind the file, or at the same height but different.
func (g *Guard) Store(m Mark) error {
	if m.Height < g.mark.Height || m.Seq < g.mark.Seq || m.Size < g.mark.Size ||
		m.Height == g.mark.Height && (m.Block != g.mark.Block || m.Root != g.mark.Root) {
		return fmt.Errorf("%w: from height %d to %d", ErrBack, g.mark.Height, m.Height)
	}
	if len(m.Checkpoint) == 0 {
		m.Checkpoint = g.mark.Checkpoint
	}
	if len(m.Checkpoint) > checkpointMax {
		return fmt.Errorf("store mark: a checkpoint of %d bytes, over %d", len(m.Checkpoint), checkpointMax)
	}
	if err := replaceFile(g.path, m.Encode()); err != nil {
		return fmt.Errorf("store mark: %w", err)
	}
	g.mark, g.exists = m, true
	return nil
}

// replaceFile puts content at path whole or not at all: a new file is written and synced, renamed over the old one,
// and the directory synced, since a rename lives in the directory.
func replaceFile(path string, content []byte) error {
	next := path + ".next"
	f, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) //nolint:gosec // the operator's own path
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(next, path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
