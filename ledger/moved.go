package ledger

import "errors"

// Moved is what a duplicate account hands over to the person's (合并): all its points, in lots that keep their expiry, and all its
// minutes. It is two records through transit, since none carries postings of two members.
type Moved struct {
	Account AccountID // that is posted to
	Other   AccountID // the other one
	Points  Points
	Minutes Minutes
	Scanned Minutes // of them: by her own scans
	Lots    []LotShare
}

func (m *Moved) fields(c *codec) {
	text(c, "account", &m.Account)
	text(c, "other", &m.Other)
	integer(c, "points", &m.Points)
	integer(c, "minutes", &m.Minutes)
	integer(c, "scanned", &m.Scanned)
	list(c, "lots", &m.Lots, func(c *codec, s *LotShare) { s.fields(c) })
}

func (m *Moved) about() AccountID { return m.Account }

// MovedOut says that a duplicate account handed everything over. It is in transit until the next record.
type MovedOut struct{ Moved }

func (*MovedOut) kind() Kind { return KindMovedOut }

func (m *MovedOut) fold(b *Book, _ *Record) error {
	b.account(m.Account).scanned -= m.Scanned
	return b.takeLots(m.Account, m.Lots)
}

// MovedIn says that what a duplicate account handed over arrived.
type MovedIn struct{ Moved }

func (*MovedIn) kind() Kind { return KindMovedIn }

func (m *MovedIn) fold(b *Book, _ *Record) error {
	a := b.account(m.Account)
	a.scanned += m.Scanned
	for _, s := range m.Lots {
		b.addLot(a, s)
	}
	return nil
}

// moves are the postings between a member and transit.
func (m *Moved) moves(sign int64) []move {
	return []move{
		{Transit, UnitPoints, -sign * int64(m.Points)},
		{Transit, UnitMinutes, -sign * int64(m.Minutes)},
		{m.Account, UnitPoints, sign * int64(m.Points)},
		{m.Account, UnitMinutes, sign * int64(m.Minutes)},
	}
}

// moveAll appends what the duplicate hands over.
func (x *MergePersons) moveAll(d *draft) {
	from := d.book.accounts[x.Other]
	all := Moved{
		Account: x.Other, Other: x.Account, Points: Points(from.points.balance), Minutes: Minutes(from.minutes.balance), Scanned: from.scanned,
	}
	for i := range from.lots {
		all.Lots = append(all.Lots, from.lots[i].takeFirst(from.lots[i].Points))
	}
	if all.Points == 0 && all.Minutes == 0 {
		return
	}
	d.add(&MovedOut{all}, all.moves(-1)...)
	all.Account, all.Other = x.Account, x.Other
	d.add(&MovedIn{all}, all.moves(1)...)
}

func (m *MovedOut) judge(b *Book, r *Record) error {
	a := b.member(m.Account)
	if a == nil || !b.same(m.Account, m.Other) || int64(m.Points) != a.points.balance || int64(m.Minutes) != a.minutes.balance || sumOf(m.Lots) != m.Points {
		return errors.New("it is not all that one person's other account has")
	}
	return b.judgeMoves(r, m.moves(-1)...)
}

func (m *MovedIn) judge(b *Book, r *Record) error {
	if b.holding(Transit, UnitPoints).balance != int64(m.Points) || b.holding(Transit, UnitMinutes).balance != int64(m.Minutes) ||
		!b.same(m.Account, m.Other) || sumOf(m.Lots) != m.Points {
		return errors.New("it is not what was handed over")
	}
	return b.judgeMoves(r, m.moves(1)...)
}

// home is the account in which a member's points and minutes are: her own, or the one that a duplicate was merged into.
func (b *Book) home(id AccountID) AccountID {
	if a := b.accounts[id]; a != nil && a.state == StateClosed {
		return b.person(id)
	}
	return id
}
