package journal

import (
	"errors"
	"fmt"
	"strings"
)

// The answers of a journal other than yes. Compare with errors.Is.
var (
	// ErrFenced : the head is not prev, another writer extended the journal. Nothing was written.
	ErrFenced = errors.New("journal: the head has moved")
	// ErrUnavailable : the outcome is unknown. The blocks may or may not be there after a restart; say neither yes nor no.
	ErrUnavailable = errors.New("journal: outcome unknown")
	// ErrStopped : an earlier write or sync failed; nothing more is written. The caller ends the process, start is replay.
	ErrStopped = errors.New("journal: stopped after a failed write")
	// ErrNoSpace : free disk is under the reserve. Refused before anything was touched; a later Append may succeed.
	ErrNoSpace = errors.New("journal: not enough free disk")
	// ErrDiverged : two copies hold different blocks at one height.
	ErrDiverged = errors.New("journal: two copies differ")
	// ErrTrimmed : the block was there and has been cut off; a peer or a backup has it.
	ErrTrimmed = errors.New("journal: trimmed")
	// ErrBehind : the journal ends before a head that is known to have been reached.
	ErrBehind = errors.New("journal: behind a known head")
	// ErrCorrupt : what is stored is not what was written; see Damage for the place.
	ErrCorrupt = errors.New("journal: damaged")
	// ErrNotFound : the journal has no such seq or height.
	ErrNotFound = errors.New("journal: not found")
	// ErrInvalid : the caller's blocks break a limit or do not follow prev. Nothing was written.
	ErrInvalid = errors.New("journal: invalid")
	// ErrLocked : another process uses this directory; see Locked for which.
	ErrLocked = errors.New("journal: another process uses this directory")
	// ErrClosed : the journal or index has been closed.
	ErrClosed = errors.New("journal: closed")
)

// Damage is an ErrCorrupt with its place, so that a person can be told what to mend.
type Damage struct {
	Kind   string // "block", "head", "tail", "table"
	File   string // file or directory
	Height Height // 0 if unknown
	Seq    Seq    // 0 if unknown
	What   string // what is wrong, and what would repair it
}

// Error names the kind of file, the place and what is wrong.
func (d *Damage) Error() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%v: %s %s", ErrCorrupt, d.Kind, d.File)
	if d.Height > 0 {
		fmt.Fprintf(&s, " height %d", d.Height)
	}
	if d.Seq > 0 {
		fmt.Fprintf(&s, " seq %d", d.Seq)
	}
	return s.String() + ": " + d.What
}

// Is makes every Damage an ErrCorrupt.
func (d *Damage) Is(target error) bool { return target == ErrCorrupt }

// Locked is an ErrLocked with the process that has the directory, so that a person can be told which.
type Locked struct {
	Dir string // or its lock file
	PID int    // 0 where the system does not say
}

// Error names what is locked, and by whom as far as that is known.
func (l *Locked) Error() string {
	if l.PID == 0 {
		return fmt.Sprintf("%v: %s", ErrLocked, l.Dir)
	}
	return fmt.Sprintf("%v: %s, pid %d", ErrLocked, l.Dir, l.PID)
}

// Is makes every Locked an ErrLocked.
func (l *Locked) Is(target error) bool { return target == ErrLocked }
