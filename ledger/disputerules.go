package ledger

import "time"

// DisputeRules are what the rulebook says about disputes (异议) and the calendar that their clock runs by.
type DisputeRules struct {
	WorkDays  int // after which an undecided dispute is escalated
	DaysMax   int // calendar days after which it ends undecided
	GraceDays int // how long points stay valid that would have expired meanwhile
	Holidays  []Holiday
}

// Holiday is a run of days on which people do not work although they are weekdays, or do although they are not.
type Holiday struct {
	From int // the first day as a date: 20261001
	Days int
	Work bool // 调休: they work
}

func (k *DisputeRules) fields(c *codec) {
	integer(c, "dispute-work-days", &k.WorkDays)
	integer(c, "dispute-days-max", &k.DaysMax)
	integer(c, "grace-days", &k.GraceDays)
	list(c, "holidays", &k.Holidays, func(c *codec, h *Holiday) {
		integer(c, "from", &h.From)
		integer(c, "days", &h.Days)
		flag(c, "work", &h.Work)
	})
}

// flaw names the first field that no community could live by; "" when there is none.
func (k *DisputeRules) flaw() string {
	if name := outside([]bound{
		{"dispute-work-days", int64(k.WorkDays), 1, 60},
		{"dispute-days-max", int64(k.DaysMax), 1, 366},
		{"grace-days", int64(k.GraceDays), 0, 366},
	}); name != "" {
		return name
	}
	for _, h := range k.Holidays {
		y, m, d := h.From/10000, h.From/100%100, h.From%100
		t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
		if y < 1970 || y > 9999 || t.Day() != d || int(t.Month()) != m || h.Days < 1 || h.Days > 31 {
			return "holidays"
		}
	}
	return ""
}

// first is the day on which it begins.
func (h *Holiday) first() Day {
	t := time.Date(h.From/10000, time.Month(h.From/100%100), h.From%100, 0, 0, 0, 0, time.UTC)
	return Day(t.Unix() / (24 * 60 * 60)) //nolint:gosec // years have four digits
}

// worked reports whether people work on a day: from Monday to Friday, but for what the calendar says.
func (k *DisputeRules) worked(d Day) bool {
	for i := range k.Holidays {
		h := &k.Holidays[i]
		if from := h.first(); d >= from && d < from+Day(h.Days) { //nolint:gosec // at most a month
			return h.Work
		}
	}
	return weekday(d) < 5
}

// weekday counts from Monday, 0, to Sunday, 6. The first of January 1970 was a Thursday.
func weekday(d Day) int { return int(d+3) % 7 }

// workDaysAfter is the end of the n-th working day after the day of t.
func (k *Rulebook) workDaysAfter(t Time, n int) Time {
	offset := Time(k.OffsetMinutes) * minuteMillis
	d := dayOf(t, offset)
	for n > 0 {
		d++
		if k.Disputes.worked(d) {
			n--
		}
	}
	return Time(d+1)*dayMillis - offset
}
