package ledger

import (
	"fmt"
	"slices"
)

// Reversed says that an earlier record no longer counts, whole or in part (冲正). A record is reversed at most once.
type Reversed struct {
	Target    Seq
	Of        string // the kind of the target
	Account   AccountID
	Points    Points // given back to the member (of a redemption) or to the issuer (of an award)
	Minutes   Minutes
	Lots      []LotShare // restored, or taken
	Shortfall Points     // of an award: already spent, so that nobody's account could give it back
	Reason    ReasonCode
	Note      string    // id of the typed words in the roster
	By        AccountID // who proposed it, when another person approved
	Activity  ActivityID
	Day       Day
	Period    string
	Canteen   CanteenID // of a meal
	Meal      string
	Whole     bool   // of a meal: it was not eaten; else it was only charged too much
	Pool      Points // of a meal: given back to the donation pool; what shortfall had paid is given back to it
	Care      Points // of 先用餐: given back to the week's limit
	Left      Points // of an opening balance: spent, and so left where it is
	Subsidy   Points // of a meal: no longer owed to the canteen by the subsidy pool
	Deed      Seq
	Waiting   Points  // of a whole award: no longer owed
	Scanned   Minutes // of the minutes: by the member's own scans
}

func (*Reversed) kind() Kind { return KindReversed }

func (v *Reversed) about() AccountID { return v.Account }

func (v *Reversed) fields(c *codec) {
	integer(c, "target", &v.Target)
	text(c, "of", &v.Of)
	text(c, "account", &v.Account)
	integer(c, "points", &v.Points)
	integer(c, "minutes", &v.Minutes)
	list(c, "lots", &v.Lots, func(c *codec, s *LotShare) { s.fields(c) })
	integer(c, "shortfall", &v.Shortfall)
	text(c, "reason", &v.Reason)
	text(c, "note", &v.Note)
	text(c, "by", &v.By)
	text(c, "activity", &v.Activity)
	integer(c, "day", &v.Day)
	text(c, "period", &v.Period)
	text(c, "canteen", &v.Canteen)
	text(c, "meal", &v.Meal)
	flag(c, "whole", &v.Whole)
	integer(c, "pool", &v.Pool)
	integer(c, "care", &v.Care)
	integer(c, "left", &v.Left)
	integer(c, "subsidy", &v.Subsidy)
	integer(c, "deed", &v.Deed)
	integer(c, "waiting", &v.Waiting)
	integer(c, "scanned", &v.Scanned)
}

// reversal is what the book keeps of one.
type reversal struct {
	by      Seq
	points  Points
	minutes Minutes
}

func (v *Reversed) fold(b *Book, r *Record) error {
	b.reversed[v.Target] = reversal{r.Seq, v.Points, v.Minutes}
	a := b.account(v.Account)
	switch v.Of {
	case kinds[KindRedeemed].name, kinds[KindCaptured].name, kinds[KindMealServed].name, kinds[KindMealReplayed].name:
		v.unserve(b, a)
		return nil
	case kinds[KindImported].name:
		return v.unimport(b)
	case kinds[KindExpired].name:
		v.unexpire(b, a)
		return nil
	case kinds[KindAwarded].name, kinds[KindDeedAwarded].name, kinds[KindWaitingPaid].name:
		return v.unearn(b, a)
	}
	if v.ofPassing() {
		return v.unpassed(b, a)
	}
	return fmt.Errorf("reversal of a record of kind %q", v.Of)
}

// unserve forgets a meal that was given back, as far as it was.
func (v *Reversed) unserve(b *Book, a *account) {
	for _, s := range v.Lots {
		b.addLot(a, s)
	}
	b.count(counterKey{limitSpend, v.Account, v.Day}, -v.Points)
	b.count(counterKey{limitCare, IssuerCommunity, weekStarts(v.Day)}, -v.Care)
	whole := int64(0) // meals; one that was only charged too much was eaten
	if v.Whole {
		whole = 1
	}
	b.sold(saleKey{v.Canteen, v.Day, v.Meal}, -whole, -int64(v.Points+v.Pool+v.Shortfall))
	if v.Subsidy > 0 {
		b.owe(servedDay{v.Canteen, v.Day}, -int64(v.Subsidy), -1)
	}
	v.untake(b, b.table(v.Account, v.Day, v.Period))
}

// untake forgets a main meal whose points were given back whole; one that was only charged too much was eaten.
func (v *Reversed) untake(b *Book, k mealKey) {
	had := b.meals[k]
	i := slices.IndexFunc(had, func(m taken) bool { return m.seq == v.Target })
	if i < 0 || !v.Whole {
		return
	}
	if had = slices.Delete(had, i, i+1); len(had) == 0 {
		delete(b.meals, k)
		return
	}
	b.meals[k] = had
}

// Reverse takes a redemption, an award, a gift, a grant or a donation back, whole, or in part where Points or Minutes say so. A cashier may do
// it alone within the first minute; someone with authority may reverse her own entry within a day; anything
// else takes two people, as a proposal (docs/rules.zh.md 六).
type Reverse struct {
	Seq     Seq
	Points  Points
	Minutes Minutes
	Reason  ReasonCode
	Note    string
}

func (v *Reverse) target(*Book) Seq { return v.Seq }

func (v *Reverse) decide(d *draft) *Refusal {
	if r := v.sound(d); r != nil {
		return r
	}
	if r := v.alone(d); r != nil {
		return r
	}
	return v.carryOut(d, "")
}

// sound checks what is asked against the record that it is about.
func (v *Reverse) sound(d *draft) *Refusal {
	t := d.cmd.Target
	if t == nil || t.Seq != v.Seq || v.Seq > d.book.last {
		return refuse(CodeRecordUnknown)
	}
	if !v.Reason.valid() {
		return badField("reason")
	}
	if len(v.Note) > idMax || v.Note != "" && !validID(v.Note) {
		return badField("note")
	}
	if old, ok := d.book.reversed[v.Seq]; ok {
		return &Refusal{Code: CodeAlreadyReversed, Seq: old.by}
	}
	var points Points
	var minutes Minutes
	meal, eaten := t.plate()
	award, earned := t.earning()
	gift, passed := d.book.passing(t)
	switch {
	case eaten:
		points = meal.charged
	case earned:
		points, minutes = award.points, award.minutes
	case passed:
		points = gift.points
	default:
		return refuse(CodeNotReversible)
	}
	if v.Points < 0 || v.Minutes < 0 || v.Points > points || v.Minutes > minutes {
		return &Refusal{Code: CodeAmountTooLarge, Need: int64(v.Points), Available: int64(points)}
	}
	return nil
}

// alone reports why the actor may not do it alone; nil when she may.
func (v *Reverse) alone(d *draft) *Refusal {
	t, age := d.cmd.Target, d.now-d.cmd.Target.Time
	if o, ok := t.plate(); ok && d.book.has(d.cmd.Actor, RoleCashier, Scope(o.Canteen)) &&
		(t.Actor == d.cmd.Actor || t.Via == d.cmd.Via) {
		if d.kin(o.Account) {
			return refuse(CodeTooClose) // a cashier eats too; what she gives back to herself another cashier looks at
		}
		if age <= Time(d.book.rules.VoidSeconds)*secondMillis {
			return nil
		}
		if !d.may(RoleOrganizer) {
			return &Refusal{Code: CodeVoidTooLate, At: t.Time, Limit: int64(d.book.rules.VoidSeconds)}
		}
	}
	switch {
	case !d.may(RoleOrganizer):
		return refuse(CodeNotEntitled)
	case t.Actor != d.cmd.Actor || slices.ContainsFunc(t.members(), d.kin) || age > Time(d.book.rules.ReverseHours)*hourMillis:
		return refuse(CodeSecondPerson)
	}
	return nil
}

// carryOut appends the reversal.
func (v *Reverse) carryOut(d *draft, by AccountID) *Refusal {
	body := &Reversed{
		Target: v.Seq, Of: d.cmd.Target.Kind.String(), Points: v.Points, Minutes: v.Minutes, Reason: v.Reason, Note: v.Note, By: by,
	}
	if o, ok := d.cmd.Target.plate(); ok {
		v.unredeem(d, &o, body)
	} else if o, ok := d.cmd.Target.earning(); ok {
		v.unaward(d, &o, body)
	} else if o, ok := d.book.passing(d.cmd.Target); ok {
		v.unpass(d, &o, body)
	}
	return nil
}

// unredeem gives the points of a redemption back to the lots they came from, the latest expiry first. A lot whose
// month has ended meanwhile is given restoreDays.
func (v *Reverse) unredeem(d *draft, o *plate, body *Reversed) {
	if body.Points == 0 || body.Points == o.charged { // the whole meal, whoever paid for it
		body.Whole = true
		body.Points, body.Pool, body.Shortfall, body.Subsidy = o.charged, o.pool, o.short, d.book.cut(o)
		if o.why == ServedFirst {
			body.Care = o.Points
		}
	}
	home := d.book.home(o.Account)
	body.Account, body.Day, body.Period, body.Canteen, body.Meal = home, o.Day, o.Period, o.Canteen, o.Meal
	body.Lots = d.book.restored(o.lots, body.Points, d.now)
	d.add(body, move{CanteenAccount(o.Canteen), UnitPoints, -int64(body.Points + body.Pool + body.Shortfall)},
		move{home, UnitPoints, int64(body.Points)}, move{PoolDonation, UnitPoints, int64(body.Pool)},
		move{Shortfall, UnitPoints, int64(body.Shortfall)})
}

func (v *Reverse) differs(first *Record) string {
	o, ok := first.Body.(*Reversed)
	return firstDifference(ok, field("target", ok && o.Target == v.Seq), field("reason", ok && o.Reason == v.Reason),
		field("points", ok && (v.Points == 0 || o.Points == v.Points)), field("minutes", ok && (v.Minutes == 0 || o.Minutes == v.Minutes)))
}

// ReversedBy is the record that reversed this one; 0 when none did.
func (b *Book) ReversedBy(s Seq) Seq { return b.reversed[s].by }
