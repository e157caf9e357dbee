package explain

import (
	"fmt"

	"moralbank.example/bank/ledger"
)

// Oddity says what is odd about an activity, in words that accuse nobody.
func Oddity(o *ledger.Odd) Text {
	n := len(o.Accounts)
	switch o.Code {
	case ledger.OddPublishedLate:
		return say(fmt.Sprintf("活动发布得晚，开始前不到 %d 小时才发布。", o.Amount), fmt.Sprintf("It was published less than %d hours before its start.", o.Amount))
	case ledger.OddExtended:
		return say(fmt.Sprintf("活动延长了 %d 分钟。", o.Amount), fmt.Sprintf("It was extended by %d minutes.", o.Amount))
	case ledger.OddHeadcount:
		return say(fmt.Sprintf("到场 %d 人，记录 %d 人，对不上。", o.Amount, o.Records), fmt.Sprintf("The leader counted %d, the records say %d.", o.Amount, o.Records))
	case ledger.OddForgotten:
		return say(fmt.Sprintf("%d 人没有签退，按活动结束时间记。", n), fmt.Sprintf("%d did not check out and are counted to the scheduled end.", n))
	case ledger.OddUnscanned:
		return say(fmt.Sprintf("%d 人是按名单登记的，没有扫码。", n), fmt.Sprintf("%d were ticked on a list and not scanned.", n))
	case ledger.OddNotLive:
		return say(fmt.Sprintf("%d 人的签到码没有当场核对，或与别人共用一部手机。", n), fmt.Sprintf("%d scans were not checked live, or share a phone with another member's.", n))
	case ledger.OddPoster:
		return say(fmt.Sprintf("%d 人扫的是张贴的码，请核对是否到场。", n), fmt.Sprintf("%d scanned a printed poster; please check that they came.", n))
	case ledger.OddElsewhere:
		return say(fmt.Sprintf("%d 人同一时间也在别的活动里。", n), fmt.Sprintf("%d were at another activity at the same time.", n))
	case ledger.OddFamily:
		return say(fmt.Sprintf("%d 人是负责人的家人。", n), fmt.Sprintf("%d are family of the person in charge.", n))
	case ledger.OddRecordedLate:
		return say("结束超过规定的工作日才记上。", "It was recorded after the working days that the law gives.")
	}
	return say(string(o.Code), string(o.Code))
}
