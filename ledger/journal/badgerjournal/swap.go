package badgerjournal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"moralbank.example/bank/ledger/journal"
)

// A rebuilt Badger goes through three names: badger.new while it is written, badger.whole once it is complete, and
// badger when the damaged one is out of the way. A crash leaves either the old one in place or a step to finish.
func (o Options) newDir() string   { return o.badgerDir() + ".new" }
func (o Options) wholeDir() string { return o.badgerDir() + ".whole" }

// newStore is an empty Badger to be filled. It does not sync each commit; its Close syncs all.
func newStore(o Options) (store, error) {
	if err := os.RemoveAll(o.newDir()); err != nil {
		return store{}, fmt.Errorf("build anew: %w", err)
	}
	if err := makeDir(o.newDir()); err != nil {
		return store{}, err
	}
	db, err := openBadger(journalOptions(o.newDir(), o.Log).WithSyncWrites(false))
	return store{db: db, dir: o.newDir()}, err
}

// swapStores puts the damaged Badger aside and the new one in its place, and says where the damaged one is.
func swapStores(o Options) (aside string, err error) {
	for i := 1; ; i++ {
		aside = fmt.Sprintf("%s.damaged%d", o.badgerDir(), i)
		if _, err := os.Stat(aside); errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	err = errors.Join(syncDir(o.newDir()), os.Rename(o.newDir(), o.wholeDir()), syncDir(o.Dir))
	if err == nil {
		err = os.Rename(o.badgerDir(), aside)
	}
	if err == nil {
		err = finishSwap(o)
	}
	if err != nil {
		return "", fmt.Errorf("put the new badger in place: %w", err)
	}
	return aside, nil
}

// finishSwap ends what a crash cut short: a complete new Badger stands beside an empty place.
func finishSwap(o Options) error {
	if _, err := os.Stat(o.badgerDir()); err == nil { //nolint:gosec // the data directory is the operator's choice
		return nil
	}
	if err := os.Rename(o.wholeDir(), o.badgerDir()); errors.Is(err, fs.ErrNotExist) { //nolint:gosec // names of ours in the data directory
		return nil
	} else if err != nil {
		return fmt.Errorf("finish repair: %w", err)
	}
	return syncDir(o.Dir)
}

// openTailOnly is openFiles without Badger.
func openTailOnly(o Options) (*files, error) {
	lock, err := lockDir(o.Dir)
	if err != nil {
		return nil, err
	}
	f := &files{opt: o, lock: lock, store: store{dir: o.badgerDir()}}
	if f.found, err = readTail(o.tailDir()); err != nil {
		return nil, errors.Join(err, f.close())
	}
	return f, nil
}

// startingAt finds the block that begins with this seq.
func (s tailState) startingAt(seq journal.Seq) (spot, bool) {
	i := s.search(seq)
	if i == len(s.spots) || s.spots[i].first != seq {
		return spot{}, false
	}
	return s.spots[i], true
}
