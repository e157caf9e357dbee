package roster

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
)

// The keyring file, all integers big-endian:
//
//	offset  size
//	0       8     "MBKEYRNG"
//	8       2     version, 1
//	10      4     number of keys
//	14      16    ring id
//	30      32    server key
//	62      ...   per key, ascending by id: 1 byte length of id, id, 32 bytes key
//	end-32  32    SHA-256 of everything before
const (
	keyMagic   = "MBKEYRNG"
	keyVersion = 1
	keyHead    = 62
	keyIDMax   = 64
	keyFileMax = keyHead + keysMax*(1+keyIDMax+32) + sha256.Size
)

func (r ring) encode() []byte {
	ids := make([]string, 0, len(r.keys))
	for id := range r.keys {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	out := make([]byte, 0, keyHead+len(ids)*64+sha256.Size)
	out = append(out, keyMagic...)
	out = binary.BigEndian.AppendUint16(out, keyVersion)
	out = binary.BigEndian.AppendUint32(out, uint32(len(ids))) //nolint:gosec // at most keysMax
	out = append(out, r.id[:]...)
	out = append(out, r.server[:]...)
	for _, id := range ids {
		key := r.keys[id]
		out = append(out, byte(len(id))) //nolint:gosec // at most keyIDMax
		out = append(out, id...)
		out = append(out, key[:]...)
	}
	sum := sha256.Sum256(out)
	return append(out, sum[:]...)
}

// decodeRing accepts exactly what encode writes.
func decodeRing(raw []byte) (ring, error) {
	if len(raw) < keyHead+sha256.Size || string(raw[:8]) != keyMagic || binary.BigEndian.Uint16(raw[8:]) != keyVersion {
		return ring{}, ErrKeyringDamaged
	}
	body, sum := raw[:len(raw)-sha256.Size], raw[len(raw)-sha256.Size:]
	if want := sha256.Sum256(body); !bytes.Equal(want[:], sum) {
		return ring{}, ErrKeyringDamaged
	}
	count := binary.BigEndian.Uint32(raw[10:])
	if count > keysMax {
		return ring{}, ErrKeyringDamaged
	}
	out := ring{keys: make(map[string]personKey, count)}
	copy(out.id[:], raw[14:])
	copy(out.server[:], raw[30:])
	rest, last := body[keyHead:], ""
	for range count {
		if len(rest) == 0 || len(rest) < 1+int(rest[0])+32 {
			return ring{}, ErrKeyringDamaged
		}
		n := int(rest[0])
		id := string(rest[1 : 1+n])
		if n > keyIDMax || id <= last {
			return ring{}, ErrKeyringDamaged
		}
		out.keys[id] = personKey(rest[1+n : 1+n+32])
		rest, last = rest[1+n+32:], id
	}
	if len(rest) != 0 {
		return ring{}, ErrKeyringDamaged
	}
	return out, nil
}

// readPrivate reads a bounded regular file that only its owner may read.
func readPrivate(path string) ([]byte, error) {
	f, err := openPrivate(path, os.O_RDONLY)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrKeyringLost
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	switch {
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%w: not a regular file", ErrKeyringDamaged)
	case info.Mode().Perm()&0o077 != 0:
		return nil, ErrKeyringOpenToOthers
	case info.Size() > keyFileMax:
		return nil, fmt.Errorf("%w: %d bytes", ErrKeyringDamaged, info.Size())
	}
	return io.ReadAll(io.LimitReader(f, keyFileMax+1))
}

// replaceFile puts content at path for good: after a crash there is the old file or the new one, whole.
func replaceFile(path string, content []byte) error {
	old, err := openPrivate(path, os.O_WRONLY)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if old != nil {
		defer old.Close()
	}
	if err := dropLeftover(path); err != nil {
		return err
	}
	if err := writeSynced(tempOf(path), content); err != nil {
		return errors.Join(err, dropLeftover(path))
	}
	if err := os.Rename(tempOf(path), path); err != nil {
		return errors.Join(err, dropLeftover(path))
	}
	if err := syncDir(filepath.Dir(path)); err != nil {
		return err
	}
	if old != nil {
		_ = wipe(old) // best effort: the new ring is already in place and durable
	}
	return nil
}

// openPrivate follows no symbolic link: what lies beside the data is what is meant.
func openPrivate(path string, flags int) (*os.File, error) {
	return os.OpenFile(filepath.Clean(path), flags|syscall.O_NOFOLLOW, 0o600)
}

func tempOf(path string) string { return path + ".new" }

func writeSynced(path string, content []byte) error {
	f, err := openPrivate(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL)
	if err != nil {
		return err
	}
	if _, err := f.Write(content); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Sync(); err != nil {
		return errors.Join(err, f.Close())
	}
	return f.Close()
}

func syncDir(dir string) error {
	d, err := openPrivate(dir, os.O_RDONLY)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// dropLeftover wipes and removes the temporary file of an interrupted rewrite.
func dropLeftover(path string) error {
	f, err := openPrivate(tempOf(path), os.O_WRONLY)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := os.Remove(tempOf(path)); err != nil {
		return errors.Join(err, f.Close())
	}
	return errors.Join(wipe(f), f.Close())
}

// wipe overwrites a file that has lost its last name. A file that has another name, such as a hard-linked backup, is let be.
func wipe(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); !ok || stat.Nlink > 0 {
		return nil
	}
	if _, err := f.WriteAt(make([]byte, info.Size()), 0); err != nil {
		return err
	}
	return f.Sync()
}
