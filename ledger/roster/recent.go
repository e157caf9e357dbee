package roster

import (
	"bytes"
	"context"
	"sync"

	"moralbank.example/bank/ledger/lately"
)

// recent is what Remember gives.
type recent struct {
	Store

	mu      sync.Mutex
	rows    *lately.Memory[Row]
	commits int // tried so far: what was read before one is not kept after it
}

const (
	recentBytes = 4 << 20 // of each half
	recentRow   = 4 << 10 // pictures and other large rows are not kept
)

// Remember is a store with the rows in memory that were read lately, as they are stored: sealed. At the till the same cards, people and
// meals are read again and again. It is for a store that nobody writes otherwise.
func Remember(s Store) Store {
	return &recent{Store: s, rows: lately.New[Row](recentBytes)}
}

// Get implements Store.
func (r *recent) Get(ctx context.Context, key string) (Row, error) {
	if err := ctx.Err(); err != nil {
		return Row{}, err
	}
	r.mu.Lock()
	row, ok := r.rows.Find([]byte(key))
	commits := r.commits
	r.mu.Unlock()
	if ok {
		row.Value = bytes.Clone(row.Value)
		return row, nil
	}
	row, err := r.Store.Get(ctx, key)
	if err != nil || len(row.Value) > recentRow {
		return row, err
	}
	kept := row
	kept.Value = bytes.Clone(row.Value)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.commits == commits {
		r.rows.Add(key, kept, len(kept.Value))
	}
	return row, nil
}

// Commit implements Store. Whatever became of it, its rows are read again.
func (r *recent) Commit(ctx context.Context, changes ...Change) error {
	err := r.Store.Commit(ctx, changes...)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.commits++
	for _, c := range changes {
		r.rows.Drop(c.Key)
	}
	return err
}

// Close implements Store.
func (r *recent) Close() error {
	r.mu.Lock()
	r.rows = lately.New[Row](0)
	r.commits++
	r.mu.Unlock()
	return r.Store.Close()
}
