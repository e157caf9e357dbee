package ledger

import (
	"cmp"
)

// describeMeals is what the canteens serve, owe and are owed.
func (b *Book) describeMeals(s *scribe) {
	entries(s, "meal", &b.meals, mealKey.compare, func(c *codec, k *mealKey, v *[]taken) {
		k.describe(c)
		list(c, "taken", v, func(c *codec, t *taken) {
			integer(c, "seq", &t.seq)
			integer(c, "at", &t.at)
			integer(c, "points", &t.points)
			flag(c, "again", &t.again)
		})
	})
	entries(s, "hold", &b.holds, cmp.Compare, func(c *codec, k *Seq, v **hold) {
		integer(c, "key", k)
		h := made(v)
		h.fields(c)
		integer(c, "edition", &h.edition)
		integer(c, "at", &h.at)
	})
	entries(s, "booked", &b.booked, mealKey.compare, func(c *codec, k *mealKey, v *Seq) {
		k.describe(c)
		integer(c, "hold", v)
	})
	entries(s, "subsidy", &b.subsidies, servedDay.compare, func(c *codec, k *servedDay, v *owed) {
		text(c, "key-canteen", &k.canteen)
		integer(c, "key-day", &k.day)
		integer(c, "points", &v.points)
		integer(c, "meals", &v.meals)
	})
	entries(s, "sale", &b.sales, saleKey.compare, func(c *codec, k *saleKey, v *sale) {
		text(c, "key-canteen", &k.canteen)
		integer(c, "key-day", &k.day)
		text(c, "key-meal", &k.meal)
		integer(c, "count", &v.count)
		integer(c, "points", &v.points)
	})
	entries(s, "lease", &b.leases, leaseKey.compare, func(c *codec, k *leaseKey, v **lease) {
		text(c, "key-till", &k.till)
		integer(c, "key-number", &k.number)
		made(v).describe(c)
	})
	entries(s, "last-lease", &b.lastLease, cmp.Compare, func(c *codec, k *DeviceID, v *int) {
		text(c, "key", k)
		integer(c, "number", v)
	})
}

func (l *lease) describe(c *codec) {
	l.fields(c)
	integer(c, "seq", &l.seq)
	integer(c, "at", &l.at)
	integer(c, "edition", &l.edition)
	flag(c, "open", &l.open)
	integer(c, "written", &l.written)
	integer(c, "scan", &l.scan)
	integer(c, "used", &l.used)
	table(c, "charged", &l.charged, cmp.Compare, func(c *codec, k *AccountID, v *Points) {
		text(c, "key", k)
		integer(c, "points", v)
	})
}

// describePoints is what limits, moves and ends points.
func (b *Book) describePoints(s *scribe) {
	entries(s, "budget", &b.budgets, cmp.Compare, func(c *codec, k *AccountID, v **budget) {
		text(c, "key", k)
		g := made(v)
		integer(c, "monthly", &g.monthly)
		flag(c, "set", &g.set)
		integer(c, "month", &g.month)
		integer(c, "first", &g.first)
		integer(c, "base", &g.base)
	})
	entries(s, "counter", &b.counters, counterKey.compare, func(c *codec, k *counterKey, v *int64) {
		small(c, "key-limit", &k.limit)
		text(c, "key-subject", &k.subject)
		integer(c, "key-day", &k.day)
		integer(c, "count", v)
	})
	entries(s, "reversed", &b.reversed, cmp.Compare, func(c *codec, k *Seq, v *reversal) {
		integer(c, "key", k)
		integer(c, "by", &v.by)
		integer(c, "points", &v.points)
		integer(c, "minutes", &v.minutes)
	})
	entries(s, "sweep", &b.sweeps, cmp.Compare, func(c *codec, k *Month, v *[]swept) {
		integer(c, "key", k)
		list(c, "swept", v, func(c *codec, w *swept) { w.describe(c) })
	})
	rows(s, "restoring", &b.restoring, func(c *codec, w *swept) { w.describe(c) })
	entries(s, "waiting", &b.waiting, cmp.Compare, func(c *codec, k *Seq, v **waiting) {
		integer(c, "key", k)
		w := made(v)
		integer(c, "award", &w.award)
		text(c, "account", &w.account)
		text(c, "issuer", &w.issuer)
		text(c, "activity", &w.activity)
		integer(c, "points", &w.points)
		integer(c, "since", &w.since)
	})
	entries(s, "queue", &b.queues, cmp.Compare, func(c *codec, k *AccountID, v *[]Seq) {
		text(c, "key", k)
		integers(c, "awards", v)
	})
}

func (w *swept) describe(c *codec) {
	integer(c, "seq", &w.seq)
	integer(c, "day", &w.day)
	text(c, "account", &w.account)
	integer(c, "points", &w.points)
	integer(c, "gifted", &w.gifted)
}

// describeSums is what months and opening balances amount to.
func (b *Book) describeSums(s *scribe) {
	entries(s, "flow", &b.flows, cmp.Compare, func(c *codec, k *Month, v *flow) {
		integer(c, "key", k)
		integer(c, "issued", &v.issued)
		integer(c, "redeemed", &v.redeemed)
		integer(c, "expired", &v.expired)
		integer(c, "minutes", &v.minutes)
		integer(c, "records", &v.records)
	})
	entries(s, "import", &b.imports, cmp.Compare, func(c *codec, k *string, v **opening) {
		text(c, "key", k)
		made(v).describe(c)
	})
}

func (o *opening) describe(c *codec) {
	o.fields(c)
	text(c, "maker", &o.maker)
	integer(c, "at", &o.at)
	texts(c, "approvers", &o.approvers)
	texts(c, "orgs", &o.orgs)
	list(c, "standing", &o.rows, func(c *codec, r *importedRow) {
		text(c, "account", &r.account)
		integer(c, "seq", &r.seq)
	})
	integer(c, "count", &o.count)
	integer(c, "sum-points", &o.points)
	integer(c, "sum-minutes", &o.minutes)
	flag(c, "undone", &o.undone)
	flag(c, "past", &o.past)
}

// describeAsked is what people ask of each other: proposals and disputes.
func (b *Book) describeAsked(s *scribe) {
	entries(s, "proposal", &b.proposals, cmp.Compare, func(c *codec, k *Seq, v **proposal) {
		integer(c, "key", k)
		p := made(v)
		p.fields(c)
		text(c, "maker", &p.maker)
		text(c, "via", &p.via)
		integer(c, "at", &p.at)
		integer(c, "open-until", &p.lapses)
	})
	rows(s, "dispute", &b.disputes, func(c *codec, v **dispute) {
		p := made(v)
		p.fields(c)
		integer(c, "seq", &p.seq)
		text(c, "opener", &p.opener)
		integer(c, "at", &p.at)
		flag(c, "escalated", &p.escalated)
		list(c, "pins", &p.pins, func(c *codec, l *LotShare) { l.fields(c) })
	})
	entries(s, "disputed", &b.disputed, cmp.Compare, func(c *codec, k, v *Seq) {
		integer(c, "key", k)
		integer(c, "dispute", v)
	})
}

func (k *mealKey) describe(c *codec) {
	text(c, "key-account", &k.account)
	integer(c, "key-day", &k.day)
	text(c, "key-period", &k.period)
}

func (k mealKey) compare(o mealKey) int {
	return cmp.Or(cmp.Compare(k.account, o.account), cmp.Compare(k.day, o.day), cmp.Compare(k.period, o.period))
}

func (k servedDay) compare(o servedDay) int {
	return cmp.Or(cmp.Compare(k.canteen, o.canteen), cmp.Compare(k.day, o.day))
}

func (k saleKey) compare(o saleKey) int {
	return cmp.Or(cmp.Compare(k.canteen, o.canteen), cmp.Compare(k.day, o.day), cmp.Compare(k.meal, o.meal))
}

func (k leaseKey) compare(o leaseKey) int {
	return cmp.Or(cmp.Compare(k.till, o.till), cmp.Compare(k.number, o.number))
}

func (k counterKey) compare(o counterKey) int {
	return cmp.Or(cmp.Compare(k.limit, o.limit), cmp.Compare(k.subject, o.subject), cmp.Compare(k.day, o.day))
}
