//go:build !linux

package badgerfiles

import "os"

// Lock leaves the lock to Badger, which has one for each system.
func Lock(*os.File) error { return nil }
