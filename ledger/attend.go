package ledger

import (
	"fmt"
	"slices"
)

// Path is how a presence was recorded; it decides the evidence grade (凭证等级).
type Path string

// The paths.
const (
	PathStation Path = "station" // the member scanned the running station code
	PathPoster  Path = "poster"  // the member scanned a printed poster: the leader confirms
	PathLeader  Path = "leader"  // the leader scanned the member's code or card
	PathList    Path = "list"    // the leader ticked a name
)

func (p Path) valid() bool {
	switch p {
	case PathStation, PathPoster, PathLeader, PathList:
		return true
	}
	return false
}

// self reports whether the member records herself on this path.
func (p Path) self() bool { return p == PathStation || p == PathPoster }

// Direction is whether a scan comes in or goes out.
type Direction string

// The directions. Auto is what a member's scan says: in when she is not in, else out.
const (
	Auto Direction = ""
	In   Direction = "in"
	Out  Direction = "out"
)

// CheckedIn says that a member came to an activity.
type CheckedIn struct {
	Activity ActivityID
	Account  AccountID
	Path     Path
	Live     bool   // the code was checked against the running station when it was scanned
	Handle   Handle // of the code that the leader scanned, and its step
	Step     int64
}

func (*CheckedIn) kind() Kind { return KindCheckedIn }

func (i *CheckedIn) about() AccountID { return i.Account }

func (i *CheckedIn) fields(c *codec) {
	text(c, "activity", &i.Activity)
	text(c, "account", &i.Account)
	text(c, "path", &i.Path)
	flag(c, "live", &i.Live)
	text(c, "handle", &i.Handle)
	integer(c, "step", &i.Step)
}

func (i *CheckedIn) fold(b *Book, r *Record) error {
	a := b.activities[i.Activity]
	if a == nil {
		return fmt.Errorf("no activity %s", i.Activity)
	}
	a.people = append(a.people, attendance{account: i.Account, in: r.At(), inSeq: r.Seq, inPath: i.Path, live: i.Live})
	a.attest(i.Account, r.Actor)
	b.arrive(i.Account, i.Activity, r)
	b.useHandle(i.Handle, i.Step, r)
	b.touch(i.Account)
	return nil
}

// CheckedOut says that a member left an activity.
type CheckedOut struct {
	Activity ActivityID
	Account  AccountID
	Path     Path
	Live     bool
	Handle   Handle
	Step     int64
}

func (*CheckedOut) kind() Kind { return KindCheckedOut }

func (o *CheckedOut) about() AccountID { return o.Account }

func (o *CheckedOut) fields(c *codec) {
	text(c, "activity", &o.Activity)
	text(c, "account", &o.Account)
	text(c, "path", &o.Path)
	flag(c, "live", &o.Live)
	text(c, "handle", &o.Handle)
	integer(c, "step", &o.Step)
}

func (o *CheckedOut) fold(b *Book, r *Record) error {
	a := b.activities[o.Activity]
	if a == nil || a.attendance(o.Account) == nil {
		return fmt.Errorf("%s is not at %s", o.Account, o.Activity)
	}
	t := a.attendance(o.Account)
	t.out, t.outSeq, t.outPath, t.live = r.At(), r.Seq, o.Path, t.live && o.Live
	a.attest(o.Account, r.Actor)
	b.depart(o.Account, o.Activity, r.At())
	b.useHandle(o.Handle, o.Step, r)
	b.touch(o.Account)
	return nil
}

// visit is when a member was at an activity: what keeps her from having been at two at once.
type visit struct {
	activity ActivityID
	in, out  Time // out is 0 while it lasts
}

// arrive remembers a check-in.
func (b *Book) arrive(id AccountID, at ActivityID, r *Record) {
	a := b.account(id)
	a.visits = append(a.visits, visit{activity: at, in: r.At()})
}

// forgetVisits drops visits so old that no effective time can reach them.
func (b *Book) forgetVisits() {
	for _, a := range b.accounts {
		if len(a.visits) == 0 {
			continue
		}
		a.visits = slices.DeleteFunc(a.visits, func(v visit) bool { return v.out != 0 && v.out < b.time-keepDays*dayMillis })
		if len(a.visits) == 0 {
			a.visits = nil // most members are elsewhere most of the time: let the memory go
		}
	}
}

// depart ends a visit that lasts.
func (b *Book) depart(id AccountID, from ActivityID, out Time) {
	visits := b.account(id).visits
	if i := slices.IndexFunc(visits, func(v visit) bool { return v.activity == from && v.out == 0 }); i >= 0 {
		visits[i].out = max(out, visits[i].in)
	}
}

// elsewhere refuses a presence from one moment to another that overlaps a visit to another activity. A visit that
// lasts counts to the activity's scheduled end, or not at all where only what is certain matters.
func (b *Book) elsewhere(id AccountID, here ActivityID, from, to Time, certain bool) *Refusal {
	for _, v := range b.accounts[id].visits {
		end := v.out
		if end == 0 && !certain {
			end = b.activities[v.activity].End
		}
		if v.activity != here && from < end && v.in < to {
			return &Refusal{Code: CodePresentElsewhere, Field: string(v.activity), At: v.in}
		}
	}
	return nil
}

// useHandle remembers the newest step in which a handle's code was used.
func (b *Book) useHandle(h Handle, step int64, r *Record) {
	if h != "" && step >= b.handles[h].step { // an offline scan may be older than the newest
		b.handles[h] = lastStep{step, r.Seq, r.Time}
	}
}

// freshStep refuses a code whose step was used before.
func (b *Book) freshStep(h Handle, step int64) *Refusal {
	if last := b.handles[h]; h != "" && step <= last.step {
		return &Refusal{Code: CodeCodeUsed, Seq: last.seq, At: last.at}
	}
	return nil
}

// Scan records that a member came to an activity or left it.
type Scan struct {
	noTarget
	Activity  ActivityID
	Account   AccountID
	Path      Path
	Direction Direction
	Live      bool
	Handle    Handle
	Step      int64
}

func (s *Scan) decide(d *draft) *Refusal {
	b := d.book
	a, r := s.admitted(d)
	if r != nil {
		return r
	}
	if r := b.freshStep(s.Handle, s.Step); r != nil {
		return r
	}
	t := a.attendance(s.Account)
	switch {
	case t == nil && s.Direction == Out:
		return refuse(CodeNotIn)
	case t == nil:
		return s.come(d, a)
	case t.out != 0:
		return &Refusal{Code: CodeAlreadyOut, Seq: t.outSeq, At: t.out, Subject: s.Account}
	case s.Direction == In, s.Direction == Auto && d.at() < t.in+Time(b.rules.DuplicateWithin)*minuteMillis:
		return &Refusal{Code: CodeAlreadyIn, Seq: t.inSeq, At: t.in, Subject: s.Account}
	case d.at() < t.in:
		return &Refusal{Code: CodeTimeOutOfRange, Field: "effective", At: t.in}
	}
	if r := b.elsewhere(s.Account, s.Activity, t.in, d.at(), true); r != nil {
		return r
	}
	d.add(&CheckedOut{Activity: s.Activity, Account: s.Account, Path: s.Path, Live: s.Live, Handle: s.Handle, Step: s.Step})
	return nil
}

// admitted checks who scans whom, and finds the open activity.
func (s *Scan) admitted(d *draft) (*activity, *Refusal) {
	if !s.Path.valid() {
		return nil, badField("path")
	}
	if s.Direction != Auto && s.Direction != In && s.Direction != Out {
		return nil, badField("direction")
	}
	if flaw := codeFlaw(s.Handle, s.Step); flaw != "" {
		return nil, badField(flaw)
	}
	if _, r := d.book.openMember(s.Account); r != nil {
		return nil, r
	}
	if s.Path.self() {
		if d.cmd.Actor != s.Account {
			return nil, refuse(CodeNotEntitled)
		}
		a := d.book.activities[s.Activity]
		if a == nil {
			return nil, refuse(CodeActivityUnknown)
		}
		if a.state != StageOpen {
			return nil, refuse(CodeActivityClosed)
		}
		return a, nil
	}
	if d.cmd.Actor == s.Account {
		return nil, refuse(CodeOwnAttest)
	}
	return d.running(s.Activity)
}

// come checks a member in.
func (s *Scan) come(d *draft, a *activity) *Refusal {
	b, at := d.book, d.at()
	if opens := a.Start - Time(b.rules.EarlyMinutes)*minuteMillis; at < opens || at >= a.End {
		return &Refusal{Code: CodeNotRunning, Reset: opens, At: a.End}
	}
	if r := b.elsewhere(s.Account, s.Activity, at, at+1, false); r != nil {
		return r
	}
	most := attendanceMax
	if a.Capacity > 0 && s.Path.self() { // the leader sees who is there
		most = a.Capacity
	}
	if n := len(a.people); n >= most {
		return &Refusal{Code: CodeActivityFull, Used: int64(n), Limit: int64(most)}
	}
	d.add(&CheckedIn{Activity: s.Activity, Account: s.Account, Path: s.Path, Live: s.Live, Handle: s.Handle, Step: s.Step})
	return nil
}

func (s *Scan) differs(first *Record) string {
	switch o := first.Body.(type) {
	case *CheckedIn:
		return firstDifference(s.Direction != Out, field("activity", o.Activity == s.Activity),
			field("account", o.Account == s.Account), field("path", o.Path == s.Path))
	case *CheckedOut:
		return firstDifference(s.Direction != In, field("activity", o.Activity == s.Activity),
			field("account", o.Account == s.Account), field("path", o.Path == s.Path))
	}
	return "kind"
}
