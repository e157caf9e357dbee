package api

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/view"
)

// tooFew is under how many people a number is not told: it would tell of one of them.
const tooFew = 10

// sumsByBuilding adds up, of the months of the time, what people did by the building that they live in. Buildings of too few are
// told together, with the smallest of the others where they are too few even so: what is missing from the total would tell of them.
func (s *Server) sumsByBuilding(ctx context.Context, c *call, in view.Span) (out sumTable, _ error) {
	if !c.holds(organizer, ledger.RoleAuditor) {
		return out, fail(string(ledger.CodeNotEntitled))
	}
	in = in.Months()
	first, last := ledger.Month(0), ledger.Month(999912)
	s.view.Read(func(b *ledger.Book) {
		if in.From > 0 {
			first = b.MonthOf(b.DayStarts(in.From))
		}
		if in.To > 0 {
			last = b.MonthOf(b.DayStarts(in.To))
		}
	})
	people, seq, err := s.view.People(ctx, view.ScopeAll, first, last)
	if err != nil {
		return out, fmt.Errorf("read sums: %w", err)
	}
	t, _, err := s.view.Table(ctx, nil, in)
	if err != nil {
		return out, fmt.Errorf("read sums: %w", err)
	}
	c.seq = max(c.seq, seq)
	where := s.roster.Buildings()
	rows := map[string]*sumRow{}
	for i := range people {
		addPerson(rows, where[people[i].Account], &people[i].Part)
	}
	if out.Items = bigEnough(rows); out.Items == nil {
		return out, nil
	}
	out.Total = &sumRow{Key: string(view.ScopeAll), Zh: "合计", En: "total", People: new(int)}
	for i := range out.Items {
		out.Total.merge(&out.Items[i])
	}
	pools := poolsRow(&view.Sum{Earned: t.Pools.Earned, Redeemed: t.Pools.Redeemed, Expired: t.Pools.Expired, Meals: t.Pools.Meals})
	out.Total.merge(&pools)
	out.Items = append(out.Items, pools)
	return out, nil
}

// bigEnough is the buildings that may be told, and the others together; nil when all are too few.
func bigEnough(rows map[string]*sumRow) []sumRow {
	rest := sumRow{Part: "rest", Zh: "其他楼栋和没有登记楼栋的", En: "other buildings, and none on file", People: new(int)}
	var all []sumRow
	for building, row := range rows {
		if building != "" && *row.People >= tooFew {
			all = append(all, *row)
		} else {
			rest.merge(row)
		}
	}
	slices.SortFunc(all, func(a, b sumRow) int { return cmp.Or(cmp.Compare(*b.People, *a.People), cmp.Compare(a.Key, b.Key)) })
	for n := len(all); n > 0 && *rest.People > 0 && *rest.People < tooFew; n = len(all) {
		rest.merge(&all[n-1])
		all = all[:n-1]
	}
	slices.SortFunc(all, func(a, b sumRow) int { return cmp.Compare(a.Key, b.Key) })
	if *rest.People >= tooFew {
		all = append(all, rest)
	}
	return all
}

func addPerson(rows map[string]*sumRow, building string, p *view.Part) {
	row := rows[building]
	if row == nil {
		row = &sumRow{Key: building, Zh: building, En: building, People: new(int)}
		rows[building] = row
	}
	one := 1
	row.merge(&sumRow{
		People: &one, Served: p.Minutes, Awards: p.Awards, Earned: p.Earned, Redeemed: p.Redeemed, Expired: p.Expired, Meals: p.Meals,
	})
}

// merge adds what people did.
func (r *sumRow) merge(o *sumRow) {
	if o.People != nil {
		*r.People += *o.People
	}
	r.Served, r.Awards, r.Earned, r.Redeemed = r.Served+o.Served, r.Awards+o.Awards, r.Earned+o.Earned, r.Redeemed+o.Redeemed
	r.Expired, r.Meals = r.Expired+o.Expired, r.Meals+o.Meals
}
