package engine

import "errors"

// The faults of the engine. Compare with errors.Is. A refusal by the rules is no fault: it is in the Answer.
var (
	// ErrBusy : the queue, or the gap to the key index, is full. Not carried out; try again in a moment.
	ErrBusy = errors.New("engine: busy")
	// ErrClock : the machine's clock is not believed, see Engine.ConfirmClock. Not carried out; reads go on.
	ErrClock = errors.New("engine: the clock is not believed")
	// ErrNoSpace : free disk is under the reserve. Not carried out unless ErrUnknownOutcome says so too; reads go on,
	// and writes resume by themselves when there is space.
	ErrNoSpace = errors.New("engine: not enough free disk")
	// ErrStopped : the engine is closing or has stopped for good, see Engine.Dead. Not carried out.
	ErrStopped = errors.New("engine: stopped")
	// ErrUnknownOutcome : it may or may not be carried out. Retry with the same key, and say neither yes nor no before.
	ErrUnknownOutcome = errors.New("engine: outcome unknown")
	// ErrQuarantined : this command would have broken a law of the books: a fault of ours. Not carried out, nor ever under
	// this key until a restart.
	ErrQuarantined = errors.New("engine: quarantined")
	// ErrNotFound : there is no such durable record.
	ErrNotFound = errors.New("engine: no such record")
)

// What keeps Open from serving a ledger.
var (
	// ErrBreach : a stored record breaks a law, or the tree or chain does not match. The message names the seq.
	ErrBreach = errors.New("engine: what is stored breaks a law")
	// ErrRolledBack : the journal ends before, or differs from, the mark outside of it.
	ErrRolledBack = errors.New("engine: the journal is behind or different from the mark outside of it")
	// ErrNoMark : the journal holds records, but the mark file is gone, see Options.AcceptMissingMark.
	ErrNoMark = errors.New("engine: the mark file is missing")
)
