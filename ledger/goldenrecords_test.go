package ledger_test

import (
	"crypto/sha256"
	"strings"

	"moralbank.example/bank/ledger"
)

// goldenRecord is a record with the name of its golden file. A name without a hyphenated variant after the kind is the
// kind's full form: every field of the body is set, whether or not the rules would ever set them together.
type goldenRecord struct {
	name    string
	variant string
	ledger.Record
}

func (g *goldenRecord) file() string {
	if g.variant == "" {
		return g.name + ".json"
	}
	return g.name + "_" + g.variant + ".json"
}

// goldenRecords are records of every kind. New ones go to the end: seq, time, key and salt follow from the place in their group.
func goldenRecords() []goldenRecord {
	var all []goldenRecord
	var seq ledger.Seq
	add := func(kind ledger.Kind, variant string, actor ledger.AccountID, via ledger.DeviceID, body ledger.Body, postings ...ledger.Posting) {
		seq++
		salt := sha256.Sum256([]byte("golden salt " + itoa(int64(seq))))
		all = append(all, goldenRecord{kind.String(), variant, ledger.Record{
			Seq: seq, Time: 1772413200000 + ledger.Time(seq), Kind: kind, Version: 1, Actor: actor, Via: via,
			Key: ledger.DerivedKey("golden", itoa(int64(seq))), Rulebook: 1, Body: body, Postings: postings, Salt: ledger.Salt(salt[:16]),
		}})
	}
	goldenPeople(add)
	goldenService(add)
	goldenMeals(add)
	goldenPoints(add)
	seq = 200 // what is added to one group moves nothing of another
	goldenDeeds(add)
	goldenMoved(add)
	seq = 300
	add(ledger.KindKeyRotated, "", ledger.ActorRoot, ledger.ViaCLI, &ledger.KeyRotated{Old: strings.Repeat("0b7e1b40", 8), New: strings.Repeat("5a0c91fe", 8)})
	add(ledger.KindOriginChanged, "", ledger.ActorRoot, ledger.ViaCLI, &ledger.OriginChanged{
		Before: "bank.example/rainbow", Origin: "bank.example/rainbow-2026", Size: 301, Root: strings.Repeat("0f", 32), Signed: 340,
	})
	for i := range all {
		switch all[i].file() {
		case "founded.json", "founded_real.json", "rulebook.json":
			all[i].Rulebook = 0 // before the first
		case "checked-in.json", "checked-out.json", "redeemed_offline.json":
			all[i].Effective = all[i].Time - 60_000
		}
	}
	return all
}

type adder = func(ledger.Kind, string, ledger.AccountID, ledger.DeviceID, ledger.Body, ...ledger.Posting)

func goldenPeople(add adder) {
	const root, cli, web, hu, wang = ledger.ActorRoot, ledger.ViaCLI, ledger.ViaWeb, "m/hu", "m/wang"
	add(ledger.KindFounded, "", root, cli, &ledger.Founded{Origin: "bank.example/rainbow", Demo: true})
	add(ledger.KindFounded, "real", root, cli, &ledger.Founded{Origin: "bank.example/rainbow"})
	add(ledger.KindRulebook, "", root, cli, ledger.DefaultRulebook())
	add(ledger.KindAccountOpened, "", hu, web, &ledger.AccountOpened{Account: "m/child", Guardian: wang})
	add(ledger.KindAccountOpened, "adult", hu, web, &ledger.AccountOpened{Account: wang})
	add(ledger.KindAccountFrozen, "", hu, web, &ledger.AccountFrozen{Account: wang, Reason: ledger.ReasonSuspicion})
	add(ledger.KindAccountThawed, "", hu, web, &ledger.AccountThawed{Account: wang})
	add(ledger.KindRoleGranted, "", "m/sun", web, &ledger.RoleGranted{Account: wang, Role: ledger.RoleLeader, Scope: "t1", By: hu})
	add(ledger.KindRoleGranted, "founding", root, cli, &ledger.RoleGranted{Account: hu, Role: ledger.RoleOrganizer, Scope: ledger.ScopeCommunity})
	add(ledger.KindRoleRevoked, "", hu, web, &ledger.RoleRevoked{Account: wang, Role: ledger.RoleLeader, Scope: "t1", By: "m/sun"})
	add(ledger.KindDeviceEnrolled, "", root, cli, &ledger.DeviceEnrolled{
		Device: "till/1", Canteen: "c1", Account: wang, By: hu, Proof: ledger.ProofCard, Card: "k-1",
	})
	add(ledger.KindDeviceEnrolled, "till", root, cli, &ledger.DeviceEnrolled{Device: "till/1", Canteen: "c1"})
	add(ledger.KindDeviceEnrolled, "phone", wang, web, &ledger.DeviceEnrolled{Device: "phone/k3x9", Account: wang})
	add(ledger.KindDeviceRevoked, "", hu, web, &ledger.DeviceRevoked{Device: "till/1"})
	add(ledger.KindJoined, "", "m/li", web, &ledger.Joined{Account: wang, Group: "t1"})
	add(ledger.KindLeft, "", wang, web, &ledger.Left{Account: wang, Group: "t1"})
	add(ledger.KindFamilyLinked, "", hu, web, &ledger.FamilyLinked{Account: wang, Family: "f/zhao"})
	add(ledger.KindFamilyUnlinked, "", wang, web, &ledger.FamilyUnlinked{Account: wang})
	add(ledger.KindCardIssued, "", hu, web, &ledger.CardIssued{Card: "k/2m7q", Account: wang})
	add(ledger.KindCardRevoked, "", wang, web, &ledger.CardRevoked{Card: "k/2m7q", Reason: ledger.ReasonLost})
	add(ledger.KindBudgetSet, "", hu, web, &ledger.BudgetSet{Issuer: "i/o8", Points: 5000})
	add(ledger.KindBudgetSet, "nothing", hu, web, &ledger.BudgetSet{Issuer: "i/o8"})
	add(ledger.KindProposed, "", hu, web, &ledger.Proposed{
		What: ledger.ProposeReverse, Lapses: 1773622800000, Target: 30, Points: 5, Minutes: 30, Reason: ledger.ReasonWrongTime, Note: "n/77",
		Account: wang, Role: ledger.RoleLeader, Scope: "t1", Day: 20520, Month: 202603, Count: 11, Other: "m/mei",
		Issuer: "i/o8", Dispute: 60, Activity: "a/clean-1", Rules: ledger.DefaultRulebook(),
	})
	add(ledger.KindProposed, "role", hu, web, &ledger.Proposed{
		What: ledger.ProposeRole, Lapses: 1773622800000, Account: wang, Role: ledger.RoleLeader, Scope: "t1",
	})
	add(ledger.KindApproved, "", "m/sun", web, &ledger.Approved{Proposal: 23})
	add(ledger.KindRefused, "", "m/sun", web, &ledger.Refused{Proposal: 23})
}

func goldenService(add adder) {
	const timer, web, li, wang, act = ledger.ActorTimer, ledger.ViaWeb, "m/li", "m/wang", "a/clean-1"
	const in, out = 1772413200000, 1772420400000
	add(ledger.KindActivityOpened, "", li, web, &ledger.ActivityOpened{
		Activity: act, Type: "clean-up", Team: "t1", Org: "o8", Start: in, End: out, Charge: li, Percent: 100, Counts: true, Capacity: 25, Text: strings.Repeat("0f", 32),
	})
	add(ledger.KindActivityOpened, "meeting", li, web, &ledger.ActivityOpened{
		Activity: "a/meet", Type: "meeting", Team: "t1", Start: in, End: out, Charge: li, Text: strings.Repeat("f0", 32),
	})
	add(ledger.KindActivityChanged, "", li, web, &ledger.ActivityChanged{Activity: act, End: out + 1800_000})
	add(ledger.KindCheckedIn, "", li, "phone/k3x9", &ledger.CheckedIn{
		Activity: act, Account: wang, Path: ledger.PathLeader, Live: true, Handle: "123456789", Step: 59080440,
	})
	add(ledger.KindCheckedIn, "station", wang, web, &ledger.CheckedIn{Activity: act, Account: wang, Path: ledger.PathStation, Live: true})
	add(ledger.KindCheckedOut, "", li, "phone/k3x9", &ledger.CheckedOut{
		Activity: act, Account: wang, Path: ledger.PathLeader, Live: true, Handle: "123456789", Step: 59080680,
	})
	add(ledger.KindCheckedOut, "list", li, web, &ledger.CheckedOut{Activity: act, Account: wang, Path: ledger.PathList})
	add(ledger.KindActivityClosed, "", li, web, &ledger.ActivityClosed{Activity: act, Headcount: 2, Scanned: 1, Due: []ledger.DueAward{
		{Account: "m/mei", Minutes: 90, Grade: ledger.GradeC, Forgot: true},
		{Account: "m/wu", Minutes: 100, Grade: ledger.GradeB, Extra: true},
		{Account: wang, Minutes: 120, Grade: ledger.GradeA},
	}})
	add(ledger.KindActivityClosed, "empty", li, web, &ledger.ActivityClosed{Activity: act})
	add(ledger.KindAwarded, "", timer, ledger.ViaTimer, &ledger.Awarded{
		Activity: act, Account: wang, In: in, Out: out, Minutes: 120, Grade: ledger.GradeB, Forgot: true, Percent: 150,
		Earned: 30, Points: 25, Waiting: 5, Month: 202803, Day: 20514,
	},
		ledger.Posting{Account: "i/o8", Unit: ledger.UnitMinutes, Amount: -120, Balance: -120, N: 1},
		ledger.Posting{Account: "i/o8", Unit: ledger.UnitPoints, Amount: -25, Balance: -25, N: 1},
		ledger.Posting{Account: wang, Unit: ledger.UnitMinutes, Amount: 120, Balance: 120, N: 1},
		ledger.Posting{Account: wang, Unit: ledger.UnitPoints, Amount: 25, Balance: 25, N: 1})
	add(ledger.KindAwarded, "capped", timer, ledger.ViaTimer, &ledger.Awarded{
		Activity: act, Account: "m/mei", In: in, Minutes: 90, Grade: ledger.GradeC, Forgot: true, Percent: 100, Earned: 15, Day: 20514,
	},
		ledger.Posting{Account: "i/o8", Unit: ledger.UnitMinutes, Amount: -90, Balance: -210, N: 2},
		ledger.Posting{Account: "m/mei", Unit: ledger.UnitMinutes, Amount: 90, Balance: 90, N: 1})
	add(ledger.KindActivityConfirmed, "", "m/hu", web, &ledger.ActivityConfirmed{Activity: act})
}

func goldenMeals(add adder) {
	const chen, till, wang = "m/chen", "till/1", "m/wang"
	meal := func(n int64) []ledger.Posting {
		return []ledger.Posting{
			{Account: wang, Unit: ledger.UnitPoints, Amount: -n, Balance: 100 - n, N: 7},
			{Account: "c/c1", Unit: ledger.UnitPoints, Amount: n, Balance: 4000 + n, N: 131},
		}
	}
	add(ledger.KindRedeemed, "", chen, till, &ledger.Redeemed{
		Canteen: "c1", Account: wang, Meal: "delivery", Small: true, Side: true, Points: 28,
		Lots: []ledger.LotShare{{Month: 202803, Points: 20, Gifted: 5}, {Month: 202804, Points: 8}},
		Day:  20514, Period: "l", Handle: "123456789", Step: 59080440, Phone: "phone/k3x9", Card: "k/2m7q", PIN: true,
	}, meal(28)...)
	add(ledger.KindRedeemed, "card", chen, till, &ledger.Redeemed{
		Canteen: "c1", Account: wang, Meal: "lunch", Points: 40, Lots: []ledger.LotShare{{Month: 202803, Points: 40}},
		Day: 20514, Period: "l", Card: "k/2m7q",
	}, meal(40)...)
	add(ledger.KindRedeemed, "code", chen, till, &ledger.Redeemed{
		Canteen: "c1", Account: wang, Meal: "lunch", Small: true, Points: 28, Lots: []ledger.LotShare{{Month: 202803, Points: 28}},
		Day: 20514, Period: "l", Handle: "123456789", Step: 59080440,
	}, meal(28)...)
	add(ledger.KindRedeemed, "offline", chen, till, &ledger.Redeemed{
		Canteen: "c1", Account: wang, Meal: "breakfast", Points: 15, Lots: []ledger.LotShare{{Month: 202803, Points: 15}},
		Day: 20514, Period: "b", Card: "k/2m7q",
	}, meal(15)...)
	add(ledger.KindReversed, "", "m/sun", ledger.ViaWeb, &ledger.Reversed{
		Target: 36, Of: "awarded", Account: wang, Points: 25, Minutes: 120, Lots: []ledger.LotShare{{Month: 202803, Points: 20, Gifted: 4}}, Shortfall: 5,
		Reason: ledger.ReasonWrongPerson, Note: "n/77", By: "m/hu", Activity: "a/clean-1", Day: 20514, Period: "l",
		Canteen: "c1", Meal: "lunch", Whole: true, Pool: 3, Care: 28, Left: 2, Subsidy: 12, Deed: 63, Waiting: 5, Scanned: 90,
	},
		ledger.Posting{Account: wang, Unit: ledger.UnitPoints, Amount: -20, Balance: 0, N: 9},
		ledger.Posting{Account: wang, Unit: ledger.UnitMinutes, Amount: -120, Balance: 0, N: 2},
		ledger.Posting{Account: ledger.Shortfall, Unit: ledger.UnitPoints, Amount: -5, Balance: -5, N: 1},
		ledger.Posting{Account: "i/o8", Unit: ledger.UnitPoints, Amount: 25, Balance: 0, N: 2},
		ledger.Posting{Account: "i/o8", Unit: ledger.UnitMinutes, Amount: 120, Balance: -90, N: 3})
	add(ledger.KindReversed, "void", chen, till, &ledger.Reversed{
		Target: 40, Of: "redeemed", Account: wang, Points: 40, Lots: []ledger.LotShare{{Month: 202803, Points: 40}},
		Reason: ledger.ReasonVoid, Day: 20514, Period: "l", Canteen: "c1", Meal: "lunch", Whole: true,
	},
		ledger.Posting{Account: "c/c1", Unit: ledger.UnitPoints, Amount: -40, Balance: 4000, N: 132},
		ledger.Posting{Account: wang, Unit: ledger.UnitPoints, Amount: 40, Balance: 100, N: 8})
	add(ledger.KindExpired, "", ledger.ActorTimer, ledger.ViaTimer, &ledger.PointsExpired{Account: wang, Month: 202803, Points: 7, Gifted: 3},
		ledger.Posting{Account: wang, Unit: ledger.UnitPoints, Amount: -7, Balance: 93, N: 10},
		ledger.Posting{Account: ledger.Expired, Unit: ledger.UnitPoints, Amount: 7, Balance: 7, N: 1})
}
