package ledger_test

import (
	"moralbank.example/bank/ledger"
)

func (w *world) person() ledger.AccountID {
	return pick[ledger.AccountID](w, "m/wang", "m/wang", "m/wang", "m/mei", "m/mei", "m/li", "m/chen", "m/hu", "m/sun", "m/bo", "m/new")
}

func (w *world) organizer() ledger.AccountID { return pick[ledger.AccountID](w, "m/hu", "m/sun") }

// activity is one of the last few, or one that never was.
func (w *world) activity() ledger.ActivityID {
	if n := len(w.activities); n > 0 && !w.rarely(30) {
		return w.activities[w.number(max(0, n-3), n-1)]
	}
	return "a/never"
}

// target is a record that somebody could want to reverse, or any, or none.
func (w *world) target() ledger.Seq {
	n := len(w.records)
	var good []ledger.Seq
	for i := range w.records {
		switch w.records[i].Body.(type) {
		case *ledger.Awarded, *ledger.DeedAwarded, *ledger.WaitingPaid, *ledger.Adjusted, *ledger.Redeemed, *ledger.Captured, *ledger.MealServed, *ledger.MealReplayed:
			good = append(good, w.records[i].Seq)
		}
	}
	if len(good) > 0 && !w.rarely(20) {
		return pick(w, good...)
	}
	return ledger.Seq(w.number(0, n+1))
}

func (w *world) proposal() ledger.Seq {
	if open := w.book.Proposals(w.now); len(open) > 0 && !w.rarely(10) {
		return open[w.number(0, len(open)-1)].Seq
	}
	return ledger.Seq(w.number(0, len(w.records)+1))
}

func (w *world) reason() ledger.ReasonCode {
	if w.rarely(20) {
		return "because"
	}
	return pick(w, ledger.ReasonWrongMeal, ledger.ReasonVoid, ledger.ReasonOther, ledger.ReasonSpoiled)
}

// draw makes what somebody who is usually entitled might ask for.
func (w *world) draw() *ledger.Command {
	if w.rarely(4) {
		return w.drawPoints()
	}
	if w.rarely(4) {
		return w.drawPeople()
	}
	switch w.number(0, 19) {
	case 0, 1:
		return w.drawActivity()
	case 2, 3, 4, 5:
		return w.drawScan()
	case 6:
		return w.command("m/li", ledger.ViaWeb, &ledger.CloseActivity{Activity: w.activity(), Headcount: w.number(-1, 4)})
	case 7:
		return w.command(w.organizer(), ledger.ViaWeb, &ledger.ConfirmActivity{Activity: w.activity()})
	case 8, 9, 10, 11, 12:
		return w.drawMeal()
	case 13:
		return w.command("m/chen", "till/1", &ledger.Reverse{Seq: ledger.Seq(max(0, len(w.records)-w.number(0, 2))), Reason: ledger.ReasonVoid, Points: w.part()})
	case 14:
		return w.command(w.organizer(), ledger.ViaWeb, &ledger.Propose{Do: w.proposable()})
	case 15, 16:
		return w.command(w.organizer(), ledger.ViaWeb, &ledger.Approve{Proposal: w.proposal()})
	case 17:
		return w.drawPerson()
	case 18:
		return w.drawThing()
	default:
		return w.drawRare()
	}
}

// part is what a reversal takes back: all (0), some, or too much.
func (w *world) part() ledger.Points { return ledger.Points(pick(w, 0, 0, 0, 1, 5, 17, 40, 1000)) }

func (w *world) proposable() ledger.Verb {
	if w.rarely(4) {
		return w.grant()
	}
	if w.rarely(3) {
		return w.change()
	}
	v := &ledger.Reverse{Seq: w.target(), Reason: w.reason(), Points: w.part()}
	if w.rarely(3) {
		v.Minutes = ledger.Minutes(w.number(0, 200))
	}
	return v
}

func (w *world) grant() *ledger.GrantRole {
	g := &ledger.GrantRole{Account: w.person(), Scope: "c1", Role: ledger.RoleCashier}
	switch w.number(0, 7) {
	case 0, 1, 2:
		g.Scope, g.Role = ledger.ScopeCommunity, pick(w, ledger.RoleAuditor, ledger.RoleOrganizer)
	case 3:
		g.Scope, g.Role = pick[ledger.Scope](w, "o8", "t1", "T"), pick(w, ledger.RoleLeader, ledger.RoleOrgAdmin, "king")
	}
	return g
}

func (w *world) drawActivity() *ledger.Command {
	if w.rarely(5) {
		return w.command("m/li", ledger.ViaWeb, &ledger.ExtendActivity{Activity: w.activity(), End: w.now + ledger.Time(w.number(-60, 300))*minute})
	}
	o := &ledger.OpenActivity{
		Activity: ledger.ActivityID("a/" + itoa(int64(len(w.activities)+1))), Team: "t1", Org: pick[ledger.OrgID](w, "", "o8"),
		Type:  pick(w, "clean-up", "clean-up", "emergency", "meeting", "dancing"),
		Start: max(w.now, w.book.Time()) + ledger.Time(w.number(-120, 30))*minute, Charge: pick[ledger.AccountID](w, "m/li", "m/li", "m/hu"),
		Text: "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f",
	}
	o.End = o.Start + ledger.Time(w.number(10, 600))*minute
	if o.Type != "dancing" {
		w.activities = append(w.activities, o.Activity)
	}
	return w.command("m/li", ledger.ViaWeb, o)
}

func (w *world) drawScan() *ledger.Command {
	s := &ledger.Scan{
		Activity: w.activity(), Account: w.person(), Path: pick(w, ledger.PathStation, ledger.PathPoster, ledger.PathLeader, ledger.PathList),
		Direction: pick(w, ledger.Auto, ledger.Auto, ledger.In, ledger.Out),
	}
	if w.rarely(30) {
		s.Path, s.Direction = pick[ledger.Path](w, "door", ledger.PathList), "up"
	}
	s.Live = s.Path == ledger.PathStation
	actor := s.Account
	if s.Path == ledger.PathLeader || s.Path == ledger.PathList {
		actor = "m/li"
	}
	if s.Path == ledger.PathLeader {
		s.Handle, s.Step = w.code(s.Account)
	}
	return w.command(actor, ledger.ViaWeb, s)
}

func (w *world) code(id ledger.AccountID) (ledger.Handle, int64) {
	step := int64(w.now / 30_000)
	if w.rarely(20) {
		return pick[ledger.Handle](w, "代号", ""), step
	}
	return ledger.Handle("h-" + id[2:]), step - int64(w.number(0, 3)/3)
}

func (w *world) drawMeal() *ledger.Command {
	k := w.book.Rules()
	meal := k.Meals[w.number(0, len(k.Meals)-1)]
	x := &ledger.Redeem{Canteen: "c1", Account: w.person(), Meal: meal.ID, Small: meal.Small > 0 && w.rarely(3), PIN: w.rarely(3), Care: w.rarely(4)}
	if x.Points = meal.Points; x.Small {
		x.Points = meal.Small
	}
	x.Points = pick(w, x.Points, x.Points, x.Points/2, x.Points*9/10)
	if w.rarely(20) {
		x.Points++
	}
	if x.Account == "m/wang" || w.rarely(10) {
		x.Card = "k/wang"
		if w.rarely(15) {
			x.Card = pick[ledger.CardID](w, "k/mei", "k/never", "")
		}
	} else {
		x.Handle, x.Step = w.code(x.Account)
	}
	return w.command("m/chen", "till/1", x)
}

// drawPerson is about somebody's account, groups, family or roles.
func (w *world) drawPerson() *ledger.Command {
	who := w.person()
	by := pick(w, w.organizer(), ledger.ActorRoot)
	switch w.number(0, 9) {
	case 0:
		return w.command(by, ledger.ViaWeb, &ledger.OpenAccount{Account: "m/new", Guardian: pick(w, "", who)})
	case 1:
		return w.command(w.organizer(), ledger.ViaWeb, &ledger.Freeze{Account: pick[ledger.AccountID](w, "m/mei", "m/new", "m/new"), Reason: w.reason()})
	case 2, 3:
		return w.command(w.organizer(), ledger.ViaWeb, &ledger.Thaw{Account: pick[ledger.AccountID](w, "m/wang", "m/mei", "m/new")})
	case 4:
		return w.command(by, ledger.ViaWeb, &ledger.Join{Account: pick(w, who, "m/wang"), Group: pick[ledger.Group](w, "t1", "o8", "队")})
	case 5:
		return w.command(by, ledger.ViaWeb, &ledger.Leave{Account: "m/wang", Group: pick[ledger.Group](w, "t1", "o8")})
	case 6:
		return w.command(by, ledger.ViaWeb, &ledger.LinkFamily{Account: pick(w, who, "m/mei"), Family: pick(w, "f/1", "f/2", "家")})
	case 7:
		return w.command(w.organizer(), ledger.ViaWeb, &ledger.UnlinkFamily{Account: pick(w, who, "m/mei", "m/mei")})
	case 8:
		return w.command(by, ledger.ViaWeb, w.grant())
	default:
		return w.command("m/bo", ledger.ViaWeb, &ledger.RevokeRole{
			Account: pick(w, who, "m/bo", "m/sun"), Role: pick(w, ledger.RoleAuditor, ledger.RoleOperator, ledger.RoleOrganizer), Scope: ledger.ScopeCommunity,
		})
	}
}

// drawThing is about a card, a device, a budget.
func (w *world) drawThing() *ledger.Command {
	by := pick(w, w.organizer(), ledger.ActorRoot)
	switch w.number(0, 5) {
	case 0:
		return w.command(by, ledger.ViaWeb, &ledger.IssueCard{Card: pick[ledger.CardID](w, "k/1", "k/2", "k/mei", "卡"), Account: w.person()})
	case 1:
		return w.command(by, ledger.ViaWeb, &ledger.RevokeCard{Card: pick[ledger.CardID](w, "k/1", "k/2", "k/3"), Reason: w.reason()})
	case 2:
		return w.command(by, ledger.ViaWeb, &ledger.EnrolDevice{Device: pick[ledger.DeviceID](w, "till/2", "kiosk/1", "till/1"), Canteen: pick[ledger.CanteenID](w, "c1", "", "食堂")})
	case 3:
		return w.command(by, ledger.ViaWeb, &ledger.RevokeDevice{Device: pick[ledger.DeviceID](w, "till/2", "kiosk/1", "till/3")})
	default:
		return w.command(by, ledger.ViaWeb, &ledger.SetBudget{Issuer: pick[ledger.AccountID](w, "i/t1", "i/o8", "p/x"), Points: ledger.Points(w.number(-1, 3000))})
	}
}

// drawRare is what hardly anybody asks for.
func (w *world) drawRare() *ledger.Command {
	switch w.number(0, 6) {
	case 0:
		k := *w.book.Rules()
		k.Edition += w.number(1, 2)
		k.DayPointsMax, k.ValidMonths = ledger.Points(w.number(0, 200)), w.number(0, 4)
		return w.command(ledger.ActorRoot, ledger.ViaCLI, &ledger.SetRulebook{Rulebook: &k})
	case 1:
		return w.command(ledger.ActorTimer, ledger.ViaTimer, &ledger.Expire{Account: w.person(), Month: ledger.Month(202600 + w.number(0, 13))})
	case 2:
		return w.command(ledger.ActorTimer, ledger.ViaTimer, &ledger.AwardService{Activity: w.activity(), Account: w.person()})
	case 3, 4:
		return w.command(w.organizer(), ledger.ViaWeb, &ledger.Refuse{Proposal: w.proposal()})
	case 5:
		return w.command(w.organizer(), ledger.ViaWeb, &ledger.Reverse{Seq: w.target(), Reason: w.reason()})
	default:
		return w.command(ledger.ActorRoot, ledger.ViaCLI, &ledger.Found{Origin: "again", Rulebook: ledger.DefaultRulebook()})
	}
}
