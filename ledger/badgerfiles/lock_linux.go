package badgerfiles

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// Lock takes a file or directory for this process until it is closed; ErrLocked when another process has it.
func Lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return fmt.Errorf("%w: %s", ErrLocked, f.Name())
	}
	return err
}
