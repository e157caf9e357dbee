package ledger

// Released says that a booked meal will not be taken (释放): the points are within reach again, unless their month has ended.
type Released struct {
	Hold    Seq
	Account AccountID
	Lapsed  bool // it was not collected
}

func (*Released) kind() Kind { return KindReleased }

func (x *Released) about() AccountID { return x.Account }

func (x *Released) fields(c *codec) {
	integer(c, "hold", &x.Hold)
	text(c, "account", &x.Account)
	flag(c, "lapsed", &x.Lapsed)
}

func (x *Released) fold(b *Book, _ *Record) error { return b.letGo(x.Hold) }

// Release takes a booking back: by those who may book, at any time before the meal is taken; by the timer when its period is over.
type Release struct {
	noTarget
	Hold Seq
}

func (x *Release) decide(d *draft) *Refusal {
	h := d.book.holds[x.Hold]
	switch {
	case h == nil:
		return refuse(CodeHoldUnknown)
	case d.cmd.Actor == ActorTimer && d.now < h.Lapses:
		return &Refusal{Code: CodeNotRunning, Reset: h.Lapses}
	case d.cmd.Actor != ActorTimer && !d.mayBook(h.Account, h.Canteen):
		return refuse(CodeNotEntitled)
	}
	d.add(&Released{Hold: x.Hold, Account: h.Account, Lapsed: d.now >= h.Lapses})
	return nil
}

func (x *Release) differs(first *Record) string {
	o, ok := first.Body.(*Released)
	return firstDifference(ok, field("hold", ok && o.Hold == x.Hold))
}

// dueReleases lists the bookings that nobody collected.
func (b *Book) dueReleases(now Time, due *dueList) {
	for _, seq := range sortedKeys(b.holds) {
		if due.full() {
			return
		}
		if b.holds[seq].Lapses <= now {
			due.add(DerivedKey("release", itoa(int64(seq))), &Release{Hold: seq})
		}
	}
}
