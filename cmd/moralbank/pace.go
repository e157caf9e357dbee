package main

import "time"

// How often a long work says how far it is: each tenth of the way, and where a tenth takes long, each paceTime.
const (
	paceSteps   = 10
	paceRecords = 1000 // fewer are not worth a line
	paceTime    = 10 * time.Second
)

// pace says whether a line is due, of a work that has come so far; it is asked often.
func pace(con *console, quiet bool) func(done, total int64) bool {
	shown, last := int64(0), con.clock.Mono()
	return func(done, total int64) bool {
		if quiet || done == shown {
			return false
		}
		now := con.clock.Mono()
		if done != total && done-shown < max(total/paceSteps, paceRecords) && now-last < paceTime {
			return false
		}
		shown, last = done, now
		return true
	}
}
