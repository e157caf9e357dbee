package bench

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"moralbank.example/bank/ledger/engine"
)

// run is what one side of a comparison did in one round.
type run struct {
	n      int             // operations
	took   time.Duration   // of the round
	each   []time.Duration // how long each operation took, ascending; may be empty
	cpu    time.Duration   // user and system, of the process that is measured
	turned int             // away: asked, and not among the operations
	batch  float64         // records in one commit; 0 where there is none
}

// rate is operations a second.
func (r *run) rate() float64 { return float64(r.n) / r.took.Seconds() }

// at is the latency below which this share of the operations stayed; 1 is the longest.
func (r *run) at(share float64) time.Duration {
	if len(r.each) == 0 {
		return 0
	}
	return r.each[min(int(share*float64(len(r.each))), len(r.each)-1)]
}

// cpuEach is the processor time of one operation.
func (r *run) cpuEach() time.Duration { return r.cpu / time.Duration(max(r.n, 1)) }

// errDone ends a client's loop before its time: it has nothing left to do.
var errDone = errors.New("done")

// errTurnedAway is an answer that does not count: the client was told to come again, and does, after pausing.
var errTurnedAway = errors.New("turned away")

// pause is how long one who was turned away waits, as the pages do: half as much again or less, so that not all come back at once.
func pause(client, round int) time.Duration {
	const whole, parts = 400 * time.Millisecond, 16
	return whole/2 + whole/parts*time.Duration((client+5*round)%parts)
}

// loop lets clients work for a while, each waiting for its answer before it asks again. op is told which client and how
// many rounds that client has made.
func loop(ctx context.Context, clock engine.Clock, clients int, window time.Duration, op func(client, round int) error) (run, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	each := make([][]time.Duration, clients)
	var wait sync.WaitGroup
	var turned atomic.Int64
	busy, began := processTime(), clock.Mono()
	for c := range clients {
		wait.Go(func() {
			for round := 0; ctx.Err() == nil; round++ {
				asked := clock.Mono()
				if asked-began >= window {
					return
				}
				err := op(c, round)
				switch {
				case errors.Is(err, errDone):
					return
				case errors.Is(err, errTurnedAway):
					turned.Add(1)
					rest(ctx, min(pause(c, round), window-(clock.Mono()-began)))
				case err != nil:
					stop(err)
					return
				default:
					each[c] = append(each[c], clock.Mono()-asked)
				}
			}
		})
	}
	wait.Wait()
	r := run{took: clock.Mono() - began, cpu: processTime() - busy, each: slices.Concat(each...)}
	r.n, r.turned = len(r.each), int(turned.Load())
	slices.Sort(r.each)
	if err := context.Cause(ctx); err != nil {
		return run{}, err
	}
	if r.n == 0 {
		return run{}, errors.New("nothing was done in the time of a round")
	}
	return r, nil
}

// rest waits, unless ctx ends before.
func rest(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// processTime is what this process has used of the processors.
func processTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// median is the middle value, or the mean of the middle two; 0 of none.
func median[N cmp.Ordered](of []N, half func(a, b N) N) N {
	var none N
	if len(of) == 0 {
		return none
	}
	s := slices.Sorted(slices.Values(of))
	if len(s)%2 == 1 {
		return s[len(s)/2]
	}
	return half(s[len(s)/2-1], s[len(s)/2])
}

func medianOf(of []float64) float64 {
	return median(of, func(a, b float64) float64 { return (a + b) / 2 })
}

// board collects what each side did, round by round. One goroutine uses it.
type board struct {
	runs  map[string][]run
	order []string // sides as they came
}

func (b *board) add(side string, r run) {
	if b.runs == nil {
		b.runs = map[string][]run{}
	}
	if b.runs[side] == nil {
		b.order = append(b.order, side)
	}
	r.each = thin(r.each)
	b.runs[side] = append(b.runs[side], r)
}

// thin keeps the percentiles of a long list and lets the rest go.
func thin(each []time.Duration) []time.Duration {
	const most = 10_001
	if len(each) <= most {
		return each
	}
	kept := make([]time.Duration, most)
	for i := range kept {
		kept[i] = each[i*(len(each)-1)/(most-1)]
	}
	return kept
}

// of is the median over the rounds of one figure of a side.
func (b *board) of(side string, figure func(*run) float64) float64 {
	var all []float64
	for i := range b.runs[side] {
		all = append(all, figure(&b.runs[side][i]))
	}
	return medianOf(all)
}

// ratio is the median over the rounds of one side's figure divided by the other's of the same round.
func (b *board) ratio(side, other string, figure func(*run) float64) float64 {
	var all []float64
	for i := range min(len(b.runs[side]), len(b.runs[other])) {
		if under := figure(&b.runs[other][i]); under > 0 {
			all = append(all, figure(&b.runs[side][i])/under)
		}
	}
	return medianOf(all)
}

// The figures of a run as numbers.
func rateOf(r *run) float64 { return r.rate() }
func cpuOf(r *run) float64  { return float64(r.cpuEach().Nanoseconds()) }
func p50Of(r *run) float64  { return float64(r.at(0.5).Nanoseconds()) }
func p99Of(r *run) float64  { return float64(r.at(0.99).Nanoseconds()) }
func p100Of(r *run) float64 { return float64(r.at(1).Nanoseconds()) }

func sortRun(r *run) { slices.Sort(r.each) }
