package view

import (
	"bytes"
	"context"
	"iter"
	"slices"
	"strings"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
)

// look is one reading of a table: what was not in the index yet when it began, and a scan of what was.
type look struct {
	at      ledger.Seq // what the table had seen
	index   journal.Index
	prefix  []byte
	from    []byte // where the scan begins, itself included; nil: at the end it comes from
	reverse bool
	dirty   []journal.KV // in the order of the scan
	empty   bool         // no key has such a prefix
}

// look begins a reading of the keys under a prefix. The caller does not hold the view's lock.
func (v *View) look(s *sheet, prefix, from []byte, reverse bool) look {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.looking(s, prefix, from, reverse)
}

// looking is look for a caller who holds the lock: while she holds it, what she scans is the table as it was at one seq.
func (v *View) looking(s *sheet, prefix, from []byte, reverse bool) look {
	l := look{at: v.book.Seq(), index: v.index, prefix: prefix, from: from, reverse: reverse}
	if bytes.Count(prefix, []byte{0}) != 1 { // what ends the id; an id that holds one is nobody's, and would meet the middle of other keys
		l.empty = true
		return l
	}
	for k, c := range s.dirty {
		if strings.HasPrefix(k, string(prefix)) && l.within(k) {
			l.dirty = append(l.dirty, journal.KV{Key: []byte(k), Value: c.bytes()})
		}
	}
	slices.SortFunc(l.dirty, l.compare)
	return l
}

func (l *look) within(key string) bool {
	if len(l.from) == 0 {
		return true
	}
	if l.reverse {
		return key <= string(l.from)
	}
	return key >= string(l.from)
}

func (l *look) compare(a, b journal.KV) int {
	if l.reverse {
		return bytes.Compare(b.Key, a.Key)
	}
	return bytes.Compare(a.Key, b.Key)
}

// scan gives the pairs in order, at most limit of them (0: all). What is not in the index yet comes before what is.
func (l *look) scan(ctx context.Context, limit int) iter.Seq2[journal.KV, error] {
	return func(yield func(journal.KV, error) bool) {
		if l.empty {
			return
		}
		left, fresh := limit, l.dirty
		give := func(kv journal.KV) bool {
			left--
			return yield(kv, nil) && left != 0
		}
		for kv, err := range l.index.Scan(ctx, l.prefix, l.from, l.reverse, limit) {
			if err != nil {
				yield(kv, err)
				return
			}
			for len(fresh) > 0 && l.compare(fresh[0], kv) < 0 {
				if !give(fresh[0]) {
					return
				}
				fresh = fresh[1:]
			}
			if len(fresh) > 0 && bytes.Equal(fresh[0].Key, kv.Key) {
				kv, fresh = fresh[0], fresh[1:]
			}
			if !give(kv) {
				return
			}
		}
		for _, kv := range fresh {
			if !give(kv) {
				return
			}
		}
	}
}
