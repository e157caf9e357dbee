package engine

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
)

// keysName is the name of our cursor in the index.
const keysName = "keys"

// span is the records that one key made: they stand together.
type span struct {
	first ledger.Seq
	n     int
}

func (s span) last() ledger.Seq { return s.first + ledger.Seq(s.n) - 1 }

// entry is a key and what it made.
type entry struct {
	id string
	span
}

// keyID is a client's key within its scope as it stands in the index: "k", the scope, a zero byte, the UUID's 16 bytes.
// Scopes hold no zero byte, so that two of them never meet. The key is one that ledger.ValidKey accepts.
func keyID(scope string, key ledger.Key) string {
	id := make([]byte, 0, 96) // on the stack: a scope has at most 48 bytes
	id = append(id, 'k')
	id = append(id, scope...)
	id = append(id, 0)
	for _, i := range uuidPairs {
		id = append(id, hexValue(key[i])<<4|hexValue(key[i+1]))
	}
	return string(id)
}

// uuidPairs is where the pairs of digits begin in a canonical UUID.
var uuidPairs = [16]int{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34}

// hexValue is the value of a lower-case hexadecimal digit.
func hexValue(c byte) byte {
	if c >= 'a' {
		return c - 'a' + 10
	}
	return c - '0'
}

// madeBy answers a Damage unless these records are what the key made: an index with a flipped bit must not answer with
// somebody else's.
func madeBy(records []ledger.Record, id string) error {
	for i := range records {
		if r := &records[i]; keyID(r.Scope(), r.Key) != id {
			return &journal.Damage{Kind: "index", File: keysName, Seq: journal.Seq(r.Seq), What: "a key leads to a record that it did not make: drop the index, it is built again"}
		}
	}
	return nil
}

// encode is the value in the index: first seq and number of records.
func (s span) encode() []byte {
	return binary.AppendUvarint(binary.AppendUvarint(nil, uint64(s.first)), uint64(s.n)) //nolint:gosec // never negative
}

func decodeSpan(p []byte) (span, error) {
	first, a := binary.Uvarint(p)
	if a <= 0 {
		return span{}, fmt.Errorf("key index: a value of %d bytes", len(p))
	}
	n, b := binary.Uvarint(p[a:])
	if b <= 0 || a+b != len(p) || first < 1 || first >= 1<<53 || n < 1 || n > ledger.RecordsMax {
		return span{}, fmt.Errorf("key index: a value of %d bytes", len(p))
	}
	return span{ledger.Seq(first), int(n)}, nil
}

// keys finds what a client key made first: in memory above the index cursor, else in the index. It holds durable
// records only; what a running batch has made is with the batch.
type keys struct {
	index journal.Index

	mu      sync.RWMutex
	recent  map[string]span
	wait    []entry             // recent, in the order of their seqs
	flushes int                 // how often keys went from memory into the index
	absent  map[string]struct{} // keys that were looked for since the last flush, and that the index lacks
}

// absentMax bounds the keys that are known to be absent: more than a queue holds.
const absentMax = 1 << 13

func newKeys(index journal.Index) *keys {
	return &keys{index: index, recent: map[string]span{}, absent: map[string]struct{}{}}
}

// find gives what the key made; false if nothing. The memory is asked first: a key leaves it only once the index has it. That the
// index lacks a key is remembered until it is written again, so that of those who look for a new key one after the other
// (First, Submit, the writer) only the first reads it.
func (k *keys) find(ctx context.Context, id string) (span, bool, error) {
	k.mu.RLock()
	s, ok := k.recent[id]
	_, absent := k.absent[id]
	flushes := k.flushes
	k.mu.RUnlock()
	if ok || absent {
		return s, ok, nil
	}
	value, ok, err := k.index.Get(ctx, []byte(id))
	if err != nil {
		return span{}, false, err
	}
	if !ok {
		k.lacks(id, flushes)
		return span{}, false, nil
	}
	s, err = decodeSpan(value)
	return s, err == nil, err
}

// lacks remembers that the index lacked a key after so many flushes.
func (k *keys) lacks(id string, flushes int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.flushes != flushes {
		return
	}
	if len(k.absent) >= absentMax {
		clear(k.absent)
	}
	k.absent[id] = struct{}{}
}

// add remembers what became durable, in the order of seqs.
func (k *keys) add(entries []entry) (waiting int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, e := range entries {
		k.recent[e.id] = e.span
		delete(k.absent, e.id)
	}
	k.wait = append(k.wait, entries...)
	return len(k.wait)
}

// waiting is how many keys the index lags behind.
func (k *keys) waiting() int {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return len(k.wait)
}

// flush writes the oldest waiting keys, at most most, into the index and lets them go from memory. One goroutine calls it.
func (k *keys) flush(ctx context.Context, most int) error {
	k.mu.RLock()
	chunk := k.wait[:min(most, len(k.wait))]
	k.mu.RUnlock()
	if len(chunk) == 0 {
		return nil
	}
	puts := make([]journal.KV, len(chunk))
	for i, e := range chunk {
		puts[i] = journal.KV{Key: []byte(e.id), Value: e.encode()}
	}
	if err := k.index.Write(ctx, keysName, puts, journal.Seq(chunk[len(chunk)-1].last())); err != nil {
		return fmt.Errorf("write key index: %w", err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, e := range chunk {
		delete(k.recent, e.id)
	}
	k.wait = k.wait[len(chunk):]
	k.flushes++
	clear(k.absent)
	return nil
}

// collector groups the records of a replay by their key.
type collector struct {
	open entry // the key whose records are being read
}

// add takes the next record; when it begins a new key, the one before is complete.
func (c *collector) add(r *ledger.Record) (done entry, ok bool) {
	id := keyID(r.Scope(), r.Key)
	if id == c.open.id {
		c.open.n++
		return entry{}, false
	}
	done, ok = c.open, c.open.n > 0
	c.open = entry{id, span{r.Seq, 1}}
	return done, ok
}
