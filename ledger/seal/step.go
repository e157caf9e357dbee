package seal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"
)

// The rhythm of a log.
const (
	signEvery    = time.Second      // a checkpoint, if the books have grown
	refreshEvery = 10 * time.Minute // the witnesses are asked again though nothing has grown, for a fresh timestamp
	missingEvery = 30 * time.Second // ... while one of them is missing; and so long a silent one is left alone
)

// Run signs and publishes on an interval until ctx ends. A failure is an alarm in the log, said once while it lasts, and not
// the end: the books go on without. What must stop the signing for good is in Status.Stopped; the published checkpoint stays.
func (l *Log) Run(ctx context.Context) {
	tick := time.NewTicker(signEvery)
	defer tick.Stop()
	for said := ""; ; {
		text := ""
		if err := l.advance(ctx); err != nil {
			text = err.Error()
		}
		if text != said && text != "" && ctx.Err() == nil {
			l.log.ErrorContext(ctx, "checkpoint", slog.String("error", text))
		}
		said = text
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// Close signs what the books have come to, and asks the witnesses a last time. Run must have ended.
func (l *Log) Close(ctx context.Context) error { return l.advance(ctx) }

// advance is one step: read what is new, sign, store the signed head, ask the witnesses, publish.
func (l *Log) advance(ctx context.Context) error {
	l.step.Lock()
	defer l.step.Unlock()
	if l.Status().Stopped != nil {
		return nil // it was said when it happened
	}
	if l.before != nil {
		if err := l.witness(ctx, l.before); err != nil {
			return err
		}
		l.before = nil
	}
	p, head := l.Published(), l.source.Head()
	if p == nil || head.Size > p.Size {
		var err error
		if p, err = l.sign(ctx, head); err != nil {
			return l.stopIf(err)
		}
	} else if !l.askAgain() {
		return nil
	}
	return l.witness(ctx, p)
}

// sign grows the tree to the journal's head, signs it, and stores the signed head. Nobody sees it before that.
func (l *Log) sign(ctx context.Context, head Mark) (*Published, error) {
	if err := l.grow(ctx, head); err != nil {
		return nil, err
	}
	p := &Published{Origin: l.key.origin, Size: head.Size, Root: head.Root, edge: l.edge, store: l.store}
	if p.Size < l.signed {
		return nil, fmt.Errorf("%w: they have %d records, %d were signed", ErrBehind, p.Size, l.signed)
	}
	var err error
	if p.Note, err = l.key.Sign(p.Size, p.Root); err != nil {
		return nil, err
	}
	head.Checkpoint = p.Note
	if err := l.guard.StoreSigned(head); err != nil {
		return nil, err
	}
	l.signed = p.Size
	return p, nil
}

// stopIf ends the signing when trying again cannot help.
func (l *Log) stopIf(err error) error {
	if errors.Is(err, ErrRoot) || errors.Is(err, ErrBack) || errors.Is(err, ErrBehind) || errors.Is(err, ErrAhead) {
		s := *l.Status()
		s.Stopped = err
		l.status.Store(&s)
		return fmt.Errorf("nothing more is signed: %w", err)
	}
	return err
}

// memory is what a log remembers of a witness.
type memory struct {
	size  int64 // of the tree that it signed last, as far as we know
	quiet time.Time
	last  cosigned
	of    int64 // the size that last is about
}

// askAgain says whether the witnesses are due though nothing has grown.
func (l *Log) askAgain() bool {
	every := refreshEvery
	if slices.ContainsFunc(l.memory, func(m memory) bool { return m.last.err != nil }) {
		every = missingEvery
	}
	return len(l.memory) > 0 && l.now().Sub(l.asked) >= every
}

// witness asks the witnesses about a signed checkpoint and publishes it with what they give. One that knows more than we do
// stops the signing, and the checkpoint is not published.
func (l *Log) witness(ctx context.Context, p *Published) error {
	now := l.now()
	l.asked = now
	l.ask(ctx, p, now)
	answers := make([]cosigned, len(l.memory))
	note := slices.Clone(l.bare(p))
	var alarm error
	for i := range l.memory {
		m := &l.memory[i]
		answers[i] = m.last
		note = append(note, m.last.line...)
		if errors.Is(m.last.err, ErrAhead) {
			alarm = fmt.Errorf("%s: %w", l.policy.witnesses[i].name, m.last.err)
		}
		if errors.Is(m.last.err, ErrInconsistent) {
			l.log.ErrorContext(ctx, "a witness refuses", slog.String("witness", l.policy.witnesses[i].name), slog.Any("error", m.last.err))
		}
	}
	if alarm != nil {
		s := *l.Status()
		s.Witnesses = l.witnessesOf(answers)
		l.status.Store(&s)
		return l.stopIf(alarm)
	}
	signed := *p
	signed.Note = note
	l.publish(&signed, answers)
	return nil
}

// bare is the checkpoint with our own signatures only: Ed25519 gives the same ones again.
func (l *Log) bare(p *Published) []byte {
	note, err := l.key.Sign(p.Size, p.Root)
	if err != nil {
		return p.Note // not reached: it was signed before
	}
	return note
}

// publish makes a signed and stored checkpoint visible, with what the witnesses said of it.
func (l *Log) publish(p *Published, answers []cosigned) {
	s := Status{Size: p.Size, Root: p.Root, Signed: l.now(), Witnessed: l.Witnessed(p), Witnesses: l.witnessesOf(answers)}
	l.published.Store(p)
	l.status.Store(&s)
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.grown)
	l.grown = make(chan struct{})
}

// Status is how the sealing is doing, for metrics, the operator's page, and the public one.
type Status struct {
	Size      int64
	Root      Hash
	Signed    time.Time
	Stopped   error // why nothing more is signed; nil while all is well. An alarm
	Witnessed bool  // enough witnesses have signed the published checkpoint, by the policy
	Witnesses []WitnessStatus
}

// WitnessStatus is what one witness did last.
type WitnessStatus struct {
	Name string
	Who  string    // runs it; empty when the witnesses file does not say
	At   time.Time // when it signed the published checkpoint, as it states; zero if it did not
	Err  error     // why it did not sign when it was last asked: ErrWitness, ErrInconsistent or ErrAhead
}

// Status says how the sealing is doing.
func (l *Log) Status() *Status { return l.status.Load() }

func (l *Log) witnessesOf(answers []cosigned) []WitnessStatus {
	all := make([]WitnessStatus, len(l.policy.witnesses))
	for i, w := range l.policy.witnesses {
		all[i].Name, all[i].Who = w.name, w.who
		if i < len(answers) {
			all[i].At, all[i].Err = answers[i].at, answers[i].err
		}
	}
	return all
}
