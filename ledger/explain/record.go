package explain

import (
	"fmt"

	"moralbank.example/bank/ledger"
)

// Names is what people and things are called in a sentence, for whoever reads it: full names, masked ones, or numbers. All of
// its functions must be set but Words.
type Names struct {
	Person   func(ledger.AccountID) string
	Scope    func(ledger.Scope) Text
	Activity func(ledger.ActivityID) string
	Words    Words
}

// Record says in one sentence what a record says. Every kind has its own; a test asks for all.
func (n *Names) Record(r *ledger.Record) Text {
	for _, about := range []func(*ledger.Record) (Text, bool){n.meal, n.points, n.service, n.deed, n.decision, n.person, n.books} {
		if t, ok := about(r); ok {
			return t
		}
	}
	return say(Kind(r.Kind).Zh+"。", Kind(r.Kind).En+".")
}

func say(zh, en string) Text { return Text{zh, en} }

// and adds to a sentence.
func (t Text) and(when bool, zh, en string) Text {
	if !when {
		return t
	}
	return Text{t.Zh + zh, t.En + en}
}

// end is a sentence with its stop.
func (t Text) end() Text { return Text{t.Zh + "。", t.En + "."} }

// dish is a meal with its portion.
func (n *Names) dish(id string, small bool) Text {
	return n.Words.of("meal", id).and(small, "（小份）", " (small)")
}

func (n *Names) canteen(id ledger.CanteenID) Text { return n.Scope(ledger.Scope(id)) }

func (n *Names) reason(code ledger.ReasonCode) Text { return n.Words.of("reason", string(code)) }

// meal is about what was eaten or booked.
func (n *Names) meal(r *ledger.Record) (Text, bool) {
	actor := n.Person(r.Actor)
	switch b := r.Body.(type) {
	case *ledger.Redeemed:
		who, at, dish := n.Person(b.Account), n.canteen(b.Canteen), n.dish(b.Meal, b.Small)
		return say(fmt.Sprintf("%s在%s用 %d 积分兑换了%s，由%s办理。", who, at.Zh, b.Points, dish.Zh, actor),
			fmt.Sprintf("%s redeemed %d points for %s at %s; the cashier was %s.", who, b.Points, dish.En, at.En, actor)), true
	case *ledger.Held:
		who, at, dish := n.Person(b.Account), n.canteen(b.Canteen), n.dish(b.Meal, b.Small)
		return say(fmt.Sprintf("%s订了%s的%s，预留 %d 积分。", who, at.Zh, dish.Zh, b.Points),
			fmt.Sprintf("%s booked %s at %s; %d points are set aside.", who, dish.En, at.En, b.Points)), true
	case *ledger.Captured:
		who, dish := n.Person(b.Account), n.dish(b.Meal, b.Small)
		return say(fmt.Sprintf("%s取走了订好的%s，%d 积分，由%s办理。", who, dish.Zh, b.Points, actor),
			fmt.Sprintf("%s took the booked %s for %d points; the cashier was %s.", who, dish.En, b.Points, actor)), true
	case *ledger.Released:
		who := n.Person(b.Account)
		return say(who+"的订餐取消", "The booking of "+who+" was released").and(b.Lapsed, "（过时未取）", " (not collected)").
			and(true, fmt.Sprintf("，第 %d 号预留的积分退回。", b.Hold), fmt.Sprintf("; the points of booking %d are free again.", b.Hold)), true
	case *ledger.MealServed:
		who, at, dish := n.Person(b.Account), n.canteen(b.Canteen), n.dish(b.Meal, b.Small)
		return say(fmt.Sprintf("%s在%s用餐：%s，没有扣积分；爱心池 %d，差额 %d。", who, at.Zh, dish.Zh, b.Pool, b.Short),
			fmt.Sprintf("%s had %s at %s and was not charged; the donation pool gave %d, shortfall %d.", who, dish.En, at.En, b.Pool, b.Short)), true
	case *ledger.MealReplayed:
		at, dish := n.canteen(b.Canteen), n.dish(b.Meal, b.Small)
		who := say("有人", "Somebody")
		if b.Account != "" {
			who = say(n.Person(b.Account), n.Person(b.Account))
		}
		return say(fmt.Sprintf("%s没有网络时在%s用餐，后来补录：%s，%d 积分", who.Zh, at.Zh, dish.Zh, b.Points-b.Short),
			fmt.Sprintf("%s had %s at %s while it was without network; it came in later: %d points", who.En, dish.En, at.En, b.Points-b.Short)).
			and(b.Short > 0, fmt.Sprintf("，%d 记入差额", b.Short), fmt.Sprintf(", %d to shortfall", b.Short)).end(), true
	}
	return Text{}, false
}

// points is about points that move otherwise than for a service, a deed or a meal.
func (n *Names) points(r *ledger.Record) (Text, bool) {
	actor := n.Person(r.Actor)
	switch b := r.Body.(type) {
	case *ledger.Reversed:
		return n.reversed(actor, b), true
	case *ledger.PointsExpired:
		return say(fmt.Sprintf("%s有 %d 积分到期（有效到 %s）。", n.Person(b.Account), b.Points, month(b.Month)),
			fmt.Sprintf("%d points of %s expired (valid to %s).", b.Points, n.Person(b.Account), month(b.Month))), true
	case *ledger.WaitingPaid:
		return say(fmt.Sprintf("补发给%s第 %d 号记录里等待的 %d 积分", n.Person(b.Account), b.Award, b.Points),
			fmt.Sprintf("%d points that waited in record %d were paid to %s", b.Points, b.Award, n.Person(b.Account))).
			and(b.Left > 0, fmt.Sprintf("，还有 %d 等额度", b.Left), fmt.Sprintf("; %d still wait", b.Left)).end(), true
	case *ledger.Adjusted:
		why := n.reason(b.Reason)
		return say(fmt.Sprintf("%s同意调整%s：积分 %+d，时长 %+d 分钟，由%s提出。原因：%s。", actor, n.Person(b.Account), b.Points, b.Minutes, n.Person(b.By), why.Zh),
			fmt.Sprintf("%s agreed to adjust %s by %+d points and %+d minutes, as %s proposed. Reason: %s.", actor, n.Person(b.Account), b.Points, b.Minutes, n.Person(b.By), why.En)), true
	case *ledger.GivenOut:
		return say(fmt.Sprintf("%s转赠给家人%s %d 积分。", n.Person(b.Account), n.Person(b.To), b.Points),
			fmt.Sprintf("%s gave %d points to %s of the family.", n.Person(b.Account), b.Points, n.Person(b.To))), true
	case *ledger.GivenIn:
		return say(fmt.Sprintf("%s收到家人%s转赠的 %d 积分，有效期不变。", n.Person(b.Account), n.Person(b.From), b.Points),
			fmt.Sprintf("%s was given %d points by %s of the family; they keep their expiry.", n.Person(b.Account), b.Points, n.Person(b.From))), true
	case *ledger.Donated:
		return say(fmt.Sprintf("%s捐给爱心池 %d 积分。", n.Person(b.Account), b.Points), fmt.Sprintf("%s donated %d points to the pool.", n.Person(b.Account), b.Points)), true
	case *ledger.PointsGranted:
		return say(fmt.Sprintf("%s得到本月关怀积分 %d 分，由爱心池出。", n.Person(b.Account), b.Points),
			fmt.Sprintf("%s was granted %d care points for the month, out of the pool.", n.Person(b.Account), b.Points)), true
	case *ledger.Imported:
		return say(fmt.Sprintf("%s的期初：%d 积分，%d 分钟。", n.Person(b.Account), b.Points, b.Minutes),
			fmt.Sprintf("Opening balance of %s: %d points, %d minutes.", n.Person(b.Account), b.Points, b.Minutes)), true
	}
	return Text{}, false
}

func (n *Names) reversed(actor string, b *ledger.Reversed) Text {
	why := n.reason(b.Reason)
	t := say(fmt.Sprintf("%s冲正了%s的第 %d 号记录：积分 %d", actor, n.Person(b.Account), b.Target, b.Points),
		fmt.Sprintf("%s reversed record %d of %s: %d points", actor, b.Target, n.Person(b.Account), b.Points))
	t = t.and(b.Minutes > 0, fmt.Sprintf("，时长 %d 分钟", b.Minutes), fmt.Sprintf(", %d minutes", b.Minutes))
	if b.Meal == "" {
		t = t.and(b.Shortfall > 0, fmt.Sprintf("，其中 %d 积分已花掉，记入差额", b.Shortfall), fmt.Sprintf(", of which %d were spent and went to shortfall", b.Shortfall))
	} else {
		t = t.and(b.Pool+b.Shortfall > 0, fmt.Sprintf("，退回爱心池 %d、差额 %d", b.Pool, b.Shortfall), fmt.Sprintf(", %d back to the pool and %d to shortfall", b.Pool, b.Shortfall))
	}
	if b.By != "" {
		t = t.and(true, "，由"+n.Person(b.By)+"提出", ", proposed by "+n.Person(b.By))
	}
	return t.and(true, "。原因："+why.Zh+"。", ". Reason: "+why.En+".")
}

func month(m ledger.Month) string { return fmt.Sprintf("%04d-%02d", m/100, m%100) }
