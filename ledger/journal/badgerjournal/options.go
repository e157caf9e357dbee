package badgerjournal

import (
	"log/slog"
	"os"
	"path/filepath"

	"github.com/dgraph-io/badger/v4"
	badgeroptions "github.com/dgraph-io/badger/v4/options"

	"moralbank.example/bank/ledger/badgerfiles"
	"moralbank.example/bank/ledger/journal"
)

// ReserveDefault is the free disk, in bytes, under which no block is written. It leaves room for what Badger does later
// by itself: four write-ahead files, a compaction of level 0, and the next segment of the tail.
const ReserveDefault = 512 << 20

// What comes after the blocks stops later: whoever was answered is to be found by readers. Badger opens its files under
// half of the reserve no more, since it writes while it opens; and a disk without room reaches its mapped files as a signal
// that ends the process.
const (
	openShare  = 2 // of the reserve: under it a start is refused
	indexShare = 4 // of the reserve: under it the index waits
)

// Options say where and how a journal or an index is opened.
type Options struct {
	Dir string // data directory, made if missing

	// MinHead is what the journal is known to have reached, from the signed head outside of it. Zero: nothing is known.
	// If the hash or the root is not zero it must be that of the block which ends at MinHead.Seq.
	MinHead journal.Head

	Reserve int64        // bytes of free disk, 0 means ReserveDefault; a half of it to open, a quarter for the index
	Log     *slog.Logger // nil discards

	// Free tells the free bytes of the disk that holds dir; nil asks the system. Called before each write.
	Free func(dir string) (int64, error)

	// Taken is called by Open once the directory is this process's and has room, before anything is opened; nil is called by nobody.
	Taken func()

	syncFile func(*os.File) error // nil is fdatasync; tests make it fail
}

func (o Options) withDefaults() Options {
	if o.Reserve == 0 {
		o.Reserve = ReserveDefault
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Free == nil {
		o.Free = badgerfiles.Free
	}
	if o.syncFile == nil {
		o.syncFile = fdatasync
	}
	return o
}

func (o Options) taken() {
	if o.Taken != nil {
		o.Taken()
	}
}

func (o Options) badgerDir() string { return filepath.Join(o.Dir, "badger") }
func (o Options) tailDir() string   { return filepath.Join(o.Dir, "tail") }
func (o Options) indexDir() string  { return filepath.Join(o.Dir, "index") }

// What bounds the memory of Badger, and with it the length of the tail.
const (
	memTableBytes = 16 << 20 // of the journal; small on purpose: anonymous memory grows with it, and a transaction may fill 15% of it
	indexMemBytes = 8 << 20  // of the index, whose transactions are half as large
	memTables     = 2        // waiting to be flushed, beside one in flight and the active one

	// tableBytes is the size of a table, at every level. Who builds one takes at least twice as much memory, a compaction builds
	// several at once, and Badger keeps eight such pieces for the next: with its default, which doubles from level to level, 140 MB.
	tableBytes = 2 << 20

	// journalBlockBytes is a piece of a table of the journal: Badger makes room for that much first, and for a value that does not
	// fit twice over again.
	journalBlockBytes = journal.BlockBytesMax + 4<<10
)

// badgerOptions are what both databases share. Reasons beside what differs from Badger's defaults.
func badgerOptions(dir string, log *slog.Logger) badger.Options {
	o := badger.DefaultOptions(dir).
		WithSyncWrites(true).
		WithDetectConflicts(false). // one writer
		WithMetricsEnabled(false).
		WithNumCompactors(2).
		WithMemTableSize(memTableBytes).
		WithNumMemtables(memTables).
		WithBaseTableSize(tableBytes).
		WithNumVersionsToKeep(1).
		WithValueLogFileSize(1 << 20). // never used: all values are under the threshold; its idle file is synced all the same
		WithLogger(badgerLog{log})     // not WithLoggingLevel, which puts Badger's own logger back
	o.TableSizeMultiplier = 1
	return o
}

// journalOptions: lines carry 128 random bits each and compress badly, and without compression a scan of the keys touches
// a page or two of each block instead of reading all of it, and no block cache is needed. A seek uses no bloom filter.
func journalOptions(dir string, log *slog.Logger) badger.Options {
	return badgerOptions(dir, log).
		WithCompression(badgeroptions.None).
		WithBlockSize(journalBlockBytes).
		WithBlockCacheSize(0).
		WithBloomFalsePositive(0).
		WithChecksumVerificationMode(badgeroptions.NoVerification) // blocks check themselves when they are read
}

// indexOptions: sorted keys of one shape compress well; a lookup of a new key asks the bloom filters only.
func indexOptions(dir string, log *slog.Logger) badger.Options {
	return badgerOptions(dir, log).
		WithCompression(badgeroptions.Snappy).
		WithMemTableSize(indexMemBytes).
		WithBlockCacheSize(8 << 20).
		WithChecksumVerificationMode(badgeroptions.NoVerification) // Verify reads all of it in the background
}
