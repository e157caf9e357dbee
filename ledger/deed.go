package ledger

import (
	"cmp"
	"fmt"
	"slices"
)

// DeedStage is how far a good deed has come.
type DeedStage uint8

// The stages of a deed that is not decided yet. A deed that was awarded or refused is no longer in the book.
const (
	DeedAsked  DeedStage = iota + 1 // waits for whom it was done for
	DeedVoting                      // waits for the committee
	DeedPassed                      // waits for the community's consent
	DeedNotice                      // stands in the public notice, or waits for the newcomer's hours
)

// Who files a deed.
const (
	FiledSelf      = "self"
	FiledNeighbour = "neighbour"
	FiledLeader    = "leader"
)

// deed is what the rules need of a good deed until it is awarded or refused. Its number is that of its filing.
type deed struct {
	DeedFiled
	seq     Seq
	filer   AccountID
	at      Time
	edition int // of the rulebook that it was filed under
	stage   DeedStage
	votes   []vote
	worth   Points // what the committee voted
	lifted  bool   // the committee lifted the month's limit
	ends    Time   // of the public notice
}

// deedMark is a deed that counts against its week's limit or its pair's rest until that has passed.
type deedMark struct {
	deed     Seq
	kind     string
	day      Day
	points   Points
	doer     AccountID
	receiver AccountID
}

// DeedFiled says that somebody tells of a good deed (好人好事).
type DeedFiled struct {
	Type        string    // id of a DeedKind of the rulebook
	Account     AccountID // who did it
	By          string    // self, neighbour or leader
	Beneficiary AccountID // for whom; "" where there is no account
	Confirmed   bool      // the beneficiary filed it herself
	Day         Day       // local day on which it was done
	Hours       int       // of an hourly one
	Points      Points    // what its category gives it, within the week's limit; the least of a range
	Newcomer    Minutes   // scanned service of the beneficiary that the award waits for
	Photo       string    // id of the evidence in the roster
	Lapses      Time
}

func (*DeedFiled) kind() Kind { return KindDeedFiled }

func (f *DeedFiled) about() AccountID { return f.Account }

func (f *DeedFiled) fields(c *codec) {
	text(c, "type", &f.Type)
	text(c, "account", &f.Account)
	text(c, "by", &f.By)
	text(c, "beneficiary", &f.Beneficiary)
	flag(c, "confirmed", &f.Confirmed)
	integer(c, "day", &f.Day)
	integer(c, "hours", &f.Hours)
	integer(c, "points", &f.Points)
	integer(c, "newcomer", &f.Newcomer)
	text(c, "photo", &f.Photo)
	integer(c, "lapses", &f.Lapses)
}

func (f *DeedFiled) fold(b *Book, r *Record) error {
	e := &deed{DeedFiled: *f, seq: r.Seq, filer: r.Actor, at: r.Time, edition: r.Rulebook, stage: DeedVoting}
	if f.Beneficiary != "" && !f.Confirmed {
		e.stage = DeedAsked
	}
	b.deeds = append(b.deeds, e)
	b.deedMarks = append(b.deedMarks, deedMark{r.Seq, f.Type, f.Day, f.Points, f.Account, f.Beneficiary})
	if f.Newcomer > 0 {
		b.account(f.Beneficiary).referral = r.Seq
	}
	return nil
}

// deed is an open deed; nil when it was never filed or is decided. Deeds stand in the order of their filing.
func (b *Book) deed(s Seq) *deed {
	i, found := slices.BinarySearchFunc(b.deeds, s, func(e *deed, s Seq) int { return cmp.Compare(e.seq, s) })
	if !found {
		return nil
	}
	return b.deeds[i]
}

// closeDeed forgets a deed that is decided. One that was refused no longer counts against any limit.
func (b *Book) closeDeed(s Seq, refused bool) error {
	e := b.deed(s)
	if e == nil {
		return fmt.Errorf("no open deed %d", s)
	}
	b.deeds = slices.DeleteFunc(b.deeds, func(x *deed) bool { return x == e })
	if refused {
		b.unmarkDeed(s)
	}
	return nil
}

// unmarkDeed lets a deed count no longer against its week, its pair, or its newcomer.
func (b *Book) unmarkDeed(s Seq) {
	b.deedMarks = slices.DeleteFunc(b.deedMarks, func(m deedMark) bool {
		if a := b.accounts[m.receiver]; m.deed == s && a != nil && a.referral == s {
			a.referral = 0
		}
		return m.deed == s
	})
}

// purgeDeeds drops the marks that no filing can meet any more.
func (b *Book) purgeDeeds(today Day) {
	if b.rules == nil {
		return
	}
	k := &b.rules.Deeds
	old := today - Day(k.FileDays) - Day(max(k.PairDays, 7)) //nolint:gosec // bounded by flaw
	b.deedMarks = slices.DeleteFunc(b.deedMarks, func(m deedMark) bool { return m.day < old && b.deed(m.deed) == nil })
}

// FileDeed tells of a good deed: one's own, a neighbour's, or as a leader that of somebody in the team.
type FileDeed struct {
	noTarget
	Type        string
	Account     AccountID
	Beneficiary AccountID
	Day         Day
	Hours       int
	Photo       string
}

func (f *FileDeed) decide(d *draft) *Refusal {
	b := d.book
	if _, r := b.openMember(d.cmd.Actor); r != nil {
		return refuse(CodeNotEntitled)
	}
	k := b.rules.DeedKind(f.Type)
	if k == nil {
		return refuse(CodeKindUnknown)
	}
	if name := f.flaw(d, k); name != "" {
		return badField(name)
	}
	if _, r := b.openMember(f.Account); r != nil {
		return r
	}
	if n, most := b.filedBy(d.cmd.Actor), b.rules.Deeds.OpenMax; n >= most {
		return &Refusal{Code: CodeDeedLimit, Field: "open", Used: int64(n), Limit: int64(most), Subject: d.cmd.Actor}
	}
	if r := f.received(d, k); r != nil {
		return r
	}
	points, r := f.worth(d, k)
	if r != nil {
		return r
	}
	d.add(&DeedFiled{
		Type: f.Type, Account: f.Account, By: f.by(d), Beneficiary: f.Beneficiary, Confirmed: f.Beneficiary == d.cmd.Actor,
		Day: f.Day, Hours: f.Hours, Points: points, Newcomer: k.Newcomer, Photo: f.Photo,
		Lapses: d.now + Time(b.rules.Deeds.LapseDays)*dayMillis,
	})
	return nil
}

func (f *FileDeed) flaw(d *draft, k *DeedKind) string {
	today := dayOf(d.now, d.book.offset())
	switch {
	case k.Whom && f.Beneficiary == "", f.Beneficiary != "" && f.Beneficiary == f.Account:
		return "beneficiary"
	case f.Day > today || f.Day < today-Day(d.book.rules.Deeds.FileDays): //nolint:gosec // bounded by flaw
		return "day"
	case k.Hourly && (f.Hours < 1 || f.Hours > deedHoursMax) || !k.Hourly && f.Hours != 0:
		return "hours"
	case f.Photo != "" && !validID(f.Photo):
		return "photo"
	}
	return ""
}

func (f *FileDeed) by(d *draft) string {
	switch {
	case d.cmd.Actor == f.Account:
		return FiledSelf
	case d.may(RoleLeader):
		return FiledLeader
	}
	return FiledNeighbour
}

// filedBy counts the undecided deeds that somebody filed.
func (b *Book) filedBy(id AccountID) int {
	n := 0
	for _, e := range b.deeds {
		if e.filer == id {
			n++
		}
	}
	return n
}

// received checks for whom a deed was done: an open account, no relative where it is a neighbour's help, not the same two
// people again too soon, and a newcomer who is one.
func (f *FileDeed) received(d *draft, k *DeedKind) *Refusal {
	if f.Beneficiary == "" {
		return nil
	}
	b := d.book
	to, r := b.openMember(f.Beneficiary)
	if r != nil {
		r.Field = "beneficiary"
		return r
	}
	if k.Newcomer > 0 && (to.referral != 0 || to.scanned >= k.Newcomer) {
		return &Refusal{Code: CodeNotNewcomer, Seq: to.referral, Subject: f.Beneficiary}
	}
	if !k.Paired {
		return nil
	}
	if b.related(f.Account, f.Beneficiary) {
		return refuse(CodeTooClose)
	}
	rest := Day(b.rules.Deeds.PairDays) //nolint:gosec // bounded by flaw
	for _, m := range b.deedMarks {
		pair := b.same(m.doer, f.Account) && b.same(m.receiver, f.Beneficiary) || b.same(m.doer, f.Beneficiary) && b.same(m.receiver, f.Account)
		if pair && b.rules.Deeds.paired(m.kind) && max(m.day-f.Day, f.Day-m.day) < rest {
			return &Refusal{Code: CodePairTooSoon, Seq: m.deed, At: b.DayStarts(m.day), Reset: b.DayStarts(m.day + rest), Subject: f.Beneficiary}
		}
	}
	return nil
}

func (k *DeedRules) paired(id string) bool {
	d := k.kind(id)
	return d != nil && d.Paired
}

// worth is what the category gives the deed, within the limit of its week.
func (f *FileDeed) worth(d *draft, k *DeedKind) (Points, *Refusal) {
	points := k.Points
	if k.Hourly {
		points *= Points(f.Hours)
	}
	if k.WeekMax == 0 {
		return points, nil
	}
	monday := f.Day - Day(weekday(f.Day)) //nolint:gosec // 0 to 6
	var used Points
	for _, m := range d.book.deedMarks {
		if d.book.same(m.doer, f.Account) && m.kind == f.Type && m.day >= monday && m.day < monday+7 {
			used += m.points
		}
	}
	if used >= k.WeekMax {
		return 0, &Refusal{
			Code: CodeDeedLimit, Field: "week", Used: int64(used), Limit: int64(k.WeekMax), Reset: d.book.DayStarts(monday + 7), Subject: f.Account,
		}
	}
	return min(points, k.WeekMax-used), nil
}

func (f *FileDeed) differs(first *Record) string {
	o, ok := first.Body.(*DeedFiled)
	return firstDifference(ok, field("type", ok && o.Type == f.Type), field("account", ok && o.Account == f.Account),
		field("beneficiary", ok && o.Beneficiary == f.Beneficiary), field("day", ok && o.Day == f.Day),
		field("hours", ok && o.Hours == f.Hours), field("photo", ok && o.Photo == f.Photo))
}

// DeedConfirmed says that the one for whom a deed was done agrees that it was.
type DeedConfirmed struct {
	Deed    Seq
	Account AccountID // the beneficiary
	Card    CardID    // shown at the desk, where staff did it for her
}

func (*DeedConfirmed) kind() Kind { return KindDeedConfirmed }

func (x *DeedConfirmed) about() AccountID { return x.Account }

func (x *DeedConfirmed) fields(c *codec) {
	integer(c, "deed", &x.Deed)
	text(c, "account", &x.Account)
	text(c, "card", &x.Card)
}

func (x *DeedConfirmed) fold(b *Book, _ *Record) error {
	e := b.deed(x.Deed)
	if e == nil {
		return fmt.Errorf("no open deed %d", x.Deed)
	}
	e.stage = DeedVoting
	return nil
}

// ConfirmDeed says that one received a good deed: by the beneficiary, or by staff who hold her card (docs/rules.zh.md
// 五), but not by who did it or told of it.
type ConfirmDeed struct {
	noTarget
	Deed Seq
	Card CardID
}

func (x *ConfirmDeed) decide(d *draft) *Refusal {
	e, r := d.openDeed(x.Deed, DeedAsked)
	if r != nil {
		return r
	}
	if _, r := d.book.openMember(e.Beneficiary); r != nil {
		return r
	}
	if r := d.speaksFor(e.Beneficiary, x.Card); r != nil {
		return r
	}
	if d.cmd.Actor != e.Beneficiary && (d.cmd.Actor == e.Account || d.cmd.Actor == e.filer) {
		return refuse(CodeConflict)
	}
	d.add(&DeedConfirmed{Deed: x.Deed, Account: e.Beneficiary, Card: x.Card})
	return nil
}

// openDeed is an undecided deed in one of these stages, or the refusal that says why not.
func (d *draft) openDeed(s Seq, stages ...DeedStage) (*deed, *Refusal) {
	e := d.book.deed(s)
	switch {
	case e == nil:
		return nil, refuse(CodeDeedUnknown)
	case !slices.Contains(stages, e.stage):
		return nil, &Refusal{Code: CodeDeedStage, Field: e.stage.String()}
	}
	return e, nil
}

// String is the stage's name in refusals and answers.
func (s DeedStage) String() string {
	switch s {
	case DeedAsked:
		return "asked"
	case DeedVoting:
		return "voting"
	case DeedPassed:
		return "passed"
	case DeedNotice:
		return "notice"
	}
	return "unknown"
}

// speaksFor reports whether the actor may speak for a member: she herself, her guardian, or staff who hold her card.
func (d *draft) speaksFor(id AccountID, card CardID) *Refusal {
	if card != "" {
		holder, r := d.book.CardHolder(card)
		switch {
		case r != nil:
			return r
		case holder != id:
			return badField("card")
		case d.may(RoleOrganizer, RoleLeader, RoleCashier):
			return nil
		}
		return refuse(CodeNotEntitled)
	}
	a, actor := d.book.member(id), d.book.member(d.cmd.Actor)
	if a == nil || actor == nil || actor.state == StateClosed || d.cmd.Actor != id && (a.guardian == "" || d.cmd.Actor != a.guardian) {
		return refuse(CodeNotEntitled)
	}
	return nil
}

func (x *ConfirmDeed) differs(first *Record) string {
	o, ok := first.Body.(*DeedConfirmed)
	return firstDifference(ok, field("deed", ok && o.Deed == x.Deed), field("card", ok && o.Card == x.Card))
}
