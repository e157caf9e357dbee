package ledger_test

import "moralbank.example/bank/ledger"

// eaten is a meal that was served, whichever way it was paid.
type eaten struct {
	account ledger.AccountID
	day     ledger.Day
	period  string
	side    bool
	charged ledger.Points
	lots    []ledger.LotShare
	handle  ledger.Handle
	step    int64
}

func eatenOf(r *ledger.Record) (eaten, bool) {
	switch x := r.Body.(type) {
	case *ledger.Redeemed:
		return eaten{x.Account, x.Day, x.Period, x.Side, x.Points, x.Lots, x.Handle, x.Step}, true
	case *ledger.Captured:
		return eaten{x.Account, x.Day, x.Period, x.Side, x.Points, x.Lots, x.Handle, x.Step}, true
	}
	return eaten{}, false
}

func (m model) eachMeal(f func(*ledger.Record, eaten)) {
	for i := range m.records {
		if x, ok := eatenOf(&m.records[i]); ok {
			f(&m.records[i], x)
		}
	}
}

// openHolds are the bookings that were neither taken nor released, by their seq.
func (m model) openHolds() map[ledger.Seq]*ledger.Held {
	open := map[ledger.Seq]*ledger.Held{}
	each(m, func(r *ledger.Record, h *ledger.Held) { open[r.Seq] = h })
	each(m, func(_ *ledger.Record, c *ledger.Captured) { delete(open, c.Hold) })
	each(m, func(_ *ledger.Record, x *ledger.Released) { delete(open, x.Hold) })
	return open
}

func (m model) booked(id ledger.AccountID, day ledger.Day, period string) bool {
	for _, h := range m.openHolds() {
		if h.Account == id && h.Day == day && h.Period == period {
			return true
		}
	}
	return false
}

// otherLots are what moves or pins a member's lots beside awards, meals, reversals and expiry.
func (m model) otherLots(id ledger.AccountID, _ func([]ledger.LotShare, ledger.Points), pinned map[ledger.Month]ledger.Points) {
	for _, h := range m.openHolds() {
		for _, s := range h.Lots {
			if h.Account == id {
				pinned[s.Month] += s.Points
			}
		}
	}
}

// otherDue counts what is due beside awards and expiry.
func (m model) otherDue(now ledger.Time) (due int) {
	for _, h := range m.openHolds() {
		if h.Lapses <= now {
			due++
		}
	}
	return due
}

// drawPoints is about points that are neither earned nor spent at the till.
func (w *world) drawPoints() *ledger.Command {
	switch w.number(0, 2) {
	case 0:
		return w.drawHold()
	default:
		return w.drawBooked()
	}
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
	if w.rarely(3) {
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
