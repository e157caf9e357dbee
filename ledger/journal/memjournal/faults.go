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
	// CrashTorn : as CrashBeforeSync, but part of the bytes reached the disk, see Disk.Left.
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

// Left says what the disk holds of bytes that were written at an offset and not synced when the power failed: as many of
// them as it gives, with zeros for those in between that are not there. It does not change p.
type Left func(at int, p []byte) []byte

// Prefix leaves the first n bytes: a torn write.
func Prefix(n int) Left { return func(_ int, p []byte) []byte { return p[:min(n, len(p))] } }

// SectorBytes is what a disk writes whole or not at all.
const SectorBytes = 512

// Sectors leaves those sectors of the bytes for which kept says yes: unsynced writes reach a disk in any order. Sectors
// are those of the disk; the first one of the write is number 0.
func Sectors(kept func(sector int) bool) Left {
	return func(at int, p []byte) []byte {
		left, end := make([]byte, len(p)), 0
		for i, from := 0, 0; from < len(p); i++ {
			to := min(from+SectorBytes-(at+from)%SectorBytes, len(p))
			if kept(i) {
				copy(left[from:to], p[from:to])
				end = to
			}
			from = to
		}
		return left[:end]
	}
}

// SectorsOf is how many sectors a write of so many bytes at an offset touches.
func SectorsOf(at, size int) int { return (at%SectorBytes + size + SectorBytes - 1) / SectorBytes }

// outcome tells what a fault does: which of the bytes the disk keeps, and whether the journal is dead after it.
func (f Fault) outcome(at int, p []byte, left Left) (kept []byte, dead bool) {
	switch f {
	case None:
		return p, false
	case DiskFull:
		return nil, false
	case CrashBeforeWrite, CrashBeforeSync, SyncFailsLost:
		return nil, true
	case CrashTorn:
		if left == nil {
			left = Prefix(len(p) / 2)
		}
		return left(at, p), true
	case SyncFailsKept, CrashAfterSync:
		return p, true
	}
	return nil, true
}

// String names the fault in a test's output.
func (f Fault) String() string {
	return [...]string{
		"none", "disk full", "crash before write", "crash before sync", "crash, torn",
		"sync fails, bytes lost", "sync fails, bytes kept", "crash after sync",
	}[f]
}
