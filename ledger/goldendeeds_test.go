package ledger_test

import (
	"strings"

	"moralbank.example/bank/ledger"
)

// goldenDeeds are the records by which people judge what others did: disputes and good deeds.
func goldenDeeds(add adder) {
	const web, timer, hu, qi, wang, mei = ledger.ViaWeb, ledger.ActorTimer, "m/hu", "m/qi", "m/wang", "m/mei"
	lots := []ledger.LotShare{{Month: 202803, Points: 20, Gifted: 5}, {Month: 202804, Points: 8}}
	add(ledger.KindDisputeOpened, "", "m/chen", web, &ledger.DisputeOpened{
		Target: 36, Of: "awarded", Account: wang, Against: timer, Proposer: hu, Reason: ledger.ReasonWrongTime, Note: "n/77", Card: "k/2m7q", Lots: lots,
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
		Deed: 63, Type: "bravery", Account: wang, Earned: 80, Points: 70, Waiting: 10, Month: 202803, Day: 20513,
	},
		ledger.Posting{Account: ledger.IssuerCommunity, Unit: ledger.UnitPoints, Amount: -70, Balance: -70, N: 1},
		ledger.Posting{Account: wang, Unit: ledger.UnitPoints, Amount: 70, Balance: 170, N: 12})
	add(ledger.KindDeedRefused, "", qi, web, &ledger.DeedRefused{Deed: 64, Account: wang, Reason: ledger.ReasonVoted})
	goldenChanges(add)
}

// goldenChanges are the records of what people change later: adjustments, waiting points, whole activities, consents.
func goldenChanges(add adder) {
	const web, hu, sun, wang, act = ledger.ViaWeb, "m/hu", "m/sun", "m/wang", "a/clean-1"
	lots := []ledger.LotShare{{Month: 202803, Points: 20, Gifted: 5}}
	add(ledger.KindAdjusted, "", sun, web, &ledger.Adjusted{
		Account: wang, Issuer: "i/o8", Points: 30, Minutes: 90, Month: 202803, Lots: lots, Reason: ledger.ReasonRequest, Note: "n/5", By: hu, Dispute: 60,
	},
		ledger.Posting{Account: "i/o8", Unit: ledger.UnitMinutes, Amount: -90, Balance: -90, N: 5},
		ledger.Posting{Account: "i/o8", Unit: ledger.UnitPoints, Amount: -30, Balance: -30, N: 5},
		ledger.Posting{Account: wang, Unit: ledger.UnitMinutes, Amount: 90, Balance: 90, N: 3},
		ledger.Posting{Account: wang, Unit: ledger.UnitPoints, Amount: 30, Balance: 30, N: 13})
	add(ledger.KindAdjusted, "less", sun, web, &ledger.Adjusted{
		Account: wang, Issuer: "i/o8", Points: -20, Lots: lots, Reason: ledger.ReasonWrongTime, By: hu,
	},
		ledger.Posting{Account: "i/o8", Unit: ledger.UnitPoints, Amount: 20, Balance: -10, N: 6},
		ledger.Posting{Account: wang, Unit: ledger.UnitPoints, Amount: -20, Balance: 10, N: 14})
	add(ledger.KindWaitingPaid, "", sun, web, &ledger.WaitingPaid{Award: 36, Account: wang, Activity: act, Points: 4, Left: 1, Month: 202804, By: hu},
		ledger.Posting{Account: ledger.IssuerCommunity, Unit: ledger.UnitPoints, Amount: -4, Balance: -74, N: 2},
		ledger.Posting{Account: wang, Unit: ledger.UnitPoints, Amount: 4, Balance: 14, N: 15})
	add(ledger.KindPresenceJudged, "", hu, web, &ledger.PresenceJudged{Activity: act, Account: wang, Award: 36, Present: true, Minutes: 120})
	add(ledger.KindPresenceJudged, "struck", hu, web, &ledger.PresenceJudged{Activity: act, Account: wang, Award: 36})
	add(ledger.KindActivityUndone, "", sun, web, &ledger.ActivityUndone{
		Activity: act, Awards: []ledger.UndoneAward{{Award: 36}, {Award: 37}}, Reason: ledger.ReasonWrongPerson, Note: "n/4", By: hu,
	})
	add(ledger.KindConsentGiven, "", "m/chen", web, &ledger.ConsentGiven{
		Account: wang, What: ledger.ConsentName, Text: strings.Repeat("0f", 32), Card: "k/2m7q",
	})
	add(ledger.KindConsentWithdrawn, "", "m/chen", web, &ledger.ConsentWithdrawn{Account: wang, What: ledger.ConsentName, Card: "k/2m7q"})
	rules := *ledger.DefaultRulebook()
	rules.Edition = 2
	add(ledger.KindProposed, "rulebook", hu, web, &ledger.Proposed{What: ledger.ProposeRules, Lapses: 1773622800000, Rules: &rules})
}
