package engine

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"syscall"

	"moralbank.example/bank/ledger/journal"
)

// alarm is a write behind the writer that fails. It is tried again each second, and said once until it goes well. That the
// disk is full is not counted: Stats.NoSpace says so, and it ends by itself.
type alarm struct {
	what   string
	errors atomic.Int64
	said   bool // owned by keep
}

func (a *alarm) note(ctx context.Context, log *slog.Logger, err error) {
	if err == nil {
		if a.said {
			a.said = false
			log.InfoContext(ctx, "written again", slog.String("what", a.what))
		}
		return
	}
	if !errors.Is(err, journal.ErrNoSpace) && !errors.Is(err, syscall.ENOSPC) {
		a.errors.Add(1)
	}
	if !a.said {
		a.said = true
		log.ErrorContext(ctx, "not written; it is tried again each second", slog.String("what", a.what), slog.Any("error", err))
	}
}
