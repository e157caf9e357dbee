// Package audit reads a whole ledger again and asks of every record what an inspector would: is it the bytes that were
// sealed, does it follow from the records before it, does it keep the laws, was its actor entitled, does its amount
// follow from the rulebook it names?
//
// It promises to name the first record that is wrong, and to trust nothing but the stored blocks: no snapshot, no
// index, no balance that somebody kept. It proves that the books agree with themselves from their first record on;
// what happened outside of them it cannot know. It changes nothing.
package audit

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"slices"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/seal"
	"moralbank.example/bank/ledger/snapshot"
)

// Report is what a full verification found.
type Report struct {
	Records     ledger.Seq
	Blocks      int64
	Head        journal.Head
	Origin      string
	Demo        bool
	Issued      ledger.Points
	Redeemed    ledger.Points
	Expired     ledger.Points
	Outstanding ledger.Points
	Minutes     ledger.Minutes // held by members
	Members     int
	Awards      int // judged again by the rulebook they name
	Meals       int
	Reversals   int
	Extends     int // older checkpoints that the ledger was proved to extend
	Erased      []ledger.AccountID
	People      []ledger.AccountID // the members who are not erased
	Snapshots   []SnapshotReport
	Keys        []string // public keys that the books name as signing under their present name, the oldest first: 64 hex digits
}

// SnapshotReport is what the replay says of a snapshot of the book.
type SnapshotReport struct {
	snapshot.File

	Err error // nil: byte for byte what the records amount to; else see snapshot.Compare
}

// Books are what is verified: a journal, or a backup of one.
type Books interface {
	Head() journal.Head
	Blocks(ctx context.Context, from journal.Seq) iter.Seq2[journal.Block, error]
}

// Finding is the first thing that is wrong.
type Finding struct {
	Seq   ledger.Seq // 0 when it is not about one record
	Block int64
	Err   error
}

// Error names the record and what is wrong with it.
func (f *Finding) Error() string {
	if f.Block == 0 {
		return fmt.Sprintf("record %d: %v", f.Seq, f.Err)
	}
	if f.Seq == 0 {
		return fmt.Sprintf("block %d: %v", f.Block, f.Err)
	}
	return fmt.Sprintf("record %d (block %d): %v", f.Seq, f.Block, f.Err)
}

// Unwrap gives the cause.
func (f *Finding) Unwrap() error { return f.Err }

// Progress is told how far a verification has come, once a block.
type Progress func(done, total ledger.Seq)

// verifier is one pass over a ledger.
type verifier struct {
	book   *ledger.Book
	edge   seal.Frontier
	prev   journal.Head
	keys   *keyCheck
	since  []seal.Checkpoint // not reached yet, the smallest first
	bare   bool              // lines without blocks
	copies []snapshot.File   // not reached yet, the lowest first
	report Report
}

// Verify reads the ledger from its first record to its head and recomputes everything: leaves, tree, chain of blocks,
// postings, laws, awards against their rulebook. It also proves that the ledger extends each of the checkpoints in since,
// whose signatures the caller has verified: nothing under them was changed, nothing is missing. A *Finding names the first
// wrong record; any other error means that it could not be read.
func Verify(ctx context.Context, j Books, progress Progress, since ...seal.Checkpoint) (Report, error) {
	return newVerifier(since, int64(j.Head().Seq)).verify(ctx, j, progress)
}

// VerifyCopies is Verify, and holds each snapshot of the book against the replay when that comes to its record. A wrong one is no
// finding about the books: the report says it.
func VerifyCopies(ctx context.Context, j Books, copies []snapshot.File, progress Progress, since ...seal.Checkpoint) (Report, error) {
	v := newVerifier(since, int64(j.Head().Seq))
	v.copies = slices.Clone(copies)
	slices.SortFunc(v.copies, func(a, b snapshot.File) int { return cmp.Compare(a.Seq, b.Seq) })
	return v.verify(ctx, j, progress)
}

func (v *verifier) verify(ctx context.Context, j Books, progress Progress) (Report, error) {
	head := j.Head()
	err := v.read(ctx, j.Blocks(ctx, 1), func(done ledger.Seq) {
		if progress != nil {
			progress(done, ledger.Seq(head.Seq))
		}
	})
	if err == nil && v.prev != head {
		err = &Finding{Block: int64(v.prev.Height), Err: fmt.Errorf("the blocks end at %v, the head says %v", v.prev, head)}
	}
	if err == nil {
		err = v.totals()
	}
	for _, c := range v.copies {
		v.report.Snapshots = append(v.report.Snapshots, SnapshotReport{c, fmt.Errorf("%w: it is ahead of the ledger, which ends at record %d", snapshot.ErrForeign, v.book.Seq())})
	}
	return v.report, err
}

func newVerifier(since []seal.Checkpoint, records int64) *verifier {
	v := &verifier{book: ledger.NewBook(), keys: newKeyCheck(records), since: slices.Clone(since)}
	slices.SortFunc(v.since, func(a, b seal.Checkpoint) int { return cmp.Compare(a.Size, b.Size) })
	return v
}

// read verifies blocks up to their end.
func (v *verifier) read(ctx context.Context, blocks iter.Seq2[journal.Block, error], progress func(ledger.Seq)) error {
	err := v.walk(ctx, blocks, progress)
	return v.keys.end(err, v.book.Seq())
}

func (v *verifier) walk(ctx context.Context, blocks iter.Seq2[journal.Block, error], progress func(ledger.Seq)) error {
	ctx, cancel := context.WithCancel(ctx)
	batches := prepare(ctx, blocks, v.bare)
	defer func() {
		cancel()
		for batch := range batches { // until nobody reads the journal any more
			<-batch
		}
	}()
	if err := v.extends(0); err != nil {
		return err
	}
	for batch := range batches {
		for _, p := range <-batch {
			if err := v.block(&p); err != nil {
				return err
			}
			progress(v.book.Seq())
		}
		if v.keys.seen.Load() {
			return nil // end says what
		}
	}
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("verify: %w", context.Cause(ctx))
	case len(v.since) > 0:
		return &Finding{Seq: v.book.Seq() + 1, Err: fmt.Errorf("%w: it ends at record %d, the checkpoint had %d", ErrShrunk, v.book.Seq(), v.since[0].Size)}
	}
	return nil
}

// What an older checkpoint says against a ledger. Compare with errors.Is.
var (
	// ErrShrunk : the ledger has fewer records than it had.
	ErrShrunk = errors.New("the ledger is shorter than its checkpoint")
	// ErrRewritten : a record at or before the size of the checkpoint is not the one that stood there.
	ErrRewritten = errors.New("the ledger is not the one of its checkpoint")
)

// extends compares the tree with the checkpoints of this size.
func (v *verifier) extends(height journal.Height) error {
	for len(v.since) > 0 && v.since[0].Size == v.edge.Size() {
		if c := v.since[0]; v.edge.Root() != c.Root {
			return &Finding{Block: int64(height), Err: fmt.Errorf("%w: the first %d records hash to %v, the checkpoint states %v", ErrRewritten, c.Size, v.edge.Root(), c.Root)}
		}
		v.since = v.since[1:]
		v.report.Extends++
	}
	return nil
}

// unread is a block that the journal could not give. Where the journal says which, it is believed: it reads ahead.
func (v *verifier) unread(err error) *Finding {
	f := &Finding{Seq: v.book.Seq() + 1, Block: int64(v.prev.Height) + 1, Err: err}
	if v.bare {
		f.Block = 0
	}
	if d, ok := errors.AsType[*journal.Damage](err); ok && d.Seq > 0 {
		f.Seq, f.Block = ledger.Seq(d.Seq), int64(d.Height)
	}
	return f
}

// block checks one block as a whole, and its records one by one.
func (v *verifier) block(p *prepared) error {
	b := &p.block
	at := func(seq ledger.Seq, err error) error { return &Finding{Seq: seq, Block: int64(b.Height), Err: err} }
	switch {
	case p.unread:
		return v.unread(p.err)
	case p.err != nil && p.records == nil && !v.bare:
		return at(0, p.err)
	case !v.bare && !v.prev.Precedes(*b):
		return at(0, fmt.Errorf("it does not follow %v", v.prev))
	}
	v.keys.in <- keyBatch{b.Height, ledger.Seq(b.FirstSeq), p.keys}
	for i := range p.records {
		seq := ledger.Seq(b.FirstSeq) + ledger.Seq(i)
		if err := v.record(&p.records[i]); err != nil {
			return at(seq, err)
		}
		v.edge.AppendLeaf(p.leaves[i])
		if err := v.extends(b.Height); err != nil {
			return err
		}
	}
	if p.err != nil {
		return at(ledger.Seq(b.FirstSeq)+ledger.Seq(len(p.records)), p.err)
	}
	if v.bare {
		v.report.Head = journal.Head{Seq: journal.Seq(v.book.Seq()), TreeSize: v.edge.Size(), Root: journal.Hash(v.edge.Root())}
		return nil
	}
	if v.edge.Size() != b.TreeSize || v.edge.Root() != seal.Hash(b.Root) {
		return at(0, fmt.Errorf("its header states root %x of %d records; they hash to %x of %d", b.Root[:4], b.TreeSize, v.edge.Root(), v.edge.Size()))
	}
	v.prev = p.head
	v.compareCopies()
	v.report.Blocks, v.report.Head = int64(b.Height), v.prev
	return nil
}

// compareCopies holds the snapshots up to here against the book; one that is of no block's end cannot be of this ledger.
func (v *verifier) compareCopies() {
	for len(v.copies) > 0 && v.copies[0].Seq <= v.book.Seq() {
		err := snapshot.Compare(v.copies[0], &snapshot.State{Head: v.prev, Edge: v.edge, Book: v.book})
		v.report.Snapshots = append(v.report.Snapshots, SnapshotReport{v.copies[0], err})
		v.copies = v.copies[1:]
	}
}

// record checks one record: the laws before and after, and what an auditor would ask.
func (v *verifier) record(r *ledger.Record) error {
	if err := v.book.Check(r); err != nil {
		return err
	}
	if err := v.book.Judge(r); err != nil {
		return err
	}
	if o, ok := r.Body.(*ledger.OriginChanged); ok {
		if root := v.edge.Root(); o.Root != hex.EncodeToString(root[:]) {
			return fmt.Errorf("the %d records before it hash to %x, it says %s", v.edge.Size(), root, o.Root)
		}
	}
	if err := v.book.Fold(r); err != nil {
		return err
	}
	if err := v.book.CheckAfter(r); err != nil {
		return err
	}
	v.book.Touched()
	v.count(r)
	return nil
}

func (v *verifier) count(r *ledger.Record) {
	v.report.Records = r.Seq
	switch r.Kind { //nolint:exhaustive // counts a few kinds of many
	case ledger.KindAwarded:
		v.report.Awards++
	case ledger.KindRedeemed:
		v.report.Meals++
	case ledger.KindReversed:
		v.report.Reversals++
	case ledger.KindKeyRotated:
		if x, ok := r.Body.(*ledger.KeyRotated); ok {
			v.report.Keys = append(v.report.Keys, x.Old, x.New)
		}
	case ledger.KindOriginChanged:
		v.report.Keys = nil
	}
	for _, p := range r.Postings {
		if p.Unit != ledger.UnitPoints {
			continue
		}
		n := ledger.Points(p.Amount)
		switch ledger.ClassOf(p.Account) { //nolint:exhaustive // the other classes are what is outstanding
		case ledger.ClassIssuer:
			v.report.Issued -= n
		case ledger.ClassCanteen, ledger.ClassSettled:
			v.report.Redeemed += n
		case ledger.ClassExpired:
			v.report.Expired += n
		}
	}
}

// totals compares what was counted record by record with what the accounts hold at the end.
func (v *verifier) totals() error {
	var points ledger.Points
	var minutes ledger.Minutes
	for _, c := range v.book.Sums() {
		points, minutes = points+c.Points, minutes+c.Minutes
		switch c.Class { //nolint:exhaustive // the other classes were counted record by record
		case ledger.ClassMember:
			v.report.Outstanding += c.Points
			v.report.Minutes = c.Minutes
		case ledger.ClassPool, ledger.ClassTransit, ledger.ClassShortfall:
			v.report.Outstanding += c.Points
		}
	}
	v.report.Origin, v.report.Demo, v.report.Members = v.book.Origin(), v.book.Demo(), v.book.Members()
	v.report.Erased = v.book.ErasedAccounts()
	v.report.People = slices.DeleteFunc(v.book.Accounts(ledger.ClassMember), func(a ledger.AccountID) bool {
		_, erased := slices.BinarySearch(v.report.Erased, a) // both in order
		return erased
	})
	if points != 0 || minutes != 0 {
		return &Finding{Err: fmt.Errorf("the accounts sum to %d points and %d minutes, not to zero", points, minutes)}
	}
	if got := v.report.Issued - v.report.Redeemed - v.report.Expired; got != v.report.Outstanding {
		return &Finding{Err: fmt.Errorf("issued - redeemed - expired = %d, outstanding is %d", got, v.report.Outstanding)}
	}
	return nil
}
