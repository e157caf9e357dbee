package ledger

import (
	"errors"
	"fmt"
)

// leaseKey is one allowance of one till.
type leaseKey struct {
	till   DeviceID
	number int
}

// lease is an allowance to serve without network (离线额度), and what came in under it.
type lease struct {
	LeaseGranted
	seq     Seq
	at      Time
	edition int // of the rulebook when it was granted: the prices on the till's list
	open    bool
	written Time // when it was written off; else 0
	scan    int  // the last that was replayed
	used    Points
	charged map[AccountID]Points // to each member
}

// LeaseGranted says that a till may serve so many points without network until a time.
type LeaseGranted struct {
	Till    DeviceID
	Canteen CanteenID
	Number  int // dense per till, from 1
	Cap     Points
	Ends    Time
}

func (*LeaseGranted) kind() Kind { return KindLeaseGranted }

func (l *LeaseGranted) fields(c *codec) {
	text(c, "till", &l.Till)
	text(c, "canteen", &l.Canteen)
	integer(c, "number", &l.Number)
	integer(c, "cap", &l.Cap)
	integer(c, "ends", &l.Ends)
}

func (l *LeaseGranted) fold(b *Book, r *Record) error {
	b.leases[leaseKey{l.Till, l.Number}] = &lease{
		LeaseGranted: *l, seq: r.Seq, at: r.Time, edition: r.Rulebook, open: true, charged: map[AccountID]Points{},
	}
	b.lastLease[l.Till] = l.Number
	return nil
}

// GrantLease gives a till its next allowance: asked for through the till by a cashier of its canteen, or by an organizer.
// The outbox of the last one must be in, or that one written off, and the canteen's open allowances stay within its limit.
type GrantLease struct {
	noTarget
	Till DeviceID
	Cap  Points
}

func (g *GrantLease) decide(d *draft) *Refusal {
	b := d.book
	v := b.devices[g.Till]
	switch {
	case v == nil || v.kind != DeviceTill:
		return refuse(CodeDeviceUnknown)
	case !d.may(RoleOrganizer) && (d.cmd.Via != g.Till || !b.has(d.cmd.Actor, RoleCashier, Scope(v.canteen))):
		return refuse(CodeNotEntitled)
	case v.revoked:
		return refuse(CodeDeviceRevoked)
	case g.Cap < 1 || g.Cap > b.rules.LeasePoints:
		return &Refusal{Code: CodeBadCommand, Field: "cap", Limit: int64(b.rules.LeasePoints)}
	}
	last := b.lastLease[g.Till]
	if old := b.leases[leaseKey{g.Till, last}]; old != nil && old.open {
		return &Refusal{Code: CodeLeaseOpen, Seq: old.seq, At: old.at, Reset: old.Ends}
	}
	if used := b.Exposure(v.canteen, d.now); used+g.Cap > b.rules.LeaseTotalPoints {
		return &Refusal{Code: CodeLeaseLimit, Used: int64(used), Limit: int64(b.rules.LeaseTotalPoints), Need: int64(g.Cap)}
	}
	d.add(&LeaseGranted{
		Till: g.Till, Canteen: v.canteen, Number: last + 1, Cap: g.Cap, Ends: d.now + Time(b.rules.LeaseHours)*hourMillis,
	})
	return nil
}

// Exposure is the most that a canteen's tills can bring in shortfall (离线敞口): its open allowances, and those written off in
// this month, which count whole because nobody knows what was served under them.
func (b *Book) Exposure(c CanteenID, now Time) (sum Points) {
	month := monthOf(now, b.offset())
	for _, l := range b.leases {
		if l.Canteen == c && (l.open || l.written != 0 && monthOf(l.written, b.offset()) == month) {
			sum += l.Cap
		}
	}
	return sum
}

func (g *GrantLease) differs(first *Record) string {
	o, ok := first.Body.(*LeaseGranted)
	return firstDifference(ok, field("till", ok && o.Till == g.Till), field("cap", ok && o.Cap == g.Cap))
}

func (l *LeaseGranted) judge(b *Book, r *Record) error {
	k, v := b.rulebooks[r.Rulebook], b.devices[l.Till]
	old := b.leases[leaseKey{l.Till, b.lastLease[l.Till]}]
	switch {
	case v == nil || v.canteen != l.Canteen || l.Number != b.lastLease[l.Till]+1:
		return fmt.Errorf("it is not the next allowance of a till of %s", l.Canteen)
	case old != nil && old.open:
		return fmt.Errorf("allowance %d of %s was still open", old.Number, l.Till)
	case b.Exposure(l.Canteen, r.Time)+l.Cap > k.LeaseTotalPoints || l.Cap > k.LeasePoints:
		return errors.New("it is beyond the canteen's limit")
	}
	return nil
}

// LeaseClosed says that an allowance has ended: all that was served under it is in, or nobody waits for it any more.
type LeaseClosed struct {
	Till    DeviceID
	Number  int
	Written bool // written off at its full cap
	Used    Points
}

func (*LeaseClosed) kind() Kind { return KindLeaseClosed }

func (l *LeaseClosed) fields(c *codec) {
	text(c, "till", &l.Till)
	integer(c, "number", &l.Number)
	flag(c, "written", &l.Written)
	integer(c, "used", &l.Used)
}

func (l *LeaseClosed) fold(b *Book, r *Record) error {
	old := b.leases[leaseKey{l.Till, l.Number}]
	if old == nil {
		return fmt.Errorf("no lease %d of %s", l.Number, l.Till)
	}
	old.open = false
	if l.Written {
		old.written = r.Time
	}
	return nil
}

// CloseLease ends an allowance: through the till, by a cashier, once its outbox is empty; or an organizer, who did not ask
// for the allowance, writes it off.
type CloseLease struct {
	noTarget
	Till     DeviceID
	Number   int
	WriteOff bool
}

func (x *CloseLease) decide(d *draft) *Refusal {
	b := d.book
	l := b.leases[leaseKey{x.Till, x.Number}]
	switch {
	case l == nil || !l.open:
		return refuse(CodeLeaseUnknown)
	case x.WriteOff && !d.may(RoleOrganizer):
		return refuse(CodeNotEntitled)
	case !x.WriteOff && (d.cmd.Via != x.Till || !b.has(d.cmd.Actor, RoleCashier, Scope(l.Canteen))):
		return refuse(CodeNotEntitled)
	}
	d.add(&LeaseClosed{Till: x.Till, Number: x.Number, Written: x.WriteOff, Used: l.used})
	return nil
}

func (x *CloseLease) differs(first *Record) string {
	o, ok := first.Body.(*LeaseClosed)
	return firstDifference(ok, field("till", ok && o.Till == x.Till), field("number", ok && o.Number == x.Number),
		field("written", ok && o.Written == x.WriteOff))
}

// forgetLeases drops closed allowances under which nothing can come in any more, and that count in no exposure.
func (b *Book) forgetLeases() {
	for k, l := range b.leases {
		if !l.open && b.lastLease[k.till] != k.number && max(l.Ends, l.written) < b.time-activityKeepDays*dayMillis {
			delete(b.leases, k)
		}
	}
}

// LeaseView is an allowance that is open, for the till and the organizer.
type LeaseView struct {
	LeaseGranted
	Seq  Seq
	At   Time
	Used Points
	Scan int
}

// Lease is the open allowance of a till; false when it has none.
func (b *Book) Lease(till DeviceID) (LeaseView, bool) {
	l := b.leases[leaseKey{till, b.lastLease[till]}]
	if l == nil || !l.open {
		return LeaseView{}, false
	}
	return LeaseView{l.LeaseGranted, l.seq, l.at, l.used, l.scan}, true
}
