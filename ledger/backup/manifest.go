package backup

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"moralbank.example/bank/ledger/journal"
)

// Manifest says what a backup holds.
type Manifest struct {
	Version    int    `json:"version"` // 1
	Origin     string `json:"origin"`  // of the ledger
	Made       int64  `json:"made"`    // milliseconds since 1970-01-01T00:00:00Z, of the last backup into the folder
	Runs       int    `json:"runs"`    // backups made into the folder
	Head       end    `json:"head"`    // of the journal, at the last backup
	Checkpoint string `json:"checkpoint"`
	Keys       string `json:"keys"` // the log's verifier keys, one a line: what the checkpoint was signed with
	Parts      []Part `json:"parts"`
	Streams    []File `json:"streams"`
}

// File is one file of the folder.
type File struct {
	Name  string `json:"name"` // of the stream; the file's own for a part
	File  string `json:"file"`
	Bytes int64  `json:"bytes"`
	Sum   string `json:"sum"` // SHA-256, hex
}

// Part is a file of blocks.
type Part struct {
	File

	FirstHeight journal.Height `json:"first_height"`
	LastHeight  journal.Height `json:"last_height"`
	FirstSeq    journal.Seq    `json:"first_seq"`
	LastSeq     journal.Seq    `json:"last_seq"`
}

// end is a journal.Head as the manifest spells it.
type end struct {
	Height   journal.Height `json:"height"`
	Seq      journal.Seq    `json:"seq"`
	Hash     string         `json:"hash"`
	TreeSize int64          `json:"size"`
	Root     string         `json:"root"`
}

func endOf(h journal.Head) end {
	return end{h.Height, h.Seq, hex.EncodeToString(h.Hash[:]), h.TreeSize, hex.EncodeToString(h.Root[:])}
}

func (e end) head() (journal.Head, error) {
	h := journal.Head{Height: e.Height, Seq: e.Seq, TreeSize: e.TreeSize}
	hash, err1 := hex.DecodeString(e.Hash)
	root, err2 := hex.DecodeString(e.Root)
	if err := errors.Join(err1, err2); err != nil || len(hash) != len(h.Hash) || len(root) != len(h.Root) {
		return h, fmt.Errorf("%w: the head's hashes", ErrDamaged)
	}
	copy(h.Hash[:], hash)
	copy(h.Root[:], root)
	return h, nil
}

// What can be wrong with a backup. Compare with errors.Is.
var (
	// ErrNone : the folder holds no backup.
	ErrNone = errors.New("backup: no manifest in this folder")
	// ErrDamaged : a file is missing, shorter, longer or other than the manifest says.
	ErrDamaged = errors.New("backup: damaged")
	// ErrForeign : the folder holds another ledger, or a part of this one that it has since left.
	ErrForeign = errors.New("backup: of another ledger")
	// ErrUsed : what is to be restored into is not empty.
	ErrUsed = errors.New("backup: restore needs an empty journal")
)

const (
	manifestFile    = "manifest"
	manifestVersion = 1
	manifestMax     = 16 << 20 // bytes
	sumLabel        = "sum "
)

// readManifest reads the manifest of a folder and checks its sum. ErrNone if there is none.
func readManifest(dir string) (*Manifest, error) {
	path := filepath.Join(dir, manifestFile)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, ErrNone
	case err != nil:
		return nil, fmt.Errorf("open backup: %w", err)
	case info.Size() > manifestMax:
		return nil, fmt.Errorf("%w: a manifest of %d bytes", ErrDamaged, info.Size())
	}
	p, err := os.ReadFile(path) //nolint:gosec // the operator's own path
	if err != nil {
		return nil, fmt.Errorf("open backup: %w", err)
	}
	line, rest, _ := bytes.Cut(p, []byte("\n"))
	if string(rest) != sumLine(p[:len(line)+1]) {
		return nil, fmt.Errorf("%w: the manifest's sum does not match", ErrDamaged)
	}
	m := new(Manifest)
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(m); err != nil {
		return nil, fmt.Errorf("%w: manifest: %w", ErrDamaged, err)
	}
	if m.Version != manifestVersion {
		return nil, fmt.Errorf("%w: a manifest of version %d; this program knows %d", ErrDamaged, m.Version, manifestVersion)
	}
	for _, f := range m.files() {
		if f.File != filepath.Base(f.File) || strings.HasPrefix(f.File, ".") {
			return nil, fmt.Errorf("%w: the manifest names a file outside of the folder", ErrDamaged)
		}
	}
	return m, nil
}

func (m *Manifest) files() []File {
	all := make([]File, 0, len(m.Parts)+len(m.Streams))
	for _, p := range m.Parts {
		all = append(all, p.File)
	}
	return append(all, m.Streams...)
}

// write replaces the manifest: the old one stands until the new one is whole on the disk.
func (m *Manifest) write(dir string) error {
	p, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	p = append(p, '\n')
	out, err := create(dir, manifestFile)
	if err != nil {
		return err
	}
	if _, err := out.Write(append(p, sumLine(p)...)); err != nil {
		return errors.Join(fmt.Errorf("write manifest: %w", err), out.drop())
	}
	_, err = out.keep()
	return err
}

// sumLine is the second line of a manifest whose first is p.
func sumLine(p []byte) string {
	sum := sha256.Sum256(p)
	return sumLabel + hex.EncodeToString(sum[:]) + "\n"
}
