package ledger

import (
	"cmp"
	"fmt"
	"slices"
)

// Stage is how far an activity has come.
type Stage uint8

// The stages of an activity.
const (
	StageOpen      Stage = iota + 1 // takes check-ins in its time
	StageClosed                     // its awards follow, their points pinned
	StageConfirmed                  // its points can be spent
)

// attendanceMax bounds the people of one activity: a clean-up of 400 fits, and so does its closing record.
const attendanceMax = 400

// activity is what the rules need of an activity until it is confirmed.
type activity struct {
	ActivityOpened
	state     Stage
	openedBy  AccountID
	openedAt  Time
	closedBy  AccountID
	attested  []AccountID  // who recorded presences of others
	people    []attendance // in the order of their check-ins; none once past has them
	past      past         // the people, packed, since it was confirmed
	headcount int
	due       []DueAward // awards still to be posted, in order
	awarded   []pinnedAward
	awards    []Seq       // all that it brought, in order
	extra     []AccountID // presences that are one too many, until somebody judges them
	judged    []Seq       // awards whose presence was confirmed: their minutes count as scanned
	planned   Time        // the end as first announced
	closedAt  Time
}

// pinnedAward is an award whose points wait for the confirmation.
type pinnedAward struct {
	account AccountID
	seq     Seq
	month   Month
	points  Points
}

// ActivityOpened says that an activity takes place.
type ActivityOpened struct {
	Activity ActivityID
	Type     string // id of an ActivityKind of the rulebook
	Team     TeamID
	Org      OrgID // whose budget mints the points; "" when the team's does
	Start    Time
	End      Time
	Charge   AccountID // person in charge
	Percent  int       // multiplier of points, from the rulebook
	Counts   bool      // as service, from the rulebook
	Capacity int       // above which nobody checks herself in; 0 is no limit but the ledger's own
	Text     string    // hexadecimal SHA-256 commitment, salted, to the title, place and content that the law asks for; they live in the roster
}

func (*ActivityOpened) kind() Kind { return KindActivityOpened }

func (o *ActivityOpened) fields(c *codec) {
	text(c, "activity", &o.Activity)
	text(c, "type", &o.Type)
	text(c, "team", &o.Team)
	text(c, "org", &o.Org)
	integer(c, "start", &o.Start)
	integer(c, "end", &o.End)
	text(c, "charge", &o.Charge)
	integer(c, "percent", &o.Percent)
	flag(c, "counts", &o.Counts)
	integer(c, "capacity", &o.Capacity)
	text(c, "text", &o.Text)
}

func (o *ActivityOpened) fold(b *Book, r *Record) error {
	b.activities[o.Activity] = &activity{
		ActivityOpened: *o, state: StageOpen, openedBy: r.Actor, openedAt: r.Time, planned: o.End,
	}
	return nil
}

// issuer is the account that mints the activity's points.
func (o *ActivityOpened) issuer() AccountID {
	if o.Org != "" {
		return OrgIssuer(o.Org)
	}
	return TeamIssuer(o.Team)
}

// activityLongest bounds an activity's length.
const activityLongest = 24 * hourMillis

// OpenActivity announces an activity: by a leader of its team, an admin of its organization, or an organizer. A leader may
// name an organization that she has no part in: its budget is charged, and nothing can be spent until an admin of that
// organization or the community confirms (decision 0060).
type OpenActivity struct {
	noTarget
	Activity ActivityID
	Type     string
	Team     TeamID
	Org      OrgID
	Start    Time
	End      Time
	Charge   AccountID
	Capacity int // 0 is no limit but the ledger's own
	Text     string
}

func (o *OpenActivity) decide(d *draft) *Refusal {
	b := d.book
	if !d.mayIn(RoleLeader, Scope(o.Team)) && (o.Org == "" || !d.mayIn(RoleOrgAdmin, Scope(o.Org))) {
		return refuse(CodeNotEntitled)
	}
	if name := o.flaw(); name != "" {
		return badField(name)
	}
	k := b.rules.ActivityKind(o.Type)
	if k == nil {
		return refuse(CodeKindUnknown)
	}
	if _, r := b.openMember(o.Charge); r != nil {
		r.Field = "charge"
		return r
	}
	if b.activities[o.Activity] != nil {
		return refuse(CodeActivityExists)
	}
	if o.Org != "" && !b.answered(o.Org) {
		return badField("org")
	}
	d.add(&ActivityOpened{
		Activity: o.Activity, Type: o.Type, Team: o.Team, Org: o.Org, Start: o.Start, End: o.End,
		Charge: o.Charge, Percent: k.Percent, Counts: k.Counts, Capacity: o.Capacity, Text: o.Text,
	})
	return nil
}

// answered reports whether somebody answers for an organization: it has an admin, or a budget that the community set. Any
// other name would bring a budget of its own along.
func (b *Book) answered(o OrgID) bool {
	if g := b.budgets[OrgIssuer(o)]; g != nil && g.set {
		return true
	}
	for id := range b.roles {
		if b.has(id, RoleOrgAdmin, Scope(o)) {
			return true
		}
	}
	return false
}

func (o *OpenActivity) flaw() string {
	switch {
	case !validID(string(o.Activity)):
		return "activity"
	case !validID(string(o.Team)):
		return "team"
	case o.Org != "" && !validID(string(o.Org)):
		return "org"
	case o.Start < 1 || o.End <= o.Start || o.End-o.Start > activityLongest || o.End > intMax:
		return "end"
	case o.Capacity < 0 || o.Capacity > attendanceMax:
		return "capacity"
	case len(o.Text) != 64 || !hexText(o.Text):
		return "text"
	}
	return ""
}

func hexText(s string) bool {
	for i := range len(s) {
		if hexDigit(s[i]) < 0 {
			return false
		}
	}
	return true
}

func (o *OpenActivity) differs(first *Record) string {
	f, ok := first.Body.(*ActivityOpened)
	return firstDifference(ok, field("type", ok && f.Type == o.Type), field("team", ok && f.Team == o.Team),
		field("org", ok && f.Org == o.Org), field("start", ok && f.Start == o.Start), field("end", ok && f.End == o.End),
		field("charge", ok && f.Charge == o.Charge), field("capacity", ok && f.Capacity == o.Capacity))
}

// ActivityChanged says that an activity ends at another time than announced.
type ActivityChanged struct {
	Activity ActivityID
	End      Time
}

func (*ActivityChanged) kind() Kind { return KindActivityChanged }

func (x *ActivityChanged) fields(c *codec) {
	text(c, "activity", &x.Activity)
	integer(c, "end", &x.End)
}

func (x *ActivityChanged) fold(b *Book, _ *Record) error {
	a := b.activities[x.Activity]
	if a == nil {
		return fmt.Errorf("no activity %s", x.Activity)
	}
	a.End = x.End
	return nil
}

// ExtendActivity moves the end of an open activity, by those who run it.
type ExtendActivity struct {
	noTarget
	Activity ActivityID
	End      Time
}

func (x *ExtendActivity) decide(d *draft) *Refusal {
	a, r := d.running(x.Activity)
	if r != nil {
		return r
	}
	if x.End <= a.Start || x.End-a.Start > activityLongest {
		return badField("end")
	}
	d.add(&ActivityChanged{Activity: x.Activity, End: x.End})
	return nil
}

func (x *ExtendActivity) differs(first *Record) string {
	o, ok := first.Body.(*ActivityChanged)
	return firstDifference(ok, field("activity", ok && o.Activity == x.Activity), field("end", ok && o.End == x.End))
}

// running is an open activity that the actor runs, or the refusal that says why not.
func (d *draft) running(id ActivityID) (*activity, *Refusal) {
	a := d.book.activities[id]
	switch {
	case a == nil:
		return nil, refuse(CodeActivityUnknown)
	case !d.runs(a):
		return nil, refuse(CodeNotEntitled)
	case a.state != StageOpen:
		return nil, refuse(CodeActivityClosed)
	}
	return a, nil
}

// runs reports whether the actor runs the activity: its person in charge, a leader of its team, an admin of its
// organization, or an organizer.
func (d *draft) runs(a *activity) bool {
	open := d.book.member(d.cmd.Actor)
	return open != nil && open.state == StateOpen && (d.cmd.Actor == a.Charge || d.mayIn(RoleLeader, Scope(a.Team)) ||
		a.Org != "" && d.mayIn(RoleOrgAdmin, Scope(a.Org)))
}

// AttendanceView is what readers may know of one presence.
type AttendanceView struct {
	Account AccountID
	In, Out Time // Out is 0 while it lasts
	InPath  Path
	OutPath Path
	Live    bool
}

// ActivityView is what readers may know of an activity.
type ActivityView struct {
	ActivityOpened
	Stage     Stage
	OpenedBy  AccountID
	OpenedAt  Time
	ClosedBy  AccountID
	Headcount int
	Pending   int  // awards still to be posted
	Planned   Time // the end as first announced
	ClosedAt  Time
	Extra     []AccountID // presences that are one too many for the headcount, not judged yet
	People    []AttendanceView
}

// Activity copies what readers may know of an activity; false when it does not exist.
func (b *Book) Activity(id ActivityID) (ActivityView, bool) {
	a := b.activities[id]
	if a == nil {
		return ActivityView{}, false
	}
	v := a.brief()
	v.Extra = slices.Clone(a.extra)
	people := a.presences()
	v.People = make([]AttendanceView, 0, len(people))
	for i := range people {
		t := &people[i]
		v.People = append(v.People, AttendanceView{t.account, t.in, t.out, t.inPath, t.outPath, t.live})
	}
	return v, true
}

// brief is a view without Extra and People.
func (a *activity) brief() ActivityView {
	return ActivityView{
		ActivityOpened: a.ActivityOpened, Stage: a.state, OpenedBy: a.openedBy, OpenedAt: a.openedAt,
		ClosedBy: a.closedBy, Headcount: a.headcount, Pending: len(a.due), Planned: a.planned, ClosedAt: a.closedAt,
	}
}

// Activities gives those of the activities that the book holds which keep wants, the earliest first by start and id. Extra and
// People are left out: thousands of activities have had a hundred thousand.
func (b *Book) Activities(keep func(*ActivityView) bool) []ActivityView {
	var all []ActivityView
	for _, a := range b.activities {
		if v := a.brief(); keep(&v) {
			all = append(all, v)
		}
	}
	slices.SortFunc(all, func(x, y ActivityView) int {
		return cmp.Or(cmp.Compare(x.Start, y.Start), cmp.Compare(x.Activity, y.Activity))
	})
	return all
}
