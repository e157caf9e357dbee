// Package bench measures the bank against what the same disk and the same machine can do at all, and says beside each
// figure what was asked of it (docs/performance.md).
//
// It promises that both sides of a ratio are measured in the same run, in turns, with fixed seeds, and that the figure is
// the median of the rounds. What it measures is the bank as it is served: the real rooms of the house, real files, real
// processes and tokens. Where a side had to be left out or stood in for, the figure's note says so.
//
// It writes only into directories of its own, and leaves books that verify. It is no test: it asserts no time, and its
// numbers mean something only beside each other.
package bench

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"io"
	"math/rand/v2"
	"sync/atomic"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/engine"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/roster"
	"moralbank.example/bank/ledger/seal"
	"moralbank.example/bank/ledger/view"
)

// House is an open data directory, as the command puts its rooms together.
type House struct {
	Dir     string
	Journal journal.Journal
	Engine  *engine.Engine
	View    *view.View
	Roster  *roster.Roster
	Sealed  *seal.Log
	Close   func(context.Context) error
}

// World is what the command lends to the measuring.
type World struct {
	// Found makes a data directory and founds its ledger with the default rulebook; Open opens one that exists.
	Found, Open func(ctx context.Context, dir string, clock engine.Clock) (*House, error)
	PublicURL   string       // of the directories that Found makes
	Clock       engine.Clock // the machine's
	Program     string       // path of this program, for the processes that are measured from outside
	Progress    io.Writer    // what happens while one waits

	drawn atomic.Uint64 // generators of client keys: no two clients of a run may share one
}

// keys is a generator of client keys that no other client of this run has; the next run has the same ones.
func (w *World) keys() *rand.Rand {
	return rand.New(rand.NewPCG(20230831, w.drawn.Add(1))) //nolint:gosec // the same run each time is the point
}

// newKey draws a client key as a browser makes it: random. The sequence is the same in every run.
func newKey(rng *rand.Rand) ledger.Key {
	var k [16]byte
	binary.LittleEndian.PutUint64(k[:8], rng.Uint64())
	binary.LittleEndian.PutUint64(k[8:], rng.Uint64())
	k[6], k[8] = k[6]&0x0f|0x40, k[8]&0x3f|0x80
	x := make([]byte, 36)
	hex.Encode(x[:8], k[:4])
	hex.Encode(x[9:13], k[4:6])
	hex.Encode(x[14:18], k[6:8])
	hex.Encode(x[19:23], k[8:10])
	hex.Encode(x[24:], k[10:])
	x[8], x[13], x[18], x[23] = '-', '-', '-', '-'
	return ledger.Key(x)
}
