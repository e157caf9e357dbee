package explain

import (
	"fmt"

	"moralbank.example/bank/ledger"
)

// deed is about good deeds, from the filing to the award.
func (n *Names) deed(r *ledger.Record) (Text, bool) {
	actor := n.Person(r.Actor)
	switch b := r.Body.(type) {
	case *ledger.DeedFiled:
		name := n.Words.of("deed", b.Type)
		return say(fmt.Sprintf("%s填报了%s的好人好事：%s。", actor, n.Person(b.Account), name.Zh),
			fmt.Sprintf("%s told of a good deed of %s: %s.", actor, n.Person(b.Account), name.En)), true
	case *ledger.DeedConfirmed:
		return say(fmt.Sprintf("受助人%s确认了第 %d 号好人好事。", n.Person(b.Account), b.Deed),
			fmt.Sprintf("%s, for whom it was done, confirmed deed %d.", n.Person(b.Account), b.Deed)), true
	case *ledger.DeedVoted:
		vote := say("不同意", "against")
		if b.Yes {
			vote = say("同意", "for")
		}
		return say(fmt.Sprintf("%s对第 %d 号好人好事投票：%s", actor, b.Deed, vote.Zh), fmt.Sprintf("%s voted %s deed %d", actor, vote.En, b.Deed)).
			and(b.Passed, fmt.Sprintf("；评议会通过，%d 积分", b.Worth), fmt.Sprintf("; the committee agreed to %d points", b.Worth)).end(), true
	case *ledger.DeedNoticed:
		return say(fmt.Sprintf("%s的好人好事开始公示，%d 积分，公示到 %s。", n.Person(b.Account), b.Points, utc(b.Ends)),
			fmt.Sprintf("The deed of %s is on public notice until %s: %d points.", n.Person(b.Account), utc(b.Ends), b.Points)), true
	case *ledger.DeedAwarded:
		name := n.Words.of("deed", b.Type)
		return say(fmt.Sprintf("%s的好人好事“%s”获得 %d 积分", n.Person(b.Account), name.Zh, b.Points),
			fmt.Sprintf("The deed \"%s\" brought %s %d points", name.En, n.Person(b.Account), b.Points)).
			and(b.Waiting > 0, fmt.Sprintf("；另有 %d 积分等发放额度", b.Waiting), fmt.Sprintf("; %d more wait for the budget", b.Waiting)).end(), true
	case *ledger.DeedRefused:
		why := n.reason(b.Reason)
		return say(fmt.Sprintf("%s的第 %d 号好人好事没有通过：%s。", n.Person(b.Account), b.Deed, why.Zh),
			fmt.Sprintf("Deed %d of %s was not awarded: %s.", b.Deed, n.Person(b.Account), why.En)), true
	}
	return Text{}, false
}

// decision is about proposals and disputes.
func (n *Names) decision(r *ledger.Record) (Text, bool) {
	actor := n.Person(r.Actor)
	switch b := r.Body.(type) {
	case *ledger.Proposed:
		what := n.Proposal(b)
		return say(actor+"申请"+what.Zh+"。", actor+" asks to "+what.En+"."), true
	case *ledger.Approved:
		return say(fmt.Sprintf("%s同意了第 %d 号申请。", actor, b.Proposal), fmt.Sprintf("%s approved proposal %d.", actor, b.Proposal)), true
	case *ledger.Refused:
		return say(fmt.Sprintf("%s退回了第 %d 号申请。", actor, b.Proposal), fmt.Sprintf("%s turned proposal %d down.", actor, b.Proposal)), true
	case *ledger.DisputeOpened:
		why := n.reason(b.Reason)
		return say(fmt.Sprintf("%s对第 %d 号记录提出异议：%s。", n.Person(b.Account), b.Target, why.Zh),
			fmt.Sprintf("%s disputes record %d: %s.", n.Person(b.Account), b.Target, why.En)), true
	case *ledger.DisputeEscalated:
		return say(fmt.Sprintf("%s的第 %d 号异议过了工作日期限，评议会也可以处理。", n.Person(b.Account), b.Dispute),
			fmt.Sprintf("Dispute %d of %s is past its working days; the committee may decide it too.", b.Dispute, n.Person(b.Account))), true
	case *ledger.DisputeResolved:
		end := outcome(b.Outcome)
		return say(fmt.Sprintf("%s处理了%s的第 %d 号异议：%s。", actor, n.Person(b.Account), b.Dispute, end.Zh),
			fmt.Sprintf("%s decided dispute %d of %s: %s.", actor, b.Dispute, n.Person(b.Account), end.En)), true
	}
	return Text{}, false
}

// Proposal says what somebody asks another person to approve: 冲正第 12 号记录, reverse record 12.
func (n *Names) Proposal(b *ledger.Proposed) Text {
	why := n.reason(b.Reason)
	because := func(t Text) Text { return t.and(b.Reason != "", "，原因："+why.Zh, ", because: "+why.En) }
	who := n.Person(b.Account)
	switch b.What {
	case ledger.ProposeReverse:
		return because(say(fmt.Sprintf("冲正第 %d 号记录", b.Target), fmt.Sprintf("reverse record %d", b.Target)))
	case ledger.ProposeRole:
		role, at := Role(b.Role), n.Scope(b.Scope)
		return say(fmt.Sprintf("让%s担任%s（%s）", who, role.Zh, at.Zh), fmt.Sprintf("make %s %s (%s)", who, role.En, at.En))
	case ledger.ProposeUnrole:
		role, at := Role(b.Role), n.Scope(b.Scope)
		return say(fmt.Sprintf("让%s不再担任%s（%s）", who, role.Zh, at.Zh), fmt.Sprintf("end that %s is %s (%s)", who, role.En, at.En))
	case ledger.ProposeAdjust:
		return because(say(fmt.Sprintf("调整%s：积分 %+d，时长 %+d 分钟", who, b.Points, b.Minutes), fmt.Sprintf("adjust %s by %+d points and %+d minutes", who, b.Points, b.Minutes)))
	case ledger.ProposePay:
		return say(fmt.Sprintf("用社区的额度补发第 %d 号记录里等待的积分", b.Target), fmt.Sprintf("pay what waits in record %d out of the community's budget", b.Target))
	case ledger.ProposeUndo:
		return because(say("把活动“"+n.Activity(b.Activity)+"”的发放全部冲正", "reverse all awards of \""+n.Activity(b.Activity)+"\""))
	case ledger.ProposeRules:
		return say("启用新的积分规则", "bring a new edition of the rulebook into force")
	case ledger.ProposeFund:
		return say(fmt.Sprintf("给资金池拨入 %d 积分", b.Points), fmt.Sprintf("fund a pool with %d points", b.Points))
	case ledger.ProposeSettle:
		at := n.Scope(b.Scope)
		return say(fmt.Sprintf("结算%s：%d 份餐，%d 积分", at.Zh, b.Count, b.Points), fmt.Sprintf("settle %s: %d meals, %d points", at.En, b.Count, b.Points))
	case ledger.ProposeSeal:
		return say(month(b.Month)+" 月结", "seal the month "+month(b.Month))
	case ledger.ProposeSweep:
		return because(say("撤回 "+month(b.Month)+" 的积分过期", "take back the expiry of "+month(b.Month)))
	case ledger.ProposeClose:
		return because(say("给"+who+"销户", "close the account of "+who))
	case ledger.ProposeMerge:
		return say("把"+who+"和"+n.Person(b.Other)+"的账户算作一个人", "count the accounts of "+who+" and "+n.Person(b.Other)+" as one person's")
	case ledger.ProposeUnimport:
		return because(say("撤回期初名单 "+string(b.Scope), "undo the import "+string(b.Scope)))
	}
	return say(b.What, b.What)
}

// outcome is how a dispute ended.
func outcome(o ledger.Outcome) Text {
	switch o {
	case ledger.OutcomeUpheld:
		return Text{"异议成立", "it is right, and the line is put right"}
	case ledger.OutcomeRejected:
		return Text{"原记录不变", "the line stands"}
	case ledger.OutcomeWithdrawn:
		return Text{"本人撤回", "it was withdrawn"}
	case ledger.OutcomeLapsed:
		return Text{"到期没有结果，积分恢复可用", "it ended undecided; the points are in reach again"}
	}
	return Text{string(o), string(o)}
}

// Role is a role as people say it.
func Role(r ledger.Role) Text {
	switch r {
	case ledger.RoleLeader:
		return Text{"队长", "team leader"}
	case ledger.RoleOrgAdmin:
		return Text{"组织管理员", "organization admin"}
	case ledger.RoleCashier:
		return Text{"收银员", "cashier"}
	case ledger.RoleCommittee:
		return Text{"评议会成员", "member of the committee"}
	case ledger.RoleAuditor:
		return Text{"审计员", "auditor"}
	case ledger.RoleOrganizer:
		return Text{"社区组织者", "organizer"}
	case ledger.RoleOperator:
		return Text{"运维员", "operator"}
	}
	return Text{string(r), string(r)}
}
