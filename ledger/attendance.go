package ledger

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"slices"
)

// attendance is one member's presence at one activity.
type attendance struct {
	account         AccountID
	in, out         Time // out is 0 while it lasts
	inSeq, outSeq   Seq
	award           Seq // that it brought; 0 until then
	inPath, outPath Path
	live            bool // both codes were checked against the running station
}

// presences are the people of an activity in the order of their check-ins, whether they are packed or not. Only to be read.
func (a *activity) presences() []attendance {
	if a.past == "" {
		return a.people
	}
	people, _ := a.past.unpack() // read when it came in
	return people
}

// attendance is a member's presence at an activity that is not confirmed yet; nil when she was not there.
func (a *activity) attendance(id AccountID) *attendance {
	i := slices.IndexFunc(a.people, func(t attendance) bool { return t.account == id })
	if i < 0 {
		return nil
	}
	return &a.people[i]
}

// awardOf is the award of a member's presence at an activity that is not confirmed yet; 0 when there is none.
func (a *activity) awardOf(id AccountID) Seq {
	if t := a.attendance(id); t != nil {
		return t.award
	}
	return 0
}

// pack puts the people of an activity away, which nobody changes any more: what a book holds of activities is mostly this.
func (a *activity) pack() {
	var p []byte
	before := new(attendance)
	for i := range a.people {
		p = a.people[i].append(p, before)
		before = &a.people[i]
	}
	a.past, a.people = past(p), nil
}

// past is the presences of an activity in few bytes without a pointer, for each: flags, the account, each path that flags do not
// name (both as a length and text), and as varints what times and seqs are above those before. It is less than a third as
// large, nothing for a collector of garbage to walk through, and shared between copies of a book.
type past string

// The flags of a packed presence: whether it was live, and the paths, in three bits each.
const (
	pastLive    = 1 << 6
	pastOutPath = 3        // where the bits of the second path begin
	pastOther   = 1<<3 - 1 // the bits of a path that is none of pastPaths

	pastFlagsMax = 1<<7 - 1
)

// pastPaths are the paths by their three bits.
var pastPaths = [...]Path{"", PathStation, PathPoster, PathLeader, PathList}

var errPast = errors.New("not presences")

func pathBits(p Path) byte {
	for i, known := range pastPaths {
		if p == known {
			return byte(i)
		}
	}
	return pastOther
}

// append packs a presence behind the one before it.
func (t *attendance) append(p []byte, before *attendance) []byte {
	in, out := pathBits(t.inPath), pathBits(t.outPath)
	flags := in | out<<pastOutPath
	if t.live {
		flags |= pastLive
	}
	text := func(s string) { p = append(binary.AppendUvarint(p, uint64(len(s))), s...) }
	p = append(p, flags)
	text(string(t.account))
	if in == pastOther {
		text(string(t.inPath))
	}
	if out == pastOther {
		text(string(t.outPath))
	}
	for _, n := range [...]int64{
		int64(t.in - before.in), int64(t.out - t.in), int64(t.inSeq - before.inSeq), int64(t.outSeq - t.inSeq), int64(t.award - t.inSeq),
	} {
		p = binary.AppendVarint(p, n)
	}
	return p
}

// unpack reads what pack wrote.
func (p past) unpack() ([]attendance, error) {
	var people []attendance
	r := pastReader{rest: p}
	before := new(attendance)
	for len(r.rest) > 0 && !r.failed {
		people = append(people, r.presence(before))
		before = &people[len(people)-1]
	}
	if r.failed {
		return nil, errPast
	}
	return people, nil
}

// pastReader takes presences off packed ones.
type pastReader struct {
	rest   past
	failed bool
}

func (r *pastReader) presence(before *attendance) (t attendance) {
	flags := r.byte()
	r.failed = r.failed || flags > pastFlagsMax
	t.live = flags&pastLive != 0
	t.account = AccountID(r.text())
	t.inPath = r.path(flags & pastOther)
	t.outPath = r.path(flags >> pastOutPath & pastOther)
	t.in = before.in + Time(r.number())
	t.out = t.in + Time(r.number())
	t.inSeq = before.inSeq + Seq(r.number())
	t.outSeq = t.inSeq + Seq(r.number())
	t.award = t.inSeq + Seq(r.number())
	return t
}

func (r *pastReader) path(bits byte) Path {
	if int(bits) < len(pastPaths) {
		return pastPaths[bits]
	}
	if bits != pastOther {
		r.failed = true
	}
	return Path(r.text())
}

func (r *pastReader) byte() (b byte) {
	if len(r.rest) == 0 {
		r.failed = true
		return 0
	}
	b, r.rest = r.rest[0], r.rest[1:]
	return b
}

// uvarint is encoding/binary's, of a string.
func (r *pastReader) uvarint() (n uint64) {
	for shift := 0; shift < 64; shift += 7 {
		b := r.byte()
		n |= uint64(b&0x7f) << shift
		if b < 0x80 {
			r.failed = r.failed || shift == 63 && b > 1
			return n
		}
	}
	r.failed = true
	return 0
}

func (r *pastReader) number() int64 {
	n := r.uvarint()
	return int64(n>>1) ^ -int64(n&1) // zigzag, as encoding/binary does it
}

func (r *pastReader) text() past {
	n := r.uvarint()
	if n > uint64(len(r.rest)) {
		r.failed = true
		return ""
	}
	s := r.rest[:n]
	r.rest = r.rest[n:]
	return s
}

// field is the presences in a snapshot: base64 (RFC 4648 section 4), without padding.
func (p *past) field(c *codec, name string) {
	if c.err != nil {
		return
	}
	if !c.decoding {
		if *p != "" {
			c.putName(name)
			c.buf = append(c.buf, '"')
			c.buf = base64.RawStdEncoding.AppendEncode(c.buf, []byte(*p))
			c.buf = append(c.buf, '"')
		}
		return
	}
	if *p = ""; !c.name(name) {
		return
	}
	raw, err := base64.RawStdEncoding.Strict().AppendDecode(nil, c.takeBytes(name))
	*p = past(raw)
	if err == nil {
		_, err = p.unpack()
	}
	if c.err == nil && (err != nil || *p == "") {
		c.fail(errField, name)
	}
}
