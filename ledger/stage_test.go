package ledger_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"reflect"
	"time"

	"moralbank.example/bank/ledger"
)

// local is the community's zone, UTC+8: what people in the scripts read off their watches.
var local = time.FixedZone("UTC+8", 8*60*60)

// clock turns a wall clock reading of the community into a Time.
func clock(year int, month time.Month, day, hour, minute int) ledger.Time {
	return ledger.Time(time.Date(year, month, day, hour, minute, 0, 0, local).UnixMilli())
}

// stage is a ledger in the smallest engine that keeps the contract: client keys, one record after the other, and the
// laws asserted around each. Its twin sees nothing but the lines, as a replay does. After every command the two books
// must be the same in every field, so a refusal that changed anything, or a record that does not say everything, is
// found at once.
type stage struct {
	book, twin *ledger.Book
	lines      [][]byte
	records    []ledger.Record       // parsed back from the lines: records[seq-1]
	first      map[string]ledger.Seq // scope and key -> the first record made under it
	members    []ledger.AccountID
	held       map[ledger.AccountID]*[3]int64 // by unit: the sum of all amounts posted, and nothing else
	refusals   map[ledger.Code]int
	restarts   bool // the book comes from a snapshot: it is compared as it is written, since an empty list may be nil
	quiet      bool // compares and sums not after each command: whoever sets it calls check at the end
}

func newStage() *stage {
	return &stage{
		book: ledger.NewBook(), twin: ledger.NewBook(),
		first: map[string]ledger.Seq{}, refusals: map[ledger.Code]int{}, held: map[ledger.AccountID]*[3]int64{},
	}
}

// answer is what a command met: records, or a refusal, or the first answer of its key.
type answer struct {
	refusal *ledger.Refusal
	first   ledger.Seq // the first record made, or met again
	made    int
	replay  bool
}

// submit does what the engine does with a command. An error is a broken law.
func (s *stage) submit(cmd *ledger.Command, now ledger.Time) (answer, error) {
	key := cmd.Scope() + " " + string(cmd.Key)
	if seq := s.first[key]; seq != 0 {
		if r := ledger.SameCommand(&s.records[seq-1], cmd); r != nil {
			s.refusals[r.Code]++
			return answer{refusal: r}, nil //nolint:nilerr // a refusal is an answer, not an error
		}
		return answer{first: seq, replay: true}, nil
	}
	if seq := s.book.TargetOf(cmd); seq > 0 && int(seq) <= len(s.records) {
		cmd.Target = &s.records[seq-1]
	}
	records, refusal := s.book.Apply(cmd, now)
	if refusal != nil {
		s.refusals[refusal.Code]++
		return answer{refusal: refusal}, s.check()
	}
	if len(records) == 0 || len(records) > ledger.RecordsMax {
		return answer{}, fmt.Errorf("%T made %d records", cmd.Do, len(records))
	}
	for i := range records {
		if err := s.append(&records[i], max(now, s.book.Time())); err != nil {
			return answer{}, fmt.Errorf("%T: %w", cmd.Do, err)
		}
	}
	s.first[key] = records[0].Seq
	if err := s.check(); err != nil {
		return answer{}, fmt.Errorf("%T: %w", cmd.Do, err)
	}
	return answer{first: records[0].Seq, made: len(records)}, nil
}

// append checks, salts, stores and folds one record, in both books.
func (s *stage) append(r *ledger.Record, at ledger.Time) error {
	if r.Time != at {
		return fmt.Errorf("record %d has time %d at %d", r.Seq, r.Time, at)
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "salt %d", r.Seq))
	r.Salt = ledger.Salt(sum[:16])
	if err := s.book.Check(r); err != nil {
		return err
	}
	line, err := r.AppendLine(nil)
	if err != nil {
		return fmt.Errorf("what Apply decides can be written: %w", err)
	}
	parsed, err := ledger.ParseLine(line)
	if err != nil {
		return fmt.Errorf("%w in %s", err, line)
	}
	if again, err := parsed.AppendLine(nil); err != nil || !bytes.Equal(again, line) {
		return fmt.Errorf("%s comes back as %s (%w)", line, again, err)
	}
	if err := errors.Join(s.book.Fold(r), s.book.CheckAfter(r)); err != nil {
		return fmt.Errorf("%w after %s", err, line)
	}
	if err := s.twin.Judge(&parsed); err != nil {
		return fmt.Errorf("an auditor finds: %w in %s", err, line)
	}
	if err := errors.Join(s.twin.Check(&parsed), s.twin.Fold(&parsed), s.twin.CheckAfter(&parsed)); err != nil {
		return fmt.Errorf("replay: %w after %s", err, line)
	}
	if opened, ok := parsed.Body.(*ledger.AccountOpened); ok {
		s.members = append(s.members, opened.Account)
	}
	for _, p := range parsed.Postings {
		if s.held[p.Account] == nil {
			s.held[p.Account] = new([3]int64)
		}
		s.held[p.Account][p.Unit] += p.Amount
	}
	s.lines = append(s.lines, line)
	s.records = append(s.records, parsed)
	return nil
}

// check compares the two books and asserts the laws.
func (s *stage) check() error {
	if s.quiet {
		return nil
	}
	return errors.Join(s.same(), s.laws())
}

// loud ends quiet, and checks what happened meanwhile.
func (s *stage) loud() error {
	s.quiet = false
	return s.check()
}

// same compares the live book with the one that only replays lines, field by field.
func (s *stage) same() error {
	if live, replay := s.book.Touched(), s.twin.Touched(); !reflect.DeepEqual(live, replay) {
		return fmt.Errorf("live touched %v, replay %v", live, replay)
	}
	if s.restarts {
		return sameWritten(s.book, s.twin)
	}
	if !reflect.DeepEqual(s.book, s.twin) {
		return errors.New("the live book and its replay differ")
	}
	return nil
}

// laws asserts what must hold at any moment, from outside, on every account (docs/rules.zh.md 一).
func (s *stage) laws() error {
	for _, id := range s.members {
		v, _ := s.book.View(id)
		var sum ledger.Points
		for _, l := range v.Lots {
			if l.Points <= 0 || l.Pinned < 0 || l.Pinned > l.Points {
				return fmt.Errorf("lot %+v of %s", l, id)
			}
			sum += l.Points
		}
		if sum != v.Points || v.Minutes < 0 {
			return fmt.Errorf("%s holds %d points in lots of %d, and %d minutes", id, v.Points, sum, v.Minutes)
		}
	}
	_, err := s.truth()
	return err
}

// truthLine is what the console shows: issued - redeemed - expired = outstanding.
type truthLine struct{ issued, redeemed, expired, outstanding int64 }

// truth sums by class all that the stored lines ever posted.
func (s *stage) truth() (truthLine, error) {
	var t truthLine
	var minutes int64
	for id, h := range s.held {
		minutes += h[ledger.UnitMinutes]
		switch n := h[ledger.UnitPoints]; ledger.ClassOf(id) {
		case ledger.ClassIssuer:
			t.issued -= n
		case ledger.ClassCanteen, ledger.ClassSettled:
			t.redeemed += n
		case ledger.ClassExpired:
			t.expired += n
		case ledger.ClassMember, ledger.ClassTransit, ledger.ClassPool, ledger.ClassShortfall:
			t.outstanding += n
		case ledger.ClassUnknown:
			return t, fmt.Errorf("a posting to %q, which is no account", id)
		}
	}
	if t.issued-t.redeemed-t.expired != t.outstanding || minutes != 0 {
		return t, fmt.Errorf("the truth line %+v does not hold, or %d minutes are left over", t, minutes)
	}
	return t, nil
}
