package explain

import (
	"fmt"
	"slices"

	"moralbank.example/bank/ledger"
)

// Balance says why an account holds what it does in one unit: each record that changed it, oldest first, with what it
// changed. history are the account's records in any order, whole or the latest of them; what came before the first of
// them is one step of its own. The records' own statements of the balance are checked on the way (Holds).
func Balance(id ledger.AccountID, unit ledger.Unit, history []ledger.Record, rules *ledger.Rulebook, words Words) Answer {
	a := Answer{Unit: unit, Holds: true}
	sorted := slices.SortedFunc(slices.Values(history), func(x, y ledger.Record) int { return int(x.Seq - y.Seq) })
	for i := range sorted {
		r := &sorted[i]
		for _, p := range r.Postings {
			if p.Account != id || p.Unit != unit {
				continue
			}
			if before := p.Balance - p.Amount; len(a.Steps) == 0 && before != 0 {
				a.Steps = append(a.Steps, Step{Amount: before, Text: Text{
					fmt.Sprintf("此前的余额是 %d。", before), fmt.Sprintf("The balance before was %d.", before),
				}})
				a.Value = before
			}
			a.Value += p.Amount
			a.Holds = a.Holds && a.Value == p.Balance
			a.Steps = append(a.Steps, Step{Seq: r.Seq, At: r.At(), Edition: r.Rulebook, Amount: p.Amount, Text: moved(r, p, clockOf(rules), words)})
		}
	}
	a.Text = Text{fmt.Sprintf("一共 %d 分。", a.Value), fmt.Sprintf("%d points in all.", a.Value)}
	if unit == ledger.UnitMinutes {
		a.Text = Text{fmt.Sprintf("一共 %d 分钟。", a.Value), fmt.Sprintf("%d minutes in all.", a.Value)}
	}
	return a
}

// moved says what a record changed, in one sentence.
func moved(r *ledger.Record, p ledger.Posting, c clock, words Words) Text {
	what := cause(r, words)
	unitZh, unitEn := "分", "points"
	if p.Unit == ledger.UnitMinutes {
		unitZh, unitEn = "分钟", "minutes"
	}
	return Text{
		fmt.Sprintf("%s，%s，%+d %s。", c.day(r.At()), what.Zh, p.Amount, unitZh), fmt.Sprintf("%s: %s, %+d %s.", c.day(r.At()), what.En, p.Amount, unitEn),
	}
}

// cause is what a record that moves points or minutes is about.
func cause(r *ledger.Record, words Words) Text {
	switch b := r.Body.(type) {
	case *ledger.Awarded:
		return Text{"服务发放", "service award"}
	case *ledger.DeedAwarded:
		return with(words.of("deed", b.Type), "好人好事：", "good deed: ")
	case *ledger.WaitingPaid:
		return Text{fmt.Sprintf("补发第 %d 号记录里等待的积分", b.Award), fmt.Sprintf("points that waited in record %d", b.Award)}
	case *ledger.Redeemed:
		return with(words.of("meal", b.Meal), "兑换：", "redeemed: ")
	case *ledger.Captured:
		return with(words.of("meal", b.Meal), "取订好的餐：", "booked meal: ")
	case *ledger.Reversed:
		return with(words.of("reason", string(b.Reason)), fmt.Sprintf("冲正第 %d 号记录：", b.Target), fmt.Sprintf("record %d reversed: ", b.Target))
	case *ledger.PointsExpired:
		return Text{fmt.Sprintf("%d 年 %d 月的积分到期", b.Month/100, b.Month%100), fmt.Sprintf("points of %d-%02d expired", b.Month/100, b.Month%100)}
	case *ledger.Adjusted:
		return with(words.of("reason", string(b.Reason)), "调整：", "adjusted: ")
	case *ledger.GivenOut:
		return Text{"转赠给家人", "given to family"}
	case *ledger.GivenIn:
		return Text{"收到家人转赠", "given by family"}
	case *ledger.Donated:
		return Text{"捐入爱心池", "donated"}
	case *ledger.PointsGranted:
		return Text{"关怀发放", "care grant"}
	case *ledger.MealReplayed:
		return with(words.of("meal", b.Meal), "断网时的兑换：", "redeemed without network: ")
	case *ledger.Imported:
		return Text{"期初余额", "opening balance"}
	case *ledger.AccountClosed:
		return Text{"销户，余额过期", "account closed, the rest expired"}
	case *ledger.MovedOut:
		return Text{"账户合并，转到留下的账户", "accounts merged, moved to the one that stays"}
	case *ledger.MovedIn:
		return Text{"账户合并，从另一个账户转来", "accounts merged, moved from the other one"}
	}
	return Text{fmt.Sprintf("第 %d 号记录（%v）", r.Seq, r.Kind), fmt.Sprintf("record %d (%v)", r.Seq, r.Kind)}
}

func with(t Text, zh, en string) Text { return Text{zh + t.Zh, en + t.En} }

// Available says why of a balance only so much can be spent now: what waits for a confirmation, a meal or a dispute, and
// what has passed its month.
func Available(v *ledger.AccountView, now ledger.Time, rules *ledger.Rulebook) Answer {
	a := Answer{Unit: ledger.UnitPoints, Value: int64(v.Available(now, rules.OffsetMinutes))}
	step := func(amount ledger.Points, zh, en string) {
		a.Steps = append(a.Steps, Step{At: now, Amount: int64(amount), Text: Text{zh, en}})
	}
	step(v.Points, fmt.Sprintf("余额 %d 分。", v.Points), fmt.Sprintf("The balance is %d points.", v.Points))
	if n := v.Pinned() - v.Held - v.Disputed; n > 0 {
		step(-n, fmt.Sprintf("%d 分等活动确认后可用。", n), fmt.Sprintf("%d wait until the activity is confirmed.", n))
	}
	if n := v.Held; n > 0 {
		step(-n, fmt.Sprintf("%d 分已预留给订好的餐。", n), fmt.Sprintf("%d are set aside for booked meals.", n))
	}
	if n := v.Disputed; n > 0 {
		step(-n, fmt.Sprintf("%d 分有异议，等处理完再用。", n), fmt.Sprintf("%d wait for the decision of a dispute.", n))
	}
	if past := int64(v.Points-v.Pinned()) - a.Value; past > 0 {
		step(ledger.Points(-past), fmt.Sprintf("%d 分已经到期。", past), fmt.Sprintf("%d have passed their month.", past))
	}
	a.Holds = sum(a.Steps) == a.Value
	a.Text = Text{fmt.Sprintf("现在能用 %d 分。", a.Value), fmt.Sprintf("%d points can be spent now.", a.Value)}
	return a
}
