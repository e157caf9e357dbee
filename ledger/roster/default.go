package roster

import "context"

// Community is the set of words that a new community starts with.
type Community struct {
	Teams    []Team
	Orgs     []Org
	Canteens []Canteen
	Stations []Station
	Texts    []Text
}

// Seed puts a community's words into the roster. Seeding again replaces them.
func (r *Roster) Seed(ctx context.Context, by By, c Community) error {
	for _, t := range c.Teams {
		if err := r.PutTeam(ctx, by, t); err != nil {
			return err
		}
	}
	for _, o := range c.Orgs {
		if err := r.PutOrg(ctx, by, o); err != nil {
			return err
		}
	}
	for _, c := range c.Canteens {
		if err := r.PutCanteen(ctx, by, c); err != nil {
			return err
		}
	}
	for _, s := range c.Stations {
		if err := r.PutStation(ctx, by, s); err != nil {
			return err
		}
	}
	for _, t := range c.Texts {
		if err := r.PutText(ctx, by, t); err != nil {
			return err
		}
	}
	return nil
}

// DefaultCommunity is the demo community (演示数据). The team names after the first are those of the public press of 2024 with
// their colours. The press names 急先锋 as the red team and never says which colour 彩虹100先锋号 has: red is a choice made for
// the demo. The organizations are invented.
func DefaultCommunity() Community {
	c := Community{
		Teams: []Team{
			{ID: "t1", Zh: "彩虹100先锋号", En: "Rainbow 100 Pioneers", Colour: Red}, // 红: a demo choice
			{ID: "t2", Zh: "夕阳行助老队", En: "Sunset Elder Care", Colour: Orange},
			{ID: "t3", Zh: "向日葵宣讲队", En: "Sunflower Speakers", Colour: Yellow},
			{ID: "t4", Zh: "和谐号助学队", En: "Harmony Study Help", Colour: Green},
			{ID: "t5", Zh: "全都管便民队", En: "All-in-One Handy Help", Colour: Cyan},
			{ID: "t6", Zh: "蓝精灵平安队", En: "Blue Spirits Safety Patrol", Colour: Blue},
			{ID: "t7", Zh: "和事佬调解队", En: "Peacemaker Mediators", Colour: Purple},
		},
		Orgs: []Org{
			{ID: "o1", Zh: "爸妈食堂助餐社", En: "Parents' Canteen Helpers"},
			{ID: "o2", Zh: "四点半课堂", En: "Half Past Four Classroom"},
			{ID: "o3", Zh: "老年大学学员会", En: "Elders' University Students"},
			{ID: "o4", Zh: "银龄互助社", En: "Silver Age Mutual Help"},
			{ID: "o5", Zh: "巧手工坊", En: "Deft Hands Workshop"},
			{ID: "o6", Zh: "太平鼓艺术团", En: "Taiping Drum Troupe"},
			{ID: "o7", Zh: "邻里巧匠维修社", En: "Neighbourhood Fixers"},
			{ID: "o8", Zh: "绿色家园环保社", En: "Green Home Society"},
			{ID: "o9", Zh: "平安消防应急社", En: "Fire Safety and Emergency Club"},
			{ID: "o10", Zh: "幸福家庭服务社", En: "Happy Family Services"},
			{ID: "o11", Zh: "石榴籽互助社", En: "Pomegranate Seeds Mutual Help"},
			{ID: "o12", Zh: "暖阳助残社", En: "Warm Sun Disability Support"},
			{ID: "o13", Zh: "共享书房读书会", En: "Shared Study Book Club"},
		},
		Canteens: []Canteen{{ID: "c1", Zh: "爸妈食堂", En: "Parents' Canteen", Place: "彩虹城党群服务中心一楼"}},
		Stations: []Station{
			{ID: "s1", Zh: "党群服务中心大厅", En: "Service Centre Hall", Place: "彩虹城党群服务中心一楼"},
			{ID: "s2", Zh: "爸妈食堂门口", En: "Canteen Door", Place: "彩虹城党群服务中心一楼"},
			{ID: "s3", Zh: "四点半课堂", En: "After-School Room", Place: "彩虹城党群服务中心二楼"},
			{ID: "s4", Zh: "彩虹广场", En: "Rainbow Square", Place: "彩虹城A区中心广场"},
		},
	}
	c.Texts = append(c.Texts, numbered(ActivityKind, activityTexts)...)
	c.Texts = append(c.Texts, numbered(DeedKind, deedTexts)...)
	c.Texts = append(c.Texts, numbered(MealKind, mealTexts)...)
	c.Texts = append(c.Texts, numbered(ReasonKind, reasonTexts)...)
	c.markDemo()
	return c
}

// markDemo flags everything as 演示数据.
func (c Community) markDemo() {
	for i := range c.Teams {
		c.Teams[i].Demo = true
	}
	for i := range c.Orgs {
		c.Orgs[i].Demo = true
	}
	for i := range c.Canteens {
		c.Canteens[i].Demo = true
	}
	for i := range c.Stations {
		c.Stations[i].Demo = true
	}
	for i := range c.Texts {
		c.Texts[i].Demo = true
	}
}

// wording is a row of the tables below: the code in ledger and rulebook, and its words.
type wording struct{ code, zh, en, noteZh, noteEn string }

func numbered(kind TextKind, rows []wording) []Text {
	texts := make([]Text, len(rows))
	for i, w := range rows {
		texts[i] = Text{Kind: kind, Code: w.code, Zh: w.zh, En: w.en, NoteZh: w.noteZh, NoteEn: w.noteEn, Order: i + 1}
	}
	return texts
}
