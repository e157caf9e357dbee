package snapshot

import (
	"cmp"
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
	"sync"
	"sync/atomic"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
)

// Dir is the folder of the snapshots in a data directory.
const Dir = "snapshots"

// kept is how many snapshots stay: should the newest be damaged, there is another.
const kept = 2

const ext = ".book"

// Store is the snapshots of one data directory. Any goroutine may use it.
type Store struct {
	dir     string
	program string
	log     *slog.Logger
	write   sync.Mutex

	ahead atomic.Pointer[ahead] // what is read before anybody asks for it
}

// Open is the store in a data directory; its folder is made by the first Write. program names what folds the records, in
// hexadecimal: a snapshot of another one is passed over. log may be nil.
func Open(dataDir, program string, log *slog.Logger) *Store {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Store{dir: filepath.Join(dataDir, Dir), program: program, log: log}
}

// File is a snapshot on the disk, by its name.
type File struct {
	Path string
	Seq  ledger.Seq
}

// Files lists the snapshots, the newest first. None is no error.
func (s *Store) Files() ([]File, error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list snapshots: %w", err)
	}
	var files []File
	for _, e := range entries {
		base, ok := strings.CutSuffix(e.Name(), ext)
		seq, err := strconv.ParseInt(base, 10, 64)
		if ok && err == nil && seq > 0 && e.Name() == fileName(ledger.Seq(seq)) {
			files = append(files, File{filepath.Join(s.dir, e.Name()), ledger.Seq(seq)})
		}
	}
	slices.SortFunc(files, func(a, b File) int { return cmp.Compare(b.Seq, a.Seq) })
	return files, nil
}

func fileName(seq ledger.Seq) string { return fmt.Sprintf("%015d%s", seq, ext) }

// Write stores a snapshot, whole on the disk when it returns, and lets the oldest go. The book is only read.
func (s *Store) Write(state *State) error {
	return s.WriteHeld(func(put func(*State) error) error { return put(state) })
}

// WriteHeld is Write of a book that somebody holds still meanwhile: hold calls put once, with a state that does not change until
// put returns. The book is let go before the bytes are synced.
func (s *Store) WriteHeld(hold func(put func(*State) error) error) error {
	s.write.Lock()
	defer s.write.Unlock()
	if err := s.put(hold); err != nil {
		return fmt.Errorf("write snapshot: %w", err)
	}
	return s.prune()
}

// put writes under another name, syncs, and renames: what has the final name is whole.
func (s *Store) put(hold func(put func(*State) error) error) error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(s.dir, "new*")
	if err != nil {
		return err
	}
	var path string
	err = hold(func(state *State) error {
		path = filepath.Join(s.dir, fileName(ledger.Seq(state.Head.Seq)))
		return Encode(f, s.program, state)
	})
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncDir(s.dir)
}

func syncDir(dir string) error {
	f, err := os.Open(dir) //nolint:gosec // a folder of ours
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// prune removes all but the newest, and what a crash left half written.
func (s *Store) prune() error {
	files, err := s.Files()
	if err != nil {
		return err
	}
	var errs []error
	for _, f := range files[min(kept, len(files)):] {
		errs = append(errs, os.Remove(f.Path))
	}
	halves, err := filepath.Glob(filepath.Join(s.dir, "new*"))
	errs = append(errs, err)
	for _, h := range halves {
		errs = append(errs, os.Remove(h))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("remove old snapshots: %w", err)
	}
	return nil
}

// Newest reads the newest snapshot up to a seq that is whole, of this program, and of this journal; nil when there is
// none. What it passes over is said in the log. An error is the journal's, or ctx's.
func (s *Store) Newest(ctx context.Context, j journal.Journal, most ledger.Seq) (*State, error) {
	files, err := s.Files()
	if err != nil {
		s.log.WarnContext(ctx, "snapshots cannot be listed: the records are replayed", slog.Any("error", err))
		return nil, nil
	}
	for _, f := range files {
		if f.Seq > most {
			continue
		}
		state, err := s.next(f)
		if err == nil {
			if err = s.belongs(ctx, j, state.Head); err == nil {
				return state, nil
			}
			if !errors.Is(err, ErrForeign) {
				return nil, err
			}
		}
		s.log.WarnContext(ctx, "a snapshot is passed over: it is only a copy, the records are replayed instead", slog.String("file", f.Path), slog.Any("error", err))
	}
	return nil, nil
}

// Beyond finds a whole snapshot of this program that is of a later record: of a ledger that had come further.
func (s *Store) Beyond(seq ledger.Seq) (File, bool) {
	files, err := s.Files()
	if err != nil {
		return File{}, false // Newest says so
	}
	for _, f := range files {
		if f.Seq <= seq {
			break
		}
		if _, err := s.next(f); err == nil {
			return f, true
		}
	}
	return File{}, false
}

func (s *Store) read(file File) (*State, error) {
	f, err := os.Open(file.Path)
	if err != nil {
		return nil, fmt.Errorf("open snapshot: %w", err)
	}
	state, err := Decode(f, s.program)
	if err == nil && ledger.Seq(state.Head.Seq) != file.Seq {
		err = fmt.Errorf("%w: it is of record %d", ErrDamaged, state.Head.Seq)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fmt.Errorf("read snapshot: %w", err)
	}
	return state, nil
}

// belongs is ErrForeign unless the journal's block that ends at the head's seq is the one that the head names.
func (s *Store) belongs(ctx context.Context, j journal.Journal, head journal.Head) error {
	if head.Seq > j.Head().Seq {
		return fmt.Errorf("%w: it is ahead of the journal, which ends at record %d", ErrForeign, j.Head().Seq)
	}
	b, err := j.Block(ctx, head.Seq)
	if err != nil {
		return fmt.Errorf("the block of a snapshot: %w", err)
	}
	encoded, err := b.Encode()
	if err != nil {
		return fmt.Errorf("the block of a snapshot: %w", err)
	}
	if got := journal.HeadOf(b, encoded); got != head {
		return fmt.Errorf("%w: the journal has %v there, it is of %v", ErrForeign, got, head)
	}
	return nil
}
