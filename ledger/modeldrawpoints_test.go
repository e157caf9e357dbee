package ledger_test

import (
	"strings"

	"moralbank.example/bank/ledger"
)

// drawPoints is about points that are neither earned nor spent at the till.
func (w *world) drawPoints() *ledger.Command {
	if w.rarely(3) {
		return w.drawApart()
	}
	someone := pick(w, "m/wang", "m/mei", "m/chen", w.person())
	switch w.number(0, 14) {
	case 13, 14:
		return w.drawAgain()
	case 10, 11:
		w.try(w.command(w.organizer(), ledger.ViaWeb, &ledger.Propose{Do: w.drawTogether()}))
		return w.command(w.organizer(), ledger.ViaWeb, &ledger.Approve{Proposal: w.proposal()})
	case 12:
		for _, id := range w.members {
			if v, _ := w.book.View(id); v.State == ledger.StateClosed && !v.Erased {
				return w.command(pick(w, w.organizer(), ledger.ActorRoot), ledger.ViaWeb, &ledger.Erase{Account: id})
			}
		}
		return w.command(pick(w, w.organizer(), "m/new", "m/mei"), ledger.ViaWeb, &ledger.CloseAccount{Account: pick[ledger.AccountID](w, "m/new", "m/new", "m/new", "m/mei"), Reason: w.reason()})
	case 0, 1:
		return w.drawHold()
	case 2, 3, 4:
		return w.drawBooked()
	case 5:
		return w.command(someone, pick[ledger.DeviceID](w, "web", "web", "phone/x"), &ledger.Give{
			To: pick(w, "m/wang", "m/mei", w.person()), Points: ledger.Points(w.number(0, 60)), Elder: !w.rarely(5),
		})
	case 6:
		f := &ledger.FundPool{Pool: pick(w, ledger.PoolDonation, ledger.PoolSubsidy, ledger.Transit), Points: ledger.Points(w.number(0, 150))}
		if w.rarely(6) {
			f.Points = 5500
		}
		if w.rarely(4) {
			return w.command(w.organizer(), ledger.ViaWeb, &ledger.Propose{Do: f})
		}
		return w.command(w.organizer(), ledger.ViaWeb, f)
	case 7:
		return w.command(someone, ledger.ViaWeb, &ledger.Donate{Points: ledger.Points(w.number(0, 30))})
	case 8:
		return w.command(w.organizer(), ledger.ViaWeb, &ledger.GrantPoints{Account: w.person()})
	default:
		return w.drawAgain()
	}
}

// drawAgain is 本人没吃到, mostly about one of the last meals.
func (w *world) drawAgain() *ledger.Command {
	x := &ledger.ServeAgain{Seq: w.target(), Meal: pick(w, "lunch", "dinner", "soy-milk"), Points: pick[ledger.Points](w, 40, 30, 15, 20)}
	for i := len(w.records) - 1; i >= 0 && !w.rarely(40); i-- {
		if e, ok := eatenOf(&w.records[i]); ok && !e.side {
			x.Seq = w.records[i].Seq
			break
		}
	}
	if x.Seq >= 1 && int(x.Seq) <= len(w.records) {
		if e, ok := eatenOf(&w.records[x.Seq-1]); ok && e.account != "" {
			if x.Handle, x.Step = w.code(e.account); e.account == "m/wang" && !w.rarely(5) {
				x.Handle, x.Step, x.Card = "", 0, "k/wang"
			}
		}
	}
	return w.command("m/chen", "till/1", x)
}

func (w *world) drawHold() *ledger.Command {
	k := w.book.Rules()
	meal := k.Meals[w.number(0, len(k.Meals)-1)]
	h := &ledger.Hold{
		Canteen: "c1", Account: pick[ledger.AccountID](w, "m/wang", "m/mei", w.person()), Meal: meal.ID, Points: pick(w, meal.Points, meal.Points/2),
		Day: w.book.DayOf(w.now) + ledger.Day(w.number(-1, 9)), Period: pick(w, "b", "l", "d", "l", meal.Periods[:1]),
	}
	if h.Small = meal.Small > 0 && w.rarely(3); h.Small {
		h.Points = meal.Small
	}
	return w.command(pick(w, h.Account, h.Account, w.organizer()), ledger.ViaWeb, h)
}

// drawBooked takes a booked meal, at its time or not, or cancels it.
func (w *world) drawBooked() *ledger.Command {
	open := w.book.Holds("")
	if len(open) == 0 || w.rarely(20) {
		return w.command(ledger.ActorTimer, ledger.ViaTimer, &ledger.Release{Hold: w.target()})
	}
	h := open[w.number(0, len(open)-1)]
	if w.rarely(6) {
		return w.command(pick(w, h.Account, "m/chen", ledger.ActorTimer), ledger.ViaWeb, &ledger.Release{Hold: h.Seq})
	}
	if !w.rarely(4) { // at its time
		hours := map[string]ledger.Time{"b": 7, "l": 12, "d": 18}
		w.now = max(w.now, w.book.DayStarts(h.Day)+hours[h.Period]*hour)
	}
	x := &ledger.Capture{Hold: h.Seq, PIN: w.rarely(3)}
	if x.Handle, x.Step = w.code(h.Account); h.Account == "m/wang" && !w.rarely(5) {
		x.Handle, x.Step, x.Card = "", 0, "k/wang"
	}
	return w.command("m/chen", "till/1", x)
}

// drawApart is about tills without network, and balances from before the ledger.
func (w *world) drawApart() *ledger.Command {
	till := ledger.DeviceID("till/1")
	open, leased := w.book.Lease(till)
	switch w.number(0, 11) {
	case 0:
		return w.command("m/chen", till, &ledger.GrantLease{Till: till, Cap: ledger.Points(w.number(0, 400))})
	case 1:
		x := &ledger.CloseLease{Till: till, Number: open.Number, WriteOff: w.rarely(2)}
		if x.WriteOff {
			return w.command(w.organizer(), ledger.ViaWeb, x)
		}
		return w.command("m/chen", till, x)
	case 2:
		return w.command(w.organizer(), ledger.ViaWeb, &ledger.OpenImport{
			Import: "im/" + itoa(int64(w.number(1, 2))), File: strings.Repeat("ab", 32), Rows: w.number(0, 4),
			Points: ledger.Points(w.number(-1, 300)), Minutes: ledger.Minutes(w.number(0, 500)),
		})
	case 3, 4:
		v := &ledger.ApproveImport{Import: "im/" + itoa(int64(w.number(1, 2))), Org: pick[ledger.OrgID](w, "o8", "o9")}
		return w.command(map[ledger.OrgID]ledger.AccountID{"o8": "m/ao", "o9": "m/aq"}[v.Org], ledger.ViaWeb, v)
	case 5, 6:
		return w.command(w.organizer(), ledger.ViaWeb, &ledger.ImportRow{
			Import: "im/" + itoa(int64(w.number(1, 2))), Account: w.person(), Points: ledger.Points(w.number(1, 60)), Minutes: ledger.Minutes(w.number(0, 100)),
			Month: w.book.MonthOf(max(w.now, w.book.Time()) + ledger.Time(w.number(0, 2))*30*day),
		})
	case 7:
		return w.command(w.organizer(), ledger.ViaWeb, &ledger.Propose{Do: &ledger.UndoImport{Import: "im/" + itoa(int64(w.number(1, 2))), Reason: w.reason()}})
	}
	if !leased && !w.rarely(5) {
		return w.command("m/chen", till, &ledger.GrantLease{Till: till, Cap: ledger.Points(w.number(1, 400))})
	}
	k := w.book.Rules()
	meal := k.Meals[w.number(0, len(k.Meals)-1)]
	x := &ledger.ReplayMeal{
		Canteen: "c1", Account: w.person(), Meal: meal.ID, Points: pick(w, meal.Points, meal.Points/2), Lease: open.Number,
		Scan: open.Scan + w.number(0, 4), Wrong: w.rarely(10),
	}
	switch {
	case w.rarely(10):
		x.Account, x.Card = "", "k/none"
	case x.Account == "m/wang":
		x.Card = "k/wang"
	default:
		x.Handle, x.Step = w.code(x.Account)
	}
	cmd := w.command("m/chen", till, x)
	cmd.Effective = max(open.At, w.now-ledger.Time(w.number(0, 300))*minute)
	return cmd
}
