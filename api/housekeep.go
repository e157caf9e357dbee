package api

import (
	"context"
	"log/slog"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// houseEvery is how often the roster is tidied.
const houseEvery = time.Hour

// KeepHouse tidies the roster at once and then every hour, until ctx ends: what has expired goes, evidence of decided deeds
// gets its last date, access lines older than 180 days go. It destroys what cannot be brought back, so it goes by the timers'
// time and not by a clock that may have jumped. A failure is logged and tried again; nothing waits for it.
func (s *Server) KeepHouse(ctx context.Context) {
	tick := time.NewTicker(houseEvery)
	defer tick.Stop()
	for {
		s.keepHouse(ctx)
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (s *Server) keepHouse(ctx context.Context) {
	now, err := s.engine.Timers()
	if err != nil {
		s.log.LogAttrs(ctx, slog.LevelWarn, "housekeeping waits", slog.Any("error", err))
		return
	}
	by := roster.By{Actor: ledger.ActorTimer, Device: ledger.ViaTimer, At: now}
	open := map[roster.BlobID]bool{}
	s.view.Read(func(b *ledger.Book) {
		for _, stage := range deedStages {
			for _, v := range b.Deeds(stage) {
				open[roster.BlobID(v.Photo)] = true
			}
		}
	})
	for _, step := range []struct {
		what string
		do   func() (int, error)
	}{
		{"evidence", func() (int, error) { return s.roster.DecideEvidence(ctx, by, open) }},
		{"files", func() (int, error) { return s.roster.SweepBlobs(ctx, by) }},
		{"expired", func() (int, error) { return s.roster.SweepExpired(ctx, now) }},
		{"access", func() (int, error) { return s.roster.SweepAccess(ctx, now) }},
	} {
		n, err := step.do()
		switch {
		case err != nil && ctx.Err() == nil:
			s.log.LogAttrs(ctx, slog.LevelError, "housekeeping", slog.String("what", step.what), slog.Any("error", err))
		case n > 0:
			s.log.LogAttrs(ctx, slog.LevelInfo, "housekeeping", slog.String("what", step.what), slog.Int("gone", n))
		}
	}
}
