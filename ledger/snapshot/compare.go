package snapshot

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"moralbank.example/bank/ledger"
)

// ErrWrong : a whole snapshot of this ledger does not say what the records amount to.
var ErrWrong = errors.New("snapshot: not what the records amount to")

// Compare holds a file, byte for byte, against what the replay has at its seq. ErrDamaged, ErrForeign when its form is of
// another version of the program or its head of another ledger, ErrWrong with the first line that differs, or the
// fault that kept it from being read.
func Compare(file File, state *State) error {
	f, err := os.Open(file.Path)
	if err != nil {
		return fmt.Errorf("compare snapshot: %w", err)
	}
	if err := errors.Join(compare(f, state), f.Close()); err != nil {
		return fmt.Errorf("compare snapshot %s: %w", file.Path, err)
	}
	return nil
}

func compare(f io.ReadSeeker, state *State) error {
	src := newSource(f)
	h, err := src.header()
	switch {
	case err != nil:
		return err
	case h.Head != state.Head:
		return fmt.Errorf("%w: it is of %v, the records have %v", ErrForeign, h.Head, state.Head)
	}
	line, err := src.line()
	if err == nil && !bytes.HasPrefix(line, fmt.Appendf(nil, `book {"version":%d,`, ledger.SnapshotVersion)) {
		return fmt.Errorf("%w: its lines are of another version", ErrForeign)
	}
	for err == nil && line != nil { // to its sum: what does not match that is damaged, and not wrong
		line, err = src.line()
	}
	if err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	other := &mirror{from: bufio.NewReaderSize(f, 1<<16)}
	if err := Encode(other, h.Program, state); err != nil {
		return err
	}
	if n, err := other.from.Peek(1); len(n) > 0 || !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: it says more", ErrWrong)
	}
	return nil
}

// mirror takes what ought to stand in a file, and fails where something else does.
type mirror struct {
	from *bufio.Reader
	line int // of the file, from 0
	buf  []byte
}

func (m *mirror) Write(p []byte) (int, error) {
	m.buf = append(m.buf[:0], p...)
	n, err := io.ReadFull(m.from, m.buf)
	if err == nil && bytes.Equal(m.buf, p) {
		m.line += bytes.Count(p, []byte{'\n'})
		return len(p), nil
	}
	same := 0
	for same < n && m.buf[same] == p[same] {
		same++
	}
	m.line += bytes.Count(p[:same], []byte{'\n'})
	return same, fmt.Errorf("%w: line %d differs", ErrWrong, m.line+1)
}
