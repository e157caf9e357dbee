//go:build !linux

package badgerjournal

import (
	"math"
	"os"
)

// fdatasync is a whole fsync where there is no fdatasync.
func fdatasync(f *os.File) error { return f.Sync() }

// freeBytes is not known here: the server runs on Linux, other systems are for development and have no reserve.
func freeBytes(string) (int64, error) { return math.MaxInt64, nil }
