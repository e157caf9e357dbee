package badgerjournal

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/dgraph-io/badger/v4"
	badgeroptions "github.com/dgraph-io/badger/v4/options"
	"github.com/dgraph-io/badger/v4/table"
	"github.com/dgraph-io/badger/v4/y"

	"moralbank.example/bank/ledger/journal"
)

// tableBooks is what a reader finds in the bytes of a table.
type tableBooks struct {
	blocks [][]byte
	head   journal.Head
	wrong  error // what the checks of Open and of reading say
}

// readBooks reads a table from memory as Open and the readers do: keys, the chain of blocks, their hashes, the head. A panic
// of Badger's decoders is what damageOnPanic makes of it.
func readBooks(data []byte) (b tableBooks) {
	defer func() {
		if r := recover(); r != nil {
			b.wrong = fmt.Errorf("%v", r)
		}
	}()
	t, err := table.OpenInMemoryTable(data, 1, &table.Options{ReadOnly: true, ChkMode: badgeroptions.NoVerification})
	if err != nil {
		return tableBooks{wrong: err}
	}
	it := t.NewIterator(0)
	defer func() { _ = it.Close() }()
	s := store{dir: "table"}
	var prev journal.Head
	seen := false
	for it.Rewind(); it.Valid(); it.Next() {
		key, value := y.ParseKey(it.Key()), it.Value()
		switch {
		case bytes.HasPrefix(key, blockPrefix):
			p, err := s.check(keySeq(key), value.UserMeta, value.Value)
			if err == nil && !prev.Precedes(p.block) {
				err = s.damage(p.block.Height, p.block.FirstSeq, "does not follow")
			}
			if err != nil {
				return tableBooks{wrong: err}
			}
			prev = p.head()
			b.blocks = append(b.blocks, p.encoded)
		case bytes.Equal(key, headKey) && !seen: // versions stand in descending order, so the first is the newest
			seen = true
			if b.head, err = journal.DecodeHead(value.Value); err != nil {
				return tableBooks{wrong: err}
			}
		}
	}
	if b.head != prev {
		b.wrong = fmt.Errorf("the head says %v, the blocks end at %v", b.head, prev)
	}
	return b
}

// eachBit calls f with every bit of p turned, one at a time, in copies of its own, on all cores.
func eachBit(p []byte, f func(at int, flipped []byte)) {
	var all sync.WaitGroup
	cores := runtime.GOMAXPROCS(0)
	for core := range cores {
		all.Go(func() {
			own := bytes.Clone(p)
			for at := core; at < 8*len(own); at += cores {
				own[at/8] ^= 1 << (at % 8)
				f(at, own)
				own[at/8] ^= 1 << (at % 8)
			}
		})
	}
	all.Wait()
}

// What a small ledger has on a disk once it was closed, bit for bit, none left out: the table with blocks and head, the manifest that
// names the table, the newest blocks in the tail. A turned bit is seen, or it means nothing: then the very same books are read. No bit
// makes others of them. The write-ahead file is empty after a close; before, the tail stands for it (TestPowerCut, TestKill).
func TestEveryStoredBit(t *testing.T) {
	dir := t.TempDir()
	o := Options{Dir: dir, Reserve: 1}
	j, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	head := grow(t, j, 5, 3)
	closeIt(t, j)

	data, err := os.ReadFile(one(t, dir, "badger/*.sst"))
	if err != nil {
		t.Fatal(err)
	}
	honest := readBooks(data)
	if honest.wrong != nil || honest.head != head || len(honest.blocks) != 5 {
		t.Fatalf("%d blocks up to %v: %v", len(honest.blocks), honest.head, honest.wrong)
	}
	// Where the blocks and the head stand: there, every bit means something.
	meaning := make([]bool, len(data))
	for _, p := range append(honest.blocks, head.Encode()) {
		from := bytes.Index(data, p)
		if from < 0 {
			t.Fatal("a block does not stand in the table as it is")
		}
		for i := range p {
			meaning[from+i] = true
		}
	}
	var mu sync.Mutex
	idle := 0
	eachBit(data, func(at int, flipped []byte) {
		switch got := readBooks(flipped); {
		case got.wrong != nil:
		case got.head == honest.head && slices.EqualFunc(got.blocks, honest.blocks, bytes.Equal):
			if meaning[at/8] {
				t.Errorf("table: bit %d of byte %d stands in a block or in the head, and is not seen", at%8, at/8)
			}
			mu.Lock()
			idle++
			mu.Unlock()
		default:
			t.Errorf("table: bit %d of byte %d makes other books: %v", at%8, at/8, got.head)
		}
	})
	t.Logf("table: %d of %d bits are seen; the others are Badger's own (timestamps, checksums, statistics, filters) and change nothing that is read", 8*len(data)-idle, 8*len(data))

	everyManifestBit(t, o)
	everyTailBit(t, o)
}

// manifestNames are the tables that a manifest holds to be live, as Badger reads it.
func manifestNames(path string) (map[uint64]badger.TableManifest, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	m, _, err := badger.ReplayManifestFile(f, 0, badger.DefaultOptions(filepath.Dir(path)))
	return m.Tables, errors.Join(err, f.Close())
}

// everyManifestBit: a manifest names the same tables, or is refused, or names none, and then what was in them is missed.
func everyManifestBit(t *testing.T, o Options) {
	t.Helper()
	path := filepath.Join(o.badgerDir(), "MANIFEST")
	honest, err := manifestNames(path)
	if err != nil || len(honest) != 1 {
		t.Fatalf("%v %v", honest, err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	cut := 0
	for at := range 8 * len(whole) {
		whole[at/8] ^= 1 << (at % 8)
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		switch got, err := manifestNames(path); {
		case err != nil || reflect.DeepEqual(got, honest):
		case len(got) == 0:
			cut++ // TestManifestCut: Open keeps the table aside, misses its blocks, and puts them back
		default:
			t.Errorf("manifest: bit %d of byte %d names %v", at%8, at/8, got)
		}
		whole[at/8] ^= 1 << (at % 8)
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Logf("manifest: %d bits, %d of them cut it short", 8*len(whole), cut)
}

// everyTailBit: a frame of the tail is read as it was written or not at all, and no bit behind the frames makes one.
func everyTailBit(t *testing.T, o Options) {
	t.Helper()
	segment, err := os.ReadFile(one(t, o.tailDir(), "*.seg"))
	if err != nil {
		t.Fatal(err)
	}
	end := len(bytes.TrimRight(segment, "\x00"))
	frames := func(p []byte) (all []journal.Frame) {
		for at := 0; at+journal.FrameAlign <= len(p); {
			f, err := journal.DecodeFrame(p[at:])
			if err != nil {
				at += journal.FrameAlign
				continue
			}
			all, at = append(all, f), at+f.Size
		}
		return all
	}
	honest := frames(segment[:end+64])
	if len(honest) == 0 {
		t.Fatal("the tail is empty")
	}
	// Head and blocks of a frame are covered by its checksum; padding behind it is not, and says nothing.
	same := func(a, b journal.Frame) bool {
		return a.Head == b.Head && reflect.DeepEqual(a.Blocks, b.Blocks) && a.Generation == b.Generation
	}
	eachBit(segment[:end+64], func(at int, flipped []byte) {
		got := frames(flipped)
		for _, f := range got {
			if !slices.ContainsFunc(honest, func(h journal.Frame) bool { return same(f, h) }) {
				t.Errorf("tail: bit %d of byte %d makes a frame that was not written: %v", at%8, at/8, f.Head)
			}
		}
		if len(got) < len(honest)-1 {
			t.Errorf("tail: bit %d of byte %d takes %d frames with it", at%8, at/8, len(honest)-len(got))
		}
	})
}
