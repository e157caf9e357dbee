package seal

import (
	"bytes"
	"context"
	"fmt"
)

// CompareTiles hashes the source's lines again and compares every stored bundle and tile with them, up to where the store says it
// reaches; it tells how many. ErrTiles names the first that is not what the lines make, ErrRoot lines that do not follow. progress is
// told after each block how many entries were hashed, of how many; it may be nil.
func CompareTiles(ctx context.Context, source Source, s Store, progress func(done, total int64)) (compared int64, err error) {
	cursor, err := s.Cursor(ctx)
	if err != nil {
		return 0, fmt.Errorf("compare tiles: %w", err)
	}
	if size := source.Head().Size; cursor > size || cursor%width != 0 {
		return 0, fmt.Errorf("%w: they reach to %d, the journal to %d", ErrTiles, cursor, size)
	}
	if cursor == 0 {
		return 0, nil
	}
	var e edge
	for b, err := range source.Blocks(ctx, 0) {
		if err != nil {
			return compared, fmt.Errorf("compare tiles: %w", err)
		}
		if b.First != e.size {
			return compared, fmt.Errorf("%w: entry %d follows %d", ErrRoot, b.First, e.size)
		}
		for _, line := range b.Lines {
			for _, want := range e.grow(nil, EntryOf(line)) {
				has, ok, err := s.Get(ctx, want.Level, want.N)
				if err != nil {
					return compared, fmt.Errorf("compare tile %d/%d: %w", want.Level, want.N, err)
				}
				if !ok || !bytes.Equal(has, want.Hashes) {
					return compared, fmt.Errorf("%w: tile %d/%d is not what the records make", ErrTiles, want.Level, want.N)
				}
				compared++
			}
			if e.size == cursor {
				if progress != nil {
					progress(cursor, cursor)
				}
				return compared, nil
			}
		}
		if progress != nil {
			progress(e.size, cursor)
		}
	}
	return compared, fmt.Errorf("%w: the lines end at %d, the tiles at %d", ErrTiles, e.size, cursor)
}
