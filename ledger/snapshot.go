package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
)

// A snapshot is the whole Book written down, so that a start need not fold every record again. It is a list of lines, each
// a tag, a space, and an object in the form of a record line (see codec): first the numbers of the book, then every entry
// of every part in ascending order of its key, last the number of lines. So equal books give equal bytes, and two
// snapshots can be compared with diff.
//
//	book {"version":1,"seq":3,"time":1767225600000, …}
//	account-part {"entries":1}
//	account {"key":"m/wang","state":1,"points":75, …}
//	end {"lines":3}
//
// One description, describe, both writes and reads; a test by reflection finds the field that it forgets. A snapshot
// is derived and never trusted: whoever keeps one adds a checksum, and verify compares it with the replay.

// SnapshotVersion is raised whenever the lines say less, more or something else than before, also when Fold makes another
// book of the same records. A snapshot of any other version is not read: the records are folded again.
const SnapshotVersion = 3

// snapshotListMax bounds a list in a snapshot, in elements: the owners of the lots of one month are all members.
const snapshotListMax = 1 << 24

var (
	// ErrSnapshot : the lines are no snapshot, or not whole. Replay the records.
	ErrSnapshot = errors.New("not a whole snapshot")
	// ErrSnapshotVersion : they are a snapshot of another version of this program. Replay the records.
	ErrSnapshotVersion = errors.New("a snapshot of another version")
)

// WriteSnapshot gives the lines of a snapshot, without LF, one by one to put, which must not keep them, and ends with
// put's first error. What was touched and not asked for (see Touched) is no part of it. It changes nothing.
func (b *Book) WriteSnapshot(put func(line []byte) error) error {
	s := scribe{put: put, codec: codec{most: snapshotListMax}}
	b.describe(&s)
	if s.err != nil {
		return fmt.Errorf("write snapshot at record %d: %w", b.last, s.err)
	}
	return nil
}

// ReadSnapshot makes the book of which the lines are the snapshot: each call of next gives one that stays as it is until
// the following call, nil after the last. It accepts exactly what WriteSnapshot writes, of a book that breaks no law that can be
// seen without its records. ErrSnapshot, ErrSnapshotVersion, or next's error.
func ReadSnapshot(next func() ([]byte, error)) (*Book, error) {
	s := scribe{next: next, codec: codec{most: snapshotListMax, decoding: true, names: map[string]string{}}}
	b := NewBook()
	s.turn()
	b.describe(&s)
	if s.err == nil && s.line != nil {
		s.err = fmt.Errorf("%w: a line after the end", ErrSnapshot)
	}
	if s.err != nil {
		return nil, fmt.Errorf("read snapshot, line %d: %w", s.lines, s.err)
	}
	b.countLoose()
	if err := b.sound(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSnapshot, err)
	}
	return b, nil
}

// sound asserts the laws that hold of any whole book, whatever its records were: each unit sums to zero over all accounts, and
// the lots of each member are her balance. What nobody wrote by these rules is not believed, however right its checksum.
func (b *Book) sound() error {
	var points Points
	var minutes Minutes
	for _, c := range b.Sums() {
		points, minutes = points+c.Points, minutes+c.Minutes
	}
	if points != 0 || minutes != 0 {
		return fmt.Errorf("all accounts sum to %d points and %d minutes", points, minutes)
	}
	for id, a := range b.accounts {
		if ClassOf(id) != ClassMember {
			continue
		}
		if err := a.checkLots(); err != nil {
			return fmt.Errorf("%s: %w", id, err)
		}
	}
	return nil
}

// scribe writes the lines of a snapshot, or reads them.
type scribe struct {
	codec codec                  // of one line
	put   func([]byte) error     // writing
	next  func() ([]byte, error) // reading
	line  []byte                 // reading: the line that comes next; nil after the last
	lines int                    // written, or read
	err   error
}

// turn goes on to the next line, when reading.
func (s *scribe) turn() {
	line, err := s.next()
	if err != nil && s.err == nil {
		s.err = err
	}
	if s.line = line; line != nil {
		s.lines++
	}
}

// comes reports whether the next line has this tag, and puts the codec behind it.
func (s *scribe) comes(tag string) bool {
	rest, ok := bytes.CutPrefix(s.line, []byte(tag))
	if s.err != nil || !ok || len(rest) == 0 || rest[0] != ' ' {
		return false
	}
	s.codec.buf = rest[1:]
	return true
}

// object is one line, either way.
func (s *scribe) object(tag string, fields func(*codec)) {
	c := &s.codec
	c.comma = false
	if !c.decoding {
		c.buf = append(append(c.buf[:0], tag...), ' ')
	}
	c.object(tag, func() { fields(c) })
	if c.err == nil && c.decoding && len(c.buf) > 0 {
		c.fail(errField, tag)
	}
	switch {
	case s.err != nil:
	case c.err != nil && c.decoding:
		s.err = fmt.Errorf("%w: %s: %w", ErrSnapshot, tag, c.err)
	case c.err != nil:
		s.err = fmt.Errorf("%s: %w", tag, c.err)
	case c.decoding:
		s.turn()
	default:
		s.lines++
		s.err = s.put(c.buf)
	}
}

// one is a part that has one line.
func (s *scribe) one(tag string, fields func(*codec)) {
	if s.err != nil {
		return
	}
	if s.codec.decoding && !s.comes(tag) {
		s.err = fmt.Errorf("%w: no line says %s", ErrSnapshot, tag)
		return
	}
	s.object(tag, fields)
}

// rows is a part that is a list: a line for each element, in its order.
func rows[T any](s *scribe, tag string, list *[]T, fields func(*codec, *T)) {
	if !s.codec.decoding {
		for i := range *list {
			if s.err != nil {
				return
			}
			s.object(tag, func(c *codec) { fields(c, &(*list)[i]) })
		}
		return
	}
	*list = nil
	for s.comes(tag) {
		var row T
		s.object(tag, func(c *codec) { fields(c, &row) })
		*list = append(*list, row)
	}
}

// presizeMax bounds the room that a stated number of entries is believed for, before its sum has been checked.
const presizeMax = 1 << 21

// entries is a part that is a map: a line that says how many there are, so that a reader makes room once, then a line for
// each, in ascending order of the keys. An empty one has no line.
func entries[K comparable, V any](s *scribe, tag string, m *map[K]V, order func(a, b K) int, fields func(*codec, *K, *V)) {
	count := len(*m)
	counted := func(c *codec) { integer(c, "entries", &count) }
	if s.err != nil || !s.codec.decoding && count == 0 || s.codec.decoding && !s.comes(tag+"-part") {
		return
	}
	s.object(tag+"-part", counted)
	if !s.codec.decoding {
		for _, k := range inOrder(*m, order) {
			if s.err != nil {
				return
			}
			v := (*m)[k]
			s.object(tag, func(c *codec) { fields(c, &k, &v) })
		}
		return
	}
	all := make(map[K]V, min(max(count, 0), presizeMax))
	var last K
	n := 0
	for ; s.comes(tag); n++ {
		var k K
		var v V
		s.object(tag, func(c *codec) { fields(c, &k, &v) })
		if n > 0 && order(last, k) >= 0 && s.err == nil {
			s.err = fmt.Errorf("%w: %s out of order", ErrSnapshot, tag)
		}
		all[k], last = v, k
	}
	if (n != count || n == 0) && s.err == nil {
		s.err = fmt.Errorf("%w: %d lines of %s, %d were announced", ErrSnapshot, n, tag, count)
	}
	*m = all
}

// table is a field that is a map: its entries as a list in ascending order of the keys.
func table[K comparable, V any](c *codec, name string, m *map[K]V, order func(a, b K) int, fields func(*codec, *K, *V)) {
	type pair struct {
		k K
		v V
	}
	var pairs []pair
	if !c.decoding {
		for _, k := range inOrder(*m, order) {
			pairs = append(pairs, pair{k, (*m)[k]})
		}
	}
	list(c, name, &pairs, func(c *codec, p *pair) { fields(c, &p.k, &p.v) })
	if !c.decoding {
		return
	}
	*m = make(map[K]V, len(pairs))
	for i, p := range pairs {
		if i > 0 && order(pairs[i-1].k, p.k) >= 0 {
			c.fail(errField, name)
		}
		(*m)[p.k] = p.v
	}
}

func inOrder[K comparable, V any](m map[K]V, order func(a, b K) int) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, order)
	return keys
}

// texts is a field that is a list of texts.
func texts[T ~string](c *codec, name string, v *[]T) {
	sequence(c, name, v, func(c *codec, e *T) {
		if c.decoding {
			*e = T(c.takeText(name))
		} else {
			c.putText(name, string(*e))
		}
	})
}

// integers is a field that is a list of numbers.
func integers[T ~int64](c *codec, name string, v *[]T) {
	sequence(c, name, v, func(c *codec, e *T) {
		if c.decoding {
			*e = T(c.takeInt(name))
		} else {
			c.putInt(name, int64(*e))
		}
	})
}

// small is a field that is a number of one byte.
func small[T ~uint8](c *codec, name string, v *T) {
	n := int(*v)
	if integer(c, name, &n); n < 0 || n > 0xff {
		c.fail(errRange, name)
	}
	*v = T(n)
}

// made gives the codec's value behind a pointer, new when it is being read.
func made[T any](v **T) *T {
	if *v == nil {
		*v = new(T)
	}
	return *v
}
