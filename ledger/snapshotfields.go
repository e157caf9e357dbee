package ledger

import (
	"cmp"
	"fmt"
)

// describe walks everything that the book holds, in a fixed order. Who adds a field to the book, or to anything in it,
// adds it here and raises SnapshotVersion.
func (b *Book) describe(s *scribe) {
	version := SnapshotVersion
	s.one("book", func(c *codec) {
		if integer(c, "version", &version); version != SnapshotVersion {
			s.err = fmt.Errorf("%w: %d, this is %d", ErrSnapshotVersion, version, SnapshotVersion)
			return
		}
		b.numbers(c)
	})
	b.describePeople(s)
	b.describeMeans(s)
	b.describeService(s)
	b.describeMeals(s)
	b.describePoints(s)
	b.describeSums(s)
	b.describeAsked(s)
	before := s.lines // not this one; a reader has taken it up already
	if s.codec.decoding {
		before--
	}
	stated := before
	s.one("end", func(c *codec) {
		if integer(c, "lines", &stated); stated != before {
			c.fail(errField, "lines")
		}
	})
}

func (b *Book) numbers(c *codec) {
	integer(c, "seq", &b.last)
	integer(c, "time", &b.time)
	flag(c, "founded", &b.founded)
	text(c, "origin", &b.origin)
	texts(c, "origins", &b.origins)
	text(c, "log-key", &b.logKey)
	flag(c, "demo", &b.demo)
	inner(c, "rules", &b.rules, func(k *Rulebook) { k.fields(c) })
	integer(c, "members", &b.members)
	integer(c, "organizers", &b.organizers)
	flag(c, "grown", &b.grown)
	integer(c, "purged", &b.purged)
	integer(c, "sealed", &b.sealed)
	integer(c, "first-month", &b.firstMonth)
	integer(c, "sealed-outstanding", &b.sealedOutstanding)
	texts(c, "awarding", &b.awarding)
}

func (b *Book) describePeople(s *scribe) {
	entries(s, "rulebook", &b.rulebooks, cmp.Compare, func(c *codec, k *int, v **Rulebook) {
		integer(c, "key", k)
		made(v).fields(c)
	})
	entries(s, "account", &b.accounts, cmp.Compare, func(c *codec, k *AccountID, v **account) {
		text(c, "key", k)
		made(v).describe(c)
	})
	entries(s, "roles", &b.roles, cmp.Compare, func(c *codec, k *AccountID, v *[]grant) {
		text(c, "key", k)
		list(c, "grants", v, func(c *codec, g *grant) {
			text(c, "role", &g.role)
			text(c, "scope", &g.scope)
			text(c, "by", &g.by)
			integer(c, "at", &g.at)
		})
	})
	entries(s, "family", &b.families, cmp.Compare, func(c *codec, k *string, v *[]AccountID) {
		text(c, "key", k)
		texts(c, "people", v)
	})
	entries(s, "person", &b.persons, cmp.Compare, func(c *codec, k, v *AccountID) {
		text(c, "key", k)
		text(c, "stands-for", v)
	})
}

func (a *account) describe(c *codec) {
	small(c, "state", &a.state)
	text(c, "guardian", &a.guardian)
	text(c, "family", &a.family)
	integer(c, "linked", &a.linked)
	text(c, "former", &a.former)
	integer(c, "parted", &a.parted)
	flag(c, "erased", &a.erased)
	texts(c, "groups", &a.groups)
	integer(c, "points", &a.points.balance)
	integer(c, "points-n", &a.points.n)
	integer(c, "minutes", &a.minutes.balance)
	integer(c, "minutes-n", &a.minutes.n)
	list(c, "lots", &a.lots, func(c *codec, l *Lot) {
		integer(c, "month", &l.Month)
		integer(c, "points", &l.Points)
		integer(c, "pinned", &l.Pinned)
		integer(c, "gifted", &l.Gifted)
	})
	list(c, "visits", &a.visits, func(c *codec, v *visit) {
		text(c, "activity", &v.activity)
		integer(c, "in", &v.in)
		integer(c, "out", &v.out)
	})
	integer(c, "scanned", &a.scanned)
	texts(c, "consents", &a.consents)
	integer(c, "phones", &a.phones)
	flag(c, "known", &a.known)
	integer(c, "referral", &a.referral)
}

// describeMeans are the devices and cards that people act with.
func (b *Book) describeMeans(s *scribe) {
	entries(s, "device", &b.devices, cmp.Compare, func(c *codec, k *DeviceID, v **device) {
		text(c, "key", k)
		d := made(v)
		text(c, "kind", &d.kind)
		text(c, "canteen", &d.canteen)
		text(c, "owner", &d.owner)
		list(c, "others", &d.others, func(c *codec, o *deviceOwner) {
			text(c, "account", &o.account)
			integer(c, "at", &o.at)
		})
		integer(c, "at", &d.at)
		flag(c, "revoked", &d.revoked)
	})
	entries(s, "card", &b.cards, cmp.Compare, func(c *codec, k *CardID, v **card) {
		text(c, "key", k)
		x := made(v)
		text(c, "account", &x.account)
		integer(c, "at", &x.at)
		text(c, "by", &x.by)
		flag(c, "revoked", &x.revoked)
		integer(c, "lost-at", &x.lostAt)
		integer(c, "doubt", &x.doubt)
	})
	entries(s, "handle", &b.handles, cmp.Compare, func(c *codec, k *Handle, v *lastStep) {
		text(c, "key", k)
		integer(c, "step", &v.step)
		integer(c, "seq", &v.seq)
		integer(c, "at", &v.at)
	})
}

// describeService are activities and good deeds, until they are decided.
func (b *Book) describeService(s *scribe) {
	entries(s, "activity", &b.activities, cmp.Compare, func(c *codec, k *ActivityID, v **activity) {
		text(c, "key", k)
		made(v).describe(c)
	})
	rows(s, "undoing", &b.undoing, func(c *codec, v **undoing) {
		u := made(v)
		u.fields(c)
		integers(c, "left", &u.left)
	})
	rows(s, "deed", &b.deeds, func(c *codec, v **deed) { made(v).describe(c) })
	rows(s, "deed-mark", &b.deedMarks, func(c *codec, m *deedMark) {
		integer(c, "deed", &m.deed)
		text(c, "kind", &m.kind)
		integer(c, "day", &m.day)
		integer(c, "points", &m.points)
		text(c, "doer", &m.doer)
		text(c, "receiver", &m.receiver)
	})
}

func (a *activity) describe(c *codec) {
	a.fields(c)
	small(c, "state", &a.state)
	text(c, "opened-by", &a.openedBy)
	integer(c, "opened-at", &a.openedAt)
	text(c, "closed-by", &a.closedBy)
	texts(c, "attested", &a.attested)
	list(c, "people", &a.people, func(c *codec, t *attendance) {
		text(c, "account", &t.account)
		integer(c, "in", &t.in)
		integer(c, "out", &t.out)
		integer(c, "in-seq", &t.inSeq)
		integer(c, "out-seq", &t.outSeq)
		integer(c, "award", &t.award)
		text(c, "in-path", &t.inPath)
		text(c, "out-path", &t.outPath)
		flag(c, "live", &t.live)
	})
	a.past.field(c, "past")
	integer(c, "headcount", &a.headcount)
	list(c, "due", &a.due, func(c *codec, w *DueAward) { w.fields(c) })
	list(c, "awarded", &a.awarded, func(c *codec, w *pinnedAward) {
		text(c, "account", &w.account)
		integer(c, "seq", &w.seq)
		integer(c, "month", &w.month)
		integer(c, "points", &w.points)
	})
	integers(c, "awards", &a.awards)
	texts(c, "extra", &a.extra)
	integers(c, "judged", &a.judged)
	integer(c, "planned", &a.planned)
	integer(c, "closed-at", &a.closedAt)
}

func (e *deed) describe(c *codec) {
	e.fields(c)
	integer(c, "seq", &e.seq)
	text(c, "filer", &e.filer)
	integer(c, "at", &e.at)
	integer(c, "edition", &e.edition)
	small(c, "stage", &e.stage)
	list(c, "votes", &e.votes, func(c *codec, v *vote) {
		text(c, "by", &v.by)
		integer(c, "seq", &v.seq)
		integer(c, "at", &v.at)
		flag(c, "yes", &v.yes)
		integer(c, "points", &v.points)
		flag(c, "lift", &v.lift)
	})
	integer(c, "worth", &e.worth)
	flag(c, "lifted", &e.lifted)
	integer(c, "ends", &e.ends)
}
