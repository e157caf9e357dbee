package roster

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
)

// dumped is one row as a dump spells it: a JSON object a line. Values are as they are stored, personal data sealed.
type dumped struct {
	Key   string `json:"key"`
	Value []byte `json:"value"` // base64
}

// dumpEnd is the last line of a whole dump.
type dumpEnd struct {
	Rows int `json:"rows"`
}

// Dump writes every row as it stands at one moment, while the roster is used. Without the keyring nothing personal in it can be
// read, and whoever was erased before the dump is not in it.
func (r *Roster) Dump(ctx context.Context, w io.Writer) error {
	out := json.NewEncoder(w)
	n := 0
	for row, err := range r.store.Scan(ctx, "") {
		if err == nil {
			err = out.Encode(dumped{row.Key, row.Value})
		}
		if err != nil {
			return fmt.Errorf("dump roster: %w", err)
		}
		n++
	}
	if err := out.Encode(dumpEnd{n}); err != nil {
		return fmt.Errorf("dump roster: %w", err)
	}
	return nil
}

// ErrDump says that what should be a dump is none, or is cut short.
var ErrDump = errors.New("roster: not a whole dump")

// dumpLineMax bounds a line, in bytes: a row in base64, and its key.
const dumpLineMax = RowBytesMax*4/3 + 1024

// Load makes the rows of a data directory's new roster from a dump. The keyring is a file of its own and comes from its own
// backup. ErrExists: there is a roster already. After an error the directory is of no use.
func Load(ctx context.Context, dir string, r io.Reader, log *slog.Logger) (err error) {
	path := filepath.Join(dir, storeDir)
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("load roster: %w", ErrExists)
	}
	store, err := OpenBadger(path, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, dumpLineMax)
	batch, rows := loading{store: store}, 0
	for lines.Scan() {
		var row struct {
			dumped

			Rows *int `json:"rows"`
		}
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			return fmt.Errorf("%w: line %d: %w", ErrDump, rows+1, err)
		}
		if row.Rows != nil {
			if *row.Rows != rows || lines.Scan() {
				return fmt.Errorf("%w: %d rows of %d", ErrDump, rows, *row.Rows)
			}
			return errors.Join(lines.Err(), batch.flush(ctx))
		}
		rows++
		if err := batch.add(ctx, Change{Key: row.Key, Value: row.Value}); err != nil {
			return fmt.Errorf("load roster: %w", err)
		}
	}
	return fmt.Errorf("%w: it ends after %d rows: %w", ErrDump, rows, errors.Join(lines.Err(), io.ErrUnexpectedEOF))
}

// loading commits rows in groups as large as a commit may be.
type loading struct {
	store   Store
	changes []Change
	bytes   int
}

func (l *loading) add(ctx context.Context, c Change) error {
	if size := len(c.Key) + len(c.Value); len(l.changes) == changesMax || l.bytes+size > changesBytesMax {
		if err := l.flush(ctx); err != nil {
			return err
		}
	}
	l.changes = append(l.changes, c)
	l.bytes += len(c.Key) + len(c.Value)
	return nil
}

func (l *loading) flush(ctx context.Context) error {
	if len(l.changes) == 0 {
		return nil
	}
	err := l.store.Commit(ctx, l.changes...)
	l.changes, l.bytes = l.changes[:0], 0
	return err
}
