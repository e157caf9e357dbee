package badgerfiles

import (
	"errors"
	"strconv"
)

// ErrLocked : another process uses the directory.
var ErrLocked = errors.New("badgerfiles: another process uses this directory")

// Held is an ErrLocked with the process that has the lock.
type Held struct {
	File string // file or directory
	PID  int    // 0 where the system does not say
}

// Error names what is locked, and by whom as far as that is known.
func (h *Held) Error() string {
	if h.PID == 0 {
		return ErrLocked.Error() + ": " + h.File
	}
	return ErrLocked.Error() + ": " + h.File + ", pid " + strconv.Itoa(h.PID)
}

// Is makes every Held an ErrLocked.
func (h *Held) Is(target error) bool { return target == ErrLocked }
