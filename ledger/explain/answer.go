package explain

import (
	"time"

	"moralbank.example/bank/ledger"
)

// Text is a sentence in both languages.
type Text struct{ Zh, En string }

// Step is one reason: a record, a rule, or both.
type Step struct {
	Seq     ledger.Seq  // of the record; 0 for a rule alone
	At      ledger.Time // when it happened
	Rule    string      // the rulebook's field, as the record line spells it; "" for a record alone
	Edition int         // of the rulebook
	Amount  int64       // what it changed, in the unit of the answer
	Text    Text
}

// Answer is a question's answer and the steps that lead to it.
type Answer struct {
	Text  Text
	Unit  ledger.Unit
	Value int64 // points or minutes; of a refusal 0
	Steps []Step
	Holds bool // the steps add up to the value
}

// Words is what something is called: an activity type, a meal, a deed, a reason. kind is "activity", "meal", "deed" or
// "reason". A nil Words, or one that answers with nothing, leaves the id.
type Words func(kind, id string) Text

func (w Words) of(kind, id string) Text {
	if w != nil {
		if t := w(kind, id); t.Zh != "" && t.En != "" {
			return t
		}
	}
	return Text{id, id}
}

// clock is the community's wall clock: what its rulebook's offset makes of a moment.
type clock struct{ offset time.Duration }

func clockOf(k *ledger.Rulebook) clock { return clock{time.Duration(k.OffsetMinutes) * time.Minute} }

func (c clock) day(t ledger.Time) string {
	return time.UnixMilli(int64(t)).UTC().Add(c.offset).Format("2006-01-02")
}

func (c clock) moment(t ledger.Time) string {
	return time.UnixMilli(int64(t)).UTC().Add(c.offset).Format("2006-01-02 15:04")
}

func (c clock) hour(t ledger.Time) string {
	return time.UnixMilli(int64(t)).UTC().Add(c.offset).Format("15:04")
}
