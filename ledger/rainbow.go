package ledger

// DefaultRulebook is the first rulebook of a new community: the rates of 彩虹城's moral bank as the product ships
// them. It is data like any other edition; a community changes it by setting the next one.
func DefaultRulebook() *Rulebook {
	return &Rulebook{
		Edition:          1,
		OffsetMinutes:    480,
		PointsPerHour:    10,
		DayPointsMax:     40,
		ValidMonths:      24,
		EarlyMinutes:     60,
		DuplicateWithin:  5,
		NoPINPoints:      90,
		VoidSeconds:      60,
		ReverseHours:     24,
		LapseDays:        14,
		RoleRestDays:     30,
		FamilyMax:        6,
		DefaultBudget:    20_000,
		BookDays:         7,
		GiftYearPoints:   600,
		FamilyRestDays:   30,
		DeviceRestDays:   7,
		FundAlonePoints:  5000,
		GrantPoints:      60,
		CareWeekPoints:   600,
		LeaseHours:       24,
		LeasePoints:      6000,
		LeaseTotalPoints: 12000,
		LeaseCardPoints:  90,
		OpeningPoints:    200_000,
		PriceCuts:        []PriceCut{{10}, {50}},
		StarMinutes:      []StarLevel{{100 * 60}, {300 * 60}, {600 * 60}, {1000 * 60}, {1500 * 60}},
		ActivityKinds: []ActivityKind{
			{"elder-visit", true, 100},
			{"meal-help", true, 100},
			{"after-school", true, 100},
			{"clean-up", true, 100},
			{"patrol", true, 100},
			{"policy-talk", true, 100},
			{"mediation", true, 100},
			{"repair", true, 100},
			{"culture", true, 100},
			{"emergency", true, 150},
			{"elders-university", true, 100},
			{"meeting", false, 0},
			{"training", false, 0},
			{"duty", false, 0},
			{"outing", false, 0},
		},
		Meals: []Meal{
			{"breakfast", 15, 0, "b", false},
			{"beef-noodles", 25, 18, "bld", false},
			{"dumplings", 25, 0, "ld", false},
			{"vegetarian", 30, 20, "ld", false},
			{"lunch", 40, 28, "l", false},
			{"soft-meal", 35, 0, "ld", false},
			{"dinner", 30, 0, "d", false},
			{"soy-milk", 5, 0, "bld", true},
			{"delivery", 5, 0, "bld", true},
		},
		Periods:  []Period{{"b", 0, "breakfast"}, {"l", 10 * 60, "lunch"}, {"d", 15 * 60, "dinner"}},
		Deeds:    rainbowDeeds(),
		Disputes: rainbowDisputes(),
		Trust:    TrustRules{DevicePoints: 40, NoticeHours: 24, ExtendMinutes: 30, RecordDays: 10},
	}
}

func rainbowDeeds() DeedRules {
	return DeedRules{
		NoticeDays: 7, MonthMax: 30, PairDays: 30, Quorum: 3, AloneMax: 40, FileDays: 30, OpenMax: 20, LapseDays: 180,
		Kinds: []DeedKind{
			{ID: "lost-found", Points: 10},
			{ID: "neighbour-help", Points: 5, Whom: true, Paired: true},
			{ID: "mediated", Points: 10},
			{ID: "filial-star", Points: 20},
			{ID: "blood", Points: 30},
			{ID: "bravery", Points: 50, Most: 200, Community: true},
			{ID: "civility", Points: 3},
			{ID: "stairs", Points: 3, WeekMax: 3},
			{ID: "books-clothes", Points: 5},
			{ID: "hazard", Points: 5},
			{ID: "skill-lesson", Points: 10, Hourly: true},
			{ID: "referral", Points: 5, Whom: true, Newcomer: 120},
		},
	}
}

func rainbowDisputes() DisputeRules {
	return DisputeRules{WorkDays: 10, DaysMax: 60, GraceDays: 30, Holidays: []Holiday{
		// 国务院办公厅关于2026年部分节假日安排的通知
		{20260101, 3, false},
		{20260104, 1, true},
		{20260214, 1, true},
		{20260215, 9, false},
		{20260228, 1, true},
		{20260404, 3, false},
		{20260501, 5, false},
		{20260509, 1, true},
		{20260619, 3, false},
		{20260920, 1, true},
		{20260925, 3, false},
		{20261001, 7, false},
		{20261010, 1, true},
	}}
}
