package api

import (
	"context"
	"fmt"

	"moralbank.example/bank/ledger"
	"moralbank.example/bank/ledger/roster"
)

// explaining is what a sentence about a record is made from.
type explaining struct {
	name     func(ledger.AccountID) string
	groups   words
	meals    wording
	reasons  wording
	activity func(ledger.ActivityID) string
}

// explainRecord says in plain sentences what a record says.
func (s *Server) explainRecord(ctx context.Context, r *ledger.Record, name func(ledger.AccountID) string) (zh, en string, err error) {
	e := explaining{name: name}
	if e.groups, err = s.words(ctx); err != nil {
		return "", "", err
	}
	if e.meals, err = s.texts(ctx, roster.MealKind); err != nil {
		return "", "", err
	}
	if e.reasons, err = s.texts(ctx, roster.ReasonKind); err != nil {
		return "", "", err
	}
	var failed error
	e.activity = func(id ledger.ActivityID) string {
		words, err := s.activityWords(ctx, id)
		if err != nil {
			failed = err
		}
		return words.Title
	}
	zh, en = e.sentence(r)
	return zh, en, failed
}

// sentence says what a record says. Bodies that move points or minutes first; then people, then the community.
func (e *explaining) sentence(r *ledger.Record) (zh, en string) {
	switch b := r.Body.(type) {
	case *ledger.Awarded:
		return e.awarded(b)
	case *ledger.Redeemed:
		zh, en = e.dish(b.Meal, b.Small)
		return fmt.Sprintf("%s在%s用 %d 积分兑换了%s，由%s办理。", e.name(b.Account), e.groups.scope(ledger.Scope(b.Canteen)), b.Points, zh, e.name(r.Actor)),
			fmt.Sprintf("%s redeemed %d points for %s at canteen %s; the cashier was %s.", e.name(b.Account), b.Points, en, b.Canteen, e.name(r.Actor))
	case *ledger.Held:
		zh, en = e.dish(b.Meal, b.Small)
		return fmt.Sprintf("%s订了%s的%s，预留 %d 积分。", e.name(b.Account), e.groups.scope(ledger.Scope(b.Canteen)), zh, b.Points),
			fmt.Sprintf("%s booked %s at canteen %s; %d points are set aside.", e.name(b.Account), en, b.Canteen, b.Points)
	case *ledger.Captured:
		zh, en = e.dish(b.Meal, b.Small)
		return fmt.Sprintf("%s取走了订好的%s，%d 积分，由%s办理。", e.name(b.Account), zh, b.Points, e.name(r.Actor)),
			fmt.Sprintf("%s took the booked %s for %d points; the cashier was %s.", e.name(b.Account), en, b.Points, e.name(r.Actor))
	case *ledger.MealServed:
		zh, en = e.dish(b.Meal, b.Small)
		return fmt.Sprintf("%s在%s用餐：%s，没有扣积分；爱心池 %d，差额 %d。", e.name(b.Account), e.groups.scope(ledger.Scope(b.Canteen)), zh, b.Pool, b.Short),
			fmt.Sprintf("%s had %s at canteen %s and was not charged; the donation pool gave %d, shortfall %d.", e.name(b.Account), en, b.Canteen, b.Pool, b.Short)
	case *ledger.Released:
		return fmt.Sprintf("%s的第 %d 号订餐取消，预留的积分退回。", e.name(b.Account), b.Hold),
			fmt.Sprintf("Booking %d of %s was released; its points are free again.", b.Hold, e.name(b.Account))
	case *ledger.Reversed:
		return e.reversed(r, b)
	case *ledger.PointsExpired:
		return fmt.Sprintf("%s有 %d 积分到期（有效到 %s）。", e.name(b.Account), b.Points, month(b.Month)),
			fmt.Sprintf("%d points of %s expired (valid to %s).", b.Points, e.name(b.Account), month(b.Month))
	case *ledger.CheckedIn:
		how, howEn := pathWords(b.Path)
		return fmt.Sprintf("%s签到：%s（%s）。", e.name(b.Account), e.activity(b.Activity), how),
			fmt.Sprintf("%s checked in at %s (%s).", e.name(b.Account), e.activity(b.Activity), howEn)
	case *ledger.CheckedOut:
		how, howEn := pathWords(b.Path)
		return fmt.Sprintf("%s签退：%s（%s）。", e.name(b.Account), e.activity(b.Activity), how),
			fmt.Sprintf("%s checked out of %s (%s).", e.name(b.Account), e.activity(b.Activity), howEn)
	case *ledger.Proposed:
		return e.proposed(r, b)
	case *ledger.Approved:
		return fmt.Sprintf("%s同意了第 %d 号申请。", e.name(r.Actor), b.Proposal), fmt.Sprintf("%s approved proposal %d.", e.name(r.Actor), b.Proposal)
	case *ledger.Refused:
		return fmt.Sprintf("%s退回了第 %d 号申请。", e.name(r.Actor), b.Proposal), fmt.Sprintf("%s turned proposal %d down.", e.name(r.Actor), b.Proposal)
	}
	if zh, en = e.aboutActivity(r); zh == "" {
		zh, en = e.aboutPeople(r)
	}
	return zh, en
}

// dish is a meal with its portion.
func (e *explaining) dish(id string, small bool) (zh, en string) {
	zh, en = e.meals.zh(id), e.meals.en(id)
	if small {
		zh, en = zh+"（小份）", en+" (small)"
	}
	return zh, en
}

func (e *explaining) awarded(b *ledger.Awarded) (zh, en string) {
	zh = fmt.Sprintf("%s参加“%s”，服务 %d 分钟，获得 %d 积分", e.name(b.Account), e.activity(b.Activity), b.Minutes, b.Points)
	en = fmt.Sprintf("%s served %d minutes at %s and earned %d points", e.name(b.Account), b.Minutes, e.activity(b.Activity), b.Points)
	if b.Percent != 100 {
		zh += fmt.Sprintf("（按 %d%%）", b.Percent)
		en += fmt.Sprintf(" (at %d%%)", b.Percent)
	}
	if over := b.Earned - b.Points - b.Waiting; over > 0 {
		zh += fmt.Sprintf("；超出每日上限的 %d 积分不计", over)
		en += fmt.Sprintf("; %d points were over the day's limit", over)
	}
	if b.Waiting > 0 {
		zh += fmt.Sprintf("；另有 %d 积分等发放额度", b.Waiting)
		en += fmt.Sprintf("; %d more wait for the budget", b.Waiting)
	}
	if b.Forgot {
		zh += "；没有签退，按活动结束时间记"
		en += "; there was no check-out, so it counts to the scheduled end"
	}
	return zh + "。", en + "."
}

func (e *explaining) reversed(r *ledger.Record, b *ledger.Reversed) (zh, en string) {
	zh = fmt.Sprintf("%s冲正了%s的第 %d 号记录：积分 %d", e.name(r.Actor), e.name(b.Account), b.Target, b.Points)
	en = fmt.Sprintf("%s reversed record %d of %s: %d points", e.name(r.Actor), b.Target, e.name(b.Account), b.Points)
	if b.Minutes > 0 {
		zh += fmt.Sprintf("，时长 %d 分钟", b.Minutes)
		en += fmt.Sprintf(", %d minutes", b.Minutes)
	}
	if b.Shortfall > 0 {
		zh += fmt.Sprintf("，其中 %d 积分已花掉，记入差额", b.Shortfall)
		en += fmt.Sprintf(", of which %d were spent and went to shortfall", b.Shortfall)
	}
	if b.By != "" {
		zh += "，由" + e.name(b.By) + "提出"
		en += ", proposed by " + e.name(b.By)
	}
	return zh + "。原因：" + e.reasons.zh(string(b.Reason)) + "。", en + ". Reason: " + e.reasons.en(string(b.Reason)) + "."
}

func (e *explaining) proposed(r *ledger.Record, b *ledger.Proposed) (zh, en string) {
	if b.What == ledger.ProposeRole {
		roleZh, roleEn := roleName(b.Role)
		return fmt.Sprintf("%s申请让%s担任%s（%s）。", e.name(r.Actor), e.name(b.Account), roleZh, e.groups.scope(b.Scope)),
			fmt.Sprintf("%s asked that %s become %s (%s).", e.name(r.Actor), e.name(b.Account), roleEn, b.Scope)
	}
	return fmt.Sprintf("%s申请冲正第 %d 号记录。原因：%s。", e.name(r.Actor), b.Target, e.reasons.zh(string(b.Reason))),
		fmt.Sprintf("%s asked to reverse record %d. Reason: %s.", e.name(r.Actor), b.Target, e.reasons.en(string(b.Reason)))
}

func (e *explaining) aboutActivity(r *ledger.Record) (zh, en string) {
	switch b := r.Body.(type) {
	case *ledger.ActivityOpened:
		return fmt.Sprintf("%s发布了活动“%s”，负责人%s。", e.name(r.Actor), e.activity(b.Activity), e.name(b.Charge)),
			fmt.Sprintf("%s published %s; in charge is %s.", e.name(r.Actor), e.activity(b.Activity), e.name(b.Charge))
	case *ledger.ActivityChanged:
		return fmt.Sprintf("%s调整了活动“%s”的结束时间。", e.name(r.Actor), e.activity(b.Activity)),
			fmt.Sprintf("%s moved the end of %s to %s.", e.name(r.Actor), e.activity(b.Activity), stamp(b.End))
	case *ledger.ActivityClosed:
		return fmt.Sprintf("%s结束了活动“%s”：到场 %d 人，全程扫码 %d 人。", e.name(r.Actor), e.activity(b.Activity), b.Headcount, b.Scanned),
			fmt.Sprintf("%s closed %s: %d were counted, %d scanned in and out.", e.name(r.Actor), e.activity(b.Activity), b.Headcount, b.Scanned)
	case *ledger.ActivityConfirmed:
		return fmt.Sprintf("%s确认了活动“%s”，积分可以使用。", e.name(r.Actor), e.activity(b.Activity)),
			fmt.Sprintf("%s confirmed %s; its points can be spent.", e.name(r.Actor), e.activity(b.Activity))
	}
	return "", ""
}

// pathWords is how a presence was recorded.
func pathWords(p ledger.Path) (zh, en string) {
	switch p {
	case ledger.PathStation:
		return "扫签到码", "station code"
	case ledger.PathPoster:
		return "扫张贴的码", "printed poster"
	case ledger.PathLeader:
		return "负责人扫码", "scanned by the leader"
	case ledger.PathList:
		return "名单登记", "ticked on the list"
	}
	return string(p), string(p)
}

// aboutPeople says what records of people, cards, devices and the community itself say.
func (e *explaining) aboutPeople(r *ledger.Record) (zh, en string) {
	actor := e.name(r.Actor)
	switch b := r.Body.(type) {
	case *ledger.AccountOpened:
		return actor + "为" + e.name(b.Account) + "开户。", actor + " opened an account for " + e.name(b.Account) + "."
	case *ledger.AccountFrozen:
		return actor + "停用了" + e.name(b.Account) + "的账户：" + e.reasons.zh(string(b.Reason)) + "。",
			actor + " froze the account of " + e.name(b.Account) + ": " + e.reasons.en(string(b.Reason)) + "."
	case *ledger.AccountThawed:
		return actor + "恢复了" + e.name(b.Account) + "的账户。", actor + " thawed the account of " + e.name(b.Account) + "."
	case *ledger.RoleGranted:
		zh, en := roleName(b.Role)
		return fmt.Sprintf("%s任命%s为%s（%s）。", actor, e.name(b.Account), zh, e.groups.scope(b.Scope)), fmt.Sprintf("%s made %s %s (%s).", actor, e.name(b.Account), en, b.Scope)
	case *ledger.RoleRevoked:
		zh, en := roleName(b.Role)
		return fmt.Sprintf("%s收回了%s的%s角色（%s）。", actor, e.name(b.Account), zh, e.groups.scope(b.Scope)), fmt.Sprintf("%s took the role %s (%s) from %s.", actor, en, b.Scope, e.name(b.Account))
	case *ledger.DeviceEnrolled:
		return actor + "登记了一台设备（" + string(b.Device) + "）。", actor + " enrolled device " + string(b.Device) + "."
	case *ledger.DeviceRevoked:
		return actor + "停用了一台设备（" + string(b.Device) + "）。", actor + " revoked device " + string(b.Device) + "."
	case *ledger.Joined:
		return e.name(b.Account) + "加入" + e.groups.scope(ledger.Scope(b.Group)) + "。", e.name(b.Account) + " joined " + string(b.Group) + "."
	case *ledger.Left:
		return e.name(b.Account) + "退出" + e.groups.scope(ledger.Scope(b.Group)) + "。", e.name(b.Account) + " left " + string(b.Group) + "."
	case *ledger.FamilyLinked:
		return e.name(b.Account) + "加入一个家庭。", e.name(b.Account) + " was linked to a family."
	case *ledger.FamilyUnlinked:
		return e.name(b.Account) + "退出家庭。", e.name(b.Account) + " left the family."
	case *ledger.CardIssued:
		return actor + "把爱心卡交给" + e.name(b.Account) + "。", actor + " handed a card to " + e.name(b.Account) + "."
	case *ledger.CardRevoked:
		return actor + "停用了一张爱心卡：" + e.reasons.zh(string(b.Reason)) + "。", actor + " revoked a card: " + e.reasons.en(string(b.Reason)) + "."
	case *ledger.BudgetSet:
		return fmt.Sprintf("%s把 %s 的每月发放额度设为 %d 积分。", actor, b.Issuer, b.Points), fmt.Sprintf("%s set the monthly budget of %s to %d points.", actor, b.Issuer, b.Points)
	case *ledger.Rulebook:
		return fmt.Sprintf("积分规则第 %d 版生效。", b.Edition), fmt.Sprintf("Edition %d of the rulebook came into force.", b.Edition)
	case *ledger.Founded:
		return "账本建立：" + b.Origin + "。", "The ledger " + b.Origin + " was founded."
	}
	return e.plainly(r)
}

// plainly is the sentence of a kind that needs no words of its own: whom it is about, what it is, and what it moved for her.
func (e *explaining) plainly(r *ledger.Record) (zh, en string) {
	words := kindWords[r.Kind]
	zh, en = words.zh, words.en
	about := r.Subject()
	if about == "" {
		return e.name(r.Actor) + "：" + zh + "。", e.name(r.Actor) + ": " + en + "."
	}
	zh, en = e.name(about)+"："+zh, e.name(about)+": "+en
	for i := range r.Postings {
		p := &r.Postings[i]
		if p.Account != about {
			continue
		}
		switch p.Unit {
		case ledger.UnitPoints:
			zh, en = zh+fmt.Sprintf("，%+d 积分", p.Amount), en+fmt.Sprintf(", %+d points", p.Amount)
		case ledger.UnitMinutes:
			zh, en = zh+fmt.Sprintf("，%+d 分钟", p.Amount), en+fmt.Sprintf(", %+d minutes", p.Amount)
		case ledger.UnitUnknown:
		}
	}
	return zh + "。", en + "."
}
