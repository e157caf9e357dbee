package seal_test

import (
	"testing"

	"moralbank.example/bank/ledger/seal"
)

// FuzzParsePolicy: a published policy is read or refused, never a panic.
func FuzzParsePolicy(f *testing.F) {
	f.Add([]byte("log example.com/log+deadbeef+AAAA\nwitness w1 example.com/w+deadbeef+AAAA\ngroup g 1 w1\nquorum g\n"))
	f.Add([]byte("quorum none\n"))
	f.Fuzz(func(_ *testing.T, text []byte) {
		p, err := seal.ParsePolicy(text)
		if err == nil {
			_, _ = seal.OpenCheckpoint([]byte("example.com/log\n1\nAAAA\n\n— example.com/log AAAA\n"), p)
		}
	})
}

// FuzzParseTilePath: a path that is taken for a tile's is the path of that tile.
func FuzzParseTilePath(f *testing.F) {
	for _, path := range []string{"tile/0/000", "tile/0/x001/234", "tile/1/000.p/5", "tile/entries/000", "tile/0/000.p/256", "tile/-1/000"} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		tile, err := seal.ParseTilePath(path)
		if err == nil && (tile.L < -1 || tile.N < 0 || tile.W < 1 || tile.W > 1<<8) {
			t.Fatalf("%q is %+v", path, tile)
		}
	})
}
