package main

import (
	"slices"
	"testing"
	"time"

	"moralbank.example/bank/ledger/engine"
)

// Ten million records had a line each million, and none for minutes where a machine is slow. Now there is one each ten seconds.
func TestPace(t *testing.T) {
	for what, c := range map[string]struct {
		total, step int64
		each        time.Duration // a step takes
		want        []int64
	}{
		"fast":  {10_000_000, 500_000, time.Second, []int64{1e6, 2e6, 3e6, 4e6, 5e6, 6e6, 7e6, 8e6, 9e6, 10e6}},
		"slow":  {10_000_000, 100_000, 5 * time.Second, nil}, // each second step, see below
		"small": {2500, 100, time.Second, []int64{1000, 2000, 2500}},
	} {
		now := time.Duration(0)
		due := pace(&console{clock: engine.Clock{Mono: func() time.Duration { return now }}}, false)
		var lines []int64
		for done := c.step; done <= c.total; done += c.step {
			if now += c.each; due(done, c.total) {
				lines = append(lines, done)
			}
			if due(done, c.total) {
				t.Fatalf("%s: %d is told twice", what, done)
			}
		}
		if what == "slow" {
			for done := int64(200_000); done <= c.total; done += 200_000 {
				c.want = append(c.want, done)
			}
		}
		if !slices.Equal(lines, c.want) {
			t.Errorf("%s: %v, want %v", what, lines, c.want)
		}
	}
	if pace(&console{clock: engine.SystemClock()}, true)(5, 5) {
		t.Error("quiet, and it speaks")
	}
}
