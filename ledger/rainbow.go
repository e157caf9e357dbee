package ledger

// DefaultRulebook is the first rulebook of a new community: the rates of 彩虹城's moral bank as the product ships
// them. It is data like any other edition; a community changes it by setting the next one.
func DefaultRulebook() *Rulebook {
	return &Rulebook{
		Edition:         1,
		OffsetMinutes:   480,
		PointsPerHour:   10,
		DayPointsMax:    40,
		ValidMonths:     24,
		EarlyMinutes:    60,
		DuplicateWithin: 5,
		NoPINPoints:     90,
		VoidSeconds:     60,
		ReverseHours:    24,
		LapseDays:       14,
		RoleRestDays:    30,
		FamilyMax:       6,
		DefaultBudget:   20_000,
		BookDays:        7,
		PriceCuts:       []PriceCut{{10}, {50}},
		StarMinutes:     []StarLevel{{100 * 60}, {300 * 60}, {600 * 60}, {1000 * 60}, {1500 * 60}},
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
		Periods: []Period{{"b", 0, "breakfast"}, {"l", 10 * 60, "lunch"}, {"d", 15 * 60, "dinner"}},
	}
}
