package explain

import (
	"fmt"

	"moralbank.example/bank/ledger"
)

// person is about people: accounts, roles, groups, families, cards, devices, consents.
func (n *Names) person(r *ledger.Record) (Text, bool) {
	actor := n.Person(r.Actor)
	switch b := r.Body.(type) {
	case *ledger.AccountOpened:
		return say(actor+"为"+n.Person(b.Account)+"开户。", actor+" opened an account for "+n.Person(b.Account)+"."), true
	case *ledger.AccountFrozen:
		why := n.reason(b.Reason)
		return say(actor+"停用了"+n.Person(b.Account)+"的账户："+why.Zh+"。", actor+" froze the account of "+n.Person(b.Account)+": "+why.En+"."), true
	case *ledger.AccountThawed:
		return say(actor+"恢复了"+n.Person(b.Account)+"的账户。", actor+" thawed the account of "+n.Person(b.Account)+"."), true
	case *ledger.AccountClosed:
		why := n.reason(b.Reason)
		return say(fmt.Sprintf("%s的账户已销户：%s。剩余 %d 积分过期，时长保留。", n.Person(b.Account), why.Zh, b.Points),
			fmt.Sprintf("The account of %s was closed: %s. %d points expired with it; the minutes stay.", n.Person(b.Account), why.En, b.Points)), true
	case *ledger.Erased:
		return say("一个已销户账户的个人信息已删除。", "The personal data of a closed account were erased."), true
	case *ledger.PersonsMerged:
		return say(n.Person(b.Other)+"的账户并入"+n.Person(b.Account)+"的账户，是同一个人。",
			"The account of "+n.Person(b.Other)+" was joined to that of "+n.Person(b.Account)+": they are one person's."), true
	case *ledger.MovedOut:
		return say(fmt.Sprintf("账户合并：%s的 %d 积分、%d 分钟转到留下的账户，有效期不变。", n.Person(b.Account), b.Points, b.Minutes),
			fmt.Sprintf("Accounts merged: %d points and %d minutes of %s moved to the account that stays; they keep their expiry.", b.Points, b.Minutes, n.Person(b.Account))), true
	case *ledger.MovedIn:
		return say(fmt.Sprintf("账户合并：%s从另一个账户收到 %d 积分、%d 分钟，有效期不变。", n.Person(b.Account), b.Points, b.Minutes),
			fmt.Sprintf("Accounts merged: %d points and %d minutes came to %s from the other account; they keep their expiry.", b.Points, b.Minutes, n.Person(b.Account))), true
	case *ledger.RoleGranted:
		role, at := Role(b.Role), n.Scope(b.Scope)
		return say(fmt.Sprintf("%s任命%s为%s（%s）。", actor, n.Person(b.Account), role.Zh, at.Zh), fmt.Sprintf("%s made %s %s (%s).", actor, n.Person(b.Account), role.En, at.En)), true
	case *ledger.RoleRevoked:
		role, at := Role(b.Role), n.Scope(b.Scope)
		return say(fmt.Sprintf("%s收回了%s的%s角色（%s）。", actor, n.Person(b.Account), role.Zh, at.Zh), fmt.Sprintf("%s took the role %s (%s) from %s.", actor, role.En, at.En, n.Person(b.Account))), true
	case *ledger.Joined:
		at := n.Scope(ledger.Scope(b.Group))
		return say(n.Person(b.Account)+"加入"+at.Zh+"。", n.Person(b.Account)+" joined "+at.En+"."), true
	case *ledger.Left:
		at := n.Scope(ledger.Scope(b.Group))
		return say(n.Person(b.Account)+"退出"+at.Zh+"。", n.Person(b.Account)+" left "+at.En+"."), true
	case *ledger.FamilyLinked:
		return say(n.Person(b.Account)+"加入一个家庭。", n.Person(b.Account)+" was linked to a family."), true
	case *ledger.FamilyUnlinked:
		return say(n.Person(b.Account)+"退出家庭。", n.Person(b.Account)+" left the family."), true
	}
	return n.thing(r, actor)
}

// device is what a device is called: its id is for the record line.
func device(id ledger.DeviceID) Text {
	switch id.Kind() {
	case ledger.DeviceTill:
		return say("收银台", "till")
	case ledger.DeviceKiosk:
		return say("自助机", "kiosk")
	case ledger.DevicePhone:
		return say("手机", "phone")
	}
	return say("设备", "device")
}

// thing is about cards, devices and consents.
func (n *Names) thing(r *ledger.Record, actor string) (Text, bool) {
	switch b := r.Body.(type) {
	case *ledger.CardIssued:
		return say(actor+"把爱心卡交给"+n.Person(b.Account)+"。", actor+" handed a card to "+n.Person(b.Account)+"."), true
	case *ledger.CardRevoked:
		why := n.reason(b.Reason)
		return say(actor+"停用了一张爱心卡："+why.Zh+"。", actor+" revoked a card: "+why.En+"."), true
	case *ledger.CardDoubted:
		return say(fmt.Sprintf("%s的爱心卡可能被别人用过（见第 %d 号记录），列入更换名单。", n.Person(b.Account), b.Meal),
			fmt.Sprintf("Somebody else seems to have used the card of %s (see record %d); it is to be replaced.", n.Person(b.Account), b.Meal)), true
	case *ledger.DeviceEnrolled:
		what := device(b.Device)
		return say(actor+"登记了一台"+what.Zh+"。", actor+" enrolled a "+what.En+"."), true
	case *ledger.DeviceRevoked:
		what := device(b.Device)
		return say(actor+"停用了一台"+what.Zh+"。", actor+" revoked a "+what.En+"."), true
	case *ledger.ConsentGiven:
		what := consent(b.What)
		return say(n.Person(b.Account)+"同意："+what.Zh+"。", n.Person(b.Account)+" consented: "+what.En+"."), true
	case *ledger.ConsentWithdrawn:
		what := consent(b.What)
		return say(n.Person(b.Account)+"撤回同意："+what.Zh+"。", n.Person(b.Account)+" withdrew the consent: "+what.En+"."), true
	}
	return Text{}, false
}

func consent(k ledger.ConsentKind) Text {
	switch k {
	case ledger.ConsentName:
		return Text{"公开全名", "the full name in public"}
	case ledger.ConsentPhoto:
		return Text{"公开照片", "a photo in public"}
	case ledger.ConsentLocation:
		return Text{"签到时核对位置", "the place at check-in"}
	case ledger.ConsentSpoken:
		return Text{"收银台念出余额", "the balance spoken at the till"}
	case ledger.ConsentGuardian:
		return Text{"监护人同意", "as the guardian"}
	}
	return Text{string(k), string(k)}
}

// books is about the community and its books.
func (n *Names) books(r *ledger.Record) (Text, bool) {
	actor := n.Person(r.Actor)
	switch b := r.Body.(type) {
	case *ledger.Founded:
		return say("账本建立："+b.Origin+"。", "The ledger "+b.Origin+" was founded."), true
	case *ledger.Rulebook:
		return say(fmt.Sprintf("积分规则第 %d 版生效。", b.Edition), fmt.Sprintf("Edition %d of the rulebook came into force.", b.Edition)), true
	case *ledger.KeyRotated:
		return say("账本的签名钥匙换了新的（"+b.New+"），以前的签名仍然有效。", "The ledger is signed with a new key ("+b.New+") from here on; older signatures stay good."), true
	case *ledger.OriginChanged:
		return say(fmt.Sprintf("账本从恢复的第 %d 条记录起改名为 %s，原名 %s 不再使用。", b.Size, b.Origin, b.Before),
			fmt.Sprintf("Restored at record %d, the ledger goes on as %s; the name %s is not used any more.", b.Size, b.Origin, b.Before)), true
	case *ledger.BudgetSet:
		at := n.Scope(ledger.Scope(b.Issuer[2:]))
		return say(fmt.Sprintf("%s把%s的每月发放额度设为 %d 积分。", actor, at.Zh, b.Points), fmt.Sprintf("%s set the monthly budget of %s to %d points.", actor, at.En, b.Points)), true
	case *ledger.PoolFunded:
		return say(fmt.Sprintf("社区给资金池拨入 %d 积分。", b.Points), fmt.Sprintf("The community funded a pool with %d points.", b.Points)), true
	case *ledger.SubsidyPosted:
		at := n.canteen(b.Canteen)
		return say(fmt.Sprintf("补贴池付给%s一天的餐费补贴：%d 份餐，%d 积分。", at.Zh, b.Meals, b.Points), fmt.Sprintf("The subsidy pool paid %s for %d meals of a day: %d points.", at.En, b.Meals, b.Points)), true
	case *ledger.CanteenSettled:
		at := n.canteen(b.Canteen)
		return say(fmt.Sprintf("%s结算：%d 份餐，%d 积分。%s提出，%s同意。", at.Zh, b.Count, b.Points, n.Person(b.By), actor), fmt.Sprintf("%s was settled: %d meals, %d points. %s proposed it, %s approved.", at.En, b.Count, b.Points, n.Person(b.By), actor)), true
	case *ledger.PeriodSealed:
		return say(fmt.Sprintf("%s 月结：发放 %d，兑换 %d，过期 %d，月末未用 %d 积分。", month(b.Month), b.Issued, b.Redeemed, b.Expired, b.Outstanding),
			fmt.Sprintf("%s was sealed: %d issued, %d redeemed, %d expired, %d outstanding at its end.", month(b.Month), b.Issued, b.Redeemed, b.Expired, b.Outstanding)), true
	case *ledger.SweepReversed:
		return say(fmt.Sprintf("撤回 %s 的积分过期：%d 人，%d 积分随后退回。", month(b.Month), b.Count, b.Points),
			fmt.Sprintf("The expiry of %s was taken back: %d points of %d people follow.", month(b.Month), b.Points, b.Count)), true
	}
	return n.leases(r, actor)
}

// leases is about allowances without network, and lists of opening balances.
func (n *Names) leases(r *ledger.Record, actor string) (Text, bool) {
	switch b := r.Body.(type) {
	case *ledger.LeaseGranted:
		at := n.canteen(b.Canteen)
		return say(fmt.Sprintf("%s的收银台领到第 %d 张离线额度单，最多 %d 积分。", at.Zh, b.Number, b.Cap), fmt.Sprintf("A till of %s was given offline allowance %d of at most %d points.", at.En, b.Number, b.Cap)), true
	case *ledger.LeaseClosed:
		t := say(fmt.Sprintf("第 %d 张离线额度单交回，用了 %d 积分", b.Number, b.Used), fmt.Sprintf("Offline allowance %d is in; %d points were used", b.Number, b.Used))
		return t.and(b.Written, "，按满额核销", ", written off at its full cap").end(), true
	case *ledger.ImportOpened:
		return say(fmt.Sprintf("%s报来一份期初名单：%d 行，%d 积分，%d 分钟。", actor, b.Rows, b.Points, b.Minutes), fmt.Sprintf("%s announced a list of opening balances: %d rows, %d points, %d minutes.", actor, b.Rows, b.Points, b.Minutes)), true
	case *ledger.ImportApproved:
		at := n.Scope(ledger.Scope(b.Org))
		return say(at.Zh+"担保了期初名单 "+b.Import+"。", at.En+" vouches for the list "+b.Import+"."), true
	case *ledger.ImportUndone:
		why := n.reason(b.Reason)
		return say("期初名单 "+b.Import+" 撤回："+why.Zh+"。没花的随后退回。", "The list "+b.Import+" was undone: "+why.En+". What is unspent goes back."), true
	}
	return Text{}, false
}
