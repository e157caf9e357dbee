package journaltest

import (
	"bytes"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"moralbank.example/bank/ledger/journal"
)

// Model makes random calls on a journal and on a plain slice of lines; they must agree at each step and after reopening.
func Model(t *testing.T, fresh func(t *testing.T) Factory) {
	t.Helper()
	rapid.Check(t, func(r *rapid.T) {
		m := &model{t: t, factory: fresh(t), ends: []journal.Seq{0}}
		m.open(r)
		defer func() {
			if err := m.j.Close(); err != nil {
				r.Errorf("close: %v", err)
			}
		}()
		r.Repeat(map[string]func(*rapid.T){
			"append": m.append,
			"stale":  m.stale,
			"line":   m.line,
			"blocks": m.blocks,
			"reopen": m.reopen,
			"":       m.check,
		})
	})
}

// model is the slice: line of seq i+1 at i, and the last seq of each height.
type model struct {
	t       *testing.T
	factory Factory
	j       journal.Journal
	lines   [][]byte
	ends    []journal.Seq
	old     journal.Head
}

func (m *model) open(r *rapid.T) {
	var err error
	if m.j, err = m.factory.Open(); err != nil {
		r.Fatalf("open: %v", err)
	}
}

func (m *model) append(r *rapid.T) {
	blocks := Next(m.j.Head(), rapid.IntRange(1, 4).Draw(r, "blocks"), rapid.IntRange(1, 6).Draw(r, "lines"), rapid.StringMatching("[a-z]{0,4}").Draw(r, "salt"))
	m.old = m.j.Head()
	if _, err := m.j.Append(m.t.Context(), m.old, blocks); err != nil {
		r.Fatalf("append: %v", err)
	}
	for _, b := range blocks {
		m.lines = append(m.lines, b.Lines...)
		m.ends = append(m.ends, b.LastSeq())
	}
}

func (m *model) stale(r *rapid.T) {
	if m.old == m.j.Head() {
		return
	}
	if _, err := m.j.Append(m.t.Context(), m.old, Next(m.old, 1, 1, "stale")); !errors.Is(err, journal.ErrFenced) {
		r.Fatalf("append to an old head: %v", err)
	}
}

func (m *model) line(r *rapid.T) {
	seq := rapid.IntRange(-1, len(m.lines)+2).Draw(r, "seq")
	l, err := m.j.Line(m.t.Context(), journal.Seq(seq))
	if seq < 1 || seq > len(m.lines) {
		if !errors.Is(err, journal.ErrNotFound) {
			r.Fatalf("line %d of %d: %v", seq, len(m.lines), err)
		}
		return
	}
	if err != nil || !bytes.Equal(l, m.lines[seq-1]) {
		r.Fatalf("line %d: %q, %v; want %q", seq, l, err, m.lines[seq-1])
	}
}

func (m *model) blocks(r *rapid.T) {
	next := journal.Seq(rapid.IntRange(1, len(m.lines)+1).Draw(r, "from"))
	for b, err := range m.j.Blocks(m.t.Context(), next) {
		if err != nil {
			r.Fatalf("blocks: %v", err)
		}
		if _, ok := b.Line(next); !ok || b.LastSeq() != m.ends[b.Height] || b.FirstSeq != m.ends[b.Height-1]+1 {
			r.Fatalf("block %d has seq %d to %d, want %d to %d with %d in it", b.Height, b.FirstSeq, b.LastSeq(), m.ends[b.Height-1]+1, m.ends[b.Height], next)
		}
		next = b.LastSeq() + 1
	}
	if next != journal.Seq(len(m.lines))+1 {
		r.Fatalf("the blocks ended before seq %d of %d", next, len(m.lines))
	}
}

func (m *model) reopen(r *rapid.T) {
	if err := m.j.Close(); err != nil {
		r.Fatalf("close: %v", err)
	}
	m.open(r)
}

func (m *model) check(r *rapid.T) {
	if h := m.j.Head(); int(h.Seq) != len(m.lines) || int(h.Height) != len(m.ends)-1 {
		r.Fatalf("head %v, want height %d seq %d", h, len(m.ends)-1, len(m.lines))
	}
}
