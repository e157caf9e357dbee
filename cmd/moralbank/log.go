package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"path/filepath"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/seal"
)

// The files of the signed log in a data directory.
const (
	logKeyFile    = "log-key"   // signs checkpoints; mode 0600
	witnessesFile = "witnesses" // who is asked to witness them; may be missing
	auditorsFile  = "auditors"  // who replays the books and signs; may be missing
	auditsFile    = "audits"    // what they signed
)

// errNoLogKey : the key that signs checkpoints is not in the data directory.
var errNoLogKey = errors.New("no key signs checkpoints")

// openLog opens the signed log over the journal. It refuses to sign for books that are behind or different from what was
// signed before.
func (h *house) openLog(ctx context.Context, now func() time.Time, log *slog.Logger) error {
	path := filepath.Join(h.dir, logKeyFile)
	if err := h.settleKey(path); err != nil {
		return err
	}
	key, err := openLogKey(h.dir, h.settings.Origin)
	if err != nil {
		return err
	}
	if h.auditors, err = openAuditors(h.dir); err != nil {
		return err
	}
	policy, err := openWitnesses(h.dir, key)
	if err != nil {
		return err
	}
	h.log, err = seal.Open(ctx, seal.Options{
		Key: key, Policy: policy, Guard: h.guard, Source: journalSource{h.journal}, Store: seal.Over(h.index), Now: now, Logger: log,
	})
	if err != nil {
		return fmt.Errorf("signed log: %w", err)
	}
	return nil
}

// settleKey ends what a rotation or a change of name left undone: a prepared key that the books name takes its place.
func (h *house) settleKey(path string) error {
	var origin, named string
	h.view.Read(func(b *ledger.Book) { origin, named = b.Origin(), b.LogKey() })
	if origin != "" && origin != h.settings.Origin {
		return &plainError{
			"账本已改名为 " + origin + "，但还没有改完。请再运行一次 moralbank key new-origin " + origin,
			"the ledger has been renamed " + origin + ", and not all was done; run moralbank key new-origin " + origin + " again", seal.ErrForeign,
		}
	}
	if next, ok := seal.PreparedKey(path, h.settings.Origin); ok && next.Public() == named {
		return seal.TakeKey(path)
	}
	return nil
}

// journalSource is the journal as the signed log reads it.
type journalSource struct{ journal journal.Journal }

// Head implements seal.Source.
func (s journalSource) Head() seal.Mark { return markOf(s.journal.Head()) }

// Blocks implements seal.Source.
func (s journalSource) Blocks(ctx context.Context, from int64) iter.Seq2[seal.Block, error] {
	return func(yield func(seal.Block, error) bool) {
		for b, err := range s.journal.Blocks(ctx, journal.Seq(from+1)) {
			block := seal.Block{First: int64(b.FirstSeq) - 1, Lines: b.Lines}
			if !yield(block, err) || err != nil {
				return
			}
		}
	}
}

func markOf(h journal.Head) seal.Mark {
	m := seal.Mark{Height: int64(h.Height), Seq: int64(h.Seq), Block: seal.Hash(h.Hash), Size: h.TreeSize, Root: seal.Hash(h.Root)}
	if m.Size == 0 {
		m.Root = (&seal.Frontier{}).Root() // an empty journal states none
	}
	return m
}
