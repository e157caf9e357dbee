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

// sumRow is what one team, day, building or dish moved in a time.
type sumRow struct {
	Key    string         `json:"key" doc:"Id of the team, organization or canteen; the day; the building; the meal. Empty: those who are too few to be told apart"`
	Zh     string         `json:"zh"`
	En     string         `json:"en"`
	Period string         `json:"period,omitempty" doc:"Of a dish: the meal period"`
	People *int           `json:"people,omitempty" doc:"Different people who served or spent in the months of the time"`
	Record int64          `json:"records"`
	Issued ledger.Points  `json:"issued" doc:"Out of its budget, or at its activities, less what was reversed"`
	Served ledger.Minutes `json:"minutes"`
	Awards int64          `json:"awards" doc:"Presences that were awarded"`

	Earned   ledger.Points  `json:"earned" doc:"By its members, from any issuer"`
	Redeemed ledger.Points  `json:"redeemed"`
	Expired  ledger.Points  `json:"expired"`
	Other    ledger.Points  `json:"other" doc:"Given, granted and donated"`
	Joined   ledger.Points  `json:"joined" doc:"What members brought along when they joined"`
	Left     ledger.Points  `json:"left" doc:"What members took along when they left"`
	Reversed ledger.Points  `json:"reversed" doc:"Moved back by reversals; counted in the others already"`
	Held     *ledger.Points `json:"held,omitempty" doc:"By its members now, as the accounts say; told when the time has neither begin nor end"`
	Holds    *bool          `json:"holds_true,omitempty" doc:"earned - redeemed - expired + other + joined - left, counted record by record, is held"`

	Meals   int64         `json:"meals"`
	Pool    ledger.Points `json:"pool" doc:"Of redeemed: paid by the donation pool"`
	Short   ledger.Points `json:"shortfall" doc:"Of redeemed: paid by shortfall"`
	Subsidy ledger.Points `json:"subsidy" doc:"Of redeemed: paid by the subsidy pool"`
	Settled ledger.Points `json:"settled"`
}

// rowOf is a sum under a key.
func rowOf(key, zh, en string, s *view.Sum) sumRow {
	return sumRow{
		Key: key, Zh: zh, En: en, Record: s.Records, Issued: s.Issued, Served: s.Minutes, Awards: s.Awards,
		Earned: s.Earned, Redeemed: s.Redeemed, Expired: s.Expired, Other: s.Other, Joined: s.Joined, Left: s.Left, Reversed: s.Reversed,
		Meals: s.Meals, Pool: s.Pool, Short: s.Short, Subsidy: s.Subsidy, Settled: s.Settled,
	}
}

type sumsInput struct {
	By    string       `query:"by" enum:"community,team,organization,canteen,day,dish,building" default:"community"`
	Scope ledger.Scope `query:"scope" maxLength:"48" pattern:"^[a-z0-9/-]*$" doc:"With by=day: a team, organization or canteen; with by=dish: the canteen"`
	From  string       `query:"from" maxLength:"10" doc:"Local day, YYYY-MM-DD; included"`
	To    string       `query:"to" maxLength:"10" doc:"Local day; included"`
}

// sums is what teams, organizations, canteens, days, dishes and buildings moved in a time. A leader or an organization's admin
// sees her own; members' months are added up by building for the organizer and the auditor only.
func (s *Server) sums(ctx context.Context, c *call, in *sumsInput) (list[sumRow], error) {
	span, err := spanIn(in.From, in.To)
	if err != nil {
		return list[sumRow]{}, err
	}
	if err := s.catchUp(ctx); err != nil {
		return list[sumRow]{}, err
	}
	var rows []sumRow
	switch in.By {
	case "day":
		rows, err = s.sumsByDay(ctx, c, in.Scope, span)
	case "dish":
		rows, err = s.sumsByDish(ctx, c, in.Scope, span)
	case "building":
		rows, err = s.sumsByBuilding(ctx, c, span)
	case "community":
		rows, err = s.sumsByScope(ctx, c, span, []titled{{string(view.ScopeAll), "全社区", "the community"}})
	default:
		var all []titled
		if all, err = s.scopesOf(ctx, in.By); err == nil {
			rows, err = s.sumsByScope(ctx, c, span, all)
		}
	}
	if err != nil {
		return list[sumRow]{}, err
	}
	return listOf(c, rows, ""), nil
}

// spanIn reads a time of local days.
func spanIn(from, to string) (in view.Span, err error) {
	if from != "" {
		if in.From, err = dayIn(from); err != nil {
			return in, fail(codeFieldInvalid, "field", "from")
		}
	}
	if to != "" {
		if in.To, err = dayIn(to); err != nil || in.To < in.From {
			return in, fail(codeFieldInvalid, "field", "to")
		}
	}
	return in, nil
}

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

func (s *Server) sumsByScope(ctx context.Context, c *call, in view.Span, all []titled) ([]sumRow, error) {
	held := map[ledger.Group]ledger.GroupHolding{}
	if in == (view.Span{}) {
		if err := s.read(ctx, c, func(b *ledger.Book) { held = b.GroupHoldings() }); err != nil {
			return nil, err
		}
	}
	at := c.seq
	var rows []sumRow
	for _, x := range all {
		if !c.mayRead(ledger.Scope(x.id)) {
			continue
		}
		sum, seq, err := s.view.Sum(ctx, ledger.Scope(x.id), in)
		if err != nil {
			return nil, fmt.Errorf("read sums: %w", err)
		}
		c.seq = max(c.seq, seq)
		row := rowOf(x.id, x.zh, x.en, &sum)
		if h, ok := held[ledger.Group(x.id)]; ok && seq == at { // the same books, or it would be no check
			points, holds := h.Points, h.Points == sum.Held()
			row.People, row.Held, row.Holds = &h.Members, &points, &holds
		}
		rows = append(rows, row)
	}
	if rows == nil && !c.seesAll() {
		return nil, fail(string(ledger.CodeNotEntitled))
	}
	return rows, nil
}

func (s *Server) sumsByDay(ctx context.Context, c *call, x ledger.Scope, in view.Span) ([]sumRow, error) {
	if x = cmp.Or(x, view.ScopeAll); !c.mayRead(x) {
		return nil, fail(string(ledger.CodeNotEntitled))
	}
	days, seq, err := s.view.Days(ctx, x, in)
	if err != nil {
		return nil, fmt.Errorf("read sums: %w", err)
	}
	c.seq = max(c.seq, seq)
	rows := make([]sumRow, 0, len(days))
	for i := range days {
		day := dateOf(days[i].Day)
		rows = append(rows, rowOf(day, day, day, &days[i].Sum))
	}
	return rows, nil
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

// tooFew is under how many people a number is not told: it would tell of one of them.
const tooFew = 10

// sumsByBuilding adds up, of the months of the time, what people did by the building that they live in. Buildings of too few are
// told together, and if those are still too few, not at all.
func (s *Server) sumsByBuilding(ctx context.Context, c *call, in view.Span) ([]sumRow, error) {
	if !c.holds(organizer, ledger.RoleAuditor) {
		return nil, fail(string(ledger.CodeNotEntitled))
	}
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
		return nil, fmt.Errorf("read sums: %w", err)
	}
	c.seq = max(c.seq, seq)
	where := s.roster.Buildings()
	rows := map[string]*sumRow{}
	for i := range people {
		addPerson(rows, where[people[i].Account], &people[i].Part)
	}
	rest, some := &sumRow{Zh: "其他楼栋", En: "other buildings", People: new(int)}, 0
	var out []sumRow
	for building, row := range rows {
		if building != "" && *row.People >= tooFew {
			out = append(out, *row)
			continue
		}
		some++
		rest.merge(row)
	}
	slices.SortFunc(out, func(a, b sumRow) int { return cmp.Compare(a.Key, b.Key) })
	if *rest.People >= tooFew && (some > 1 || rows[""] != nil) {
		out = append(out, *rest)
	}
	return out, nil
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
	*r.People += *o.People
	r.Served, r.Awards, r.Earned, r.Redeemed = r.Served+o.Served, r.Awards+o.Awards, r.Earned+o.Earned, r.Redeemed+o.Redeemed
	r.Expired, r.Meals = r.Expired+o.Expired, r.Meals+o.Meals
}
