package ledger

import "time"

// The calendar of the ledger runs on the rulebook's fixed offset, never on a machine's time zone.
type (
	// Day counts local days from 1970-01-01.
	Day int32
	// Month is a local month as year*100+month: 202605.
	Month int32
)

const (
	secondMillis Time = 1000
	minuteMillis      = 60 * secondMillis
	hourMillis        = 60 * minuteMillis
	dayMillis         = 24 * hourMillis
)

// offset is the fixed distance of local time from UTC. Before the first rulebook it is zero.
func (b *Book) offset() Time {
	if b.rules == nil {
		return 0
	}
	return Time(b.rules.OffsetMinutes) * minuteMillis
}

func dayOf(t, offset Time) Day { return Day((t + offset) / dayMillis) } //nolint:gosec // times are below 2^53 ms: days fit

func monthOf(t, offset Time) Month {
	y, m, _ := time.UnixMilli(int64(t + offset)).UTC().Date()
	return Month(y*100 + int(m)) //nolint:gosec // years have four digits
}

// add moves a month by n months.
func (m Month) add(n int) Month {
	i := int(m)/100*12 + int(m)%100 - 1 + n
	return Month(i/12*100 + i%12 + 1) //nolint:gosec // years have four digits
}

// minuteOfDay is the local minute of the day, 0 to 1439.
func minuteOfDay(t, offset Time) int { return int((t + offset) % dayMillis / minuteMillis) }

// DayOf is the local day of a moment under the rulebook in force.
func (b *Book) DayOf(t Time) Day { return dayOf(t, b.offset()) }

// DayStarts is the first moment of a local day under the rulebook in force.
func (b *Book) DayStarts(d Day) Time { return Time(d)*dayMillis - b.offset() }

// MonthOf is the local month of a moment under the rulebook in force.
func (b *Book) MonthOf(t Time) Month { return monthOf(t, b.offset()) }
