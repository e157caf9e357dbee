package engine

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// lagFile keeps how far timers are behind a confirmed jump of the clock, so that a restart does not let them catch up at
// once what an operator has not confirmed. It is there only while they are behind. Its loss lets them
// run: an expiry may then come on the day that it is due by the clock.
//
//	moralbank timers v1
//	behind <decimal: milliseconds>
//	sum <SHA-256 of the lines before, in hexadecimal>
type lagFile string

// ErrLagFile : the file is not what was written. Deleting it lets the timers catch up at once.
var ErrLagFile = errors.New("engine: the file of what timers are behind is damaged")

func lagText(behind time.Duration) []byte {
	p := fmt.Appendf(nil, "moralbank timers v1\nbehind %d\n", behind.Milliseconds())
	return fmt.Appendf(p, "sum %x\n", sha256.Sum256(p))
}

// load gives what was stored; nothing when there is no file, or no place for one.
func (f lagFile) load() (time.Duration, error) {
	if f == "" {
		return 0, nil
	}
	p, err := os.ReadFile(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("timers: %w", err)
	}
	var ms int64
	_, err = fmt.Sscanf(string(p), "moralbank timers v1\nbehind %d\n", &ms)
	behind := time.Duration(ms) * time.Millisecond
	if err != nil || ms < 0 || string(lagText(behind)) != string(p) {
		return 0, fmt.Errorf("%w: %s", ErrLagFile, f)
	}
	return behind, nil
}

// CheckLag is ErrLagFile when the file at path is not one that Open would read; a missing one is none of its business.
func CheckLag(path string) error {
	_, err := lagFile(path).load()
	return err
}

// store is durable when it returns.
func (f lagFile) store(behind time.Duration) error {
	if f == "" {
		return nil
	}
	dir := filepath.Dir(string(f))
	if behind == 0 {
		if err := os.Remove(string(f)); errors.Is(err, fs.ErrNotExist) {
			return nil
		} else if err != nil {
			return fmt.Errorf("timers: %w", err)
		}
		return syncDir(dir)
	}
	next, err := os.CreateTemp(dir, filepath.Base(string(f))+".*")
	if err != nil {
		return fmt.Errorf("timers: %w", err)
	}
	_, err = next.Write(lagText(behind))
	err = errors.Join(err, next.Sync(), next.Close())
	if err == nil {
		err = os.Rename(next.Name(), string(f))
	}
	if err != nil {
		return errors.Join(fmt.Errorf("timers: %w", err), os.Remove(next.Name()))
	}
	return syncDir(dir)
}

func syncDir(dir string) error {
	f, err := os.Open(dir) //nolint:gosec // the operator's own path
	if err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	return errors.Join(f.Sync(), f.Close())
}
