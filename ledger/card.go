package ledger

// ReasonCode says why, from a fixed list; the words that a person typed live in the roster.
type ReasonCode string

// The reason codes.
const (
	ReasonWrongPerson ReasonCode = "wrong-person"
	ReasonWrongMeal   ReasonCode = "wrong-meal"
	ReasonWrongTime   ReasonCode = "wrong-time"
	ReasonNotServed   ReasonCode = "not-served"
	ReasonVoid        ReasonCode = "void" // by the cashier, within the first minute
	ReasonLost        ReasonCode = "lost"
	ReasonSpoiled     ReasonCode = "spoiled"
	ReasonReplaced    ReasonCode = "replaced"
	ReasonSuspicion   ReasonCode = "suspicion"
	ReasonRequest     ReasonCode = "request" // the member asked for it
	ReasonOther       ReasonCode = "other"
	ReasonVoted       ReasonCode = "voted"     // the committee did not agree
	ReasonDenied      ReasonCode = "denied"    // who should have received it says no
	ReasonWithdrawn   ReasonCode = "withdrawn" // who asked for it took it back
	ReasonLapsed      ReasonCode = "lapsed"    // nobody decided in time
	ReasonUpheld      ReasonCode = "upheld"    // an objection was upheld
)

func (r ReasonCode) valid() bool {
	switch r {
	case ReasonWrongPerson, ReasonWrongMeal, ReasonWrongTime, ReasonNotServed, ReasonVoid, ReasonLost,
		ReasonSpoiled, ReasonReplaced, ReasonSuspicion, ReasonRequest, ReasonOther,
		ReasonVoted, ReasonDenied, ReasonWithdrawn, ReasonLapsed, ReasonUpheld:
		return true
	}
	return false
}

// card is an issued card.
type card struct {
	account AccountID
	at      Time      // handed over
	by      AccountID // by whom
	revoked bool
	lostAt  Time // from when the member pays nothing
	doubt   Seq  // a meal that she knows nothing of: the card is to be replaced
}

// CardIssued says that a printed card was handed to a member and can be used.
type CardIssued struct {
	Card    CardID
	Account AccountID
}

func (*CardIssued) kind() Kind { return KindCardIssued }

func (i *CardIssued) about() AccountID { return i.Account }

func (i *CardIssued) fields(c *codec) {
	text(c, "card", &i.Card)
	text(c, "account", &i.Account)
}

func (i *CardIssued) fold(b *Book, r *Record) error {
	b.cards[i.Card] = &card{account: i.Account, at: r.Time, by: r.Actor}
	b.account(i.Account).known = true
	return nil
}

// CardRevoked says that a card can no longer be used.
type CardRevoked struct {
	Card   CardID
	Reason ReasonCode
}

func (*CardRevoked) kind() Kind { return KindCardRevoked }

func (v *CardRevoked) fields(c *codec) {
	text(c, "card", &v.Card)
	text(c, "reason", &v.Reason)
}

func (v *CardRevoked) fold(b *Book, r *Record) error {
	c := b.cards[v.Card]
	if c == nil { // a spoiled one, revoked before it was handed over
		c = &card{}
		b.cards[v.Card] = c
	}
	c.revoked, c.lostAt = true, r.At()
	return nil
}

// IssueCard hands a printed card to a member, by an organizer or operator: no leader activates cards (docs/rules.zh.md 二).
type IssueCard struct {
	noTarget
	Card    CardID
	Account AccountID
}

func (i *IssueCard) decide(d *draft) *Refusal {
	if !d.may(RoleOrganizer, RoleOperator) && d.cmd.Actor != ActorRoot {
		return refuse(CodeNotEntitled)
	}
	if i.Account == d.cmd.Actor {
		return refuse(CodeNotEntitled) // nobody hands herself a card
	}
	if !validID(string(i.Card)) {
		return badField("card")
	}
	if _, r := d.book.openMember(i.Account); r != nil {
		return r
	}
	if c := d.book.cards[i.Card]; c != nil {
		if c.revoked {
			return refuse(CodeCardRevoked)
		}
		return refuse(CodeCardExists)
	}
	d.add(&CardIssued{Card: i.Card, Account: i.Account})
	return nil
}

func (i *IssueCard) differs(first *Record) string {
	o, ok := first.Body.(*CardIssued)
	return firstDifference(ok, field("card", ok && o.Card == i.Card), field("account", ok && o.Account == i.Account))
}

// RevokeCard ends a card's use: by an organizer, an operator, a cashier told of a loss, or its holder.
type RevokeCard struct {
	noTarget
	Card   CardID
	Reason ReasonCode
}

func (v *RevokeCard) decide(d *draft) *Refusal {
	c := d.book.cards[v.Card]
	switch {
	case !validID(string(v.Card)):
		return badField("card")
	case !v.Reason.valid():
		return badField("reason")
	case !d.may(RoleOrganizer, RoleOperator, RoleCashier) && d.cmd.Actor != ActorRoot && (c == nil || c.account != d.cmd.Actor):
		return refuse(CodeNotEntitled)
	case c != nil && c.revoked:
		return refuse(CodeCardRevoked)
	case c == nil && v.Reason != ReasonSpoiled:
		return refuse(CodeCardUnknown)
	}
	d.add(&CardRevoked{Card: v.Card, Reason: v.Reason})
	return nil
}

func (v *RevokeCard) differs(first *Record) string {
	o, ok := first.Body.(*CardRevoked)
	return firstDifference(ok, field("card", ok && o.Card == v.Card), field("reason", ok && o.Reason == v.Reason))
}

// CardHolder is the member whom a usable card stands for, or the refusal that says why it is none.
func (b *Book) CardHolder(id CardID) (AccountID, *Refusal) {
	c := b.cards[id]
	switch {
	case c == nil:
		return "", refuse(CodeCardUnknown)
	case c.revoked:
		return c.account, refuse(CodeCardRevoked)
	}
	return c.account, nil
}
