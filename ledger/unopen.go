package ledger

import (
	"errors"
	"fmt"
	"slices"
)

// ImportUndone says that a list of opening balances is taken back; what is unspent of each row follows, one record a row.
type ImportUndone struct {
	Import string
	Reason ReasonCode
	By     AccountID
}

func (*ImportUndone) kind() Kind { return KindImportUndone }

func (u *ImportUndone) fields(c *codec) {
	text(c, "import", &u.Import)
	text(c, "reason", &u.Reason)
	text(c, "by", &u.By)
}

func (u *ImportUndone) fold(b *Book, _ *Record) error {
	i := b.imports[u.Import]
	if i == nil {
		return fmt.Errorf("no import %s", u.Import)
	}
	i.undone = true
	return nil
}

// UndoImport takes a whole list of opening balances back, in the word of two people.
type UndoImport struct {
	noTarget
	Import string
	Reason ReasonCode
}

func (u *UndoImport) decide(d *draft) *Refusal {
	if !d.may(RoleOrganizer) {
		return refuse(CodeNotEntitled)
	}
	if r := u.sound(d); r != nil {
		return r
	}
	return refuse(CodeSecondPerson)
}

func (u *UndoImport) sound(d *draft) *Refusal {
	if !u.Reason.valid() {
		return badField("reason")
	}
	if d.book.imports[u.Import].over(d.now) {
		return refuse(CodeImportUnknown)
	}
	return nil
}

func (u *UndoImport) propose(d *draft) (Proposed, *Refusal) {
	return Proposed{What: ProposeUnimport, Scope: Scope(u.Import), Reason: u.Reason}, u.sound(d)
}

func (u *UndoImport) carryOut(d *draft, by AccountID) *Refusal {
	d.add(&ImportUndone{Import: u.Import, Reason: u.Reason, By: by})
	return nil
}

func (u *UndoImport) differs(*Record) string { return "kind" } // it never makes a record by itself

func (u *ImportUndone) judge(b *Book, r *Record) error {
	if u.By == "" || b.same(u.By, r.Actor) || !b.has(r.Actor, RoleOrganizer, ScopeCommunity) {
		return errors.New("it was not approved by a second person")
	}
	return nil
}

// UndoRow takes back what is unspent of one row of an undone list. The engine's timer asks for it.
type UndoRow struct{ Seq Seq }

func (x *UndoRow) target(*Book) Seq { return x.Seq }

func (x *UndoRow) decide(d *draft) *Refusal {
	b := d.book
	if d.cmd.Actor != ActorTimer {
		return refuse(CodeNotEntitled)
	}
	t := d.cmd.Target
	if t == nil || t.Seq != x.Seq {
		return refuse(CodeRecordUnknown)
	}
	o, ok := t.Body.(*Imported)
	if !ok || !b.undoingRow(o.Import, x.Seq) {
		return refuse(CodeNothingToRestore)
	}
	home := b.home(o.Account)
	a := b.accounts[home]
	body := &Reversed{
		Target: x.Seq, Of: kinds[KindImported].name, Account: home, Minutes: min(o.Minutes, Minutes(a.minutes.balance)), Reason: ReasonOther,
	}
	for i := range a.lots {
		if l := &a.lots[i]; l.Month == o.Month && l.Month >= monthOf(d.now, b.offset()) {
			own := *l // what the row's own dispute keeps out of reach is taken all the same
			own.Pinned -= b.disputedIn(x.Seq, l.Month)
			if body.Points = min(o.Points, own.givable()); body.Points > 0 {
				body.Lots = []LotShare{{Month: l.Month, Points: body.Points}}
			}
		}
	}
	body.Left = o.Points - body.Points
	d.add(body, move{home, UnitPoints, -int64(body.Points)}, move{home, UnitMinutes, -int64(body.Minutes)},
		move{IssuerOpening, UnitPoints, int64(body.Points)}, move{IssuerOpening, UnitMinutes, int64(body.Minutes)})
	return nil
}

func (b *Book) undoingRow(id string, row Seq) bool {
	i := b.imports[id]
	return i != nil && i.undone && slices.ContainsFunc(i.rows, func(w importedRow) bool { return w.seq == row })
}

// unimport takes a row's points out of the member's lot, and the row off its list.
func (v *Reversed) unimport(b *Book) error {
	for _, i := range b.imports {
		i.rows = slices.DeleteFunc(i.rows, func(w importedRow) bool { return w.seq == v.Target })
		if len(i.rows) == 0 {
			i.rows = nil
		}
	}
	return v.takeBack(b, b.account(v.Account))
}

func (x *UndoRow) differs(first *Record) string {
	o, ok := first.Body.(*Reversed)
	return firstDifference(ok, field("target", ok && o.Target == x.Seq))
}

// dueUndos lists the rows of undone lists that are still to be taken back.
func (b *Book) dueUndos(_ Time, due *dueList) {
	for _, id := range sortedKeys(b.imports) {
		if !b.imports[id].undone {
			continue
		}
		for _, w := range b.imports[id].rows {
			if due.full() {
				return
			}
			due.add(DerivedKey("undo-row", itoa(int64(w.seq))), &UndoRow{Seq: w.seq})
		}
	}
}

// importKeepDays is how long a list can be undone.
const importKeepDays = 92

// over reports whether nothing can be done any more with a list at a moment, also when the book has not yet forgotten it: it does
// so once a day, between the approval of an undoing and the undoing if need be.
func (o *opening) over(now Time) bool {
	return o == nil || o.undone || o.past || o.at < now-importKeepDays*dayMillis
}

// forgetImports drops what the book knows of lists that can no longer be undone, but for their names: a name that came back
// would make one list of two.
func (b *Book) forgetImports() {
	for id, i := range b.imports {
		if !i.past && i.at < b.time-importKeepDays*dayMillis && (!i.undone || len(i.rows) == 0) {
			b.imports[id] = &opening{ImportOpened: i.ImportOpened, past: true}
		}
	}
}
