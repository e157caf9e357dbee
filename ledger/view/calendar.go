package view

import (
	"bytes"
	"time"

	"moralbank.example/bank/ledger"
)

// firstDay is the first day of a month.
func firstDay(m ledger.Month) ledger.Day {
	return ledger.Day(time.Date(int(m)/100, time.Month(int(m)%100), 1, 0, 0, 0, 0, time.UTC).Unix() / 86400) //nolint:gosec // years have four digits
}

// monthOf is the month of a day.
func monthOf(d ledger.Day) ledger.Month {
	y, m, _ := time.Unix(int64(d)*86400, 0).UTC().Date()
	return ledger.Month(y*100 + int(m)) //nolint:gosec // years have four digits
}

// monthAfter is the first month that begins on a day or after it.
func monthAfter(d ledger.Day) ledger.Month {
	m := monthOf(d)
	if firstDay(m) == d {
		return m
	}
	return monthOf(firstDay(m) + 31)
}

// split cuts a key at its first zero byte.
func split(key []byte) (before, after string) {
	a, b, _ := bytes.Cut(key, []byte{0})
	return string(a), string(b)
}
