package roster

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"sync"
)

// Memory is a Store that forgets: for tests, dry runs and the model against which the others are checked.
type Memory struct {
	mu     sync.RWMutex
	rows   map[string]Row
	last   Version
	closed bool
}

var errClosed = errors.New("roster: store is closed")

// NewMemory is an empty store.
func NewMemory() *Memory { return &Memory{rows: map[string]Row{}} }

// Get implements Store.
func (m *Memory) Get(ctx context.Context, key string) (Row, error) {
	if err := ctx.Err(); err != nil {
		return Row{}, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.closed {
		return Row{}, errClosed
	}
	row, ok := m.rows[key]
	if !ok {
		return Row{}, ErrNotFound
	}
	row.Value = bytes.Clone(row.Value)
	return row, nil
}

// Commit implements Store.
func (m *Memory) Commit(ctx context.Context, changes ...Change) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := CheckChanges(changes); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return errClosed
	}
	for _, c := range changes {
		if m.rows[c.Key].Version != c.Was {
			return ErrChanged
		}
	}
	m.last++
	for _, c := range changes {
		if c.Delete {
			delete(m.rows, c.Key)
			continue
		}
		m.rows[c.Key] = Row{Key: c.Key, Value: bytes.Clone(c.Value), Version: m.last}
	}
	return nil
}

// Scan implements Store.
func (m *Memory) Scan(ctx context.Context, prefix string) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		rows, err := m.snapshot(prefix)
		if err != nil {
			yield(Row{}, err)
			return
		}
		for _, row := range rows {
			if err := ctx.Err(); err != nil {
				yield(Row{}, err)
				return
			}
			row.Value = bytes.Clone(row.Value)
			if !yield(row, nil) {
				return
			}
		}
	}
}

func (m *Memory) snapshot(prefix string) ([]Row, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.closed {
		return nil, errClosed
	}
	var rows []Row
	for key, row := range m.rows {
		if strings.HasPrefix(key, prefix) {
			rows = append(rows, row)
		}
	}
	slices.SortFunc(rows, func(a, b Row) int { return strings.Compare(a.Key, b.Key) })
	return rows, nil
}

// Close implements Store.
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	return nil
}

// Dead implements Store: memory does not fail.
func (*Memory) Dead() <-chan struct{} { return nil }

// Cause implements Store.
func (*Memory) Cause() error { return nil }
