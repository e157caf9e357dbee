package ledger

import (
	"fmt"
	"slices"
)

// undoing is the awards of an activity that are still to be reversed.
type undoing struct {
	ActivityUndone
	left []Seq
}

// UndoneAward names an award that is to be reversed.
type UndoneAward struct{ Award Seq }

// ActivityUndone says that all that an activity brought is taken back: a reversal of each award follows.
type ActivityUndone struct {
	Activity ActivityID
	Awards   []UndoneAward
	Reason   ReasonCode
	Note     string
	By       AccountID // who proposed it
}

func (*ActivityUndone) kind() Kind { return KindActivityUndone }

func (x *ActivityUndone) fields(c *codec) {
	text(c, "activity", &x.Activity)
	list(c, "awards", &x.Awards, func(c *codec, a *UndoneAward) { integer(c, "award", &a.Award) })
	text(c, "reason", &x.Reason)
	text(c, "note", &x.Note)
	text(c, "by", &x.By)
}

func (x *ActivityUndone) fold(b *Book, _ *Record) error {
	u := &undoing{ActivityUndone: *x}
	for _, a := range x.Awards {
		u.left = append(u.left, a.Award)
	}
	b.undoing = append(b.undoing, u)
	return nil
}

// undone forgets an award that is reversed, by the batch or by anybody else.
func (b *Book) undone(award Seq) {
	for _, u := range b.undoing {
		u.left = slices.DeleteFunc(u.left, func(s Seq) bool { return s == award })
	}
	b.undoing = slices.DeleteFunc(b.undoing, func(u *undoing) bool { return len(u.left) == 0 })
}

// UndoActivity takes back all that an activity brought, in one batch: as a proposal that another person approves. What was
// spent meanwhile goes to shortfall; nobody falls below zero.
type UndoActivity struct {
	noTarget
	Activity ActivityID
	Reason   ReasonCode
	Note     string
}

func (x *UndoActivity) decide(d *draft) *Refusal {
	if !d.may(RoleOrganizer, RoleOperator) {
		return refuse(CodeNotEntitled)
	}
	return refuse(CodeSecondPerson)
}

func (x *UndoActivity) propose(d *draft) (Proposed, *Refusal) {
	return Proposed{What: ProposeUndo, Activity: x.Activity, Reason: x.Reason, Note: x.Note}, x.sound(d)
}

func (x *UndoActivity) sound(d *draft) *Refusal {
	a := d.book.activities[x.Activity]
	switch {
	case a == nil:
		return refuse(CodeActivityUnknown)
	case !x.Reason.valid():
		return badField("reason")
	case x.Note != "" && !validID(x.Note):
		return badField("note")
	case a.state == StageOpen:
		return refuse(CodeActivityOpen)
	case len(a.due) > 0:
		return &Refusal{Code: CodeAwardsPending, Used: int64(len(a.due))}
	case len(x.standing(d.book, a)) == 0:
		return refuse(CodeAlreadyReversed)
	}
	return nil
}

// standing are the activity's awards that nobody has reversed.
func (x *UndoActivity) standing(b *Book, a *activity) []UndoneAward {
	var all []UndoneAward
	for _, s := range a.awards {
		if _, gone := b.reversed[s]; !gone {
			all = append(all, UndoneAward{s})
		}
	}
	return all
}

func (x *UndoActivity) carryOut(d *draft, by AccountID) *Refusal {
	d.add(&ActivityUndone{
		Activity: x.Activity, Awards: x.standing(d.book, d.book.activities[x.Activity]), Reason: x.Reason, Note: x.Note, By: by,
	})
	return nil
}

func (x *UndoActivity) differs(first *Record) string {
	o, ok := first.Body.(*ActivityUndone)
	return firstDifference(ok, field("activity", ok && o.Activity == x.Activity))
}

// UndoAward reverses one award of an activity that is undone. The engine's timer asks for it.
type UndoAward struct{ Award Seq }

func (x *UndoAward) target(*Book) Seq { return x.Award }

func (x *UndoAward) decide(d *draft) *Refusal {
	if d.cmd.Actor != ActorTimer {
		return refuse(CodeNotEntitled)
	}
	for _, u := range d.book.undoing {
		if slices.Contains(u.left, x.Award) {
			v := &Reverse{Seq: x.Award, Reason: u.Reason, Note: u.Note}
			if r := v.sound(d); r != nil {
				return r
			}
			return v.carryOut(d, u.By)
		}
	}
	return refuse(CodeRecordUnknown)
}

func (x *UndoAward) differs(first *Record) string {
	o, ok := first.Body.(*Reversed)
	return firstDifference(ok, field("target", ok && o.Target == x.Award))
}

// dueUndoing adds the reversals that are still to come of activities that are undone.
func (b *Book) dueUndoing(_ Time, due *dueList) {
	for _, u := range b.undoing {
		for _, s := range u.left {
			if due.full() {
				return
			}
			due.add(DerivedKey("undo", itoa(int64(s))), &UndoAward{Award: s})
		}
	}
}

func (x *ActivityUndone) judge(b *Book, r *Record) error {
	switch {
	case x.By == "" || x.By == r.Actor:
		return fmt.Errorf("one person alone undid %s", x.Activity)
	case !b.has(r.Actor, RoleOrganizer, ScopeCommunity):
		return fmt.Errorf("%s may not undo activities", r.Actor)
	}
	return nil
}

// isUndone reports whether awards of the activity are still to be reversed.
func (b *Book) isUndone(id ActivityID) bool {
	return slices.ContainsFunc(b.undoing, func(u *undoing) bool { return u.Activity == id })
}
