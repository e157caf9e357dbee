package memjournal

// Fault is what goes wrong in one Append.
type Fault uint8

// The faults, in the order in which an Append would meet them.
const (
	// None : the append goes well.
	None Fault = iota
	// DiskFull : refused with ErrNoSpace, nothing touched, the journal goes on.
	DiskFull
	// CrashBeforeWrite : the process dies with nothing written.
	CrashBeforeWrite
	// CrashBeforeSync : the process dies after the write, and with it the power: the bytes are gone.
	CrashBeforeSync
	// CrashTorn : as CrashBeforeSync, but the first half of the bytes reached the disk.
	CrashTorn
	// SyncFailsLost : the sync fails and the bytes are gone after a restart.
	SyncFailsLost
	// SyncFailsKept : the sync fails, yet the bytes are there after a restart.
	SyncFailsKept
	// CrashAfterSync : the process dies with the bytes durable, before the answer.
	CrashAfterSync
)

// Faults is asked before each Append, with the number of the attempt since the disk was made (from 1), what shall go
// wrong. A nil Faults never goes wrong. It is called by the appending goroutine.
type Faults func(attempt int) Fault

// outcome tells what a fault does: which part of the bytes the disk keeps, and whether the journal is dead after it.
func (f Fault) outcome(size int) (kept int, dead bool) {
	switch f {
	case None:
		return size, false
	case DiskFull:
		return 0, false
	case CrashBeforeWrite, CrashBeforeSync, SyncFailsLost:
		return 0, true
	case CrashTorn:
		return size / 2, true
	case SyncFailsKept, CrashAfterSync:
		return size, true
	}
	return 0, true
}

// String names the fault in a test's output.
func (f Fault) String() string {
	return [...]string{
		"none", "disk full", "crash before write", "crash before sync", "crash, torn",
		"sync fails, bytes lost", "sync fails, bytes kept", "crash after sync",
	}[f]
}
