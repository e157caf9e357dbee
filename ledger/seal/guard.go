package seal

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// Guard keeps the mark in a small file outside the database, so that a database which was rolled back, cut short or
// swapped is seen at the next start. Whoever owns the ledger stores a mark on an interval of at most a second and at
// close; between two marks the journal's own tail file holds the proof. Two goroutines use a Guard: the keeper of the
// books stores how far they are, the signer what was signed.
type Guard struct {
	path string

	mu     sync.Mutex
	mark   Mark // as it stands in the file
	exists bool
	signed int64 // the height to which StoreSigned has brought the file; 0 if it never did
}

// ErrBack refuses a mark that is behind the one in the file: the guard never forgets progress.
var ErrBack = errors.New("guard: the mark would go back")

// markFileMax bounds the file, in bytes.
const markFileMax = checkpointMax + 1<<10

// OpenGuard reads the mark file at path. A missing file is no error: Mark then reports false. A damaged one is
// ErrMark.
func OpenGuard(path string) (*Guard, error) {
	g := &Guard{path: path}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return g, nil
	case err != nil:
		return nil, fmt.Errorf("open guard: %w", err)
	case info.Size() > markFileMax:
		return nil, fmt.Errorf("open guard %s: %w: %d bytes", path, ErrMark, info.Size())
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
func (g *Guard) Mark() (Mark, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.mark, g.exists
}

// Store replaces the mark: it is whole on the disk when Store returns nil, and the old one is there otherwise. A mark
// without a checkpoint keeps the one before. ErrBack when it is behind the file, or at the same height but different;
// not when the signer, who follows the same journal, was a moment faster.
func (g *Guard) Store(m Mark) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if m.Height < g.mark.Height && g.mark.Height == g.signed {
		return nil
	}
	if m.Height < g.mark.Height || m.Seq < g.mark.Seq || m.Size < g.mark.Size ||
		m.Height == g.mark.Height && (m.Block != g.mark.Block || m.Root != g.mark.Root) {
		return fmt.Errorf("%w: from height %d to %d", ErrBack, g.mark.Height, m.Height)
	}
	if len(m.Checkpoint) == 0 {
		m.Checkpoint = g.mark.Checkpoint
	}
	return g.replace(m)
}

// StoreSigned stores a signed checkpoint and the mark that it was signed at, before anybody may see it. Where the file is
// further than m already, it stays there and takes the checkpoint only. ErrBack when the checkpoint does not come after
// the one in the file: a smaller tree, or the same size with another root.
func (g *Guard) StoreSigned(m Mark) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.mark.Checkpoint) > 0 {
		last, err := bodyOf(g.mark.Checkpoint)
		if err != nil {
			return fmt.Errorf("store checkpoint: %w", err)
		}
		if m.Size < last.N || m.Size == last.N && m.Root != last.Hash {
			return fmt.Errorf("%w: a checkpoint of %d was signed, this one is of %d", ErrBack, last.N, m.Size)
		}
	}
	switch {
	case m.Height < g.mark.Height:
		checkpoint := m.Checkpoint
		m = g.mark
		m.Checkpoint = checkpoint
	case m.Height == g.mark.Height && g.exists && (m.Block != g.mark.Block || m.Root != g.mark.Root || m.Size != g.mark.Size):
		return fmt.Errorf("%w: another block at height %d", ErrBack, m.Height)
	default:
		g.signed = m.Height
	}
	return g.replace(m)
}

// SetAside renames a mark file that is not to be followed any more, and gives the new name: that of books which go on under another
// name, whose signature stays as evidence, or a damaged one. false when there is none.
func SetAside(path string) (aside string, had bool, err error) {
	g, err := OpenGuard(path)
	switch {
	case errors.Is(err, ErrMark):
		if aside, err = asideOf(path); err != nil {
			return "", false, err
		}
	case err != nil || !g.exists:
		return "", false, err
	default:
		aside = fmt.Sprintf("%s-%d-signed-before", path, g.mark.Size)
	}
	if err := moveFile(path, aside); err != nil {
		return "", false, fmt.Errorf("set the mark aside: %w", err)
	}
	return aside, true, nil
}

// asideOf names a damaged file by what it holds: two of them never take one place.
func asideOf(path string) (string, error) {
	p, err := os.ReadFile(path) //nolint:gosec // the operator's own path
	if err != nil {
		return "", fmt.Errorf("set the mark aside: %w", err)
	}
	sum := sha256.Sum256(p)
	return fmt.Sprintf("%s-damaged-%x", path, sum[:4]), nil
}

// replace writes the mark; the caller holds mu.
func (g *Guard) replace(m Mark) error {
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
	return moveFile(next, path)
}

// moveFile renames a file, durable when it returns.
func moveFile(from, to string) error {
	if err := os.Rename(from, to); err != nil { //nolint:gosec // the operator's own paths
		return err
	}
	dir, err := os.Open(filepath.Dir(to)) //nolint:gosec // the operator's own path
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
