package api

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
	"moralbank.example/bank/ledger/view"
)

// titled is a team, organization or canteen with its names.
type titled struct{ id, zh, en string }

func (s *Server) scopesOf(ctx context.Context, by string) ([]titled, error) {
	w, err := s.words(ctx)
	if err != nil {
		return nil, err
	}
	var all []titled
	switch by {
	case "team":
		for _, t := range w.teams {
			all = append(all, titled{string(t.ID), t.Zh, t.En})
		}
	case "organization":
		for _, o := range w.orgs {
			all = append(all, titled{string(o.ID), o.Zh, o.En})
		}
	case "canteen":
		for _, x := range w.canteens {
			all = append(all, titled{string(x.ID), x.Zh, x.Zh})
		}
	}
	return all, nil
}

// mayRead reports whether the caller may read what one scope did: everybody's for those who see all, else her own.
func (c *call) mayRead(x ledger.Scope) bool {
	return c.seesAll() || x != "" && x != view.ScopeAll && (c.holdsIn(leader, x) || c.holdsIn(orgAdmin, x))
}

// standing is what scopes and all points hold at one moment: the other side of the check that sums are put to.
type standing struct {
	at      ledger.Seq
	groups  map[ledger.Group]ledger.GroupHolding
	members ledger.Points
	pools   ledger.Points
}

// standingNow is what is held now; nil when sums of a span are asked for, which say nothing about it.
func (s *Server) standingNow(ctx context.Context, c *call, in view.Span) (*standing, error) {
	if in != (view.Span{}) {
		return nil, nil //nolint:nilnil // nothing to hold the sums against
	}
	var now standing
	err := s.read(ctx, c, func(b *ledger.Book) {
		now.groups = b.GroupHoldings()
		for _, k := range b.Sums() {
			switch k.Class {
			case ledger.ClassMember:
				now.members = k.Points
			case ledger.ClassPool, ledger.ClassTransit, ledger.ClassShortfall:
				now.pools += k.Points
			case ledger.ClassIssuer, ledger.ClassCanteen, ledger.ClassExpired, ledger.ClassSettled, ledger.ClassUnknown:
			}
		}
	})
	now.at = c.seq
	return &now, err
}

// check holds a row against what is held, when both are of one moment.
func (r *sumRow) check(now *standing, seq ledger.Seq, sum *view.Sum, held ledger.Points) {
	if now != nil && now.at == seq { // the same books, or it would be no check
		holds := held == sum.Held()
		r.Held, r.Holds = &held, &holds
	}
}

// poolsRow is what is nobody's own: set aside, on its way, or owed.
func poolsRow(sum *view.Sum) sumRow {
	row := rowOf("", "资金池（含转赠途中和差额）", "pools (with gifts on their way and shortfall)", sum)
	row.Part = "pools"
	return row
}

func restRow(zh, en string, sum *view.Sum) sumRow {
	row := rowOf("", zh, en, sum)
	row.Part = "rest"
	return row
}

func totalRow(sum *view.Sum) *sumRow {
	row := rowOf(string(view.ScopeAll), "合计", "total", sum)
	return &row
}

// sumsOfAll parts the community by whose points they are.
func (s *Server) sumsOfAll(ctx context.Context, c *call, in view.Span) (sumTable, error) {
	if !c.seesAll() {
		return sumTable{}, fail(string(ledger.CodeNotEntitled))
	}
	now, err := s.standingNow(ctx, c, in)
	if err != nil {
		return sumTable{}, err
	}
	t, seq, err := s.view.Table(ctx, nil, in)
	if err != nil {
		return sumTable{}, fmt.Errorf("read sums: %w", err)
	}
	c.seq = max(c.seq, seq)
	members, pools, total := rowOf("", "居民账户", "members", &t.Members), poolsRow(&t.Pools), totalRow(&t.Total)
	members.Part = "members"
	if now != nil {
		members.check(now, seq, &t.Members, now.members)
		pools.check(now, seq, &t.Pools, now.pools)
		total.check(now, seq, &t.Total, now.members+now.pools)
	}
	return sumTable{Items: []sumRow{members, pools}, Total: total}, nil
}

// sumsByScope is the teams, the organizations or the canteens that the caller may read, and for who sees all what belongs to none.
func (s *Server) sumsByScope(ctx context.Context, c *call, by string, in view.Span) (out sumTable, _ error) {
	all, err := s.scopesOf(ctx, by)
	if err != nil {
		return out, err
	}
	all = slices.DeleteFunc(all, func(x titled) bool { return !c.mayRead(ledger.Scope(x.id)) })
	if len(all) == 0 && !c.seesAll() {
		return out, fail(string(ledger.CodeNotEntitled))
	}
	now, err := s.standingNow(ctx, c, in)
	if err != nil {
		return out, err
	}
	scopes := make([]ledger.Scope, len(all))
	for i, x := range all {
		scopes[i] = ledger.Scope(x.id)
	}
	t, seq, err := s.view.Table(ctx, scopes, in)
	if err != nil {
		return out, fmt.Errorf("read sums: %w", err)
	}
	c.seq = max(c.seq, seq)
	for i, x := range all {
		row := rowOf(x.id, x.zh, x.en, &t.Rows[i])
		if now != nil {
			if h, ok := now.groups[ledger.Group(x.id)]; ok {
				row.People = &h.Members
				row.check(now, seq, &t.Rows[i], h.Points)
			}
		}
		out.Items = append(out.Items, row)
	}
	if c.seesAll() {
		out.Items, out.Total = append(out.Items, restOf(by, &t)...), totalRow(&t.Total)
	}
	return out, nil
}

// restOf is what belongs to none of the rows.
func restOf(by string, t *view.Table) []sumRow {
	switch by {
	case "team":
		return []sumRow{restRow("不属于任何服务队", "of no team", &t.Rest), poolsRow(&t.Pools)}
	case "organization":
		return []sumRow{restRow("不属于任何社会组织", "of no organization", &t.Rest), poolsRow(&t.Pools)}
	}
	rest := t.Total // of canteens: only what they take in is theirs
	for i := range t.Rows {
		rest = rest.Less(&t.Rows[i])
	}
	rest = view.Sum{Redeemed: rest.Redeemed, Meals: rest.Meals, Pool: rest.Pool, Short: rest.Short, Subsidy: rest.Subsidy, Settled: rest.Settled}
	if rest == (view.Sum{}) {
		return nil
	}
	return []sumRow{restRow("其他食堂", "other canteens", &rest)}
}

// sumsByDay is the days of a scope. Of a time that has more days than one answer tells, the others are told together.
func (s *Server) sumsByDay(ctx context.Context, c *call, x ledger.Scope, in view.Span) (out sumTable, _ error) {
	if x = cmp.Or(x, view.ScopeAll); !c.mayRead(x) {
		return out, fail(string(ledger.CodeNotEntitled))
	}
	days, total, seq, err := s.view.Days(ctx, x, in)
	if err != nil {
		return out, fmt.Errorf("read sums: %w", err)
	}
	c.seq = max(c.seq, seq)
	rest := total
	for i := range days {
		day := dateOf(days[i].Day)
		out.Items = append(out.Items, rowOf(day, day, day, &days[i].Sum))
		rest = rest.Less(&days[i].Sum)
	}
	if rest != (view.Sum{}) {
		out.Items = append(out.Items, restRow("后面的日期", "later days", &rest))
	}
	out.Total = totalRow(&total)
	return out, nil
}

func (s *Server) sumsByDish(ctx context.Context, c *call, x ledger.Scope, in view.Span) ([]sumRow, error) {
	if !c.seesAll() && !c.holdsIn(cashier, x) {
		return nil, fail(string(ledger.CodeNotEntitled))
	}
	meals, err := s.texts(ctx, roster.MealKind)
	if err != nil {
		return nil, err
	}
	served, seq, err := s.view.Meals(ctx, ledger.CanteenID(x), in)
	if err != nil {
		return nil, fmt.Errorf("read sums: %w", err)
	}
	c.seq = max(c.seq, seq)
	rows := make([]sumRow, 0, len(served))
	for _, m := range served {
		rows = append(rows, sumRow{Key: m.Meal, Zh: meals.zh(m.Meal), En: meals.en(m.Meal), Period: m.Period, Meals: m.Count, Redeemed: m.Points})
	}
	return rows, nil
}
