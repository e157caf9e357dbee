package ledger

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
)

// Actors that are not members.
const (
	// ActorRoot acts from the machine's own console or admin socket: founding, imports, repairs.
	ActorRoot AccountID = "root"
	// ActorTimer acts when its time has come: awards of a closed activity, expiry, lapse.
	ActorTimer AccountID = "timer"
)

// Channels that are not enrolled devices.
const (
	ViaCLI   DeviceID = "cli"
	ViaWeb   DeviceID = "web"
	ViaAPI   DeviceID = "api"
	ViaTimer DeviceID = "timer"
)

// Command asks the ledger for something. Whoever makes one has authenticated the actor; whether the actor is
// entitled is decided by the rules, from the records.
type Command struct {
	Key       Key
	Actor     AccountID
	Via       DeviceID
	Effective Time // when it happened, if not now: zero, or at most effectiveBack before now
	Do        Verb
	Target    *Record // the record that a reversal, or the approval of one, is about; read and checked by the engine
}

// Scope is whose keys the command's key belongs to. Another actor never gets the first answer.
func (c *Command) Scope() string { return keyScope(c.Actor, c.Via) }

// keyScope: a shared device keeps its keys while people take turns at it; elsewhere keys belong to the person.
func keyScope(actor AccountID, via DeviceID) string {
	if strings.HasPrefix(string(via), "till/") || strings.HasPrefix(string(via), "kiosk/") {
		return string(via)
	}
	return string(actor)
}

// Verb is what a command asks for. The verbs are the exported command types of this package: Found, OpenAccount,
// Redeem and so on.
type Verb interface {
	// decide appends the records that say what happens to the draft, or refuses.
	decide(d *draft) *Refusal
	// differs names the first field in which the verb differs from the record that first used its key; "" when it is the same.
	differs(first *Record) string
	// target is the seq of the record that the verb is about; 0 when it needs none.
	target(b *Book) Seq
}

// noTarget is the verbs that need no earlier record.
type noTarget struct{}

func (noTarget) target(*Book) Seq { return 0 }

// TargetOf is the seq of the record that the engine must read into cmd.Target before Apply; 0 when there is none.
func (b *Book) TargetOf(cmd *Command) Seq {
	if cmd.Do == nil {
		return 0 // Apply says what is missing
	}
	return cmd.Do.target(b)
}

// SameCommand checks a command against the first record made under its key: nil when it is a retry, else a
// refusal with CodeKeyReused and the first differing field. Secrets (PIN, code) are not compared: they are not kept.
func SameCommand(first *Record, cmd *Command) *Refusal {
	field := ""
	switch {
	case first.Scope() != cmd.Scope():
		field = "actor"
	case cmd.Effective != 0 && first.At() != cmd.Effective:
		field = "effective"
	case cmd.Do == nil:
		field = "do"
	default:
		field = cmd.Do.differs(first)
	}
	if field == "" {
		return nil
	}
	return &Refusal{Code: CodeKeyReused, Field: field, Seq: first.Seq, At: first.Time}
}

// DerivedKey makes the key of a command that follows from others: a UUID of version 8 (RFC 9562 section 5.8)
// from SHA-256 over the parts, so that a batch resumed after a crash meets its own first answers.
func DerivedKey(parts ...string) Key {
	h := sha256.New()
	for _, p := range parts {
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(p)))) //nolint:gosec // parts are identifiers
		h.Write([]byte(p))
	}
	s := h.Sum(nil)[:16]
	s[6] = s[6]&0x0f | 0x80
	s[8] = s[8]&0x3f | 0x80
	x := hex.EncodeToString(s)
	return Key(x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:])
}

// effectiveBack is how far an effective time may lie before now.
const effectiveBack Time = 7 * dayMillis

// draft gathers the records of one command while its verb decides.
type draft struct {
	book    *Book
	cmd     *Command
	now     Time
	records []Record
}

// at is when the command's thing happened.
func (d *draft) at() Time {
	if d.cmd.Effective != 0 {
		return d.cmd.Effective
	}
	return d.now
}

// admit checks what every command must have.
func (d *draft) admit() *Refusal {
	c := d.cmd
	switch {
	case c.Do == nil:
		return badField("do")
	case !ValidKey(c.Key):
		return badField("key")
	case !validID(string(c.Actor)):
		return badField("actor")
	case !validID(string(c.Via)):
		return badField("via")
	case c.Effective < 0 || c.Effective > d.now || c.Effective != 0 && c.Effective < d.now-effectiveBack:
		return &Refusal{Code: CodeTimeOutOfRange, Field: "effective", At: d.now}
	}
	if _, founding := c.Do.(*Found); !founding && d.book.rules == nil {
		return refuse(CodeNotFounded)
	}
	if c.Effective != 0 && d.book.sealed != 0 && monthOf(c.Effective, d.book.offset()) <= d.book.sealed {
		return &Refusal{Code: CodePeriodSealed, Field: "effective", Need: int64(d.book.sealed)}
	}
	return nil
}

// move is one leg of what a record moves.
type move struct {
	account AccountID
	unit    Unit
	amount  int64
}

// add appends a record with this body and these moves. Moves of zero are left out.
func (d *draft) add(body Body, moves ...move) {
	r := Record{
		Seq: d.book.last + Seq(len(d.records)) + 1, Time: d.now, Kind: body.kind(), Version: 1,
		Actor: d.cmd.Actor, Via: d.cmd.Via, Key: d.cmd.Key, Body: body,
	}
	if d.cmd.Effective != d.now {
		r.Effective = d.cmd.Effective
	}
	if d.book.rules != nil {
		r.Rulebook = d.book.rules.Edition
	}
	for _, m := range moves {
		if m.amount == 0 {
			continue
		}
		h := d.holding(m.account, m.unit)
		r.Postings = append(r.Postings, Posting{m.account, m.unit, m.amount, h.balance + m.amount, h.n + 1})
	}
	d.records = append(d.records, r)
}

// holding is what the account holds after the records drafted so far.
func (d *draft) holding(a AccountID, u Unit) holding {
	for _, r := range slices.Backward(d.records) {
		for _, p := range r.Postings {
			if p.Account == a && p.Unit == u {
				return holding{p.Balance, p.N}
			}
		}
	}
	return d.book.holding(a, u)
}
