package view_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/journal"
	"moralbank.example/bank/ledger/journal/memjournal"
	"moralbank.example/bank/ledger/ledgertest"
	"moralbank.example/bank/ledger/view"
)

func open(t *testing.T, j journal.Journal, x journal.Index) *view.View {
	t.Helper()
	v, err := view.Open(t.Context(), j, x, nil, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func sealed(t *testing.T, records []ledger.Record) (journal.Journal, *memjournal.Disk) {
	t.Helper()
	disk := memjournal.NewDisk()
	j, err := memjournal.Open(disk)
	if err != nil {
		t.Fatal(err)
	}
	ledgertest.SealBlocks(t, j, records, 7)
	return j, disk
}

func compare(t *testing.T, j journal.Journal, x journal.Index) {
	t.Helper()
	done, err := view.Compare(t.Context(), j, x, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range done {
		if c.Stale || c.Seq != ledger.Seq(j.Head().Seq) || c.Values == 0 {
			t.Errorf("compared %+v", c)
		}
	}
}

// Whatever happens in the community, each view says what the lines say when they are counted again from the first.
func TestViewsAgreeWithTheLines(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			g := play(t, seed, 700)
			j, disk := sealed(t, g.Records)
			v := open(t, j, memjournal.OpenIndex(disk))
			n := naiveOf(t, g.Records)
			agree(t, v, n, g)
			if err := v.Close(); err != nil {
				t.Fatal(err)
			}
			compare(t, j, memjournal.OpenIndex(disk))
			again := open(t, j, memjournal.OpenIndex(disk)) // from its index
			agree(t, again, n, g)
			if err := again.Close(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func agree(t *testing.T, v *view.View, n *naive, g *game) {
	t.Helper()
	if truth, err := v.Truth(t.Context()); err != nil || !truth.Holds {
		t.Errorf("truth %+v, %v", truth, err)
	}
	agreeSums(t, v, n, g)
	agreeTables(t, v, n, g)
	agreeLists(t, v, n, g)
	agreePeople(t, v, n)
	for i := 0; i < len(g.Records); i += 11 {
		seq := g.Records[i].Seq
		for _, id := range []ledger.AccountID{"m/wang", "m/mei", "c/c1", "i/t1", "expired", "p/donation"} {
			b, err := v.BalanceAt(t.Context(), id, seq)
			if err != nil || int64(b.Points) != n.balance(string(id), "points", int64(seq)+1) || int64(b.Minutes) != n.balance(string(id), "minutes", int64(seq)+1) {
				t.Fatalf("%s at %d: %+v, %v", id, seq, b, err)
			}
		}
	}
}

func agreeSums(t *testing.T, v *view.View, n *naive, g *game) {
	t.Helper()
	last := g.Book.DayOf(g.Now)
	spans := []view.Span{{}, {From: last - 40, To: last - 3}, {From: last - 200}, {From: last - 9, To: last - 9}, {From: 20000, To: last - 31}}
	for _, x := range []ledger.Scope{view.ScopeAll, view.ScopeMembers, view.ScopePools, "t1", "t2", "o1", "c1", ledger.ScopeCommunity} {
		for _, in := range spans {
			got, _, err := v.Sum(t.Context(), x, in)
			want := n.sum(x, func(day string) bool {
				return day >= date(in.From) && (in.To == 0 || day <= date(in.To))
			})
			if err != nil || got != want {
				t.Errorf("sum of %s in %+v: %+v, %v\nwant %+v", x, in, got, err, want)
			}
		}
		days, total, _, err := v.Days(t.Context(), x, view.Span{})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range days {
			total = total.Less(&d.Sum)
			if want := n.sum(x, func(day string) bool { return day == date(d.Day) }); d.Sum != want {
				t.Errorf("%s on %s: %+v, want %+v", x, date(d.Day), d.Sum, want)
			}
		}
		if len(days) < view.DaysMax && total != (view.Sum{}) {
			t.Errorf("%s: its days differ from what it moved by %+v", x, total)
		}
	}
	for _, group := range []string{"t1", "t2", "o1"} { // the check that the console shows
		total, at, err := v.Sum(t.Context(), ledger.Scope(group), view.Span{})
		held := ledger.Points(0)
		for _, m := range n.members(group, int64(at)+1) {
			held += ledger.Points(n.balance(m, "points", int64(at)+1))
		}
		if err != nil || total.Held() != held {
			t.Errorf("%s: its sums say that its members hold %d, they hold %d, %v", group, total.Held(), held, err)
		}
	}
	meals, _, err := v.Meals(t.Context(), "c1", view.Span{})
	if err != nil {
		t.Fatal(err)
	}
	var served, canteen view.Sum
	for _, m := range meals {
		served.Meals, served.Redeemed = served.Meals+m.Count, served.Redeemed+m.Points
	}
	canteen, _, err = v.Sum(t.Context(), "c1", view.Span{})
	if err != nil || served.Meals != canteen.Meals || served.Redeemed != canteen.Redeemed-canteen.Subsidy || served.Meals == 0 {
		t.Errorf("meals %d for %d, the canteen says %+v, %v", served.Meals, served.Redeemed, canteen, err)
	}
}

// agreeTables holds each table of sums against the community: what is in no row of it is what the lines say belongs to none of
// its scopes, so that the rows together are the community, column by column.
func agreeTables(t *testing.T, v *view.View, n *naive, g *game) {
	t.Helper()
	last := g.Book.DayOf(g.Now)
	for _, scopes := range [][]ledger.Scope{{}, {"t1", "t2"}, {"o1"}, {"c1"}, {"t2"}} {
		for _, in := range []view.Span{{}, {From: last - 200, To: last - 3}} {
			table, _, err := v.Table(t.Context(), scopes, in)
			if err != nil {
				t.Fatal(err)
			}
			on := func(day string) bool { return day >= date(in.From) && (in.To == 0 || day <= date(in.To)) }
			if got, want := shown(&table.Rest), n.rest(scopes, on); got != want {
				t.Errorf("of none of %s in %+v: %+v\nwant %+v", scopes, in, got, want)
			}
			whole := table.Total.Less(&table.Pools)
			if got, want := shown(&table.Members), shown(&whole); got != want || table.Members.Meals != whole.Meals {
				t.Errorf("members %+v\nthe community less the pools %+v", got, want)
			}
			if len(scopes) == 1 && scopes[0] == "c1" && (table.Rows[0].Redeemed != table.Total.Redeemed || table.Rows[0].Meals != table.Total.Meals || table.Rows[0].Settled != table.Total.Settled) {
				t.Errorf("the one canteen took in %+v\nthe community redeemed %+v", table.Rows[0], table.Total)
			}
		}
	}
	table, _, err := v.Table(t.Context(), nil, view.Span{})
	if err != nil || table.Members.Held() != n.held(starts("m/")) || table.Pools.Held() != n.held(func(a string) bool { return starts("p/")(a) || a == "transit" || a == "shortfall" }) {
		t.Errorf("members hold %d, pools %d, %v", table.Members.Held(), table.Pools.Held(), err)
	}
	if table.Pools.Issued == 0 || table.Pools.Redeemed == 0 {
		t.Errorf("nothing to tell apart in %+v", table)
	}
}

func agreeLists(t *testing.T, v *view.View, n *naive, g *game) {
	t.Helper()
	check := func(what string, f view.Filter, match func(*naiveLine) bool) {
		var want, got []int64
		for i := range n.lines {
			if l := &n.lines[i]; match(l) && (f.To == 0 || l.Time < int64(f.To)) && l.Time >= int64(f.From) {
				want = append(want, l.Seq)
			}
		}
		slices.Reverse(want)
		for before := ledger.Seq(0); ; {
			p, err := v.Records(t.Context(), f, before, 7)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range p.Entries {
				got = append(got, int64(e.Record.Seq))
			}
			if before = p.Next; before == 0 {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v\nwant %v", what, got, want)
		}
	}
	from, to := g.Records[len(g.Records)/3].Time, g.Records[len(g.Records)/2].Time
	for _, k := range ledger.Kinds() {
		check("kind "+k.String(), view.Filter{Kind: k}, func(l *naiveLine) bool { return l.Kind == k.String() })
	}
	check("time", view.Filter{From: from, To: to}, func(*naiveLine) bool { return true })
	for _, x := range []string{"t1", "t2", "o1", "c1"} {
		check("scope "+x, view.Filter{Scope: ledger.Scope(x)}, func(l *naiveLine) bool { return n.concerns(l, x) })
		check("awards of "+x, view.Filter{Scope: ledger.Scope(x), Kind: ledger.KindAwarded, From: from}, func(l *naiveLine) bool {
			return l.Kind == "awarded" && n.concerns(l, x)
		})
	}
	for _, id := range []ledger.AccountID{"c/c1", "i/t1", "expired", "p/donation", "nobody"} { // of members: TestViewAgreesWithTheRecords
		check("account "+string(id), view.Filter{Account: id}, func(l *naiveLine) bool {
			return slices.ContainsFunc(l.Postings, func(p [5]any) bool { return p[0] == string(id) })
		})
	}
	for _, id := range append(g.activities[:min(5, len(g.activities))], "a/one") {
		check("activity "+string(id), view.Filter{Activity: id}, func(l *naiveLine) bool { return l.text("activity") == string(id) })
	}
}

func agreePeople(t *testing.T, v *view.View, n *naive) {
	t.Helper()
	people, _, err := v.People(t.Context(), view.ScopeAll, 202601, 209912)
	if err != nil || len(people) < 3 {
		t.Fatalf("%d people, %v", len(people), err)
	}
	if !slices.IsSortedFunc(people, func(a, b view.Person) int { return cmp.Compare(a.Account, b.Account) }) {
		t.Error("people are not in order")
	}
	for _, p := range people {
		id := string(p.Account)
		if want := n.balance(id, "minutes", 1<<50); int64(p.Minutes) != want {
			t.Errorf("%s: %d minutes, want %d", id, p.Minutes, want)
		}
	}
	var all view.Part
	for _, p := range people {
		all.Add(&p.Part)
	}
	table, _, err := v.Table(t.Context(), nil, view.Span{})
	if m := table.Members; err != nil || all != (view.Part{Minutes: m.Minutes, Awards: m.Awards, Earned: m.Earned, Redeemed: m.Redeemed, Expired: m.Expired, Meals: m.Meals}) {
		t.Errorf("members one by one %+v, together %+v, %v", all, m, err)
	}
	team, _, err := v.People(t.Context(), "t1", 202601, 209912)
	if err != nil {
		t.Fatal(err)
	}
	total := ledger.Minutes(0)
	for _, p := range team {
		total += p.Minutes
	}
	if sum, _, err := v.Sum(t.Context(), "t1", view.Span{}); err != nil || total != sum.Minutes {
		t.Errorf("people of t1 have %d minutes together, the team %d, %v", total, sum.Minutes, err)
	}
}

// dying is an index whose process is killed: from some write on nothing reaches the disk.
type dying struct {
	journal.Index

	left int
}

var errKilled = errors.New("killed")

func (d *dying) Write(ctx context.Context, name string, puts []journal.KV, cursor journal.Seq) error {
	if d.left--; d.left < 0 {
		return errKilled
	}
	return d.Index.Write(ctx, name, puts, cursor)
}

// A view that is killed while it follows goes on, at its next start, to what it would have been.
func TestKilledWhileItFollows(t *testing.T) {
	g := play(t, 42, 2000)
	for _, left := range []int{0, 5, 7, 8, 9, 10, 11, 12, 13} {
		j, disk := sealed(t, g.Records)
		v, err := view.Open(t.Context(), j, &dying{memjournal.OpenIndex(disk), left}, nil, slog.New(slog.DiscardHandler))
		if err == nil {
			err = v.Close() // nothing of what is above the cursors gets there
		}
		t.Logf("killed at write %d: %v", left, err)
		v = open(t, j, memjournal.OpenIndex(disk))
		if err := v.Close(); err != nil {
			t.Fatal(err)
		}
		compare(t, j, memjournal.OpenIndex(disk))
	}
}

// A view that another version made is built anew at the next start, the others are left alone.
func TestAnotherVersion(t *testing.T) {
	g := play(t, 3, 200)
	j, disk := sealed(t, g.Records)
	x := memjournal.OpenIndex(disk)
	if err := open(t, j, x).Close(); err != nil {
		t.Fatal(err)
	}
	cursor, err := x.Cursor(t.Context(), "view/sums")
	if err != nil || cursor == 0 {
		t.Fatal(cursor, err)
	}
	old := []journal.KV{{Key: []byte("view-version/sums"), Value: []byte{200}}, {Key: []byte("sums/d/t1\x00\x00\x00\x00\x01"), Value: []byte("what it said")}}
	if err := x.Write(t.Context(), "view/sums", old, cursor); err != nil {
		t.Fatal(err)
	}
	done, err := view.Compare(t.Context(), j, x, nil)
	if err != nil || !slices.ContainsFunc(done, func(c view.Compared) bool { return c.View == "sums" && c.Stale }) {
		t.Fatalf("compared %+v, %v", done, err)
	}
	v := open(t, j, x)
	agree(t, v, naiveOf(t, g.Records), g)
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	compare(t, j, x)
}

// Whatever a stored view says otherwise, adds or lacks is found, and named.
func TestCompareFindsDifferences(t *testing.T) {
	g := play(t, 5, 150)
	for _, name := range []string{"history", "common", "activities", "lists", "sums"} {
		for _, what := range []string{"otherwise", "more", "less"} {
			t.Run(name+" "+what, func(t *testing.T) {
				j, disk := sealed(t, g.Records)
				x := memjournal.OpenIndex(disk)
				if err := open(t, j, x).Close(); err != nil {
					t.Fatal(err)
				}
				damage(t, x, name, what)
				_, err := view.Compare(t.Context(), j, x, nil)
				if d := (*view.Difference)(nil); !errors.As(err, &d) || d.View != name || d.Key == "" || (d.Stored == "") != (what == "less") || (d.Wanted == "") != (what == "more") {
					t.Errorf("%s %s: %v", name, what, err)
				} else {
					t.Log(d)
				}
			})
		}
	}
}

func damage(t *testing.T, x journal.Index, name, what string) {
	t.Helper()
	cursor, err := x.Cursor(t.Context(), "view/"+name)
	if err != nil {
		t.Fatal(err)
	}
	var all []journal.KV
	for kv, err := range x.Scan(t.Context(), []byte(name+"/"), nil, false, 0) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, kv)
	}
	mid := len(all) / 2
	switch what {
	case "otherwise":
		all[mid].Value = append(all[mid].Value, 1)
	case "more":
		extra := slices.Clone(all[mid].Key)
		extra[len(extra)-1] ^= 0x40
		all = append(all, journal.KV{Key: extra, Value: all[mid].Value})
	case "less":
		if err := x.Forget(t.Context(), "nobody", all[mid].Key); err != nil {
			t.Fatal(err)
		}
		return
	}
	if err := x.Write(t.Context(), "view/"+name, all, cursor); err != nil {
		t.Fatal(err)
	}
}
