package explain

import (
	"fmt"
	"time"

	"moralbank.example/bank/ledger"
)

// service is about activities and who was there.
func (n *Names) service(r *ledger.Record) (Text, bool) {
	actor := n.Person(r.Actor)
	switch b := r.Body.(type) {
	case *ledger.ActivityOpened:
		return say(fmt.Sprintf("%s发布了活动“%s”，负责人%s。", actor, n.Activity(b.Activity), n.Person(b.Charge)),
			fmt.Sprintf("%s published \"%s\"; in charge is %s.", actor, n.Activity(b.Activity), n.Person(b.Charge))), true
	case *ledger.ActivityChanged:
		return say(fmt.Sprintf("%s调整了活动“%s”的结束时间。", actor, n.Activity(b.Activity)),
			fmt.Sprintf("%s moved the end of \"%s\" to %s.", actor, n.Activity(b.Activity), utc(b.End))), true
	case *ledger.ActivityClosed:
		return say(fmt.Sprintf("%s结束了活动“%s”：到场 %d 人，全程扫码 %d 人。", actor, n.Activity(b.Activity), b.Headcount, b.Scanned),
			fmt.Sprintf("%s closed \"%s\": %d were counted, %d scanned in and out.", actor, n.Activity(b.Activity), b.Headcount, b.Scanned)), true
	case *ledger.ActivityConfirmed:
		return say(fmt.Sprintf("%s确认了活动“%s”，积分可以使用。", actor, n.Activity(b.Activity)),
			fmt.Sprintf("%s confirmed \"%s\"; its points can be spent.", actor, n.Activity(b.Activity))), true
	case *ledger.ActivityUndone:
		why := n.reason(b.Reason)
		return say(fmt.Sprintf("%s同意把活动“%s”的 %d 笔发放全部冲正，由%s提出。原因：%s。", actor, n.Activity(b.Activity), len(b.Awards), n.Person(b.By), why.Zh),
			fmt.Sprintf("%s agreed to reverse all %d awards of \"%s\", as %s proposed. Reason: %s.", actor, len(b.Awards), n.Activity(b.Activity), n.Person(b.By), why.En)), true
	case *ledger.CheckedIn:
		how := path(b.Path)
		return say(fmt.Sprintf("%s签到：%s（%s）。", n.Person(b.Account), n.Activity(b.Activity), how.Zh),
			fmt.Sprintf("%s checked in at \"%s\" (%s).", n.Person(b.Account), n.Activity(b.Activity), how.En)), true
	case *ledger.CheckedOut:
		how := path(b.Path)
		return say(fmt.Sprintf("%s签退：%s（%s）。", n.Person(b.Account), n.Activity(b.Activity), how.Zh),
			fmt.Sprintf("%s checked out of \"%s\" (%s).", n.Person(b.Account), n.Activity(b.Activity), how.En)), true
	case *ledger.PresenceJudged:
		who := n.Person(b.Account)
		if b.Present {
			return say(fmt.Sprintf("%s核对后确认%s在“%s”到场。", actor, who, n.Activity(b.Activity)),
				fmt.Sprintf("%s confirmed that %s was at \"%s\".", actor, who, n.Activity(b.Activity))), true
		}
		return say(fmt.Sprintf("%s核对后认定%s没有参加“%s”，发放随后冲正。", actor, who, n.Activity(b.Activity)),
			fmt.Sprintf("%s found that %s was not at \"%s\"; the award is reversed.", actor, who, n.Activity(b.Activity))), true
	case *ledger.Awarded:
		return n.awarded(b), true
	}
	return Text{}, false
}

func (n *Names) awarded(b *ledger.Awarded) Text {
	t := say(fmt.Sprintf("%s参加“%s”，服务 %d 分钟，获得 %d 积分", n.Person(b.Account), n.Activity(b.Activity), b.Minutes, b.Points),
		fmt.Sprintf("%s served %d minutes at \"%s\" and earned %d points", n.Person(b.Account), b.Minutes, n.Activity(b.Activity), b.Points))
	t = t.and(b.Percent != 100, fmt.Sprintf("（按 %d%%）", b.Percent), fmt.Sprintf(" (at %d%%)", b.Percent))
	over := b.Earned - b.Points - b.Waiting
	t = t.and(over > 0, fmt.Sprintf("；超出每日上限的 %d 积分不计", over), fmt.Sprintf("; %d points were over the day's limit", over))
	t = t.and(b.Waiting > 0, fmt.Sprintf("；另有 %d 积分等发放额度", b.Waiting), fmt.Sprintf("; %d more wait for the budget", b.Waiting))
	return t.and(b.Forgot, "；没有签退，按活动结束时间记", "; there was no check-out, so it counts to the scheduled end").end()
}

// path is how a presence was recorded.
func path(p ledger.Path) Text {
	switch p {
	case ledger.PathStation:
		return Text{"扫签到码", "station code"}
	case ledger.PathPoster:
		return Text{"扫张贴的码", "printed poster"}
	case ledger.PathLeader:
		return Text{"负责人扫码", "scanned by the leader"}
	case ledger.PathList:
		return Text{"名单登记", "ticked on the list"}
	}
	return Text{string(p), string(p)}
}

func utc(t ledger.Time) string { return time.UnixMilli(int64(t)).UTC().Format("2006-01-02 15:04 MST") }
