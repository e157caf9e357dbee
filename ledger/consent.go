package ledger

import (
	"fmt"
	"slices"
)

// ConsentKind is what a member agrees to (授权). Nothing about her is public without it.
type ConsentKind string

// The kinds of consent.
const (
	ConsentName     ConsentKind = "full-name"    // her full name in public notices and lists
	ConsentPhoto    ConsentKind = "photo"        // a photo of her in public
	ConsentLocation ConsentKind = "location"     // yes or no at check-in
	ConsentSpoken   ConsentKind = "spoken"       // her balance spoken aloud at the till
	ConsentGuardian ConsentKind = "guardianship" // a guardian's, for a child under 14
)

func (k ConsentKind) valid() bool {
	switch k {
	case ConsentName, ConsentPhoto, ConsentLocation, ConsentSpoken, ConsentGuardian:
		return true
	}
	return false
}

// ConsentGiven says that a member agreed to something, and to which text.
type ConsentGiven struct {
	Account AccountID
	What    ConsentKind
	Text    string // hexadecimal SHA-256 of the text in the roster
	Card    CardID // shown at the desk, where staff noted it for her
}

func (*ConsentGiven) kind() Kind { return KindConsentGiven }

func (g *ConsentGiven) about() AccountID { return g.Account }

func (g *ConsentGiven) fields(c *codec) {
	text(c, "account", &g.Account)
	text(c, "what", &g.What)
	text(c, "text", &g.Text)
	text(c, "card", &g.Card)
}

func (g *ConsentGiven) fold(b *Book, _ *Record) error {
	a := b.account(g.Account)
	a.consents = append(a.consents, g.What)
	return nil
}

// ConsentWithdrawn says that a member no longer agrees.
type ConsentWithdrawn struct {
	Account AccountID
	What    ConsentKind
	Card    CardID
}

func (*ConsentWithdrawn) kind() Kind { return KindConsentWithdrawn }

func (w *ConsentWithdrawn) about() AccountID { return w.Account }

func (w *ConsentWithdrawn) fields(c *codec) {
	text(c, "account", &w.Account)
	text(c, "what", &w.What)
	text(c, "card", &w.Card)
}

func (w *ConsentWithdrawn) fold(b *Book, _ *Record) error {
	a := b.account(w.Account)
	i := slices.Index(a.consents, w.What)
	if i < 0 {
		return fmt.Errorf("%s has not agreed to %s", w.Account, w.What)
	}
	a.consents = slices.Delete(a.consents, i, i+1)
	return nil
}

// GiveConsent notes that a member agrees: by herself, her guardian, or staff who hold her card.
type GiveConsent struct {
	noTarget
	Account AccountID
	What    ConsentKind
	Text    string
	Card    CardID
}

func (g *GiveConsent) decide(d *draft) *Refusal {
	a, r := d.book.openMember(g.Account)
	switch {
	case r != nil:
		return r
	case !g.What.valid():
		return badField("what")
	case len(g.Text) != 64 || !hexText(g.Text):
		return badField("text")
	}
	if r := d.speaksFor(g.Account, g.Card); r != nil {
		return r
	}
	if slices.Contains(a.consents, g.What) {
		return &Refusal{Code: CodeConsentExists, Subject: g.Account}
	}
	if a.guardian != "" && d.cmd.Actor == g.Account {
		return refuse(CodeNotEntitled) // for a child, her guardian agrees
	}
	d.add(&ConsentGiven{Account: g.Account, What: g.What, Text: g.Text, Card: g.Card})
	return nil
}

func (g *GiveConsent) differs(first *Record) string {
	o, ok := first.Body.(*ConsentGiven)
	return firstDifference(ok, field("account", ok && o.Account == g.Account), field("what", ok && o.What == g.What),
		field("text", ok && o.Text == g.Text))
}

// WithdrawConsent notes that a member no longer agrees: by those who may agree for her, and a child herself. It is never
// refused for a reason of ours.
type WithdrawConsent struct {
	noTarget
	Account AccountID
	What    ConsentKind
	Card    CardID
}

func (w *WithdrawConsent) decide(d *draft) *Refusal {
	a := d.book.member(w.Account)
	if a == nil {
		return &Refusal{Code: CodeAccountUnknown, Subject: w.Account}
	}
	if r := d.speaksFor(w.Account, w.Card); r != nil {
		return r
	}
	if !slices.Contains(a.consents, w.What) {
		return &Refusal{Code: CodeConsentUnknown, Subject: w.Account}
	}
	d.add(&ConsentWithdrawn{Account: w.Account, What: w.What, Card: w.Card})
	return nil
}

func (w *WithdrawConsent) differs(first *Record) string {
	o, ok := first.Body.(*ConsentWithdrawn)
	return firstDifference(ok, field("account", ok && o.Account == w.Account), field("what", ok && o.What == w.What))
}

// Consented reports whether a member agrees to something now. A frozen account still does; an unknown one never did.
func (b *Book) Consented(id AccountID, what ConsentKind) bool {
	a := b.member(id)
	return a != nil && slices.Contains(a.consents, what)
}
