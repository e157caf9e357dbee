package ledger

import (
	"errors"
	"fmt"
	"slices"
)

// KeyRotated says that checkpoints are signed with a new key from here on; the one before signs along until the next
// rotation. Whoever knew the old key can follow to the new one through the books themselves.
type KeyRotated struct {
	Old string // public key before, Ed25519: 64 hex digits. The id in a signature (C2SP signed-note) has too few bits to tell keys apart
	New string // the new public key
}

func (*KeyRotated) kind() Kind { return KindKeyRotated }

func (x *KeyRotated) fields(c *codec) {
	text(c, "old", &x.Old)
	text(c, "new", &x.New)
}

func (x *KeyRotated) fold(b *Book, _ *Record) error {
	b.logKey = x.New
	return nil
}

// RotateKey records that the key of the log was changed. Only the machine's own console can: the keys lie there.
type RotateKey struct {
	noTarget
	Old, New string
}

func (x *RotateKey) decide(d *draft) *Refusal {
	switch {
	case d.cmd.Actor != ActorRoot:
		return refuse(CodeNotEntitled)
	case !hexDigits(x.New, keyDigits) || x.New == x.Old:
		return badField("new")
	case !hexDigits(x.Old, keyDigits) || d.book.logKey != "" && d.book.logKey != x.Old:
		return badField("old")
	}
	d.add(&KeyRotated{Old: x.Old, New: x.New})
	return nil
}

func (x *RotateKey) differs(first *Record) string {
	o, ok := first.Body.(*KeyRotated)
	return firstDifference(ok, field("old", ok && o.Old == x.Old), field("new", ok && o.New == x.New))
}

func (x *KeyRotated) judge(b *Book, r *Record) error {
	switch {
	case r.Actor != ActorRoot:
		return errors.New("keys are changed on the machine itself")
	case b.logKey != "" && b.logKey != x.Old:
		return fmt.Errorf("the key before was %s, it says %s", b.logKey, x.Old)
	}
	return nil
}

// OriginChanged says that checkpoints over these books are signed under another name from here on: they were restored
// behind a checkpoint that was signed under the name before, and two histories must never carry one name (decision 0073).
// It is the first record under the new name, and names the head that it found.
type OriginChanged struct {
	Before string // the name that must not be used any more
	Origin string
	Size   int64  // records before this one
	Root   string // of the tree over them, 64 hex digits
	Signed int64  // the largest size that is known to have been signed under the name before
}

func (*OriginChanged) kind() Kind { return KindOriginChanged }

func (x *OriginChanged) fields(c *codec) {
	text(c, "before", &x.Before)
	text(c, "origin", &x.Origin)
	integer(c, "size", &x.Size)
	text(c, "root", &x.Root)
	integer(c, "signed", &x.Signed)
}

func (x *OriginChanged) fold(b *Book, _ *Record) error {
	b.origins = append(b.origins, b.origin)
	b.origin, b.logKey = x.Origin, ""
	return nil
}

// ChangeOrigin gives the ledger another name. Only the machine's own console can.
type ChangeOrigin struct {
	noTarget
	Origin string
	Root   string // of the tree over all records so far
	Signed int64
}

func (x *ChangeOrigin) decide(d *draft) *Refusal {
	b := d.book
	switch {
	case d.cmd.Actor != ActorRoot:
		return refuse(CodeNotEntitled)
	case !validOrigin(x.Origin) || b.named(x.Origin):
		return badField("origin")
	case !hexDigits(x.Root, rootDigits):
		return badField("root")
	case x.Signed < 0 || x.Signed > intMax:
		return badField("signed")
	case len(b.origins) >= originsMax:
		return badField("origin")
	}
	d.add(&OriginChanged{Before: b.origin, Origin: x.Origin, Size: int64(b.last), Root: x.Root, Signed: x.Signed})
	return nil
}

func (x *ChangeOrigin) differs(first *Record) string {
	o, ok := first.Body.(*OriginChanged)
	return firstDifference(ok, field("origin", ok && o.Origin == x.Origin), field("root", ok && o.Root == x.Root), field("signed", ok && o.Signed == x.Signed))
}

func (x *OriginChanged) judge(b *Book, r *Record) error {
	switch {
	case r.Actor != ActorRoot:
		return errors.New("a ledger is named on the machine itself")
	case x.Before != b.origin:
		return fmt.Errorf("the name before was %q, it says %q", b.origin, x.Before)
	case b.named(x.Origin):
		return fmt.Errorf("the name %q was used before", x.Origin)
	case x.Size != int64(r.Seq)-1:
		return fmt.Errorf("there are %d records before it, it says %d", r.Seq-1, x.Size)
	}
	return nil
}

// Origins are the names that the ledger had before, the oldest first: nothing is ever signed under them again.
func (b *Book) Origins() []string { return slices.Clone(b.origins) }

// LogKey is the public key that signs checkpoints, 64 hex digits; "" until it was rotated under this name.
func (b *Book) LogKey() string { return b.logKey }

// named reports whether the ledger has or had this name.
func (b *Book) named(origin string) bool {
	return b.origin == origin || slices.Contains(b.origins, origin)
}

const (
	keyDigits  = 64
	rootDigits = 64
	originsMax = 100 // names that a ledger had: a restore is rare
)

// hexDigits reports whether s is n hex digits in lower case.
func hexDigits(s string, n int) bool { return len(s) == n && hexText(s) }
