package bench

import (
	"slices"
	"time"
)

// Figure is one line of the table: what was measured, beside what it is measured against, and what was asked for.
type Figure struct {
	Part    string  `json:"part"`
	Name    string  `json:"name"`
	Value   float64 `json:"value"` // in Unit
	Unit    string  `json:"unit"`  // "" is a ratio of two sides of one round
	Floor   float64 `json:"floor,omitempty"`
	Aim     float64 `json:"aim,omitempty"`
	Less    bool    `json:"less_is_better,omitempty"`
	Verdict string  `json:"verdict,omitempty"` // "aim", "floor" or "missed"; "" where nothing was asked
	Note    string  `json:"note,omitempty"`
}

// judge says what the figure reaches.
func (f *Figure) judge() {
	reaches := func(want float64) bool { return f.Less == (f.Value < want) || f.Value == want }
	switch {
	case f.Floor == 0:
	case reaches(f.Aim):
		f.Verdict = "aim"
	case reaches(f.Floor):
		f.Verdict = "floor"
	default:
		f.Verdict = "missed"
	}
}

// long is how many records the figures of old books are asked for.
const long = 9_900_000

// figures are the lines of the table, as far as their sides were measured.
func (b *bench) figures() []Figure {
	all := append(b.engineFigures(), b.servedFigures()...)
	if len(b.facts["records"]) > 0 {
		all = append(all, b.oldFigures()...)
	}
	all = slices.DeleteFunc(all, func(f Figure) bool { return f.Value == 0 }) // its part was not asked for
	for i := range all {
		all[i].judge()
	}
	return all
}

func (b *bench) engineFigures() []Figure {
	const part = "in process"
	versus := func(name, side, other string, floor, aim float64) Figure {
		return Figure{Part: part, Name: name, Value: b.ratio(side, other, rateOf), Floor: floor, Aim: aim}
	}
	return []Figure{
		versus("throughput against the bare log, 1 client", "redeem, 1 client", "bare log, 1 client", 0.40, 0.5),
		versus("throughput against the bare log, 8 clients", "redeem, 8 clients", "bare log, 8 clients", 0, 0),
		versus("throughput against the bare log, 64 clients", "redeem, 64 clients", "bare log, 64 clients", 0.20, 0.35),
		versus("throughput against the bare log, 512 clients", "redeem, 512 clients", "bare log, 512 clients", 0, 0),
		{Part: part, Name: "p50 at 1 client against one fdatasync", Value: b.ratio("redeem, 1 client", "fdatasync", p50Of), Floor: 2.5, Aim: 2, Less: true},
		versus("throughput against one Badger transaction each, 64 clients", "redeem, 64 clients", "one transaction each", 10, 25),
		{
			Part: part, Name: "tamper evidence on against off", Value: b.withoutEvidence(), Floor: 0.70, Aim: 0.85,
			Note: "processor time of a redemption without signing and less that of salts and hashes, against the whole: the writer has no such switch",
		},
		{Part: part, Name: "processor time of a redemption, 64 clients", Value: b.of("redeem, 64 clients", cpuOf) / 1e3, Unit: "us", Floor: 35, Aim: 22, Less: true, Note: "with view, signing and the clients themselves"},
		{Part: part, Name: "full verification", Value: b.of("verify", rateOf), Unit: "records/s", Floor: 150_000, Aim: 500_000},
	}
}

// withoutEvidence is the share of a redemption's cost that is not tamper evidence.
func (b *bench) withoutEvidence() float64 {
	whole := b.of("redeem, 64 clients", cpuOf)
	if whole == 0 {
		return 0
	}
	return min(1, (b.of("redeem, nothing signed", cpuOf)-b.of("evidence", cpuOf))/whole)
}

func (b *bench) servedFigures() []Figure {
	const part = "over HTTP"
	return []Figure{
		{Part: part, Name: "redeem against a ledger that answers at once, 64 clients", Value: b.ratio("HTTP redeem", "HTTP redeem, ledger at once", rateOf), Floor: 0.55, Aim: 0.65},
		{Part: part, Name: "redemptions in lists of 100", Value: b.of("HTTP lists of 100", rateOf), Unit: "/s", Floor: 25_000, Aim: 50_000},
		{Part: part, Name: "balance against a handler of the bank that answers a constant, 64 clients", Value: b.ratio("HTTP balance", "HTTP constant of the bank", rateOf), Floor: 0.7, Aim: 0.85, Note: "/healthz: the same router, limits and log line; no sign-in, nothing read"},
		{Part: part, Name: "balance against plain net/http that answers a constant, 64 clients", Value: b.ratio("HTTP balance", "HTTP constant", rateOf), Floor: 0.7, Aim: 0.85, Note: "no router, no sign-in, no log line"},
		{Part: part, Name: "p99 of who is served, 640 clients against 64", Value: b.of("HTTP redeem, 640 clients", p99Of) / max(1, b.of("HTTP redeem, before a crowd", p99Of)), Floor: 2, Aim: 1.5, Less: true, Note: "who is turned away with 503 comes again after 0.2 to 0.6 s, as pages do"},
		{Part: part, Name: "turned away of 640 clients", Value: medianOf(b.facts["turned away"]), Unit: "/s"},
		{Part: part, Name: "memory after a second crowd of 640 against the first", Value: b.grown("memory, second storm", "memory, storm"), Floor: 1.2, Aim: 1.1, Less: true, Note: "RssAnon"},
		{Part: part, Name: "memory under load, demo-sized", Value: medianOf(b.facts["memory, demo-sized"]) / 1e6, Unit: "MB", Floor: 150, Aim: 100, Less: true, Note: "RssAnon"},
	}
}

// grown is one weight against another of the same round.
func (b *bench) grown(after, before string) float64 {
	var all []float64
	for i := range min(len(b.facts[after]), len(b.facts[before])) {
		all = append(all, b.facts[after][i]/b.facts[before][i])
	}
	return medianOf(all)
}

func (b *bench) oldFigures() []Figure {
	records := medianOf(b.facts["records"])
	part := "at " + num(int64(records)) + " records"
	var all []Figure
	add := func(f Figure) {
		f.Part = part
		if records < long {
			f.Floor, f.Aim = 0, 0 // asked of ten million
		}
		all = append(all, f)
	}
	add(Figure{Name: "cost of a redemption against young books", Value: b.ratio("redeem, old books", "redeem, young books", cpuOf), Floor: 1.5, Aim: 1.15, Less: true, Note: "processor time"})
	add(Figure{Name: "throughput against young books", Value: b.ratio("redeem, old books", "redeem, young books", rateOf)})
	add(Figure{Name: "inclusion proof, p99", Value: b.of("inclusion proof", p99Of) / 1e6, Unit: "ms", Floor: 5, Aim: 1, Less: true})
	for _, q := range []string{
		"balance as of", "history page", "page: records", "page: records of a kind", "page: records of a member", "page: my history",
		"page: balance as of", "page: members", "page: activities", "page: recent at the till", "page: needs", "page: line of truth",
	} {
		add(Figure{Name: q + ", p99", Value: b.of(q, p99Of) / 1e6, Unit: "ms", Floor: 50, Aim: 10, Less: true})
	}
	if own := medianOf(b.facts["line"]) * records; own > 0 && len(b.facts["disk"]) > 0 {
		add(Figure{Name: "disk against the records' own bytes", Value: medianOf(b.facts["disk"]) / own, Floor: 1.5, Aim: 1.2, Less: true, Note: "books, indices and tail; a line has " + num(int64(medianOf(b.facts["line"]))) + " bytes"})
		for _, dir := range []string{"badger", "index", "tail"} {
			add(Figure{Name: "of it, " + dir, Value: medianOf(b.facts["disk "+dir]) / own})
		}
	}
	add(Figure{Name: "memory under load", Value: medianOf(b.facts["memory, old books"]) / 1e6, Unit: "MB", Floor: 500, Aim: 300, Less: true, Note: "RssAnon"})
	add(Figure{Name: "start after kill -9 under load", Value: medianOf(b.facts["start"]), Unit: "s", Floor: 5, Aim: 2, Less: true, Note: "until /readyz says yes"})
	return all
}

// Side is what one side of a comparison did: medians over the rounds.
type Side struct {
	Name   string  `json:"name"`
	Rounds int     `json:"rounds"`
	Rate   float64 `json:"per_second"`
	P50    float64 `json:"p50_us,omitempty"`
	P99    float64 `json:"p99_us,omitempty"`
	P100   float64 `json:"p100_us,omitempty"`
	CPU    float64 `json:"cpu_us,omitempty"` // of one operation
	Batch  float64 `json:"records_per_commit,omitempty"`
}

func (b *bench) sides() []Side {
	all := make([]Side, 0, len(b.order))
	for _, name := range b.order {
		all = append(all, Side{
			Name: name, Rounds: len(b.runs[name]), Rate: b.of(name, rateOf), P50: b.of(name, p50Of) / 1e3, P99: b.of(name, p99Of) / 1e3,
			P100: b.of(name, p100Of) / 1e3, CPU: b.of(name, cpuOf) / 1e3, Batch: b.of(name, func(r *run) float64 { return r.batch }),
		})
	}
	return all
}

// Report is what a run found.
type Report struct {
	Machine string        `json:"machine"`
	Took    time.Duration `json:"took_ns"`
	Rounds  int           `json:"rounds"`
	Window  time.Duration `json:"window_ns"`
	Members int           `json:"members"`
	Figures []Figure      `json:"figures"`
	Sides   []Side        `json:"sides"`
}

func (b *bench) report(took time.Duration) *Report {
	return &Report{
		Machine: machine(), Took: took, Rounds: b.Rounds, Window: b.Window, Members: b.Members, Figures: b.figures(), Sides: b.sides(),
	}
}
