package view

import (
	"crypto/sha256"
	"encoding/binary"

	"moralbank.example/bank/ledger/journal"
)

// digest is of a set of pairs, in whatever order they come: the sum of their SHA-256, in four lanes. It is for finding damage in
// what can be thrown away, not for holding out against somebody who forges a set.
type digest [4]uint64

func (d *digest) add(kv journal.KV) {
	p := binary.AppendUvarint(make([]byte, 0, len(kv.Key)+len(kv.Value)+4), uint64(len(kv.Key)))
	h := sha256.Sum256(append(append(p, kv.Key...), kv.Value...))
	for i := range d {
		d[i] += binary.LittleEndian.Uint64(h[8*i:])
	}
}

// keyed is a key in eight bytes.
func keyed(key []byte) uint64 {
	h := sha256.Sum256(key)
	return binary.LittleEndian.Uint64(h[:8])
}
