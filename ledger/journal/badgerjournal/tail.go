package badgerjournal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"moralbank.example/bank/ledger/journal"
)

// The length of the tail. Badger can hold memTables full memory tables, one in flight to a table and the active one, and
// a table overflows by at most one transaction (15% of it). An Append costs the tail fewer bytes than Badger's
// write-ahead file (TestTailOutlastsMemory), and a sealed segment wastes less than one frame at its end.
const (
	segmentBytes = 16 << 20
	tailNeeds    = (memTables + 2) * memTableBytes * 115 / 100
	tailSegments = tailNeeds/(segmentBytes-journal.FrameBytesMax) + 2 // sealed, margin of one and the rounding
)

const (
	segmentExt = ".seg"
	spareName  = "spare"
)

// tail is the write side of the tail file. Only the appending goroutine uses it.
type tail struct {
	dir       string
	log       *slog.Logger
	sync      func(*os.File) error
	active    *os.File
	number    int64 // of the active segment; the generation of its frames
	at        int64 // where the next frame goes
	sealed    []int64
	frame     []byte     // reused
	spare     chan error // one answer for each prepareSpare
	preparing bool       // a prepareSpare is running or its answer waits
}

// append writes one frame and makes it durable.
func (t *tail) append(head journal.Head, encoded [][]byte) error {
	t.frame = journal.AppendFrame(t.frame[:0], t.number, head, encoded)
	if t.at+int64(len(t.frame)) > segmentBytes {
		if err := t.rotate(); err != nil {
			return err
		}
		t.frame = journal.AppendFrame(t.frame[:0], t.number, head, encoded)
	}
	if _, err := t.active.WriteAt(t.frame, t.at); err != nil {
		return fmt.Errorf("write tail: %w", err)
	}
	if err := t.sync(t.active); err != nil {
		return fmt.Errorf("sync tail %s: %w", t.active.Name(), err)
	}
	if t.at += int64(len(t.frame)); t.at > segmentBytes/2 && !t.preparing {
		t.prepare()
	}
	return nil
}

// rotate seals the active segment and goes on in the spare one.
func (t *tail) rotate() error {
	if !t.preparing {
		t.prepare()
	}
	t.preparing = false
	if err := <-t.spare; err != nil {
		return fmt.Errorf("rotate tail: %w", err)
	}
	next := filepath.Join(t.dir, segmentName(t.number+1))
	if err := os.Rename(filepath.Join(t.dir, spareName), next); err != nil { //nolint:gosec // names of ours
		return fmt.Errorf("rotate tail: %w", err)
	}
	if err := syncDir(t.dir); err != nil {
		return err
	}
	f, err := os.OpenFile(next, os.O_RDWR, 0o600) //nolint:gosec // a segment of ours
	if err != nil {
		return fmt.Errorf("rotate tail: %w", err)
	}
	if t.active != nil {
		if err := t.active.Close(); err != nil {
			return errors.Join(fmt.Errorf("rotate tail: %w", err), f.Close())
		}
		t.sealed = append(t.sealed, t.number)
	}
	t.active, t.number, t.at = f, t.number+1, 0
	return nil
}

// prepare makes the next spare segment in the background, once the active one is half full: the oldest one, once there are enough, or a new one.
func (t *tail) prepare() {
	old := ""
	if len(t.sealed) > tailSegments {
		old = filepath.Join(t.dir, segmentName(t.sealed[0]))
		t.sealed = t.sealed[1:]
	}
	t.preparing = true
	go func() { t.spare <- prepareSpare(t.dir, old) }()
}

// prepareSpare leaves a whole spare segment in dir. Frames of an older number in it are not taken for new ones.
func prepareSpare(dir, old string) error {
	spare := filepath.Join(dir, spareName)
	if old != "" {
		return os.Rename(old, spare) //nolint:gosec // names of ours
	}
	if st, err := os.Stat(spare); err == nil && st.Size() == segmentBytes { //nolint:gosec // names of ours
		return nil
	}
	f, err := os.OpenFile(spare, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600) //nolint:gosec // a name of ours
	if err != nil {
		return err
	}
	zeros := make([]byte, 1<<20)
	for range segmentBytes / len(zeros) {
		if _, err := f.Write(zeros); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	return errors.Join(f.Sync(), f.Close())
}

// close waits for the preparing goroutine and lets the active segment go.
func (t *tail) close() error {
	var err error
	if t.preparing {
		err = <-t.spare
		t.preparing = false
	}
	return errors.Join(err, t.active.Close())
}

// openTail opens the newest segment behind its last frame, wiping what a torn frame or an earlier use of the file has left
// there; the first segment is made if there is none.
func openTail(ctx context.Context, o Options, found tailState) (*tail, error) {
	t := &tail{dir: o.tailDir(), log: o.Log, sync: o.syncFile, spare: make(chan error, 1), number: found.number}
	if len(found.segments) == 0 {
		return t, t.rotate()
	}
	t.sealed = slices.Clone(found.segments[:len(found.segments)-1])
	t.at = found.end
	f, err := os.OpenFile(filepath.Join(t.dir, segmentName(t.number)), os.O_RDWR, 0o600) //nolint:gosec // names of ours
	if err != nil {
		return nil, fmt.Errorf("open tail: %w", err)
	}
	t.active = f
	if err := t.wipe(ctx, found); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return t, nil
}

// wipe clears what stands behind the last frame, so that nothing of it can ever be taken for a part of the next one.
func (t *tail) wipe(ctx context.Context, found tailState) error {
	where := []slog.Attr{slog.String("file", t.active.Name()), slog.Int64("offset", t.at), slog.Int64("after_height", int64(found.head.Height))}
	switch found.rest {
	case restNothing:
		return nil
	case restTorn:
		t.log.LogAttrs(ctx, slog.LevelWarn, "a torn frame at the end of the tail is wiped: it was never answered, or the database holds it", where...)
	case restEarlier:
		t.log.LogAttrs(ctx, slog.LevelInfo, "bytes that are no frame are wiped behind the end of the tail: the segment held them before it was used again", where...)
	}
	zeros := make([]byte, min(journal.FrameBytesMax, segmentBytes-t.at))
	if _, err := t.active.WriteAt(zeros, t.at); err != nil {
		return fmt.Errorf("wipe tail: %w", err)
	}
	if err := t.sync(t.active); err != nil {
		return fmt.Errorf("wipe tail: %w", err)
	}
	return nil
}

// removeTail starts the tail anew. The newest segment goes first, so that a crash half way leaves a shorter tail.
func removeTail(dir string, found tailState) error {
	names := []string{spareName} // its old frames must not meet new numbers
	for _, n := range slices.Backward(found.segments) {
		names = append(names, segmentName(n))
	}
	for _, name := range names {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) { //nolint:gosec // names of ours
			return fmt.Errorf("remove tail: %w", err)
		}
	}
	return syncDir(dir)
}

func segmentName(n int64) string { return fmt.Sprintf("%08d%s", n, segmentExt) }

// segmentNumber reads a file name; ok is false for other files.
func segmentNumber(name string) (n int64, ok bool) {
	base, isSegment := strings.CutSuffix(name, segmentExt)
	n, err := strconv.ParseInt(base, 10, 64)
	return n, isSegment && err == nil && n > 0
}
