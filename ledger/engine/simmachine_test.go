package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/memjournal"
	"moralbank.example/bank/ledger/seal"
	"moralbank.example/bank/ledger/snapshot"
)

// machine is where the engine runs: its disk, its clock, and what is about to go wrong.
type machine struct {
	hands  *hands
	disk   *memjournal.Disk
	older  *memjournal.Disk // as it was a while ago, for a rollback; nil at first
	dir    string           // of the mark and the snapshots
	salt   io.Reader
	limits Limits
	e      *Engine
	check0 check // the engine's own laws

	armed      memjournal.Fault // of the next append
	full       bool             // the disk, until somebody makes room
	indexFails bool             // at its next write
	indexDead  bool             // it failed, and is dead until a restart

	anchorWall time.Time     // when the clock was last believed
	anchorMono time.Duration // at the same moment
	absent     bool          // a start so long after, or before, the last record that a person has to confirm
}

// watched lets the simulator look on while an Append is under way.
type watched struct {
	journal.Journal
	s *sim
}

// Append implements journal.Journal.
func (w *watched) Append(ctx context.Context, prev journal.Head, blocks []journal.Block) (journal.Head, error) {
	w.s.during()
	head, err := w.Journal.Append(ctx, prev, blocks)
	if err == nil {
		w.s.during()
	}
	return head, err
}

// shaky is an index whose next write may fail half way; then it is dead, as the port says.
type shaky struct {
	journal.Index
	s *sim
}

// Write implements journal.Index.
func (x *shaky) Write(ctx context.Context, name string, puts []journal.KV, cursor journal.Seq) error {
	switch {
	case x.s.indexDead:
		return journal.ErrStopped
	case !x.s.indexFails:
		return x.Index.Write(ctx, name, puts, cursor)
	}
	old, err := x.Cursor(ctx, name)
	if err == nil {
		err = x.Index.Write(ctx, name, puts[:x.s.rng.IntN(len(puts)+1)], old)
	}
	x.s.indexFails, x.s.indexDead = false, true
	x.s.say("the index fails")
	return errors.Join(errors.New("index: input/output error"), err)
}

// fault is asked by the disk before each append.
func (s *sim) fault(int) memjournal.Fault {
	if s.full {
		s.met["append: "+memjournal.DiskFull.String()]++
		return memjournal.DiskFull
	}
	f := s.armed
	s.armed = memjournal.None
	if f != memjournal.None {
		s.met["append: "+f.String()]++
		s.say("append: %v", f)
	}
	return f
}

// left is any subset of the sectors of an append that was torn, or any prefix of its bytes.
func (s *sim) left(at int, p []byte) []byte {
	if s.rng.IntN(2) == 0 {
		return memjournal.Prefix(s.rng.IntN(len(p)+1))(at, p)
	}
	keep := s.rng.Float64()
	return memjournal.Sectors(func(int) bool { return s.rng.Float64() < keep })(at, p)
}

// start opens the ledger as the program does, but for its goroutines, and holds it against all that is known.
func (s *sim) start() {
	if s.rng.IntN(3) == 0 {
		s.tryFlippedBit()
	}
	s.tryRollback()
	s.indexDead = false
	harmed := s.harmSnapshot()
	e, err := s.assemble(s.disk, s.snapshots())
	s.check(err, "start")
	s.e = e
	s.disk.Faults, s.disk.Left = s.fault, s.left
	s.check0 = s.e.check
	s.e.check = s.laws
	s.met["started"]++
	if e.snapped.seq.Load() > 0 {
		s.met["a start from a snapshot"]++
	}
	if harmed {
		s.met["a start past a harmed snapshot"]++
	}
	wall := s.hands.wall
	s.anchorWall, s.anchorMono = wall, s.hands.mono
	s.judge.restarted(s.e.journal)
	away := wall.Sub(time.UnixMilli(int64(s.judge.book.Time())))
	s.absent = s.judge.book.Time() > 0 && (away > 72*time.Hour || away < -5*time.Minute)
	s.say("started at record %d", s.e.Seq())
	s.judge.everything()
	if s.older == nil || s.rng.IntN(3) == 0 {
		s.older = s.disk.Clone()
	}
}

// assemble is an engine at rest on a disk. snapshots may be nil.
func (s *sim) assemble(d *memjournal.Disk, snapshots *snapshot.Store) (*Engine, error) {
	j, err := memjournal.Open(d)
	if err != nil {
		return nil, err
	}
	guard := s.guard()
	return assemble(s.ctx, Options{
		Journal: &watched{j, s}, Index: &shaky{memjournal.OpenIndex(d), s}, Guard: guard, Clock: s.hands.clock(), Salt: s.salt, Limits: s.limits,
		Snapshots: snapshots,
	})
}

func (s *sim) guard() *seal.Guard {
	guard, err := seal.OpenGuard(filepath.Join(s.dir, "mark"))
	s.check(err, "open the mark")
	return guard
}

func (s *sim) snapshots() *snapshot.Store { return snapshot.Open(s.dir, "5eed", nil) }

// copyBook is copying, when it is time for a snapshot.
func (s *sim) copyBook() {
	s.check(s.e.snapshot(s.ctx), "snapshot")
	s.met["a snapshot was made"]++
	s.say("a snapshot at record %d", s.e.snapped.seq.Load())
}

// harmSnapshot does something to one of the snapshots now and then: the start must not believe it.
func (s *sim) harmSnapshot() bool {
	files, err := s.snapshots().Files()
	s.check(err, "list snapshots")
	if len(files) == 0 || s.rng.IntN(4) > 0 {
		return false
	}
	at := s.rng.IntN(len(files))
	path := files[at].Path
	p, err := os.ReadFile(path)
	s.check(err, "read a snapshot")
	if len(p) == 0 { // harmed before, as far as can be
		return false
	}
	switch n := s.rng.IntN(4); {
	case n == 0:
		p = p[:s.rng.IntN(len(p))]
	case n == 1 && len(files) > 1: // the other one, under this name
		p, err = os.ReadFile(files[len(files)-1-at].Path)
		s.check(err, "read a snapshot")
	case n < 3:
		p[s.rng.IntN(len(p))] ^= 1 << s.rng.IntN(8)
	default:
		s.check(os.Remove(path), "remove a snapshot")
		s.say("a snapshot is gone")
		return false
	}
	s.check(os.WriteFile(path, p, 0o600), "harm a snapshot")
	s.met["a snapshot was harmed"]++
	s.say("a snapshot is harmed: %d bytes", len(p))
	return true
}

// evil is an account that the rules would open against a law, as a bug of ours might.
const evil = ledger.AccountID("m/evil")

func (s *sim) laws(b *ledger.Book, r *ledger.Record) error {
	if o, ok := r.Body.(*ledger.AccountOpened); ok && o.Account == evil {
		return fmt.Errorf("law: planted at record %d", r.Seq)
	}
	return s.check0(b, r)
}

// crash is what remains when the machine is gone: everybody who waits knows nothing.
func (s *sim) crash() {
	s.disk.Crash()
	for _, a := range s.flying {
		a.cancel()
		s.judge.hear(a, Answer{}, fmt.Errorf("%w: the connection is lost", ErrUnknownOutcome))
	}
	s.flying = nil
	s.start()
}

// kill is kill -9 between two appends, with commands in the queue and the index behind.
func (s *sim) kill() {
	s.say("killed")
	s.met["crashed"]++
	s.met["killed between appends"]++
	s.crash()
}

// stop closes the engine as run, keep and Close do together, and starts it again.
func (s *sim) stop() {
	s.say("closed in order")
	e := s.e
	for len(e.queue) > 0 {
		if !s.carryOut(e.drain(nil)) {
			return
		}
	}
	close(e.gone)
	s.hear()
	e.flush(s.ctx, 1)
	e.mark(s.ctx)
	close(e.kept)
	s.judge.advance(e.journal, e.Seq())
	s.check(e.Close(s.ctx), "close")
	s.met["closed in order"]++
	s.start()
}

// keepUp is keep: what lags is written, as when a chunk waits or a second has passed.
func (s *sim) keepUp() {
	before := s.e.Stats().IndexErrors
	s.e.flush(s.ctx, 1)
	if s.e.Stats().IndexErrors > before {
		s.met["the index failed"]++
	}
	if s.rng.IntN(2) == 0 {
		s.e.mark(s.ctx)
	}
}

// tryFlippedBit turns one bit of what lies under the mark, on a copy of the disk: the start refuses and names it.
func (s *sim) tryFlippedBit() {
	mark, ok := s.guard().Mark()
	if !ok || mark.Seq == 0 {
		return
	}
	d := s.disk.Clone()
	at, bit := s.rng.IntN(d.End(journal.Seq(mark.Seq))), uint(s.rng.IntN(8))
	d.FlipBit(at, bit)
	_, err := s.assemble(d, nil)
	if !errors.Is(err, journal.ErrCorrupt) && !errors.Is(err, ErrRolledBack) {
		s.fail("bit %d of byte %d is flipped, under the mark at record %d: %v", bit, at, mark.Seq, err)
	}
	s.met["flipped bit named"]++
}

// tryRollback starts on the disk as it was a while ago: the mark knows better.
func (s *sim) tryRollback() {
	mark, _ := s.guard().Mark()
	if s.older == nil {
		return
	}
	d := s.older.Clone()
	j, err := memjournal.Open(d)
	s.check(err, "open the older disk")
	reached := int64(j.Head().Height)
	d.Crash()
	if reached >= mark.Height {
		return
	}
	if _, err := s.assemble(d, s.snapshots()); !errors.Is(err, ErrRolledBack) {
		s.fail("rolled back to height %d, the mark is at %d: %v", reached, mark.Height, err)
	}
	s.met["rollback refused"]++
}

// meetFlippedBit damages one block of the running disk, lets retries and readers meet it, and mends it again: an error,
// never a wrong answer.
func (s *sim) meetFlippedBit() {
	if s.judge.book.Seq() < 2 || s.e.parked != nil {
		return
	}
	seq := ledger.Seq(1 + s.rng.IntN(int(s.judge.book.Seq())))
	s.check(s.disk.Flip(journal.Seq(seq)), "flip")
	if _, err := s.e.Record(s.ctx, seq); !errors.Is(err, journal.ErrCorrupt) {
		s.fail("record %d stands in a damaged block, and is read: %v", seq, err)
	}
	if s.rng.IntN(2) == 0 { // a client asks again for what stands there
		r, err := ledger.ParseLine(s.judge.lines[seq-1])
		s.check(err, "parse")
		if _, ok, err := s.e.First(s.ctx, r.Scope(), r.Key); ok || !errors.Is(err, journal.ErrCorrupt) {
			s.fail("the first answer of record %d stands in a damaged block, and is given: %v %v", seq, ok, err)
		}
	}
	s.check(s.disk.Flip(journal.Seq(seq)), "mend")
	s.met["flipped bit met by a reader"]++
}

// clockBelieved is the judge's own idea of whether the engine may stamp records now.
func (s *sim) clockBelieved() bool {
	jump := s.hands.wall.Sub(s.anchorWall) - (s.hands.mono - s.anchorMono)
	return !s.absent && jump.Abs() <= 5*time.Minute
}

// jump sets the wall clock: by minutes, hours, days, either way.
func (s *sim) jump() {
	d := []time.Duration{time.Minute, 4 * time.Minute, 3 * time.Hour, 24 * time.Hour, 5 * 24 * time.Hour}[s.rng.IntN(5)]
	if s.rng.IntN(2) == 0 {
		d = -d
	}
	s.hands.jump(d)
	s.say("the clock jumps by %v", d)
}

// confirm is an operator who says that the clock is right.
func (s *sim) confirm() {
	s.e.ConfirmClock()
	s.anchorWall, s.anchorMono, s.absent = s.hands.wall, s.hands.mono, false
	s.say("the clock is confirmed: %v", s.hands.wall)
}
