// Package badgerfiles looks at the files of a Badger directory before Badger opens it, for the stores that keep their data
// in one. It answers for what Badger v4.9.6 does not: a table cut short ends the process, from a goroutine of Badger's
// own; tables that the manifest does not name are deleted without a word, also when it is the manifest that was cut
// short; and a directory in which a kill has left a file without a byte does not open.
//
// It promises to name the file that is wrong, and never changes a table. It cannot see a bit flipped in a write-ahead
// file, behind which Badger drops every commit: each store guards itself against that, by its own count.
package badgerfiles

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
	"github.com/dgraph-io/badger/v4/table"
	"github.com/dgraph-io/ristretto/v2/z"
)

// Flaw is a file that Badger must not be given.
type Flaw struct {
	File string
	What string
}

// Error names the file and what is wrong with it.
func (f *Flaw) Error() string { return f.File + ": " + f.What }

// Check opens every table that the manifest of dir names as Badger does, but where a panic can be caught. A *Flaw names the
// first that cannot be opened, or the manifest. A table that it does not name was being written when the process died,
// may be empty, and is deleted by Badger; see Keep.
func Check(dir string) error { return Each(dir, func(*table.Table) {}) }

// Each is Check, and shows each of these tables to look, one at a time. A panic of Badger's in it is a *Flaw of its table.
func Each(dir string, look func(*table.Table)) error {
	paths, err := filepath.Glob(filepath.Join(dir, "*.sst"))
	if err != nil || len(paths) == 0 {
		return err
	}
	named, err := named(dir)
	if err != nil {
		return err
	}
	for _, path := range paths {
		packed, live := named[filepath.Base(path)]
		if !live {
			continue
		}
		if err := WithTable(path, packed, look); err != nil {
			return &Flaw{path, strings.Join(strings.Fields(err.Error()), " ")}
		}
	}
	return nil
}

// unnamed are the paths of the tables in dir that its manifest does not name, which Badger deletes when it opens.
func unnamed(dir string) ([]string, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.sst"))
	if err != nil || len(paths) == 0 {
		return nil, err
	}
	named, err := named(dir)
	if err != nil {
		return nil, err
	}
	var left []string
	for _, path := range paths {
		if _, live := named[filepath.Base(path)]; !live {
			left = append(left, path)
		}
	}
	return left, nil
}

// named are the file names of the tables that the manifest holds to be live, and how each is compressed.
func named(dir string) (map[string]options.CompressionType, error) {
	path := filepath.Join(dir, badger.ManifestFilename)
	f, err := os.Open(path) //nolint:gosec // a name of Badger's
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &Flaw{path, "is missing while tables are there, which Badger would delete"}
	}
	if err != nil {
		return nil, fmt.Errorf("read manifest: %w", err)
	}
	m, _, err := badger.ReplayManifestFile(f, 0, badger.DefaultOptions(dir))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, &Flaw{path, err.Error()}
	}
	live := map[string]options.CompressionType{}
	for id, t := range m.Tables {
		live[fmt.Sprintf("%06d.sst", id)] = t.Compression
	}
	return live, nil
}

// WithTable opens one table and turns a panic into an error.
func WithTable(path string, packed options.CompressionType, use func(*table.Table)) (err error) {
	f, err := z.OpenMmapFile(path, os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
		err = errors.Join(err, f.Close(-1))
	}()
	t, err := table.OpenTable(f, table.Options{ReadOnly: true, Compression: packed, BlockSize: 4 << 10})
	if err == nil {
		use(t)
	}
	return err
}
