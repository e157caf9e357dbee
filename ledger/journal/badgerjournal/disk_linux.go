package badgerjournal

import (
	"errors"
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
