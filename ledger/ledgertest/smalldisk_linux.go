package ledgertest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// A SmallDisk is a mounted ext4 image of its own. It takes root and a kernel that mounts; else the test is skipped and says so.
type SmallDisk struct {
	Dir   string
	image string
}

// NewSmallDisk mounts a disk of so many MiB. The image is sparse: what is not written takes no room. It is unmounted when the
// test ends.
func NewSmallDisk(t *testing.T, mib int64) *SmallDisk {
	t.Helper()
	d := &SmallDisk{t.TempDir(), filepath.Join(t.TempDir(), "disk")}
	if err := errors.Join(os.WriteFile(d.image, nil, 0o600), os.Truncate(d.image, mib<<20)); err != nil {
		t.Fatal(err)
	}
	if err := d.run("mkfs.ext4", "-q", "-m", "0", d.image); err != nil {
		t.Skipf("no small disk here: %v", err)
	}
	d.mount(t)
	t.Cleanup(func() { d.unmount(t) })
	return d
}

// run is a program with files of the disk; it is waited for, also when the test is over.
func (d *SmallDisk) run(name string, args ...string) error {
	if out, err := exec.CommandContext(context.Background(), name, args...).CombinedOutput(); err != nil { //nolint:gosec // see its callers
		return fmt.Errorf("%s: %w %s", name, err, out)
	}
	return nil
}

func (d *SmallDisk) mount(t *testing.T) {
	t.Helper()
	if err := d.run("mount", "-o", "loop", d.image, d.Dir); err != nil {
		t.Skipf("no small disk here: %v", err)
	}
}

func (d *SmallDisk) unmount(t *testing.T) {
	t.Helper()
	if err := d.run("umount", d.Dir); err != nil {
		t.Error(err)
	}
}

// Sync makes durable what was written so far.
func (d *SmallDisk) Sync(t *testing.T) {
	t.Helper()
	f, err := os.Open(d.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(unix.Syncfs(int(f.Fd())), f.Close()); err != nil {
		t.Fatal(err)
	}
}

// ReadOnly makes the disk read-only under whoever writes to it, as ext4 does by itself after an error of the device.
func (d *SmallDisk) ReadOnly(t *testing.T) {
	t.Helper()
	if err := d.run("mount", "-o", "remount,abort", d.Dir); err != nil {
		t.Skipf("no read-only disk here: %v", err)
	}
}

// Remount gives the disk back for writing, as an operator does who has looked at it. Nobody may use it meanwhile.
func (d *SmallDisk) Remount(t *testing.T) {
	t.Helper()
	d.unmount(t)
	d.mount(t)
}

// Fill takes room until so many MiB are free, and gives the file that takes it, which may have been there before.
func (d *SmallDisk) Fill(t *testing.T, leave int64) string {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(d.Dir, "filler"), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	var s syscall.Statfs_t
	err = syscall.Statfs(d.Dir, &s)
	st, failed := f.Stat()
	if err := errors.Join(err, failed); err != nil {
		t.Fatal(err)
	}
	more := int64(s.Bavail)*s.Bsize - leave<<20 //nolint:gosec // blocks of a disk
	if more > 0 {
		err = syscall.Fallocate(int(f.Fd()), 0, st.Size(), more)
	}
	if leave == 0 && errors.Is(err, syscall.ENOSPC) { // the last blocks hold what says where the others are
		err = nil
	}
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	return f.Name()
}
