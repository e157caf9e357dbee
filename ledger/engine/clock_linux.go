package engine

import (
	"time"

	"golang.org/x/sys/unix"
)

var processStart = time.Now() //nolint:forbidigo // this is the one clock

// sinceBoot is CLOCK_BOOTTIME, which goes on while the machine sleeps: a mini-PC that was suspended overnight has not
// jumped. Go's own monotonic reading stands still then.
func sinceBoot() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &t); err != nil {
		return time.Since(processStart) //nolint:forbidigo // this is the one clock
	}
	return time.Duration(t.Nano())
}
