package ledger

// DeedRules are what the rulebook says about good deeds (好人好事).
type DeedRules struct {
	NoticeDays int    // of public notice before an award
	MonthMax   Points // of deeds, per member and local month, unless the committee lifts it
	PairDays   int    // between two deeds of a paired category by the same two people
	Quorum     int    // votes that a decision needs
	AloneMax   Points // more than this takes the community's consent beside the committee's
	FileDays   int    // how long after its day a deed may be filed
	OpenMax    int    // deeds that one person has filed and that are not decided
	LapseDays  int    // after which an undecided deed lapses
	Kinds      []DeedKind
}

// DeedKind is a category of good deed.
type DeedKind struct {
	ID        string
	Points    Points  // of one deed, the least of a range, or an hour's
	Most      Points  // the most of a range, which the committee votes on; 0 when the points are fixed
	Hourly    bool    // points are an hour's
	WeekMax   Points  // per member and week from Monday; 0 is no limit
	Whom      bool    // somebody's account received it, and confirms it
	Paired    bool    // once per pair of people in PairDays, in both directions
	Community bool    // takes the community's consent beside the committee's, and stands outside MonthMax
	Newcomer  Minutes // of scanned service by whom it brought, before it is paid; 0 when it brought nobody
}

// deedHoursMax bounds the hours of one hourly deed.
const deedHoursMax = 8

func (k *DeedRules) fields(c *codec) {
	integer(c, "notice-days", &k.NoticeDays)
	integer(c, "deed-month-max", &k.MonthMax)
	integer(c, "deed-pair-days", &k.PairDays)
	integer(c, "deed-quorum", &k.Quorum)
	integer(c, "deed-alone-max", &k.AloneMax)
	integer(c, "deed-file-days", &k.FileDays)
	integer(c, "deed-open-max", &k.OpenMax)
	integer(c, "deed-lapse-days", &k.LapseDays)
	list(c, "deed-kinds", &k.Kinds, func(c *codec, d *DeedKind) {
		text(c, "id", &d.ID)
		integer(c, "points", &d.Points)
		flag(c, "hourly", &d.Hourly)
		integer(c, "week-max", &d.WeekMax)
		integer(c, "most", &d.Most)
		flag(c, "community", &d.Community)
		flag(c, "whom", &d.Whom)
		integer(c, "newcomer", &d.Newcomer)
		flag(c, "paired", &d.Paired)
	})
}

// deedPointsMax bounds the points of a deed.
const deedPointsMax = 10_000

// flaw names the first field that no community could live by; "" when there is none.
func (k *DeedRules) flaw() string {
	if name := outside([]bound{
		{"notice-days", int64(k.NoticeDays), 1, 90},
		{"deed-month-max", int64(k.MonthMax), 0, deedPointsMax},
		{"deed-pair-days", int64(k.PairDays), 0, 366},
		{"deed-quorum", int64(k.Quorum), quorumMin, 99},
		{"deed-alone-max", int64(k.AloneMax), 0, deedPointsMax},
		{"deed-file-days", int64(k.FileDays), 0, 366},
		{"deed-open-max", int64(k.OpenMax), 1, 100},
		{"deed-lapse-days", int64(k.LapseDays), 1, 732},
	}); name != "" {
		return name
	}
	for i := range k.Kinds {
		d := &k.Kinds[i]
		if !validID(d.ID) || d.Points < 1 || d.Points > deedPointsMax || d.Most != 0 && d.Most <= d.Points || d.Most > deedPointsMax ||
			d.WeekMax < 0 || d.WeekMax > deedPointsMax || d.Paired && !d.Whom || d.Newcomer < 0 || d.Newcomer > 1<<20 || d.Newcomer > 0 && !d.Whom ||
			d.Hourly && d.Most != 0 || k.kind(d.ID) != d {
			return "deed-kinds"
		}
	}
	return ""
}

// kind is the category with this id; nil when there is none.
func (k *DeedRules) kind(id string) *DeedKind {
	for i := range k.Kinds {
		if k.Kinds[i].ID == id {
			return &k.Kinds[i]
		}
	}
	return nil
}

// DeedKind is the category of deed with this id; nil when there is none.
func (k *Rulebook) DeedKind(id string) *DeedKind { return k.Deeds.kind(id) }

// bound is a number of the rulebook with its limits, both included.
type bound struct {
	name    string
	n       int64
	low, up int64
}

// outside names the first number outside its bounds; "" when there is none.
func outside(bounds []bound) string {
	for _, f := range bounds {
		if f.n < f.low || f.n > f.up {
			return f.name
		}
	}
	return ""
}
