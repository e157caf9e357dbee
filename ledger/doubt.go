package ledger

import (
	"cmp"
	"fmt"
	"slices"
)

// CardDoubted says that somebody else seems to have used a card: it stands on the replacement list, and works on.
type CardDoubted struct {
	Card    CardID
	Account AccountID
	Meal    Seq // the record that the holder knows nothing of
}

func (*CardDoubted) kind() Kind { return KindCardDoubted }

func (x *CardDoubted) about() AccountID { return x.Account }

func (x *CardDoubted) fields(c *codec) {
	text(c, "card", &x.Card)
	text(c, "account", &x.Account)
	integer(c, "meal", &x.Meal)
}

func (x *CardDoubted) fold(b *Book, _ *Record) error {
	c := b.cards[x.Card]
	if c == nil {
		return fmt.Errorf("no card %s", x.Card)
	}
	c.doubt = x.Meal
	return nil
}

// DoubtedCard is a card on the replacement list.
type DoubtedCard struct {
	Card    CardID
	Account AccountID
	Meal    Seq
}

// DoubtedCards is the replacement list: cards in use that somebody else seems to have used.
func (b *Book) DoubtedCards() []DoubtedCard {
	var all []DoubtedCard
	for id, c := range b.cards { // of very many, few
		if c.doubt != 0 && !c.revoked {
			all = append(all, DoubtedCard{id, c.account, c.doubt})
		}
	}
	slices.SortFunc(all, func(x, y DoubtedCard) int { return cmp.Compare(x.Card, y.Card) })
	return all
}

// ReplaceCard hands a member a new card for one that is revoked with the same word: by an organizer or operator.
type ReplaceCard struct {
	noTarget
	Old    CardID
	New    CardID
	Reason ReasonCode
}

func (x *ReplaceCard) decide(d *draft) *Refusal {
	c := d.book.cards[x.Old]
	if c == nil || c.account == "" {
		return refuse(CodeCardUnknown)
	}
	if c.revoked {
		return refuse(CodeCardRevoked)
	}
	if r := (&RevokeCard{Card: x.Old, Reason: x.Reason}).decide(d); r != nil {
		return r
	}
	return (&IssueCard{Card: x.New, Account: c.account}).decide(d)
}

func (x *ReplaceCard) differs(first *Record) string {
	o, ok := first.Body.(*CardRevoked)
	return firstDifference(ok, field("card", ok && o.Card == x.Old), field("reason", ok && o.Reason == x.Reason))
}
