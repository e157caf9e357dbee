package ledger_test

import (
	"strings"

	"moralbank.example/bank/ledger"
)

// goldenPoints are the records of what points do beside being earned and redeemed.
func goldenPoints(add adder) {
	const web, chen, till, wang = ledger.ViaWeb, "m/chen", "till/1", "m/wang"
	dish := ledger.Dish{Canteen: "c1", Account: wang, Meal: "lunch", Small: true, Side: true, Points: 28, Day: 20514, Period: "l"}
	lots := []ledger.LotShare{{Month: 202803, Points: 20, Gifted: 5}, {Month: 202804, Points: 8}}
	add(ledger.KindHeld, "", wang, web, &ledger.Held{Dish: dish, Lots: lots, Lapses: 1772434800000})
	add(ledger.KindCaptured, "", chen, till, &ledger.Captured{
		Hold: 50, Dish: dish, Lots: lots, Edition: 1, Handle: "123456789", Step: 59080440, Phone: "phone/k3x9", Card: "k/2m7q", PIN: true,
	},
		ledger.Posting{Account: wang, Unit: ledger.UnitPoints, Amount: -28, Balance: 72, N: 7},
		ledger.Posting{Account: "c/c1", Unit: ledger.UnitPoints, Amount: 28, Balance: 4028, N: 131})
	add(ledger.KindReleased, "", ledger.ActorTimer, ledger.ViaTimer, &ledger.Released{Hold: 50, Account: wang, Lapsed: true})
	goldenGifts(add)
	goldenBooks(add)
	goldenOffline(add)
}

func goldenGifts(add adder) {
	const web, hu, chen, till, wang, gran = ledger.ViaWeb, "m/hu", "m/chen", "till/1", "m/wang", "m/gran"
	points := func(id ledger.AccountID, amount, balance, n int64) ledger.Posting {
		return ledger.Posting{Account: id, Unit: ledger.UnitPoints, Amount: amount, Balance: balance, N: n}
	}
	lots := []ledger.LotShare{{Month: 202803, Points: 20, Gifted: 20}}
	add(ledger.KindGivenOut, "", wang, web, &ledger.GivenOut{Account: wang, To: gran, Points: 20, Lots: lots},
		points(wang, -20, 52, 8), points(ledger.Transit, 20, 20, 1))
	add(ledger.KindGivenIn, "", wang, web, &ledger.GivenIn{Account: gran, From: wang, Points: 20, Lots: lots},
		points(ledger.Transit, -20, 0, 2), points(gran, 20, 20, 1))
	add(ledger.KindPoolFunded, "", "m/sun", web, &ledger.PoolFunded{Pool: ledger.PoolSubsidy, Points: 9000, By: hu},
		points(ledger.IssuerCommunity, -9000, -9000, 1), points(ledger.PoolSubsidy, 9000, 9000, 1))
	add(ledger.KindPoolFunded, "alone", hu, web, &ledger.PoolFunded{Pool: ledger.PoolDonation, Points: 500},
		points(ledger.IssuerCommunity, -500, -9500, 2), points(ledger.PoolDonation, 500, 500, 1))
	add(ledger.KindDonated, "", wang, web, &ledger.Donated{Account: wang, Points: 12, Lots: []ledger.LotShare{{Month: 202803, Points: 12, Gifted: 1}}},
		points(wang, -12, 40, 9), points(ledger.PoolDonation, 12, 512, 2))
	add(ledger.KindPointsGranted, "", hu, web, &ledger.PointsGranted{Account: gran, Pool: ledger.PoolDonation, Points: 60, Month: 202803, Day: 20513},
		points(ledger.PoolDonation, -60, 452, 3), points(gran, 60, 80, 2))
	add(ledger.KindSubsidyPosted, "", ledger.ActorTimer, ledger.ViaTimer, &ledger.SubsidyPosted{Canteen: "c1", Day: 20514, Points: 310, Meals: 17},
		points(ledger.PoolSubsidy, -310, 8690, 2), points("c/c1", 310, 4338, 132))
	add(ledger.KindMealServed, "", chen, till, &ledger.MealServed{
		Dish: ledger.Dish{Canteen: "c1", Account: gran, Meal: "lunch", Small: true, Side: true, Points: 28, Day: 20514, Period: "l"},
		Why:  ledger.ServedAgain, Pool: 20, Short: 8, Earlier: 40, Handle: "123456789", Step: 59080440, Card: "k/2m7q",
	},
		points(ledger.PoolDonation, -20, 432, 4), points(ledger.Shortfall, -8, -13, 2), points("c/c1", 28, 4366, 133))
	add(ledger.KindMealServed, "first", chen, till, &ledger.MealServed{
		Dish: ledger.Dish{Canteen: "c1", Account: gran, Meal: "lunch", Points: 20, Day: 20514, Period: "l"}, Why: ledger.ServedFirst, Pool: 20, Card: "k/2m7q",
	}, points(ledger.PoolDonation, -20, 412, 5), points("c/c1", 20, 4386, 134))
	add(ledger.KindCardDoubted, "", chen, till, &ledger.CardDoubted{Card: "k/2m7q", Account: gran, Meal: 40})
}

// goldenBooks are settlements, sealed months, swept and closed accounts.
func goldenBooks(add adder) {
	const web, hu, sun, wang = ledger.ViaWeb, "m/hu", "m/sun", "m/wang"
	points := func(id ledger.AccountID, amount, balance, n int64) ledger.Posting {
		return ledger.Posting{Account: id, Unit: ledger.UnitPoints, Amount: amount, Balance: balance, N: n}
	}
	add(ledger.KindCanteenSettled, "", sun, web, &ledger.CanteenSettled{
		Canteen: "c1", From: 20514, To: 20520, Points: 380, Count: 11, By: hu,
		Lines: []ledger.SettledLine{{Day: 20514, Meal: "lunch", Count: 12, Points: 400}, {Day: 20515, Meal: "lunch", Count: -1, Points: -20}},
	}, points("c/c1", -380, 4006, 135), points(ledger.Settled, 380, 380, 1))
	add(ledger.KindPeriodSealed, "", sun, web, &ledger.PeriodSealed{
		Month: 202603, Issued: 10000, Redeemed: 4000, Expired: 7, Minutes: 60000, Records: 5000, Outstanding: 5993, By: hu,
	})
	add(ledger.KindSweepReversed, "", sun, web, &ledger.SweepReversed{Month: 202603, Count: 12, Points: 700, Reason: ledger.ReasonWrongTime, By: hu})
	add(ledger.KindAccountClosed, "", sun, web, &ledger.AccountClosed{
		Account: wang, Reason: ledger.ReasonRequest, Points: 40, Lots: []ledger.LotShare{{Month: 202803, Points: 40, Gifted: 5}}, By: hu,
	}, points(wang, -40, 0, 11), points(ledger.Expired, 40, 47, 2))
	add(ledger.KindErased, "", hu, web, &ledger.Erased{Account: wang})
	add(ledger.KindPersonsMerged, "", sun, web, &ledger.PersonsMerged{Account: wang, Other: "m/wang2", By: hu})
}

// goldenOffline are leases, meals served without network, and opening balances.
func goldenOffline(add adder) {
	const web, hu, chen, till, wang = ledger.ViaWeb, "m/hu", "m/chen", "till/1", "m/wang"
	post := func(id ledger.AccountID, unit ledger.Unit, amount, balance, n int64) ledger.Posting {
		return ledger.Posting{Account: id, Unit: unit, Amount: amount, Balance: balance, N: n}
	}
	lots := []ledger.LotShare{{Month: 202803, Points: 20, Gifted: 5}}
	add(ledger.KindLeaseGranted, "", chen, till, &ledger.LeaseGranted{Till: till, Canteen: "c1", Number: 3, Cap: 6000, Ends: 1772499600000})
	add(ledger.KindMealReplayed, "", chen, till, &ledger.MealReplayed{
		Dish:  ledger.Dish{Canteen: "c1", Account: wang, Meal: "lunch", Small: true, Side: true, Points: 28, Day: 20514, Period: "l"},
		Lease: 3, Scan: 17, Short: 8, Why: ledger.ShortBalance, Lots: lots, Hold: 50, Picked: true, Edition: 1,
		Handle: "123456789", Step: 59080440, Card: "k/2m7q",
	},
		post(wang, ledger.UnitPoints, -20, 0, 12), post(ledger.Shortfall, ledger.UnitPoints, -8, -21, 3), post("c/c1", ledger.UnitPoints, 28, 4034, 136))
	add(ledger.KindLeaseClosed, "", hu, web, &ledger.LeaseClosed{Till: till, Number: 3, Written: true, Used: 28})
	add(ledger.KindImportOpened, "", hu, web, &ledger.ImportOpened{Import: "im/1", File: strings.Repeat("ab", 32), Rows: 300, Points: 9000, Minutes: 120000})
	add(ledger.KindImportApproved, "", "m/ao", web, &ledger.ImportApproved{Import: "im/1", Org: "o8"})
	add(ledger.KindImported, "", hu, web, &ledger.Imported{Import: "im/1", Account: wang, Points: 30, Minutes: 600, Month: 202607},
		post(ledger.IssuerOpening, ledger.UnitPoints, -30, -30, 1), post(ledger.IssuerOpening, ledger.UnitMinutes, -600, -600, 1),
		post(wang, ledger.UnitPoints, 30, 30, 13), post(wang, ledger.UnitMinutes, 600, 720, 3))
	add(ledger.KindImportUndone, "", "m/sun", web, &ledger.ImportUndone{Import: "im/1", Reason: ledger.ReasonOther, By: hu})
}

// goldenMoved are what a duplicate account hands over. They came last, so that the lines before keep their numbers.
func goldenMoved(add adder) {
	const web, sun, wang = ledger.ViaWeb, "m/sun", "m/wang"
	post := func(unit ledger.Unit, id ledger.AccountID, amount, balance, n int64) ledger.Posting {
		return ledger.Posting{Account: id, Unit: unit, Amount: amount, Balance: balance, N: n}
	}
	moved := ledger.Moved{
		Account: "m/wang2", Other: wang, Points: 40, Minutes: 120, Scanned: 60, Lots: []ledger.LotShare{{Month: 202803, Points: 40, Gifted: 5}},
	}
	add(ledger.KindMovedOut, "", sun, web, &ledger.MovedOut{Moved: moved},
		post(ledger.UnitPoints, ledger.Transit, 40, 40, 5), post(ledger.UnitMinutes, ledger.Transit, 120, 120, 1), post(ledger.UnitPoints, "m/wang2", -40, 0, 4), post(ledger.UnitMinutes, "m/wang2", -120, 0, 2))
	moved.Account, moved.Other = moved.Other, moved.Account
	add(ledger.KindMovedIn, "", sun, web, &ledger.MovedIn{Moved: moved},
		post(ledger.UnitPoints, ledger.Transit, -40, 0, 6), post(ledger.UnitMinutes, ledger.Transit, -120, 0, 2), post(ledger.UnitPoints, wang, 40, 85, 12), post(ledger.UnitMinutes, wang, 120, 240, 3))
}
