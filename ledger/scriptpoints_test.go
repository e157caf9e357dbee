package ledger_test

import (
	"moralbank.example/bank/ledger"
)

// pointVerbs are the verbs of a script that move or pin points, beyond award, redeem and reverse.
func pointVerbs() map[string]func(p *play, cmd *ledger.Command, label *string) ledger.Verb {
	return map[string]func(p *play, cmd *ledger.Command, label *string) ledger.Verb{
		"hold":    (*play).hold,
		"capture": (*play).capture,
		"release": func(p *play, cmd *ledger.Command, _ *string) ledger.Verb {
			v := &ledger.Release{Hold: p.seq(p.word())}
			cmd.Actor = account(p.word())
			if cmd.Actor == ledger.ActorTimer {
				cmd.Via = ledger.ViaTimer
			}
			return v
		},
	}
}

// pointRules are the fields of the rulebook about holds, gifts, pools and leases, under their names in the record line.
func (p *play) pointRules(k *ledger.Rulebook) {
	for name, field := range map[string]*int{
		"book-days": &k.BookDays,
	} {
		*field = int(p.number(p.option(name, itoa(int64(*field)))))
	}
}

// day reads 2026-03-02.
func (p *play) day(s string) ledger.Day { return p.book.DayOf(p.moment(s + "T12:00")) }

// hold KEY MEMBER CANTEEN MEAL POINTS DAY PERIOD [small]: booked by the member herself, if as= does not say otherwise.
func (p *play) hold(cmd *ledger.Command, label *string) ledger.Verb {
	*label = p.word()
	h := &ledger.Hold{Small: p.flag("small"), Account: account(p.word()), Canteen: ledger.CanteenID(p.word()), Meal: p.word()}
	cmd.Actor = h.Account
	h.Points, h.Day, h.Period = ledger.Points(p.number(p.word())), p.day(p.word()), p.word()
	return h
}

// capture KEY CASHIER HOLD card=…|code=HANDLE/STEP [pin]
func (p *play) capture(cmd *ledger.Command, label *string) ledger.Verb {
	*label = p.word()
	cmd.Actor, cmd.Via = account(p.word()), "till/1"
	x := &ledger.Capture{PIN: p.flag("pin"), Hold: p.seq(p.word()), Card: ledger.CardID(p.option("card", ""))}
	x.Handle, x.Step = p.code()
	return x
}
