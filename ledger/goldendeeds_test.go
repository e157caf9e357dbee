package ledger_test

import "moralbank.example/bank/ledger"

// goldenDeeds are the records by which people judge what others did: disputes and good deeds.
func goldenDeeds(add adder) {
	const web, timer, hu, qi, wang, mei = ledger.ViaWeb, ledger.ActorTimer, "m/hu", "m/qi", "m/wang", "m/mei"
	lots := []ledger.LotShare{{Month: 202803, Points: 20, Gifted: 5}, {Month: 202804, Points: 8}}
	add(ledger.KindDisputeOpened, "", "m/chen", web, &ledger.DisputeOpened{
		Target: 36, Of: "awarded", Account: wang, Against: timer, Reason: ledger.ReasonWrongTime, Note: "n/77", Card: "k/2m7q", Lots: lots,
		Escalates: 1773676800000, Ends: 1777597200000,
	})
	add(ledger.KindDisputeEscalated, "", timer, ledger.ViaTimer, &ledger.DisputeEscalated{Dispute: 60, Account: wang})
	add(ledger.KindDisputeResolved, "", hu, web, &ledger.DisputeResolved{
		Dispute: 60, Target: 36, Account: wang, Outcome: ledger.OutcomeRejected, Note: "n/78", Lots: lots, Late: lots[:1], Grace: 202806,
	})
	add(ledger.KindDeedFiled, "", mei, web, &ledger.DeedFiled{
		Type: "referral", Account: wang, By: ledger.FiledNeighbour, Beneficiary: mei, Confirmed: true, Day: 20514, Hours: 2, Points: 5, Newcomer: 120,
		Photo: "p/9", Lapses: 1787965200000,
	})
	add(ledger.KindDeedFiled, "alone", wang, web, &ledger.DeedFiled{
		Type: "lost-found", Account: wang, By: ledger.FiledSelf, Day: 20514, Points: 10, Lapses: 1787965200000,
	})
	add(ledger.KindDeedConfirmed, "", "m/chen", web, &ledger.DeedConfirmed{Deed: 63, Account: mei, Card: "k/2m7q"})
	add(ledger.KindDeedVoted, "", qi, web, &ledger.DeedVoted{Deed: 63, Yes: true, Points: 100, Lift: true, Passed: true, Worth: 80, Lifted: true})
	add(ledger.KindDeedVoted, "no", qi, web, &ledger.DeedVoted{Deed: 63})
	add(ledger.KindDeedNoticed, "", hu, web, &ledger.DeedNoticed{Deed: 63, Account: wang, Points: 80, Ends: 1773072000000})
	add(ledger.KindDeedAwarded, "", timer, ledger.ViaTimer, &ledger.DeedAwarded{
		Deed: 63, Type: "bravery", Account: wang, Earned: 80, Points: 70, Waiting: 10, Month: 202803, Day: 20543,
	},
		ledger.Posting{Account: ledger.IssuerCommunity, Unit: ledger.UnitPoints, Amount: -70, Balance: -70, N: 1},
		ledger.Posting{Account: wang, Unit: ledger.UnitPoints, Amount: 70, Balance: 170, N: 12})
	add(ledger.KindDeedRefused, "", qi, web, &ledger.DeedRefused{Deed: 64, Account: wang, Reason: ledger.ReasonVoted})
}
