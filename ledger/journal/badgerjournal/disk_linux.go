package badgerjournal

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// fdatasync makes the bytes of a preallocated file durable; its size does not change, so that is enough.
func fdatasync(f *os.File) error {
	for {
		err := syscall.Fdatasync(int(f.Fd()))
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}

// freeBytes is what an unprivileged writer may still use.
func freeBytes(dir string) (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, fmt.Errorf("free disk of %s: %w", dir, err)
	}
	return int64(s.Bavail) * s.Bsize, nil //nolint:gosec // blocks of a disk
}
