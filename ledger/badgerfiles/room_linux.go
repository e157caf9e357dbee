package badgerfiles

import (
	"fmt"
	"syscall"
)

// Free is how many bytes of the disk that holds dir an unprivileged writer may still use.
func Free(dir string) (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, fmt.Errorf("free disk of %s: %w", dir, err)
	}
	return int64(s.Bavail) * s.Bsize, nil //nolint:gosec // blocks of a disk
}
