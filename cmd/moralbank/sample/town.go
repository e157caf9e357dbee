package sample

import (
	"context"
	"fmt"
	"slices"
	"time"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// Persona is a person whom the demo introduces by name.
type Persona struct {
	Account ledger.AccountID
	Name    string
	Phone   string
	Role    ledger.Role // empty for a member
	Scope   ledger.Scope
	Card    string // the number on the printed card, of elders without a phone
}

// Cast are the people that the demo introduces: three for each role. The second volunteer is checked in at an activity of
// the second leader's team, which runs now.
type Cast struct {
	Volunteers, Elders, Leaders, Admins, Cashiers, Committee, Auditors, Organizers, Operators []Persona
	Till                                                                                      ledger.DeviceID
}

// Staff lists everyone with a role.
func (c *Cast) Staff() []Persona {
	var all []Persona
	for _, part := range [][]Persona{c.Leaders, c.Admins, c.Cashiers, c.Committee, c.Auditors, c.Organizers, c.Operators} {
		all = append(all, part...)
	}
	return all
}

// citizen is a fictional person.
type citizen struct {
	roster.Person
	team  ledger.TeamID
	zeal  int // how often she joins in, 1 to 10
	diner bool
	card  ledger.CardID
}

// town is the community as it stands when its days begin.
type town struct {
	people []*citizen
	byTeam map[ledger.TeamID][]*citizen
	cast   Cast

	checkedIn *citizen // the second volunteer: at the activity that runs now
}

// introduced reports whether the demo introduces this person as somebody who eats.
func (t *town) introduced(id ledger.AccountID) bool {
	is := func(p Persona) bool { return p.Account == id }
	return slices.ContainsFunc(t.cast.Elders, is) || slices.ContainsFunc(t.cast.Volunteers, is)
}

const (
	canteen   ledger.CanteenID = "c1"
	teamCount                  = 7
	orgCount                   = 13
	tillOne   ledger.DeviceID  = "till/one"
)

// settle opens the accounts, forms the teams, and gives the staff their roles.
func (l *life) settle(ctx context.Context) error {
	l.town.byTeam = map[ledger.TeamID][]*citizen{}
	people := make([]roster.Person, 0, People)
	for i := range People {
		c := l.citizen(i)
		l.town.people = append(l.town.people, c)
		l.town.byTeam[c.team] = append(l.town.byTeam[c.team], c)
		people = append(people, c.Person)
	}
	if err := l.Roster.AddPeople(ctx, l.by(ledger.ActorRoot), people...); err != nil {
		return err
	}
	for _, c := range l.town.people {
		if _, err := l.must(ctx, ledger.ActorRoot, ledger.ViaCLI, &ledger.OpenAccount{Account: c.Account, Guardian: c.Guardian}); err != nil {
			return err
		}
		if _, err := l.must(ctx, ledger.ActorRoot, ledger.ViaCLI, &ledger.Join{Account: c.Account, Group: ledger.Group(c.team)}); err != nil {
			return err
		}
	}
	if err := l.appoint(ctx); err != nil {
		return err
	}
	if _, err := l.must(ctx, ledger.ActorRoot, ledger.ViaCLI, &ledger.EnrolDevice{Device: tillOne, Canteen: canteen}); err != nil {
		return err
	}
	l.town.cast.Till = tillOne
	if err := l.handOutCards(ctx); err != nil {
		return err
	}
	return l.endow(ctx)
}

// citizen makes one person. The first ones are adults, so that guardians and staff come before children.
func (l *life) citizen(i int) *citizen {
	age := 18 + l.rng.IntN(42)
	switch {
	case i < 60:
		age = 30 + l.rng.IntN(28)
	case i%5 == 0:
		age = 60 + l.rng.IntN(29)
	case i%16 == 1:
		age = 9 + l.rng.IntN(9)
	}
	woman := l.chance(2)
	born := time.UnixMilli(int64(l.now)).UTC().AddDate(-age, -l.rng.IntN(11), -l.rng.IntN(27))
	c := &citizen{
		Person: roster.Person{
			Account:  ledger.MemberAccount(fmt.Sprintf("demo%06d", i+1)),
			Name:     l.name(woman),
			Birth:    roster.Date(born.Format(time.DateOnly)),
			Building: fmt.Sprintf("%s区%d栋", pick(l, []string{"A", "B"}), 1+l.rng.IntN(41)),
			Demo:     true,
		},
		team: ledger.TeamID(fmt.Sprintf("t%d", 1+i%teamCount)),
		zeal: 1 + l.rng.IntN(10),
	}
	if age >= 14 && age < 75 {
		c.Phone = fmt.Sprintf("199%08d", i+1)
	}
	if age < 14 {
		c.Guardian = l.town.people[l.rng.IntN(60)].Account
	}
	c.diner = age >= 60 || l.chance(4)
	return c
}

var (
	surnames = []string{
		"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "马", "朱", "胡", "郭", "何", "高",
		"林", "罗", "郑", "梁", "谢", "宋", "唐", "许", "韩", "冯", "邓", "曹", "彭", "曾", "田", "董", "潘", "袁", "欧阳", "司马",
	}
	womanly = []string{
		"秀英", "桂兰", "玉梅", "淑芬", "丽娟", "晓红", "雪梅", "春燕", "婷婷", "慧敏", "月琴", "凤霞", "雅琴", "思雨", "佳怡", "兰芳", "彩霞", "海燕",
	}
	manly = []string{
		"建国", "志强", "永红", "国庆", "德福", "文斌", "俊杰", "浩然", "大勇", "宏伟", "明亮", "玉山", "有才", "子轩", "卫东", "长青", "立新", "少华",
	}
)

func (l *life) name(woman bool) string {
	given := manly
	if woman {
		given = womanly
	}
	return pick(l, surnames) + pick(l, given)
}

// appoint gives roles. The first organizers come last: with the second one the founding phase ends, and the third is
// appointed as the rules then ask, by one organizer's proposal and another's approval.
func (l *life) appoint(ctx context.Context) error {
	c := &l.town.cast
	next := 0
	grant := func(role ledger.Role, scope ledger.Scope, into *[]Persona) error {
		p := l.town.people[next]
		next++
		*into = append(*into, Persona{Account: p.Account, Name: p.Name, Phone: p.Phone, Role: role, Scope: scope})
		_, err := l.must(ctx, ledger.ActorRoot, ledger.ViaCLI, &ledger.GrantRole{Account: p.Account, Role: role, Scope: scope})
		return err
	}
	for i := range teamCount {
		if err := grant(ledger.RoleLeader, ledger.Scope(fmt.Sprintf("t%d", i+1)), &c.Leaders); err != nil {
			return err
		}
	}
	for i := range orgCount {
		if err := grant(ledger.RoleOrgAdmin, ledger.Scope(fmt.Sprintf("o%d", i+1)), &c.Admins); err != nil {
			return err
		}
	}
	for _, part := range []struct {
		role  ledger.Role
		scope ledger.Scope
		into  *[]Persona
		n     int
	}{
		{ledger.RoleCashier, ledger.Scope(canteen), &c.Cashiers, 3},
		{ledger.RoleCommittee, ledger.ScopeCommunity, &c.Committee, 3},
		{ledger.RoleAuditor, ledger.ScopeCommunity, &c.Auditors, 3},
		{ledger.RoleOperator, ledger.ScopeCommunity, &c.Operators, 3},
		{ledger.RoleOrganizer, ledger.ScopeCommunity, &c.Organizers, 2},
	} {
		for range part.n {
			if err := grant(part.role, part.scope, part.into); err != nil {
				return err
			}
		}
	}
	third := l.town.people[next]
	c.Organizers = append(c.Organizers, Persona{
		Account: third.Account, Name: third.Name, Phone: third.Phone, Role: ledger.RoleOrganizer, Scope: ledger.ScopeCommunity,
	})
	next++
	for _, p := range l.town.people[next : next+3] {
		c.Volunteers = append(c.Volunteers, Persona{Account: p.Account, Name: p.Name, Phone: p.Phone})
		p.zeal, p.diner = 10, true
		if p.team == "t2" {
			l.town.checkedIn = p
		}
	}
	a, err := l.must(ctx, c.Organizers[0].Account, ledger.ViaWeb, &ledger.Propose{
		Do: &ledger.GrantRole{Account: third.Account, Role: ledger.RoleOrganizer, Scope: ledger.ScopeCommunity},
	})
	if err != nil {
		return err
	}
	_, err = l.must(ctx, c.Organizers[1].Account, ledger.ViaWeb, &ledger.Approve{Proposal: a.Records[0].Seq})
	return err
}

// handOutCards prints and activates a card for every diner without a phone.
func (l *life) handOutCards(ctx context.Context) error {
	var waiting []*citizen
	for _, c := range l.town.people {
		if c.diner && c.Phone == "" && c.Guardian == "" {
			waiting = append(waiting, c)
		}
	}
	organizer := l.town.cast.Organizers[0].Account
	for len(waiting) > 0 {
		n := min(len(waiting), roster.SheetCards)
		numbers := make([]string, n)
		for i := range numbers {
			numbers[i] = newCardNumber()
		}
		_, cards, err := l.Roster.NewSheet(ctx, l.by(organizer), numbers)
		if err != nil {
			return err
		}
		for i, c := range waiting[:n] {
			if err := l.handOut(ctx, organizer, c, cards[i].ID); err != nil {
				return err
			}
			if len(l.town.cast.Elders) < 3 && c.zeal >= 5 {
				c.zeal = 10
				l.town.cast.Elders = append(l.town.cast.Elders, Persona{Account: c.Account, Name: c.Name, Card: numbers[i]})
			}
		}
		waiting = waiting[n:]
	}
	return nil
}

func (l *life) handOut(ctx context.Context, organizer ledger.AccountID, c *citizen, id ledger.CardID) error {
	if _, err := l.must(ctx, organizer, ledger.ViaWeb, &ledger.IssueCard{Card: id, Account: c.Account}); err != nil {
		return err
	}
	c.card = id
	_, err := l.Roster.ActivateCard(ctx, l.by(organizer), id, c.Account)
	return err
}
