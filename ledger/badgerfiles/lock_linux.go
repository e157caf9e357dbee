package badgerfiles

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Lock takes a file or directory for this process until it is closed; a *Held when another process has it.
func Lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return &Held{f.Name(), holder(f)}
	}
	return err
}

// holder is the process that has locked the file, in the kernel's own words: a pid written into the file may be that of a
// process long gone, or of another container. 0 when the kernel does not tell, as on file systems that show another
// device number than they lock by.
func holder(f *os.File) int {
	var st unix.Stat_t
	if err := unix.Fstat(int(f.Fd()), &st); err != nil {
		return 0
	}
	locks, err := os.ReadFile("/proc/locks")
	if err != nil {
		return 0
	}
	place := fmt.Sprintf("%02x:%02x:%d", unix.Major(st.Dev), unix.Minor(st.Dev), st.Ino)
	return holderOf(string(locks), place)
}

// holderOf finds who has locked a place in a text such as /proc/locks (proc_locks(5)); who waits for it has an arrow:
//
//	1: FLOCK  ADVISORY  WRITE 708 fe:00:9978181 0 EOF
//	1: -> FLOCK  ADVISORY  WRITE 709 fe:00:9978181 0 EOF
func holderOf(locks, place string) int {
	for line := range strings.Lines(locks) {
		if f := strings.Fields(line); len(f) >= 6 && f[1] == "FLOCK" && f[5] == place {
			pid, err := strconv.Atoi(f[4])
			if err == nil && pid > 0 {
				return pid
			}
		}
	}
	return 0
}
