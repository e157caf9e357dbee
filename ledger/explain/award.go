package explain

import (
	"fmt"

	"moralbank.example/bank/ledger"
)

// Award says why an award of service brought so many points: what the minutes earn, what the day's limit left, what the
// budget reached. rules is the edition that the record names. The steps add up to the points posted.
func Award(r *ledger.Record, rules *ledger.Rulebook) (Answer, bool) {
	w, ok := r.Body.(*ledger.Awarded)
	if !ok {
		return Answer{}, false
	}
	a := Answer{Unit: ledger.UnitPoints, Value: int64(w.Points)}
	step := func(rule string, amount ledger.Points, zh, en string) {
		a.Steps = append(a.Steps, Step{Seq: r.Seq, At: r.Time, Rule: rule, Edition: r.Rulebook, Amount: int64(amount), Text: Text{zh, en}})
	}
	step("points-per-hour", w.Earned,
		fmt.Sprintf("服务 %d 分钟，每小时 %d 分%s，应得 %d 分（不足 1 分的按 1 分算）。", w.Minutes, rules.PointsPerHour, timesZh(w.Percent), w.Earned),
		fmt.Sprintf("%d minutes at %d points an hour%s earn %d points, a begun point counting as a whole one.", w.Minutes, rules.PointsPerHour, timesEn(w.Percent), w.Earned))
	if cut := w.Earned - w.Points - w.Waiting; cut > 0 {
		earlier := rules.DayPointsMax - w.Points - w.Waiting
		t := Text{fmt.Sprintf("每人每天的服务积分最多 %d 分", rules.DayPointsMax), fmt.Sprintf("Service brings at most %d points a day", rules.DayPointsMax)}
		t = t.and(earlier > 0, fmt.Sprintf("，当天前面的活动已有 %d 分", earlier), fmt.Sprintf("; %d came from earlier that day", earlier))
		t = t.and(true, fmt.Sprintf("，所以少 %d 分。时长照记。", cut), fmt.Sprintf(", so %d are left out. The minutes count in full.", cut))
		step("day-points-max", -cut, t.Zh, t.En)
	}
	if w.Waiting > 0 {
		step("default-budget", -w.Waiting,
			fmt.Sprintf("组织当月的发放额度不够，%d 分先等着，有额度就补发，一分不少。", w.Waiting),
			fmt.Sprintf("The organization's budget of the month did not reach: %d points wait and will be paid in full.", w.Waiting))
	}
	a.Holds = sum(a.Steps) == a.Value
	a.Text = Text{fmt.Sprintf("这次发放 %d 分。", w.Points), fmt.Sprintf("This award brought %d points.", w.Points)}
	return a, true
}

// DeedAward says why the award of a good deed brought so many points. Its first step is what the committee gave.
func DeedAward(r *ledger.Record, rules *ledger.Rulebook, words Words) (Answer, bool) {
	w, ok := r.Body.(*ledger.DeedAwarded)
	if !ok {
		return Answer{}, false
	}
	name := words.of("deed", w.Type)
	a := Answer{Unit: ledger.UnitPoints, Value: int64(w.Points), Text: Text{
		fmt.Sprintf("好人好事“%s”发放 %d 分。", name.Zh, w.Points), fmt.Sprintf("The good deed \"%s\" brought %d points.", name.En, w.Points),
	}}
	step := func(rule string, amount ledger.Points, zh, en string) {
		a.Steps = append(a.Steps, Step{Seq: r.Seq, At: r.Time, Rule: rule, Edition: r.Rulebook, Amount: int64(amount), Text: Text{zh, en}})
	}
	step("deed-kinds", w.Earned, fmt.Sprintf("评议会通过，给 %d 分，公示期满没有异议。", w.Earned),
		fmt.Sprintf("The committee gave %d points, and nobody's objection was left when the public notice ended.", w.Earned))
	if cut := w.Earned - w.Points - w.Waiting; cut > 0 {
		step("deed-month-max", -cut, fmt.Sprintf("好人好事每人每月最多 %d 分，本月已满，少 %d 分。", rules.Deeds.MonthMax, cut),
			fmt.Sprintf("Deeds bring at most %d points a month; %d are over it.", rules.Deeds.MonthMax, cut))
	}
	if w.Waiting > 0 {
		step("default-budget", -w.Waiting, fmt.Sprintf("社区当月的发放额度不够，%d 分先等着，有额度就补发。", w.Waiting),
			fmt.Sprintf("The community's budget of the month did not reach: %d points wait and will be paid.", w.Waiting))
	}
	a.Holds = sum(a.Steps) == a.Value
	return a, true
}

// Minutes says why a service counts so many minutes: from when to when she was there, of the scheduled time from start to
// end. closed is when the activity was closed.
func Minutes(r *ledger.Record, rules *ledger.Rulebook, start, end, closed ledger.Time) (Answer, bool) {
	w, ok := r.Body.(*ledger.Awarded)
	if !ok {
		return Answer{}, false
	}
	c := clockOf(rules)
	a := Answer{Unit: ledger.UnitMinutes, Value: int64(w.Minutes)}
	step := func(at ledger.Time, zh, en string) {
		a.Steps = append(a.Steps, Step{Seq: r.Seq, At: at, Edition: r.Rulebook, Text: Text{zh, en}})
	}
	from, to := w.In, w.Out
	step(w.In, c.moment(w.In)+" 签到。", fmt.Sprintf("Checked in at %s.", c.moment(w.In)))
	if from < start {
		from = start
		step(start, fmt.Sprintf("活动 %s 开始，早到的不算。", c.hour(start)), fmt.Sprintf("It began at %s; what was earlier does not count.", c.hour(start)))
	}
	switch {
	case to == 0 && closed < end:
		to = closed
		step(to, fmt.Sprintf("没有签退，算到收工 %s。", c.hour(to)), fmt.Sprintf("Nobody checked out; it counts until it was closed at %s.", c.hour(to)))
	case to == 0:
		to = end
		step(to, fmt.Sprintf("没有签退，算到计划结束 %s。", c.hour(to)), fmt.Sprintf("Nobody checked out; it counts to the scheduled end at %s.", c.hour(to)))
	case to > end:
		to = end
		step(w.Out, fmt.Sprintf("%s 签退，活动 %s 结束，只算到结束。", c.moment(w.Out), c.hour(end)), fmt.Sprintf("Checked out at %s; it counts to the end at %s.", c.moment(w.Out), c.hour(end)))
	default:
		step(to, c.moment(to)+" 签退。", fmt.Sprintf("Checked out at %s.", c.moment(to)))
	}
	a.Holds = int64(max(0, to-from)/60_000) == a.Value
	a.Steps[len(a.Steps)-1].Amount = a.Value
	a.Text = Text{
		fmt.Sprintf("计 %d 分钟，凭证等级 %s。", w.Minutes, grade(w.Grade).Zh), fmt.Sprintf("It counts %d minutes, evidence grade %s.", w.Minutes, grade(w.Grade).En),
	}
	return a, true
}

// grade is what an evidence grade is worth, in words that claim no more than is known.
func grade(g ledger.Grade) Text {
	switch g {
	case ledger.GradeA:
		return Text{"A（扫码记录）", "A (scanned in and out)"}
	case ledger.GradeB:
		return Text{"B（有一头由队长证明）", "B (attested by the leader on one side)"}
	case ledger.GradeC:
		return Text{"C（由队长证明）", "C (attested by the leader)"}
	case ledger.GradeD:
		return Text{"D（纸质补录）", "D (from paper)"}
	}
	return Text{string(g), string(g)}
}

func timesZh(percent int) string {
	if percent == 100 {
		return ""
	}
	return fmt.Sprintf("，按 %d%% 计", percent)
}

func timesEn(percent int) string {
	if percent == 100 {
		return ""
	}
	return fmt.Sprintf(", times %d%%,", percent)
}

func sum(steps []Step) (n int64) {
	for i := range steps {
		n += steps[i].Amount
	}
	return n
}
