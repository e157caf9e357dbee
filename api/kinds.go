package api

import "moralbank.example/bank/ledger"

// kindWords are the kinds of record as people read them, in lists and on statements. A test asks for every kind.
var kindWords = func() map[ledger.Kind]kindWord {
	words := make(map[ledger.Kind]kindWord, len(kindWordsByName))
	for name, w := range kindWordsByName {
		if k, ok := ledger.ParseKind(name); ok {
			words[k] = w
		}
	}
	return words
}()

type kindWord struct{ zh, en string }

// kindWordsByName are the same by the kind's name in the record line ("held", not ledger.KindHeld): a kind that is still being
// written can have its words first.
var kindWordsByName = map[string]kindWord{
	"founded":            {"账本建立", "Ledger founded"},
	"rulebook":           {"积分规则", "Rulebook"},
	"account-opened":     {"开户", "Account opened"},
	"account-frozen":     {"账户停用", "Account frozen"},
	"account-thawed":     {"账户恢复", "Account thawed"},
	"role-granted":       {"任命角色", "Role given"},
	"role-revoked":       {"收回角色", "Role taken back"},
	"device-enrolled":    {"登记设备", "Device enrolled"},
	"device-revoked":     {"停用设备", "Device revoked"},
	"joined":             {"加入队伍", "Joined a group"},
	"left":               {"离开队伍", "Left a group"},
	"family-linked":      {"关联家庭", "Linked to a family"},
	"family-unlinked":    {"解除家庭关联", "Unlinked from a family"},
	"card-issued":        {"领取爱心卡", "Card handed over"},
	"card-revoked":       {"爱心卡停用", "Card revoked"},
	"budget-set":         {"设定发放额度", "Budget set"},
	"activity-opened":    {"发布活动", "Activity opened"},
	"activity-changed":   {"活动改时间", "Activity changed"},
	"activity-closed":    {"活动结束", "Activity closed"},
	"activity-confirmed": {"活动确认", "Activity confirmed"},
	"checked-in":         {"签到", "Checked in"},
	"checked-out":        {"签退", "Checked out"},
	"awarded":            {"服务发放", "Service award"},
	"redeemed":           {"兑换", "Redeemed"},
	"reversed":           {"冲正", "Reversed"},
	"expired":            {"积分过期", "Points expired"},
	"proposed":           {"提出申请", "Proposed"},
	"approved":           {"同意申请", "Approved"},
	"refused":            {"退回申请", "Refused"},
	"held":               {"订餐预留", "Meal booked"},
	"captured":           {"取餐", "Booked meal taken"},
	"released":           {"释放预留", "Booking released"},
	"given-out":          {"转赠给家人", "Given to family"},
	"given-in":           {"收到家人转赠", "Given by family"},
	"pool-funded":        {"资金池拨入", "Pool funded"},
	"donated":            {"捐入爱心池", "Donated"},
	"points-granted":     {"关怀发放", "Care grant"},
	"subsidy-posted":     {"餐费补贴", "Meal subsidy"},
	"meal-served":        {"爱心餐", "Meal not charged"},
	"card-doubted":       {"爱心卡待更换", "Card to be replaced"},
	"dispute-opened":     {"提出异议", "Dispute opened"},
	"dispute-escalated":  {"异议升级", "Dispute escalated"},
	"dispute-resolved":   {"异议处理完毕", "Dispute decided"},
	"deed-filed":         {"填报好人好事", "Good deed filed"},
	"deed-confirmed":     {"受助人确认", "Confirmed by who received it"},
	"deed-voted":         {"评议会投票", "Committee vote"},
	"deed-noticed":       {"好人好事公示", "Public notice"},
	"deed-awarded":       {"好人好事发放", "Good deed award"},
	"deed-refused":       {"好人好事未通过", "Good deed not awarded"},
	"adjusted":           {"调整", "Adjusted"},
	"waiting-paid":       {"补发等待中的积分", "Waiting points paid"},
	"presence-judged":    {"核对到场", "Presence checked"},
	"activity-undone":    {"整场活动冲正", "Whole activity reversed"},
	"consent-given":      {"同意授权", "Consent given"},
	"consent-withdrawn":  {"撤回授权", "Consent withdrawn"},
	"canteen-settled":    {"食堂结算", "Canteen settled"},
	"period-sealed":      {"月结", "Month sealed"},
	"sweep-reversed":     {"撤回过期", "Expiry taken back"},
	"account-closed":     {"销户", "Account closed"},
	"erased":             {"删除个人信息", "Personal data erased"},
	"persons-merged":     {"账户合并", "Accounts merged"},
	"lease-granted":      {"离线额度", "Offline allowance"},
	"lease-closed":       {"离线额度结束", "Offline allowance closed"},
	"meal-replayed":      {"离线兑换补录", "Offline meal"},
	"import-opened":      {"期初导入申请", "Opening import announced"},
	"import-approved":    {"期初导入审核", "Opening import approved"},
	"imported":           {"期初导入", "Opening balance"},
	"import-undone":      {"撤回期初导入", "Opening import undone"},
	"key-rotated":        {"更换签名钥匙", "Signing key changed"},
	"origin-changed":     {"更换账本名称", "Ledger renamed"},
}
