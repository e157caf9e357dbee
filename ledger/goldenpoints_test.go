package ledger_test

import "moralbank.example/bank/ledger"

// goldenPoints are the records of what points do beside being earned and redeemed.
func goldenPoints(add adder) {
	const web, chen, till, wang = ledger.ViaWeb, "m/chen", "till/1", "m/wang"
	dish := ledger.Dish{Canteen: "c1", Account: wang, Meal: "lunch", Small: true, Side: true, Points: 28, Day: 20514, Period: "l"}
	lots := []ledger.LotShare{{Month: 202803, Points: 20, Gifted: 5}, {Month: 202804, Points: 8}}
	add(ledger.KindHeld, "", wang, web, &ledger.Held{Dish: dish, Lots: lots, Lapses: 1772434800000})
	add(ledger.KindCaptured, "", chen, till, &ledger.Captured{
		Hold: 50, Dish: dish, Lots: lots, Edition: 1, Handle: "123456789", Step: 59080440, Card: "k/2m7q", PIN: true,
	},
		ledger.Posting{Account: wang, Unit: ledger.UnitPoints, Amount: -28, Balance: 72, N: 7},
		ledger.Posting{Account: "c/c1", Unit: ledger.UnitPoints, Amount: 28, Balance: 4028, N: 131})
	add(ledger.KindReleased, "", ledger.ActorTimer, ledger.ViaTimer, &ledger.Released{Hold: 50, Account: wang, Lapsed: true})
}
