//go:build !linux

package engine

import "time"

var processStart = time.Now() //nolint:forbidigo // this is the one clock

// sinceBoot is Go's monotonic reading. It may stand still while the machine sleeps; then the clock has to be confirmed.
func sinceBoot() time.Duration { return time.Since(processStart) } //nolint:forbidigo // this is the one clock
