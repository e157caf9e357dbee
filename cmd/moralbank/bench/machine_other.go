//go:build !linux

package bench

import (
	"errors"
	"os"
	"time"
)

// fdatasync is fsync where there is no fdatasync.
func fdatasync(f *os.File) error { return f.Sync() }

func anonymous(int) (int64, error) { return 0, errors.ErrUnsupported }

func timeOf(int) time.Duration { return 0 }

func onDisk(string) (int64, error) { return 0, errors.ErrUnsupported }
