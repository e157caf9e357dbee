package badgerjournal

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/dgraph-io/badger/v4/options"
	"github.com/dgraph-io/badger/v4/table"
	"github.com/dgraph-io/badger/v4/y"

	"moralbank.example/bank/ledger/badgerfiles"
	"moralbank.example/bank/ledger/journal"
)

const orphanDir = "orphans"

// keepOrphans links every table that the manifest does not name into orphans/ before Badger deletes it. Most are left
// over from a crash and hold nothing of their own; but a manifest that has been cut short looks the same, and then
// they are the books. They go once Open has proved that nothing is missing.
func keepOrphans(ctx context.Context, o Options) error {
	names, err := badgerfiles.Keep(o.badgerDir(), filepath.Join(o.Dir, orphanDir))
	if err != nil {
		return flawed(err)
	}
	for _, name := range names {
		o.Log.LogAttrs(ctx, slog.LevelWarn, "a table is not in the manifest; it is kept aside until nothing is found missing", slog.String("table", name))
	}
	return nil
}

// dropOrphans removes what keepOrphans kept, after everything up to head was found to be there without it. A table with
// blocks beyond head is not dropped: then the manifest has been cut short, and the tail lost as well.
func dropOrphans(o Options, head journal.Head) error {
	dir := filepath.Join(o.Dir, orphanDir)
	tables, err := filepath.Glob(filepath.Join(dir, "*.sst"))
	if err != nil {
		return fmt.Errorf("drop orphans: %w", err)
	}
	for _, path := range tables {
		last, err := lastSeqOf(path)
		if err == nil && last > head.Seq {
			return &journal.Damage{
				Kind: "table", File: path, Height: head.Height + 1, Seq: head.Seq + 1,
				What: fmt.Sprintf("holds blocks up to seq %d, the manifest does not name it, and all else ends at seq %d: restore a backup", last, head.Seq),
			}
		}
		if err != nil {
			o.Log.LogAttrs(context.Background(), slog.LevelWarn, "a table that is not in the manifest cannot be read, as after a crash while it was written",
				slog.String("table", path), slog.String("error", err.Error()))
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("drop orphans: %w", err)
	}
	return nil
}

// lastSeqOf gives the highest seq under which a block stands in a table.
func lastSeqOf(path string) (last journal.Seq, err error) {
	err = badgerfiles.WithTable(path, options.None, func(t *table.Table) {
		it := t.NewIterator(0)
		for it.Rewind(); it.Valid(); it.Next() {
			if key := y.ParseKey(it.Key()); bytes.HasPrefix(key, blockPrefix) {
				last = max(last, keySeq(key))
			}
		}
	})
	return last, err
}
