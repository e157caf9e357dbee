package engine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
)

// ask is one command of one client: the same key may be asked many times.
type ask struct {
	n      int
	cmd    ledger.Command
	id     string
	floor  ledger.Seq // what somebody had been told when it began: its own answer is not older
	r      *request
	cancel context.CancelFunc
	now    ledger.Time // of the turn that answered it
	told   bool        // it has an answer
	answer Answer
}

// judge is the sequential ledger that the engine must look like: one book, one command after the other, in the order of
// seq. It believes the lines in the journal and nothing else that the engine says.
//
// A history is right if each answer is what the rules say at one moment, its seq; if that moment lies between question and
// answer (real-time order, by floor); and if each record in the journal is what a command that was asked, or one that came
// due, makes of the records before it. Nothing acknowledged is lost or changed, nothing stands twice, and nothing stands
// that its client was told is not carried out.
type judge struct {
	s      *sim
	book   *ledger.Book
	lines  [][]byte
	keys   map[string]span              // what stands
	wanted map[string][]*ledger.Command // what was asked under a key, in any attempt
	made   map[string]bool              // somebody was told that it is done
	may    map[string]bool              // an attempt under this key may be carried out: its outcome was not told
	heard  []*ask                       // answered, not yet held against the journal
	open   []*ask                       // unknown outcomes, to be settled at the end
	asks   int
	floor  ledger.Seq // the newest moment that anybody was told of
	total  [ledger.UnitMinutes + 1]int64
}

func newJudge(s *sim) *judge {
	return &judge{
		s: s, book: ledger.NewBook(), keys: map[string]span{}, wanted: map[string][]*ledger.Command{}, may: map[string]bool{}, made: map[string]bool{},
	}
}

// keyOf names a key of somebody, in the judge's own way.
func keyOf(scope string, key ledger.Key) string { return scope + " " + string(key) }

// asked takes note of an attempt.
func (j *judge) asked(a *ask) {
	j.asks++
	if !ledger.ValidKey(a.cmd.Key) {
		return
	}
	a.id = keyOf(a.cmd.Scope(), a.cmd.Key)
	j.wanted[a.id] = append(j.wanted[a.id], &a.cmd)
}

// notDone are the faults after which nothing of a command is carried out, unless the outcome is unknown too.
var notDone = []error{ErrBusy, ErrClock, ErrNoSpace, ErrStopped, ErrQuarantined, context.Canceled}

// hear takes an answer.
func (j *judge) hear(a *ask, answer Answer, err error) {
	s := j.s
	switch {
	case err == nil:
		s.say("ask %d: %d records, seq %d, replayed %v, %v", a.n, len(answer.Records), answer.Seq, answer.Replayed, answer.Refusal)
		j.answered(a, answer)
		return
	case errors.Is(err, ErrUnknownOutcome):
		s.met["engine: outcome unknown"]++
		j.may[a.id] = true
		j.open = append(j.open, a)
	case s.indexDead || s.indexFails:
	default:
		if !slices.ContainsFunc(notDone, func(e error) bool { return errors.Is(err, e) }) {
			s.fail("ask %d: %v", a.n, err)
		}
	}
	for _, e := range notDone {
		if errors.Is(err, e) && !errors.Is(err, ErrUnknownOutcome) {
			s.met[e.Error()]++
		}
	}
	if errors.Is(err, ErrClock) == s.clockBelieved() && errors.Is(err, ErrClock) {
		s.fail("ask %d: %v, and the clock is right", a.n, err)
	}
	if errors.Is(err, ErrQuarantined) && !slices.ContainsFunc(j.wanted[a.id], isEvil) { // the key stays in quarantine
		s.fail("ask %d broke no law: %v", a.n, err)
	}
	s.say("ask %d: %v", a.n, err)
}

func isEvil(cmd *ledger.Command) bool {
	o, ok := cmd.Do.(*ledger.OpenAccount)
	return ok && o.Account == evil
}

// answered holds an answer against the clock and the real-time order; what it says is held against the journal.
func (j *judge) answered(a *ask, answer Answer) {
	s := j.s
	a.answer, a.told = answer, true
	j.heard = append(j.heard, a)
	switch {
	case answer.Refusal != nil:
		s.met["refused "+string(answer.Refusal.Code)]++
	case answer.Replayed:
		s.met["replayed"]++
	default:
		s.met["acknowledged"]++
		s.met[fmt.Sprintf("made by %T", a.cmd.Do)]++
		s.town.learn(&a.cmd, answer.Records)
		if answer.Records[0].Seq <= a.floor {
			s.fail("ask %d made record %d, and began after record %d was told", a.n, answer.Records[0].Seq, a.floor)
		}
		if !s.clockBelieved() {
			s.fail("ask %d made records while the clock is not believed", a.n)
		}
	}
	if answer.Seq < a.floor {
		s.fail("ask %d is answered as of %d, and began after %d was told", a.n, answer.Seq, a.floor)
	}
	if published := s.e.Seq(); answer.Seq > published {
		s.fail("ask %d is answered as of %d, durable and published is %d", a.n, answer.Seq, published)
	}
	j.floor = max(j.floor, answer.Seq)
}

// advance reads what the journal holds up to a seq, record by record: each is explained, lawful, and folded; and each
// answer is right as of its seq.
func (j *judge) advance(from journal.Journal, to ledger.Seq) {
	slices.SortStableFunc(j.heard, func(a, b *ask) int { return int(a.answer.Seq - b.answer.Seq) })
	j.settle()
	for j.book.Seq() < to {
		b, err := from.Block(j.s.ctx, journal.Seq(j.book.Seq()+1))
		j.s.check(err, "read the journal")
		for rest := b.Lines; len(rest) > 0; {
			rest = rest[j.command(rest):]
			j.settle()
		}
	}
	if len(j.heard) > 0 {
		a := j.heard[0]
		j.s.fail("ask %d was answered as of %d (%d records), the journal ends at %d: acknowledged and lost", a.n, a.answer.Seq, len(a.answer.Records), to)
	}
}

// command takes the records of one command, and says how many they are.
func (j *judge) command(lines [][]byte) int {
	s := j.s
	first, err := ledger.ParseLine(lines[0])
	s.check(err, "parse")
	id := keyOf(first.Scope(), first.Key)
	if old, twice := j.keys[id]; twice {
		s.fail("key %s stands at records %d and %d: doubled", first.Key, old.first, first.Seq)
	}
	want := j.explain(id, &first, lines[0])
	if len(want) > len(lines) {
		s.fail("record %d: %d of %d records of one command stand", first.Seq, len(lines), len(want))
	}
	for i := range want {
		got, err := ledger.ParseLine(lines[i])
		s.check(err, "parse")
		want[i].Salt = got.Salt
		if line, err := want[i].AppendLine(nil); err != nil || !bytes.Equal(line, lines[i]) {
			s.fail("record %d is\n%s\nthe rules say\n%s (%v)", got.Seq, lines[i], line, err)
		}
		s.check(j.book.Check(&got), "law")
		s.check(j.book.Fold(&got), "fold")
		s.check(j.book.CheckAfter(&got), "law")
		for _, p := range got.Postings {
			j.total[p.Unit] += p.Amount
		}
		j.lines = append(j.lines, bytes.Clone(lines[i]))
	}
	if j.total != [len(j.total)]int64{} {
		s.fail("after record %d the sums are %v", j.book.Seq(), j.total)
	}
	j.keys[id] = span{first.Seq, len(want)}
	return len(want)
}

// explain finds the command that makes these records, among those that were asked or have come due.
func (j *judge) explain(id string, r *ledger.Record, line []byte) []ledger.Record {
	s := j.s
	if r.Actor == ledger.ActorTimer {
		for _, cmd := range j.book.DueBut(r.Time, func(k ledger.Key) bool { return k != r.Key }) {
			if cmd.Key == r.Key {
				s.met[fmt.Sprintf("made by timer %T", cmd.Do)]++
				return j.apply(&cmd, r.Time)
			}
		}
		s.fail("record %d: nothing like it has come due", r.Seq)
	}
	for _, a := range j.heard {
		if a.id == id && a.answer.Refusal == nil && !a.answer.Replayed {
			return j.apply(&a.cmd, r.Time)
		}
	}
	if !j.may[id] {
		s.fail("record %d of key %s: every attempt was told that it is not carried out", r.Seq, r.Key)
	}
	for _, cmd := range j.wanted[id] {
		if ledger.SameCommand(r, cmd) != nil {
			continue
		}
		if made := j.apply(cmd, r.Time); len(made) > 0 {
			made[0].Salt = r.Salt
			if same, err := made[0].AppendLine(nil); err != nil || !bytes.Equal(same, line) {
				continue // another attempt under this key, with another code: that is not compared
			}
			s.met["unknown, and it stands"]++
			s.town.learn(cmd, made)
			return made
		}
	}
	s.fail("record %d of key %s: nobody asked for it", r.Seq, r.Key)
	return nil
}

// apply is what the rules make of a command now.
func (j *judge) apply(cmd *ledger.Command, now ledger.Time) []ledger.Record {
	records, _ := j.decide(cmd, now)
	return records
}

func (j *judge) decide(cmd *ledger.Command, now ledger.Time) ([]ledger.Record, *ledger.Refusal) {
	c := *cmd
	if seq := j.book.TargetOf(&c); seq >= 1 && int(seq) <= len(j.lines) {
		r, err := ledger.ParseLine(j.lines[seq-1])
		j.s.check(err, "parse")
		c.Target = &r
	}
	return j.book.Apply(&c, now)
}

// settle holds the answers that rest on exactly the records so far against them.
func (j *judge) settle() {
	for len(j.heard) > 0 && j.heard[0].answer.Seq == j.book.Seq() {
		a := j.heard[0]
		j.heard = j.heard[1:]
		j.right(a)
	}
	if len(j.heard) > 0 && j.heard[0].answer.Seq < j.book.Seq() {
		j.s.fail("ask %d is answered as of %d, which is inside of a command", j.heard[0].n, j.heard[0].answer.Seq)
	}
}

// right fails unless this is the answer that a ledger without hurry would give at this moment.
func (j *judge) right(a *ask) {
	s := j.s
	at, used := j.keys[a.id]
	if refusal := a.answer.Refusal; refusal != nil {
		var want *ledger.Refusal
		if used {
			first, err := ledger.ParseLine(j.lines[at.first-1])
			s.check(err, "parse")
			want = ledger.SameCommand(&first, &a.cmd)
		} else {
			_, want = j.decide(&a.cmd, a.now)
		}
		if want == nil || *want != *refusal {
			s.fail("ask %d at record %d is refused %v, the rules say %v", a.n, j.book.Seq(), refusal, want)
		}
		return
	}
	switch {
	case !used || at.n != len(a.answer.Records):
		s.fail("ask %d is answered with %d records, under key %s stand %d", a.n, len(a.answer.Records), a.cmd.Key, at.n)
	case !a.answer.Replayed && (at.last() != j.book.Seq() || j.made[a.id]):
		s.fail("ask %d is answered as if for the first time, key %s made records from %d on", a.n, a.cmd.Key, at.first)
	}
	j.made[a.id] = true
	first, err := ledger.ParseLine(j.lines[at.first-1])
	s.check(err, "parse")
	if refusal := ledger.SameCommand(&first, &a.cmd); refusal != nil {
		s.fail("ask %d is answered with what another command made: %v", a.n, refusal)
	}
	for i := range a.answer.Records {
		line, err := a.answer.Records[i].AppendLine(nil)
		if err != nil || !bytes.Equal(line, j.lines[int(at.first)-1+i]) {
			s.fail("ask %d was answered\n%s\nthere stands\n%s (%v)", a.n, line, j.lines[int(at.first)-1+i], err)
		}
	}
}

// unsettled are the commands whose outcome nobody was told, the latest attempt under each key.
func (j *judge) unsettled() []*ask {
	last := map[string]*ask{}
	for _, a := range j.open {
		last[a.id] = a
	}
	var open []*ask
	for _, a := range j.open {
		if last[a.id] == a {
			open = append(open, a)
		}
	}
	return open
}
