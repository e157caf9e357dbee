package view_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/view"
)

// naive counts everything again from the stored lines each time it is asked, as an auditor with a JSON reader would. It uses
// none of the types that the views use.
type naive struct {
	lines []naiveLine
}

type naiveLine struct {
	Seq      int64          `json:"seq"`
	Time     int64          `json:"time"`
	Kind     string         `json:"kind"`
	Body     map[string]any `json:"body"`
	Postings [][5]any       `json:"postings"`
}

func naiveOf(t *testing.T, records []ledger.Record) *naive {
	t.Helper()
	n := &naive{}
	for i := range records {
		p, err := records[i].AppendLine(nil)
		if err != nil {
			t.Fatal(err)
		}
		var l naiveLine
		if err := json.Unmarshal(p, &l); err != nil {
			t.Fatal(err)
		}
		n.lines = append(n.lines, l)
	}
	return n
}

func (l *naiveLine) text(field string) string { s, _ := l.Body[field].(string); return s }
func (l *naiveLine) number(field string) int64 {
	f, _ := l.Body[field].(float64)
	return int64(f)
}

// posted is what the line posts to accounts that match.
func (l *naiveLine) posted(unit string, match func(account string) bool) (sum int64) {
	for _, p := range l.Postings {
		if p[1] == unit && match(p[0].(string)) { //nolint:forcetypeassert // test code
			sum += int64(p[2].(float64)) //nolint:forcetypeassert // test code
		}
	}
	return sum
}

func starts(prefix string) func(string) bool {
	return func(a string) bool { return len(a) > len(prefix) && a[:len(prefix)] == prefix }
}

func is(account string) func(string) bool { return func(a string) bool { return a == account } }

// day is the local date of a line; the two records of the founding are dated before there is an offset.
func (l *naiveLine) day() string {
	offset := 8 * time.Hour
	if l.Seq <= 2 {
		offset = 0
	}
	return time.UnixMilli(l.Time).UTC().Add(offset).Format("2006-01-02")
}

// home is the team and organization of the line's activity.
func (n *naive) home(l *naiveLine) []string {
	id := l.text("activity")
	for i := range n.lines {
		if o := &n.lines[i]; id != "" && o.Kind == "activity-opened" && o.text("activity") == id {
			return []string{o.text("team"), o.text("org")}
		}
	}
	return nil
}

// concerns reports whether a line belongs to a team, organization or canteen.
func (n *naive) concerns(l *naiveLine, scope string) bool {
	return slices.Contains(n.home(l), scope) || l.text("group") == scope || l.text("scope") == scope || l.text("canteen") == scope ||
		l.text("issuer") == "i/"+scope || l.posted("points", is("i/"+scope)) != 0 || l.posted("minutes", is("i/"+scope)) != 0 ||
		l.posted("points", is("c/"+scope)) != 0 || l.text("org") == scope
}

// members is who belongs to a group before a line.
func (n *naive) members(group string, before int64) []string {
	var who []string
	for i := range n.lines {
		l := &n.lines[i]
		if l.Seq >= before {
			break
		}
		who = slices.DeleteFunc(who, func(m string) bool {
			return m == l.text("account") && (l.Kind == "left" && l.text("group") == group || l.Kind == "account-closed")
		})
		if l.Kind == "joined" && l.text("group") == group {
			who = append(who, l.text("account"))
		}
	}
	return who
}

// balance is what an account holds before a line.
func (n *naive) balance(account, unit string, before int64) (sum int64) {
	for i := range n.lines {
		if n.lines[i].Seq < before {
			sum += n.lines[i].posted(unit, is(account))
		}
	}
	return sum
}

// sum is what a scope moved on local days that match.
func (n *naive) sum(scope ledger.Scope, on func(day string) bool) (s view.Sum) {
	for i := range n.lines {
		l := &n.lines[i]
		if !on(l.day()) {
			continue
		}
		if scope == view.ScopeAll {
			n.addAll(&s, l)
			continue
		}
		if scope == view.ScopeMembers || scope == view.ScopePools {
			n.addHolders(&s, l, scope == view.ScopeMembers)
			continue
		}
		x := string(scope)
		if n.concerns(l, x) {
			s.Records++
			s.Issued -= ledger.Points(l.posted("points", starts("i/")))
			s.Minutes -= ledger.Minutes(l.posted("minutes", starts("i/")))
			if l.Kind == "awarded" {
				s.Awards++
			}
		}
		n.addCanteen(&s, l, "c/"+x)
		n.addMembers(&s, l, x)
	}
	return s
}

func (n *naive) addAll(s *view.Sum, l *naiveLine) {
	issued := -ledger.Points(l.posted("points", starts("i/")))
	s.Records++
	s.Issued, s.Earned = s.Issued+issued, s.Earned+issued
	s.Minutes += ledger.Minutes(l.posted("minutes", starts("m/")))
	s.Redeemed += ledger.Points(l.posted("points", starts("c/")) + l.posted("points", is("settled")))
	s.Expired += ledger.Points(l.posted("points", is("expired")))
	if l.Kind == "awarded" {
		s.Awards++
	}
	if l.Kind == "reversed" {
		s.Reversed += ledger.Points(l.number("points") + l.number("pool") + l.number("shortfall"))
	}
	s.Meals += l.meals()
	if l.Kind != "canteen-settled" && l.posted("points", starts("c/")) != 0 {
		s.Pool -= ledger.Points(l.posted("points", is("p/donation")))
		s.Subsidy -= ledger.Points(l.posted("points", is("p/subsidy")))
		s.Short -= ledger.Points(l.posted("points", is("shortfall")))
	}
	if l.Kind == "canteen-settled" {
		s.Settled += ledger.Points(l.number("points"))
	}
}

// addHolders adds what a line moves of all members' points, or of what pools, transit and shortfall hold.
func (n *naive) addHolders(s *view.Sum, l *naiveLine, members bool) {
	points := func(match func(string) bool) ledger.Points { return ledger.Points(l.posted("points", match)) }
	moved := points(is("p/donation")) + points(is("p/subsidy")) + points(is("transit")) + points(is("shortfall"))
	if members {
		moved = points(starts("m/"))
	}
	switch {
	case points(starts("i/")) != 0:
		s.Earned += moved
	case points(starts("c/")) != 0:
		s.Redeemed -= moved
	case points(is("expired")) != 0:
		s.Expired -= moved
	default:
		s.Other += moved
	}
	if (l.Kind == "pool-funded") != members {
		s.Issued -= points(starts("i/"))
	}
	hers := l.text("account") != "" || slices.ContainsFunc(l.Postings, func(p [5]any) bool { return starts("m/")(p[0].(string)) }) //nolint:forcetypeassert // test code
	if hers == members {
		s.Meals += l.meals()
	}
	if !members {
		return
	}
	s.Minutes += ledger.Minutes(l.posted("minutes", starts("m/")))
	if l.Kind == "awarded" {
		s.Awards++
	}
	if l.Kind == "reversed" {
		s.Reversed += ledger.Points(l.number("points"))
	}
}

// held is what accounts hold at the end.
func (n *naive) held(match func(string) bool) (sum ledger.Points) {
	for i := range n.lines {
		sum += ledger.Points(n.lines[i].posted("points", match))
	}
	return sum
}

// column is a sum in the numbers that a table of teams or organizations shows.
type column struct {
	issued, earned, redeemed, expired, other ledger.Points
	minutes                                  ledger.Minutes
	awards                                   int64
}

func shown(s *view.Sum) column {
	return column{s.Issued, s.Earned, s.Redeemed, s.Expired, s.Other + s.Joined - s.Left, s.Minutes, s.Awards}
}

// rest is what belongs to none of some scopes: what was issued at nobody's activity, and what was moved by members who were in
// none of them, less what those who were in several are counted in too often.
func (n *naive) rest(scopes []ledger.Scope, on func(day string) bool) (c column) {
	for i := range n.lines {
		l := &n.lines[i]
		if !on(l.day()) {
			continue
		}
		if !slices.ContainsFunc(scopes, func(x ledger.Scope) bool { return n.concerns(l, string(x)) }) {
			c.minutes += ledger.Minutes(l.posted("minutes", starts("m/")))
			if l.Kind != "pool-funded" {
				c.issued -= ledger.Points(l.posted("points", starts("i/")))
			}
			if l.Kind == "awarded" {
				c.awards++
			}
		}
		var one view.Sum
		n.addHolders(&one, l, true)
		c.earned, c.redeemed, c.expired, c.other = c.earned+one.Earned, c.redeemed+one.Redeemed, c.expired+one.Expired, c.other+one.Other
		for _, x := range scopes {
			var own view.Sum
			n.addCanteen(&own, l, "c/"+string(x))
			n.addMembers(&own, l, string(x))
			c.earned, c.redeemed, c.expired = c.earned-own.Earned, c.redeemed-own.Redeemed, c.expired-own.Expired
			c.other -= own.Other + own.Joined - own.Left
		}
	}
	return c
}

func (l *naiveLine) meals() int64 {
	switch l.Kind {
	case "redeemed", "captured", "meal-served", "meal-replayed":
		return 1
	case "reversed":
		if whole, _ := l.Body["whole"].(bool); whole && l.text("meal") != "" {
			return -1
		}
	}
	return 0
}

func (n *naive) addCanteen(s *view.Sum, l *naiveLine, account string) {
	got := l.posted("points", is(account))
	if got == 0 {
		return
	}
	if l.Kind == "canteen-settled" {
		s.Settled -= ledger.Points(got)
		return
	}
	s.Redeemed += ledger.Points(got)
	s.Meals += l.meals()
	s.Pool -= ledger.Points(l.posted("points", is("p/donation")))
	s.Subsidy -= ledger.Points(l.posted("points", is("p/subsidy")))
	s.Short -= ledger.Points(l.posted("points", is("shortfall")))
	if l.Kind == "reversed" {
		s.Reversed += ledger.Points(l.number("points") + l.number("pool") + l.number("shortfall"))
	}
}

func (n *naive) addMembers(s *view.Sum, l *naiveLine, group string) {
	for _, m := range n.members(group, l.Seq) {
		moved := ledger.Points(l.posted("points", is(m)))
		switch {
		case l.posted("points", starts("i/")) != 0:
			s.Earned += moved
		case l.posted("points", starts("c/")) != 0:
			s.Redeemed -= moved
		case l.posted("points", is("expired")) != 0:
			s.Expired -= moved
		default:
			s.Other += moved
		}
		if l.Kind == "reversed" && l.text("account") == m {
			s.Reversed += ledger.Points(l.number("points"))
		}
		if l.Kind == "left" && l.text("group") == group && l.text("account") == m {
			s.Left += ledger.Points(n.balance(m, "points", l.Seq))
		}
		if l.Kind == "account-closed" && l.text("account") == m {
			s.Left += ledger.Points(n.balance(m, "points", l.Seq+1))
		}
	}
	if l.Kind == "joined" && l.text("group") == group {
		s.Joined += ledger.Points(n.balance(l.text("account"), "points", l.Seq))
	}
}

// date is a day as lines are told apart by it.
func date(d ledger.Day) string {
	return time.Unix(int64(d)*86400, 0).UTC().Format("2006-01-02")
}
