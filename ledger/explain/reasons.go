package explain

import "moralbank.example/bank/ledger"

// reason is the rule behind a code, with the rulebook's field that sets it, where one does.
type reason struct{ rule, zh, en string }

// reasons are the rules behind the codes. A test asks for every code.
var reasons = map[ledger.Code]reason{
	// What was asked.
	ledger.CodeBadCommand:     {"", "有一项没有填，或者填得不对。", "A field is missing or malformed."},
	ledger.CodeKeyReused:      {"", "同一个请求编号只能办同一件事。", "A request's key stands for one thing only."},
	ledger.CodeRecordUnknown:  {"", "没有这条记录，或者不是这个人的。", "There is no such record, or it is not this member's."},
	ledger.CodeTimeOutOfRange: {"", "补记的时间不能在将来，也不能早于 7 天前。", "What is recorded later lies not ahead, and at most 7 days back."},
	ledger.CodeBookingClosed:  {"book-days", "订餐只订还没过的餐次，也不能订得太早。", "A meal is booked before its period is over, and not too far ahead."},
	ledger.CodeKindUnknown:    {"activity-kinds", "积分规则里没有这一类。", "The rulebook has no such kind."},

	// Who may.
	ledger.CodeNotEntitled:  {"", "这件事要有相应岗位的人来办。", "This takes somebody with another role."},
	ledger.CodeSecondPerson: {"", "这件事一个人不能办：要另一个人同意。", "One person alone cannot do this: another must agree."},
	ledger.CodeSelfApproval: {"", "自己提的、自己办的，不能由自己同意。", "Nobody approves her own."},
	ledger.CodeTooClose:     {"role-rest-days", "同意的人不能是家人，不能用同一台设备，30 天内谁也不能任命过谁。", "An approver is not family, not on the same device, and neither gave the other a role within 30 days."},
	ledger.CodeConflict:     {"", "与这件事有利害关系的人不能决定：当事人、家人、同队或同社会组织的人。", "Who has an interest does not decide: those concerned, their family, their team or organization."},
	ledger.CodeOwnAttest:    {"", "谁也不能给自己签到签退作证。", "Nobody attests herself."},
	ledger.CodeLastOperator: {"", "最后一位运维员不能撤掉。", "The last operator cannot be taken away."},
	ledger.CodeNotFounded:   {"", "账本还没有建立。", "The ledger is not founded yet."},
	ledger.CodeAlreadyFounded: {
		"", "账本已经建立过了。", "The ledger is founded already.",
	},

	// Accounts, groups, devices, cards.
	ledger.CodeAccountUnknown:    {"", "没有这个账户，或者已经销户。", "There is no such account, or it is closed."},
	ledger.CodeAccountExists:     {"", "这个账户已经有了。", "The account exists already."},
	ledger.CodeAccountFrozen:     {"", "账户停用期间不签到、不兑换；原来的积分都在。", "While it rests, an account neither serves nor spends; what it has stays."},
	ledger.CodeNotFrozen:         {"", "这个账户没有停用。", "The account does not rest."},
	ledger.CodeNotClosed:         {"", "要先销户，才能删除个人信息。", "Personal data is erased after the account is closed."},
	ledger.CodeAlreadyMerged:     {"", "这两个账户已经算一个人。", "The two accounts are one person's already."},
	ledger.CodeRoleExists:        {"", "已经有这个岗位；有岗位的人不能销户。", "The role is held already; who holds one cannot close her account."},
	ledger.CodeRoleUnknown:       {"", "没有这个岗位可以收回。", "There is no such role to take back."},
	ledger.CodeMembershipExists:  {"", "已经在里面了。", "She belongs to it already."},
	ledger.CodeMembershipUnknown: {"", "不在里面。", "She does not belong to it."},
	ledger.CodeFamilyFull:        {"family-max", "一个家庭最多关联这么多人。", "A family links at most so many people."},
	ledger.CodeDeviceUnknown:     {"", "这台设备没有登记，或者不是这里的。", "The device is not enrolled, or belongs elsewhere."},
	ledger.CodeDeviceExists:      {"", "这台设备已经登记。", "The device is enrolled already."},
	ledger.CodeDeviceRevoked:     {"", "这台设备已经停用。", "The device is revoked."},
	ledger.CodeDeviceNew:         {"device-points", "新登记的手机头几天每天只能用这么多分，也不能转赠、不能捐。", "For its first days a new phone spends so much a day, and gives nothing away."},
	ledger.CodeCardUnknown:       {"", "没有这张卡，或者还没有交到人手里。", "There is no such card, or it was not handed over yet."},
	ledger.CodeCardExists:        {"", "这张卡已经有主。", "The card is somebody's already."},
	ledger.CodeCardRevoked:       {"", "这张卡已经停用。", "The card is revoked."},
	ledger.CodeCodeUsed:          {"", "一个码只能用一次。", "A code is used once."},
	ledger.CodeConsentExists:     {"", "已经同意过了。", "Consent was given already."},
	ledger.CodeConsentUnknown:    {"", "没有同意过这一项。", "There is no such consent."},

	// Service.
	ledger.CodeActivityUnknown:   {"", "没有这个活动。", "There is no such activity."},
	ledger.CodeActivityExists:    {"", "这个活动已经发布。", "The activity is announced already."},
	ledger.CodeActivityClosed:    {"", "活动已经收工。", "The activity is closed."},
	ledger.CodeActivityOpen:      {"", "活动要先收工、确认。", "The activity must be closed and confirmed first."},
	ledger.CodeActivityConfirmed: {"", "活动已经确认。", "The activity is confirmed."},
	ledger.CodeAwardsPending:     {"", "这个活动的积分还在发放，或者还有等待的事。", "Awards are still being posted, or something still waits."},
	ledger.CodeActivityFull:      {"", "名额满了。队长看得到人，可以代为登记。", "It is full. The leader, who sees who is there, can still record people."},
	ledger.CodeNotRunning:        {"early-minutes", "签到只在活动前一会儿到活动结束之间。", "People check in from shortly before an activity to its end."},
	ledger.CodeAlreadyIn:         {"duplicate-within", "已经签到了。", "She is checked in already."},
	ledger.CodeAlreadyOut:        {"", "已经签退了。", "She is checked out already."},
	ledger.CodeNotIn:             {"", "还没有签到。", "She is not checked in."},
	ledger.CodePresentElsewhere:  {"", "一个人不能同时在两个活动。", "Nobody is at two activities at once."},
	ledger.CodeAlreadyAwarded:    {"", "已经发放过了。", "It is awarded already."},
	ledger.CodeNothingToAward:    {"notice-days", "还不能发：公示没有到期，有异议没有结果，或者新志愿者还没满时长。", "Nothing to award yet: the notice runs, an objection is open, or the newcomer has still to serve."},
	ledger.CodePresenceSettled:   {"", "这次到场不在核对之列，或者已经核对。", "The presence is not in question, or no longer."},

	// Deeds and disputes.
	ledger.CodeDeedUnknown:     {"", "没有这件没办完的好人好事。", "There is no such undecided deed."},
	ledger.CodeDeedStage:       {"", "好人好事一步一步来：受助人确认、评议会投票、社区同意、公示、发放。", "A deed goes step by step: confirmed, voted, consented to, noticed, awarded."},
	ledger.CodeDeedLimit:       {"deed-kinds", "这一类每周有上限，每个人没办完的填报也有上限。", "The category has a limit a week, and a person one of undecided deeds."},
	ledger.CodeDeedPoints:      {"deed-kinds", "分数要在这一类的范围里。", "Points lie within the category's range."},
	ledger.CodePairTooSoon:     {"deed-pair-days", "同两位邻居之间的互助，这么多天里算一次，两个方向一起算。", "Help between the same two neighbours counts once in so many days, in both directions."},
	ledger.CodeNotNewcomer:     {"deed-kinds", "推荐的要是还没有服务过、也没有被别人推荐过的新志愿者。", "Who is brought has not served yet and was not brought by somebody else."},
	ledger.CodeAlreadyVoted:    {"", "一个人一票。", "One vote a person."},
	ledger.CodeDisputeUnknown:  {"", "没有这个没办完的异议。", "There is no such open dispute."},
	ledger.CodeAlreadyDisputed: {"", "每一笔只能提一次异议。", "A line is disputed once."},
	ledger.CodeDisputeClock:    {"dispute-work-days", "异议有自己的钟：先是工作日，再是最长天数。", "A dispute has its clock: working days first, then its longest time."},

	// Points.
	ledger.CodeMealUnknown:      {"meals", "这一餐没有这个餐品。", "The meal is not on the menu of this period."},
	ledger.CodePriceWrong:       {"price-cuts", "价格要是规则里的价格或它的优惠价。", "A price is the rulebook's, or one of its reductions."},
	ledger.CodeMealTaken:        {"", "一餐一份正餐；再来一份要口令。", "One main meal a period; a second takes the PIN."},
	ledger.CodeMealBooked:       {"", "这一餐订好了，取订好的就行。", "The meal is booked: take the booked one."},
	ledger.CodeHoldUnknown:      {"", "没有这个预留。", "There is no such booking."},
	ledger.CodePINRequired:      {"no-pin-points", "一天里超过这么多分，要输口令。", "Over so many points a day, the PIN is asked for."},
	ledger.CodeBalanceShort:     {"", "能用的积分不够。", "There are not enough points to spend."},
	ledger.CodeBudgetShort:      {"default-budget", "当月的发放额度不够。", "The month's budget does not reach."},
	ledger.CodePoolShort:        {"", "资金池里的积分不够。", "The pool does not hold it."},
	ledger.CodeCareLimit:        {"care-week-points", "先用餐每周有总额。", "The community's weekly amount for those who eat first is used."},
	ledger.CodeWaitingUnknown:   {"", "没有等待补发的积分。", "Nothing waits for a budget here."},
	ledger.CodeNothingToExpire:  {"valid-months", "没有到期的积分。", "No points have passed their month."},
	ledger.CodeNothingToRestore: {"", "没有可以还回去的过期积分。", "No expired points can be given back."},
	ledger.CodeNotFamily:        {"family-rest-days", "转赠只在家人之间，关联满 30 天以后。", "Gifts go within a family, 30 days after it was linked."},
	ledger.CodeNotEligible:      {"", "转赠给 60 岁以上的家人。", "Gifts go to family of 60 or more."},
	ledger.CodeGiftLimit:        {"gift-year-points", "一年里转赠有上限。", "Gifts have a limit a year."},
	ledger.CodeAlreadyGranted:   {"grant-points", "这个月的关怀积分已经发过。", "This month's care points were granted already."},

	// Without network, and from the old books.
	ledger.CodeLeaseOpen:       {"lease-hours", "收银台上一张离线额度单还没有交回，交回以后才发下一张。", "The till's last allowance must be in before it gets the next."},
	ledger.CodeLeaseLimit:      {"lease-total-points", "食堂没交回的离线额度单合计有上限。", "The open allowances of a canteen have a limit together."},
	ledger.CodeLeaseUnknown:    {"", "没有这张离线额度单，或者已经交回。", "There is no such allowance, or it is in."},
	ledger.CodeScanReplayed:    {"", "这次扫码已经补录过，不会记两次。", "This scan was replayed already; none is applied twice."},
	ledger.CodeImportExists:    {"", "这份期初名单已经报过。", "This list of opening balances was announced already."},
	ledger.CodeImportUnknown:   {"", "没有这份期初名单，或者已经撤回、已经太久。", "There is no such list, or it was undone, or it is too long ago."},
	ledger.CodeImportApproved:  {"", "两个社会组织已经担保过这份名单。", "Two organizations vouch for the list already."},
	ledger.CodeImportFull:      {"", "超过了担保的合计。", "It is more than the approved list sums to."},
	ledger.CodeAlreadyImported: {"", "这位居民的期初已经记过。", "This member's opening balance is in already."},

	// Corrections, closing the books.
	ledger.CodeNotReversible:   {"", "这一类记录不能冲正；用调整。", "Records of this kind are not reversed; adjust instead."},
	ledger.CodeAlreadyReversed: {"", "一条记录只能冲正一次。", "A record is reversed once."},
	ledger.CodeVoidTooLate:     {"void-seconds", "收银台自己撤销只有一小会儿；过后由组织者冲正。", "A cashier takes a meal back alone for a short while only; later an organizer reverses it."},
	ledger.CodeAmountTooLarge:  {"", "不能超过原来的数。", "It cannot be more than there was."},
	ledger.CodeProposalUnknown: {"", "没有这个待办的申请。", "There is no such open proposal."},
	ledger.CodeProposalLapsed:  {"lapse-days", "申请过了期限。", "The proposal has lapsed."},
	ledger.CodeProposalExists:  {"", "同样的申请已经在等人同意。", "The same proposal waits already."},
	ledger.CodeRulebookVersion: {"edition", "积分规则的版本逐一递增。", "Editions of the rulebook rise by one."},
	ledger.CodePeriodSealed:    {"", "封了的账期不再改；在本期记更正。", "A sealed period never changes; corrections go into the current one."},
	ledger.CodePeriodOpen:      {"", "这个月还没有过完，或者前面的月份还没有封。", "The month is not over, or an earlier one is not sealed."},
	ledger.CodeSumsChanged:     {"", "合计已经变了，请重新核对再提。", "The sums have changed: check them and propose again."},
	ledger.CodeNothingToSettle: {"", "没有要结算的。", "There is nothing to settle."},
	ledger.CodePhonesFull:      {"", "一个人的手机有上限；先退掉一部。", "A member has so many phones at most: revoke one first."},
	ledger.CodeProofRests:      {"device-rest-days", "爱心卡发出不久，还不能凭它登记手机；发卡的人要等更久。", "The card was handed over only lately: it is no proof yet, for the one who handed it over for longer."},
	ledger.CodeProofNeeded:     {"device-rest-days", "登记手机要看本人的口令，或用了一阵的爱心卡。", "A phone is enrolled with the member's PIN, or with a card that she has had for a while."},
}
