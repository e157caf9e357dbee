//go:build !linux

package badgerjournal

import "os"

// fdatasync is a whole fsync where there is no fdatasync.
func fdatasync(f *os.File) error { return f.Sync() }
