package api

import "moralbank.example/bank/ledger"

// kindWords are the kinds of record as people read them, in lists and on statements. A test asks for every kind.
var kindWords = map[ledger.Kind]struct{ zh, en string }{
	ledger.KindFounded:           {"账本建立", "Ledger founded"},
	ledger.KindRulebook:          {"积分规则", "Rulebook"},
	ledger.KindAccountOpened:     {"开户", "Account opened"},
	ledger.KindAccountFrozen:     {"账户停用", "Account frozen"},
	ledger.KindAccountThawed:     {"账户恢复", "Account thawed"},
	ledger.KindRoleGranted:       {"任命角色", "Role given"},
	ledger.KindRoleRevoked:       {"收回角色", "Role taken back"},
	ledger.KindDeviceEnrolled:    {"登记设备", "Device enrolled"},
	ledger.KindDeviceRevoked:     {"停用设备", "Device revoked"},
	ledger.KindJoined:            {"加入队伍", "Joined a group"},
	ledger.KindLeft:              {"离开队伍", "Left a group"},
	ledger.KindFamilyLinked:      {"关联家庭", "Linked to a family"},
	ledger.KindFamilyUnlinked:    {"解除家庭关联", "Unlinked from a family"},
	ledger.KindCardIssued:        {"领取爱心卡", "Card handed over"},
	ledger.KindCardRevoked:       {"爱心卡停用", "Card revoked"},
	ledger.KindBudgetSet:         {"设定发放额度", "Budget set"},
	ledger.KindActivityOpened:    {"发布活动", "Activity opened"},
	ledger.KindActivityChanged:   {"活动改时间", "Activity changed"},
	ledger.KindActivityClosed:    {"活动结束", "Activity closed"},
	ledger.KindActivityConfirmed: {"活动确认", "Activity confirmed"},
	ledger.KindCheckedIn:         {"签到", "Checked in"},
	ledger.KindCheckedOut:        {"签退", "Checked out"},
	ledger.KindAwarded:           {"服务发放", "Service award"},
	ledger.KindRedeemed:          {"兑换", "Redeemed"},
	ledger.KindReversed:          {"冲正", "Reversed"},
	ledger.KindExpired:           {"积分过期", "Points expired"},
	ledger.KindProposed:          {"提出申请", "Proposed"},
	ledger.KindApproved:          {"同意申请", "Approved"},
	ledger.KindRefused:           {"退回申请", "Refused"},
}
