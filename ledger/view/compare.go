package view

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
)

// Difference is the first value of a stored view that is not what the records make.
type Difference struct {
	View   string
	Key    string // in words: what it is of, and which seq, day or month
	Stored string // hexadecimal; "" when the view lacks it
	Wanted string // hexadecimal; "" when no record makes it
}

// Error says it in a sentence.
func (d *Difference) Error() string {
	switch {
	case d.Stored == "":
		return fmt.Sprintf("view %s lacks %s", d.View, d.Key)
	case d.Wanted == "":
		return fmt.Sprintf("view %s has %s, which no record makes", d.View, d.Key)
	}
	return fmt.Sprintf("view %s says %s of %s, the records make %s", d.View, short(d.Stored), d.Key, short(d.Wanted))
}

// short is the begin of a long value.
func short(digits string) string {
	if len(digits) > 64 {
		return digits[:64] + "…"
	}
	return digits
}

// Compared is one stored view that was found to be what the records make.
type Compared struct {
	View   string
	Seq    ledger.Seq // up to which it was stored
	Values int        // that were compared
	Stale  bool       // it was made by another version: not compared, and built anew by the next start
}

// Compare makes every table anew from the journal, up to the seq at which the index holds it, and compares value by value. It
// fails with a *Difference, or with the journal's or the index's own error. Nobody may write the index meanwhile: a server
// that runs compares a copy. progress may be nil. What it keeps in memory grows with the members and their months, not with the records.
func Compare(ctx context.Context, j journal.Journal, x journal.Index, progress func(done, total ledger.Seq)) ([]Compared, error) {
	var done []Compared
	c := comparison{journal: j, index: x, progress: progress}
	for i := range tables {
		t := &tables[i]
		cursor, err := x.Cursor(ctx, t.cursor())
		if err != nil {
			return nil, fmt.Errorf("compare view %s: %w", t.name, err)
		}
		version, _, err := x.Get(ctx, t.versionKey())
		if err != nil {
			return nil, fmt.Errorf("compare view %s: %w", t.name, err)
		}
		if len(version) != 1 || version[0] != t.version {
			done = append(done, Compared{View: t.name, Stale: true})
			continue
		}
		if cursor > j.Head().Seq {
			return nil, &Difference{View: t.name, Key: fmt.Sprintf("record %d", cursor), Stored: "01"}
		}
		c.pages = append(c.pages, &page{table: t, end: ledger.Seq(cursor), kept: map[string][]byte{}})
	}
	if err := c.replay(ctx, func(*page) store { return nil }); err != nil {
		return nil, err
	}
	for _, p := range c.pages {
		n, err := c.check(ctx, p)
		if err != nil {
			return nil, err
		}
		done = append(done, Compared{View: p.name, Seq: p.end, Values: n})
	}
	return done, nil
}

// comparison is one run of Compare.
type comparison struct {
	journal  journal.Journal
	index    journal.Index
	progress func(done, total ledger.Seq)
	pages    []*page
}

// page is a table as the records make it: what is written once as a digest, the rest as it is. It is the store of a sheet.
type page struct {
	*table

	end    ledger.Seq
	kept   map[string][]byte
	digest digest
	values int
}

// Get implements store.
func (p *page) Get(_ context.Context, key []byte) ([]byte, bool, error) {
	v, ok := p.kept[string(key)]
	return v, ok, nil
}

// Write implements store.
func (p *page) Write(_ context.Context, _ string, puts []journal.KV, _ journal.Seq) error {
	for _, kv := range puts {
		if p.once {
			p.digest.add(kv)
			p.values++
		} else {
			p.kept[string(kv.Key)] = kv.Value
		}
	}
	return nil
}

// replay makes the tables from the first record. other gives a page another store; nil leaves it its own.
func (c *comparison) replay(ctx context.Context, other func(*page) store) error {
	book, end := ledger.NewBook(), ledger.Seq(0)
	sheets := make([]*sheet, len(c.pages))
	for i, p := range c.pages {
		sheets[i] = newSheet(p.table, p, 0)
		if s := other(p); s != nil {
			sheets[i].store = s
		}
		end = max(end, p.end)
	}
	ctx, cancel := context.WithCancel(ctx)
	blocks := parse(ctx, c.journal, end)
	defer func() {
		cancel()
		for range blocks { // until nobody reads the journal any more
		}
	}()
	for b := range blocks {
		for i := range b.records {
			if err := c.fold(ctx, book, sheets, &b.records[i]); err != nil {
				return err
			}
		}
		if b.err != nil {
			return fmt.Errorf("compare views: %w", b.err)
		}
		book.Touched()
		if c.progress != nil {
			c.progress(min(book.Seq(), end), end)
		}
	}
	if ctx.Err() != nil {
		return fmt.Errorf("compare views: %w", context.Cause(ctx))
	}
	return nil
}

// parsed is the records of a block, and why there are no more.
type parsed struct {
	records []ledger.Record
	err     error
}

// parseAhead is how many blocks are read before they are folded.
const parseAhead = 16

// parse reads the blocks up to the one that holds a record, on a goroutine of its own, until an error or the end of ctx.
func parse(ctx context.Context, j journal.Journal, end ledger.Seq) <-chan parsed {
	out := make(chan parsed, parseAhead)
	go func() {
		defer close(out)
		if end == 0 {
			return
		}
		for b, err := range j.Blocks(ctx, 1) {
			p := parsed{err: err}
			for i := 0; i < len(b.Lines) && p.err == nil; i++ {
				var r ledger.Record
				if r, p.err = ledger.ParseLine(b.Lines[i]); p.err != nil {
					p.err = fmt.Errorf("record %d: %w", b.FirstSeq+journal.Seq(i), p.err)
					break
				}
				p.records = append(p.records, r)
			}
			select {
			case out <- p:
			case <-ctx.Done():
				return
			}
			if p.err != nil || ledger.Seq(b.LastSeq()) >= end {
				return
			}
		}
	}()
	return out
}

// fold is foldInto for sheets that end at different seqs, each of which is flushed when it is full or done.
func (c *comparison) fold(ctx context.Context, book *ledger.Book, sheets []*sheet, r *ledger.Record) error {
	t := turnOf(book, r)
	if err := book.Fold(r); err != nil {
		return fmt.Errorf("compare views: %w", err)
	}
	for i, s := range sheets {
		if r.Seq > c.pages[i].end {
			continue
		}
		if err := s.fold(ctx, s, &t); err != nil {
			return fmt.Errorf("compare views, record %d: %w", r.Seq, err)
		}
		if !s.full(r.Seq) && r.Seq < c.pages[i].end {
			continue
		}
		if err := s.store.Write(ctx, "", s.puts(), 0); err != nil {
			return err
		}
		s.flushed(r.Seq)
	}
	return nil
}

// check compares a page with what is stored, and says how many values there are.
func (c *comparison) check(ctx context.Context, p *page) (int, error) {
	var stored digest
	n := 0
	for kv, err := range c.index.Scan(ctx, p.prefix(), nil, false, 0) {
		if err != nil {
			return n, fmt.Errorf("compare view %s: %w", p.name, err)
		}
		n++
		if p.once {
			stored.add(kv)
			continue
		}
		want, ok := p.kept[string(kv.Key)]
		if !ok {
			return n, &Difference{View: p.name, Key: p.words(kv.Key), Stored: hex.EncodeToString(kv.Value)}
		}
		if !bytes.Equal(want, kv.Value) {
			return n, p.differs(kv.Key, kv.Value, want)
		}
		p.kept[string(kv.Key)] = nil // seen
	}
	if p.once {
		if stored == p.digest && n == p.values {
			return n, nil
		}
		return n, c.find(ctx, p)
	}
	for _, k := range slices.Sorted(maps.Keys(p.kept)) {
		if v := p.kept[k]; v != nil {
			return n, &Difference{View: p.name, Key: p.words([]byte(k)), Wanted: hex.EncodeToString(v)}
		}
	}
	return n, nil
}

func (p *page) differs(key, stored, wanted []byte) *Difference {
	return &Difference{View: p.name, Key: p.words(key), Stored: hex.EncodeToString(stored), Wanted: hex.EncodeToString(wanted)}
}

// find names the first difference of a table whose digests differ: it makes the table once more, and looks each value up.
func (c *comparison) find(ctx context.Context, p *page) error {
	l := lookup{page: p, index: c.index}
	again := comparison{journal: c.journal, index: c.index, pages: []*page{p}}
	if err := again.replay(ctx, func(*page) store { return &l }); err != nil {
		return err
	}
	slices.Sort(l.known)
	for kv, err := range c.index.Scan(ctx, p.prefix(), nil, false, 0) {
		if err != nil {
			return fmt.Errorf("compare view %s: %w", p.name, err)
		}
		if _, ok := slices.BinarySearch(l.known, keyed(kv.Key)); !ok {
			return &Difference{View: p.name, Key: p.words(kv.Key), Stored: hex.EncodeToString(kv.Value)}
		}
	}
	return fmt.Errorf("compare view %s: it changed while it was compared", p.name)
}

// lookup compares what is written with what is stored.
type lookup struct {
	*page

	index journal.Index
	known []uint64 // of the keys that records make
}

// Write implements store.
func (l *lookup) Write(ctx context.Context, _ string, puts []journal.KV, _ journal.Seq) error {
	slices.SortFunc(puts, func(a, b journal.KV) int { return bytes.Compare(a.Key, b.Key) })
	for _, kv := range puts {
		stored, ok, err := l.index.Get(ctx, kv.Key)
		switch {
		case err != nil:
			return fmt.Errorf("compare view %s: %w", l.name, err)
		case !ok:
			return &Difference{View: l.name, Key: l.words(kv.Key), Wanted: hex.EncodeToString(kv.Value)}
		case !bytes.Equal(stored, kv.Value):
			return l.differs(kv.Key, stored, kv.Value)
		}
		l.known = append(l.known, keyed(kv.Key))
	}
	return nil
}

// words is a key as a person reads it.
func (t *table) words(key []byte) string {
	rest := key[len(t.prefix()):]
	of, at, found := bytes.Cut(rest, []byte{0})
	if !found {
		return string(of)
	}
	var b strings.Builder
	b.Write(of)
	switch {
	case len(at) == 8:
		fmt.Fprintf(&b, ", %d", binary.BigEndian.Uint64(at))
	case len(at) >= 4:
		fmt.Fprintf(&b, ", %d %s", binary.BigEndian.Uint32(at), bytes.ReplaceAll(at[4:], []byte{0}, []byte{' '}))
	}
	return strings.TrimRight(b.String(), " ")
}
