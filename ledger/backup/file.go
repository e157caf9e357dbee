package backup

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
)

// output is a file that appears under its name whole, or not at all.
type output struct {
	dir, name string
	file      *os.File
	buffer    *bufio.Writer
	sum       hash.Hash
	bytes     int64
}

const (
	unfinished  = ".next" // suffix of a file that is being written
	bufferBytes = 64 << 10
)

func create(dir, name string) (*output, error) {
	f, err := os.OpenFile(filepath.Join(dir, name+unfinished), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) //nolint:gosec // the operator's own path
	if err != nil {
		return nil, fmt.Errorf("write backup: %w", err)
	}
	return &output{dir: dir, name: name, file: f, buffer: bufio.NewWriterSize(f, bufferBytes), sum: sha256.New()}, nil
}

// Write implements io.Writer.
func (o *output) Write(p []byte) (int, error) {
	o.sum.Write(p)
	o.bytes += int64(len(p))
	return o.buffer.Write(p)
}

// keep syncs what was written and gives it its name.
func (o *output) keep() (File, error) {
	err := o.buffer.Flush()
	if err == nil {
		err = o.file.Sync()
	}
	if err = errors.Join(err, o.file.Close()); err == nil {
		err = os.Rename(o.file.Name(), filepath.Join(o.dir, o.name))
	}
	if err == nil {
		err = syncDir(o.dir)
	}
	if err != nil {
		return File{}, fmt.Errorf("write backup file %s: %w", o.name, err)
	}
	return File{Name: o.name, File: o.name, Bytes: o.bytes, Sum: hex.EncodeToString(o.sum.Sum(nil))}, nil
}

// drop forgets what was written.
func (o *output) drop() error { return errors.Join(o.file.Close(), os.Remove(o.file.Name())) }

// syncDir makes a rename last: it lives in the directory.
func syncDir(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // the operator's own path
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// input reads a file of the folder and compares it with what the manifest says, at its end.
type input struct {
	f    File
	file *os.File
	r    io.Reader
	sum  hash.Hash
	read int64
}

func open(dir string, f File) (*input, error) {
	file, err := os.Open(filepath.Join(dir, f.File)) //nolint:gosec // readManifest keeps it in the folder
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return &input{f: f, file: file, r: bufio.NewReaderSize(file, bufferBytes), sum: sha256.New()}, nil
}

// Read implements io.Reader. The last bytes come with ErrDamaged instead of io.EOF when they are not those of the manifest.
func (i *input) Read(p []byte) (int, error) {
	n, err := i.r.Read(p)
	i.sum.Write(p[:n])
	i.read += int64(n)
	if errors.Is(err, io.EOF) && (i.read != i.f.Bytes || hex.EncodeToString(i.sum.Sum(nil)) != i.f.Sum) {
		err = fmt.Errorf("%w: %s has %d bytes that are not the %d that were written", ErrDamaged, i.f.File, i.read, i.f.Bytes)
	}
	return n, err
}

// Close implements io.Closer.
func (i *input) Close() error { return i.file.Close() }
