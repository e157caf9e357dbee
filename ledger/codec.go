package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// codec walks the fields of a record in their fixed order, in one of two directions: it appends them to a
// line, or takes them off one. Each body describes its fields once, and that one description encodes,
// decodes and (because the decoder accepts only what the encoder writes) defines the canonical bytes.
//
// The form is a subset of JSON (RFC 8259) that leaves nothing open: no white space, fields in one order, a
// field that is zero, false or empty is absent, integers without sign tricks and below 2^53, and text of
// printable ASCII that needs no escape. So a line has exactly one spelling.
type codec struct {
	buf      []byte // encoding: the line so far; decoding: what is left of it
	decoding bool
	comma    bool              // a field was written or read at this level
	most     int               // elements in a list; 0 is listMax
	names    map[string]string // decoding a snapshot: texts read before, each kept once; nil in records
	err      error
}

// intMax is the largest integer that a record may carry: beyond it JSON readers lose digits (RFC 8259 section 6).
const intMax = 1<<53 - 1

// listMax bounds every list in a record, in elements.
const listMax = 512

var (
	errField = errors.New("not the canonical form")
	errRange = errors.New("integer out of range")
	errText  = errors.New("text is not plain ASCII")
)

func (c *codec) fail(err error, name string) {
	if c.err == nil {
		c.err = fmt.Errorf("field %q: %w", name, err)
	}
}

// take consumes a literal when the line goes on with it.
func (c *codec) take(lit string) bool {
	if len(c.buf) < len(lit) || string(c.buf[:len(lit)]) != lit {
		return false
	}
	c.buf = c.buf[len(lit):]
	return true
}

// name consumes `"name":` with its comma when it comes next.
func (c *codec) name(name string) bool {
	b, n := c.buf, 0
	if c.comma {
		if len(b) == 0 || b[0] != ',' {
			return false
		}
		n = 1
	}
	end := n + len(name) + 3
	if len(b) < end || b[n] != '"' || string(b[n+1:n+1+len(name)]) != name || b[end-2] != '"' || b[end-1] != ':' {
		return false
	}
	c.buf, c.comma = b[end:], true
	return true
}

func (c *codec) putName(name string) {
	if c.comma {
		c.buf = append(c.buf, ',')
	}
	c.comma = true
	c.buf = append(c.buf, '"')
	c.buf = append(c.buf, name...)
	c.buf = append(c.buf, '"', ':')
}

// integer is the number of a field, either way.
func integer[T ~int64 | ~int32 | ~int](c *codec, name string, v *T) {
	if c.err != nil {
		return
	}
	if !c.decoding {
		if *v != 0 {
			c.putName(name)
			c.putInt(name, int64(*v))
		}
		return
	}
	if !c.name(name) {
		*v = 0
		return
	}
	n := c.takeInt(name)
	if c.err == nil && n == 0 {
		c.fail(errField, name)
	}
	if *v = T(n); int64(*v) != n {
		c.fail(errRange, name)
	}
}

func (c *codec) putInt(name string, n int64) {
	if n > intMax || n < -intMax {
		c.fail(errRange, name)
		return
	}
	c.buf = strconv.AppendInt(c.buf, n, 10)
}

// takeInt reads a decimal integer in its only spelling: no plus, no leading zero, no minus zero.
func (c *codec) takeInt(name string) int64 {
	neg := c.take("-")
	var n int64
	i := 0
	for i < len(c.buf) && c.buf[i] >= '0' && c.buf[i] <= '9' {
		n = n*10 + int64(c.buf[i]-'0')
		if n > intMax {
			c.fail(errRange, name)
			return 0
		}
		i++
	}
	if i == 0 || (c.buf[0] == '0' && (i > 1 || neg)) {
		c.fail(errField, name)
		return 0
	}
	c.buf = c.buf[i:]
	if neg {
		return -n
	}
	return n
}

// text is a string field, either way.
func text[T ~string](c *codec, name string, v *T) {
	if c.err != nil {
		return
	}
	if !c.decoding {
		if *v != "" {
			c.putName(name)
			c.putText(name, string(*v))
		}
		return
	}
	if !c.name(name) {
		*v = ""
		return
	}
	if *v = T(c.takeText(name)); c.err == nil && *v == "" {
		c.fail(errField, name)
	}
}

func (c *codec) putText(name, s string) {
	for i := range len(s) {
		if !plain(s[i]) {
			c.fail(errText, name)
			return
		}
	}
	c.buf = append(c.buf, '"')
	c.buf = append(c.buf, s...)
	c.buf = append(c.buf, '"')
}

func (c *codec) takeText(name string) string {
	p := c.takeBytes(name)
	if c.names == nil {
		return string(p)
	}
	s, ok := c.names[string(p)]
	if !ok {
		s = string(p)
		c.names[s] = s
	}
	return s
}

// takeBytes reads a string as bytes of the line: for what is not kept.
func (c *codec) takeBytes(name string) []byte {
	if !c.take(`"`) {
		c.fail(errField, name)
		return nil
	}
	n := bytes.IndexByte(c.buf, '"')
	if n < 0 {
		c.fail(errField, name)
		return nil
	}
	s := c.buf[:n]
	for _, ch := range s {
		if !plain(ch) {
			c.fail(errText, name)
			return nil
		}
	}
	c.buf = c.buf[n+1:]
	return s
}

// plain reports whether a byte may stand in the text of a record: printable ASCII that JSON need not escape.
func plain(b byte) bool { return b >= ' ' && b <= '~' && b != '"' && b != '\\' }

// flag is a field that is either true or absent.
func flag(c *codec, name string, v *bool) {
	if c.err != nil {
		return
	}
	if !c.decoding {
		if *v {
			c.putName(name)
			c.buf = append(c.buf, "true"...)
		}
		return
	}
	if *v = c.name(name); *v && !c.take("true") {
		c.fail(errField, name)
	}
}

// list is a field that holds objects, each described by each.
func list[T any](c *codec, name string, v *[]T, each func(*codec, *T)) {
	sequence(c, name, v, func(c *codec, e *T) { c.object(name, func() { each(c, e) }) })
}

// sequence is a field that holds elements which write and read themselves whole.
func sequence[T any](c *codec, name string, v *[]T, each func(*codec, *T)) {
	if c.err != nil {
		return
	}
	if !c.decoding {
		if len(*v) == 0 {
			return
		}
		if len(*v) > c.listMost() {
			c.fail(errRange, name)
			return
		}
		c.putName(name)
		c.buf = append(c.buf, '[')
		for i := range *v {
			if i > 0 {
				c.buf = append(c.buf, ',')
			}
			each(c, &(*v)[i])
		}
		c.buf = append(c.buf, ']')
		return
	}
	*v = nil
	if !c.name(name) {
		return
	}
	if !c.take("[") {
		c.fail(errField, name)
		return
	}
	room := 2 // most have one or two elements
	if c.names != nil {
		room = 1 // and what comes from a snapshot stays
	}
	*v = make([]T, 0, room)
	for c.err == nil {
		var zero T
		*v = append(*v, zero)
		each(c, &(*v)[len(*v)-1])
		if len(*v) > c.listMost() {
			c.fail(errRange, name)
		}
		if c.take("]") {
			return
		}
		if !c.take(",") {
			c.fail(errField, name)
		}
	}
}

func (c *codec) listMost() int {
	if c.most > 0 {
		return c.most
	}
	return listMax
}

// inner is a field that holds one object, or is absent.
func inner[T any](c *codec, name string, v **T, fields func(*T)) {
	if c.err != nil {
		return
	}
	if !c.decoding {
		if *v != nil {
			c.putName(name)
			c.object(name, func() { fields(*v) })
		}
		return
	}
	if *v = nil; c.name(name) {
		*v = new(T)
		c.object(name, func() { fields(*v) })
	}
}

// object is one brace pair with fields inside.
func (c *codec) object(name string, fields func()) {
	outer := c.comma
	c.comma = false
	if !c.decoding {
		c.buf = append(c.buf, '{')
		fields()
		c.buf = append(c.buf, '}')
		c.comma = outer
		return
	}
	if !c.take("{") {
		c.fail(errField, name)
		return
	}
	if fields(); c.err == nil && !c.take("}") {
		c.fail(errField, name)
	}
	c.comma = outer
}
