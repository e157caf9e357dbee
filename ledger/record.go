package ledger

import (
	"encoding/hex"
	"fmt"
)

// Unit is what a posting counts. The two units are never converted into each other.
type Unit uint8

// The units.
const (
	UnitUnknown Unit = iota
	UnitPoints
	UnitMinutes
)

// String gives the name that stands in the record line.
func (u Unit) String() string {
	switch u {
	case UnitPoints:
		return "points"
	case UnitMinutes:
		return "minutes"
	case UnitUnknown:
		return "unknown"
	}
	return "unknown"
}

// Posting moves an amount of one unit into (positive) or out of (negative) one account, and states what the
// account then holds. Balance and N belong to (account, unit), so that one record proves one balance.
type Posting struct {
	Account AccountID
	Unit    Unit
	Amount  int64 // in the unit; the postings of a record sum to zero per unit
	Balance int64 // of (account, unit) after this posting
	N       int64 // how many postings (account, unit) has had, this one included: dense from 1
}

// Salt is 128 random bits in each record line, so that the public leaf hash tells nobody what the record says.
type Salt [16]byte

// Record is one entry of the ledger. What it says is fixed when it is appended; docs/format.md has its bytes.
type Record struct {
	Seq       Seq       // dense from 1
	Time      Time      // when it was decided: max(now, time of the record before)
	Kind      Kind      // what happened
	Version   int       // of the body's form
	Actor     AccountID // who did it: a member account, or ActorRoot, or ActorTimer
	Via       DeviceID  // the device or channel it came through
	Key       Key       // the client's idempotency key
	Effective Time      // when it happened, where that differs from Time (a station scan signed in later, an offline scan)
	Rulebook  int       // the version of the rules that decided; 0 before the first
	Body      Body
	Postings  []Posting
	Salt      Salt
}

// Body is what a kind of record says beyond its header. Its fields are described once, in their fixed order.
type Body interface {
	// kind names the kind of record that carries this body.
	kind() Kind
	// fields walks the body's fields in their order.
	fields(c *codec)
}

// At is when the thing happened: the effective time where there is one, else the record's time.
func (r *Record) At() Time {
	if r.Effective != 0 {
		return r.Effective
	}
	return r.Time
}

// Scope is whose keys the record's key belongs to: the shared device (till, kiosk) it came through, else the actor.
func (r *Record) Scope() string { return keyScope(r.Actor, r.Via) }

// LineMax bounds a record line, in bytes.
const LineMax = 32 << 10

// AppendLine appends the record's line (without LF) to dst. It fails on what no line can say: text that is not
// plain ASCII, an integer beyond 2^53, a line over LineMax.
func (r *Record) AppendLine(dst []byte) ([]byte, error) {
	c := codec{buf: dst}
	r.walk(&c)
	if c.err != nil {
		return dst, fmt.Errorf("encode record %d (%v): %w", r.Seq, r.Kind, c.err)
	}
	if n := len(c.buf) - len(dst); n > LineMax {
		return dst, fmt.Errorf("encode record %d (%v): %d bytes, over %d", r.Seq, r.Kind, n, LineMax)
	}
	return c.buf, nil
}

// ParseLine reads a record line. It accepts exactly what AppendLine writes, byte for byte, and nothing else; an
// unknown kind or version is an error, because a ledger that cannot be read whole must not be served.
func ParseLine(line []byte) (Record, error) {
	if len(line) > LineMax {
		return Record{}, fmt.Errorf("record line: %d bytes, over %d", len(line), LineMax)
	}
	var r Record
	c := codec{buf: line, decoding: true}
	r.walk(&c)
	if c.err == nil && len(c.buf) > 0 {
		c.err = fmt.Errorf("%w: %d bytes after the end", errField, len(c.buf))
	}
	if c.err != nil {
		return Record{}, fmt.Errorf("record line: %w", c.err)
	}
	return r, nil
}

// walk is the one description of a record line.
func (r *Record) walk(c *codec) {
	c.object("record", func() {
		integer(c, "seq", &r.Seq)
		integer(c, "time", &r.Time)
		kindField(c, &r.Kind)
		integer(c, "v", &r.Version)
		text(c, "actor", &r.Actor)
		text(c, "via", &r.Via)
		text(c, "key", &r.Key)
		integer(c, "effective", &r.Effective)
		integer(c, "rulebook", &r.Rulebook)
		r.bodyField(c)
		sequence(c, "postings", &r.Postings, walkPosting)
		saltField(c, &r.Salt)
	})
	if c.err == nil && (r.Seq < 1 || r.Time < 1 || r.Actor == "" || r.Key == "") {
		c.fail(errField, "header")
	}
}

func (r *Record) bodyField(c *codec) {
	if c.err != nil {
		return
	}
	if c.decoding {
		if r.Body = newBody(r.Kind, r.Version); r.Body == nil {
			c.fail(fmt.Errorf("unknown kind %v version %d", r.Kind, r.Version), "v")
			return
		}
		if !c.name("body") {
			c.fail(errField, "body")
			return
		}
	} else {
		if r.Body == nil || r.Body.kind() != r.Kind || newBody(r.Kind, r.Version) == nil {
			c.fail(fmt.Errorf("body does not match kind %v version %d", r.Kind, r.Version), "body")
			return
		}
		c.putName("body")
	}
	c.object("body", func() { r.Body.fields(c) })
}

// walkPosting writes or reads a posting as an array: ["m/wang","points",-25,75,12] is account, unit, amount,
// balance after it, and the account's own number of it.
func walkPosting(c *codec, p *Posting) {
	const name = "postings"
	if !c.decoding {
		if p.Unit != UnitPoints && p.Unit != UnitMinutes {
			c.fail(errField, name)
			return
		}
		c.buf = append(c.buf, '[')
		c.putText(name, string(p.Account))
		c.buf = append(c.buf, ',')
		c.putText(name, p.Unit.String())
		for _, n := range [...]int64{p.Amount, p.Balance, p.N} {
			c.buf = append(c.buf, ',')
			c.putInt(name, n)
		}
		c.buf = append(c.buf, ']')
		return
	}
	if !c.take("[") {
		c.fail(errField, name)
		return
	}
	p.Account = AccountID(c.takeText(name))
	switch {
	case c.take(`,"points",`):
		p.Unit = UnitPoints
	case c.take(`,"minutes",`):
		p.Unit = UnitMinutes
	default:
		c.fail(errField, name)
		return
	}
	p.Amount = c.takeInt(name)
	if !c.take(",") {
		c.fail(errField, name)
	}
	p.Balance = c.takeInt(name)
	if !c.take(",") {
		c.fail(errField, name)
	}
	if p.N = c.takeInt(name); c.err == nil && !c.take("]") {
		c.fail(errField, name)
	}
}

// saltField is the last field: 32 lower-case hexadecimal digits.
func saltField(c *codec, s *Salt) {
	if c.err != nil {
		return
	}
	if !c.decoding {
		c.putName("salt")
		c.buf = append(c.buf, '"')
		c.buf = hex.AppendEncode(c.buf, s[:])
		c.buf = append(c.buf, '"')
		return
	}
	if !c.name("salt") {
		c.fail(errField, "salt")
		return
	}
	h := c.takeBytes("salt")
	if len(h) != 2*len(s) {
		c.fail(errField, "salt")
		return
	}
	for i := range s {
		hi, lo := hexDigit(h[2*i]), hexDigit(h[2*i+1])
		if hi < 0 || lo < 0 {
			c.fail(errField, "salt")
			return
		}
		s[i] = byte(hi<<4 | lo) //nolint:gosec // two digits of four bits
	}
}

func hexDigit(b byte) int {
	switch {
	case b >= '0' && b <= '9':
		return int(b - '0')
	case b >= 'a' && b <= 'f':
		return int(b-'a') + 10
	}
	return -1
}

// concerner is a body that is about one member.
type concerner interface {
	// about is the member.
	about() AccountID
}

// Subject is the member that a record is about; "" when it is about none, or about several.
func (r *Record) Subject() AccountID {
	if b, ok := r.Body.(concerner); ok {
		return b.about()
	}
	return ""
}
