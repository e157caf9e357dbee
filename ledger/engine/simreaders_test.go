package engine

import (
	"bytes"
	"fmt"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
)

// sample is a few readers: of some accounts, and of the seq.
func (j *judge) sample() {
	for range 3 {
		j.balance(j.s.town.anybody(j.s))
	}
}

// balance holds what is published of an account against the books.
func (j *judge) balance(id ledger.AccountID) {
	got, seq, ok := j.s.e.Balance(id)
	want, known := j.book.View(id)
	got.Seq, want.Seq = 0, 0
	if ok != known || seq != j.book.Seq() || fmt.Sprint(got) != fmt.Sprint(want) {
		j.s.fail("%s is published as %+v (%v) at %d, the books say %+v (%v) at %d", id, got, ok, seq, want, known, j.book.Seq())
	}
	if seq < j.floor {
		j.s.fail("%s is read as of %d, %d was told before", id, seq, j.floor)
	}
	j.floor = seq
}

// first is the lookup of a key before anything else is looked at: it gives durable and published records only.
func (j *judge) first(cmd *ledger.Command) {
	if cmd.Do == nil || !ledger.ValidKey(cmd.Key) {
		return
	}
	records, ok, err := j.s.e.First(j.s.ctx, cmd.Scope(), cmd.Key)
	j.s.check(err, "look up a key")
	at, used := j.keys[keyOf(cmd.Scope(), cmd.Key)]
	if ok != used || len(records) != at.n || ok && records[0].Seq != at.first {
		j.s.fail("key %s gives %d records (%v), there stand %v", cmd.Key, len(records), ok, at)
	}
}

func (j *judge) record(seq ledger.Seq) {
	r, err := j.s.e.Record(j.s.ctx, seq)
	j.s.check(err, "read a record")
	if !bytes.Equal(r.Line, j.lines[seq-1]) || r.Block.First > seq || r.Block.Last < seq {
		j.s.fail("record %d is %s in block %d to %d, there stands %s", seq, r.Line, r.Block.First, r.Block.Last, j.lines[seq-1])
	}
}

// follow reads on from a record to the end of what is published.
func (j *judge) follow(seq ledger.Seq) {
	for r, err := range j.s.e.Follow(j.s.ctx, seq) {
		j.s.check(err, "follow")
		if r.Record.Seq != seq || !bytes.Equal(r.Line, j.lines[seq-1]) {
			j.s.fail("a follower at %d is given %d: %s", seq, r.Record.Seq, r.Line)
		}
		if seq++; seq > j.book.Seq() {
			return
		}
	}
}

// restarted holds the journal of a machine that has started again against what stood there before.
func (j *judge) restarted(from journal.Journal) {
	old := len(j.lines)
	end := from.Head().Seq
	if int(end) < old {
		j.s.fail("the journal ends at %d, it held %d records: acknowledged and lost", end, old)
	}
	for b, err := range from.Blocks(j.s.ctx, 1) {
		j.s.check(err, "read the journal")
		for seq := b.FirstSeq; seq <= min(b.LastSeq(), journal.Seq(old)); seq++ {
			if line, _ := b.Line(seq); !bytes.Equal(line, j.lines[seq-1]) {
				j.s.fail("record %d has changed from\n%s\nto\n%s", seq, j.lines[seq-1], line)
			}
		}
	}
	j.advance(from, ledger.Seq(end))
	if int(end) == old && len(j.open) > 0 {
		j.s.met["unknown, and it is gone"]++
	}
}

// everything compares all that the engine publishes, and the book that it goes on with, with the judge's.
func (j *judge) everything() {
	e := j.s.e
	for c := ledger.ClassMember; c <= ledger.ClassSettled; c++ {
		for _, id := range j.book.Accounts(c) {
			j.balance(id)
			ours, _ := j.book.View(id)
			theirs, _ := e.book.View(id)
			if fmt.Sprint(ours) != fmt.Sprint(theirs) {
				j.s.fail("%s is %+v in the engine's book, replay says %+v", id, theirs, ours)
			}
		}
	}
	if got, want := fmt.Sprint(e.book.Sums()), fmt.Sprint(j.book.Sums()); got != want || e.book.Seq() != j.book.Seq() {
		j.s.fail("the engine's book sums to %s, replay says %s", got, want)
	}
	if !bytes.Equal(writtenDown(j, e.book), writtenDown(j, j.book)) {
		j.s.fail("the engine's book, written down, is not the judge's")
	}
	for _, as := range j.wanted {
		j.first(as[0])
	}
}

// writtenDown is all that a book holds.
func writtenDown(j *judge, b *ledger.Book) (text []byte) {
	j.s.check(b.WriteSnapshot(func(line []byte) error {
		text = append(append(text, line...), '\n')
		return nil
	}), "write a book down")
	return text
}
