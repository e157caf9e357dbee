package badgerjournal

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/dgraph-io/badger/v4"

	"moralbank.example/bank/ledger/journal"
)

// rewriteTail opens the tail for writing and adds what Badger holds beyond it: a frame or so after a crash between the
// two syncs, or all that the tail should hold after it was lost. A tail too far behind is started anew.
func (f *files) rewriteTail(ctx context.Context, head journal.Head) (err error) {
	from := f.found.head.Seq + 1
	if from <= head.Seq {
		oldest, err := f.store.seqBack(tailNeeds)
		if err != nil {
			return err
		}
		if len(f.found.spots) == 0 || oldest > from {
			if err := removeTail(f.opt.tailDir(), f.found); err != nil {
				return err
			}
			f.found, from = tailState{}, oldest
		}
		f.opt.Log.LogAttrs(ctx, slog.LevelWarn, "badger is ahead of the tail; the tail is written again from there",
			slog.Int64("from_seq", int64(from)), slog.Int64("to_seq", int64(head.Seq)))
	}
	if f.tail, err = openTail(ctx, f.opt, f.found); err != nil {
		return err
	}
	for from <= head.Seq {
		chunk, err := f.store.read(newest, from, journal.AppendBlocksMax)
		if err != nil {
			return err
		}
		encoded := make([][]byte, len(chunk))
		for i := range chunk {
			encoded[i] = chunk[i].encoded
		}
		last := chunk[len(chunk)-1].head()
		if err := f.tail.append(last, encoded); err != nil {
			return err
		}
		from = last.Seq + 1
	}
	return nil
}

// seqBack gives the first seq of the block from which on about this many bytes of blocks follow.
func (s store) seqBack(bytes int64) (first journal.Seq, err error) {
	first = 1
	err = s.view(newest, func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{Prefix: blockPrefix, Reverse: true})
		defer it.Close()
		for it.Seek(append(append([]byte(nil), blockPrefix...), 0xff)); it.Valid(); it.Next() {
			if bytes -= it.Item().ValueSize(); bytes < 0 {
				first = keySeq(it.Item().Key()) + 1
				return nil
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("measure back: %w", err)
	}
	return first, nil
}
