package sample

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// scene is a kind of activity as the demo shows it.
type scene struct {
	kind, title, place, station string
	org                         ledger.OrgID
}

// scenes are what each team does, by team number.
var scenes = [teamCount][]scene{
	{{"clean-up", "清晨环境大扫除", "彩虹广场", "s4", "o8"}, {"emergency", "应急演练支援", "A区中心广场", "s4", "o9"}, {"meeting", "先锋号月度例会", "党群服务中心", "s1", ""}},
	{{"elder-visit", "走访高龄老人", "A区各楼栋", "s1", "o4"}, {"meal-help", "午间助餐送餐", "爸妈食堂", "s2", "o1"}},
	{{"policy-talk", "惠民政策进楼院", "党群服务中心大厅", "s1", ""}, {"culture", "太平鼓排练与演出", "彩虹广场", "s4", "o6"}},
	{{"after-school", "四点半作业辅导", "四点半课堂", "s3", "o2"}, {"elders-university", "老年大学手机课助教", "老年大学教室", "s1", "o3"}},
	{{"repair", "小家电义务维修", "彩虹广场", "s4", "o7"}, {"clean-up", "旧物回收与分类", "B区架空层", "s4", "o8"}},
	{{"patrol", "夜间平安巡逻", "A、B区环线", "s1", "o9"}, {"training", "消防技能培训", "党群服务中心", "s1", ""}},
	{{"mediation", "邻里矛盾调解日", "调解室", "s1", "o10"}, {"elder-visit", "独居老人谈心", "B区各楼栋", "s1", "o12"}},
}

// gathering is one activity on its way.
type gathering struct {
	id         ledger.ActivityID
	scene      scene
	team       ledger.TeamID
	leader     ledger.AccountID
	start, end ledger.Time
	people     []*citizen
	forgetful  map[ledger.AccountID]bool
}

// plan lays out the six months: each weekday three teams or so, at weekends more; a lunch hour each day; and around
// the real now an activity that waits for confirmation, one that runs, and one to come.
func (l *life) plan() {
	from := Begins(l.now) + 3*day
	for d := from; d < dayStart(l.now); d += day {
		for team := range teamCount {
			if l.rng.IntN(7) < 3 {
				start := d + 9*hour + ledger.Time(l.rng.IntN(14))*30*minute
				l.activity(team, start, ledger.Time(2+l.rng.IntN(5))*30*minute, 4+l.rng.IntN(9), true)
			}
		}
		l.lunch(d)
	}
	yesterday := dayStart(l.now) - day
	l.activity(3, yesterday+16*hour, 2*hour, 8, false)
	l.activity(1, l.now-70*minute, 3*hour, 7, false)
	l.activity(0, l.now-10*minute, 3*hour, 5, false)
	l.activity(4, l.now+3*hour, 2*hour, 0, false)
	l.lunch(dayStart(l.now))
	l.lostCard(from + 60*day)
	l.points(from)
}

// activity plans one from its announcement to its confirmation. One that is not to be confirmed is left to a person.
func (l *life) activity(team int, start, length ledger.Time, people int, confirm bool) {
	g := &gathering{
		id:    ledger.ActivityID(fmt.Sprintf("a/demo%05d", len(l.held)+1)),
		scene: pick(l, scenes[team]), team: ledger.TeamID(fmt.Sprintf("t%d", team+1)),
		leader: l.town.cast.Leaders[team].Account, start: start, end: start + length, forgetful: map[ledger.AccountID]bool{},
	}
	if !confirm {
		g.scene = scenes[team][0]
	}
	l.held[g.id] = g
	members := l.town.byTeam[g.team]
	for _, i := range l.rng.Perm(len(members)) {
		if c := members[i]; len(g.people) < people && c.zeal > l.rng.IntN(11) && c.Account != g.leader {
			g.people = append(g.people, c)
			g.forgetful[c.Account] = l.chance(25)
		}
	}
	if here := l.town.checkedIn; g.team == here.team && !confirm && start < l.now && !slices.Contains(g.people, here) {
		g.people = append(g.people, here)
	}
	l.at(max(min(start-2*day-hour, l.now-3*day), Begins(l.now)+day), func(ctx context.Context) error { return l.announce(ctx, g) })
	for _, c := range g.people {
		l.at(start-ledger.Time(l.rng.IntN(12))*minute, func(ctx context.Context) error { return l.scan(ctx, g, c, ledger.In) })
		if !g.forgetful[c.Account] {
			l.at(g.end+ledger.Time(l.rng.IntN(10)-3)*minute, func(ctx context.Context) error { return l.scan(ctx, g, c, ledger.Out) })
		}
	}
	l.at(g.end+20*minute, func(ctx context.Context) error { return l.close(ctx, g) })
	if confirm {
		l.at(dayStart(g.end)+day+8*hour+30*minute, func(ctx context.Context) error { return l.confirm(ctx, g) })
	}
}

func (l *life) announce(ctx context.Context, g *gathering) error {
	by := l.by(g.leader)
	_, text, err := l.Roster.PutActivity(ctx, by, roster.Activity{
		ID: g.id, Title: g.scene.title, Place: g.scene.place, Content: g.scene.title + "（演示数据）", Lead: g.leader,
		Team: g.team, Org: g.scene.org, Station: g.scene.station, Demo: true,
	})
	if err != nil {
		return err
	}
	_, err = l.must(ctx, g.leader, ledger.ViaWeb, &ledger.OpenActivity{
		Activity: g.id, Type: g.scene.kind, Team: g.team, Org: g.scene.org, Start: g.start, End: g.end,
		Charge: g.leader, Text: hex.EncodeToString(text[:]),
	})
	return err
}

// scan is a member at the station. Somebody who is still elsewhere is refused, and does not come.
func (l *life) scan(ctx context.Context, g *gathering, c *citizen, d ledger.Direction) error {
	_, err := l.submit(ctx, c.Account, ledger.ViaWeb, &ledger.Scan{
		Activity: g.id, Account: c.Account, Path: ledger.PathStation, Direction: d, Live: true,
	})
	return err
}

func (l *life) close(ctx context.Context, g *gathering) error {
	var here int
	l.read(ctx, func(b *ledger.Book) {
		if a, ok := b.Activity(g.id); ok {
			here = len(a.People)
		}
	})
	if l.chance(12) {
		here += l.rng.IntN(3) - 1 // leaders miscount
	}
	if _, err := l.must(ctx, g.leader, ledger.ViaWeb, &ledger.CloseActivity{Activity: g.id, Headcount: max(0, here)}); err != nil {
		return err
	}
	return l.awarded(ctx, g.id)
}

// read looks at the books as they are after the last command.
func (l *life) read(ctx context.Context, f func(*ledger.Book)) {
	if l.View.CatchUp(ctx, l.Engine.Seq()) == nil {
		l.View.Read(f)
	}
}

// awarded waits until the engine has posted the awards of a closed activity.
func (l *life) awarded(ctx context.Context, id ledger.ActivityID) error {
	for {
		pending := 0
		_, moved := l.View.Changed()
		l.read(ctx, func(b *ledger.Book) {
			if a, ok := b.Activity(id); ok {
				pending = a.Pending
			}
		})
		if pending == 0 {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return fmt.Errorf("awards of %s: %w", id, context.Cause(ctx))
		}
	}
}

// confirm is the word of an organizer who was not there herself; where all of them were, the activity waits.
func (l *life) confirm(ctx context.Context, g *gathering) error {
	away := slices.Clone(l.town.cast.Organizers)
	l.read(ctx, func(b *ledger.Book) {
		a, _ := b.Activity(g.id)
		away = slices.DeleteFunc(away, func(o Persona) bool {
			return slices.ContainsFunc(a.People, func(p ledger.AttendanceView) bool { return p.Account == o.Account })
		})
	})
	if len(away) == 0 {
		return nil
	}
	_, err := l.must(ctx, pick(l, away).Account, ledger.ViaWeb, &ledger.ConfirmActivity{Activity: g.id})
	return err
}

// lostCard lets one elder lose her card and get another.
func (l *life) lostCard(t ledger.Time) {
	l.at(dayStart(t)+14*hour, func(ctx context.Context) error {
		organizer := l.town.cast.Organizers[0].Account
		for _, c := range l.town.people {
			if c.card == "" || c.Account == l.town.cast.Elders[0].Account {
				continue
			}
			if _, err := l.must(ctx, organizer, ledger.ViaWeb, &ledger.RevokeCard{Card: c.card, Reason: ledger.ReasonLost}); err != nil {
				return err
			}
			if _, err := l.Roster.RevokeCard(ctx, l.by(organizer), c.card); err != nil {
				return err
			}
			_, cards, err := l.Roster.NewSheet(ctx, l.by(organizer), []string{newCardNumber()})
			if err != nil {
				return err
			}
			return l.handOut(ctx, organizer, c, cards[0].ID)
		}
		return nil
	})
}
